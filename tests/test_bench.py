"""The benchmark measures what it says; how long anything takes is no test."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dynalint.engine import check
from tests.bench import growth
from tests.bench.row import Row, table
from tests.bench.timing import Cost, apart, here, in_turns
from tests.bench.under_flake8 import WITH, WITHOUT


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
    versions = [subprocess.run([sys.executable, "-c", code, "--version"], check=True, capture_output=True, text=True).stdout for code in (WITH, WITHOUT)]
    assert ["dynalint" in version for version in versions] == [True, False]
    assert "pycodestyle" in versions[1]


def test_ratios() -> None:
    rows = [Row("a", Cost(2.2, 50.4), "b", Cost(2.0, 40.0), "<= 1.10"), Row("gate", Cost(0.01), "b", Cost(2.0))]
    rows.append(Row("memory", Cost(1.0, 60.0), "b", Cost(2.0, 40.0), of_memory=True))
    assert list(table(rows))[2:] == [
        "| a | 2.20 s, 50 MB | b | 2.00 s, 40 MB | 1.10 | <= 1.10 |",
        "| gate | 10.0 ms | b | 2.00 s | 0.50% |  |",
        "| memory | 1.00 s, 60 MB | b | 2.00 s, 40 MB | 1.50 |  |",
    ]


@pytest.mark.parametrize("text", [growth.long_file(30), growth.many_operations(3), growth.deep_calls(3)])
def test_programs_that_grow_are_followed(text: str) -> None:
    broken = text.replace("table.put_item(Item=", "table.put_item(Itm=")
    assert [finding.code for finding in check(broken)].count("DYN705") == broken.count("Itm=")


def test_a_project_that_grows_has_so_many_modules() -> None:
    assert growth.long_file(1000).count("\n") > 900
    assert sum(path.startswith("app/part") and "__init__" not in path for path in growth.project(50)) == 50
