"""Takes known values apart: dicts by their keys, lists into elements, values out of their wire form."""

from __future__ import annotations

from dynalint.model.values import Const, Dict, Either, Place, Sequence, Text, Value, alternatives, join_all, known_text

# The tags of the wire form: {"S": "text"}, {"N": "5"}.
TAGS = frozenset({"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"})


def entry_value(value: Dict, key: str) -> Value | None:
    """What surely stands under a key of a dict."""
    entry = value.entry(key)
    return entry.value if entry is not None and entry.surely else None


def truth(value: Value | None) -> bool | None:
    """Is a value True, or False? None: don't know."""
    return value.value if isinstance(value, Const) and isinstance(value.value, bool) else None


def untagged(value: Value) -> tuple[str | None, Value]:
    """A value out of its wire form: {"S": x} is x with the tag S. A value that is in none has no tag."""
    if isinstance(value, Dict) and len(value.entries) == 1 and not value.open and (tag := known_text(value.entries[0].key)) in TAGS:
        return tag, value.entries[0].value
    return None, value


def elements(value: Value) -> tuple[Value, ...]:
    """What the elements of a list may be."""
    found: list[Value] = []
    for option in alternatives(value):
        if isinstance(option, Sequence):
            found += [*option.elements, *([option.rest] if option.rest is not None else [])]
    return tuple(each for value in found for each in alternatives(value))


def parts(value: Value) -> tuple[Value, ...]:
    """The values in a list or a string, or the options that a value has."""
    if isinstance(value, Either):
        return value.options
    if isinstance(value, Sequence):
        return (*value.elements, *([value.rest] if value.rest is not None else []))
    return tuple(part for part in value.parts if not isinstance(part, str)) if isinstance(value, Text) else ()


def as_dict(value: Value) -> Dict:
    """A value as one dict, open where it is not known to be one."""
    known = [option for option in alternatives(value) if isinstance(option, Dict)]
    if not known or len(known) < len(alternatives(value)):
        return Dict((), True)
    joined = join_all(known)
    return joined if isinstance(joined, Dict) else Dict((), True)


def is_open(value: Dict) -> bool:
    """May a dict hold more than is listed?"""
    return value.open or any(known_text(entry.key) is None for entry in value.entries)


def encloses(outer: Place, inner: Place) -> bool:
    """Does one stretch of text lie in the other, in the same file?"""
    if inner.source is not outer.source:
        return False
    within, whole = inner.span, outer.span
    return (whole.line, whole.column) <= (within.line, within.column) and (within.end_line, within.end_column) <= (whole.end_line, whole.end_column)
