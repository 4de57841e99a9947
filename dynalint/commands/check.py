"""Turns paths into the findings of the files below them, and into mended files: `dynalint check PATH...`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import fields
from pathlib import Path

from dynalint.commands import CLEAN, FINDINGS, TROUBLE, TroubleError, option_arguments, output, parsed_settings, setting_arguments, work
from dynalint.commands.work import from_files, print_diffs, say, written
from dynalint.report import Result, counted
from dynalint.reporting import Reporting
from dynalint.run import STDIN, Outcome, Task, outcome_of
from dynalint.selection import Selection, names_by_code
from dynalint.settings import Settings
from dynalint.walk import Walk


def arguments(parser: argparse.ArgumentParser) -> None:
    """Paths, what to do with them, and the settings."""
    work.arguments(parser, "files, directories, or - (default: this directory)")
    parser.add_argument("--stdin-filename", type=Path, metavar="PATH", help="where the text from standard input (-) stands, or will")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 where there are findings too")
    fixes = parser.add_argument_group("fixes")
    fixes.add_argument("--fix", action="store_true", help="make the safe fixes, and report what is left")
    fixes.add_argument("--unsafe-fixes", action="store_true", help="with --fix or --diff: make the other fixes too")
    fixes.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing")
    fixes.add_argument("--show-fixes", action="store_true", help="with --fix or --diff: list the fixes on standard error")
    output.arguments(parser)
    parser.add_argument("--statistics", action="store_true", help="print how often each rule has findings, instead of the findings")
    setting_arguments(parser, "which rules speak", fields(Selection))
    setting_arguments(parser, "which files are checked", fields(Walk))
    setting_arguments(parser, "what is known, and what is needless", [each for each in fields(Reporting) if each.name == "baseline"])
    parser.add_argument("--report-unused-noqa", action="append_const", const="yes", help="report comments that name codes of which there is nothing to silence")
    parser.add_argument("--no-report-unused-noqa", dest="report_unused_noqa", action="append_const", const="no", help="do not, whatever a file configures")
    option_arguments(parser)


def run(parsed: argparse.Namespace) -> int:
    """Print the findings; what cannot be read is said on standard error, and the rest is checked all the same."""
    settings = parsed_settings(parsed)
    fix = parsed.fix or parsed.diff
    if not fix and (parsed.unsafe_fixes or parsed.show_fixes):
        raise TroubleError(f"{'--unsafe-fixes' if parsed.unsafe_fixes else '--show-fixes'} goes with --fix or --diff")
    from_stdin = Path(STDIN) in parsed.paths
    if parsed.stdin_filename and not from_stdin:
        raise TroubleError("--stdin-filename goes with - for standard input")
    if parsed.statistics and (parsed.output_format or parsed.output_file):
        raise TroubleError(f"--statistics prints a table of its own, and does not go with --output-{'format' if parsed.output_format else 'file'}")
    task = Task(settings, fix, parsed.unsafe_fixes)
    found = [_from_stdin(parsed, task)] if from_stdin else from_files(parsed, task)
    if fix and not parsed.diff and not from_stdin:
        found = [written(each) for each in found]
    troubles = [each.trouble for each in found if each.trouble]
    for trouble in troubles:
        say(trouble)
    results = [result for each in found for result in each.results]
    if settings.reporting.baseline and not parsed.diff:
        results = _new(results, found, settings)
    # A text from standard input goes, mended, to standard output: what is said of it must go elsewhere.
    with redirect_stdout(sys.stderr) if from_stdin and parsed.fix and not parsed.diff else nullcontext():
        if parsed.diff:
            print_diffs(found)
        elif parsed.statistics:
            print("".join(_statistics(results)), end="")
        else:
            output.emit(parsed, results, checked=sum(not each.trouble for each in found), troubles=troubles)
    if fix:
        _print_fixes(found, parsed)
    if troubles:
        return TROUBLE
    failed = any(each.diff for each in found) if parsed.diff else bool(results)
    return FINDINGS if failed and not parsed.exit_zero else CLEAN


def _from_stdin(parsed: argparse.Namespace, task: Task) -> Outcome:
    if len(parsed.paths) > 1:
        raise TroubleError("standard input (-) is checked alone, without other paths")
    data = sys.stdin.buffer.read()
    path: Path | None = parsed.stdin_filename
    is_taken = path is None or task.settings.walk.takes(path)
    found = outcome_of(data, STDIN if path is None else str(path), path, task) if is_taken else Outcome(str(path))
    if parsed.fix and not parsed.diff:
        sys.stdout.buffer.write(data if found.data is None else found.data)
        sys.stdout.buffer.flush()
    return found


def _new(results: Sequence[Result], found: Sequence[Outcome], settings: Settings) -> list[Result]:
    """The results that are not in the baseline; what is in it and was not found again is told."""
    from dynalint.baseline import recorded  # costs time to import
    from dynalint.commands import known

    path = Path(settings.reporting.baseline)
    before = known.read(path)
    stale = before.stale(recorded(results, path.parent), known.coverage(found, settings, path.parent)).size
    if stale:
        say(f"{counted(stale, 'finding')} in {known.shown(path)} {'is' if stale == 1 else 'are'} gone: `dynalint baseline --prune` takes them out")
    return list(before.new(results, path.parent))


def _print_fixes(found: Sequence[Outcome], parsed: argparse.Namespace) -> None:
    """How many fixes were made, and which."""
    mended = [each for each in found if each.data is not None]
    if parsed.show_fixes:
        for each in mended:
            say(f"{each.path}: " + ", ".join(f"{number} x {code}" for code, number in sorted(Counter(finding.code for finding in each.applied).items())))
    if mended:
        how = "would be made" if parsed.diff else "made"
        number = sum(len(each.applied) for each in mended)
        say(f"{number:,} {'fix' if number == 1 else 'fixes'} {how} in {counted(len(mended), 'file')}")


def _statistics(results: Iterable[Result]) -> Iterable[str]:
    """One line for each code, the most frequent ones first; with a star where there are safe fixes, a question mark where there are others."""
    findings = [finding for result in results for finding in result.findings]
    counts = Counter(finding.code for finding in findings)
    safety = {finding.code: finding.fix.safe for finding in sorted(findings, key=lambda each: each.sort_key) if finding.fix is not None}
    if not counts:
        return
    names, width = names_by_code(), len(str(max(counts.values())))
    for code, number in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        yield f"{number:>{width}}  {code}  [{'*' if safety.get(code) else '?' if code in safety else ' '}]  {names.get(code) or _own_name(code)}\n"


def _own_name(code: str) -> str:
    """The name of a code that no rule has."""
    from dynalint.pages import page  # costs time to import

    return page(code).name
