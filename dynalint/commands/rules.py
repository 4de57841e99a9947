"""Turns the rules into a table of them: `dynalint rules`, for people, or as JSON or Markdown."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dynalint.commands import CLEAN, TroubleError
from dynalint.terminal import Paint, columns, wants_colour

if TYPE_CHECKING:
    from dynalint.rule import Rule


def arguments(parser: argparse.ArgumentParser) -> None:
    """The form, and which rules."""
    parser.add_argument("--output-format", "--format", choices=["text", "json", "markdown"], default="text", help="the form of the table (default: text)")
    parser.add_argument("--group", metavar="GROUP", help="only the rules of this group")


def run(parsed: argparse.Namespace) -> int:
    """Print the table."""
    from dynalint.rule import GROUPS, rules  # costs time to import, which other commands need not spend

    if parsed.group not in {None, *GROUPS}:
        raise TroubleError(f"there is no group {parsed.group!r}, but {', '.join(GROUPS)}")
    chosen = [rule for rule in rules() if parsed.group in {None, rule.group}]
    match parsed.output_format:
        case "json":
            import json

            print(json.dumps([_record(rule) for rule in chosen], indent=2))
        case "markdown":
            print("\n".join(["| code | name | group | what it reports | fix |", "|---|---|---|---|---|", *map(_row, chosen)]))
        case _:
            print("\n".join(_lines(chosen, columns() if sys.stdout.isatty() else 0, Paint(wants_colour(sys.stdout)))))
    return CLEAN


def _record(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "group": rule.group,
        "summary": rule.summary,
        "fix": rule.fix,
        "since": rule.since,
        "aws": rule.aws,
        "proof": rule.proof,
        "on_by_default": rule.group != "audit",
        "speaks_in_tests": rule.speaks_in_tests,
    }


def _row(rule: Rule) -> str:
    return f"| {rule.code} | {rule.name} | {rule.group} | {rule.summary} | {rule.fix} |"


def _lines(chosen: Sequence[Rule], wide: int, paint: Paint) -> Iterator[str]:
    """One line for each rule; on a terminal of so many columns, the summary goes on below itself."""
    import textwrap

    from dynalint.pages import page
    from dynalint.report.concise import COLOURS

    names, groups, fixes = (max(map(len, column)) for column in zip(*((rule.name, rule.group, rule.fix) for rule in chosen), strict=True))
    before = len("DYN000") + names + groups + fixes + 4 * len("  ")
    for rule in chosen:
        room = wide - before
        # Without docstrings (python -OO) there is no summary.
        first, *rest = (textwrap.wrap(rule.summary, room) if room >= 30 else []) or [rule.summary]
        code = paint(rule.code, "bold", COLOURS[page(rule.code).level])
        yield "  ".join([code, rule.name.ljust(names), paint(rule.group.ljust(groups), "dim"), rule.fix.ljust(fixes), first])
        yield from (" " * before + line for line in rest)
