"""Turns results into what a command leaves behind: a report in the form that was asked for, on standard output or in a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from dynalint.commands import TroubleError
from dynalint.report import FORMATS, Result, render
from dynalint.terminal import columns, wants_colour


def arguments(parser: argparse.ArgumentParser) -> None:
    """The form, and where it goes."""
    group = parser.add_argument_group("output")
    group.add_argument("--output-format", choices=FORMATS, help="the form of the report (default: full on a terminal, else text)")
    group.add_argument("--output-file", type=Path, metavar="FILE", help="write the report there instead of to standard output")


def emit(parsed: argparse.Namespace, results: Iterable[Result], *, checked: int | None = None, troubles: Iterable[str] = ()) -> None:
    """Write the report that the flags ask for. Raises TroubleError for a file that cannot be written."""
    to_terminal = parsed.output_file is None and sys.stdout.isatty()
    text = render(
        parsed.output_format or ("full" if to_terminal else "text"),
        results,
        checked=checked,
        troubles=troubles,
        root=Path.cwd(),
        colour=parsed.output_file is None and wants_colour(sys.stdout),
        columns=columns() if to_terminal else 120,
    )
    if parsed.output_file is None:
        # Line by line: a reader that has seen enough is noticed at the next write, not within one.
        sys.stdout.writelines(text.splitlines(keepends=True))
        return
    try:
        parsed.output_file.write_text(text, encoding="utf8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise TroubleError(f"{parsed.output_file}: {error.strerror}") from error
