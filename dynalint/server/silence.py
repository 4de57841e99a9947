"""Turns a finding into the edit that silences it: a code in a `# noqa` comment on its statement."""

from __future__ import annotations

from dynalint.findings import Finding
from dynalint.silence import silencing
from dynalint.source import Edit, Source


def silenced(source: Source, finding: Finding) -> Edit | None:
    """The edit that `dynalint noqa` would make for the finding alone. None where the text cannot be split into tokens."""
    return next(iter(silencing(source, [finding])), None)
