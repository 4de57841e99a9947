"""What a rule says: a finding, with the span that it stands on and, at best, a fix made of text edits."""

from __future__ import annotations

from dataclasses import dataclass

from dynalint.source import Edit, Span


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend one finding. A safe one never changes what correct code does or costs."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem at one place. Holds no syntax: it can be stored, sent to an editor or to another process."""

    span: Span
    text: str
    """What is wrong, what it leads to and what to do instead."""
    fix: Fix | None = None
    code: str = ""
    part: Span | None = None
    """Where the part that it is about is written, if that is not where the finding stands."""
    part_in: str = ""
    """The cell of a notebook that the part is in, if that is another one: `cell 2`."""

    @property
    def message(self) -> str:
        """The text, and the line of the part."""
        where = [self.part_in] if self.part_in else []
        return f"{self.text} ({', '.join([*where, f'line {self.part.line}'])})" if self.part is not None else self.text

    @property
    def sort_key(self) -> tuple[int, int, str, str]:
        """Findings are reported from top to bottom, and in the order of their codes on one spot."""
        return (self.span.line, self.span.column, self.code, self.message)
