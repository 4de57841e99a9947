"""Turns one recorded call into a fact: what it is called on, what it is given, what it stores."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from dynalint.facts.shapes import encloses, entry_value, parts, untagged
from dynalint.findings import Finding, Fix
from dynalint.model.context import function_text
from dynalint.model.record import Argument, Call, TableModel, Use
from dynalint.model.tree import At
from dynalint.model.values import Blob, Dict, Evidence, Handle, Place, Unknown, Value, alternatives, known_text, text_parts
from dynalint.service.model import Method, methods, waiters
from dynalint.validation import Problem, problems

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts
    from dynalint.facts.schemas import Schema

# The arguments whose values end up in items.
_STORING = {
    "put_item": ("Item",),
    "update_item": ("ExpressionAttributeValues", "AttributeUpdates"),
    "batch_write_item": ("RequestItems",),
    "transact_write_items": ("TransactItems",),
}
# The key under which each value of a parameter stands.
_AROUND = {"AttributeUpdates": "Value"}


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
    def model(self) -> TableModel | None:
        """The PynamoDB model whose method sends it; None for boto3's operations."""
        return self.call.model

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

    @property
    def uses(self) -> tuple[Self, ...]:
        """The same call as the program comes to it from as far as is known; the way through a caller is left out where that has callers too."""
        ways = {each.call.path for each in self.paths}
        inner = {way for way in ways for longer in ways if len(longer) > len(way) and longer[-len(way) :] == way}
        return tuple(each for each in self.paths if each.call.path not in inner)

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

    @cached_property
    def schema(self) -> Schema | None:
        """Keys and indexes of the table, where they are known."""
        return self.facts.schema(self.table_value, self.call.names)

    @property
    def table_words(self) -> tuple[str, ...]:
        """All that the code calls the table: its name, and the Python names of the handle."""
        texts = (
            [part for option in alternatives(self.table_value) for part in text_parts(option) if isinstance(part, str)] if self.table_value is not None else []
        )
        argument = self.argument("TableName")
        options = alternatives(self.table_value) if self.table_value is not None else ()
        texts += [text for option in options if isinstance(option, Unknown) for text in (option.name, option.default) if text]
        texts += [self.handle.named] if self.handle.named else []
        return (*texts, *([argument.text] if argument is not None and argument.text else []), *([self.call.receiver] if self.call.receiver else []))

    @property
    def stored_blobs(self) -> tuple[StoredBlob, ...]:
        """The blobs in the items that this operation writes."""
        arguments = [argument for name in _STORING.get(self.name, ()) if (argument := self.argument(name)) is not None]
        found = (each for argument in arguments for each in _blobs_in(argument.value, argument.name, argument.place, _AROUND.get(argument.name)))
        return tuple(StoredBlob(each.blob, self._attribute_of(each.name), each.place if self._holds(each.place) else None) for each in found)

    def _attribute_of(self, name: str) -> str:
        """The attribute that the update expression sets to the value of a placeholder, or the name as it is."""
        from dynalint.language.assigned import assigned_attributes

        names = self.value("ExpressionAttributeNames")
        for attribute, placeholder in assigned_attributes(known_text(self.value("UpdateExpression")) or ""):
            if placeholder == name:
                return (known_text(entry_value(names, attribute)) if isinstance(names, Dict) else None) or attribute
        return name

    def is_beside(self, *names: str) -> bool:
        """Does one of these words stand in the function around it?"""
        code = function_text(self.place) if isinstance(self.place, At) else ""
        return any(re.search(rf"\b{re.escape(name)}\b", code) for name in names)

    def _holds(self, place: Place | None) -> bool:
        """Does it stand between the parentheses of this call?"""
        return place is not None and self.call.whole is not None and encloses(self.call.whole, place)

    def inside(self, place: Place | None) -> Place | None:
        """The place, if it stands between the parentheses of this call. A finding about anything else stands on the operation."""
        return place if self._holds(place) else None

    def finding(self, message: str, fix: Fix | None = None, at: Place | None = None) -> Finding:
        """A finding on the operation's own line, or on the argument that it is about."""
        return Finding((at or self.place).span, message, fix)

    def finding_about(self, part: Place | None, of: Place | None, message: str, fix: Fix | None = None) -> Finding:
        """A finding on a part of an argument; where that is built before the call, on the argument or the operation, and the message tells its line."""
        spot = self.inside(part)
        elsewhere = part.span if spot is None and part is not None else None
        return Finding((spot or self.inside(of) or self.place).span, message, fix, part=elsewhere)


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


def _blobs_in(value: Value, name: str, place: Place | None, around: str | None = None) -> Iterator[StoredBlob]:
    """All blobs in a value, each with the key that it stands under; the type tags of the wire form are no keys, nor is the one that is `around` values."""
    if isinstance(value, Blob):
        yield StoredBlob(value, name, place)
    elif isinstance(value, Dict):
        tag, _ = untagged(value)
        for entry in value.entries:
            key = None if tag is not None else known_text(entry.key)
            yield from _blobs_in(entry.value, name if key in (None, around) else key, entry.place if key is not None else place, around)
    else:
        for part in parts(value):
            yield from _blobs_in(part, name, place, around)
