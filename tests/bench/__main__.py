"""Turns pinned wheels of real code into a table of ratios: flake8 with dynalint and without, dynalint's own work and a parser's."""

from __future__ import annotations

import argparse
import ast
import gc
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import libcst

from dynalint.engine import check
from dynalint.gate import speaks_dynamodb
from tests.bench.timing import Cost, apart, here, in_turns
from tests.wheels import wheels

# The same flake8 in the same interpreter both times; without dynalint it does not find the distribution that brings the plugin, as if it were
# not installed. One process, since flake8's workers would be measured apart; no configuration; long lines allowed, as their thousands
# of reports would cost more than the checks.
_WITH = "from flake8.main.cli import main; raise SystemExit(main())"
_WITHOUT = f"""
import importlib.metadata
installed = importlib.metadata.distributions
importlib.metadata.distributions = lambda **wanted: (each for each in installed(**wanted) if each.metadata["Name"] != "dynalint")
{_WITH}
"""
_FLAKE8 = ("--isolated", "--jobs=1", "--exit-zero", "--max-line-length=200")


Texts = dict[str, str]


@dataclass(frozen=True)
class Real:
    """Texts of real code, by their paths."""

    moto: Texts
    silent: Texts
    """Code without DynamoDB that the gate lets go, as most code is."""
    dense: Texts
    """Code of all wheels with DynamoDB that passes the gate."""
    mistaken: Texts
    """Code without DynamoDB that passes the gate all the same."""


@dataclass(frozen=True)
class Row:
    """A cost beside the one that it is measured against."""

    what: str
    cost: Cost
    against: str
    base: Cost
    bar: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        ratio = self.cost.seconds / self.base.seconds
        share = f"{ratio:.2f}" if ratio > 0.1 else f"{ratio:.2%}"
        return self.what, _seconds(self.cost), self.against, _seconds(self.base), share, self.bar


def real_code() -> Real:
    """What there is to measure with, from the pinned wheels."""
    texts = {wheel: dict(wheel.texts(wheel.members())) for wheel in wheels()}
    named = {wheel.name: each for wheel, each in texts.items()}
    passing = [(wheel, path, text) for wheel, each in texts.items() for path, text in each.items() if speaks_dynamodb(text)]
    return Real(
        moto=named["moto"],
        silent={path: text for path, text in named["django"].items() if not speaks_dynamodb(text)},
        dense={path: text for wheel, path, text in passing if wheel.speaks_dynamodb},
        mistaken={path: text for wheel, path, text in passing if not wheel.speaks_dynamodb},
    )


def flake8(folder: Path, *, dynalint: bool) -> Cost:
    """The cost of flake8's default checks over a folder, with dynalint or without."""
    return apart([sys.executable, "-c", _WITH if dynalint else _WITHOUT, *_FLAKE8, str(folder)])


def flake8_rows(name: str, texts: Texts, rounds: int, bar: str = "") -> Iterator[Row]:
    """What dynalint adds to flake8 over some files, and of that what the gate alone costs."""
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts.values()):
            (Path(folder) / f"module{number}.py").write_text(text, "utf8")
        costs = in_turns(
            rounds,
            {
                "with": partial(flake8, Path(folder), dynalint=True),
                "without": partial(flake8, Path(folder), dynalint=False),
                "gate": partial(here, lambda: [speaks_dynamodb(text) for text in texts.values()]),
            },
        )
    yield Row(f"flake8 with dynalint, {name}", costs["with"], "without", costs["without"], bar)
    yield Row(f"the gate, {name}", costs["gate"], "flake8 without", costs["without"], "< 1%" if not any(map(speaks_dynamodb, texts.values())) else "")


def own_rows(name: str, texts: Texts, rounds: int) -> Iterator[Row]:
    """What dynalint does by itself in files that pass the gate, against parsing them whole."""
    check("import boto3; boto3.client('dynamodb').create_table()")  # imports what a first file imports
    trees = {path: _parsed(text) for path, text in texts.items()}
    gc.freeze()  # else each collection walks the trees, which in flake8 are gone by then
    costs = in_turns(
        rounds,
        {
            "tree given": partial(here, lambda: [check(text, path, tree=trees[path]) for path, text in texts.items()]),
            "text only": partial(here, lambda: [check(text, path) for path, text in texts.items()]),
            "libcst": partial(here, lambda: [libcst.parse_module(text) for text in texts.values()]),
            "ast": partial(here, lambda: [_parsed(text) for text in texts.values()]),
        },
    )
    yield Row(f"dynalint as flake8 calls it, {name}", costs["tree given"], "libcst.parse_module", costs["libcst"], "<= 1.3")
    yield Row(f"dynalint as its command does, {name}", costs["text only"], "libcst.parse_module", costs["libcst"])
    yield Row(f"dynalint as flake8 calls it, {name}", costs["tree given"], "ast.parse", costs["ast"])


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a table of Markdown, each as soon as it is known."""
    head = ("what", "takes", "against", "which takes", "ratio", "bar")
    for cells in chain((head, ("---",) * len(head)), (row.cells for row in rows)):
        yield f"| {' | '.join(cells)} |"


PARTS: dict[str, Callable[[Real, int], Iterator[Row]]] = {
    "own": lambda real, rounds: own_rows("files that speak DynamoDB", real.dense, rounds),
    "mistaken": lambda real, rounds: own_rows("other files that pass the gate", real.mistaken, rounds),
    "dense": lambda real, rounds: flake8_rows("files that speak DynamoDB", real.dense, rounds),
    "silent": lambda real, rounds: flake8_rows("files of django that do not speak DynamoDB", real.silent, rounds, "< 1.01"),
    "moto": lambda real, rounds: flake8_rows("all of moto", real.moto, rounds, "<= 1.10"),
}


def main(arguments: list[str]) -> int:
    """Measure and print; nothing is judged."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often each work is measured (default: 5)")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(PARTS)} (default: all)")
    parsed = parser.parse_args(arguments)
    if unknown := [part for part in parsed.parts if part not in PARTS]:
        parser.error(f"PART is one of {', '.join(PARTS)}, not {unknown[0]}")
    if misfit := _misfit():
        print(misfit, file=sys.stderr)
        return 2
    real = real_code()
    for line in table(row for part in parsed.parts or PARTS for row in PARTS[part](real, parsed.rounds)):
        print(line, flush=True)
    return 0


def _misfit() -> str:
    """Why nothing can be measured here, or nothing: flake8 must know dynalint, and the one without it must not."""
    versions = [subprocess.run([sys.executable, "-c", code, "--version"], check=True, capture_output=True, text=True).stdout for code in (_WITH, _WITHOUT)]
    if "dynalint" not in versions[0]:
        return "flake8 does not know dynalint here: install it first"
    return "dynalint could not be hidden from flake8" if "dynalint" in versions[1] else ""


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _seconds(cost: Cost) -> str:
    return f"{cost.seconds:.2f} s" + (f", {cost.megabytes:.0f} MB" if cost.megabytes else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
