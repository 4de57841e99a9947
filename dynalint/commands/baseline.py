"""Turns today's findings into a file of what is known, so that `dynalint check` reports the new ones alone: `dynalint baseline PATH...`."""

from __future__ import annotations

import argparse
import os
from dataclasses import fields
from pathlib import Path

from dynalint.baseline import NAME, NOT_CHECKED, Baseline, recorded
from dynalint.commands import CLEAN, TROUBLE, TroubleError, known, option_arguments, parsed_settings, setting_arguments, work
from dynalint.files import replace_file
from dynalint.report import counted
from dynalint.run import Task
from dynalint.selection import Selection
from dynalint.walk import Walk


def arguments(parser: argparse.ArgumentParser) -> None:
    """Paths, the file, and the settings."""
    work.arguments(parser)
    about = f"the file to write (default: the one that is configured, else {NAME})"
    parser.add_argument("--baseline", action="append", metavar="FILE", help=about)
    parser.add_argument("--prune", action="store_true", help="only take out what is found no more, and record nothing new")
    setting_arguments(parser, "which rules speak", fields(Selection))
    setting_arguments(parser, "which files are checked", fields(Walk))
    option_arguments(parser)


def run(parsed: argparse.Namespace) -> int:
    """Write the file, where something changes. What this run does not look for stays in it as it is."""
    settings = parsed_settings(parsed)
    path = Path(settings.reporting.baseline or Path.cwd() / NAME)
    before = known.read(path) if parsed.prune or os.path.exists(path) else Baseline({})
    found = work.from_files(parsed, Task(settings))
    for each in found:
        if each.trouble:
            work.say(each.trouble)
    if found and all(each.trouble for each in found) and not os.path.exists(path):
        # A path with a mistake in it, most likely: nothing was looked at that could be recorded.
        return TROUBLE
    results = [result for each in found for result in each.results]
    today, covers = recorded(results, path.parent), known.coverage(found, settings, path.parent)
    stale = before.stale(today, covers)
    after = before.pruned(stale) if parsed.prune else before.renewed(today, covers)
    _write(path, after)
    gone = f", {stale.size:,} taken out" if stale.size else ""
    work.say(f"{counted(after.size, 'finding')} in {known.shown(path)}{gone}")
    lost = sum(finding.code in NOT_CHECKED for result in results for finding in result.findings)
    if lost and not parsed.prune:
        work.say(f"{counted(lost, 'finding')} not recorded, for {'it tells' if lost == 1 else 'they tell'} that not all was checked")
    return TROUBLE if any(each.trouble for each in found) else CLEAN


def _write(path: Path, after: Baseline) -> None:
    data = after.text.encode()
    try:
        if not os.path.exists(path):
            path.write_bytes(data)
        elif path.read_bytes() != data:
            replace_file(path, data)
    except OSError as error:
        raise TroubleError(f"{known.shown(path)}: {error.strerror or os.strerror(error.errno or 0)}") from error
