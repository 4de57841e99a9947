"""The benchmark measures what it says; how long anything takes is no test."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.bench.__main__ import _WITH, _WITHOUT, Row, table
from tests.bench.timing import Cost, apart, here, in_turns


def test_works_take_turns_and_their_medians_count() -> None:
    order: list[str] = []
    costs = {"a": iter([1.0, 5.0, 3.0]), "b": iter([2.0, 2.0, 8.0])}

    def work(name: str) -> Cost:
        order.append(name)
        return Cost(next(costs[name]), 7.0)

    assert in_turns(3, {"a": lambda: work("a"), "b": lambda: work("b")}) == {"a": Cost(3.0, 7.0), "b": Cost(2.0, 7.0)}
    assert "".join(order) == "ab" * 3


def test_processor_time_and_memory_are_seen() -> None:
    burn = "import time\nwhile time.process_time() < 0.2: pass\nkept = bytearray(100_000_000)\nkept[::4096] = bytes(len(kept[::4096]))"
    cost = apart([sys.executable, "-c", burn])
    assert cost.seconds >= 0.2
    assert cost.megabytes >= 100
    assert here(lambda: None).seconds < cost.seconds


def test_a_program_that_fails_is_no_measure() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        apart([sys.executable, "-c", "raise SystemExit(3)"])


@pytest.mark.slow
def test_flake8_knows_dynalint_or_does_not() -> None:
    versions = [subprocess.run([sys.executable, "-c", code, "--version"], check=True, capture_output=True, text=True).stdout for code in (_WITH, _WITHOUT)]
    assert ["dynalint" in version for version in versions] == [True, False]
    assert "pycodestyle" in versions[1]


def test_ratios() -> None:
    rows = [Row("a", Cost(2.2, 50.4), "b", Cost(2.0, 40.0), "<= 1.10"), Row("gate", Cost(0.01), "b", Cost(2.0))]
    assert list(table(rows))[2:] == ["| a | 2.20 s, 50 MB | b | 2.00 s, 40 MB | 1.10 | <= 1.10 |", "| gate | 0.01 s | b | 2.00 s | 0.50% |  |"]
