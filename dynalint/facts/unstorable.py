"""Turns a value that shall be stored into what is wrong with its Python type, for boto3, which has no DynamoDB type for all of them."""

from __future__ import annotations

from decimal import Decimal

from dynalint.model.values import NONE, Class, Const, Function, Instance, Sequence, Time, Unknown, Value, alternatives, type_of

_TYPES = {"datetime": "a datetime", "timedelta": "a timedelta", "UUID": "a UUID", "complex": "a complex number"}
# How boto3 tells sets apart; None, lists, dicts and all other things make no set that it knows.
_FAMILIES = {"int": "number", "bool": "number", "Decimal": "number", "float": "number", "str": "text", "bytes": "binary"}
_IN_NO_SET = frozenset({"NoneType", "tuple", *_TYPES})
# Whose objects are neither texts, numbers nor dicts, although the class stands in another module.
_FOREIGN_BASES = frozenset({"object", "BaseModel", "pydantic.BaseModel", "ABC", "abc.ABC", "Enum", "enum.Enum"})


def is_float(value: Value) -> bool:
    """Is it surely a float, but for what stands in its place where there is none: `float(x) if x else 0`?"""
    options = alternatives(value)
    floats = sum(type_of(option) == "float" for option in options)
    return floats > 0 and floats + sum(option == NONE or (isinstance(option, Const) and option.exact is int) for option in options) == len(options)


def unsupported(value: Value) -> str | None:
    """What the value surely is, where it is not None, that boto3 has no type for; None where it has one, or where that is not known."""
    found = [_unsupported(option) for option in alternatives(value) if option != NONE]
    return found[0] if found and all(found) else None


def _unsupported(value: Value) -> str | None:
    if isinstance(value, Time) and value.form == "datetime" and value.type in ("date", "time"):
        return f"a {value.type}"
    if isinstance(value, Sequence):
        return _unsupported_set(value) if value.kind == "set" else None
    if isinstance(value, Function | Class):
        return "a function" if isinstance(value, Function) else "a class"
    if isinstance(value, Instance):
        return f"an object of {value.cls.name}" if _is_plain_class(value.cls) else None
    if isinstance(value, Const) and isinstance(value.value, Decimal) and not value.value.is_finite():
        return str(value.value)
    return _TYPES.get(type_of(value) or "") if isinstance(value, Const | Time | Unknown) else None


def _unsupported_set(value: Sequence) -> str | None:
    held = (*value.elements, *([value.rest] if value.rest is not None else []))
    types = {type_of(option) for each in held for option in alternatives(each)}
    if not held:
        return "an empty set"
    if any(all(type_of(option) in _IN_NO_SET for option in alternatives(each)) for each in held):
        return "a set of what DynamoDB has no sets of"
    is_mixed = value.rest is None and None not in types and len({_FAMILIES.get(each or "") for each in types}) > 1
    return "a set of mixed types" if is_mixed and all(len(alternatives(each)) == 1 for each in held) else None


def _is_plain_class(cls: Class) -> bool:
    """Is the class nobody's heir but that of classes whose objects boto3 does not know?"""
    lineage = getattr(cls.node, "lineage", None)
    models = lineage() if lineage is not None else []
    own = {model.name for model in models}
    return bool(models) and all(base in own or base in _FOREIGN_BASES for model in models for base in model.bases)
