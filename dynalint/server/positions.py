"""Turns spans, which count characters, into an editor's ranges and back, which count UTF-16 units unless client and server agreed on others."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types as lsp
from pygls.workspace import PositionCodec

from dynalint.source import Edit, Source, Span


@dataclass(frozen=True)
class Positions:
    """Positions in one text. Lines are split as Python and the protocol do it: not at form feeds."""

    source: Source
    codec: PositionCodec

    def range(self, span: Span) -> lsp.Range:
        """The range of a span."""
        start, end = (self._position(line, column) for line, column in ((span.line, span.column), (span.end_line, span.end_column)))
        return lsp.Range(start, end)

    def span(self, place: lsp.Range) -> Span:
        """The span of a range; a position behind a line's end is its end."""
        (line, column), (end_line, end_column) = (self._spot(position) for position in (place.start, place.end))
        return Span(line, column, end_line, end_column)

    def edit(self, edit: Edit) -> lsp.TextEdit:
        """An edit as editors take it."""
        return lsp.TextEdit(self.range(edit.span), edit.text)

    def _position(self, line: int, column: int) -> lsp.Position:
        return lsp.Position(line - 1, self.codec.client_num_units(self._line(line)[:column]))

    def _spot(self, position: lsp.Position) -> tuple[int, int]:
        left = position.character
        text = self._line(position.line + 1).rstrip("\r\n")
        for column, char in enumerate(text):
            if left <= 0:
                return position.line + 1, column
            left -= self.codec.client_num_units(char)
        return position.line + 1, len(text)

    def _line(self, line: int) -> str:
        return self.source.lines[line - 1] if line <= len(self.source.lines) else ""
