"""Turns works into costs: each in turn, several times over, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

# ru_maxrss is in kilobytes, but in bytes on macOS.
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time, user and system, and the most memory that was held, in megabytes (0: not measured)."""

    seconds: float
    megabytes: float = 0.0


def in_turns(rounds: int, works: Mapping[str, Callable[[], Cost]]) -> dict[str, Cost]:
    """The medians of each work's costs. One round before the measured ones warms caches of files and of code."""
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(rounds + 1):
        for name, work in works.items():
            costs[name].append(work())
    return {name: Cost(median(cost.seconds for cost in each[1:]), median(cost.megabytes for cost in each[1:])) for name, each in costs.items()}


def here(work: Callable[[], object]) -> Cost:
    """The cost of a function in this process."""
    gc.collect()
    start = time.process_time()
    work()
    return Cost(time.process_time() - start)


def apart(command: Sequence[str]) -> Cost:
    """The cost of a program, which must succeed; what it prints is dropped."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _MAXRSS_UNIT / 1e6)
