"""Turns a finding into the edit that silences it: a code in a `# noqa` comment on its statement."""

from __future__ import annotations

import io
import tokenize

from dynalint.findings import Finding
from dynalint.source import Edit, Source, Span


def silenced(source: Source, finding: Finding) -> Edit | None:
    """A comment at the end of the finding's line or, where that line ends in a text or at a backslash, of the next that takes one.

    A comment that already lists codes is given one more. None where the text cannot be split into tokens.
    """
    from flake8.defaults import NOQA_INLINE_REGEXP

    ends = _line_ends(source.text)
    line = next((each for each in sorted(ends) if each >= finding.span.line), None) if ends is not None else None
    if ends is None or line is None:
        return None
    column = ends[line]
    comment = NOQA_INLINE_REGEXP.search(source.lines[line - 1], column)
    if comment is not None and comment["codes"]:
        end = comment.start("codes") + len(comment["codes"].rstrip(" \t\r\n,"))
        return Edit(Span(line, end, line, end), f", {finding.code}")
    end = len(source.lines[line - 1].rstrip())
    return Edit(Span(line, end, line, end), f"  # noqa: {finding.code}")


def _line_ends(text: str) -> dict[int, int] | None:
    """For each line behind whose code a comment may stand, the column where the code ends."""
    found: dict[int, int] = {}
    column = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            if token.type in (tokenize.NEWLINE, tokenize.NL):
                found[token.start[0]] = column or token.start[1]
                column = 0
            elif token.type != tokenize.COMMENT:
                column = token.end[1]
    except (tokenize.TokenError, SyntaxError):
        return None
    return found
