"""Turns what a call passes into what is wrong with it, by the service's own model: unknown and missing parameters, and values that cannot be.

Speaks only of what is surely so: what is not known, or is so on some program paths only, is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from dynalint.model.record import Argument
from dynalint.model.values import Const, Dict, Entry, Place, Sequence, Text, Value, alternatives, known_text, type_of
from dynalint.service import limits
from dynalint.service.model import Method, Parameter, Shape, operations
from dynalint.words import did_you_mean

Fault = Literal["unknown", "missing", "type", "enum", "short", "long", "low", "high", "pattern", "tags"]
Refuser = Literal["boto3", "DynamoDB"]

# All that botocore looks at before it sends anything (its validate.py): the rest of the model is left to the service.
SEEN_BY_BOTO3: frozenset[Fault] = frozenset({"unknown", "missing", "type", "short", "low"})

_PYTHON_TYPES: Mapping[str, frozenset[str]] = {
    "structure": frozenset({"dict"}),
    "map": frozenset({"dict"}),
    "list": frozenset({"list", "tuple"}),
    "string": frozenset({"str"}),
    "integer": frozenset({"int", "bool"}),
    "long": frozenset({"int", "bool"}),
    "double": frozenset({"float", "Decimal", "int", "bool"}),
    "boolean": frozenset({"bool"}),
    "timestamp": frozenset({"str", "int", "float", "bool", "Decimal"}),
    "blob": frozenset({"bytes", "str"}),
}
_TAGS = "AttributeValue"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that boto3 or DynamoDB refuses in a call."""

    fault: Fault
    path: str
    """What is wrong, as botocore writes it: `KeySchema[0].KeyType`; of what is missing or unknown, where: "" for the call itself."""
    shape: Shape | None
    """What the value should look like."""
    value: Value | None = None
    name: str = ""
    """The name that is missing or unknown."""
    instead: str | None = None
    """What was meant, where that can be told."""
    passes_boto3: bool = False
    """Does boto3, which looks for such a fault elsewhere, let this one pass?"""
    place: Place | None = field(default=None, compare=False)

    @property
    def refuser(self) -> Refuser:
        """Who refuses it: boto3, before anything is sent, or the service."""
        return "boto3" if self.fault in SEEN_BY_BOTO3 and not self.passes_boto3 else "DynamoDB"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands: in the request, and in the file."""

    path: str = ""
    place: Place | None = field(default=None, compare=False)
    plain: bool | None = None
    """Are attribute values given as Python objects, and not in wire form? None: don't know."""

    def member(self, name: str, place: Place | None) -> Spot:
        """A member of a structure or a map."""
        return replace(self, path=f"{self.path}.{name}" if self.path else name, place=place or self.place)

    def element(self, index: int) -> Spot:
        """An element of a list."""
        return replace(self, path=f"{self.path}[{index}]")


def problems(method: Method, arguments: Mapping[str, Argument], is_open: bool, plain: bool | None) -> Iterator[Problem]:
    """What is wrong with the arguments of a call. `is_open`: it may have others; `plain`: see Spot."""
    known = method.accepted
    yield from _names(known, arguments, is_open, Spot())
    if not is_open:
        yield from _missing_for_dynamodb(method, arguments)
    for name, argument in arguments.items():
        if name in known and argument.surely:
            yield from faults(known[name].shape, argument.value, Spot(name, argument.place, plain))


def faults(shape: Shape, value: Value, spot: Spot) -> Iterator[Problem]:
    """What is wrong with a value. Where it may be one of several, all of them must be wrong; of several words that are all known, one is enough."""
    options = alternatives(value)
    found = [list(_faults(shape, option, spot)) for option in options]
    if all(found) or (shape.enum and all(known_text(option) is not None for option in options)):
        yield from next(filter(None, found), [])


def _faults(shape: Shape, value: Value, spot: Spot) -> Iterator[Problem]:
    kind = written_type(value)
    if kind is None or shape.type == "anything":
        return
    if shape.name == _TAGS:
        if spot.plain is False and isinstance(value, Dict):
            yield from _tagged(shape, value, spot)
    elif kind not in _PYTHON_TYPES[shape.type]:
        yield Problem("type", spot.path, shape, value, place=spot.place)
    elif isinstance(value, Dict):
        yield from _structure(shape, value, spot) if shape.type == "structure" else _map(shape, value, spot)
    elif isinstance(value, Sequence):
        yield from _size(shape, value, len(value.elements), value.rest is None, spot)
        for index, element in enumerate(value.elements):
            yield from faults(shape.element, element, spot.element(index))
    elif isinstance(value, Const):
        yield from _constant(shape, value, spot)


def written_type(value: Value) -> str | None:
    """The type of a value that is spelt out in the code, None for any other."""
    return type_of(value) if isinstance(value, Const | Text | Dict | Sequence) else None


def _structure(shape: Shape, value: Dict, spot: Spot) -> Iterator[Problem]:
    entries = {name: entry for entry in value.entries if (name := known_text(entry.key)) is not None}
    yield from _names(shape.members, entries, value.open or len(entries) < len(value.entries), spot)
    for name, entry in entries.items():
        if name in shape.members and entry.surely:
            yield from faults(shape.members[name].shape, entry.value, spot.member(name, entry.place))


def _names(known: Mapping[str, Parameter], given: Mapping[str, Argument | Entry], is_open: bool, spot: Spot) -> Iterator[Problem]:
    """The names that nothing has, and those that are required and not given; what is misspelt is not missing as well."""
    meant: set[str | None] = set()
    for name, each in given.items():
        if name not in known and (each.surely or not _is_anywhere(name)):
            free = (other for other, parameter in known.items() if other not in given and not parameter.is_legacy)
            instead = did_you_mean(name, free)
            meant.add(instead)
            yield Problem("unknown", spot.path, None, name=name, instead=instead, place=each.place or spot.place)
    for name, parameter in known.items():
        if parameter.required and not is_open and name not in given and name not in meant:
            yield Problem("missing", spot.path, parameter.shape, name=name, place=spot.place)


@cache
def _is_anywhere(name: str) -> bool:
    """Does any operation have a parameter of this name? Then a dict of arguments may be meant for that one, on another path."""
    return any(name in taken.members for taken in operations().values())


def _missing_for_dynamodb(method: Method, arguments: Mapping[str, Argument]) -> Iterator[Problem]:
    names, unless = limits.REQUIRED_BY_DYNAMODB.get(method.operation or "", ((), ()))
    meant = {did_you_mean(name, method.parameters) for name in arguments if name not in method.parameters}
    for name in names:
        if name not in arguments and name not in meant and arguments.keys().isdisjoint(unless):
            yield Problem("missing", "", method.parameters[name].shape, name=name, passes_boto3=True)


def _map(shape: Shape, value: Dict, spot: Spot) -> Iterator[Problem]:
    certain = sum(entry.surely for entry in value.entries)
    for problem in _size(shape, value, certain, not value.open and certain == len(value.entries), spot):
        yield replace(problem, passes_boto3=True)  # it counts texts and lists, but not maps
    for entry in value.entries:
        if entry.surely:
            yield from faults(shape.element, entry.value, spot.member(known_text(entry.key) or "...", entry.place))


def _size(shape: Shape, value: Value, length: int, is_exact: bool, spot: Spot) -> Iterator[Problem]:
    if shape.min is not None and length < shape.min and is_exact:
        yield Problem("short", spot.path, shape, value, place=spot.place)
    if shape.max is not None and length > shape.max and shape.name not in limits.CONTRADICTED_MAXIMA:
        yield Problem("long", spot.path, shape, value, place=spot.place)


def _constant(shape: Shape, value: Const, spot: Spot) -> Iterator[Problem]:
    given = value.value
    if isinstance(given, str):
        yield from _size(shape, value, len(given), True, spot)
        if shape.enum and given not in shape.enum:
            yield Problem("enum", spot.path, shape, value, instead=did_you_mean(given, shape.enum), place=spot.place)
        if not _matches(shape, given, spot):
            yield Problem("pattern", spot.path, shape, value, place=spot.place)
    elif isinstance(given, int) and not isinstance(given, bool):
        if shape.min is not None and given < shape.min:
            yield Problem("low", spot.path, shape, value, place=spot.place)
        if shape.max is not None and given > shape.max:
            yield Problem("high", spot.path, shape, value, place=spot.place)


def _matches(shape: Shape, text: str, spot: Spot) -> bool:
    if spot.path.rpartition(".")[2] == "TableName" and not limits.ARN.fullmatch(text):
        return limits.TABLE_NAME.fullmatch(text) is not None
    return shape.pattern is None or re.fullmatch(shape.pattern, text) is not None


def _tagged(shape: Shape, value: Dict, spot: Spot) -> Iterator[Problem]:
    """What is wrong with a value in wire form. That it is in none is another mistake, and so is a number that is not written as text."""
    tags = [known_text(entry.key) for entry in value.entries if entry.surely]
    if len(tags) > 1 and all(tag in shape.members for tag in tags):
        yield Problem("tags", spot.path, shape, value, place=spot.place)
    for entry in value.entries:
        tag = known_text(entry.key)
        if tag is None or not entry.surely:
            continue
        inside = spot.member(tag, entry.place)
        if tag in ("N", "NS"):
            continue
        if tag in shape.members:
            yield from faults(shape.members[tag].shape, entry.value, inside)
        elif len(value.entries) == 1 and (meant := _tag_of(tag)) is not None:
            yield Problem("unknown", spot.path, None, name=tag, instead=meant, place=entry.place or spot.place)


# What people write for a type tag who think of the type.
_TAG_WORDS = {"STR": "S", "STRING": "S", "NUM": "N", "NUMBER": "N", "INT": "N", "BIN": "B", "BINARY": "B", "MAP": "M", "LIST": "L", "BOOLEAN": "BOOL"}


def _tag_of(word: str) -> str | None:
    upper = word.upper()
    return _TAG_WORDS.get(upper) or (upper if upper in operations()["put_item"].members["Item"].shape.element.members else None)
