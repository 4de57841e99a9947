"""docs/fleet.md is true: the example finds on a cluster what the command finds in each repository, whatever fails on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import programs
from tests.marked import ROOT
from tests.programs import BAD, GOOD, python, write
from tests.test_check import CODE

if TYPE_CHECKING:
    from distributed import Client

EXAMPLE = ROOT / "docs" / "examples" / "fleet.py"
TABLES = "import boto3\n\nusers = boto3.resource('dynamodb').Table('users')\n"
USE = """\
from shop.tables import users


def rename(key):
    users.update_item(Key=key, UpdateExpression="SET name = :v", ExpressionAttributeValues={":v": 1})
"""
REPOSITORIES: dict[str, dict[str, str | bytes]] = {
    "alone": {"app.py": BAD, "tests/test_app.py": BAD},
    "follows": {"shop/__init__.py": "", "shop/tables.py": TABLES, "shop/use.py": USE},
    "configured": {"app.py": CODE, "pyproject.toml": "[tool.dynalint]\nignore = ['cost']\n"},
    "latin": {"app.py": "# coding: latin-1\n# é\n".encode("latin-1") + CODE.encode(), "broken.py": CODE + "def\n"},
    "silent": {"app.py": "print('scan')\n"},
    "notebook": {"a.ipynb": json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None, "source": BAD}
    ]})},
}  # fmt: skip

pytestmark = pytest.mark.slow
pytest.importorskip("distributed", reason="the extra fleet is not installed")
pytest.importorskip("pyarrow", reason="the extra fleet is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkouts, and the table of their files."""
    folder = tmp_path_factory.mktemp("fleet")
    write(folder, {f"repos/{name}/{path}": data for name, files in REPOSITORIES.items() for path, data in files.items()})
    made = python(str(EXAMPLE), "table", *(f"repos/{name}" for name in REPOSITORIES), "--into=table", "--parts=3", cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def fleet() -> Iterator[Any]:
    """The example as a module, which the workers can import too."""
    sys.path.insert(0, str(EXAMPLE.parent))
    import fleet

    yield fleet
    sys.path.remove(str(EXAMPLE.parent))


@pytest.fixture(scope="module")
def cluster(fleet: Any) -> Iterator[Client]:
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        yield client


def rows(findings: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    return [row for part in sorted(findings.glob("*.parquet")) for row in pq.read_table(part).to_pylist()]


def told(folder: Path) -> list[dict[str, Any]]:
    """What the command says in each checkout."""
    found = []
    for name in REPOSITORIES:
        run = programs.dynalint("check", "--output-format=json", "--jobs=1", ".", cwd=folder / "repos" / name)
        assert run.returncode in (0, 1), run.stderr
        found += [{"repository": name, **each} for each in json.loads(run.stdout)]
    return found


def comparable(findings: list[dict[str, Any]]) -> list[tuple[tuple[str, Any], ...]]:
    return sorted((tuple((key, value) for key, value in sorted(each.items()) if key not in ("fix", "url")) for each in findings), key=repr)


@pytest.fixture(scope="module")
def found(folder: Path, fleet: Any, cluster: Client) -> list[dict[str, Any]]:
    """The findings, where nothing fails."""
    assert fleet.check_fleet(cluster, folder / "table", folder / "findings") == 3
    return rows(folder / "findings")


def test_finds_what_the_command_finds(folder: Path, found: list[dict[str, Any]]) -> None:
    assert comparable(found) == comparable(told(folder))
    assert {(each["repository"], each["path"], each["code"]) for each in found} == {
        ("alone", "app.py", "DYN101"),
        ("follows", "shop/use.py", "DYN601"),
        ("configured", "app.py", "DYN403"),
        ("configured", "app.py", "DYN601"),
        ("latin", "app.py", "DYN402"),
        ("latin", "app.py", "DYN403"),
        ("latin", "app.py", "DYN601"),
        ("latin", "broken.py", "DYN001"),
        ("notebook", "a.ipynb", "DYN101"),
    }


def fails_once(part: Path, into: Path) -> Path:
    """Checks a part, but for the first time that the first one is tried; a file remembers it."""
    import fleet

    once(into, "failed", lambda: os.fspath(1))  # type: ignore[call-overload]
    done: Path = fleet.check_part(part, into)
    return done


def kills_its_worker_once(part: Path, into: Path) -> Path:
    """As if its machine went out."""
    import fleet

    once(into, "killed", lambda: os._exit(1))
    done: Path = fleet.check_part(part, into)
    return done


def once(into: Path, name: str, do: Any) -> None:
    mark = into.parent.parent / name
    if into.name == "part-0000.parquet" and not mark.exists():
        mark.touch()
        do()


@pytest.mark.parametrize("check", [fails_once, kills_its_worker_once], ids=lambda check: check.__name__)
def test_a_part_that_fails_is_tried_again(folder: Path, fleet: Any, cluster: Client, found: list[dict[str, Any]], check: Any) -> None:
    into = folder / check.__name__
    assert fleet.check_fleet(cluster, folder / "table", into, check) == 3
    assert (folder / {"fails_once": "failed", "kills_its_worker_once": "killed"}[check.__name__]).exists()
    assert comparable(rows(into)) == comparable(found)
    assert {path.suffix for path in into.iterdir()} == {".parquet"}


def test_a_part_that_always_fails_is_said(folder: Path, fleet: Any, cluster: Client) -> None:
    with pytest.raises(TypeError, match="never"):
        fleet.check_fleet(cluster, folder / "table", folder / "never", never, retries=1)


def never(part: Path, into: Path) -> Path:
    raise TypeError("never")


def test_a_repository_that_cannot_be_checked_says_why(fleet: Any) -> None:
    broken = {"app.py": BAD.encode(), "pyproject.toml": b"[tool.dynalint]\nselct = ['all']\n"}
    (row,) = fleet.check_repository(broken)
    assert "code" not in row
    assert "there is no setting selct; did you mean select?" in row["message"]


@pytest.mark.parametrize("path", ["../out.py", "/out.py", "a/../../out.py"])
def test_no_file_is_written_outside_of_a_checkout(fleet: Any, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []
    monkeypatch.setattr(Path, "write_bytes", lambda path, data: written.append(path))
    monkeypatch.setattr(subprocess, "run", None)
    assert fleet.check_repository({path: BAD.encode()}) == [{"path": path, "message": "leads out of the repository"}]
    assert not written


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["check", "missing", "--into=out"], "missing is no folder"),
        (["table", "missing", "--into=out"], "missing is no folder"),
        (["check", ".", "--into=out", "--workers=0"], "takes a number from 1, not '0'"),
        (["table", "a/app", "b/app", "--into=out"], "more than one repository is called app"),
    ],
)
def test_what_could_only_go_wrong_is_refused(
    fleet: Any, words: list[str], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"a/app/a.py": GOOD, "b/app/b.py": GOOD})
    with pytest.raises(SystemExit) as ended:
        fleet.main(words)
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
