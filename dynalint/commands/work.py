"""Turns paths and flags into what comes of the files below them, and that into changed files: what all commands that check files share."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from dynalint.cache import cache_for
from dynalint.commands import TroubleError
from dynalint.files import replace_file
from dynalint.progress import progress
from dynalint.run import LostError, Outcome, Task, outcomes
from dynalint.terminal import Paint, visible, wants_colour
from dynalint.walk import Walk


def arguments(parser: argparse.ArgumentParser, paths: str = "files or directories (default: this directory)") -> None:
    """Paths, and how many files at once."""
    parser.add_argument("paths", nargs="*", type=Path, default=[Path()], metavar="PATH", help=paths)
    parser.add_argument("--jobs", "-j", type=_number, default=_processors(), metavar="N", help="how many processes to use (default: one for each processor)")
    parser.add_argument("--no-cache", dest="cache", action="append_const", const="no", help="check all files, and keep nothing of what is found")
    parser.add_argument("--cache-dir", action="append", metavar="DIR", help="where findings are kept (default: .dynalint_cache in the project's folder)")


def from_files(parsed: argparse.Namespace, task: Task) -> list[Outcome]:
    """What comes of each file, with a bar on a terminal while it takes its time. Raises TroubleError."""
    paths, lost = _files(parsed.paths, task.settings.walk)
    if not paths and not lost:
        say("there are no Python files to check")
    cache = cache_for(task.settings)
    try:
        found = lost + list(progress(outcomes(paths, task, parsed.jobs, cache), len(paths), sys.stderr))
    except LostError as error:
        raise TroubleError(str(error)) from error
    if cache is not None:
        cache.save()
    return found


def written(outcome: Outcome, done: str = "fixed") -> Outcome:
    """The outcome, once it stands in its file; `done` says what that does to the file."""
    if outcome.data is None:
        return outcome
    try:
        replace_file(Path(outcome.path), outcome.data)
    except OSError as error:
        return replace(outcome, applied=(), data=None, trouble=f"{outcome.path}: is not {done}: {error.strerror}")
    return outcome


def print_diffs(found: Iterable[Outcome]) -> None:
    """The changes: to a terminal so that they can be looked at, to all else so that they can be applied."""
    text = "".join(each.diff for each in found)
    if not sys.stdout.isatty():
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf8", "surrogatepass"))
        sys.stdout.buffer.flush()
        return
    paint = Paint(wants_colour(sys.stdout))
    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in text.splitlines():
        print(paint(visible(line.expandtabs(4)), *([colours[line[0]]] if line[:1] in colours else [])))


def say(text: str) -> None:
    """Tell the user, beside the report."""
    print(f"dynalint: {visible(text)}", file=sys.stderr)


def _files(paths: Sequence[Path], walk: Walk) -> tuple[list[str], list[Outcome]]:
    """The files to check, and the directories that cannot be read."""
    lost: list[Outcome] = []

    def lose(error: OSError) -> None:
        lost.append(Outcome(error.filename, trouble=f"{error.filename}: {error.strerror}"))

    try:
        return list(walk.files(paths, lose)), lost
    except ModuleNotFoundError as error:
        if error.name != "pathspec":
            raise
        say(".gitignore is not read, for which the extra walk is needed: pip install 'dynalint[walk]', or say --respect-gitignore=no")
        lost.clear()
        return list(replace(walk, respect_gitignore=False).files(paths, lose)), lost


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"takes a number from 1, not {text!r}")
    return int(text)
