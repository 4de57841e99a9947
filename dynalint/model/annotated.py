"""Turns the annotation of a type into what is known of a value of that type: what kind of thing it is, or that it may be None."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from dynalint.model.tree import dotted, unquoted
from dynalint.model.values import NONE, Sequence, Symbol, Time, Unknown, Value, join, join_all, type_of

_SCALARS = frozenset({"str", "int", "float", "bytes", "bool"})
_OBJECTS: dict[str, Value] = {
    "datetime.datetime": Time("datetime", zone="?"),
    "datetime.date": Time("datetime", type="date", zone="?"),
    "datetime.timedelta": Time("timedelta"),
    "decimal.Decimal": Unknown("annotated as Decimal", "Decimal"),
    "uuid.UUID": Unknown("annotated as UUID", "UUID"),
}
_LISTS = frozenset({"list", "List", "Sequence", "MutableSequence"})
Lookup = Callable[[str], Value]


def promised(annotation: cst.BaseExpression, lookup: Lookup) -> Value | None:
    """What is known of a value by the annotation of its type, in quotes or not; None where that says nothing to us. `lookup` knows what a name means."""
    if isinstance(annotation, cst.SimpleString):
        inner = unquoted(annotation)
        return promised(inner, lookup) if inner is not None else None
    if isinstance(annotation, cst.BinaryOperation) and isinstance(annotation.operator, cst.BitOr):
        return _one_of([annotation.left, annotation.right], lookup)
    if isinstance(annotation, cst.Subscript):
        name = (dotted(annotation.value) or "").rpartition(".")[2]
        parts = [part.slice.value for part in annotation.slice if isinstance(part.slice, cst.Index)]
        if name in ("Optional", "Union"):
            value = _one_of(parts, lookup)
            return join(value, NONE) if value is not None and name == "Optional" else value
        element = promised(parts[0], lookup) if name in _LISTS and len(parts) == 1 else None
        # Of the lists only those matter of which each element is wrong for a Table.
        return Sequence((), element) if element is not None and type_of(element) == "float" else None
    name = dotted(annotation) or ""
    if name in _SCALARS:
        return Unknown(f"annotated as {name}", name)
    return NONE if name == "None" else _OBJECTS.get(_full(name, lookup))


def _one_of(annotations: list[cst.BaseExpression], lookup: Lookup) -> Value | None:
    values = [promised(each, lookup) for each in annotations]
    known = [value for value in values if value is not None]
    return join_all(known) if known and len(known) == len(values) else None


def _full(name: str, lookup: Lookup) -> str:
    head, _, rest = name.partition(".")
    known = lookup(head) if head else None
    return f"{known.name}.{rest}" if isinstance(known, Symbol) and rest else known.name if isinstance(known, Symbol) else ""
