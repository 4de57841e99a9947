"""Turns calls of Decimal that are given a float into facts: `Decimal(0.1)` keeps all the digits that the binary float has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from dynalint.findings import Finding, Fix
from dynalint.model.values import Const
from dynalint.source import Edit, Source, Span

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts

# A Number has no more digits (Constraints: "up to 38 digits of precision").
MOST_DIGITS = 38
_GIVEN_A_FLOAT = re.compile(r"\bDecimal\(\s*[-+]?\s*[\d.]")
_IMPORTED = re.compile(r"^[^\S\n]*(?:import|from)\s+decimal\b", re.MULTILINE)
# What keeps a value as it is. Operators round it, and what other functions make of it is not known.
_KEEPING = (ast.Assign, ast.AnnAssign, ast.Return, ast.Dict, ast.List, ast.Tuple, ast.Set, ast.keyword, ast.arguments)


@dataclass(frozen=True)
class InexactDecimal:
    """A Decimal that was made of a float which is not exactly what the code says."""

    span: Span
    number: Span | None
    """Where the float is written, None where it comes from elsewhere."""
    text: str
    """The float as it is written, or its shortest form."""
    is_sent: bool
    """Is a value like this known to be sent to DynamoDB?"""
    is_refused: bool
    """Has it more digits than a Number? Otherwise it is stored with all of them."""

    @property
    def fix(self) -> Fix | None:
        """The float in quotes."""
        return Fix(f'write Decimal("{self.text}")', (Edit(self.number, f'"{self.text}"'),), self.is_sent) if self.number is not None else None

    def finding(self, message: str) -> Finding:
        """A finding on the call of Decimal, or on the value that is sent."""
        return Finding(self.span, message, self.fix)


def inexact_decimals(facts: Facts) -> Iterator[InexactDecimal]:
    """Those that are written in the file, then those that are made of a float from elsewhere and sent."""
    sent = {
        each.value.value: each.place or part.operation.place
        for part in facts.sent
        for each in part.stored
        if isinstance(each.value, Const) and isinstance(each.value.value, Decimal) and _has_too_many_digits(each.value.value)
    }
    # Tests hold such values to try what rounds them, or to compare them with.
    in_test = facts.options.is_test(facts.source.path) and not facts.options.check_tests
    written: set[Decimal] = set()
    for call, number, is_kept in _calls(facts.source, facts.module.tree):
        value = Decimal(float(ast.literal_eval(number)))
        text = facts.source.slice(_span(facts.source, number))
        written.add(value)
        if value != Decimal(text.replace(" ", "")) and ((is_kept and not in_test) or value in sent):
            yield InexactDecimal(_span(facts.source, call), _span(facts.source, number), text, value in sent, _has_too_many_digits(value))
    for value, place in sent.items():
        if value not in written and value == Decimal(float(value)):
            yield InexactDecimal(place.span, None, repr(float(value)), True, True)


def _has_too_many_digits(value: Decimal) -> bool:
    return value.is_finite() and len("".join(map(str, value.as_tuple().digits)).strip("0")) > MOST_DIGITS


def _calls(source: Source, tree: ast.Module) -> Iterator[tuple[ast.Call, ast.expr, bool]]:
    """The calls of Decimal with a float that is written there; whether the value is kept as it is."""
    if not _GIVEN_A_FLOAT.search(source.text) or not _IMPORTED.search(source.text):
        return
    for parent in ast.walk(tree):
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.Call) and _is_decimal(node.func) and len(node.args) == 1 and not node.keywords and _is_float(node.args[0]):
                yield node, node.args[0], isinstance(parent, _KEEPING)


def _is_decimal(func: ast.expr) -> bool:
    return (isinstance(func, ast.Name) and func.id == "Decimal") or (isinstance(func, ast.Attribute) and func.attr == "Decimal")


def _is_float(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd) else node
    return isinstance(inner, ast.Constant) and isinstance(inner.value, float)


def _span(source: Source, node: ast.expr) -> Span:
    last, end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return Span(node.lineno, source.column(node.lineno, node.col_offset), last, source.column(last, end))
