"""Turns a line of a file into what the model thinks of the expressions on it: `dynalint reveal FILE:LINE`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from dynalint.commands import CLEAN, TroubleError, option_arguments, parsed_settings
from dynalint.engine import parse
from dynalint.files import UndecodableError, decode
from dynalint.findings import Finding


def arguments(parser: argparse.ArgumentParser) -> None:
    """One place, and the options."""
    parser.add_argument("place", type=_place, metavar="FILE:LINE", help="the line to explain; a column behind it, as reports have one, is no matter")
    option_arguments(parser)


def run(parsed: argparse.Namespace) -> int:
    """Print what is known of the line, and why not more."""
    from dynalint.reveal import reveal  # imports libcst

    path, line = parsed.place
    print(reveal(_python(path), str(path), line, parsed_settings(parsed).options, path))
    return CLEAN


def _python(path: Path) -> str:
    """The text of a file that is Python."""
    if ".ipynb" in path.name:
        # Its JSON would pass for Python, with other lines than those that findings name.
        raise TroubleError(f"{path}: a notebook cannot be looked into; put the cell into a Python file")
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise TroubleError(f"{path}: {error.strerror}") from error
    except UndecodableError as error:
        raise TroubleError(f"{path}: {error}") from error
    if isinstance(broken := parse(text), Finding):
        raise TroubleError(f"{path}:{broken.span.line}: {broken.message}")
    return text


def _place(text: str) -> tuple[Path, int]:
    found = re.fullmatch(r"(.+?):([0-9]+)(?::[0-9]+)?:?", text, re.DOTALL)
    if found is None or int(found[2]) < 1:
        raise argparse.ArgumentTypeError(f"takes FILE:LINE with a line from 1, not {text!r}")
    return Path(found[1]), int(found[2])
