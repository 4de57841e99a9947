"""Turns findings into those that no `# noqa` comment silences, for every front end alike.

How a comment is written is flake8's affair: its own patterns are asked. Where it may stand is ours: anywhere on the logical line. flake8
joins lines only at a backslash and in a string, so that alone it would not see a comment at the end of a call that goes over several lines.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Sequence

from dynalint.findings import Finding
from dynalint.source import Source

# What is said of a comment that silences nothing. It must not be silent by the very comment that it is about: only by its whole code.
UNUSED_NOQA = "DYN002"

# Tokens that a logical line does not begin with.
_BETWEEN = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})


def audible(source: Source, findings: Sequence[Finding]) -> list[Finding]:
    """The findings that no comment in the text silences, in the same order."""
    if not findings or "noqa" not in source.text.lower():
        return list(findings)
    if is_silent_file(source):
        return []
    logical = logical_lines(source.text)
    return [finding for finding in findings if not _silences(source.block(*logical.get(finding.span.line, (finding.span.line,) * 2)), finding.code)]


def is_silent_file(source: Source) -> bool:
    """Does a comment silence the whole file?"""
    from flake8.defaults import NOQA_FILE

    return any(NOQA_FILE.match(line) for line in source.lines)


def listed(comment: re.Match[str]) -> list[str]:
    """The codes that a comment lists, as flake8's pattern has found it; none where it is about all."""
    return [each for each in re.split(r"[,\s]", comment["codes"] or "") if each]


def _silences(line: str, code: str) -> bool:
    from flake8.defaults import NOQA_INLINE_REGEXP

    for comment in NOQA_INLINE_REGEXP.finditer(line):
        codes = listed(comment)
        if not codes or (code in codes if code == UNUSED_NOQA else code.startswith(tuple(codes))):
            return True
    return False


def logical_lines(text: str) -> dict[int, tuple[int, int]]:
    """For each line of a statement, the first and the last line of the logical line that it belongs to.

    Empty where the text cannot be split into tokens: there each line stands for itself, as it does for flake8.
    """
    found: dict[int, tuple[int, int]] = {}
    first = None
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            if first is None and token.type not in _BETWEEN:
                first = token.start[0]
            if first is not None and token.type == tokenize.NEWLINE:
                found |= dict.fromkeys(range(first, token.start[0] + 1), (first, token.start[0]))
                first = None
    except (tokenize.TokenError, SyntaxError):
        return {}
    return found
