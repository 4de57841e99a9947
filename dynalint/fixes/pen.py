"""Turns places of the program, and what shall stand there, into text edits that keep the layout, the comments and the quotes of the code.

A place is what facts give for an argument of a call or for an entry of a dict. What cannot be edited for sure gives None instead of edits:
a place in another file, in a comprehension, in a default, or one that nobody wrote down.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from itertools import groupby, pairwise

import libcst as cst

from dynalint.findings import Fix
from dynalint.fixes.layout import Part, Row, Slot, Stretch, row, slot
from dynalint.model.tree import At, walk
from dynalint.model.values import Place
from dynalint.source import Edit, Source

Edits = tuple[Edit, ...]

_PLAIN_SIGN = re.compile(r"\A[ \t]*[=:][ \t]*")


def fix(title: str, *changes: Edits | None, safe: bool) -> Fix | None:
    """The fix that makes all these changes; None where one of them cannot be made, or where two of them touch the same text."""
    edits = sorted({edit for change in changes for edit in change or ()}, key=lambda edit: edit.span)
    apart = all(one.span.end <= other.span.start and one.span.start != other.span.start for one, other in pairwise(edits))
    return Fix(title, tuple(edits), safe) if apart and None not in changes else None


@dataclass(frozen=True)
class Pen:
    """Writes in one file."""

    source: Source

    def code(self, place: Place | None) -> str | None:
        """The code that stands as the value of an argument or entry."""
        found = self._slot(place)
        return self.source.text[slice(*found.value)] if found is not None else None

    def replace(self, place: Place | None, code: str) -> Edits | None:
        """Put other code where the value of an argument or entry stands."""
        found = self._slot(place)
        return (self._edit(found.value, code),) if found is not None else None

    def replace_text(self, place: Place | None, text: str) -> Edits | None:
        """Put another text where the value of an argument or entry is a text in quotes, in the same quotes."""
        found = self._slot(place)
        return self.replace(place, _literal(text, found.written.quote)) if found is not None and isinstance(found.written, cst.SimpleString) else None

    def rename(self, place: Place | None, name: str) -> Edits | None:
        """Give another name to a keyword argument, or another key to an entry whose key is a text in quotes."""
        found = self._slot(place)
        if found is None or found.name is None:
            return None
        return (self._edit(found.name, _literal(name, found.quote) if found.quote else name),)

    def remove(self, *places: Place | None) -> Edits | None:
        """Take keyword arguments and entries away, each with its comma and the comment behind it. Comments on lines of their own stay."""
        ats = [place for place in places if isinstance(place, At)]
        rows = {found.node: found for at in ats if (found := self._row_around(at)) is not None}
        gone = {at.node for at in ats}
        if len(ats) < len(places) or sum(part.node in gone for found in rows.values() for part in found.parts) < len(gone):
            return None
        runs = [(found, list(run)) for found in rows.values() for is_gone, run in groupby(found.parts, lambda part: part.node in gone) if is_gone]
        return tuple(self._edit(_taken(found, run), "") for found, run in runs)

    def add_argument(self, call: Place | None, name: str, code: str) -> Edits | None:
        """Add a keyword argument to a call, behind the others."""
        found = self._row(call) if isinstance(call, At) and isinstance(call.node, cst.Call) else None
        return self._added(found, f"{name}{self._sign(found, '=')}{code}") if found is not None else None

    def add_entry(self, place: Place | None, key: str, code: str) -> Edits | None:
        """Add an entry to a dict that is written out, behind the others. It stands at the place, or is the value of the argument or entry there."""
        if not isinstance(place, At):
            return None
        value = self._slot(place)
        at = At(place.chunk, value.written) if value is not None else place
        if isinstance(at.node, cst.Call) and isinstance(at.node.func, cst.Name) and at.node.func.value == "dict":
            return self.add_argument(at, key, code) if key.isidentifier() and not keyword.iskeyword(key) else None
        found = self._row(at) if isinstance(at.node, cst.Dict) else None
        return self._added(found, f"{self.quoted(key, at)}{self._sign(found, ': ')}{code}") if found is not None else None

    def quoted(self, text: str, near: Place | None) -> str:
        """A text as a literal, in the quotes that the code around a place uses."""
        node = near.node if isinstance(near, At) else None
        while node is not None and isinstance(near, At):
            for below in walk(node):
                if isinstance(below, cst.SimpleString) and len(below.quote) == 1:
                    return _literal(text, below.quote)
            node = near.chunk.parent(node)
        return _literal(text, '"')

    def _slot(self, place: Place | None) -> Slot | None:
        return slot(place) if isinstance(place, At) and place.source is self.source else None

    def _row(self, at: At) -> Row | None:
        return row(at.chunk, at.node) if at.source is self.source else None

    def _row_around(self, at: At) -> Row | None:
        has_name = isinstance(at.node, cst.DictElement) or (isinstance(at.node, cst.Arg) and at.node.keyword is not None)
        above = at.chunk.parent(at.node)
        return self._row(At(at.chunk, above)) if has_name and above is not None else None

    def _edit(self, stretch: Stretch, text: str) -> Edit:
        return Edit(self.source.span(*stretch), text)

    def _sign(self, found: Row, usual: str) -> str:
        """The sign between name and value, with the blanks that the last neighbour has around it."""
        for part in reversed(found.parts):
            near = slot(At(found.chunk, part.node))
            if near is not None and near.name is not None and _PLAIN_SIGN.fullmatch(sign := self.source.text[near.name[1] : near.value[0]]):
                return sign
        return usual

    def _added(self, found: Row, code: str) -> Edits:
        if not found.parts:
            return (self._edit((found.inside[0], found.inside[0]), code),)
        last = found.parts[-1]
        if not found.starts_line(last):
            return (self._edit((last.end, last.end), f", {code}"),)
        above = self.source.lines[self.source.span(last.start, last.start).line - 2]
        below = above[len(above.rstrip("\r\n")) :] + found.before(last) + code
        if last.stop > last.end:
            return (self._edit((last.tail, last.tail), below + ","),)
        if last.tail > last.end:
            return self._edit((last.end, last.end), ","), self._edit((last.tail, last.tail), below)
        return (self._edit((last.end, last.end), "," + below),)


def _taken(found: Row, run: list[Part]) -> Stretch:
    """What goes when neighbours go."""
    source, text = found.source, found.source.text
    first, last = run[0], run[-1]
    index = found.parts.index(first)
    before = found.parts[index - 1] if index else None
    after = found.parts[index + len(run)] if index + len(run) < len(found.parts) else None
    opening, closing = found.inside

    def quiet(start: int, end: int) -> bool:
        return "#" not in text[start:end]

    if before is None and after is None and quiet(opening, first.start) and quiet(last.tail, closing):
        return found.inside
    if after is not None and not last.ends_line:
        return first.start, after.start
    if last.ends_line and found.starts_line(first):
        top, bottom = source.span(first.start, first.start).line, source.span(last.tail, last.tail).line
        return source.offset(top, 0), source.offset(bottom + 1, 0)
    if after is not None and before is None and quiet(last.tail, after.start):
        return first.start, after.start
    if before is not None and quiet(before.end, first.start):
        # The comma that the last one had is now its neighbour's.
        return (before.end, last.end) if not last.ends_line else (before.end if last.stop == last.end else before.stop, last.tail)
    return (before.stop if before is not None and quiet(before.stop, first.start) else first.start), last.tail


def _literal(text: str, quote: str) -> str:
    return quote + "".join(_escaped(char, quote[0]) for char in text) + quote


def _escaped(char: str, quote: str) -> str:
    return "\\" + char if char == quote else repr(char)[1:-1]
