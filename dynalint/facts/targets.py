"""Turns operations into the items that they are about: each Key and each Item, those of batches and transactions too, with its table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from dynalint.facts.operation import Operation
from dynalint.facts.schemas import Schema
from dynalint.facts.shapes import elements, untagged
from dynalint.model.values import Dict, Entry, Place, Value, alternatives, type_of

What = Literal["Key", "Item"]
_WHATS: tuple[What, ...] = ("Key", "Item")
# The type tag of what boto3 makes of a Python value. What it refuses, and what no key may be, is not among them.
_TAGS_OF_TYPES = {
    "str": "S", "int": "N", "Decimal": "N", "bytes": "B", "bytearray": "B", "bool": "BOOL", "list": "L", "tuple": "L", "dict": "M",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A Key or an Item that an operation sends."""

    operation: Operation
    what: What
    values: tuple[Dict, ...]
    """What it may be."""
    table: Value | None
    place: Place | None = field(default=None, compare=False)

    @property
    def schema(self) -> Schema | None:
        """Keys and indexes of its table, where they are known."""
        return self.operation.facts.schema(self.table, self.operation.call.names)

    def tags_of(self, entry: Entry) -> tuple[str, ...] | None:
        """The type tags that the value of an attribute may have; None where that is not known, or where the value is in a wrong form."""
        tags = [_tag(option, self.operation.handle.plain) for option in alternatives(entry.value)]
        known = tuple(tag for tag in tags if tag is not None)
        return known if len(known) == len(tags) else None


def targets_of(operation: Operation) -> Iterator[Target]:
    """The keys and items of an operation."""
    table = operation.table_value
    for what in _WHATS:
        argument = operation.argument(what)
        if argument is not None:
            yield from _target(operation, what, argument.value, table, argument.place)
    requests = operation.argument("RequestItems")
    for option in alternatives(requests.value) if requests is not None else ():
        for entry in option.entries if isinstance(option, Dict) else ():
            yield from _batch(operation, entry)
    actions = operation.argument("TransactItems")
    for element in elements(actions.value) if actions is not None else ():
        for entry in element.entries if isinstance(element, Dict) else ():
            yield from _parts(operation, entry.value, None)


def _batch(operation: Operation, entry: Entry) -> Iterator[Target]:
    """The keys and items for one table of a batch."""
    for option in alternatives(entry.value):
        keys = option.entry("Keys") if isinstance(option, Dict) else None
        for key in elements(keys.value) if keys is not None else ():
            yield from _target(operation, "Key", key, entry.key, keys.place if keys is not None else None)
    for request in elements(entry.value):
        for each in request.entries if isinstance(request, Dict) else ():
            yield from _parts(operation, each.value, entry.key)


def _parts(operation: Operation, action: Value, table: Value | None) -> Iterator[Target]:
    for option in alternatives(action):
        if isinstance(option, Dict):
            named = option.entry("TableName")
            for what in _WHATS:
                entry = option.entry(what)
                if entry is not None and entry.surely:
                    yield from _target(operation, what, entry.value, named.value if named is not None else table, entry.place)


def _target(operation: Operation, what: What, value: Value, table: Value | None, place: Place | None) -> Iterator[Target]:
    options = alternatives(value)
    known = tuple(option for option in options if isinstance(option, Dict))
    if known and len(known) == len(options):
        yield Target(operation, what, known, table, place)


def _tag(value: Value, plain: bool | None) -> str | None:
    tag, _ = untagged(value)
    if plain is True:
        return None if tag is not None else _TAGS_OF_TYPES.get(type_of(value) or "")
    return tag if plain is False else None
