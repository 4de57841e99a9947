"""Turns a file's tokens into the places where its statements begin: which calls are statements of their own, and which of these stand in one block."""

from __future__ import annotations

import re
import tokenize
from dataclasses import dataclass
from functools import lru_cache

from dynalint.model.values import Place
from dynalint.source import Source, Span

_FUNCTION = re.compile(r"\s*(?:async\s+)?def\b")
_SILENT = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT})


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the logical lines of a file begin and end: a line that goes on behind an open bracket is one with its first."""

    starts: tuple[tuple[int, int], ...]
    calls: frozenset[tuple[int, int]]
    """Where the code of each begins, behind an `await`."""
    ends: frozenset[tuple[int, int]]

    def is_statement(self, place: Place) -> bool:
        """Is the expression a statement of its own, so that what it gives is dropped?"""
        span = place.span
        return (span.line, span.column) in self.calls and (span.end_line, span.end_column) in self.ends

    def is_one_block(self, one: Place, two: Place) -> bool:
        """Are both statements of one block, the first before the second? Whoever comes to the second has then been at the first."""
        first, last = self._line_of(one.span), self._line_of(two.span)
        if first is None or last is None or first >= last or not (self.is_statement(one) and self.is_statement(two)):
            return False
        return first[1] == last[1] and all(column >= first[1] for line, column in self.starts if first[0] <= line <= last[0])

    def statement_around(self, source: Source, place: Place) -> str:
        """The text from the beginning of the statement that a place lies in up to the place."""
        span = place.span
        start = max((start for start in self.starts if start <= (span.line, span.column)), default=(1, 0))
        return source.slice(Span(*start, span.line, span.column))

    def function_around(self, source: Source, place: Place) -> str:
        """The text of the outermost function that a place lies in, without what stands before it; of the rest of the file outside of functions."""
        outer, first = len(source.text), None
        for line, column in reversed([start for start in self.starts if start[0] <= place.span.line]):
            if column < outer:
                outer = column
                if _FUNCTION.match(source.lines[line - 1]):
                    first = (line, column)
        if first is None:
            return source.text
        last = next((line for line, column in self.starts if line > place.span.line and column <= first[1]), len(source.lines) + 1)
        return source.block(first[0], last - 1)

    def _line_of(self, span: Span) -> tuple[int, int] | None:
        return next((start for start in self.starts if start[0] == span.line), None)


@lru_cache(maxsize=4)
def layout_of(source: Source) -> Layout:
    """The layout of a file; an empty one where Python's tokenizer cannot read it."""
    starts: list[tuple[int, int]] = []
    calls: set[tuple[int, int]] = set()
    ends: set[tuple[int, int]] = set()
    begins, behind_await, end = True, False, (0, 0)
    try:
        for token in tokenize.generate_tokens(iter([*source.lines, ""]).__next__):
            if token.type in _SILENT:
                continue
            if token.type == tokenize.NEWLINE or token.string == ";":
                ends.add(end)
                begins, behind_await = token.type == tokenize.NEWLINE, False
                continue
            if begins:
                starts.append(token.start)
            if begins or behind_await:
                calls.add(token.start)
            begins, behind_await, end = False, begins and token.string == "await", token.end
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return Layout((), frozenset(), frozenset())
    return Layout(tuple(starts), frozenset(calls), frozenset(ends))
