"""Turns paths into the findings of the files below them: `dynalint check PATH...`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dynalint.commands import CLEAN, FINDINGS, TROUBLE, option_arguments, parsed_options
from dynalint.engine import UNPARSABLE, check
from dynalint.files import UndecodableError, decode, python_files
from dynalint.findings import Finding
from dynalint.gate import speaks_dynamodb
from dynalint.noqa import audible
from dynalint.options import Options
from dynalint.report import text as report
from dynalint.source import Source, Span


def arguments(parser: argparse.ArgumentParser) -> None:
    """Paths, and the options."""
    parser.add_argument("paths", nargs="*", type=Path, default=[Path()], metavar="PATH", help="files and directories (default: this directory)")
    option_arguments(parser)


def run(parsed: argparse.Namespace) -> int:
    """Print the findings; what cannot be read is said on standard error, and the rest is checked all the same."""
    options = parsed_options(parsed)
    code = CLEAN
    for path in python_files(parsed.paths):
        try:
            data = path.read_bytes()
        except OSError as error:
            print(f"dynalint: {path}: {error.strerror}", file=sys.stderr)
            code = TROUBLE
            continue
        for finding in findings_of(data, str(path), options):
            print(report.line(str(path), finding))
            code = max(code, FINDINGS)
    return code


def findings_of(data: bytes, path: str, options: Options) -> list[Finding]:
    """The findings in the bytes of one file that no comment silences."""
    try:
        source = Source(decode(data), path)
    except UndecodableError as error:
        # Latin-1 takes any bytes: enough to see whether the file is any of our business.
        if not speaks_dynamodb(data.decode("latin-1")):
            return []
        return [Finding(Span(1, 0, 1, 0), f"cannot be decoded, so nothing in this file is checked: {error}", code=UNPARSABLE)]
    return audible(source, check(source.text, path, options, beside=Path(path)))
