"""Turns works into costs: each in turn, several times over, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

# ru_maxrss is in kilobytes, but in bytes on macOS.
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
# A process is charged with the memory of the one that it was forked from, so a small one has to start it.
_LAUNCH = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time, user and system, and the most memory that was held, in megabytes (0: not measured)."""

    seconds: float
    megabytes: float = 0.0


def in_turns(rounds: int, works: Mapping[str, Callable[[], Cost]]) -> dict[str, Cost]:
    """The medians of each work's costs."""
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            costs[name].append(work())
    return {name: Cost(median(cost.seconds for cost in each), median(cost.megabytes for cost in each)) for name, each in costs.items()}


def here(work: Callable[[], object]) -> Cost:
    """The cost of a function in this process."""
    gc.collect()
    start = time.process_time()
    work()
    return Cost(time.process_time() - start)


def apart(command: Sequence[str]) -> Cost:
    """The cost of a program, which must succeed; what it prints is dropped."""
    told = subprocess.run([sys.executable, "-c", _LAUNCH, *command], check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds, peak = told.split()
    return Cost(float(seconds), int(peak) * _MAXRSS_UNIT / 1e6)
