"""Turns values into the bytes that DynamoDB counts for them, at least: of what is not known, nothing is counted."""

from __future__ import annotations

from dynalint.facts.sent import Sent, SentValue
from dynalint.facts.shapes import untagged
from dynalint.model.values import Const, Dict, Sequence, Text, Value, alternatives, known_text

# Guide, "Item sizes and formats": a list or map has 3 bytes of its own, each element of it one.
_CONTAINER = 3


def least_size(sent: Sent) -> int:
    """The bytes of all values that are sent together, and of their names."""
    return sum(len(each.path.encode()) + _least(each) for each in sent.values if each.surely)


def least_size_of(value: SentValue) -> int:
    """The bytes of one value, without its name."""
    return _least(value) if value.surely else 0


def _least(value: SentValue) -> int:
    return min(_least_of(option, value.tag, value.plain is not True) for option in alternatives(value.value))


def _least_of(value: Value, tag: str | None, wire: bool) -> int:
    if isinstance(value, Const):
        return _of_constant(value, tag)
    if isinstance(value, Text):
        return sum(len(part.encode("utf8", "replace")) for part in value.parts if isinstance(part, str))
    if isinstance(value, Sequence):
        return _CONTAINER + sum(_nested(each, wire) for each in value.elements)
    if isinstance(value, Dict):
        return _CONTAINER + sum(len((known_text(each.key) or "").encode()) + _nested(each.value, wire) for each in value.entries if each.surely)
    return 0


def _nested(value: Value, wire: bool) -> int:
    found = []
    for option in alternatives(value):
        tag, inner = untagged(option) if wire else (None, option)
        found.append(min(_least_of(each, tag, wire) for each in alternatives(inner)))
    return min(found)


def _of_constant(value: Const, tag: str | None) -> int:
    held = value.value
    if isinstance(held, bytes):
        return len(held)
    if isinstance(held, str) and tag != "N":
        return len(held.encode("utf8", "replace"))
    return 1  # zeros at both ends of a number do not count, and how many bytes the other digits take is not documented exactly
