"""What is kept from one run to the next never changes what is found: a run that remembers says what one says that does not."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dynalint import cache, engine, files, knowledge, run, surroundings
from dynalint.cache import FOLDER
from dynalint.cli import main
from tests.programs import BAD, GOOD, write

TABLE = 'import boto3\nstore = boto3.resource("dynamodb").Table("users")\n'
APP = "from db import store\n\ndef active():\n    return [user for user in store.scan()['Items'] if user['active']]\n"
SAVE = TABLE + "\ndef save(item):\n    store.put_item(Item=item)\n"
TTL_AS_TEXT = "import time\nfrom save import save\n\ndef login(user):\n    save({'session_id': user, 'ttl': str(int(time.time()))})\n"
READ = TABLE + "\ndef all_of():\n    return store.scan()['Items']\n"
PLAIN = "def add(a, b):\n    return a + b\n"


class Runs:
    """Runs of the command in a folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str], checked: list[str]) -> None:
        self._capsys = capsys
        self._checked = checked

    def __call__(self, *words: str, command: str = "check") -> str:
        self._checked.clear()
        main([command, "--jobs=1", *words])
        return "".join(self._capsys.readouterr())

    def same(self, *words: str) -> str:
        """What a run says that remembers, which is what one says that does not."""
        fresh, kept = self("--no-cache", *words), self(*words)
        assert kept == fresh
        return kept

    @property
    def checked(self) -> list[str]:
        """The files that were really checked by the last run."""
        return sorted(os.path.basename(path) for path in self._checked)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.fixture
def runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runs:
    checked: list[str] = []
    real = engine.check

    def counting(text: str, path: str, *rest: Any, **named: Any) -> Any:
        checked.append(path)
        return real(text, path, *rest, **named)

    monkeypatch.setattr(run, "check", counting)
    return Runs(capsys, checked)


@pytest.fixture(params=["read", "stamped"])
def known_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Files are known again by what is in them, or by their stamps, which a test cannot wait to be old enough for."""
    if request.param == "stamped":
        monkeypatch.setattr(surroundings, "TOO_FRESH", -1)
    return request.param


def kept(folder: Path) -> list[Path]:
    return list((folder / FOLDER).glob("*.json"))


def test_nothing_is_checked_again(folder: Path, runs: Runs, known_by: str) -> None:
    write(folder, {"app.py": APP, "db.py": TABLE, "plain.py": PLAIN, "bad.py": BAD})
    first = runs()
    assert runs.checked == ["app.py", "bad.py", "db.py"]
    assert "DYN401" in first
    assert "DYN101" in first
    assert (runs(), runs.checked) == (first, [])


def test_only_what_changes_is_checked_again(folder: Path, runs: Runs, known_by: str) -> None:
    write(folder, {"app.py": APP, "db.py": TABLE, "read.py": READ})
    runs()
    write(folder, {"read.py": PLAIN, "new.py": READ})
    assert "new.py" in runs.same()
    runs()
    write(folder, {"read.py": READ})
    runs()
    assert runs.checked == ["read.py"]


def _shadowed(folder: Path) -> None:
    write(folder, {"db.py": "store = None\n"})


def _changed(folder: Path) -> None:
    write(folder, {"src/db.py": "store = None\n"})


def _deleted(folder: Path) -> None:
    (folder / "src/db.py").unlink()


def _rooted(folder: Path) -> None:
    (folder / "src/.git").mkdir()
    (folder / ".git").rmdir()
    shutil.move(folder / "src/db.py", folder / "elsewhere.py")


@pytest.mark.parametrize("edit", [_shadowed, _changed, _deleted, _rooted])
def test_what_an_import_means_changes(edit: Callable[[Path], None], folder: Path, runs: Runs, known_by: str) -> None:
    write(folder, {"app.py": APP, "src/db.py": TABLE})
    assert "DYN401" in runs.same()
    edit(folder)
    assert "DYN401" not in runs.same()


def test_who_imports_a_module_changes(folder: Path, runs: Runs, known_by: str) -> None:
    write(folder, {"save.py": SAVE})
    assert "DYN203" not in runs.same()
    write(folder, {"login.py": TTL_AS_TEXT})
    assert "save.py" in runs.same("--select=DYN203")
    runs.same()
    write(folder, {"login.py": TTL_AS_TEXT.replace("str(int(time.time()))", "int(time.time())")})
    assert "DYN203" not in runs.same()
    write(folder, {"login.py": TTL_AS_TEXT})
    assert "DYN203" in runs.same()
    (folder / "login.py").unlink()
    assert "DYN203" not in runs.same()


def test_what_is_configured_changes(folder: Path, runs: Runs) -> None:
    write(folder, {"app.py": APP, "db.py": TABLE})
    assert "DYN401" in runs.same()
    write(folder, {"pyproject.toml": "[tool.dynalint]\nignore = ['DYN401']\n"})
    assert "DYN401" not in runs.same()
    write(folder, {"pyproject.toml": "[tool.dynalint]\nfollow-imports = false\n"})
    assert "DYN401" not in runs.same()
    write(folder, {"pyproject.toml": ""})
    assert "DYN401" in runs.same()
    assert "DYN411" in runs.same("--enable=audit")
    assert "DYN411" not in runs.same()


def test_the_tables_of_the_project_change(folder: Path, runs: Runs, known_by: str) -> None:
    template = "Resources:\n  Sessions:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: sessions\n"
    template += "      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]\n      KeySchema: [{AttributeName: pk, KeyType: HASH}]\n"
    read = TABLE.replace("users", "sessions") + "\ndef one(user):\n    return store.get_item(Key={'id': user}).get('Item')\n"
    write(folder, {"app.py": read, "template.json": "{}"})
    assert "DYN704" not in runs.same()
    write(folder, {"template.yaml": template})
    assert "DYN704" in runs.same()
    runs()
    assert runs.checked == []
    write(folder, {"template.yaml": template.replace("pk", "id")})
    assert "DYN704" not in runs.same()


@pytest.mark.parametrize("bound", ["MOST_FILES", "MOST_FOLDERS"])
def test_above_too_much_a_file_is_checked_by_itself(bound: str, folder: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    read = TABLE.replace("users", "sessions") + "\ndef one(user):\n    return store.get_item(Key={'id': user}).get('Item')\n"
    write(folder, {"app.py": read, "save.py": SAVE, "login.py": TTL_AS_TEXT} | {f"part_{number}/plain.py": PLAIN for number in range(60)})
    assert "DYN203" in runs("save.py", "--no-cache")
    walked: list[str] = []
    entries = files._entries

    def listed(where: str, lost: Any) -> Any:
        walked.append(where)
        return entries(where, lost)

    monkeypatch.setattr(files, "_entries", listed)
    for module in (surroundings, knowledge):
        monkeypatch.setattr(module, bound, 20)
    assert "DYN203" not in runs("save.py", "--no-cache")
    assert len(walked) < 50
    # Whether tables are declared in what nobody looks at is not known the next time either.
    runs("app.py")
    runs("app.py")
    assert runs.checked == ["app.py"]


# What each file of a small project may hold; None: there is no such file.
VERSIONS: dict[str, tuple[str | None, ...]] = {
    "app.py": (APP, APP.replace("from db", "from data.db"), APP.replace("from db import store", "from data import *"), SAVE, None),
    "db.py": (TABLE, "from data.db import store\n", "store = None\n", "def (", None),
    "data/__init__.py": ("", "from .db import *\n", "from db import store\n", None),
    "data/db.py": (TABLE, "store = 1\n", None),
    "src/db.py": (TABLE, "store = []\n", None),
    "save.py": (SAVE, SAVE.replace("save(", "keep("), SAVE.replace(TABLE, "from db import store\n"), None),
    "login.py": (TTL_AS_TEXT, TTL_AS_TEXT.replace("str(", "("), TTL_AS_TEXT.replace("from save", "from src.save"), PLAIN, None),
    "src/save.py": (SAVE, None),
    "bad.py": (BAD, GOOD, BAD.replace("create_table(", "create_table(  # noqa: DYN101"), None),
    "book.ipynb": (json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": APP}]}), "{}", None),
    "pyproject.toml": ("", "[tool.dynalint]\nselect = ['DYN2', 'DYN4']\n", "[tool.dynalint]\nreport-unused-noqa = true\n", None),
}


@pytest.mark.parametrize("seed", range(4))
def test_edits_of_all_kinds(seed: int, folder: Path, runs: Runs, known_by: str) -> None:
    chance = random.Random(seed)
    write(folder, {name: texts[0] or "" for name, texts in VERSIONS.items()})
    said = {runs.same()}
    for _ in range(10):
        for name in chance.sample(sorted(VERSIONS), chance.choice((1, 1, 2, 4))):
            text = chance.choice(VERSIONS[name])
            if text is not None:
                write(folder, {name: text})
            else:
                (folder / name).unlink(missing_ok=True)
        said.add(runs.same())
    assert len(said) > 2


def test_fixes_and_comments_begin_with_what_is_known(folder: Path, runs: Runs) -> None:
    write(folder, {"bad.py": BAD, "other.py": BAD, "plain.py": PLAIN})
    fresh = runs("--no-cache", "--diff", "--unsafe-fixes")
    runs()
    assert runs("--diff", "--unsafe-fixes") == fresh
    runs("bad.py", command="noqa")
    assert "# noqa: DYN101" in (folder / "bad.py").read_text()
    assert "other.py" in runs.same()
    runs(command="baseline")
    assert runs.checked == []
    assert runs.same("--baseline=dynalint-baseline.json").strip() == ""


def test_a_part_of_the_project_keeps_the_rest(folder: Path, runs: Runs) -> None:
    write(folder, {"read.py": READ, "other.py": READ})
    runs()
    write(folder, {"read.py": f"{READ}\n"})
    runs("read.py")
    runs()
    assert runs.checked == []
    (folder / "other.py").unlink()
    write(folder, {"read.py": READ})
    runs()
    assert "other.py" not in kept(folder)[0].read_text()


def test_a_file_has_one_entry_however_it_is_named(tmp_path: Path) -> None:
    kept = cache.Cache()
    names = ["a.py", "./a.py", "b/a.py", "b/../a.py", "b//a.py", "b/.", "b/..", "..", str(tmp_path / "a.py"), "/a.py", "//a.py"]
    # Twice, for the folders are remembered.
    assert [kept._whole(name) for name in names * 2] == [os.path.normpath(os.path.join(os.getcwd(), name)) for name in names * 2]


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"form": 1, "checks": [], "files": {}}', b"[" * 100_000])
def test_a_damaged_cache_is_made_anew(damage: bytes, folder: Path, runs: Runs) -> None:
    write(folder, {"app.py": APP, "db.py": TABLE, "bad.py": BAD})
    first = runs()
    kept(folder)[0].write_bytes(damage)
    assert (runs(), runs.checked) == (first, ["app.py", "bad.py", "db.py"])
    assert (runs(), runs.checked) == (first, [])


@pytest.mark.parametrize("seed", range(16))
def test_no_value_in_it_is_trusted_to_be_what_it_should_be(seed: int, folder: Path, runs: Runs) -> None:
    write(folder, {"app.py": APP, "db.py": TABLE, "bad.py": BAD})
    first = runs()
    held = json.loads(kept(folder)[0].read_text())
    chance = random.Random(seed)
    # What is not of the right kind must not be believed; what is may be.
    held["checks"] = {path: _spoilt(each, chance) for path, each in held["checks"].items()}
    held["files"] = {path: _spoilt(each, chance) for path, each in held["files"].items()}
    kept(folder)[0].write_text(json.dumps(held))
    assert runs() == first


def _spoilt(value: Any, chance: random.Random) -> Any:
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        return [*value[:place], _spoilt(value[place], chance), *value[place + 1 :]]
    if isinstance(value, list):
        return chance.choice(([None], {}, 7))
    return chance.choice((None, -1, 1.5, [], {"a": 1})) if not isinstance(value, bool) else "yes"


def test_it_can_be_switched_off_and_put_elsewhere(folder: Path, runs: Runs) -> None:
    write(folder, {"bad.py": BAD})
    runs("--no-cache")
    assert os.listdir(folder).count(FOLDER) == 0
    runs("--cache-dir=kept/here")
    assert (folder / "kept/here/.gitignore").read_text().endswith("*\n")
    assert len(list((folder / "kept/here").glob("*.json"))) == 1
    write(folder, {"pyproject.toml": "[tool.dynalint]\ncache = false\n"})
    runs()
    assert not (folder / FOLDER).exists()


def test_a_folder_that_cannot_be_written_is_no_trouble(folder: Path, runs: Runs) -> None:
    write(folder, {"bad.py": BAD, "taken": ""})
    assert runs.same("--cache-dir=taken") == runs("--no-cache")


def test_nothing_is_written_through_a_link_of_the_repository(folder: Path, runs: Runs) -> None:
    (folder / "project/.git").mkdir(parents=True)
    (folder / "elsewhere").mkdir()
    os.symlink(folder / "elsewhere", folder / "project" / FOLDER)
    write(folder / "project", {"bad.py": BAD})
    os.chdir(folder / "project")
    runs()
    assert os.listdir(folder / "elsewhere") == []


def test_a_fault_of_ours_is_not_kept(folder: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, {"bad.py": BAD})
    monkeypatch.delenv("DYNALINT_RAISE")
    with monkeypatch.context() as broken:
        broken.setattr(run, "check", lambda *_, **__: 1 / 0)
        assert "DYN000" in runs()
    assert "DYN101" in runs()


def test_each_way_to_check_has_its_own_file_and_only_some_stay(folder: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 3)
    write(folder, {"bad.py": BAD})
    for number in range(5):
        runs(f"--provisioned-tables=table{number}")
    assert len(kept(folder)) == 3


def test_another_version_of_dynalint_knows_nothing(folder: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, {"bad.py": BAD})
    runs()
    monkeypatch.setattr(cache, "__version__", "99")
    runs()
    assert runs.checked == ["bad.py"]


@pytest.mark.slow
def test_runs_side_by_side(folder: Path) -> None:
    write(folder, {f"bad{number}.py": BAD for number in range(12)} | {"app.py": APP, "db.py": TABLE})
    words = [sys.executable, "-m", "dynalint", "check", "--jobs=2"]
    for _ in range(2):
        processes = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(3)]
        assert len({process.communicate()[0] for process in processes}) == 1
    assert json.loads(kept(folder)[0].read_text())["checks"].keys() >= {"app.py", "bad0.py"}
    assert sorted(os.listdir(folder / FOLDER)) == [".gitignore", kept(folder)[0].name]


def test_other_processes_tell_what_they_have_seen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {f"bad{number}.py": BAD for number in range(9)} | {"save.py": SAVE, "login.py": TTL_AS_TEXT})
    main(["check", "--jobs=2"])
    first = capsys.readouterr().out
    files = json.loads(kept(folder)[0].read_text())["files"]
    assert "save" in files[str(folder / "login.py")][3]
    main(["check", "--jobs=2"])
    assert capsys.readouterr().out == first
