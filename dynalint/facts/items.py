"""Turns writes into the items that they write: attributes with their values, places and the names that the code gives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dynalint.declared import DeclaredTable
from dynalint.facts.operation import Operation
from dynalint.facts.shapes import as_dict, elements, entry_value, is_open, untagged
from dynalint.findings import Finding, Fix
from dynalint.language.assigned import assigned_attributes
from dynalint.model.values import Const, Dict, Entry, Place, Unknown, Value, alternatives, known_text

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts

NAMED, MODEL = "named", "model"
WRITES = ("put_item", "update_item", "batch_write_item", "transact_write_items")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One top-level attribute of an item that is written."""

    name: str
    value: Value
    """The value as Python has it, taken out of the wire form."""
    tag: str | None
    """The type tag of the wire form, None for plain values."""
    surely: bool
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, eq=False)
class Item:
    """An item that is written: by put_item, a batch, a transaction, an upsert; a dict that is named an item; or what objects of a model are stored as."""

    attributes: tuple[Attribute, ...]
    open: bool
    """May it have attributes that are not listed?"""
    how: str
    """The operation, NAMED for a dict that only its name makes an item, or MODEL."""
    operation: Operation | None
    place: Place
    """Where a finding about the whole item stands: the operation's name, or the dict's."""
    table: str | None
    texts: tuple[str, ...]
    """All that the code calls the table and the item."""
    key: str | None
    """The name of the partition key, as far as it can be told."""
    facts: Facts = field(repr=False)
    source: Place | None = None
    declared: DeclaredTable | None = None
    """What the rest of the project declares of the table; of a model's, what the model declares where the rest says nothing of expiry."""

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of a name."""
        return next((each for each in self.attributes if each.name == name), None)

    def finding(self, message: str, fix: Fix | None = None, at: Place | None = None) -> Finding:
        """A finding on the attribute that it is about, if that stands in the call; or on the operation's line, or the dict's."""
        if self.operation is not None and at is not None:
            return self.operation.finding_about(at, self.source, message, fix)
        return Finding((at or self.place).span, message, fix)


def items_of(operation: Operation) -> Iterator[Item]:
    """The items that an operation writes."""
    if operation.name == "put_item":
        argument = operation.argument("Item")
        if argument is not None:
            yield _item(operation, argument.value, operation.table_value, argument.text, "put_item", argument.place)
    elif operation.name == "batch_write_item":
        yield from _batch_items(operation)
    elif operation.name == "transact_write_items":
        yield from _transaction_items(operation)
    elif operation.name == "update_item":
        yield from _upserts(operation)


def _item(operation: Operation, value: Value, table: Value | None, name: str, how: str, source: Place | None) -> Item:
    merged = as_dict(value)
    attributes = tuple(attributes_of(merged, operation.handle.plain))
    known = known_text(table)
    first = attributes[0].name if attributes else None
    schema = operation.facts.schema(table)
    key = schema.partition_key if schema is not None else first
    texts = tuple(text for text in (*operation.table_words, name) if text)
    facts = operation.facts
    return Item(attributes, is_open(merged), how, operation, operation.place, known, texts, key, facts, source, facts.declared(table))


def attributes_of(value: Dict, plain: bool | None) -> Iterator[Attribute]:
    """The attributes of an item, out of the wire form where it is in one."""
    for entry in value.entries:
        name = known_text(entry.key)
        if name is not None:
            tag, inner = untagged(entry.value) if plain is not True else (None, entry.value)
            yield Attribute(name, inner, tag, entry.surely, entry.place)


def _batch_items(operation: Operation) -> Iterator[Item]:
    requests = operation.argument("RequestItems")
    for option in alternatives(requests.value) if requests is not None else ():
        for entry in option.entries if isinstance(option, Dict) else ():
            for each in elements(entry.value):
                put = entry_value(each, "PutRequest") if isinstance(each, Dict) else None
                item = entry_value(put, "Item") if isinstance(put, Dict) else None
                if item is not None:
                    yield _item(operation, item, entry.key, "", "batch_write_item", None)


def _transaction_items(operation: Operation) -> Iterator[Item]:
    actions = operation.argument("TransactItems")
    for each in elements(actions.value) if actions is not None else ():
        put = entry_value(each, "Put") if isinstance(each, Dict) else None
        item = entry_value(put, "Item") if isinstance(put, Dict) else None
        if item is not None and isinstance(put, Dict):
            yield _item(operation, item, entry_value(put, "TableName"), "", "transact_write_items", None)


def _upserts(operation: Operation) -> Iterator[Item]:
    """The item that an update_item makes where there is none: its key, and what the expression sets."""
    key = operation.value("Key")
    expression = known_text(operation.value("UpdateExpression"))
    if not isinstance(key, Dict) or expression is None:
        return
    names = operation.value("ExpressionAttributeNames") or Dict()
    values = operation.value("ExpressionAttributeValues") or Dict()
    if not isinstance(names, Dict) or not isinstance(values, Dict):
        return
    made = Dict(key.entries, key.open)
    unknown = False
    for name, placeholder in assigned_attributes(expression):
        full = known_text(entry_value(names, name)) if name.startswith("#") else name
        unknown = unknown or full is None
        entry = values.entry(placeholder) if placeholder is not None else None
        value = entry.value if entry is not None else Unknown("computed by DynamoDB")
        if full is not None:
            made = made.with_entry(Entry(Const(full), value, True, entry.place if entry is not None else None))
    argument = operation.argument("Key")
    yield _item(operation, Dict(made.entries, made.open or unknown), operation.table_value, "", "update_item", argument.place if argument is not None else None)
