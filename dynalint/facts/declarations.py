"""Turns what a module says of tables into what the rest of the project may know: what code calls a table, and the tables that a module declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from dynalint.declared import OFF, SWITCH, UPDATE, Declared, DeclaredTable, Variable, Wanted
from dynalint.facts.constructs import table_of_declaration
from dynalint.facts.makers import BOTO3
from dynalint.facts.operation import Operation
from dynalint.facts.schemas import index_of
from dynalint.facts.tables import TableDefinition
from dynalint.model.values import Text, Unknown, Value, alternatives, known_text

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts

_ARN = re.compile(r"arn:[\w-]*:dynamodb:[^/]*:table/([^/]+)")
_NOT_IN_HOLES = re.compile(r"[^\w.]")


def wanted_tables(table: Value) -> tuple[Wanted, ...]:
    """What code calls a table, each way that it may: by a text, or by the environment variable that holds its name."""
    return tuple(_wanted(option) for option in alternatives(table))


def _wanted(value: Value) -> Wanted:
    text = known_text(value)
    if text is not None:
        arn = _ARN.fullmatch(text)
        return Wanted(arn[1] if arn is not None else text)
    if isinstance(value, Text):
        parts = [part for part in value.parts if part != ""]
        if len(parts) == 1 and not isinstance(parts[0], str):
            return _wanted(parts[0])
        return Wanted("".join(part if isinstance(part, str) else _shown(part) for part in parts))
    return Wanted(variable=value.name) if isinstance(value, Unknown) and value.is_variable else Wanted()


def _shown(part: Value) -> str:
    known = known_text(part)
    return known if known is not None else "${" + (_NOT_IN_HOLES.sub("", part.name) if isinstance(part, Unknown) else "") + "}"


def declarations(facts: Facts) -> Declared:
    """The tables that a module declares, for who reads the others of its project: those it creates, gives indexes, or switches TTL on for."""
    variables = (Variable(name, text=text, path=facts.source.path) for name, text in sorted(facts.module.variables, key=str))
    return Declared((*_created(facts), *_made(facts), *_updated(facts), *_switched(facts)), tuple(variables))


def _created(facts: Facts) -> Iterator[DeclaredTable]:
    for definition, schema in facts.created:
        billing = "PROVISIONED" if definition.has("BillingMode") is False else definition.billing_mode
        for table in _named(definition, definition.table_value):
            if schema is None:
                yield replace(table, billing=billing, maker="create_table")
            else:
                whole = replace(table, keys=schema.keys, types=schema.types, indexes=schema.indexes, has_all_indexes=schema.has_all_indexes)
                yield replace(whole, billing=billing, maker="create_table")


def _updated(facts: Facts) -> Iterator[DeclaredTable]:
    for operation in facts.operations:
        if isinstance(operation, TableDefinition) and not operation.creates and operation.has("GlobalSecondaryIndexUpdates") is not False:
            made = (index_of(each) for each in operation.indexes)
            indexes = tuple(index for index in made if index is not None)
            yield from (replace(table, indexes=indexes, maker=UPDATE) for table in _named(operation, operation.table_value))


def _made(facts: Facts) -> Iterator[DeclaredTable]:
    """The tables that other libraries make, and those that models stand for."""
    for each in facts.new_tables:
        if each.maker is not BOTO3:
            yield replace(each.table, path=facts.source.path)
    for made in facts.module.interpreter.made_elsewhere.values():
        if made.asked_for is not None and made.asked_for.source is facts.source:
            yield replace(table_of_declaration(made, facts).table, path=facts.source.path, line=made.asked_for.span.line)


def _switched(facts: Facts) -> Iterator[DeclaredTable]:
    for switch in facts.ttl_switches:
        ttl = OFF if switch.is_on is False else switch.attribute if switch.is_on else None
        yield from (replace(each, ttl=ttl, maker=SWITCH) for each in _named(switch, switch.table_value))


def _named(operation: Operation, table: Value | None) -> Iterator[DeclaredTable]:
    """A declaration of each table that an operation may be about, with nothing said of it yet."""
    for wanted in wanted_tables(table) if table is not None else (Wanted(),):
        yield DeclaredTable(
            name=wanted.text if wanted.text is not None else "${" + (wanted.variable or "?") + "}",
            variables=(wanted.variable,) if wanted.variable is not None else (),
            path=operation.facts.source.path,
            line=operation.place.span.line,
        )
