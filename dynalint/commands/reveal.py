"""Turns a line of a file into what the model thinks of the expressions on it: `dynalint reveal FILE:LINE`."""

from __future__ import annotations

import argparse
from pathlib import Path

from dynalint.commands import CLEAN, TroubleError
from dynalint.files import UndecodableError, decode


def arguments(parser: argparse.ArgumentParser) -> None:
    """One place."""
    parser.add_argument("place", type=_place, metavar="FILE:LINE", help="the line to explain")


def run(parsed: argparse.Namespace) -> int:
    """Print what is known of the line, and why not more."""
    from dynalint.model.reveal import reveal  # imports libcst

    path, line = parsed.place
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise TroubleError(f"{path}: {error.strerror}") from error
    except UndecodableError as error:
        raise TroubleError(f"{path}: {error}") from error
    print(reveal(text, str(path), line))
    return CLEAN


def _place(text: str) -> tuple[Path, int]:
    path, _, line = text.rpartition(":")
    if not path or not line.isdecimal() or int(line) < 1:
        raise argparse.ArgumentTypeError(f"takes FILE:LINE with a line from 1, not {text!r}")
    return Path(path), int(line)
