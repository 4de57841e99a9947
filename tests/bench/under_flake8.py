"""Turns files into what dynalint adds to flake8 there: time, memory, and what the gate alone takes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from dynalint.gate import speaks_dynamodb
from tests.bench.real import Texts, on_disk
from tests.bench.row import Row
from tests.bench.timing import Cost, apart, here, in_turns

# The same flake8 in the same interpreter both times; without dynalint it does not find the distribution that brings the plugin, as if it were
# not installed. One process, since flake8's workers would be measured apart; no configuration; long lines allowed, as their thousands
# of reports would cost more than the checks.
WITH = "from flake8.main.cli import main; raise SystemExit(main())"
WITHOUT = f"""
import importlib.metadata
installed = importlib.metadata.distributions
importlib.metadata.distributions = lambda **wanted: (each for each in installed(**wanted) if each.metadata["Name"] != "dynalint")
{WITH}
"""
_FLAKE8 = ("--isolated", "--jobs=1", "--exit-zero", "--max-line-length=200")


def flake8(folder: Path, *, dynalint: bool) -> Cost:
    """The cost of flake8's default checks over a folder, with dynalint or without."""
    return apart([sys.executable, "-c", WITH if dynalint else WITHOUT, *_FLAKE8, str(folder)])


def rows(name: str, texts: Texts, rounds: int, bar: str) -> Iterator[Row]:
    """What dynalint adds to flake8 over some files."""
    with on_disk(texts) as folder:
        costs = in_turns(
            rounds,
            {
                "with": partial(flake8, folder, dynalint=True),
                "without": partial(flake8, folder, dynalint=False),
                "gate": partial(here, lambda: [speaks_dynamodb(text) for text in texts.values()]),
            },
        )
    yield Row(f"flake8 with dynalint, {name}", costs["with"], "without", costs["without"], bar)
    yield Row(f"its memory, {name}", costs["with"], "without", costs["without"], "<= 1.2", of_memory=True)
    yield Row(f"the gate, {name}", costs["gate"], "flake8 without", costs["without"], "< 1%" if not any(map(speaks_dynamodb, texts.values())) else "")


def misfit() -> str:
    """Why nothing can be measured here, or nothing: flake8 must know dynalint, and the one without it must not."""
    versions = [subprocess.run([sys.executable, "-c", code, "--version"], check=True, capture_output=True, text=True).stdout for code in (WITH, WITHOUT)]
    if "dynalint" not in versions[0]:
        return "flake8 does not know dynalint here: install it first"
    return "dynalint could not be hidden from flake8" if "dynalint" in versions[1] else ""
