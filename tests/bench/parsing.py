"""Turns files that pass the gate into what dynalint itself does with them, against parsing them whole."""

from __future__ import annotations

import ast
import gc
import warnings
from collections.abc import Iterator
from functools import partial

import libcst

from dynalint.engine import check
from tests.bench.real import Texts
from tests.bench.row import Row
from tests.bench.timing import here, in_turns


def rows(name: str, texts: Texts, rounds: int, bar: str) -> Iterator[Row]:
    """The work on the texts alone: nothing of other modules is read."""
    check("import boto3; boto3.client('dynamodb').create_table()")  # imports what a first file imports
    trees = {path: parsed(text) for path, text in texts.items()}
    gc.freeze()  # else each collection walks the trees, which in flake8 are gone by then
    costs = in_turns(
        rounds,
        {
            "tree given": partial(here, lambda: [check(text, path, tree=trees[path]) for path, text in texts.items()]),
            "text only": partial(here, lambda: [check(text, path) for path, text in texts.items()]),
            "libcst": partial(here, lambda: [libcst.parse_module(text) for text in texts.values()]),
            "ast": partial(here, lambda: [parsed(text) for text in texts.values()]),
        },
    )
    yield Row(f"dynalint as flake8 calls it, {name}", costs["tree given"], "libcst.parse_module", costs["libcst"], bar)
    yield Row(f"dynalint as its command does, {name}", costs["text only"], "libcst.parse_module", costs["libcst"])
    yield Row(f"dynalint as flake8 calls it, {name}", costs["tree given"], "ast.parse", costs["ast"])


def parsed(text: str) -> ast.Module:
    """Python's own tree of a text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def following_rows(texts: Texts, rounds: int) -> Iterator[Row]:
    """What it takes to follow imports, in the files of one project that pass the gate."""
    from dynalint.gate import speaks_dynamodb
    from dynalint.surroundings import Disk, Surroundings
    from tests.bench.real import on_disk

    with on_disk(texts) as folder:
        dense = {folder / path: text for path, text in texts.items() if speaks_dynamodb(text)}

        def followed() -> None:
            disk = Disk()
            for path, text in dense.items():
                check(text, str(path), beside=path, around=Surroundings(disk))

        costs = in_turns(rounds, {"with": partial(here, followed), "without": partial(here, lambda: [check(text, str(path)) for path, text in dense.items()])})
    yield Row("checks that follow imports, moto", costs["with"], "checks that do not", costs["without"], "<= 1.3")
