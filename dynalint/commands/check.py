"""Turns paths into the findings of the files below them: `dynalint check PATH...`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dynalint.commands import CLEAN, FINDINGS, TROUBLE, option_arguments, output, parsed_options
from dynalint.engine import UNPARSABLE, check
from dynalint.files import UndecodableError, decode, python_files
from dynalint.findings import Finding
from dynalint.gate import speaks_dynamodb
from dynalint.noqa import audible
from dynalint.options import Options
from dynalint.report import Result
from dynalint.source import Source, Span
from dynalint.terminal import visible


def arguments(parser: argparse.ArgumentParser) -> None:
    """Paths, and the options."""
    parser.add_argument("paths", nargs="*", type=Path, default=[Path()], metavar="PATH", help="files and directories (default: this directory)")
    output.arguments(parser)
    option_arguments(parser)


def run(parsed: argparse.Namespace) -> int:
    """Print the findings; what cannot be read is said on standard error, and the rest is checked all the same."""
    options = parsed_options(parsed)
    results, troubles = [], []
    for path in python_files(parsed.paths):
        try:
            data = path.read_bytes()
        except OSError as error:
            troubles.append(f"{path}: {error.strerror}")
            print(f"dynalint: {visible(troubles[-1])}", file=sys.stderr)
            continue
        results.append(result_of(data, str(path), options))
    output.emit(parsed, results, checked=len(results), troubles=troubles)
    return TROUBLE if troubles else FINDINGS if any(result.findings for result in results) else CLEAN


def findings_of(data: bytes, path: str, options: Options) -> list[Finding]:
    """The findings in the bytes of one file that no comment silences."""
    return list(result_of(data, path, options).findings)


def result_of(data: bytes, path: str, options: Options) -> Result:
    """The text of one file, with the findings in it that no comment silences."""
    try:
        source = Source(decode(data), path)
    except UndecodableError as error:
        # Latin-1 takes any bytes: enough to see whether the file is any of our business.
        if not speaks_dynamodb(data.decode("latin-1")):
            return Result(Source("", path), ())
        unreadable = Finding(Span(1, 0, 1, 0), f"cannot be decoded, so nothing in this file is checked: {error}", code=UNPARSABLE)
        return Result(Source("", path), (unreadable,))
    return Result(source, tuple(audible(source, check(source.text, path, options, beside=Path(path)))))
