"""The long run: `python -m tests.fuzz --minutes 30`. Prints what fails, and exits with 1 where anything does."""

from __future__ import annotations

import argparse
import faulthandler
import itertools
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz import sources, verdict
from tests.wheels import Wheel, popular


def texts(kinds: list[str], seed: int) -> Iterator[tuple[str, bytes]]:
    """The texts of all kinds, in turns; what has an end comes to it, what has none goes on."""
    streams: dict[str, Iterator[tuple[str, bytes]]] = {
        "programs": sources.programs(seed),
        "damaged": sources.damaged(seed),
        "python": itertools.chain.from_iterable(map(sources.folder, sources.pythons())),
        "wheels": (pair for wheel in popular() for pair in _members(wheel)) if "wheels" in kinds else iter(()),
    }
    waiting = [streams[kind] for kind in kinds]
    while waiting:
        for stream in list(waiting):
            if (pair := next(stream, None)) is None:
                waiting.remove(stream)
            else:
                yield pair


def _members(wheel: Wheel) -> Iterator[tuple[str, bytes]]:
    for index, (name, text) in enumerate(wheel.texts(wheel.members())):
        yield f"{wheel.name} {name}", text.encode("utf8", "surrogatepass") + sources.CALLS[index % 2]


def main(arguments: list[str]) -> int:
    """Check texts until the time is over; 0 where none failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Check made up, damaged and other people's texts until the time is over.")
    parser.add_argument("--minutes", type=float, default=30.0, help="minutes of processor time (default: 30)")
    parser.add_argument("--seed", type=int, default=0, help="where made up texts begin; another one for other texts (default: 0)")
    parser.add_argument("--kinds", default="programs,damaged,python,wheels", help="which texts (default: all)")
    parser.add_argument("--keep", type=Path, help="a folder for the texts that fail")
    parsed = parser.parse_args(arguments)
    os.environ["DYNALINT_RAISE"] = "1"
    done, failures, slowest = 0, 0, (0.0, "")
    for name, data in texts(parsed.kinds.split(","), parsed.seed):
        if time.process_time() > parsed.minutes * 60:
            break
        faulthandler.dump_traceback_later(300, exit=True)
        start = time.process_time()
        trouble = verdict.trouble(data)
        slowest = max(slowest, (time.process_time() - start, name))
        faulthandler.cancel_dump_traceback_later()
        done += 1
        if trouble:
            failures += 1
            print(f"{name}: {trouble}", flush=True)
            if parsed.keep:
                parsed.keep.mkdir(parents=True, exist_ok=True)
                (parsed.keep / f"{failures}.txt").write_bytes(data)
    print(f"{done} texts, {failures or 'none'} failed; the slowest took {slowest[0]:.1f} s: {slowest[1]}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
