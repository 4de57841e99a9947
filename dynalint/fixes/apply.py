"""Turns a text, and what finds fault with it, into the text with all fixes made: round by round, until there is nothing left to fix."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from dynalint.findings import Finding
from dynalint.noqa import audible
from dynalint.source import Edit, Source, apply

# Nobody writes this many fixes on top of each other: one that is still at work by then makes its own finding again.
_ROUNDS = 10


@dataclass(frozen=True)
class Fixed:
    """A text after its fixes."""

    text: str
    applied: tuple[Finding, ...] = ()
    """Each with its place at the time of its round: earlier fixes may have moved the lines."""
    refused: str = ""
    """Why some fixes, or all of them, were not made; empty where all were."""


def fixed(text: str, findings: Callable[[str], list[Finding]], unsafe: bool) -> Fixed:
    """The text with the fixes of what `findings` has to say of it, the unsafe ones too where the user wants them.

    A fix is not made where a `noqa` silences its code on a line that it changes. Fixes that make Python into something else are left out, and
    where they never come to rest none is made; `refused` says so.
    """
    sound = next(judge for judge in (_compiles, _parses, _anything) if judge(text))
    applied: list[Finding] = []
    now, seen, refused = text, {text}, ""
    for _ in range(_ROUNDS):
        made, broken = _round(now, [each for each in findings(now) if may_fix(each, unsafe)], sound)
        refused = f"{_codes(broken)}: the fix would give what is not Python; please report it" if broken else ""
        if not made:
            return Fixed(now, tuple(applied), refused)
        applied += made
        now = _edited(Source(now), made)
        if now in seen:
            break
        seen.add(now)
    return Fixed(text, refused=f"{_codes(made)}: the fixes never come to rest; please report it")


def may_fix(finding: Finding, unsafe: bool) -> bool:
    """Does the finding have a fix that the user wants?"""
    return finding.fix is not None and bool(finding.fix.edits) and (finding.fix.safe or unsafe)


def _round(text: str, findings: list[Finding], sound: Callable[[str], bool]) -> tuple[list[Finding], list[Finding]]:
    """Of the findings, those whose fixes can be made at once, and those whose fixes would break the text."""
    source = Source(text)
    together = list(_apart(source, [each for each in findings if not _silenced(source, each)]))
    if not together or sound(_edited(source, together)):
        return together, []
    # Who is to blame? One by one tells it.
    made: list[Finding] = []
    broken: list[Finding] = []
    for each in together:
        (made if sound(_edited(source, [*made, each])) else broken).append(each)
    return made, broken


def _apart(source: Source, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings whose fixes do not even touch each other. Of two that do, the later one waits for the next round, where it may look different."""
    taken: list[tuple[int, int]] = []
    for finding in findings:
        wanted = sorted(_stretch(source, edit) for edit in _edits(finding))
        if any(one[1] > other[0] for one, other in pairwise(wanted)):
            continue  # the fix gets in its own way: nobody knows what it would give
        if not any(start <= other_end and other_start <= end for start, end in wanted for other_start, other_end in taken):
            taken += wanted
            yield finding


def _silenced(source: Source, finding: Finding) -> bool:
    """Does a comment forbid to change any of the lines that the fix changes?"""
    places = [replace(finding, span=edit.span) for edit in _edits(finding)]
    return len(audible(source, places)) < len(places)


def _edits(finding: Finding) -> tuple[Edit, ...]:
    return finding.fix.edits if finding.fix is not None else ()


def _stretch(source: Source, edit: Edit) -> tuple[int, int]:
    return source.offset(edit.span.line, edit.span.column), source.offset(edit.span.end_line, edit.span.end_column)


def _edited(source: Source, findings: Iterable[Finding]) -> str:
    return apply(source, tuple(edit for finding in findings for edit in _edits(finding)))


def _codes(findings: Iterable[Finding]) -> str:
    return ", ".join(sorted({finding.code for finding in findings}))


def _compiles(text: str) -> bool:
    return _accepted(lambda: compile(text, "-", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True))


def _parses(text: str) -> bool:
    return _accepted(lambda: ast.parse(text))


def _anything(text: str) -> bool:
    return True


def _accepted(judge: Callable[[], object]) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            judge()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
