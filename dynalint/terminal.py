"""Turns any text into one that a terminal can be shown: control characters escaped, colours where they are wanted, widths counted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

_STYLES = {"bold": "1", "dim": "2", "underline": "4", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36"}


def visible(text: str) -> str:
    """The text with everything escaped that has no shape of its own: control characters, line ends, marks that turn the direction of writing."""
    return text if text.isprintable() else "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def width(text: str) -> int:
    """How many columns a printable text takes: East Asian letters and most emoji take two, combining marks none."""
    if text.isascii():
        return len(text)
    import unicodedata  # costs time to import

    return sum(0 if unicodedata.category(char) in {"Mn", "Me"} else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@dataclass(frozen=True)
class Paint:
    """Colours text, or leaves it as it is."""

    on: bool = False

    def __call__(self, text: str, *styles: str) -> str:
        """The text in these styles."""
        return f"\033[{';'.join(_STYLES[style] for style in styles)}m{text}\033[0m" if self.on and styles and text else text


def wants_colour(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Shall what is written to this stream be coloured? A terminal's user may say no by NO_COLOR, and whoever reads a pipe yes by FORCE_COLOR."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    if os.name == "nt" and not (environment.get("WT_SESSION") or environment.get("TERM")):
        return False  # the old console shows the codes instead of the colours
    return stream.isatty() and environment.get("TERM") != "dumb"


def columns(environment: Mapping[str, str] = os.environ) -> int:
    """How wide the terminal is. The module shutil could say so too, but takes longer to import than a small file to check."""
    if environment.get("COLUMNS", "").isdecimal() and int(environment["COLUMNS"]):
        return int(environment["COLUMNS"])
    try:
        return os.get_terminal_size(1).columns or 80
    except OSError:
        return 80
