"""Turns `create_table`, `update_table` and `update_time_to_live` into facts: billing, throughput, keys, indexes and expiry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dynalint.declared import SWITCH, DeclaredTable, at_least_one, expires, is_all_unknown
from dynalint.facts.keys import IndexDefinition, IndexList, NamedList, attribute_definitions, changes, created_indexes, index_list, key_schema
from dynalint.facts.operation import Operation
from dynalint.facts.shapes import entry_value, truth
from dynalint.model.record import Argument
from dynalint.model.values import Dict, Place, Sequence, Value, alternatives, known_text

_READS = frozenset({"query", "scan"})
# The declarations in Python that may be about any table where they do not name theirs.
_IN_PYTHON = frozenset({"create_table", SWITCH})


@dataclass(frozen=True, slots=True)
class Throughput:
    """The provisioned throughput of a table, or of one of its global indexes."""

    of_index: bool
    surely: bool
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, eq=False)
class TableDefinition(Operation):
    """A `create_table` or `update_table`."""

    @property
    def creates(self) -> bool:
        """Is it create_table?"""
        return self.name == "create_table"

    @property
    def billing(self) -> Argument | None:
        """The BillingMode argument."""
        return self.argument("BillingMode")

    @property
    def billing_mode(self) -> str | None:
        """The BillingMode, where it is known entirely and passed on every path."""
        return known_text(self.value("BillingMode"))

    @property
    def throughputs(self) -> tuple[Throughput, ...]:
        """All provisioned throughput that the table and its global indexes may be given, as far as it is known."""
        own = self.argument("ProvisionedThroughput")
        found = [Throughput(False, own.surely, own.place)] if own is not None else []
        for index, surely in self._global_indexes():
            entry = index.entry("ProvisionedThroughput") if isinstance(index, Dict) else None
            found += [Throughput(True, surely and entry.surely, entry.place)] if entry is not None else []
        return tuple(found)

    @property
    def shows_throughput(self) -> bool:
        """Is it known of the table and of each global index whether it is given throughput?"""
        indexes = all(isinstance(index, Dict) and index.has("ProvisionedThroughput") is not None for index, _ in self._global_indexes())
        return indexes and self.has("ProvisionedThroughput") is not None and self.has("GlobalSecondaryIndexes") is not None

    def _global_indexes(self) -> Iterator[tuple[Value, bool]]:
        """The definitions of the global indexes; whether each is surely there."""
        argument = self.argument("GlobalSecondaryIndexes")
        for option in alternatives(argument.value) if argument is not None else ():
            if isinstance(option, Sequence):
                surely = argument is not None and argument.surely and option is argument.value
                yield from ((element, surely) for element in option.elements)
                yield from ((element, False) for element in (alternatives(option.rest) if option.rest is not None else ()))
            else:
                yield option, False

    @property
    def is_local(self) -> bool:
        """Is the table made on this machine: DynamoDB Local, LocalStack, dynalite?"""
        return self.handle.local is True

    @property
    def may_be_provisioned(self) -> bool:
        """Is the table made on this machine, where nobody pays, or did the user allow it provisioned capacity?"""
        return self.is_local or self.facts.options.may_be_provisioned(self.table_name)

    @property
    def key_schema(self) -> NamedList:
        """The key of the table."""
        argument = self.argument("KeySchema")
        return key_schema(self.value("KeySchema"), argument.place if argument is not None else None)

    @property
    def attribute_definitions(self) -> NamedList:
        """The attributes of which the type is given."""
        argument = self.argument("AttributeDefinitions")
        return attribute_definitions(self.value("AttributeDefinitions"), argument.place if argument is not None else None)

    @property
    def global_indexes(self) -> IndexList:
        """The global indexes that the table is created with."""
        return index_list(self.argument("GlobalSecondaryIndexes"), self.has("GlobalSecondaryIndexes") is False, True)

    @property
    def local_indexes(self) -> IndexList:
        """The local indexes."""
        return index_list(self.argument("LocalSecondaryIndexes"), self.has("LocalSecondaryIndexes") is False, False)

    @property
    def indexes(self) -> tuple[IndexDefinition, ...]:
        """The indexes that are created, with the table or later, as far as they are known."""
        return (*self.global_indexes.elements, *self.local_indexes.elements, *created_indexes(self.argument("GlobalSecondaryIndexUpdates")))

    def spot(self, of: Place | None, index: IndexDefinition | None = None) -> Place | None:
        """Where a finding about a part of the definition stands: on the part, or else on the argument that holds the index, as far as the call writes them."""
        names = ("GlobalSecondaryIndexes", "GlobalSecondaryIndexUpdates") if index is None or index.is_global else ("LocalSecondaryIndexes",)
        arguments = (self.argument(name) for name in names if index is not None)
        places = [of, *(argument.place for argument in arguments if argument is not None)]
        return next((place for place in places if self.inside(place) is not None), None)

    @property
    def index_changes(self) -> int:
        """How many indexes an update_table surely creates or deletes."""
        return sum(each.has("Create") is True or each.has("Delete") is True for each in changes(self.argument("GlobalSecondaryIndexUpdates")))

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the key attributes, partition key first, as far as they are known."""
        return keys_of(self.value("KeySchema"))

    @property
    def gets_ttl(self) -> bool | None:
        """Is TTL switched on, somewhere in the project, for this table or, in its Python code, for one whose name is not known? None: don't know."""
        here = (other.is_on for other in self._followed_by() if isinstance(other, TtlSwitch))
        return at_least_one((*here, self.facts.expires_elsewhere(self.table_value), expires(self._unnamed_elsewhere())))

    @property
    def gets_backups(self) -> bool:
        """Are continuous backups switched on, likewise?"""
        is_declared = any(table.is_recoverable for table in self._declared_elsewhere())
        return is_declared or any(other.name == "update_continuous_backups" for other in self._followed_by())

    @property
    def is_protected_later(self) -> bool:
        """Is deletion protection switched on, likewise, by an update_table?"""
        is_declared = any(table.is_protected for table in self._declared_elsewhere())
        return is_declared or any(other.name == "update_table" and other.has("DeletionProtectionEnabled") is not False for other in self._followed_by())

    @property
    def is_read(self) -> bool:
        """Does any code of the project, as far as it is seen, query or scan a table?"""
        return any(other.name in _READS for other in self.facts.operations) or self.facts.tables.is_mentioned("IndexName") is True

    def reads_index(self, name: str) -> bool | None:
        """Does any code of the project seem to read an index of this name? None: don't know."""
        asked = [other.argument("IndexName") for other in self.facts.operations if other.name in _READS]
        if any(known_text(option) in (None, name) for argument in asked if argument is not None for option in alternatives(argument.value)):
            return True
        if len(re.findall(rf"(?<![\w-]){re.escape(name)}(?![\w-])", self.facts.source.text)) > 1:
            return True
        return self.facts.tables.is_mentioned(name) if self.facts.tables.is_project else False

    def _declared_elsewhere(self) -> Iterator[DeclaredTable]:
        """What other files say of this table, or of one in Python whose name they do not tell."""
        known = self.facts.declared(self.table_value)
        if known is not None:
            yield known
        yield from self._unnamed_elsewhere()

    def _unnamed_elsewhere(self) -> Iterator[DeclaredTable]:
        """What modules say of a table whose name they do not tell, where this may be the one."""
        known = self.facts.declared(self.table_value)
        unnamed = (table for table in self.facts.tables.declared().tables if table.maker in _IN_PYTHON and is_all_unknown(table.name or ""))
        yield from (table for table in unnamed if known is None or not known.variables)

    def _followed_by(self) -> Iterator[Operation]:
        """The operations of this module on this table, and those on tables whose names are not known."""
        for other in self.facts.operations:
            if other.table_name is None or self.table_name is None or other.table_name == self.table_name:
                yield other


@dataclass(frozen=True, eq=False)
class TtlSwitch(Operation):
    """An `update_time_to_live`."""

    @property
    def attribute(self) -> str | None:
        """The name of the attribute that it is about, where it is known."""
        return known_text(entry_value(self._specification, "AttributeName"))

    @property
    def is_on(self) -> bool | None:
        """Does it switch TTL on? None: don't know."""
        return truth(entry_value(self._specification, "Enabled"))

    @property
    def _specification(self) -> Dict:
        value = self.value("TimeToLiveSpecification")
        return value if isinstance(value, Dict) else Dict((), True)


def expiry_by(switches: Iterable[TtlSwitch], declared: DeclaredTable | None) -> str | None:
    """The attribute that TTL is switched on for, on a table that these switches are about and that is declared so elsewhere; None: none, or don't know."""
    told = [each for each in switches if each.is_on is not False]
    names = {each.attribute for each in told}
    if names:
        return names.pop() if len(names) == 1 and any(each.is_on for each in told) else None
    return declared.ttl or None if declared is not None else None


def keys_of(schema: Value | None) -> tuple[str, ...]:
    """The names in a KeySchema, partition key first, as far as they are known."""
    elements = schema.elements if isinstance(schema, Sequence) else ()
    pairs = [(known_text(entry_value(each, "AttributeName")), known_text(entry_value(each, "KeyType"))) for each in elements if isinstance(each, Dict)]
    return tuple(name for name, kind in sorted(pairs, key=lambda pair: pair[1] != "HASH") if name is not None)
