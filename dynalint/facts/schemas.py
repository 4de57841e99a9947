"""Turns table definitions into the schemas that the module shows: key attributes with their types, and indexes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dynalint.facts.shapes import entry_value
from dynalint.facts.tables import TableDefinition, keys_of
from dynalint.model.values import Dict, Sequence, Text, Unknown, Value, alternatives, known_text


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index of a table."""

    name: str
    is_global: bool
    keys: tuple[str, ...]
    """The names of its key attributes, partition key first."""
    projection: str | None
    """KEYS_ONLY, INCLUDE or ALL, where it is known."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What is known of a table's keys and indexes."""

    table: Value
    keys: tuple[str, ...]
    """The names of the key attributes, partition key first. These are all."""
    types: tuple[tuple[str, str], ...]
    """The key attributes, those of indexes too, with their types: S, N or B."""
    indexes: tuple[Index, ...]
    has_all_indexes: bool
    """May an index that is not listed be called unknown?"""

    @property
    def partition_key(self) -> str:
        """The name of the partition key."""
        return self.keys[0]

    @property
    def sort_key(self) -> str | None:
        """The name of the sort key, None where the table has none."""
        return self.keys[1] if len(self.keys) > 1 else None

    def type_of(self, attribute: str) -> str | None:
        """The type of a key attribute: S, N or B; None for other attributes."""
        return dict(self.types).get(attribute)

    def index(self, name: str) -> Index | None:
        """The index of a name."""
        return next((each for each in self.indexes if each.name == name), None)

    def index_on(self, attribute: str) -> Index | None:
        """An index that has the attribute as its partition key."""
        return next((each for each in self.indexes if each.keys[:1] == (attribute,)), None)

    def keys_of(self, index: str | None) -> tuple[str, ...]:
        """The key attributes of an index, or of the table where None is asked for; empty where the index is not known."""
        found = self.index(index) if index is not None else None
        return found.keys if found is not None else self.keys if index is None else ()


def schemas_of(definitions: Iterable[TableDefinition], may_grow: bool) -> tuple[Schema | None, ...]:
    """The schemas of the tables that are created; None for each of which the keys are not known. `may_grow`: indexes may be added elsewhere."""
    return tuple(_schema(definition, may_grow) for definition in definitions)


def schema_for(table: Value | None, schemas: Iterable[Schema]) -> Schema | None:
    """The schema of a table, by what is known of its name; None where none is known, or several that disagree."""
    wanted = alternatives(table) if table is not None else ()
    found = [[schema for schema in schemas if is_same_table(schema.table, option)] for option in wanted]
    candidates = [schema for each in found for schema in each]
    agree = all(found) and all((each.keys, each.types, each.indexes) == (candidates[0].keys, candidates[0].types, candidates[0].indexes) for each in candidates)
    return candidates[0] if candidates and agree else None


def is_same_table(one: Value | None, two: Value | None) -> bool:
    """Is this surely the same name: the same text, the same pattern, or out of the same environment variable?"""
    if one is None or two is None:
        return False
    if isinstance(one, Unknown) and isinstance(two, Unknown):
        return bool(one.name) and one.name == two.name
    if isinstance(one, Text) and isinstance(two, Text):
        return one == two and all(isinstance(part, str) or (isinstance(part, Unknown) and part.name) for part in one.parts)
    return known_text(one) is not None and known_text(one) == known_text(two)


def _schema(definition: TableDefinition, may_grow: bool) -> Schema | None:
    schema, attributes = definition.value("KeySchema"), definition.value("AttributeDefinitions")
    keys = keys_of(schema)
    if not keys or not isinstance(schema, Sequence) or schema.rest is not None or len(keys) != len(schema.elements) or definition.table_value is None:
        return None
    types = tuple(
        (name, kind)
        for each in (attributes.elements if isinstance(attributes, Sequence) else ())
        if isinstance(each, Dict)
        and (name := known_text(entry_value(each, "AttributeName"))) is not None
        and (kind := known_text(entry_value(each, "AttributeType"))) is not None
    )
    lists = {name: definition.has(name) for name in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")}
    indexes: list[Index] = []
    complete = not may_grow and None not in lists.values()
    for name in lists:
        value = definition.value(name)
        listed = value.elements if isinstance(value, Sequence) else ()
        made = [_index(each, name.startswith("Global")) for each in listed]
        indexes += [each for each in made if each is not None]
        complete = complete and (value is None or (isinstance(value, Sequence) and value.rest is None)) and None not in made
    return Schema(definition.table_value, keys, types, tuple(indexes), complete)


def _index(value: Value, is_global: bool) -> Index | None:
    name = known_text(entry_value(value, "IndexName")) if isinstance(value, Dict) else None
    keys = keys_of(entry_value(value, "KeySchema")) if isinstance(value, Dict) else ()
    if name is None or not keys or not isinstance(value, Dict):
        return None
    projection = entry_value(value, "Projection")
    return Index(name, is_global, keys, known_text(entry_value(projection, "ProjectionType")) if isinstance(projection, Dict) else None)
