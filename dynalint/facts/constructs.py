"""Turns what CDK, troposphere and Pulumi are told into new tables: arguments, objects that hold them, and what is changed later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dynalint.declared import OFF, PAY_PER_REQUEST, PROVISIONED, DeclaredTable, Index, at_least_one
from dynalint.facts.makers import MAKERS, Maker, NewTable, Provisioned, is_switched_on, mode_of, pattern
from dynalint.facts.shapes import encloses, entry_value, truth
from dynalint.model.context import assigned_name
from dynalint.model.record import Argument, Change, Declaration
from dynalint.model.tree import At
from dynalint.model.values import NONE, Const, Dict, Entry, Sequence, Symbol, Unknown, Value, alternatives, known_text, text_parts

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts

# The spellings of one name of a property: CDK's and Pulumi's in Python, CloudFormation's, and those of Pulumi's plain dicts.
_SPELLINGS = {
    "attribute_name": ("attribute_name", "AttributeName", "attributeName"),
    "key_type": ("key_type", "KeyType", "keyType"),
    "attribute_type": ("attribute_type", "AttributeType", "attributeType", "type"),
    "name": ("name", "attribute_name", "AttributeName", "attributeName"),
    "index_name": ("index_name", "IndexName", "indexName", "name"),
    "key_schema": ("key_schema", "KeySchema", "keySchema"),
    "partition_key": ("partition_key", "hash_key", "hashKey"),
    "sort_key": ("sort_key", "range_key", "rangeKey"),
    "enabled": ("enabled", "Enabled"),
    "recovery": ("point_in_time_recovery_enabled", "PointInTimeRecoveryEnabled", "enabled"),
}
_TYPES = {"STRING": "S", "NUMBER": "N", "BINARY": "B", "S": "S", "N": "N", "B": "B"}
_ADDS = {"add_global_secondary_index": True, "add_local_secondary_index": False}


def table_of_declaration(declaration: Declaration, facts: Facts) -> NewTable:
    """The table that a construct makes."""
    maker, arguments = MAKERS[declaration.maker], _arguments(declaration)
    given = _Given(maker, declaration, arguments)
    label, name = given.id, given.value(maker.table_name)
    texts = [part for option in (alternatives(name) if name is not None else ()) for part in text_parts(option) if isinstance(part, str)]
    bound = assigned_name(declaration.whole) if isinstance(declaration.whole, At) else None
    table = DeclaredTable(
        name=pattern(name) if given.has(maker.table_name) is not None else "${?}",
        id=label or "",
        variables=tuple(sorted(declaration.variables)),
        keys=given.keys,
        types=given.types,
        indexes=given.indexes,
        has_all_indexes=given.has_all_indexes,
        billing=given.mode,
        ttl=given.ttl,
        maker=declaration.maker.partition(".")[0],
        line=declaration.place.span.line,
    )
    words = tuple(each for each in (*texts, label, bound) if each)
    provisioned = (given.provisioned(),) if given.mode == PROVISIONED else ()
    has_ttl = at_least_one((given.has_ttl, is_switched_on(name, facts)))
    return NewTable(maker, facts, declaration.place, words, table, provisioned, has_ttl, given.is_recoverable)


def _arguments(declaration: Declaration) -> dict[str, Argument]:
    """The arguments, with those that stand in one object together: `Table("users", args=TableArgs(...))`."""
    found = dict(declaration.arguments)
    whole = [*declaration.positional, *(each.value for name, each in declaration.arguments.items() if name == "args")]
    for value in whole:
        for entry in value.entries if isinstance(value, Dict) else ():
            if (name := known_text(entry.key)) is not None:
                found.setdefault(name, Argument(name, entry.value, entry.surely, entry.place))
    return found


@dataclass(frozen=True)
class _Given:
    """What a construct is given, read as its maker reads it."""

    maker: Maker
    declaration: Declaration
    arguments: dict[str, Argument]

    @property
    def is_open(self) -> bool:
        # What follows the name may be an object that holds all else.
        others = self.declaration.positional[self.maker.id + 1 :]
        return self.declaration.open or any(isinstance(each, Unknown) or (isinstance(each, Dict) and each.open) for each in others)

    def has(self, name: str) -> bool | None:
        """Is it given? None: don't know. None, in Python's sense, is how one says that it is not."""
        found = self.arguments.get(name)
        if found is None:
            return None if self.is_open else False
        options = alternatives(found.value)
        return None if not found.surely or (NONE in options and len(options) > 1) else options != (NONE,)

    def value(self, name: str) -> Value | None:
        found = self.arguments.get(name)
        return found.value if found is not None and self.has(name) else None

    @property
    def id(self) -> str | None:
        positional = self.declaration.positional
        named = next((each.value for name in ("id", "resource_name", "title") if (each := self.arguments.get(name)) is not None), None)
        return known_text(positional[self.maker.id] if len(positional) > self.maker.id else named)

    @property
    def mode(self) -> str | None:
        """How the table is billed, where it is known."""
        changed = {mode_of(each.value) for each in self.declaration.changes if _tells(each.name, each.about, self.maker.billing, "BillingMode")}
        if changed:
            return changed.pop() if changed == {PROVISIONED} else None
        given = self.has(self.maker.billing)
        if given:
            return mode_of(self.value(self.maker.billing))
        if given is None:
            return None
        replicated = self.has(self.maker.replicated) if self.maker.replicated else False
        return None if replicated is None else PAY_PER_REQUEST if replicated else self.maker.default

    def provisioned(self) -> Provisioned:
        found = self.arguments.get(self.maker.billing)
        inside = found.place if found is not None and self.has(self.maker.billing) and found.place is not None else None
        there = inside is not None and encloses(self.declaration.whole, inside)
        return Provisioned(inside if there and inside is not None else self.declaration.place, self.has(self.maker.billing) is False)

    @property
    def has_ttl(self) -> bool | None:
        """Is time to live switched on? What is said of it later takes the place of what is given, and may be said on some paths only."""
        told = (each for each in self.declaration.changes if _tells(each.name, each.about, self.maker.ttl, "TimeToLiveSpecification"))
        changed = {_is_switched_on_by(each) for each in told}
        if changed:
            return changed.pop() if len(changed) == 1 else None
        given = self.has(self.maker.ttl)
        return _is_switched_on(self.value(self.maker.ttl)) if given else given

    @property
    def is_recoverable(self) -> bool | None:
        """Is point-in-time recovery switched on? What is said of it later, or in more than a literal, is not known."""
        names = self.maker.recovery
        if not names or any(_tells(each.name, each.about, name, "PointInTimeRecoverySpecification") for each in self.declaration.changes for name in names):
            return None
        given = [self.has(name) for name in names]
        if None in given:
            return None
        values = [self.value(name) for name, has in zip(names, given, strict=True) if has]
        if not values:
            return False
        said = [_part(value, "recovery") if isinstance(value, Dict) else value for value in values]
        return False if Const(False) in said else True if Const(True) in said else None

    @property
    def ttl(self) -> str | None:
        """The attribute by which items expire, OFF for none; None where it is not known."""
        if self.has_ttl is False:
            return OFF
        value = self.value(self.maker.ttl)
        if isinstance(value, Dict):
            return known_text(_part(value, "attribute_name")) if self.has_ttl else None
        return known_text(value)

    @property
    def keys(self) -> tuple[str, ...]:
        if self.maker.key_schema:
            return _schema_keys(self.value(self.maker.key_schema))
        names = [_key_name(self.value(name)) for name in (self.maker.partition_key, self.maker.sort_key) if self.has(name) is not False]
        return tuple(name for name in names if name is not None) if None not in names else ()

    @property
    def types(self) -> tuple[tuple[str, str], ...]:
        listed = self.value(self.maker.definitions) if self.maker.definitions else None
        elements = listed.elements if isinstance(listed, Sequence) else ()
        keys = [self.value(name) for name in (self.maker.partition_key, self.maker.sort_key) if name]
        added = [each.arguments[name].value for each in self.declaration.changes if each.name in _ADDS for name in _keys_of(each.arguments)]
        pairs = ((_key_name(each), _type(_part(each, "attribute_type"))) for each in (*elements, *keys, *added) if isinstance(each, Dict))
        return tuple(dict.fromkeys((name, kind) for name, kind in pairs if name is not None and kind is not None))

    @property
    def indexes(self) -> tuple[Index, ...]:
        return tuple(each for each in self._indexes if each is not None)

    @property
    def has_all_indexes(self) -> bool:
        lists = [self.value(name) for name, _ in self.maker.indexes if self.has(name) is not False]
        whole = all(isinstance(each, Sequence) and each.rest is None for each in lists)
        return whole and not self.maker.grows and not self.is_open and None not in self._indexes

    @property
    def _indexes(self) -> tuple[Index | None, ...]:
        listed = ((self.value(name), is_global) for name, is_global in self.maker.indexes)
        found = [_index(each, is_global, self.keys) for value, is_global in listed for each in (value.elements if isinstance(value, Sequence) else ())]
        for change in self.declaration.changes:
            if change.name in _ADDS:
                given = Dict(tuple(_entry(each) for each in change.arguments.values()))
                found.append(_index(given, _ADDS[change.name], self.keys))
        return tuple(found)


def _entry(argument: Argument) -> Entry:
    return Entry(Const(argument.name), argument.value, argument.surely, argument.place)


def _keys_of(arguments: dict[str, Argument]) -> list[str]:
    return [name for name in ("partition_key", "sort_key") if name in arguments]


def _index(value: Value, is_global: bool, table_keys: tuple[str, ...]) -> Index | None:
    if not isinstance(value, Dict) or value.open:
        return None
    name = known_text(_part(value, "index_name"))
    keys = _schema_keys(_part(value, "key_schema"))
    if not keys:
        parts = [_part(value, part) for part in ("partition_key", "sort_key")]
        names = [_key_name(each) for each in parts if each is not None]
        keys = tuple(each for each in names if each is not None) if None not in names else ()
        # CDK and Pulumi take the partition key of a local index from the table.
        keys = (*table_keys[:1], *keys) if not is_global and parts[0] is None else keys
    return Index(name, is_global, keys, keys[:1], None) if name is not None and keys else None


def _is_switched_on(value: Value | None) -> bool | None:
    """Does what is given for time to live switch it on: the name of an attribute, or a specification that is enabled? None: don't know.

    Pulumi's is not enabled where it does not say so (pulumi-aws 7.51, TableTtlArgs); the others have to say it.
    """
    if not isinstance(value, Dict):
        return None if value is None or isinstance(value, Unknown) else True
    if not value.open and all(value.has(spelling) is False for spelling in _SPELLINGS["enabled"]):
        return False
    return truth(_part(value, "enabled"))


def _is_switched_on_by(change: Change) -> bool | None:
    path = change.about.split(".")
    if "TimeToLiveSpecification" not in path:
        return _is_switched_on(change.value)
    if "deletion" in change.name:
        return False
    return truth(change.value) if path[-1] == "Enabled" else _is_switched_on(change.value) if path[-1] == "TimeToLiveSpecification" else None


def _tells(name: str, about: str, setting: str, template: str) -> bool:
    """Does a change of a table tell of a setting, by its own name or by that which templates have for it?"""
    return bool(setting) and (name in (setting, _snake(template), template) or template in about.split("."))


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).removeprefix("_")


def _part(value: Value | None, name: str) -> Value | None:
    """A part of a property, in any of its spellings."""
    if not isinstance(value, Dict):
        return None
    return next((found for spelling in _SPELLINGS.get(name, (name,)) if (found := entry_value(value, spelling)) is not None), None)


def _key_name(value: Value | None) -> str | None:
    return known_text(_part(value, "name")) if isinstance(value, Dict) else known_text(value)


def _type(value: Value | None) -> str | None:
    said = value.name.rpartition(".")[2] if isinstance(value, Symbol) else known_text(value)
    return _TYPES.get(said or "")


def _schema_keys(schema: Value | None) -> tuple[str, ...]:
    elements = schema.elements if isinstance(schema, Sequence) and schema.rest is None else ()
    pairs = [(known_text(_part(each, "attribute_name")), known_text(_part(each, "key_type"))) for each in elements]
    return () if any(None in pair for pair in pairs) else tuple(name for name, kind in sorted(pairs, key=lambda pair: pair[1] != "HASH") if name is not None)
