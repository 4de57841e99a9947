"""Turns the arguments of operations, and conditions that are built, into expressions that can be read as DynamoDB reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from dynalint.facts.operation import Operation
from dynalint.facts.shapes import entry_value
from dynalint.findings import Finding, Fix
from dynalint.language.parser import Parsed, parse
from dynalint.language.positions import Written, written
from dynalint.language.problems import Kind
from dynalint.language.tokens import template
from dynalint.model.tree import At
from dynalint.model.values import Condition, Const, Dict, Entry, Place, Sequence, Text, Value, alternatives, known_text, text_parts

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts

# Arguments that hold requests with expressions of their own.
_NESTING = ("TransactItems", "RequestItems")


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

    @property
    def is_whole(self) -> bool:
        """Is it surely sent like this, or at least written down in one piece, and not merely what a loop or a branch has made of it so far?"""
        return self.surely or self.text in self.operation.facts.source.text

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


def expressions_of(operation: Operation, request: Dict, request_place: Place | None) -> Iterator[Expression]:
    """The texts of the expressions in one request of an operation."""
    for kind in Kind:
        entry = request.entry(kind.value)
        for option in alternatives(entry.value) if entry is not None else ():
            if entry is not None and (isinstance(option, Text) or known_text(option) is not None):
                surely = entry.surely and option is entry.value
                yield Expression(operation, kind, template(text_parts(option)), surely, entry.place, request, request_place)


def requests_in(operation: Operation) -> Iterator[tuple[Dict, Place | None]]:
    """The arguments of an operation, then the elements of its transaction or batch: for each what it says, and where it stands."""
    arguments = tuple(Entry(Const(each.name), each.value, each.surely, each.place) for each in operation.call.arguments.values())
    yield Dict(arguments, operation.call.open), operation.call.whole
    for name in _NESTING:
        argument = operation.argument(name)
        yield from _requests_in(argument.value) if argument is not None else ()


def _requests_in(value: Value) -> Iterator[tuple[Dict, Place | None]]:
    """What stands under the keys of a batch's or a transaction's elements: for each its dict, and where it stands."""
    for option in alternatives(value):
        if isinstance(option, Sequence):
            for element in (*option.elements, *([option.rest] if option.rest is not None else [])):
                yield from _requests_in(element)
        elif isinstance(option, Dict):
            yield from ((below, entry.place) for entry in option.entries for below in alternatives(entry.value) if isinstance(below, Dict))
