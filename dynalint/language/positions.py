"""Turns offsets in the text of an expression into spans of the Python source that writes it down.

A text is written as a literal, as several side by side, joined by `+`, as an f-string, or as any mix of these; in plain, raw and triple
quotes. What stands between the pieces, and what an f-string fills in, is a field: its part of the text stands where the field stands.
The pieces must make the very text that is asked about, in one way only, or there is no answer.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from dynalint.source import Edit, Source, Span

# Escapes that stand for one character: Python reference, "String and Bytes literals".
_ESCAPE = re.compile(r"\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|N\{[^}]*\}|\r\n|[\n\r\\'\"abfnrtv])")
_OPENING = re.compile(r"(?P<prefix>(?:(?<!\w)(?:[rR][fFbB]?|[fFbB][rR]?|[uU]))?)(?P<quote>\"\"\"|'''|\"|')")
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some source, and what it means: one character or none (an escaped line end) of a literal, or a field of unknown length (None)."""

    meaning: str | None
    start: int
    end: int


@dataclass(frozen=True)
class Written:
    """The text of an expression as the source writes it down."""

    source: Source
    text: str
    _pieces: tuple[Piece, ...]
    _starts: tuple[int, ...]
    """Where in the text each piece starts, and at last where the text ends."""

    def span(self, start: int, end: int) -> Span:
        """Where a stretch of the text is written; that of an empty one is the place right behind what comes before it."""
        inside = [piece for piece, (first, last) in zip(self._pieces, pairwise(self._starts), strict=True) if first < end and last > start]
        if inside:
            return self.source.span(inside[0].start, inside[-1].end)
        before = [piece.end for piece, first in zip(self._pieces, self._starts, strict=False) if first < start]
        spot = before[-1] if before else self._pieces[0].start
        return self.source.span(spot, spot)

    def replace(self, start: int, end: int, new: str) -> Edit | None:
        """The edit that writes something else for a stretch of the text; None where it is not written out in one piece.

        The new text must need no escape in any kind of literal: letters, digits, `_`, `#`, `:` and blanks do not.
        """
        inside = [piece for piece, (first, last) in zip(self._pieces, pairwise(self._starts), strict=True) if first < end and last > start]
        together = all(one.end == other.start for one, other in pairwise(inside))
        return Edit(self.span(start, end), new) if inside and together and all(piece.meaning for piece in inside) else None


def written(source: Source, span: Span, text: str) -> Written | None:
    """How the source writes a text down at a span: that of the value alone, of `name=value`, or of `key: value`."""
    start, end = source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)
    pieces = tuple(_merged(Piece(piece.meaning, piece.start + start, piece.end + start) for piece in _value(source.text[start:end])))
    starts = _aligned(pieces, text) if any(piece.meaning for piece in pieces) else None
    return Written(source, text, pieces, starts) if starts is not None else None


# From code to pieces


def _value(code: str) -> list[Piece]:
    """The pieces of the value that some code ends with; none where the code is something else."""
    for opening, closing in (("(", "\n)"), ("f(", "\n)"), ("{", "\n}"), ("{", "\n)}"), ("{", "\n))}")):
        wrapped = Source(opening + code + closing)
        try:
            with warnings.catch_warnings(action="ignore"):  # they are about the code that is checked
                node = ast.parse(wrapped.text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            continue
        if isinstance(node, ast.Call) and opening == "f(":
            node = node.keywords[0].value if len(node.keywords) == 1 and not node.args else node
        elif isinstance(node, ast.Dict) and opening == "{":
            node = node.values[0] if len(node.values) == 1 else node
        return [Piece(piece.meaning, piece.start - len(opening), piece.end - len(opening)) for piece in _pieces(node, wrapped)]
    return []


def _pieces(node: ast.expr, source: Source) -> Iterator[Piece]:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            waiting += [node.right, node.left]
            continue
        start = source.offset(node.lineno, source.column(node.lineno, node.col_offset))
        end = source.offset(node.end_lineno or 0, source.column(node.end_lineno or 0, node.end_col_offset or 0))
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            yield from _literals(source.text, start, end)
        else:
            yield Piece(None, start, end)


def _literals(code: str, at: int, end: int) -> Iterator[Piece]:
    """The pieces of literals side by side, with blanks, comments and escaped line ends between them."""
    while at < end:
        opening = _OPENING.match(code, at)
        if opening is not None:
            found = list(_literal(code, opening))
            yield from found
            at = (found[-1].end if found else opening.end()) + len(opening["quote"])
        elif code[at] == "#":
            at = next((index for index in range(at, end) if code[index] in "\r\n"), end)
        else:
            at += 1


def _literal(code: str, opening: re.Match[str]) -> Iterator[Piece]:
    at, quote, prefix = opening.end(), opening["quote"], opening["prefix"].lower()
    while not code.startswith(quote, at):
        piece = _piece(code, at, is_raw="r" in prefix, is_format="f" in prefix)
        yield piece
        at = piece.end


def _piece(code: str, at: int, *, is_raw: bool, is_format: bool) -> Piece:
    char = code[at]
    if char == "\\" and not is_raw and (escape := _ESCAPE.match(code, at)) is not None:
        return Piece(ast.literal_eval(f'"{escape[0]}"') if escape[0][1] not in "\r\n" else "", at, escape.end())
    if char == "\\" and is_raw and code[at + 1] in "\\'\"":
        # A quote behind a backslash ends nothing, and both are part of the text. The next piece is what is escaped.
        return Piece("\\" + code[at + 1], at, at + 2)
    if is_format and char in "{}":
        return Piece(char, at, at + 2) if code[at + 1] == char else Piece(None, at, _field_end(code, at))
    if char == "\r":
        return Piece("\n", at, at + (2 if code.startswith("\r\n", at) else 1))
    return Piece(char, at, at + 1)


def _field_end(code: str, at: int) -> int:
    """The end of the field of an f-string that starts here: behind its closing brace."""
    at, depth, is_format = at + 1, 0, False
    while True:
        char = code[at]
        if char == "}" and depth == 0:
            return at + 1
        if char == "{" and is_format:
            at = _field_end(code, at)
        elif not is_format and (opening := _OPENING.match(code, at)) is not None:
            inner = list(_literal(code, opening))
            at = (inner[-1].end if inner else opening.end()) + len(opening["quote"])
        else:
            is_format = is_format or (char == ":" and depth == 0)
            depth += 0 if is_format else _BRACKETS.get(char, 0)
            at += 1


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces with neighbouring fields made one: of two side by side nobody knows which of them is which part of the text."""
    last: Piece | None = None
    for piece in pieces:
        if last is not None and last.meaning is None and piece.meaning is None:
            last = Piece(None, last.start, piece.end)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


# From pieces to offsets


def _aligned(pieces: tuple[Piece, ...], text: str) -> tuple[int, ...] | None:
    """Where in the text each piece starts, and where the last one ends; None where there is no way or more than one."""
    mirror = tuple(Piece(piece.meaning[::-1] if piece.meaning is not None else None, 0, 0) for piece in reversed(pieces))
    forth, back = _laid(pieces, text), _laid(mirror, text[::-1])
    # Laid out from the left, the fields on the left are as short as can be, and from the right those on the right: the same if there is but one way.
    return forth if forth is not None and back is not None and forth == tuple(len(text) - start for start in reversed(back)) else None


def _laid(pieces: tuple[Piece, ...], text: str) -> tuple[int, ...] | None:
    """The pieces from left to right: each run of known ones where it first fits, and the last run where the text ends."""
    starts: list[int] = []
    at = 0
    for is_field, group in groupby(pieces, lambda piece: piece.meaning is None):
        run = tuple(group)
        if is_field:
            starts.append(at)
            continue
        known = "".join(piece.meaning or "" for piece in run)
        follows_field, is_last = bool(starts), run[-1] is pieces[-1]
        found = at if not follows_field else len(text) - len(known) if is_last else text.find(known, at)
        if found < at or not text.startswith(known, found):
            return None
        at = found
        for piece in run:
            starts.append(at)
            at += len(piece.meaning or "")
    end = len(text) if pieces[-1].meaning is None else at
    return (*starts, end) if end == len(text) else None
