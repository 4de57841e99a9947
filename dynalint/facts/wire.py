"""Turns values into what can be said of their form: plain, as a Table takes them, or in the wire form of a client, {"S": "text"}."""

from __future__ import annotations

from dynalint.facts.shapes import TAGS, untagged
from dynalint.model.values import Const, Dict, Sequence, Value, alternatives, known_text, type_of

# The tag for a value of a Python type.
_TAG_FOR = {
    "str": "S", "int": "N", "float": "N", "Decimal": "N", "bytes": "B", "bool": "BOOL", "NoneType": "NULL", "list": "L", "tuple": "L", "dict": "M", "set": "SS",
    "datetime": "S", "UUID": "S",
}  # fmt: skip
# What may stand behind a tag; None: what is not known fits anywhere.
_FITS = {
    "S": frozenset({"str"}), "N": frozenset({"str"}), "B": frozenset({"bytes"}), "M": frozenset({"dict"}), "L": frozenset({"list", "tuple"}),
    "SS": frozenset({"list", "tuple", "set"}), "NS": frozenset({"list", "tuple", "set"}), "BS": frozenset({"list", "tuple", "set"}),
    "BOOL": frozenset({"bool"}), "NULL": frozenset({"bool"}),
}  # fmt: skip


def tag_for(value: Value) -> str | None:
    """The type tag that a plain value would have in wire form, where its type is known."""
    return _TAG_FOR.get(type_of(value) or "")


def is_plain(value: Value) -> bool:
    """Is it surely in no wire form: no dict, an empty one, or one of attributes? A dict of one key may have a misspelt tag."""
    return all(_is_plain(option) for option in alternatives(value))


def _is_plain(value: Value) -> bool:
    if not isinstance(value, Dict):
        kind = type_of(value)
        return kind in _TAG_FOR and kind != "dict"
    names = [known_text(entry.key) for entry in value.entries]
    return not value.open and len(names) != 1 and all(name is not None and name not in TAGS for name in names)


def is_typed(value: Value) -> bool:
    """Is it surely in wire form: one type tag, with a value behind it that fits?"""
    return all(_is_typed(option) for option in alternatives(value))


def _is_typed(value: Value) -> bool:
    tag, inner = untagged(value)
    if tag is None or not isinstance(value, Dict) or not value.entries[0].surely:
        return False
    return all(type_of(option) in (None, *_FITS[tag]) for option in alternatives(inner))


def no_text(tag: str | None, value: Value) -> tuple[Value, ...]:
    """What stands in wire form for a number, or for those of a set, and is surely no text."""
    if tag == "N":
        return (value,) if _is_no_text(value) else ()
    if tag == "NS" and isinstance(value, Sequence):
        return tuple(each for each in (*value.elements, *([value.rest] if value.rest is not None else [])) if _is_no_text(each))
    return ()


def _is_no_text(value: Value) -> bool:
    return all(type_of(option) in ("int", "float", "Decimal", "bool", "NoneType") for option in alternatives(value))


def is_number(value: Value) -> bool:
    """Is it a number that is known, and that DynamoDB can store?"""
    return isinstance(value, Const) and isinstance(value.value, int | float) and not isinstance(value.value, bool) and abs(value.value) < 1e38
