"""Turns what the model recorded into facts: all that a rule may ask, and nothing of syntax.

A rule takes one fact by its type: `Operation`, `Scan`, `Item`, `Expression` and so on (`Facts.of_kind`). Questions are answered with True, False or None for
"don't know"; rules speak only where the answer is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from dynalint.findings import Finding, Fix
from dynalint.language.parser import Parsed, parse
from dynalint.language.positions import Written, written
from dynalint.language.problems import Kind
from dynalint.language.tokens import template
from dynalint.model.module import Module
from dynalint.model.record import Argument, Call, Filter, Loop, NamedDict, Use
from dynalint.model.tree import At
from dynalint.model.values import (
    NONE,
    Answer,
    Blob,
    Condition,
    Const,
    Dict,
    Either,
    Entry,
    Evidence,
    Handle,
    KeyPart,
    Place,
    Sequence,
    Text,
    Time,
    Unknown,
    Value,
    alternatives,
    known_text,
    text_parts,
    type_of,
)
from dynalint.options import Options
from dynalint.service.model import Method, methods, waiters
from dynalint.source import Source, Span
from dynalint.validation import Problem, problems

__all__ = [
    "NONE", "Answer", "Argument", "Attribute", "Blob", "BuiltCondition", "Condition", "Const", "Dict", "Either", "Entry", "Evidence", "Expression", "Facts",
    "Filter", "FilterTest",
    "Handle", "Item", "ItemRead", "KeyPart", "MethodCall", "Operation", "PagedRead", "Place", "Problem", "Scan", "Sequence", "StoredBlob",
    "TableDefinition", "Text", "Throughput", "Time", "Unknown", "Value", "alternatives", "known_text", "type_of",
]  # fmt: skip

# The tags of the wire form: {"S": "text"}, {"N": "5"}.
TAGS = frozenset({"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"})
_WRITES = ("put_item", "update_item", "batch_write_item", "transact_write_items")
# The arguments whose values end up in items.
_STORING = {
    "put_item": ("Item",),
    "update_item": ("ExpressionAttributeValues", "AttributeUpdates"),
    "batch_write_item": ("RequestItems",),
    "transact_write_items": ("TransactItems",),
}


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A blob that an operation writes into an item, at any depth of it."""

    blob: Blob
    name: str
    """The attribute that it stands under, at any depth; a placeholder where the expression is not known."""
    place: Place | None = field(default=None, compare=False)
    """Where that key stands, if it is written in the call itself."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One DynamoDB call on one program path."""

    call: Call
    facts: Facts = field(repr=False)

    @property
    def name(self) -> str:
        """The method's name; that of the paged operation for a paginator."""
        return self.call.name

    @property
    def handle(self) -> Handle:
        """What the operation is called on, with the evidence that it is DynamoDB's."""
        return self.call.handle

    @property
    def place(self) -> Place:
        """The method's name."""
        return self.call.place

    @property
    def use(self) -> Use:
        """What becomes of the response."""
        return self.call.use

    @property
    def paths(self) -> tuple[Self, ...]:
        """The same call on all program paths that lead to it."""
        return tuple(each for each in self.facts.by_place[self.place.span] if isinstance(each, type(self)))

    def argument(self, name: str) -> Argument | None:
        """An argument, if it is known to be passed on some path."""
        return self.call.arguments.get(name)

    def value(self, name: str) -> Value | None:
        """The value of an argument that is passed on every path; None where it may be missing."""
        argument = self.argument(name)
        return argument.value if argument is not None and argument.surely else None

    def has(self, name: str) -> bool | None:
        """Is the argument passed? None: don't know."""
        argument = self.argument(name)
        if argument is not None:
            return True if argument.surely else None
        return None if self.call.open else False

    def surely_has(self, *names: str) -> bool:
        """Are all these arguments passed on every path?"""
        return all(self.has(name) is True for name in names)

    def surely_lacks(self, *names: str) -> bool:
        """Is none of these arguments passed on any path?"""
        return all(self.has(name) is False for name in names)

    @property
    def table_name(self) -> str | None:
        """The name of the table, where it is known entirely."""
        return known_text(self.table_value)

    @property
    def table_value(self) -> Value | None:
        """The name of the table as far as it is known."""
        argument = self.argument("TableName")
        return argument.value if argument is not None else self.handle.table

    @property
    def table_words(self) -> tuple[str, ...]:
        """All that the code calls the table: its name, and the Python names of the handle."""
        texts = (
            [part for option in alternatives(self.table_value) for part in text_parts(option) if isinstance(part, str)] if self.table_value is not None else []
        )
        argument = self.argument("TableName")
        options = alternatives(self.table_value) if self.table_value is not None else ()
        texts += [option.name for option in options if isinstance(option, Unknown) and option.name]
        texts += [self.handle.named] if self.handle.named else []
        return (*texts, *([argument.text] if argument is not None and argument.text else []), *([self.call.receiver] if self.call.receiver else []))

    @property
    def stored_blobs(self) -> tuple[StoredBlob, ...]:
        """The blobs in the items that this operation writes."""
        arguments = [argument for name in _STORING.get(self.name, ()) if (argument := self.argument(name)) is not None]
        found = (each for argument in arguments for each in _blobs_in(argument.value, argument.name, argument.place))
        return tuple(StoredBlob(each.blob, self._attribute_of(each.name), each.place if self._holds(each.place) else None) for each in found)

    def _attribute_of(self, name: str) -> str:
        """The attribute that the update expression sets to the value of a placeholder, or the name as it is."""
        from dynalint.language.assigned import assigned_attributes

        names = self.value("ExpressionAttributeNames")
        for attribute, placeholder in assigned_attributes(known_text(self.value("UpdateExpression")) or ""):
            if placeholder == name:
                return (known_text(entry_value(names, attribute)) if isinstance(names, Dict) else None) or attribute
        return name

    def _holds(self, place: Place | None) -> bool:
        """Does it stand between the parentheses of this call?"""
        return place is not None and self.call.whole is not None and _encloses(self.call.whole, place)

    def inside(self, place: Place | None) -> Place | None:
        """The place, if it stands between the parentheses of this call. A finding about anything else stands on the operation."""
        return place if self._holds(place) else None

    def finding(self, message: str, fix: Fix | None = None, at: Place | None = None) -> Finding:
        """A finding on the operation's own line, or on the argument that it is about."""
        return Finding((at or self.place).span, message, fix)


# What a page says of the next one, and where the next read puts it.
_NEXT = {"list_tables": "LastEvaluatedTableName", "execute_statement": "NextToken"}
_START = {"list_tables": "ExclusiveStartTableName", "execute_statement": "NextToken"}
# What changes items, or takes them out of the table.
_CHANGES = frozenset({*_WRITES, "delete_item", "batch_writer", "delete_table", "execute_statement", "batch_execute_statement"})
# Who catches one of these lives with a missing key.
_MISSED = frozenset({"KeyError", "LookupError"})
_ANYTHING = frozenset({"Exception", "BaseException", "*"})
# Arguments that hold requests with expressions of their own.
_NESTING = ("TransactItems", "RequestItems")
_FILTERS = ("FilterExpression", "ScanFilter", "QueryFilter")
_FROM_KEY = re.compile(r"\bWHERE\b.*=", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, eq=False)
class PagedRead(Operation):
    """A read that DynamoDB answers a page at a time: `scan`, `query`, `list_tables`, a PartiQL statement."""

    @property
    def has_paginator(self) -> bool:
        """Does boto3 turn the pages?"""
        return self.handle.kind == "paginator"

    @property
    def start_key(self) -> str:
        """The argument that says where the page begins."""
        return _START.get(self.name, "ExclusiveStartKey")

    @property
    def next_key(self) -> str:
        """The key of the response that says that there is a next page."""
        return _NEXT.get(self.name, "LastEvaluatedKey")

    @property
    def looks_for_more(self) -> bool:
        """Does the program ask whether there is a next page?"""
        return self.next_key in self.use.reads

    @property
    def is_handed_on(self) -> bool:
        """Does the whole response leave our sight, so that others may read the next page?"""
        return not self.use.escapes.isdisjoint({"return", "call", "kept"})

    @property
    def may_turn_pages(self) -> bool:
        """Is this, for all that is known, one of the calls of code that reads all pages?"""
        return self.has_paginator or self.looks_for_more or self.is_handed_on or self.has(self.start_key) is not False

    @property
    def is_filtered(self) -> bool | None:
        """Does DynamoDB drop some of the items that it reads?"""
        answers = [self.has(name) for name in _FILTERS]
        return True if True in answers else None if None in answers else False

    @property
    def finds_one_item(self) -> bool | None:
        """Is the whole primary key of the table given, so that there is one item at most? None: the condition is not known."""
        if self.name == "execute_statement":
            text = known_text(self.value("Statement"))
            return None if text is None or _FROM_KEY.search(text) else False
        if self.name != "query" or self.has("IndexName") is not False:
            return False
        equal = self._equal_keys
        return None if equal is None else equal > 1 or (equal == 1 and self.facts.has_no_sort_key(self.table_name))

    @property
    def _equal_keys(self) -> int | None:
        """How many key attributes must equal a value; None: the condition is not known."""
        condition = self.value("KeyConditionExpression")
        counts = [_equalities(option) for option in alternatives(condition)] if condition is not None else []
        known = [count for count in counts if count is not None]
        return min(known) if known and len(known) == len(counts) else None

    @property
    def page_loop(self) -> Loop | None:
        """The `while` around the read in which the program asks whether there is a next page."""
        loop = self.call.loops[-1] if self.call.loops else None
        if loop is None or loop.whole is not None:
            return None
        asked = (read.place for read in self.use.read if read.key == self.next_key)
        return loop if any(_encloses(loop.place, place) for place in asked) else None

    @property
    def begins_anew(self) -> bool:
        """Is the first page what the next turn of the loop must read: because another call reads those that follow, or the items may be gone by then?"""
        loop = self.call.loops[-1]
        given_away = any(way.startswith("call") for way in self.use.escapes)
        inside = [other for other in self.facts.operations if _encloses(loop.place, other.place)]
        return given_away or any(other.name in _CHANGES or other.argument(self.start_key) is not None for other in inside)

    @property
    def stops_at_empty_page(self) -> tuple[Place, ...]:
        """Where the pages are left because one is empty, without a look at whether there is a next one."""
        asked = [read.place for read in self.use.read if read.key == self.next_key]
        return tuple(stop for stop in self.use.stops if not any(_encloses(stop, place) for place in asked))

    @property
    def wants_any_item(self) -> bool:
        """Is one item enough, or the news that there is one? Where nothing is filtered, the first page tells."""
        tests = {read.key for read in self.use.read if read.how == "test"}
        rest = {"call of Items", "return of Items"} & self.use.escapes
        return "first" in self.use.reads or (bool(tests) and not rest and not self.use.iterated)

    @property
    def is_used(self) -> bool:
        """Is anything done with what was read?"""
        return not self.use.reads.isdisjoint({"Items", "Count", "TableNames"})


@dataclass(frozen=True, eq=False)
class ItemRead(Operation):
    """A `get_item`."""

    @property
    def is_checked(self) -> bool | None:
        """Does this path know that there may be no item? None: it does not read one.

        The first path runs the function for itself, and any exception that it catches will do. One that a caller catches has to be meant: a program that
        prints whatever went wrong has no answer to a missing item.
        """
        reads = [read for read in self.use.read if read.key == "Item"]
        # Once the metadata are taken out, an empty response is one without an item.
        asked = any(read.how != "index" for read in reads) or any(read.how == "pop" and read.key == "ResponseMetadata" for read in self.use.read)
        catching = _MISSED | _ANYTHING if self is self.paths[0] else _MISSED
        return asked or all(read.caught & catching for read in reads) if reads else None


@dataclass(frozen=True, eq=False)
class Scan(PagedRead):
    """A `scan`, by a Table, a client or a paginator."""

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The Python code that drops some of the items that were read; where items are only counted, none is dropped."""
        return tuple(each for each in self.use.filters if each.what != "a count")

    @property
    def tests(self) -> tuple[FilterTest, ...]:
        """What the Python code asks of the items that it keeps."""
        return tuple(FilterTest(self._attribute(part.subject), part.operator) for each in self.filters for part in each.parts)

    def _attribute(self, subject: Answer) -> tuple[str, ...]:
        steps = (step for step in subject.path[2:] if step != "()")
        return tuple(step for step in steps if self.handle.plain is True or step not in TAGS)


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
    def indexes(self) -> tuple[Dict, ...]:
        """The definitions of the secondary indexes that are known."""
        found: list[Dict] = []
        for name in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            value = self.value(name)
            found += [element for element in value.elements if isinstance(element, Dict)] if isinstance(value, Sequence) else []
        return tuple(found)

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the key attributes, partition key first, as far as they are known."""
        return _keys(self.value("KeySchema"))

    @property
    def gets_ttl(self) -> bool:
        """Is TTL switched on, somewhere in this module, for this table or for one whose name is not known?"""
        return any(
            other.table_name is None or self.table_name is None or other.table_name == self.table_name
            for other in self.facts.operations
            if other.name == "update_time_to_live"
        )


@dataclass(frozen=True, eq=False)
class MethodCall(Operation):
    """A call of any method, right or wrong, on what is surely a handle; or an operation that only its own parameters show to be DynamoDB's."""

    @property
    def method(self) -> Method | None:
        """The method as AWS has it, None where this kind of handle has none of the name."""
        kind = self.handle.kind
        if kind == "session":
            return None
        if kind == "unknown":
            # A client or a Table: whether it has to be told the name of the table is not known.
            found = methods("client").get(self.name)
            return found.filling("TableName") if found is not None and "TableName" in found.parameters else found
        return methods(kind, self._sent).get(self.name)

    @property
    def _sent(self) -> str | None:
        """The operation that a paginator pages, or that a waiter sends."""
        return waiters().get(self.handle.operation or "") if self.handle.kind == "waiter" else self.handle.operation

    @property
    def shown(self) -> str:
        """The method's name, with what it pages or waits for where it alone says little."""
        return f"{self.name} of {self.handle.operation}" if self.handle.kind in ("paginator", "waiter") else self.name

    @property
    def positional(self) -> int:
        """How many positional arguments it is surely given."""
        return self.call.positional

    @property
    def is_sure(self) -> bool:
        """Is it a handle for sure, and not only by the looks of the call?"""
        return self.handle.evidence >= Evidence.CONFIGURED

    @property
    def is_direct(self) -> bool:
        """Is it called by its own name, and not through a function that is given it: `retry(table.scan, attempts=3)`?"""
        return self.facts.source.slice(self.place.span) == self.name

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What boto3 or DynamoDB refuses in the arguments, as far as it is known."""
        method = self.method
        if method is None or self.positional:
            return ()
        found = problems(method, self.call.arguments, self.call.open, self.handle.plain)
        # What stands between may keep arguments for itself, and add others.
        return tuple(each for each in found if each.path or self.is_direct)


@dataclass(frozen=True, slots=True)
class FilterTest:
    """One question that Python asks of an item."""

    path: tuple[str, ...]
    """The attribute that it is about, and the way down into it, without the type tags of the wire form; empty for the item itself."""
    operator: str
    """`==`, `<`, `in`, `startswith`, `has` (the key is there), `true` (the value is truthy), and so on."""


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
class Expression:
    """One expression that an operation sends as a text, as far as the text is known."""

    operation: Operation
    kind: Kind
    """Which expression it is, by the name of its parameter."""
    text: str
    """What is not known of it is a `HOLE` of `dynalint.language.tokens`."""
    surely: bool
    """Is this the text on every path that leads to the operation?"""
    place: Place | None
    """The argument, or the entry of a dict."""
    request: Dict
    """What the expression stands among: the arguments of the call, or one element of a transaction or batch."""
    request_place: Place | None

    @cached_property
    def parsed(self) -> Parsed:
        """The text as DynamoDB reads it."""
        return parse(self.text, self.kind, self._known_names)

    @property
    def names(self) -> Dict | None:
        """The ExpressionAttributeNames, empty where there are none; None where they are not known to be a dict, or may be missing."""
        return self._given("ExpressionAttributeNames")

    @property
    def values(self) -> Dict | None:
        """The ExpressionAttributeValues, likewise."""
        return self._given("ExpressionAttributeValues")

    def _given(self, name: str) -> Dict | None:
        if self.request.has(name) is False:
            return Dict()
        value = entry_value(self.request, name)
        return value if isinstance(value, Dict) else None

    @property
    def _known_names(self) -> dict[str, str]:
        pairs = ((known_text(entry.key), known_text(entry.value)) for entry in (self.names or Dict()).entries if entry.surely)
        return {key: name for key, name in pairs if key is not None and name is not None}

    @cached_property
    def written(self) -> Written | None:
        """How the call itself writes the text down; None where it comes from elsewhere."""
        place = self.operation.inside(self.place)
        return written(self.operation.facts.source, place.span, self.text) if place is not None else None

    def finding(self, message: str, start: int, end: int, fix: Fix | None = None) -> Finding:
        """A finding on a stretch of the text, or on the argument or the operation where the text is not written there."""
        where = self.operation.inside(self.place) or self.operation.place
        return Finding(self.written.span(start, end) if self.written is not None else where.span, message, fix)


@dataclass(frozen=True, eq=False)
class BuiltCondition:
    """A condition that is built with `Key` and `Attr`, or that Python's operators were to build, at one place of the program."""

    variants: tuple[Condition, ...]
    """What it is on each program path."""
    place: Place
    facts: Facts = field(repr=False)

    @property
    def operator(self) -> str:
        """The method, or `and`, `or`, `not` for `&`, `|`, `~`; `python-and`, `python-==` and so on for Python's own."""
        return self.variants[0].operator

    @property
    def is_asked(self) -> bool:
        """Does the program only ask whether there is one: `if not condition:`?"""
        return isinstance(self.place, At) and self.place.is_asked

    @property
    def is_part(self) -> bool:
        """Is it an operand of Python's `and`, `or` or `not`?"""
        return isinstance(self.place, At) and self.place.is_operand

    def finding(self, message: str, fix: Fix | None = None) -> Finding:
        """A finding on the condition."""
        return Finding(self.place.span, message, fix)


@dataclass(frozen=True, eq=False)
class Item:
    """An item that is written: by put_item, a batch, a transaction, an upsert, or a dict that is named an item."""

    attributes: tuple[Attribute, ...]
    open: bool
    """May it have attributes that are not listed?"""
    how: str
    """The operation, or "named" for a dict that only its name makes an item."""
    operation: Operation | None
    place: Place
    """Where a finding about the whole item stands: the operation's name, or the dict's."""
    table: str | None
    texts: tuple[str, ...]
    """All that the code calls the table and the item."""
    key: str | None
    """The name of the partition key, as far as it can be told."""
    source: Place | None = None

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of a name."""
        return next((each for each in self.attributes if each.name == name), None)

    def finding(self, message: str, fix: Fix | None = None, at: Place | None = None) -> Finding:
        """A finding on the operation's line, or on the attribute that it is about."""
        return Finding((at or self.place).span, message, fix)


def _expressions_of(operation: Operation) -> Iterator[Expression]:
    """The texts of expressions in one operation, those in the elements of its transaction or batch too."""
    arguments = tuple(Entry(Const(each.name), each.value, each.surely, each.place) for each in operation.call.arguments.values())
    own = (Dict(arguments, operation.call.open), operation.call.whole)
    for request, request_place in (own, *(found for each in _NESTING if (found_in := operation.argument(each)) for found in _requests_in(found_in.value))):
        for kind in Kind:
            entry = request.entry(kind.value)
            for option in alternatives(entry.value) if entry is not None else ():
                if entry is not None and (isinstance(option, Text) or known_text(option) is not None):
                    surely = entry.surely and option is entry.value
                    yield Expression(operation, kind, template(text_parts(option)), surely, entry.place, request, request_place)


def _requests_in(value: Value) -> Iterator[tuple[Dict, Place | None]]:
    """What stands under the keys of a batch's or a transaction's elements: for each its dict, and where it stands."""
    for option in alternatives(value):
        if isinstance(option, Sequence):
            for element in (*option.elements, *([option.rest] if option.rest is not None else [])):
                yield from _requests_in(element)
        elif isinstance(option, Dict):
            yield from ((below, entry.place) for entry in option.entries for below in alternatives(entry.value) if isinstance(below, Dict))


def _encloses(outer: Place, inner: Place) -> bool:
    """Does one stretch of text lie in the other?"""
    within, whole = inner.span, outer.span
    return (whole.line, whole.column) <= (within.line, within.column) and (within.end_line, within.end_column) <= (whole.end_line, whole.end_column)


def _equalities(condition: Value) -> int | None:
    """How many attributes a key condition compares with a value for being equal."""
    if isinstance(condition, Condition):
        return sum(leaf.operator == "eq" for leaf in condition.leaves())
    if isinstance(condition, Text) or known_text(condition) is not None:
        return "".join(part if isinstance(part, str) else "?" for part in text_parts(condition)).replace("<=", "").replace(">=", "").count("=")
    return None


def _blobs_in(value: Value, name: str, place: Place | None) -> Iterator[StoredBlob]:
    """All blobs in a value, each with the key that it stands under; the type tags of the wire form are no keys."""
    if isinstance(value, Blob):
        yield StoredBlob(value, name, place)
    elif isinstance(value, Dict):
        tag, _ = untagged(value)
        for entry in value.entries:
            key = None if tag is not None else known_text(entry.key)
            yield from _blobs_in(entry.value, key or name, entry.place if key is not None else place)
    else:
        for part in _parts(value):
            yield from _blobs_in(part, name, place)


def _parts(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Either):
        return value.options
    if isinstance(value, Sequence):
        return (*value.elements, *([value.rest] if value.rest is not None else []))
    return tuple(part for part in value.parts if not isinstance(part, str)) if isinstance(value, Text) else ()


def _keys(schema: Value | None) -> tuple[str, ...]:
    elements = schema.elements if isinstance(schema, Sequence) else ()
    pairs = [(known_text(entry_value(each, "AttributeName")), known_text(entry_value(each, "KeyType"))) for each in elements if isinstance(each, Dict)]
    return tuple(name for name, kind in sorted(pairs, key=lambda pair: pair[1] != "HASH") if name is not None)


def entry_value(value: Dict, key: str) -> Value | None:
    """What surely stands under a key of a dict."""
    entry = value.entry(key)
    return entry.value if entry is not None and entry.surely else None


_OPERATIONS: dict[str, type[Operation]] = {each.__name__: each for each in (Operation, Scan, TableDefinition, PagedRead, ItemRead)}


class Facts:
    """The facts of one module."""

    def __init__(self, module: Module, options: Options) -> None:
        self.module = module
        self.options = options

    @property
    def source(self) -> Source:
        """The file."""
        return self.module.source

    def of_kind(self, kind: str) -> tuple[object, ...]:
        """The facts of the kind that a rule's first parameter names."""
        if kind in _OPERATIONS:
            return tuple(each for each in self.operations if isinstance(each, _OPERATIONS[kind]))
        kinds = {"Item": "items", "MethodCall": "method_calls", "Expression": "expressions", "BuiltCondition": "conditions"}
        facts: tuple[object, ...] = getattr(self, kinds[kind])
        return facts

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, in the order in which they stand in the file."""
        made = [self._operation(call) for call in self.module.calls.values() if _is_dynamodb(call) and not call.expected_to_fail]
        return tuple(sorted(made, key=lambda each: (each.place.span, len(each.call.path))))

    @cached_property
    def by_place(self) -> dict[Span, list[Operation]]:
        """The operations by where they stand: each on all program paths that lead there."""
        found: dict[Span, list[Operation]] = {}
        for each in self.operations:
            found.setdefault(each.place.span, []).append(each)
        return found

    @cached_property
    def method_calls(self) -> tuple[MethodCall, ...]:
        """All calls of methods of which AWS says what they take."""
        shaped = (call for call in self.module.calls.values() if call.handle.evidence == Evidence.SHAPED)
        return tuple(MethodCall(call, self) for call in (*self.module.method_calls.values(), *shaped) if not call.expected_to_fail)

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """All expressions that are sent as texts."""
        return tuple(each for operation in self.operations for each in _expressions_of(operation))

    @cached_property
    def conditions(self) -> tuple[BuiltCondition, ...]:
        """All conditions that are built, each once for all the paths that lead to it."""
        found: dict[Place, list[Condition]] = {}
        misused = (Condition(f"python-{each.operator}", (each.part, each.other), each.place) for each in self.module.misuses.values())
        for condition in (*self.module.conditions.values(), *misused):
            if condition.place is not None:
                found.setdefault(condition.place, []).append(condition)
        return tuple(BuiltCondition(tuple(variants), place, self) for place, variants in found.items())

    def _operation(self, call: Call) -> Operation:
        return _KINDS.get(call.name, Operation)(call, self)

    @cached_property
    def definitions(self) -> tuple[TableDefinition, ...]:
        """The tables that this module creates."""
        return tuple(each for each in self.operations if isinstance(each, TableDefinition) and each.creates)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items that are written."""
        written = [item for operation in self.operations if operation.name in _WRITES for item in _items_of(operation)]
        return (*written, *(self._named(each) for each in self.module.named_dicts.values() if each.ref not in self.module.written | self.module.handed_on))

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
    def ttl_switches(self) -> tuple[tuple[str | None, str], ...]:
        """The table, where its name is known, and the attribute of each update_time_to_live."""
        specifications = [(each.table_name, each.value("TimeToLiveSpecification")) for each in self.operations if each.name == "update_time_to_live"]
        named = [(table, known_text(entry_value(value, "AttributeName"))) for table, value in specifications if isinstance(value, Dict)]
        return tuple((table, name) for table, name in named if name is not None)

    @cached_property
    def makes_several_tables(self) -> bool:
        """Does this module create tables at more than one place?"""
        return len({definition.place for definition in self.definitions}) > 1

    def _named(self, named: NamedDict) -> Item:
        attributes = tuple(_attributes(named.value, None))
        return Item(attributes, _is_open(named.value), "named", None, named.place, None, (named.name.removesuffix("_item"),), None, named.place)

    def partition_key(self, table: str | None) -> str | None:
        """The partition key of a table that this module creates."""
        found = {definition.keys[0] for definition in self._made(table) if definition.keys}
        return found.pop() if len(found) == 1 else None

    def has_no_sort_key(self, table: str | None) -> bool:
        """Does this module create the table, with a partition key alone?"""
        found = {len(definition.keys) for definition in self._made(table)}
        return found == {1}

    def index_on(self, table: str | None, attribute: str) -> str | None:
        """The name of an index, of a table that this module creates, that has the attribute as partition key."""
        names = (
            known_text(entry_value(index, "IndexName"))
            for definition in self._made(table)
            for index in definition.indexes
            if _keys(entry_value(index, "KeySchema"))[:1] == (attribute,)
        )
        return next((name for name in names if name is not None), None)

    def _made(self, table: str | None) -> Iterator[TableDefinition]:
        return (definition for definition in self.definitions if table is not None and definition.table_name == table)


_KINDS: dict[str, type[Operation]] = {
    "scan": Scan,
    "query": PagedRead,
    "list_tables": PagedRead,
    "execute_statement": PagedRead,
    "get_item": ItemRead,
    "create_table": TableDefinition,
    "update_table": TableDefinition,
}


def _is_dynamodb(call: Call) -> bool:
    """A scan or query on something of which only the name speaks must also be read like DynamoDB's answer, or be handed on whole."""
    if call.handle.evidence > Evidence.NAMED or call.name not in ("scan", "query", "execute_statement"):
        return True
    from dynalint.service.operations import RESPONSE_KEYS

    return bool(call.use.reads & RESPONSE_KEYS) or bool(call.arguments) or call.handle.table is not None


def _items_of(operation: Operation) -> Iterator[Item]:
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
    merged = _as_dict(value)
    attributes = tuple(_attributes(merged, operation.handle.plain))
    known = known_text(table)
    first = attributes[0].name if attributes else None
    key = operation.facts.partition_key(known) or first
    texts = tuple(text for text in (*operation.table_words, name) if text)
    return Item(attributes, _is_open(merged), how, operation, operation.place, known, texts, key, source)


def _as_dict(value: Value) -> Dict:
    known = [option for option in alternatives(value) if isinstance(option, Dict)]
    if not known or len(known) < len(alternatives(value)):
        return Dict((), True)
    from dynalint.model.values import join_all

    joined = join_all(known)
    return joined if isinstance(joined, Dict) else Dict((), True)


def _is_open(value: Dict) -> bool:
    return value.open or any(known_text(entry.key) is None for entry in value.entries)


def _attributes(value: Dict, plain: bool | None) -> Iterator[Attribute]:
    for entry in value.entries:
        name = known_text(entry.key)
        if name is not None:
            tag, inner = untagged(entry.value) if plain is not True else (None, entry.value)
            yield Attribute(name, inner, tag, entry.surely, entry.place)


def untagged(value: Value) -> tuple[str | None, Value]:
    """A value out of its wire form: {"S": x} is x with the tag S. A value that is in none has no tag."""
    if isinstance(value, Dict) and len(value.entries) == 1 and not value.open and (tag := known_text(value.entries[0].key)) in TAGS:
        return tag, value.entries[0].value
    return None, value


def _batch_items(operation: Operation) -> Iterator[Item]:
    requests = operation.argument("RequestItems")
    for option in alternatives(requests.value) if requests is not None else ():
        for entry in option.entries if isinstance(option, Dict) else ():
            for each in _elements(entry.value):
                put = entry_value(each, "PutRequest") if isinstance(each, Dict) else None
                item = entry_value(put, "Item") if isinstance(put, Dict) else None
                if item is not None:
                    yield _item(operation, item, entry.key, "", "batch_write_item", None)


def _transaction_items(operation: Operation) -> Iterator[Item]:
    actions = operation.argument("TransactItems")
    for each in _elements(actions.value) if actions is not None else ():
        put = entry_value(each, "Put") if isinstance(each, Dict) else None
        item = entry_value(put, "Item") if isinstance(put, Dict) else None
        if item is not None and isinstance(put, Dict):
            yield _item(operation, item, entry_value(put, "TableName"), "", "transact_write_items", None)


def _elements(value: Value) -> tuple[Value, ...]:
    found: list[Value] = []
    for option in alternatives(value):
        if isinstance(option, Sequence):
            found += [*option.elements, *([option.rest] if option.rest is not None else [])]
    return tuple(each for value in found for each in alternatives(value))


def _upserts(operation: Operation) -> Iterator[Item]:
    """The item that an update_item makes where there is none: its key, and what the expression sets."""
    from dynalint.language.assigned import assigned_attributes

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
