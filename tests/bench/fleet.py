"""Turns the pinned wheels into checkouts, and the example of docs/fleet.md into what it takes on them: `python -m tests.bench.fleet` prints a table."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from tests.marked import ROOT
from tests.wheels import wheels

EXAMPLE = ROOT / "docs" / "examples" / "fleet.py"


def main() -> None:
    """Measure with one worker and with two, on a machine that does nothing else."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for wheel in wheels():
            with zipfile.ZipFile(wheel.path) as archive:
                archive.extractall(folder / "repos" / wheel.name, wheel.members())
        run("table", *(str(path) for path in sorted((folder / "repos").iterdir())), f"--into={folder / 'table'}")
        print("| workers | seconds | seconds of processor time |\n|---:|---:|---:|")
        for workers in (1, 2):
            print(f"| {workers} | {' | '.join(f'{each:.0f}' for each in cost(folder, workers))} |", flush=True)


def cost(folder: Path, workers: int) -> tuple[float, float]:
    """Seconds on the clock and of the processor."""
    before, start = used(), time.monotonic()
    run("check", str(folder / "table"), f"--into={folder / str(workers)}", f"--workers={workers}")
    return time.monotonic() - start, used() - before


def run(*words: str) -> None:
    """Run the example."""
    subprocess.run([sys.executable, str(EXAMPLE), *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def used() -> float:
    """The processor time of all that was started and has ended, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
