"""Turns a table's definition, as the API spells it, into a declared table. CloudFormation, `describe-table` and CDK's `CfnTable` use its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dynalint.declared import OFF, PAY_PER_REQUEST, PROVISIONED, DeclaredTable, Index

# What stands for what in a template: the value itself where it is known, UNKNOWN where it is not.
UNKNOWN: Any = object()
Known = Callable[[Any], Any]
_TYPES = frozenset("SNB")


def defined(properties: Mapping[str, Any], known: Known, default_billing: str | None = PROVISIONED) -> DeclaredTable:
    """What a definition says of the table but for its name. `known` gives the value that an expression of the template stands for, or UNKNOWN."""
    keys = key_names(properties.get("KeySchema"), known)
    global_indexes, has_all_global = _indexes(properties.get("GlobalSecondaryIndexes"), known, True)
    local_indexes, has_all_local = _indexes(properties.get("LocalSecondaryIndexes"), known, False)
    billing = known(properties.get("BillingMode"))
    return DeclaredTable(
        keys=keys or (),
        types=_types(properties.get("AttributeDefinitions"), known) if keys else (),
        indexes=(*global_indexes, *local_indexes),
        has_all_indexes=bool(keys) and has_all_global and has_all_local,
        billing=default_billing if billing is None else billing if billing in (PAY_PER_REQUEST, PROVISIONED) else None,
        ttl=_ttl(known(properties.get("TimeToLiveSpecification")), known),
        is_protected=truth(properties.get("DeletionProtectionEnabled"), known),
        is_recoverable=_part_truth(properties.get("PointInTimeRecoverySpecification"), "PointInTimeRecoveryEnabled", known),
    )


def key_names(schema: Any, known: Known) -> tuple[str, ...] | None:
    """The names in a KeySchema, those of the partition key first; None where they are not all known."""
    elements = known(schema)
    if not isinstance(elements, Sequence) or isinstance(elements, str) or not elements:
        return None
    pairs = []
    for each in map(known, elements):
        name, kind = (known(each.get(key)) for key in ("AttributeName", "KeyType")) if isinstance(each, Mapping) else (None, None)
        if not isinstance(name, str) or kind not in ("HASH", "RANGE"):
            return None
        pairs.append((name, kind))
    return tuple(name for name, kind in sorted(pairs, key=lambda pair: pair[1] != "HASH")) if pairs[0][1] == "HASH" else None


def truth(value: Any, known: Known) -> bool | None:
    """Is it switched on? What is not written is off."""
    found = known(value)
    return {"true": True, "false": False, "none": False}.get(str(found).lower())


def _part_truth(value: Any, name: str, known: Known) -> bool | None:
    found = known(value)
    return truth(found.get(name), known) if isinstance(found, Mapping) else False if found is None else None


def _types(definitions: Any, known: Known) -> tuple[tuple[str, str], ...]:
    elements = known(definitions)
    found = [known(each) for each in elements] if isinstance(elements, list) else []
    pairs = [(known(each.get("AttributeName")), known(each.get("AttributeType"))) for each in found if isinstance(each, Mapping)]
    return tuple((name, kind) for name, kind in pairs if isinstance(name, str) and isinstance(kind, str) and kind in _TYPES)


def _indexes(value: Any, known: Known, is_global: bool) -> tuple[tuple[Index, ...], bool]:
    """The indexes that are known, and whether these are all."""
    elements = known(value)
    if elements is None:
        return (), True
    if not isinstance(elements, list):
        return (), False
    made = [_index(known(each), known, is_global) for each in elements]
    found = tuple(each for each in made if each is not None)
    return found, len(found) == len(made)


def _index(value: Any, known: Known, is_global: bool) -> Index | None:
    if not isinstance(value, Mapping):
        return None
    name, keys = known(value.get("IndexName")), key_names(value.get("KeySchema"), known)
    if not isinstance(name, str) or not keys:
        return None
    kinds = [known(known(each).get("KeyType")) for each in known(value.get("KeySchema"))]
    projection = known(value.get("Projection"))
    kind = known(projection.get("ProjectionType")) if isinstance(projection, Mapping) else None
    return Index(name, is_global, keys, keys[: kinds.count("HASH")], kind if isinstance(kind, str) else None)


def _ttl(specification: Any, known: Known) -> str | None:
    if not isinstance(specification, Mapping):
        return OFF if specification is None else None
    name, is_on = known(specification.get("AttributeName")), truth(specification.get("Enabled"), known)
    if is_on is False:
        return OFF
    return name if is_on and isinstance(name, str) else None
