"""Turns a request about a table that nobody made into the definitions of tables that fit it.

Pages and fixtures are short because they leave out the table: what they write and ask for says which keys it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Requests that must see a table that is not there as not there.
ABOUT_EXISTENCE = frozenset({"CreateTable", "DeleteTable", "DescribeTable", "RestoreTableFromBackup"})
KEY_TYPES = frozenset({"S", "N", "B"})
SORT_KEYS = frozenset({"sk", "sort_key", "sort", "range_key"})

_CONDITION = re.compile(r"(?P<begins>begins_with\s*\(\s*)?(?P<name>#?[A-Za-z_][\w.]*)\s*(?P<sign>=|<=?|>=?|,|BETWEEN)\s*(?P<value>:\w+)", re.IGNORECASE)

Wire = Mapping[str, Any]


def fitting(operation: str, request: Wire) -> Iterator[dict[str, Any]]:
    """The CreateTable parameters of each table that a request, in the form that goes over the wire, takes for granted."""
    if operation not in ABOUT_EXISTENCE:
        yield from (_definition(part) for part in _parts(request))


def _parts(request: Wire) -> Iterator[Wire]:
    """Each table of the request, with one key, item or condition that belongs to it."""
    if "TableName" in request:
        yield request
    for action in request.get("TransactItems", ()):
        yield from action.values()
    for name, batch in request.get("RequestItems", {}).items():
        keys = [{"Key": key} for key in batch.get("Keys", ())] if isinstance(batch, Mapping) else [each for write in batch for each in write.values()]
        yield {"TableName": name, **(keys[0] if keys else {})}


def _definition(part: Wire) -> dict[str, Any]:
    keys = _keys(part) or [("pk", "S")]
    definition: dict[str, Any] = {"TableName": part["TableName"], "BillingMode": "PAY_PER_REQUEST"}
    attributes = dict(keys)
    if index := part.get("IndexName"):
        definition["GlobalSecondaryIndexes"] = [{"IndexName": index, "KeySchema": _schema(keys), "Projection": {"ProjectionType": "ALL"}}]
        keys = [("pk", "S")]
        attributes = {"pk": "S", **attributes}
    definition["KeySchema"] = _schema(keys)
    definition["AttributeDefinitions"] = [{"AttributeName": name, "AttributeType": kind} for name, kind in attributes.items()]
    return definition


def _schema(keys: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for (name, _), kind in zip(keys, ("HASH", "RANGE"), strict=False)]


def _keys(part: Wire) -> list[tuple[str, str]]:
    """Name and type of the partition key and, if there is one, of the sort key."""
    if key := part.get("Key"):
        return [(name, _type(value)) for name, value in key.items()][:2]
    if item := part.get("Item"):
        first, *others = item
        return [(name, _type(item[name])) for name in (first, *[name for name in others if name.lower() in SORT_KEYS][:1])]
    return _condition_keys(part)


def _condition_keys(part: Wire) -> list[tuple[str, str]]:
    names, values = part.get("ExpressionAttributeNames", {}), part.get("ExpressionAttributeValues", {})
    found = {
        names.get(match["name"], match["name"]): (match["sign"] != "=", _type(values.get(match["value"], {})))
        for match in _CONDITION.finditer(part.get("KeyConditionExpression", ""))
    }
    ordered = sorted(found.items(), key=lambda each: each[1][0])
    return [(name, kind) for name, (_, kind) in ordered][:2]


def _type(value: Wire) -> str:
    """The type of a key from a value that it is given; text where the value can be no key, since that is what most keys are."""
    tag = next(iter(value), "S")
    return tag if tag in KEY_TYPES else "S"
