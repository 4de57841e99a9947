"""Turns the PartiQL statements that operations send into facts: into which of them the program writes values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dynalint.facts.operation import Operation
from dynalint.facts.shapes import elements, entry_value
from dynalint.findings import Finding
from dynalint.model.context import function_text
from dynalint.model.tree import At
from dynalint.model.values import Const, Dict, Place, Text, Value, alternatives

_LISTS = {"batch_execute_statement": "Statements", "execute_transaction": "TransactStatements"}
# Behind these stands a value: a comparison, or an attribute's name and a colon in the VALUE of an INSERT.
_BEFORE_VALUE = re.compile(r"(?:[=<>]|'\s*:)\s*$")
_NUMBER = re.compile(r"^(?:int|float|len|round|abs|sum|Decimal|decimal\.Decimal|bool)\s*\(")
_CONSTANT = re.compile(r"(?:^|\.)_*[A-Z][A-Z0-9_]*$")
# A quote that is written twice is a quote in the text, and its end no more.
_ESCAPES = re.compile(r"""\.replace\(\s*(?:"'"|'\\''|'"')""")


@dataclass(frozen=True, eq=False)
class Statement:
    """One PartiQL statement that is not a text known in full."""

    text: Text
    place: Place
    operation: Operation = field(repr=False)

    @property
    def interpolated(self) -> str | None:
        """What is written into the statement where a value belongs; None where nothing is, "" where it has no name."""
        where = self.operation.place
        code = function_text(where) if isinstance(where, At) else ""
        if _ESCAPES.search(code):
            return None
        return next((name for before, quoted, tail in _values(self.text) if (name := _named(before, quoted, tail, code)) is not None), None)

    def finding(self, message: str) -> Finding:
        """A finding on the operation."""
        return Finding(self.place.span, message)


def statements_of(operation: Operation) -> Iterator[Statement]:
    """The statements of an operation that have holes."""
    if operation.name == "execute_statement":
        argument = operation.argument("Statement")
        found = alternatives(argument.value) if argument is not None else ()
    else:
        argument = operation.argument(_LISTS.get(operation.name, ""))
        dicts = elements(argument.value) if argument is not None else ()
        held: list[Value] = [value for each in dicts if isinstance(each, Dict) and (value := entry_value(each, "Statement")) is not None]
        found = tuple(option for value in held for option in alternatives(value))
    for option in found:
        if isinstance(option, Text):
            yield Statement(option, operation.place, operation)


def _values(text: Text) -> Iterator[tuple[str, bool, str]]:
    """The holes where a value belongs: what stands before, whether it is in quotes, and the text right before it."""
    before = ""
    for part in text.parts:
        if isinstance(part, str):
            before += part
            tail = part
        else:
            quoted = _is_open(before)
            if (quoted or _BEFORE_VALUE.search(before)) and not _is_written_here(part):
                yield before, quoted, tail if before else ""
            before += "x"
            tail = ""


def _is_written_here(part: Value) -> bool:
    """Is it one of several texts, all of which the program itself holds?"""
    return all(isinstance(option, Const) for option in alternatives(part))


def _is_open(text: str) -> bool:
    """Does the text end inside of a literal? Names stand in double quotes, values in single ones."""
    quote = ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
    return quote == "'"


def _named(before: str, quoted: bool, tail: str, code: str) -> str | None:
    """What the code calls the value; None for what is harmless, or may be."""
    last = re.split(r"[{}\\\n]", tail)[-1][-30:]
    found = re.search(re.escape(last) + r"""(?:\{|["']{1,3}\s*\+\s*)\s*(?P<what>[^{}"'+\n]*?)\s*[}+\n,)]""", code) if len(last) > 2 else None
    what = found["what"] if found is not None else ""
    if not what:
        return "" if quoted else None
    if (
        _NUMBER.match(what)
        or _CONSTANT.search(what)
        or re.search(rf"\b{re.escape(what)}\s*(?::\s*(?:int|float|bool|Decimal)\b|=\s*(?:int|float|len|round)\()", code)
    ):
        return None
    return what
