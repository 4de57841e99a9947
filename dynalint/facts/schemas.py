"""Turns table definitions into the schemas that the module shows: key attributes with their types, and indexes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dynalint.declared import DeclaredTable, Index
from dynalint.facts.keys import IndexDefinition
from dynalint.facts.tables import TableDefinition
from dynalint.model.values import Text, Unknown, Value, alternatives, known_text


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
    """Are these all its indexes, so that any other is unknown to DynamoDB?"""
    declared_in: str = ""
    """The file that declares it, from the project's root; empty where it is the module's own."""

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

    def partition_keys_of(self, index: str | None) -> tuple[str, ...]:
        """The key attributes that a query of an index, or of the table for None, must name; empty where the index is not known."""
        found = self.index(index) if index is not None else None
        return found.partition_keys if found is not None else self.keys[:1] if index is None else ()


def schemas_of(definitions: Iterable[TableDefinition], may_grow: bool) -> tuple[Schema | None, ...]:
    """The schemas of the tables that are created; None for each of which the keys are not known. `may_grow`: indexes may be added elsewhere."""
    return tuple(_schema(definition, may_grow) for definition in definitions)


def declared_schema(declared: DeclaredTable, table: Value, may_grow: bool) -> Schema | None:
    """The schema of a table that the rest of the project declares; None where its keys are not known."""
    if not declared.keys:
        return None
    return Schema(table, declared.keys, declared.types, declared.indexes, declared.has_all_indexes and not may_grow, declared.path)


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
    key, lists = definition.key_schema, (definition.global_indexes, definition.local_indexes)
    hashes, ranges = key.of_kind("HASH"), key.of_kind("RANGE")
    # A key that is not well formed is another mistake, and says nothing about items.
    if definition.table_value is None or not key.is_known or len(hashes) != 1 or len(ranges) > 1 or len(hashes) + len(ranges) != len(key.elements):
        return None
    attributes = definition.attribute_definitions.elements
    types = tuple((each.name, each.kind) for each in attributes if each.name is not None and each.kind is not None)
    made = tuple(index_of(each) for each in (*lists[0].elements, *lists[1].elements))
    complete = not may_grow and all(each.is_whole for each in lists) and None not in made
    return Schema(definition.table_value, (*hashes, *ranges), types, tuple(each for each in made if each is not None), complete)


def index_of(index: IndexDefinition) -> Index | None:
    """The index that a definition makes; None where its name or its keys are not known."""
    partition, sort = index.keys.of_kind("HASH"), index.keys.of_kind("RANGE")
    if index.name is None or not partition or len(partition) + len(sort) != len(index.keys.elements) or not index.keys.is_known:
        return None
    return Index(index.name, index.is_global, (*partition, *sort), partition, index.projection.kind)
