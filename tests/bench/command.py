"""Turns a project of 12,000 files into what `dynalint check` takes there, against reading them and against other linters."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.bench.real import Real, Texts, on_disk
from tests.bench.row import Row
from tests.bench.timing import Cost, apart, in_turns
from tests.wheels import CACHE

# Pydantic has taken something away that this version of semgrep imports.
SEMGREP = ("semgrep==1.145.0", "pydantic<2.13")
RULES = Path(__file__).with_name("semgrep.yml")
_CHECK = (sys.executable, "-m", "dynalint", "check", "--isolated", "--exit-zero", "--jobs=1", "--statistics")
_READ = "import pathlib, sys; [path.read_bytes() for path in pathlib.Path(sys.argv[1]).rglob('*.py')]"


def rows(real: Real, rounds: int) -> Iterator[Row]:
    """The command against reading, ruff, and itself on what it knows."""
    yield from start_rows(rounds)
    with on_disk(real.project) as folder:
        costs = in_turns(rounds, _works(folder) | {"ruff": partial(_ruff, folder)})
    files = f"{len(real.project):,} files"
    yield Row(f"dynalint check, {files}", costs["check"], "reading them, and starting", costs["read"], "")
    yield Row(f"dynalint check, {files}", costs["check"], "ruff check", costs["ruff"], "< 1")
    yield Row(f"dynalint check, {files}, nothing changed", costs["again"], "reading them, and starting", costs["read"], "< 1 s")
    with on_disk(real.silent_project) as folder:
        costs = in_turns(rounds, _works(folder))
    yield Row(f"dynalint check, {len(real.silent_project):,} files without DynamoDB", costs["check"], "reading them, and starting", costs["read"], "<= 1.5")
    yield Row("the same, nothing changed", costs["again"], "reading them, and starting", costs["read"], "< 1 s")


def start_rows(rounds: int) -> Iterator[Row]:
    """The start of the command, on one empty file."""
    with on_disk({"empty.py": ""}) as folder:
        works: dict[str, Callable[[], Cost]] = {
            "check": partial(apart, [*_CHECK, "--no-cache", str(folder / "empty.py")]),
            "python": partial(apart, [sys.executable, "-c", "pass"]),
        }
        costs = in_turns(rounds, works)
    yield Row("dynalint check, one empty file", costs["check"], "python -c pass", costs["python"], "0.15 s more")


def semgrep_rows(texts: Texts, rounds: int) -> Iterator[Row]:
    """The command against semgrep with rules for four of its problems."""
    program = _semgrep()
    words = ["--metrics=off", "--disable-version-check", "--quiet", "--jobs=1", "--no-git-ignore", f"--config={RULES}"]
    with on_disk(texts) as folder:
        works: dict[str, Callable[[], Cost]] = {
            "check": partial(apart, [*_CHECK, "--no-cache", str(folder)]),
            "semgrep": partial(apart, [str(program), "scan", *words, str(folder)]),
        }
        costs = in_turns(rounds, works)
    yield Row(f"dynalint check, {len(texts):,} files", costs["check"], "semgrep with four rules", costs["semgrep"], "<= 0.2")


def _works(folder: Path) -> dict[str, Callable[[], Cost]]:
    # The first run with a cache leaves one; a file that is as old as it would be read again.
    for path in folder.rglob("*.py"):
        os.utime(path, (1, 1))
    kept = f"--cache-dir={folder}/.kept"
    works: dict[str, Callable[[], Cost]] = {
        "check": partial(apart, [*_CHECK, "--no-cache", str(folder)]),
        "again": partial(_again, [*_CHECK, kept, str(folder)], folder / ".kept"),
        "read": partial(apart, [sys.executable, "-c", _READ, str(folder)]),
    }
    return works


def _again(command: list[str], kept: Path) -> Cost:
    if not kept.exists():
        for _ in range(2):  # the second run knows the files by their stamps, which were too fresh before
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return apart(command)


def _ruff(folder: Path) -> Cost:
    return apart([sys.executable, "-m", "ruff", "check", "--no-cache", "--isolated", "--exit-zero", "--quiet", str(folder)])


def _semgrep() -> Path:
    """The program, in an environment of its own: what it needs does not go with what we need."""
    folder = CACHE / SEMGREP[0].replace("==", "-")
    program = folder / "bin" / "semgrep"
    if not program.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *SEMGREP], check=True)
    return program

