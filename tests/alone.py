"""Turns an environment that holds dynalint and nothing else into a verdict: each command works there, or says which extra it needs.

`python -m tests.alone FOLDER`, with the folder of the environment's programs, exits with 1 where one does neither.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dynalint.report import FORMATS
from tests.programs import BAD, write

DEPENDENCIES = {"dynalint", "flake8", "mccabe", "pycodestyle", "pyflakes", "libcst"}
# What these bring themselves, and every environment has.
TOLERATED = {"pip", "setuptools", "wheel", "pyyaml", "pyyaml-ft", "typing-extensions", "typing-inspect", "mypy-extensions"}


@dataclass(frozen=True)
class Run:
    """A command line, and what must come of it."""

    words: Sequence[str]
    code: int
    out: str = ""
    err: str = ""


RUNS = (
    Run(["flake8", "--select=DYN", "app.py"], 1, out="DYN101"),
    *(Run(["dynalint", "check", f"--output-format={form}", "app.py"], 1, out="DYN101") for form in FORMATS),
    Run(["dynalint", "check", "--diff", "--unsafe-fixes", "app.py"], 1, out='+    BillingMode="PAY_PER_REQUEST"', err="1 fix would be made in 1 file"),
    Run(["dynalint", "check", "--statistics", "--jobs=2", "app.py", "book.ipynb"], 1, out="DYN101"),
    Run(["dynalint", "check"], 1, out="DYN101", err="the extra walk is needed: pip install 'dynalint[walk]'"),
    Run(["dynalint", "check", "--respect-gitignore=no"], 1, out="DYN101"),
    Run(["dynalint", "explain", "DYN101"], 0, out="# provisioned-billing (DYN101)"),
    Run(["dynalint", "explain", "--list"], 0, out="DYN101 provisioned-billing"),
    *(Run(["dynalint", "rules", f"--format={form}"], 0, out="provisioned-billing") for form in ("text", "json", "markdown")),
    Run(["dynalint", "reveal", "app.py:3"], 0, out="create_table"),
    Run(["dynalint", "server"], 2, err="the server needs the extra lsp: pip install 'dynalint[lsp]'"),
    Run(["dynalint", "noqa", "--diff", "app.py"], 1, out="# noqa: DYN101", err="1 finding would be silenced"),
    Run(["dynalint", "baseline", "--respect-gitignore=no"], 0, err="2 findings in dynalint-baseline.json"),
    Run(["dynalint", "check", "--respect-gitignore=no", "--baseline=dynalint-baseline.json"], 0),
    Run(["dynalint", "check", "--respect-gitignore=no", "--fix", "--unsafe-fixes", "--report-unused-noqa"], 0, err="2 fixes made in 2 files"),
)


def objections(programs: Path, runs: Sequence[Run] = RUNS) -> Iterator[str]:
    """What is not as it must be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cells: list[dict[str, object]] = [
            {"cell_type": "code", "metadata": {}, "source": BAD.splitlines(keepends=True), "outputs": [], "execution_count": None}
        ]
        book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"
        write(folder, {"app.py": BAD, "book.ipynb": book, ".gitignore": "# what git leaves out\nlocal.py\n"})
        for each in runs:
            program, *words = each.words
            done = subprocess.run([programs / program, *words], cwd=folder, capture_output=True, encoding="utf8", check=False)
            said = f"{' '.join(each.words)}: exit code {done.returncode}, {done.stdout!r}, {done.stderr!r}"
            if done.returncode != each.code or each.out not in done.stdout or each.err not in done.stderr or (done.stderr and not each.err):
                yield said


def strangers(programs: Path) -> Iterator[str]:
    """What is installed there and need not be."""
    listed = subprocess.run([programs / "python", "-m", "pip", "list", "--format=json"], capture_output=True, check=True).stdout
    for each in json.loads(listed):
        if each["name"].lower().replace("_", "-") not in DEPENDENCIES | TOLERATED:
            yield f"{each['name']} is installed too"


def main(programs: Path) -> int:
    """0 where all is as it must be."""
    amiss = [*strangers(programs), *objections(programs)]
    print("\n".join([*amiss, f"{len(RUNS)} command lines without extras, {len(amiss) or 'nothing'} amiss"]))
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
