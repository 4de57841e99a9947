"""Turns what a table definition says of keys into facts: the elements of a KeySchema, the attributes that are defined, the indexes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dynalint.facts.shapes import entry_value
from dynalint.model.record import Argument
from dynalint.model.values import Dict, Place, Sequence, Value, known_text

KEY_TYPES = ("S", "N", "B")


@dataclass(frozen=True, slots=True)
class Named:
    """An attribute that a definition names: as part of a key, or among the AttributeDefinitions."""

    name: str | None
    """None where it is not known."""
    kind: str | None
    """HASH or RANGE in a key; S, N or B where it is defined; None where that is not known, or is none of them."""
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class NamedList:
    """A KeySchema, or the AttributeDefinitions."""

    elements: tuple[Named, ...] = ()
    is_whole: bool = False
    """Are these all?"""
    place: Place | None = field(default=None, compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are known."""
        return tuple(each.name for each in self.elements if each.name is not None)

    @property
    def is_known(self) -> bool:
        """Is it known which attributes are in it, and that there are no others?"""
        return self.is_whole and len(self.names) == len(self.elements)

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """The names of a kind."""
        return tuple(each.name for each in self.elements if each.kind == kind and each.name is not None)


@dataclass(frozen=True, slots=True)
class Projection:
    """What an index copies."""

    kind: str | None
    """KEYS_ONLY, INCLUDE or ALL, where it is known."""
    lists_attributes: bool | None
    """Does it have NonKeyAttributes? None: don't know."""
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """One index in a table definition."""

    name: str | None
    is_global: bool
    keys: NamedList
    projection: Projection
    place: Place | None = field(default=None, compare=False)
    """Where its name stands."""

    @property
    def shown(self) -> str:
        """How a message calls it."""
        return f'index "{self.name}"' if self.name is not None else "an index"


@dataclass(frozen=True, slots=True)
class IndexList:
    """The indexes of one sort in a table definition."""

    elements: tuple[IndexDefinition, ...]
    is_whole: bool
    """Are these all, and is each of them known to be a definition?"""
    is_given: bool
    """Is the argument passed, on every path?"""
    place: Place | None = field(default=None, compare=False)


def named_list(value: Value | None, kinds: tuple[str, ...], tag: str, place: Place | None = None) -> NamedList:
    """What is known of a list of attributes; `tag` is the key of the kind: KeyType or AttributeType."""
    if not isinstance(value, Sequence):
        return NamedList(place=place)
    found = tuple(_named(each, kinds, tag) for each in value.elements)
    return NamedList(found, value.rest is None, place)


def key_schema(value: Value | None, place: Place | None = None) -> NamedList:
    """What is known of a KeySchema."""
    return named_list(value, ("HASH", "RANGE"), "KeyType", place)


def attribute_definitions(value: Value | None, place: Place | None = None) -> NamedList:
    """What is known of AttributeDefinitions."""
    return named_list(value, KEY_TYPES, "AttributeType", place)


def _named(value: Value, kinds: tuple[str, ...], tag: str) -> Named:
    if not isinstance(value, Dict):
        return Named(None, None)
    name, kind = value.entry("AttributeName"), known_text(entry_value(value, tag))
    return Named(known_text(entry_value(value, "AttributeName")), kind if kind in kinds else None, name.place if name is not None else None)


def index_list(argument: Argument | None, is_absent: bool, is_global: bool) -> IndexList:
    """The indexes that an argument defines. `is_absent`: it is surely not passed."""
    if argument is None or not argument.surely or not isinstance(argument.value, Sequence):
        return IndexList((), is_absent, False)
    found = tuple(_index(each, is_global) for each in argument.value.elements)
    known = tuple(each for each in found if each is not None)
    return IndexList(known, argument.value.rest is None and len(known) == len(found), True, argument.place)


def created_indexes(argument: Argument | None) -> Iterator[IndexDefinition]:
    """The indexes that the GlobalSecondaryIndexUpdates of an update_table create."""
    for each in changes(argument):
        entry = each.entry("Create")
        made = _index(entry.value, True) if entry is not None and entry.surely else None
        if made is not None:
            yield made


def changes(argument: Argument | None) -> tuple[Dict, ...]:
    """The elements of GlobalSecondaryIndexUpdates that are known."""
    value = argument.value if argument is not None and argument.surely else None
    return tuple(each for each in value.elements if isinstance(each, Dict)) if isinstance(value, Sequence) else ()


def _index(value: Value, is_global: bool) -> IndexDefinition | None:
    if not isinstance(value, Dict):
        return None
    name, schema = value.entry("IndexName"), value.entry("KeySchema")
    keys = key_schema(schema.value, schema.place) if schema is not None and schema.surely else NamedList()
    place = name.place if name is not None else schema.place if schema is not None else None
    return IndexDefinition(known_text(entry_value(value, "IndexName")), is_global, keys, _projection(value), place)


def _projection(index: Dict) -> Projection:
    entry = index.entry("Projection")
    if entry is None or not entry.surely or not isinstance(entry.value, Dict):
        return Projection(None, None)
    kind = entry.value.entry("ProjectionType")
    return Projection(
        known_text(entry_value(entry.value, "ProjectionType")), entry.value.has("NonKeyAttributes"), kind.place if kind is not None else entry.place
    )
