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
    message: str
    fix: Fix | None = None
    code: str = ""

    @property
    def sort_key(self) -> tuple[int, int, str, str]:
        """Findings are reported from top to bottom, and in the order of their codes on one spot."""
        return (self.span.line, self.span.column, self.code, self.message)
