"""Turns codes and names into their pages: `dynalint explain CODE...`, laid out on a terminal, as Markdown elsewhere."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from dynalint.commands import CLEAN, TroubleError
from dynalint.terminal import Paint, columns, wants_colour

if TYPE_CHECKING:
    from dynalint.pages import Page


def arguments(parser: argparse.ArgumentParser) -> None:
    """Codes or names, or the wish for a list of them."""
    parser.add_argument("words", nargs="*", metavar="CODE", help="codes such as DYN401, or names such as scan-then-filter")
    parser.add_argument("--list", action="store_true", help="list all codes with their names instead")


def run(parsed: argparse.Namespace) -> int:
    """Print the pages in the order in which they are asked for, each once."""
    from dynalint.pages import pages  # costs time to import, which other commands need not spend

    if parsed.list:
        print("\n".join(f"{page.code} {page.name}" for page in pages().values()))
        return CLEAN
    if not parsed.words:
        raise TroubleError("explain takes codes or names, or --list")
    found = list(dict.fromkeys(map(_found, parsed.words)))
    print("\n".join(_shown(page) for page in found), end="")
    return CLEAN


def _shown(page: Page) -> str:
    """For eyes on a terminal, and where colours are asked for; else the Markdown itself."""
    from dynalint.manual import manual

    colour = wants_colour(sys.stdout)
    return manual(page.markdown, columns(), Paint(colour)) if colour or sys.stdout.isatty() else page.markdown


def _found(word: str) -> Page:
    from dynalint.pages import alike, asked

    page = asked(word)
    if page is None:
        meant = alike(word)
        raise TroubleError(f"there is no rule {word!r}; " + (f"did you mean {meant}?" if meant else "`dynalint rules` lists them all"))
    return page
