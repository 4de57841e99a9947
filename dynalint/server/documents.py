"""Turns what a user types into the findings of the text before, each moved along with its code until the next check knows better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import count

from dynalint.engine import UNPARSABLE
from dynalint.findings import Finding
from dynalint.source import Edit, Source, Span


@dataclass(frozen=True)
class Document:
    """One open document: its text, and what is known of it."""

    source: Source
    findings: tuple[Finding, ...] = ()
    """Those of this text or, while it is no Python, of the last one that was: where their code stands now."""
    fresh: bool = False
    """Has this very text been checked, and is it Python?"""
    was_python: bool = False

    def edited(self, text: str) -> Document:
        """The document with another text; findings whose code is gone are gone, and none has a fix until the text is checked."""
        if text == self.source.text:
            return self
        source = Source(text, self.source.path)
        path = list(changes(self.source, source))
        findings = (moved(finding, path, self.source, source) for finding in self.findings)
        return replace(self, source=source, findings=tuple(each for each in findings if each is not None), fresh=False)

    def checked(self, findings: Sequence[Finding]) -> Document:
        """The document with the findings of its text; of a text that is no Python they are only news where nothing better is known."""
        if any(finding.code == UNPARSABLE for finding in findings):
            return replace(self, findings=self.findings if self.was_python else tuple(findings), fresh=False)
        return replace(self, findings=tuple(findings), fresh=True, was_python=True)

    def stale(self, path: str) -> Document:
        """The document, to be checked again under a path that may be another: something around it has changed."""
        return replace(self, source=replace(self.source, path=path), fresh=False)

    def within(self, span: Span) -> list[Finding]:
        """The findings that a stretch of the text touches."""
        start, end = (span.line, span.column), (span.end_line, span.end_column)
        return [each for each in self.findings if (each.span.line, each.span.column) <= end and start <= (each.span.end_line, each.span.end_column)]


@dataclass(frozen=True)
class Change:
    """A stretch in which two texts differ, by indexes into the first, and by how much it is longer in the second."""

    start: int
    end: int
    growth: int

    def move(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a stretch of the first text stands in the second; None where the change has cut it."""
        if end <= self.start:
            return start, end
        if start >= self.end:
            return start + self.growth, end + self.growth
        inside = start <= self.start and self.end <= end and (start, end) != (self.start, self.end)
        return (start, end + self.growth) if inside else None


def changes(old: Source, new: Source) -> Iterator[Change]:
    """The stretches in which two texts differ, from the last to the first: each one short, within lines that differ."""
    for edit in reversed(list(differences(old, new))):
        start, end = old.offset(edit.span.line, edit.span.column), old.offset(edit.span.end_line, edit.span.end_column)
        head, tail = _shared(old.text[start:end], edit.text)
        yield Change(start + head, end - tail, len(edit.text) - (end - start))


def differences(old: Source, new: Source) -> Iterator[Edit]:
    """The edits of whole lines that make the second text of the first, from top to bottom."""
    head, tail = _shared(old.lines, new.lines)
    one, other = old.lines[head : len(old.lines) - tail], new.lines[head : len(new.lines) - tail]
    for kind, first, last, new_first, new_last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal":
            start, end = old.offset(head + first + 1, 0), old.offset(head + last + 1, 0)
            yield Edit(old.span(start, end), "".join(other[new_first:new_last]))


def moved(finding: Finding, path: Sequence[Change], old: Source, new: Source) -> Finding | None:
    """The finding, without its fix, where changes have moved it; None where its code was changed away."""
    span = finding.span
    place: tuple[int, int] | None = (old.offset(span.line, span.column), old.offset(span.end_line, span.end_column))
    for change in path:
        place = change.move(*place) if place is not None else None
    return replace(finding, span=new.span(*place), fix=None) if place is not None else None


def _shared(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How much two texts, or two lists of lines, share at their heads, and of the rest at their tails."""
    shorter = min(len(one), len(other))
    head = next(index for index in count() if index == shorter or one[index] != other[index])
    tail = next(index for index in count() if index == shorter - head or one[-1 - index] != other[-1 - index])
    return head, tail
