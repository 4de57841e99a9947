"""Turns what makes tables, in the words of whichever library, into new tables: what they are for, how they are billed, whether items expire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dynalint.declared import OFF, PAY_PER_REQUEST, PROVISIONED, DeclaredTable, Index
from dynalint.facts.operation import Operation
from dynalint.facts.shapes import encloses, entry_value
from dynalint.facts.tables import TableDefinition
from dynalint.findings import Finding
from dynalint.model.context import assigned_name
from dynalint.model.record import Argument, Declaration, ModelAttribute, ModelIndex, TableModel
from dynalint.model.tree import At
from dynalint.model.values import NONE, Const, Dict, Entry, Place, Sequence, Symbol, Text, Unknown, Value, alternatives, known_text, text_parts

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts


@dataclass(frozen=True, slots=True)
class Maker:
    """A way to make a table, and its words for what a table can be told."""

    name: str
    on_demand: str
    """What makes the table on-demand."""
    expiry: str
    """What switches time to live on."""
    billing: str = "billing_mode"
    """The argument that says how the table is billed."""
    ttl: str = ""
    """The one that says by which attribute items expire."""
    table_name: str = "table_name"
    partition_key: str = ""
    sort_key: str = ""
    key_schema: str = ""
    definitions: str = ""
    indexes: tuple[tuple[str, bool], ...] = ()
    """The arguments that list indexes: are they global?"""
    default: str = PROVISIONED
    """How a table is billed of which nothing is said."""
    replicated: str = ""
    """The argument that makes on-demand the default."""
    id: int = 0
    """Which argument is the name that the program itself gives the table."""


BOTO3 = Maker("boto3", "BillingMode=PAY_PER_REQUEST", "call update_time_to_live")
PYNAMODB = Maker("pynamodb", 'billing_mode="PAY_PER_REQUEST"', "add a TTLAttribute")
_GLOBAL, _LOCAL = ("global_secondary_indexes", True), ("local_secondary_indexes", False)
# The defaults are those that the libraries' own documentation states: aws-cdk-lib 2.275 (aws_dynamodb), AWS::DynamoDB::Table and ::GlobalTable,
# troposphere 4.11 (validators/dynamodb.py), pulumi-aws 7.51 (dynamodb/table.py).
_CDK = Maker(
    "aws_cdk.aws_dynamodb.Table",
    "BillingMode.PAY_PER_REQUEST",
    "set time_to_live_attribute",
    ttl="time_to_live_attribute",
    partition_key="partition_key",
    sort_key="sort_key",
    replicated="replication_regions",
    id=1,
)
_CDK_V2 = Maker(
    "aws_cdk.aws_dynamodb.TableV2",
    "Billing.on_demand()",
    "set time_to_live_attribute",
    billing="billing",
    ttl="time_to_live_attribute",
    partition_key="partition_key",
    sort_key="sort_key",
    indexes=(_GLOBAL, _LOCAL),
    default=PAY_PER_REQUEST,
    id=1,
)
_CFN = Maker(
    "aws_cdk.aws_dynamodb.CfnTable",
    'billing_mode="PAY_PER_REQUEST"',
    "set time_to_live_specification",
    ttl="time_to_live_specification",
    key_schema="key_schema",
    definitions="attribute_definitions",
    indexes=(_GLOBAL, _LOCAL),
    id=1,
)
_TROPOSPHERE = Maker(
    "troposphere.dynamodb.Table",
    'BillingMode="PAY_PER_REQUEST"',
    "set TimeToLiveSpecification",
    billing="BillingMode",
    ttl="TimeToLiveSpecification",
    table_name="TableName",
    key_schema="KeySchema",
    definitions="AttributeDefinitions",
    indexes=(("GlobalSecondaryIndexes", True), ("LocalSecondaryIndexes", False)),
)
_PULUMI = Maker(
    "pulumi_aws.dynamodb.Table",
    'billing_mode="PAY_PER_REQUEST"',
    "set ttl",
    ttl="ttl",
    table_name="name",
    partition_key="hash_key",
    sort_key="range_key",
    definitions="attributes",
    indexes=(_GLOBAL, _LOCAL),
)
MAKERS = {each.name: each for each in (_CDK, _CDK_V2, _CFN, _TROPOSPHERE, _PULUMI)} | {"aws_cdk.aws_dynamodb.CfnGlobalTable": _CFN}
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
}
_TYPES = {"STRING": "S", "NUMBER": "N", "BINARY": "B", "S": "S", "N": "N", "B": "B"}
# PynamoDB's attributes and what DynamoDB stores of them (pynamodb/attributes.py); those that can be keys.
KINDS = {
    "UnicodeAttribute": "S", "JSONAttribute": "S", "UTCDateTimeAttribute": "S", "NumberAttribute": "N", "VersionAttribute": "N", "TTLAttribute": "N",
    "BinaryAttribute": "B", "DiscriminatorAttribute": "S",
}  # fmt: skip
_ADDS = {"add_global_secondary_index": True, "add_local_secondary_index": False}


@dataclass(frozen=True, slots=True)
class Provisioned:
    """Where a table is given provisioned capacity, or where that would have to be prevented."""

    place: Place
    by_default: bool
    """Does it come from nothing being said?"""


@dataclass(frozen=True, eq=False)
class NewTable:
    """A table that the program makes, or that it stands for."""

    maker: Maker
    facts: Facts = field(repr=False)
    place: Place
    words: tuple[str, ...]
    """All that the code calls it."""
    table: DeclaredTable
    """What is known of it."""
    provisioned: tuple[Provisioned, ...] = ()
    """Where it surely gets provisioned capacity, other than by a call of boto3's."""
    has_ttl: bool | None = None
    """Is time to live switched on? None: don't know."""
    attributes: tuple[str, ...] = ()
    """The attributes by which items might be made to expire from outside of the program; known of models only."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the key attributes, partition key first, as far as they are known."""
        return self.table.keys

    @property
    def may_be_provisioned(self) -> bool:
        """Did the user allow it provisioned capacity, by its name or by what the program calls it?"""
        return any(self.facts.options.may_be_provisioned(name) for name in (self.table.name, self.table.id or None))

    def finding(self, message: str, at: Place | None = None) -> Finding:
        """A finding on what makes the table, or on a part of that."""
        return Finding((at or self.place).span, message)


def new_tables(facts: Facts) -> Iterator[NewTable]:
    """All tables that a module makes, or that its classes stand for."""
    yield from (_of_definition(each) for each in facts.definitions)
    yield from (_of_declaration(each, facts) for each in facts.module.declarations.values())
    yield from (each for model in facts.module.models if (each := _of_model(model, facts)) is not None)
    yield from (_elsewhere(each) for each in facts.model_operations if each.name == "create_table" and each.call.model not in facts.module.models)


def _of_definition(definition: TableDefinition) -> NewTable:
    words = definition.table_words[:-1] if definition.call.receiver else definition.table_words
    table = DeclaredTable(name=_pattern(definition.table_value), keys=definition.keys, maker="create_table")
    return NewTable(BOTO3, definition.facts, definition.place, words, table, (), definition.gets_ttl)


# Constructs


def _of_declaration(declaration: Declaration, facts: Facts) -> NewTable:
    maker, arguments = MAKERS[declaration.maker], _arguments(declaration)
    given = _Given(maker, declaration, arguments)
    label, name = given.id, given.value(maker.table_name)
    texts = [part for option in (alternatives(name) if name is not None else ()) for part in text_parts(option) if isinstance(part, str)]
    bound = assigned_name(declaration.whole) if isinstance(declaration.whole, At) else None
    table = DeclaredTable(
        name=_pattern(name),
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
    has_ttl = True if _is_switched_on(name, facts) else given.has_ttl
    return NewTable(maker, facts, declaration.place, words, table, provisioned, has_ttl)


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
        changed = {_mode(each.value) for each in self.declaration.changes if _tells(each.name, each.about, self.maker.billing, "BillingMode")}
        if changed:
            return changed.pop() if changed == {PROVISIONED} else None
        given = self.has(self.maker.billing)
        if given:
            return _mode(self.value(self.maker.billing))
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
        if any(_tells(each.name, each.about, self.maker.ttl, "TimeToLiveSpecification") for each in self.declaration.changes):
            return True
        return self.has(self.maker.ttl)

    @property
    def ttl(self) -> str | None:
        """The attribute by which items expire, OFF for none; None where it is not known."""
        if self.has_ttl is False:
            return OFF
        value = self.value(self.maker.ttl)
        if isinstance(value, Dict):
            return known_text(_part(value, "attribute_name")) if _part(value, "enabled") == Const(True) else None
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
        lists = [self.value(name) for name, _ in self.maker.indexes]
        return not self.is_open and None not in self._indexes and all(each is None or (isinstance(each, Sequence) and each.rest is None) for each in lists)

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


def _tells(name: str, about: str, setting: str, template: str) -> bool:
    """Does a change of a table tell of a setting, by its own name or by that which templates have for it?"""
    return bool(setting) and (name in (setting, _snake(template), template) or template in about.split("."))


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).removeprefix("_")


def _mode(value: Value | None) -> str | None:
    """PROVISIONED or PAY_PER_REQUEST, where it is known which of them a value is."""
    if value is None:
        return None
    found = {_one_mode(option) for option in alternatives(value)}
    return found.pop() if len(found) == 1 else None


def _one_mode(value: Value) -> str | None:
    # A member of an enumeration, its value, or the method that makes CDK's `Billing`.
    said = value.name.removesuffix(".value").rpartition(".")[2] if isinstance(value, Symbol) else known_text(value) or ""
    return {"PROVISIONED": PROVISIONED, "provisioned": PROVISIONED, "PAY_PER_REQUEST": PAY_PER_REQUEST, "on_demand": PAY_PER_REQUEST}.get(said)


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


def _pattern(value: Value | None) -> str | None:
    """A name as `DeclaredTable.name` has it."""
    if isinstance(value, Text):
        return "".join(part if isinstance(part, str) else "${" + (getattr(part, "name", "") or "?") + "}" for part in value.parts)
    return known_text(value)


# Models


def _of_model(model: TableModel, facts: Facts) -> NewTable | None:
    """The table of a model; None where it stands for none of its own: it only lends its `Meta`, or has that of another model."""
    calls = [each for each in facts.model_operations if each.name == "create_table" and each.call.model is model]
    named = model.meta.get("table_name")
    if not calls and (named is None or model.meta_place is None):
        return None
    name = _pattern(named.value) if named is not None and named.surely else None
    ttl = next((each.stored for each in model.attributes if each.kind == "TTLAttribute"), None if model.open else OFF)
    mode = _meta_mode(model)
    indexes = tuple(_model_index(each) for each in model.indexes)
    table = DeclaredTable(
        name=name,
        id=model.name,
        keys=tuple(each.stored for each in model.keys),
        types=_model_types(model),
        indexes=tuple(each for each in indexes if each is not None),
        has_all_indexes=not model.open and None not in indexes,
        billing=mode,
        ttl=ttl,
        maker="pynamodb",
        line=model.place.span.line,
    )
    value = named.value if named is not None and named.surely else None
    has_ttl = True if ttl or _is_switched_on(value, facts) else None if ttl is None else False
    # What no TTLAttribute tells of may still expire where somebody else makes the table.
    others = () if calls else tuple(each.stored for each in model.attributes if each.kind in ("NumberAttribute", "VersionAttribute") and not each.role)
    provisioned = tuple(_by_calls(calls, mode)) if calls else () if _is_made_elsewhere(value, facts) else tuple(_by_meta(model, mode, facts))
    return NewTable(PYNAMODB, facts, model.place, (model.name, *([name] if name else [])), table, provisioned, has_ttl, others)


def _elsewhere(call: Operation) -> NewTable:
    """The table of a model of another module, where the finding on the model would stand: only what the call itself says is told here."""
    name = call.table_name
    mode = _call_mode(call)
    provisioned = (Provisioned(_spot(call), False),) if mode == PROVISIONED else ()
    table = DeclaredTable(name=name, id=call.handle.named, billing=mode, maker=PYNAMODB.name, line=call.place.span.line)
    return NewTable(PYNAMODB, call.facts, call.place, (), table, provisioned)


def _by_calls(calls: Iterable[Operation], meta_mode: str | None) -> Iterator[Provisioned]:
    for call in calls:
        given = call.has("BillingMode")
        if given and _call_mode(call) == PROVISIONED:
            yield Provisioned(_spot(call), False)
        elif given is False and meta_mode == PROVISIONED:
            explicit = call.call.model is not None and "billing_mode" in call.call.model.meta
            yield Provisioned(call.place, not explicit)


def _by_meta(model: TableModel, mode: str | None, facts: Facts) -> Iterator[Provisioned]:
    if mode != PROVISIONED or model.meta_place is None:
        return
    entries = (model.meta.get(name) for name in ("billing_mode", "read_capacity_units", "write_capacity_units"))
    own = (each.place for each in entries if each is not None and each.place is not None and each.place.source is facts.source)
    yield Provisioned(next(own, model.meta_place), "billing_mode" not in model.meta)


def _spot(call: Operation) -> Place:
    argument = call.argument("BillingMode")
    return call.inside(argument.place if argument is not None else None) or call.place


def _call_mode(call: Operation) -> str | None:
    return _mode(call.value("BillingMode"))


def _meta_mode(model: TableModel) -> str | None:
    """How the `Meta` of a model has its table billed. PynamoDB's own default is provisioned (pynamodb/connection/base.py)."""
    entry = model.meta.get("billing_mode")
    if entry is not None:
        return _mode(entry.value) if entry.surely else None
    return None if model.meta_open else PROVISIONED


def _model_types(model: TableModel) -> tuple[tuple[str, str], ...]:
    keys = (*model.keys, *(each for index in model.indexes for each in index.keys))
    return tuple(dict.fromkeys((each.stored, kind) for each in keys if (kind := KINDS.get(each.kind)) is not None))


def _model_index(index: ModelIndex) -> Index | None:
    keys = tuple(each.stored for each in index.keys)
    return Index(index.stored, index.is_global, keys, keys[:1], index.projection) if index.stored is not None and keys else None


def _is_made_elsewhere(name: Value | None, facts: Facts) -> bool:
    """Does the project declare the table in a template, or call the model's `create_table` for an on-demand table?"""
    declared = facts.declared(name)
    return declared is not None and (declared.maker != PYNAMODB.name or declared.billing == PAY_PER_REQUEST)


def _is_switched_on(name: Value | None, facts: Facts) -> bool:
    """Is TTL switched on, by boto3 in this module or anywhere else in the project, for this table? Or in this module for one whose name is not known?"""
    switches = (each for each in facts.operations if each.name == "update_time_to_live")
    text, declared = known_text(name), facts.declared(name)
    here = any(each.table_name is None or text is None or each.table_name == text for each in switches)
    return here or (declared is not None and bool(declared.ttl))


def attribute_called(model: TableModel, name: str) -> ModelAttribute | None:
    """The attribute of a model that Python calls by this name."""
    return next((each for each in model.attributes if each.name == name), None)
