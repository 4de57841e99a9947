"""The survey of real code can fail: each thing that it is there to notice is shown to it once."""

from __future__ import annotations

import hashlib
import sys
import time
import zipfile
from pathlib import Path

import pytest

from dynalint.findings import Finding
from dynalint.source import Span
from tests import wheels as wheels_module
from tests.wheels import LISTS, Wheel, pins
from tests.wild import FINDINGS, Row, Survey, differences, recorded, report, survey


def wheel(folder: Path, *, speaks_dynamodb: bool = True, **texts: str) -> Wheel:
    """A wheel called `w` with these modules in its package `p`."""
    path = folder / "w-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in texts.items():
            archive.writestr(f"p/{name}.py", text)
        archive.writestr("p/data.txt", "scan")
    return Wheel("w", path, speaks_dynamodb)


def scans(text: str, path: str) -> list[Finding]:
    """Stands in for the engine: finds `scan` at the head of a line, and fails on `crash`."""
    rows = text.splitlines()
    found = [Finding(Span(n, 0, n, 4), "a scan", code="DYN411") for n, row in enumerate(rows, 1) if row.startswith("scan")]
    return found + [Finding(Span(n, 0, n, 4), "a rule failed", code="DYN000") for n, row in enumerate(rows, 1) if row == "crash"]


def slowly(text: str, path: str) -> list[Finding]:
    """Stands in for an engine that takes its time."""
    end = time.process_time() + 0.02
    while time.process_time() < end:
        pass
    return []


A = Row("w", "p/a.py", 2, "DYN411", "true", "seen")
B = Row("w", "p/b.py", 1, "DYN411")


def test_all_files_are_checked_in_one_process_or_in_several(tmp_path: Path) -> None:
    wild = [wheel(tmp_path, a="\nscan()", b="scan()", c="# coding: nonsense\nscan()")]
    assert survey(wild, scans) == survey(wild, scans, jobs=2) == Survey((A, B), (), 3)


def test_a_crash_is_trouble(tmp_path: Path) -> None:
    assert survey([wheel(tmp_path, a="crash")], scans).troubles == ("w p/a.py:1: DYN000 a rule failed",)


def test_a_finding_in_code_without_dynamodb_is_trouble(tmp_path: Path) -> None:
    assert survey([wheel(tmp_path, speaks_dynamodb=False, a="\nscan()")], scans).troubles == ("w p/a.py:2: DYN411 in code without DynamoDB",)


def test_a_slow_file_is_trouble(tmp_path: Path) -> None:
    (trouble,) = survey([wheel(tmp_path, a="")], slowly, seconds=0.01).troubles
    assert trouble.startswith("w p/a.py: took 0.0")
    assert survey([wheel(tmp_path, a="")], slowly).troubles == ()


@pytest.mark.parametrize(
    ("found", "known", "said"),
    [
        ([A, B], [A, B], []),
        ([A, B], [A], ["+ w p/b.py:1 DYN411"]),
        ([B], [A, B], ["- w p/a.py:2 DYN411 true seen"]),
        ([A, A], [A], ["+ w p/a.py:2 DYN411"]),
        ([], [B], ["- w p/b.py:1 DYN411"]),
    ],
)
def test_differences(found: list[Row], known: list[Row], said: list[str]) -> None:
    assert list(differences(found, known)) == said


def test_a_difference_or_a_trouble_fails_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "findings.tsv"
    assert report(Survey((A,), (), 1), path, update=True) == 0
    assert report(Survey((A,), (), 1), path, update=False) == 0
    assert report(Survey((A, B), (), 1), path, update=False) == 1
    assert report(Survey((), (), 1), path, update=False) == 1
    assert report(Survey((A,), ("w p/a.py: took 11.0 s",), 1), path, update=False) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 findings in 1 files of real code, 1 amiss"


def test_an_update_keeps_verdict_and_note(tmp_path: Path) -> None:
    path = tmp_path / "findings.tsv"
    report(Survey((A, B), (), 1), path, update=True)
    report(Survey((Row("w", "p/a.py", 2, "DYN411"), Row("w", "p/c.py", 3, "DYN402")), (), 1), path, update=True)
    assert [str(row) for row in recorded(path)] == ["w\tp/a.py\t2\tDYN411\ttrue\tseen\n", "w\tp/c.py\t3\tDYN402\t\t\n"]


def test_pip_is_asked_only_for_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = wheel(tmp_path, a="")
    digest = hashlib.sha256(held.path.read_bytes()).hexdigest()
    listed = tmp_path / "list.txt"
    monkeypatch.setattr(wheels_module, "LISTS", {True: listed})
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    listed.write_text(f"# A list.\nw==1 \\\n    --hash=sha256:{digest}\n")
    assert wheels_module.wheels(tmp_path) == [held]
    listed.write_text(f"w==1 \\\n    --hash=sha256:{'0' * 64}\n")
    with pytest.raises(FileNotFoundError, match="/nowhere/python"):
        wheels_module.wheels(tmp_path)


def test_every_wheel_is_pinned_to_one_content() -> None:
    for path in LISTS.values():
        assert len(pins(path)) == path.read_text("utf8").count("==") > 0


def test_the_recorded_list_is_sorted_and_of_wheels_with_dynamodb() -> None:
    rows = recorded(FINDINGS)
    assert rows
    assert rows == sorted(rows)
    assert {row.wheel for row in rows} <= set(pins(LISTS[True]).values())
    assert "DYN000" not in {row.code for row in rows}
