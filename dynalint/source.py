"""Turns a file's text into lines, and positions in it into spans: what every other part points with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

# The line ends of Python's own tokenizer. str.splitlines() also splits at form feeds, which Python does not.
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text: lines count from 1, columns from 0, in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def start(self) -> Span:
        """The empty span at the beginning of this one."""
        return Span(self.line, self.column, self.line, self.column)

    @property
    def end(self) -> Span:
        """The empty span at the end of this one."""
        return Span(self.end_line, self.end_column, self.end_line, self.end_column)

    def to(self, other: Span) -> Span:
        """From the start of this span to the end of another."""
        return Span(self.line, self.column, other.end_line, other.end_column)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces the text of a span by another text."""

    span: Span
    text: str


@dataclass(frozen=True)
class Source:
    """The text of one file, under the path that findings name."""

    text: str
    path: str = "-"

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines with their ends, as Python counts them."""
        cuts = [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        lines = [self.text[a:b] for a, b in zip(cuts, [*cuts[1:], len(self.text)], strict=True)]
        return tuple(lines[:-1] if lines and not lines[-1] else lines)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line))
        return tuple(starts)

    def offset(self, line: int, column: int) -> int:
        """The index into `text` of a position; a position past the end is the end."""
        if line > len(self.lines):
            return len(self.text)
        return min(self._starts[line - 1] + column, self._starts[line])

    def slice(self, span: Span) -> str:
        """The text of a span."""
        return self.text[self.offset(span.line, span.column) : self.offset(span.end_line, span.end_column)]

    def block(self, first: int, last: int) -> str:
        """The whole lines from `first` to `last`, both counted from 1 and included."""
        return "".join(self.lines[first - 1 : last])

    def column(self, line: int, byte: int) -> int:
        """The column in characters of a column in UTF-8 bytes, as the `ast` counts them."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():
            return byte
        return len(text.encode("utf8", "surrogatepass")[:byte].decode("utf8", "ignore"))

    def span(self, start: int, end: int) -> Span:
        """The span between two indexes into `text`."""
        first, last = self._line_at(start), self._line_at(end)
        return Span(first, start - self._starts[first - 1], last, end - self._starts[last - 1])

    def _line_at(self, offset: int) -> int:
        from bisect import bisect_right

        return max(1, min(bisect_right(self._starts, offset), max(1, len(self.lines))))


def apply(source: Source, edits: tuple[Edit, ...]) -> str:
    """The text with all edits made.

    Raises ValueError where two edits overlap: what they would give together is not what either one meant.
    """
    spots = sorted({(source.offset(e.span.line, e.span.column), source.offset(e.span.end_line, e.span.end_column), e.text) for e in edits})
    pieces: list[str] = []
    done = 0
    for start, end, text in spots:
        if start < done:
            raise ValueError(f"overlapping edits at offset {start} of {source.path}")
        pieces += source.text[done:start], text
        done = end
    return "".join([*pieces, source.text[done:]])
