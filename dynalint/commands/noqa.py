"""Turns today's findings into comments that silence them: `dynalint noqa PATH...`."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import fields

from dynalint.commands import CLEAN, FINDINGS, TROUBLE, TroubleError, option_arguments, parsed_settings, setting_arguments, work
from dynalint.report import counted
from dynalint.run import Task
from dynalint.selection import Selection
from dynalint.walk import Walk


def arguments(parser: argparse.ArgumentParser) -> None:
    """Paths, why, and the settings."""
    work.arguments(parser)
    parser.add_argument("--reason", default="", metavar="TEXT", help="why the findings are to be silent: stands in each comment")
    parser.add_argument("--diff", action="store_true", help="print what would change, and change nothing")
    setting_arguments(parser, "which rules are silenced", fields(Selection))
    setting_arguments(parser, "which files are checked", fields(Walk))
    option_arguments(parser)


def run(parsed: argparse.Namespace) -> int:
    """Add the comments, or show them; what cannot be silenced is said."""
    reason = parsed.reason.strip()
    if not reason.isprintable():
        raise TroubleError(f"--reason takes one line of text, not {reason!r}")
    found = work.from_files(parsed, Task(parsed_settings(parsed), silence=True, reason=reason))
    if parsed.diff:
        work.print_diffs(found)
    else:
        found = [work.written(each, "silenced") for each in found]
    troubles = [each.trouble for each in found if each.trouble]
    for trouble in troubles:
        work.say(trouble)
    changed = [each for each in found if each.data is not None]
    if changed:
        counts = Counter(finding.code for each in changed for finding in each.applied)
        codes = ", ".join(f"{number} x {code}" for code, number in sorted(counts.items()))
        how = "would be silenced" if parsed.diff else "silenced"
        work.say(f"{counted(sum(counts.values()), 'finding')} {how} in {counted(len(changed), 'file')}: {codes}")
    return TROUBLE if troubles else FINDINGS if parsed.diff and changed else CLEAN
