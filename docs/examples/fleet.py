"""Turns a table of the files of many repositories into a table of findings: on as many machines as Dask has, as `dynalint check` finds them in each one.

`python fleet.py table REPOSITORY... --into=TABLE` makes the first table of checkouts; `python fleet.py check TABLE --into=FINDINGS` makes the second.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from distributed import Client, LocalCluster

# One row for each file; its bytes are as they are on disk. All rows of a repository stand in one part.
FILES = pa.schema([("repository", pa.string()), ("path", pa.string()), ("text", pa.binary())])
# One row for each finding, with the fields of `--output-format=json`; a repository that cannot be checked has one with no code, which says why.
FINDINGS = pa.schema([
    *(pa.field(name, pa.string()) for name in ("repository", "path")),
    *(pa.field(name, pa.int64()) for name in ("cell", "line", "column", "end_line", "end_column")),
    *(pa.field(name, pa.string()) for name in ("code", "name", "group", "level", "message", "fingerprint")),
])
# What is larger is not written by hand.
MOST_BYTES = 1_000_000
Row = dict[str, Any]


def check_fleet(client: Client, table: Path, into: Path, check: Callable[[Path, Path], Path] | None = None, retries: int = 3) -> int:
    """How many parts of a table were checked, each into one of the same name. A part that fails is tried again, elsewhere if its machine is gone."""
    into.mkdir(parents=True, exist_ok=True)
    parts = sorted(table.glob("*.parquet"))
    futures = client.map(check or check_part, parts, [into / part.name for part in parts], retries=retries, pure=False)
    return len(client.gather(futures))


def check_part(part: Path, into: Path) -> Path:
    """Write the findings in one part of the table: at once, so that nobody ever sees half of them. To do it twice does no harm."""
    repositories: dict[str, dict[str, bytes]] = defaultdict(dict)
    for row in pq.read_table(part, schema=FILES).to_pylist():
        repositories[row["repository"]][row["path"]] = row["text"]
    rows = [{"repository": name, **row} for name, files in repositories.items() for row in check_repository(files)]
    unfinished = into.with_suffix(f".{uuid4().hex}")
    pq.write_table(pa.Table.from_pylist(rows, FINDINGS), unfinished)
    return unfinished.replace(into)


def check_repository(files: dict[str, bytes]) -> list[Row]:
    """What `dynalint check` says at the root of a repository: its modules import each other, and its own configuration counts."""
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        # The project ends here, whatever stands above.
        (root / ".git").mkdir()
        for path, data in files.items():
            target = (root / path).resolve()
            if not target.is_relative_to(root):
                return [{"path": path, "message": "leads out of the repository"}]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        words = [sys.executable, "-m", "dynalint", "check", "--output-format=json", "--exit-zero", "--jobs=1", "."]
        run = subprocess.run(words, cwd=root, capture_output=True, encoding="utf8", check=False)
    if run.returncode not in (0, 2):
        # Not dynalint's own word: it was killed, or could not start. Another try may do better.
        raise RuntimeError(f"dynalint ended with {run.returncode}: {run.stderr}")
    findings: list[Row] = json.loads(run.stdout or "[]")
    return findings if run.returncode == 0 else [*findings, {"message": run.stderr.strip()}]


def write_table(repositories: Iterable[Path], into: Path, parts: int) -> None:
    """Make a table of checkouts, the largest ones apart from each other."""
    into.mkdir(parents=True, exist_ok=True)
    tables = [list(files_of(repository)) for repository in repositories]
    piles: list[tuple[int, int, list[Row]]] = [(0, number, []) for number in range(min(parts, len(tables)))]
    for rows in sorted(tables, key=weight, reverse=True):
        lightest, number, pile = heappop(piles)
        heappush(piles, (lightest + weight(rows), number, pile + rows))
    for _, number, pile in piles:
        pq.write_table(pa.Table.from_pylist(pile, FILES), into / f"part-{number:04}.parquet")


def files_of(repository: Path) -> Iterator[Row]:
    """The rows of one checkout: all text outside of hidden folders, for templates and configuration count as well as Python."""
    for path in sorted(repository.rglob("*")):
        inside = path.relative_to(repository)
        if any(part.startswith(".") for part in inside.parts[:-1]) or path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_BYTES:
            continue
        if b"\0" not in (data := path.read_bytes()):
            yield {"repository": repository.resolve().name, "path": inside.as_posix(), "text": data}


def weight(rows: list[Row]) -> int:
    """How much work some files are, roughly: code that speaks of DynamoDB takes a hundred times as long as other code."""
    return sum(len(row["text"]) * (100 if b"dynamodb" in row["text"].lower() else 1) for row in rows)


def folder(text: str) -> Path:
    """A folder that is there."""
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return Path(text)


def number(text: str) -> int:
    """A number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"takes a number from 1, not {text!r}")
    return int(text)


def main(words: list[str] | None = None) -> None:
    """Do what the words say."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    table = commands.add_parser("table", help="make a table of checkouts")
    table.add_argument("repositories", nargs="+", type=folder)
    table.add_argument("--parts", type=number, default=16)
    check = commands.add_parser("check", help="make a table of findings")
    check.add_argument("table", type=folder)
    check.add_argument("--workers", type=number, default=2, help="processes on this machine")
    check.add_argument("--scheduler", help="the address of a cluster; without it one is started here")
    for command in (table, check):
        command.add_argument("--into", type=Path, required=True)
    parsed = parser.parse_args(words)
    if parsed.command == "table":
        names = Counter(repository.resolve().name for repository in parsed.repositories)
        if twice := [name for name, times in names.items() if times > 1]:
            parser.error(f"more than one repository is called {', '.join(twice)}")
        write_table(parsed.repositories, parsed.into, parsed.parts)
    elif parsed.scheduler:
        with Client(parsed.scheduler) as client:
            print(f"{check_fleet(client, parsed.table, parsed.into)} parts checked")
    else:
        with LocalCluster(n_workers=parsed.workers, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
            print(f"{check_fleet(client, parsed.table, parsed.into)} parts checked")


if __name__ == "__main__":
    main()
