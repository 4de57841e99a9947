"""Turns pinned wheels of real code, and programs that grow, into a table of ratios: what dynalint takes, and what others take for the same files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from tests.bench import command, growth, parsing, under_flake8
from tests.bench.real import Real, real_code
from tests.bench.row import Row, table

PARTS: dict[str, Callable[[Real, int, bool], Iterator[Row]]] = {
    "own": lambda real, rounds, _: parsing.rows("files that speak DynamoDB", real.dense, rounds, "<= 0.85"),
    "mistaken": lambda real, rounds, _: parsing.rows("other files that pass the gate", real.mistaken, rounds, ""),
    "imports": lambda real, rounds, _: parsing.following_rows(real.moto, rounds),
    "dense": lambda real, rounds, _: under_flake8.rows("files that speak DynamoDB", real.dense, rounds, "<= 1.5"),
    "silent": lambda real, rounds, _: under_flake8.rows("files of django that do not speak DynamoDB", real.silent, rounds, "<= 1.01"),
    "moto": lambda real, rounds, _: under_flake8.rows("all of moto", real.moto, rounds, "<= 1.05"),
    "start": lambda _real, rounds, _: command.start_rows(rounds),
    "check": lambda real, rounds, _: command.rows(real, rounds),
    "growth": lambda _real, rounds, quick: growth.rows(rounds, quick),
    "semgrep": lambda real, rounds, _: command.semgrep_rows(real.project, rounds),
}
# With --quick: one turn, on as few of the files.
_EVERY = 10


def main(arguments: list[str]) -> int:
    """Measure and print; nothing is judged."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often each work is measured, in turns, for its median (default: 5)")
    parser.add_argument("--quick", action="store_true", help=f"one round, on every {_EVERY}th file: to see whether something is badly wrong")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(PARTS)} (default: all)")
    parsed = parser.parse_args(arguments)
    if unknown := [part for part in parsed.parts if part not in PARTS]:
        parser.error(f"PART is one of {', '.join(PARTS)}, not {unknown[0]}")
    if misfit := under_flake8.misfit():
        print(misfit, file=sys.stderr)
        return 2
    real = real_code(_EVERY if parsed.quick else 1)
    rounds = 1 if parsed.quick else parsed.rounds
    for line in table(row for part in parsed.parts or PARTS for row in PARTS[part](real, rounds, parsed.quick)):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
