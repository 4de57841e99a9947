"""Turns what the model recorded into the facts of one module: all that a rule may ask, and nothing of syntax."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from dynalint.declared import NO_TABLES, SWITCH, UPDATE, DeclaredTable, Tables, expires, held_by_all, is_all_unknown, may_be
from dynalint.facts.batches import BatchRequest, BatchWriter
from dynalint.facts.clients import Client
from dynalint.facts.constructs import table_of_declaration
from dynalint.facts.coroutines import Unawaited, unawaited_of
from dynalint.facts.decimals import InexactDecimal, inexact_decimals
from dynalint.facts.declarations import wanted_tables
from dynalint.facts.dumps import JsonDump
from dynalint.facts.expressions import BuiltCondition, Expression
from dynalint.facts.items import NAMED, WRITES, Item, attributes_of, items_of
from dynalint.facts.makers import NewTable, table_of_definition
from dynalint.facts.models import item_of_model, table_elsewhere, table_of_model
from dynalint.facts.operation import MethodCall, Operation
from dynalint.facts.outside import OutsideInput, outside_inputs_of
from dynalint.facts.queries import Query
from dynalint.facts.reads import ItemRead, PagedRead, Scan
from dynalint.facts.requests import Request, requests_of
from dynalint.facts.schemas import Schema, declared_schema, is_same_table, schema_for, schemas_of
from dynalint.facts.sent import Sent, sent_by
from dynalint.facts.shapes import is_open
from dynalint.facts.statements import Statement, statements_of
from dynalint.facts.tables import TableDefinition, TtlSwitch, expiry_by
from dynalint.model.context import enclosing_function
from dynalint.model.module import Module
from dynalint.model.record import Call, NamedDict
from dynalint.model.tree import At
from dynalint.model.values import Condition, Evidence, KeyPart, Place, Unknown, Value, alternatives, known_text, type_of
from dynalint.options import Options
from dynalint.source import Source, Span


class Facts:
    """The facts of one module."""

    def __init__(self, module: Module, options: Options, tables: Tables = NO_TABLES) -> None:
        self.module = module
        self.options = options
        self.tables = tables
        """What the rest of the project says of its tables."""
        self._declared: dict[Value, DeclaredTable | None] = {}

    @property
    def source(self) -> Source:
        """The file."""
        return self.module.source

    def of_kind(self, kind: str, models: bool = False) -> tuple[object, ...]:
        """The facts of the kind that a rule's first parameter names; with `models` those of PynamoDB's models too."""
        if kind in _COLLECTED:
            facts: tuple[object, ...] = getattr(self, _COLLECTED[kind])
            return (*facts, *self.model_items) if models and kind == "Item" else facts
        asked = (*self.operations, *self.model_operations) if models else self.operations
        return tuple(each for each in asked if kind in (base.__name__ for base in type(each).__mro__))

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, in the order in which they stand in the file."""
        return self._ordered(call for call in self.module.calls.values() if call.model is None and _is_dynamodb(call))

    @cached_property
    def model_operations(self) -> tuple[Operation, ...]:
        """What the methods of PynamoDB's models send, likewise. PynamoDB speaks for itself to DynamoDB: most of what is said of boto3 is not true of it."""
        return self._ordered(call for call in self.module.calls.values() if call.model is not None)

    def _ordered(self, calls: Iterable[Call]) -> tuple[Operation, ...]:
        made = [self._operation(call) for call in calls if not call.expected_to_fail]
        return tuple(sorted(made, key=lambda each: (each.place.span, len(each.call.path))))

    @cached_property
    def by_place(self) -> dict[Span, list[Operation]]:
        """The operations by where they stand: each on all program paths that lead there."""
        found: dict[Span, list[Operation]] = {}
        for each in (*self.operations, *self.model_operations):
            found.setdefault(each.place.span, []).append(each)
        return found

    @cached_property
    def places_in_functions(self) -> dict[object, set[Span]]:
        """The functions, None for the module's own code -> where operations stand directly in them."""
        found: dict[object, set[Span]] = {}
        for each in self.operations:
            if isinstance(each.call.whole, At):
                found.setdefault(enclosing_function(each.call.whole), set()).add(each.place.span)
        return found

    @cached_property
    def method_calls(self) -> tuple[MethodCall, ...]:
        """All calls of methods of which AWS says what they take."""
        shaped = (call for call in self.module.calls.values() if call.handle.evidence == Evidence.SHAPED)
        return tuple(MethodCall(call, self) for call in (*self.module.method_calls.values(), *shaped) if not call.expected_to_fail)

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """All expressions that are sent as texts."""
        return tuple(each for request in self.requests for each in request.expressions)

    @cached_property
    def requests(self) -> tuple[Request, ...]:
        """All requests that operations make, the elements of transactions and batches too."""
        return tuple(each for operation in self.operations for each in requests_of(operation))

    @cached_property
    def conditions(self) -> tuple[BuiltCondition, ...]:
        """All conditions that are built, each once for all the paths that lead to it."""
        found: dict[Place, list[Condition]] = {}
        misused = (Condition(f"python-{each.operator}", (each.part, each.other), each.place) for each in self.module.misuses.values())
        for condition in (*self.module.conditions.values(), *misused):
            if condition.place is not None:
                found.setdefault(condition.place, []).append(condition)
        return tuple(BuiltCondition(tuple(variants), place, self) for place, variants in found.items())

    @cached_property
    def sent(self) -> tuple[Sent, ...]:
        """All values that operations send, in the groups in which they send them."""
        return tuple(each for operation in self.operations for each in sent_by(operation))

    def _operation(self, call: Call) -> Operation:
        return _KINDS.get(call.name, Operation)(call, self)

    @cached_property
    def definitions(self) -> tuple[TableDefinition, ...]:
        """The tables that this module creates."""
        return tuple(each for each in self.operations if isinstance(each, TableDefinition) and each.creates)

    @cached_property
    def new_tables(self) -> tuple[NewTable, ...]:
        """The tables that this module makes, by whichever library, and those that its classes stand for."""
        made = (
            *(table_of_definition(each) for each in self.definitions),
            *(table_of_declaration(each, self) for each in self.module.declarations.values()),
            *(table_of_model(each, self) for each in self.module.models),
            *(table_elsewhere(each) for each in self.model_operations if each.name == "create_table" and each.model not in self.module.models),
        )
        return tuple(each for each in made if each is not None)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items that are written."""
        written = [item for operation in self.operations if operation.name in WRITES for item in items_of(operation)]
        return (*written, *(self._named(each) for each in self.module.named_dicts.values() if each.ref not in self.module.written | self.module.handed_on))

    @cached_property
    def model_items(self) -> tuple[Item, ...]:
        """What the objects of this module's PynamoDB models are stored as."""
        made = (item_of_model(model, self) for model in self.module.models)
        return tuple(each for each in made if each is not None)

    def may_store_none(self, name: str) -> bool:
        """May this module, for all that is known, write an item with None under this name?"""
        found = [(item, item.attribute(name)) for item in self.items]
        return any(item.open if each is None else type_of(each.value) in (None, "NoneType") for item, each in found)

    def asks_for(self, name: str) -> bool:
        """Does a condition ask whether items have the attribute?"""
        asking = (each for built in self.conditions for each in built.variants if each.operator in ("exists", "not_exists"))
        parts = (each.operands[0] for each in asking if each.operands)
        return any(isinstance(part, KeyPart) and known_text(part.name) == name for part in parts)

    @cached_property
    def ttl_switches(self) -> tuple[TtlSwitch, ...]:
        """Each update_time_to_live."""
        return tuple(each for each in self.operations if isinstance(each, TtlSwitch))

    def ttl_of(self, table: Value | None) -> str | None:
        """The attribute that TTL is switched on for, on a table that is known by its name or an environment variable; None where that is not known."""
        return expiry_by((each for each in self.ttl_switches if is_same_table(each.table_value, table)), self.declared(table))

    @cached_property
    def inexact_decimals(self) -> tuple[InexactDecimal, ...]:
        """The Decimals that are made of floats."""
        return tuple(inexact_decimals(self))

    @cached_property
    def json_dumps(self) -> tuple[JsonDump, ...]:
        """What is written as JSON."""
        return tuple(JsonDump(each, self) for each in self.module.dumps.values())

    @cached_property
    def clients(self) -> tuple[Client, ...]:
        """The sessions that are made, and the clients and resources for DynamoDB."""
        return tuple(Client(each, self) for each in self.module.creations.values())

    @cached_property
    def unawaited(self) -> tuple[Unawaited, ...]:
        """What is used without the `await` or `async with` that it needs."""
        return tuple(unawaited_of(self.method_calls, self.clients))

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The PartiQL statements that are not known in full."""
        return tuple(each for operation in self.operations for each in statements_of(operation))

    @cached_property
    def outside_inputs(self) -> tuple[OutsideInput, ...]:
        """What of the requests is chosen outside of the program."""
        return tuple(each for operation in self.operations for each in outside_inputs_of(operation))

    @cached_property
    def makes_several_tables(self) -> bool:
        """Does this module create tables at more than one place?"""
        return len({definition.place for definition in self.definitions}) > 1

    def _named(self, named: NamedDict) -> Item:
        attributes = tuple(attributes_of(named.value, None))
        return Item(attributes, is_open(named.value), NAMED, None, named.place, None, (named.name.removesuffix("_item"),), None, self, named.place)

    def schema(self, table: Value | None, names: tuple[str, ...] = ()) -> Schema | None:
        """The schema of a table, by what is known of its name: as this module creates it, else as the project declares it.

        Of several definitions here, those that the function at the head of the names reaches come first: each test may make tables of its own.
        """
        if table is None:
            return None
        if any(is_same_table(definition.table_value, name) for definition, _ in self.created for name in alternatives(table)):
            return self._own_schema(table, names)
        declared = self.declared(table)
        return declared_schema(declared, table, self._may_grow or self._may_grow_elsewhere) if declared is not None else None

    def declared(self, table: Value | None) -> DeclaredTable | None:
        """What the rest of the project declares of a table; where its name may mean several, what holds for all of them."""
        if table is None:
            return None
        if table not in self._declared:
            found = self._candidates(table)
            self._declared[table] = held_by_all(each for group in found for each in group) if found and all(found) else None
        return self._declared[table]

    def expires_elsewhere(self, table: Value | None) -> bool | None:
        """Does the rest of the project switch TTL on for the table, or for one that its name may mean? None: don't know."""
        return expires(each for group in self._candidates(table) for each in group) if table is not None else False

    def _candidates(self, table: Value) -> list[tuple[DeclaredTable, ...]]:
        """The tables that each of the names may mean that code has for one."""
        return [self.tables.candidates(wanted) for wanted in wanted_tables(table)]

    @cached_property
    def declared_names(self) -> tuple[str, ...]:
        """The names of the tables that this module and the rest of the project declare, `${...}` for what is not known of one."""
        own = (wanted.text or "${?}" for definition in self.definitions for wanted in wanted_tables(definition.table_value or Unknown()))
        # Who switches TTL for any table that it is told declares none.
        declared = (table for table in self.tables.declared().tables if table.maker != SWITCH or not is_all_unknown(table.name or ""))
        elsewhere = (table.name for table in declared if table.name is not None)
        return tuple(dict.fromkeys((*own, *elsewhere)))

    def is_declared(self, table: Value | None) -> bool | None:
        """Is a table of this name declared anywhere in the project? None where the name is not known, where no tables are declared, or one of any name."""
        texts = [wanted.text for wanted in wanted_tables(table)] if table is not None else []
        if not texts or not self.declared_names or any(text is None or "${" in text for text in texts) or any(map(is_all_unknown, self.declared_names)):
            return None
        return any(may_be(name, text) for name in self.declared_names for text in texts if text is not None)

    def _own_schema(self, table: Value, names: tuple[str, ...]) -> Schema | None:
        own = (pair for pair in self.created if pair[0].call.names[:1] == names[:1])
        near = tuple(pair for pair in own if any(is_same_table(pair[0].table_value, name) for name in alternatives(table)))
        pairs = near or self.created
        doubtful = [definition.table_value for definition, schema in pairs if schema is None]
        sure = (schema for _, schema in pairs if schema is not None and not any(is_same_table(schema.table, name) for name in doubtful))
        return schema_for(table, tuple(sure))

    def has_hash_only_table(self, partition_key: str) -> bool:
        """Does this module create a table that has this attribute as its whole key, and none that has another key with it?"""
        found = {schema.sort_key for _, schema in self.created if schema is not None and schema.partition_key == partition_key}
        return found == {None}

    @cached_property
    def _may_grow(self) -> bool:
        """May this module give tables more indexes than they are created with?"""
        return any(operation.name == "update_table" for operation in self.operations)

    @cached_property
    def _may_grow_elsewhere(self) -> bool:
        """May another module of the project do so, to a table that it does not name?"""
        return any(table.maker == UPDATE and is_all_unknown(table.name or "") for table in self.tables.declared().tables)

    @cached_property
    def created(self) -> tuple[tuple[TableDefinition, Schema | None], ...]:
        """The tables that this module creates, each with its schema where the keys are known."""
        return tuple(zip(self.definitions, schemas_of(self.definitions, self._may_grow), strict=True))


# The facts that are not operations -> who collects them.
_COLLECTED = {
    "Item": "items",
    "MethodCall": "method_calls",
    "Expression": "expressions",
    "BuiltCondition": "conditions",
    "Request": "requests",
    "Sent": "sent",
    "InexactDecimal": "inexact_decimals",
    "JsonDump": "json_dumps",
    "Client": "clients",
    "NewTable": "new_tables",
    "Statement": "statements",
    "OutsideInput": "outside_inputs",
    "Unawaited": "unawaited",
}
_KINDS: dict[str, type[Operation]] = {
    "scan": Scan,
    "query": Query,
    "list_tables": PagedRead,
    "execute_statement": PagedRead,
    "get_item": ItemRead,
    "create_table": TableDefinition,
    "update_table": TableDefinition,
    "update_time_to_live": TtlSwitch,
    "batch_write_item": BatchRequest,
    "batch_get_item": BatchRequest,
    "transact_write_items": BatchRequest,
    "transact_get_items": BatchRequest,
    "batch_writer": BatchWriter,
}


def _is_dynamodb(call: Call) -> bool:
    """A scan or query on something of which only the name speaks must also be read like DynamoDB's answer, or be handed on whole."""
    if call.handle.evidence > Evidence.NAMED or call.name not in ("scan", "query", "execute_statement"):
        return True
    from dynalint.service.operations import RESPONSE_KEYS

    return bool(call.use.reads & RESPONSE_KEYS) or bool(call.arguments) or call.handle.table is not None
