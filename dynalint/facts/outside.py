"""Turns operations into facts about which parts of their requests somebody outside of the program chooses, and by which way these come there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from dynalint.facts.expressions import requests_in
from dynalint.facts.operation import Operation
from dynalint.facts.shapes import elements, entry_value
from dynalint.findings import Finding
from dynalint.language.problems import Kind
from dynalint.model.values import Condition, Dict, KeyPart, Origin, Place, Sequence, Text, Unknown, Value, alternatives, origin_of

# Parameters that say what is asked for, in the older form, and all the names that expressions use.
_WHOLE = ("KeyConditions", "QueryFilter", "ScanFilter", "Expected", "AttributeUpdates", "AttributesToGet", "ExpressionAttributeNames")
MOST_MESSAGE = 119

Part = Literal["expression", "parameter", "name", "request", "item", "assigned names"]


@dataclass(frozen=True, eq=False)
class OutsideInput:
    """A part of a request that decides what the request does, and that is chosen outside of the program."""

    part: Part
    """What is chosen: text in an expression, a whole parameter, the name of an attribute, all of the request, an item's attributes, or those that are set."""
    parameter: str
    origin: Origin
    operation: Operation = field(repr=False)
    place: Place | None = field(default=None, compare=False)

    @property
    def _way(self) -> list[str]:
        """Where it comes from, the functions that it passes, and the operation."""
        functions = [name for name in self.operation.call.path[1:] if name[:1] != "<"]
        via = [self.origin.via] if self.origin.via not in ("", "<module>", *self.operation.call.names) else []
        way = [self.origin.name, *via, *functions, self.operation.name]
        return [name for name, following in zip(way, [*way[1:], None], strict=True) if name != following]

    def finding(self, message: str) -> Finding:
        """A finding that begins with the way from the request to the operation, as much of it as there is room for."""
        way = self._way
        while len(way) > 3 and len(" -> ".join(way)) + len(message) + 2 > MOST_MESSAGE:
            way = [way[0], "...", *way[3 if way[1] == "..." else 2 :]]
        return Finding((self.operation.inside(self.place) or self.operation.place).span, f"{' -> '.join(way)}: {message}")


def outside_inputs_of(operation: Operation) -> Iterator[OutsideInput]:
    """What of an operation's requests is chosen outside, as far as nothing is known to have looked at it before."""
    vetted = operation.call.vetted
    found = [*_of_call(operation), *(each for request, _ in requests_in(operation) for each in _of_request(operation, request)), *_items(operation)]
    yield from (each for each in found if each.origin.name not in vetted)


def _of_call(operation: Operation) -> Iterator[OutsideInput]:
    if operation.call.origin is not None:
        yield OutsideInput("item" if operation.name == "put_item" else "request", "", operation.call.origin, operation)


def _of_request(operation: Operation, request: Dict) -> Iterator[OutsideInput]:
    for kind in Kind:
        entry = request.entry(kind.value)
        for option in alternatives(entry.value) if entry is not None else ():
            if isinstance(option, Text | Unknown) and (origin := origin_of(option)) is not None:
                yield OutsideInput("expression", kind.value, origin, operation, entry.place if entry is not None else None)
            elif isinstance(option, Condition) and (origin := _name_in(option)) is not None:
                yield OutsideInput("name", kind.value, origin, operation, entry.place if entry is not None else None)
    for name in _WHOLE:
        entry = request.entry(name)
        for option in alternatives(entry.value) if entry is not None else ():
            if isinstance(option, Unknown) and option.origin is not None:
                yield OutsideInput("parameter", name, option.origin, operation, entry.place if entry is not None else None)
    names = request.entry("ExpressionAttributeNames")
    for option in alternatives(names.value) if names is not None else ():
        held = [entry.value for entry in option.entries] if isinstance(option, Dict) else []
        origin = next((origin for value in held if (origin := origin_of(value)) is not None), None)
        if origin is not None and names is not None:
            sets = request.entry("UpdateExpression") is not None
            yield OutsideInput("assigned names" if sets else "name", "ExpressionAttributeNames", origin, operation, names.place)


def _name_in(condition: Condition) -> Origin | None:
    """Who outside chooses the name of an attribute that a condition asks about."""
    parts = [operand for leaf in condition.leaves() for operand in leaf.operands[:1] if isinstance(operand, KeyPart)]
    return next((origin for part in parts if (origin := origin_of(part.name)) is not None), None)


def _items(operation: Operation) -> Iterator[OutsideInput]:
    """The items that are written with keys that are chosen outside."""
    for value, place in _written(operation):
        for option in alternatives(value):
            if isinstance(option, Unknown | Dict) and (origin := origin_of(option)) is not None:
                yield OutsideInput("item", "Item", origin, operation, place)


def _written(operation: Operation) -> Iterator[tuple[Value, Place | None]]:
    if operation.name == "put_item" and (argument := operation.argument("Item")) is not None:
        yield argument.value, argument.place
    for name, key in (("batch_write_item", "PutRequest"), ("transact_write_items", "Put")):
        argument = operation.argument("RequestItems" if key == "PutRequest" else "TransactItems") if operation.name == name else None
        for each in _requests(argument.value) if argument is not None else ():
            put = entry_value(each, key) if isinstance(each, Dict) else None
            item = entry_value(put, "Item") if isinstance(put, Dict) else None
            if item is not None:
                yield item, None


def _requests(value: Value) -> Iterator[Value]:
    for option in alternatives(value):
        if isinstance(option, Sequence):
            yield from elements(option)
        elif isinstance(option, Dict):
            for entry in option.entries:
                yield from elements(entry.value)
