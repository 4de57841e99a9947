"""Turns operations into requests: expressions with the placeholders that they share, and the parameters that expressions have replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from dynalint.facts.expressions import Expression, expressions_of, requests_in
from dynalint.facts.operation import Operation
from dynalint.facts.shapes import is_open
from dynalint.findings import Finding, Fix
from dynalint.language.problems import Fault, Kind
from dynalint.language.tokens import template
from dynalint.model.values import Condition, Dict, Entry, Evidence, Place, Text, Value, alternatives, known_text, text_parts
from dynalint.service.model import operations as service_operations
from dynalint.service.model import shape

if TYPE_CHECKING:
    from dynalint.facts.schemas import Schema

# An argument or entry of which the value is a name; and what changes the object that a name stands for.
_NAMED = re.compile(r"[=:]\s*(?P<name>[A-Za-z_][\w.]*)\s*$")
_CHANGED = r"\b{}\s*(?:\[[^\]\n]*\]\s*=(?!=)|\.(?:update|setdefault|pop|popitem|clear)\(|[|+]=)"
_BROKEN = (Fault.SYNTAX, Fault.KEYWORD_AS_NAME, Fault.EMPTY)


@dataclass(frozen=True, eq=False)
class Placeholders:
    """What a request gives as ExpressionAttributeNames or as ExpressionAttributeValues."""

    parameter: str
    entries: tuple[Entry, ...]
    """All that are known, on any path."""
    complete: bool
    """Are no others given, on any path?"""
    surely: bool
    """Is it passed on every path, as a dict?"""
    place: Place | None = field(default=None, compare=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are known."""
        return tuple(key for entry in self.entries if (key := known_text(entry.key)) is not None)

    @property
    def known(self) -> dict[str, str]:
        """What surely stands for what, as far as both are texts."""
        pairs = ((known_text(entry.key), known_text(entry.value)) for entry in self.entries if entry.surely)
        return {key: value for key, value in pairs if key is not None and value is not None}

    @property
    def sign(self) -> str:
        """What each key has to begin with."""
        return "#" if self.parameter == "ExpressionAttributeNames" else ":"


@dataclass(frozen=True, eq=False)
class Request:
    """The arguments of an operation, or one element of a transaction or batch: what DynamoDB reads as one request."""

    operation: Operation
    arguments: Dict
    place: Place | None
    is_element: bool
    """Does it stand in a transaction or a batch?"""

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """Its expressions that are texts, each option of a parameter on its own."""
        return tuple(expressions_of(self.operation, self.arguments, self.place))

    @property
    def conditions(self) -> tuple[tuple[Kind, Condition], ...]:
        """Its expressions that are built with Key and Attr."""
        entries = ((kind, entry) for kind in Kind if (entry := self.arguments.entry(kind.value)) is not None)
        return tuple((kind, option) for kind, entry in entries for option in alternatives(entry.value) if isinstance(option, Condition))

    @property
    def shows_expressions(self) -> bool:
        """Is every expression of it known, as far as it is passed at all?"""
        return all(self._shows(kind.value) for kind in Kind)

    def _shows(self, name: str) -> bool:
        entry = self.arguments.entry(name)
        if entry is None:
            return self.arguments.has(name) is False
        known = all(isinstance(option, Text | Condition) or known_text(option) is not None for option in alternatives(entry.value))
        return known and not self._changes_elsewhere(entry)

    def _changes_elsewhere(self, entry: Entry) -> bool:
        """May other functions change what is passed: an attribute or a name of the whole module, of which some part is set?"""
        place, facts = self.operation.inside(entry.place), self.operation.facts
        found = _NAMED.search(facts.source.slice(place.span)) if place is not None else None
        if found is None or ("." not in found["name"] and not facts.module.outline.binding(found["name"])):
            return False
        return re.search(_CHANGED.format(found["name"].rpartition(".")[2]), facts.source.text) is not None

    @property
    def is_sure(self) -> bool:
        """Is it sent by boto3 for sure, and not by something that only looks like it and may add what is missing?"""
        return self.operation.handle.evidence >= Evidence.CONFIGURED

    @cached_property
    def names(self) -> Placeholders:
        """The ExpressionAttributeNames."""
        return self._placeholders("ExpressionAttributeNames")

    @cached_property
    def values(self) -> Placeholders:
        """The ExpressionAttributeValues."""
        return self._placeholders("ExpressionAttributeValues")

    def _placeholders(self, name: str) -> Placeholders:
        entry = self.arguments.entry(name)
        if entry is None:
            return Placeholders(name, (), self.arguments.has(name) is False, False)
        options = alternatives(entry.value)
        dicts = [option for option in options if isinstance(option, Dict)]
        complete = len(dicts) == len(options) and not any(is_open(each) for each in dicts) and not self._changes_elsewhere(entry)
        return Placeholders(name, tuple(each for found in dicts for each in found.entries), complete, entry.surely and dicts == [entry.value], entry.place)

    @property
    def schema(self) -> Schema | None:
        """Keys and indexes of its table, where they are known."""
        entry = self.arguments.entry("TableName")
        return self.operation.facts.schema(entry.value) if entry is not None and self.is_element else None if self.is_element else self.operation.schema

    @property
    def legacy(self) -> tuple[tuple[Entry, str], ...]:
        """The parameters that expressions have replaced, each with the one that replaces it."""
        known = shape("KeysAndAttributes") if self.is_element else service_operations().get(self.operation.name)
        listed = {name: each.instead for name, each in known.members.items() if each.instead is not None} if known is not None else {}
        return tuple((entry, listed[name]) for entry in self.arguments.entries if (name := known_text(entry.key)) in listed)

    @property
    def mixed(self) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
        """The legacy parameters and the expressions that are surely passed and must not be passed together; both empty where they may."""
        expressions = tuple(kind.value for kind in Kind if self.arguments.has(kind.value) is True)
        # Conditions on keys in the old form go with a filter in the new one.
        fine = {"KeyConditions"} if self.arguments.has(Kind.KEY_CONDITION.value) is False else set()
        legacy = tuple(entry for entry, _ in self.legacy if entry.surely and known_text(entry.key) not in fine)
        return (legacy, expressions) if legacy and expressions else ((), ())

    @property
    def keys(self) -> frozenset[str]:
        """The names of the key attributes of its table, as far as its Key or the schema shows them."""
        given, schema = self.arguments.entry("Key"), self.schema
        key = given.value if given is not None and given.surely else None
        named = [known_text(each.key) for each in key.entries if each.surely] if isinstance(key, Dict) else []
        return frozenset(name for name in (*named, *(schema.keys if schema is not None else ())) if name is not None)

    def finding(self, message: str, at: Place | None = None, fix: Fix | None = None) -> Finding:
        """A finding on an argument or entry, or on the operation where that is not written in the call."""
        return Finding((self.operation.inside(at) or self.operation.place).span, message, fix)


def requests_of(operation: Operation) -> Iterator[Request]:
    """All requests of one operation."""
    for index, (arguments, place) in enumerate(requests_in(operation)):
        yield Request(operation, arguments, place, index > 0)


def is_broken(expression: Expression) -> bool:
    """Does it say nothing, since its syntax is wrong?"""
    return bool(expression.parsed.of(*_BROKEN))


def holes(expression: Expression) -> tuple[Value, ...]:
    """What is known of the parts of an expression's text that are not known, in the order of the text."""
    entry = expression.request.entry(expression.kind.value)
    found = pieces(entry.value) if entry is not None else ()
    return next((inner for text, inner in found if text == expression.text), ())


def pieces(value: Value) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """The texts that a value may be, with holes where they are not known, and what is known of the holes."""
    for option in alternatives(value):
        if isinstance(option, Text) or known_text(option) is not None:
            parts = text_parts(option)
            yield template(parts), tuple(part for part in parts if not isinstance(part, str))
