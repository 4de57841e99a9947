"""Turns findings into those that no `# noqa` comment silences.

flake8 itself decides, so that what it keeps quiet about is quiet in every other front end: `# noqa` and `# noqa: DYN101,DYN2` anywhere
on the logical line, multi-line strings included, and `# flake8: noqa` on a line of its own for a file.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence

from dynalint.findings import Finding
from dynalint.source import Source

# What flake8's reader of a file wants to know; none of it says anything about noqa but the one of that name.
_FLAKE8 = argparse.Namespace(disable_noqa=False, hang_closing=False, indent_size=4, max_doc_length=None, max_line_length=79, verbose=0)


def audible(source: Source, findings: Sequence[Finding]) -> list[Finding]:
    """The findings that no comment in the text silences, in the same order."""
    if not findings or "noqa" not in source.text.lower():
        return list(findings)
    from flake8.processor import FileProcessor  # takes longer to import than most files to check
    from flake8.violation import Violation

    lines = io.StringIO(source.text, newline=None).readlines()
    reader = FileProcessor(source.path, _FLAKE8, lines)
    if reader.should_ignore_file():
        return []

    def silenced(finding: Finding) -> bool:
        place = finding.span.line
        # Text that cannot be split into tokens has no logical lines: there flake8 looks at the line alone.
        logical = reader.noqa_line_for(place) or "".join(lines[place - 1 : place])
        return Violation(finding.code, source.path, place, 0, finding.message, logical).is_inline_ignored(disable_noqa=False)

    return [finding for finding in findings if not silenced(finding)]
