"""Turns Python's own and, or and not between conditions into edits that put boto3's signs there, with the parentheses that these need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import UnionType

import libcst as cst

from dynalint.facts import BuiltCondition
from dynalint.findings import Fix
from dynalint.fixes.pen import fix
from dynalint.model.tree import At, Chunk
from dynalint.source import Edit

_WORD = re.compile(r"#[^\r\n]*|\b(and|or)\b")
_NOT = re.compile(r"not\b[ \t]*")
_SIGNS = {"and": "&", "or": "|"}


def with_signs(condition: BuiltCondition) -> Fix | None:
    """The fix that joins, or negates, the conditions in boto3's way; None where they are not written out in this file."""
    place = condition.place
    if not isinstance(place, At) or place.source is not condition.facts.source:
        return None
    edits = tuple(_edits(place.chunk, place.node))
    known = tuple(edit for edit in edits if edit is not None)
    return fix("Use &, | and ~", known if known and len(known) == len(edits) else None, safe=False)


def _edits(chunk: Chunk, node: cst.CSTNode) -> Iterator[Edit | None]:
    """The edits for an operator and for those among its operands; None where the text is not what the nodes promise."""
    if isinstance(node, cst.BooleanOperation):
        yield _sign(chunk, node)
        for operand in (node.left, node.right):
            # `|` joins less tightly than `&`, while it joins more tightly than `and`.
            yield from _around(chunk, operand) if isinstance(node.operator, cst.And) and _joins(operand, cst.BitOr | cst.BitXor) else ()
            yield from _edits(chunk, operand)
    elif isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
        yield _tilde(chunk, node)
        yield from _around(chunk, node.expression) if _joins(node.expression) else ()
        yield from _edits(chunk, node.expression)


def _joins(node: cst.BaseExpression, operators: type | UnionType = object) -> bool:
    """Does it join others with one of these operators, and without parentheses of its own?"""
    return isinstance(node, cst.BinaryOperation) and isinstance(node.operator, operators) and not node.lpar


def _sign(chunk: Chunk, node: cst.BooleanOperation) -> Edit | None:
    source = chunk.source
    left, right = chunk.span(node.left), chunk.span(node.right)
    start, end = source.offset(left.end_line, left.end_column), source.offset(right.line, right.column)
    found = [match for match in _WORD.finditer(source.text, start, end) if match[1]]
    return Edit(source.span(found[0].start(), found[0].end()), _SIGNS[found[0][1]]) if len(found) == 1 else None


def _tilde(chunk: Chunk, node: cst.UnaryOperation) -> Edit | None:
    source, span = chunk.source, chunk.span(node)
    found = _NOT.match(source.text, source.offset(span.line, span.column))
    return Edit(source.span(*found.span()), "~") if found is not None else None


def _around(chunk: Chunk, node: cst.CSTNode) -> Iterator[Edit]:
    """Parentheses."""
    source, span = chunk.source, chunk.span(node)
    for offset, text in ((source.offset(span.line, span.column), "("), (source.offset(span.end_line, span.end_column), ")")):
        yield Edit(source.span(offset, offset), text)
