"""The bar that a terminal shows while many files are checked."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dynalint.progress import bar, progress
from tests.programs import BAD, write


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def ticking(step: float) -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += step


def shown(step: float, number: int, stream: io.StringIO) -> str:
    ticks = ticking(step)
    assert list(progress(range(number), number, stream, lambda: next(ticks))) == list(range(number))
    return stream.getvalue()


def test_nothing_is_shown_of_what_is_quick() -> None:
    assert shown(0.09, 10, Terminal()) == ""


def test_a_pipe_gets_none() -> None:
    assert shown(1, 10, io.StringIO()) == ""


def test_the_bar_grows_and_is_wiped_off() -> None:
    said = shown(0.5, 10, Terminal())
    assert [part.split()[1] for part in said.split("\r") if part.strip()] == [str(number) for number in range(2, 11)]
    assert said.endswith("\r" + " " * len(bar(10, 10, 80)) + "\r")


def test_it_is_not_drawn_more_often_than_eyes_see() -> None:
    assert shown(0.03, 100, Terminal()).count("[") < 25


def test_it_is_wiped_off_when_the_reader_stops() -> None:
    stream, ticks = Terminal(), ticking(1)
    things = progress(range(10), 10, stream, lambda: next(ticks))
    assert (next(things), next(things)) == (0, 1)
    things.close()  # type: ignore[attr-defined]
    assert stream.getvalue().endswith(" \r")


@pytest.mark.parametrize("wide", [1, 5, 12, 20, 40, 80, 300])
@pytest.mark.parametrize("total", [1, 7, 12_000])
def test_it_fits_into_a_line(wide: int, total: int) -> None:
    for number in {1, total // 2, total}:
        assert len(bar(number, total, wide)) < max(wide, 1) or wide == 1
    assert "-" not in bar(total, total, wide)


def test_of_the_real_command_on_a_real_terminal(tmp_path: Path) -> None:
    # A file that takes its time: it comes first, and the ones behind it when the second is over.
    slow = BAD + "".join(f"def f{number}(c):\n    c.scan(TableName='t{number}')\n" for number in range(3000))
    write(tmp_path, {"a.py": slow} | {f"b{number}.py": BAD for number in range(3)})
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "dynalint", "check", "--jobs=1", "--select=DYN101"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs) as run:
        os.close(theirs)
        assert run.stdout is not None
        out = run.stdout.read()
        shown = b""
        try:
            while data := os.read(ours, 65536):
                shown += data
        except OSError:  # the other end is closed
            pass
        os.close(ours)
    assert b" of 4 files" in shown
    assert shown.endswith(b" \r")
    assert out.count(b"DYN101") == 4
    assert b"\r" not in out
    piped = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False)
    assert (piped.stdout, piped.stderr) == (out, b"")
