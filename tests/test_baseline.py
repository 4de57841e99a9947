"""`dynalint baseline` and `check --baseline`: what was there before is not said again, wherever its lines have moved to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dynalint.cli import main
from tests.programs import BAD, GOOD, dynalint, listed, python, write

NAME = "dynalint-baseline.json"
HEAD = 'import boto3\n\nt = boto3.resource("dynamodb").Table("t")\n'
# DYN403 alone, once selected.
SCAN = 'print(t.scan()["Items"])\n'
BROKEN = "import boto3\nboto3.client('dynamodb').scan(\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Command:
    """Runs the command, and keeps what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out, self.err = "", ""

    def __call__(self, *words: str) -> int:
        code = main(list(words))
        self.out, self.err = self._capsys.readouterr()
        return code

    @property
    def places(self) -> list[str]:
        return [":".join(line.split(":")[:2]) for line in self.out.splitlines()]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


CHECK = ("check", f"--baseline={NAME}")


def entries(folder: Path, name: str = NAME) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads((folder / name).read_text())["findings"]
    return found


class TestNew:
    def test_what_is_recorded_is_not_said_again(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": BAD, "b/c.py": HEAD + SCAN})
        assert run("check") == 1
        assert run("baseline") == 0
        assert (run.out, run.err) == ("", f"dynalint: 2 findings in {NAME}\n")
        assert run(*CHECK) == 0
        assert (run.out, run.err) == ("", "")
        assert run("check") == 1, "only where it is asked for"

    def test_lines_may_move_and_be_indented(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": HEAD + SCAN})
        run("baseline")
        write(folder, {"app.py": "# one\n# more\n" + HEAD + "if t:\n    " + SCAN})
        assert run(*CHECK) == 0
        assert (run.out, run.err) == ("", "")

    def test_one_more_of_the_same_is_new(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": HEAD + SCAN * 2})
        run("baseline")
        write(folder, {"app.py": HEAD + SCAN * 3})
        assert (run(*CHECK), run.places) == (1, ["app.py:6"])

    def test_another_line_is_new(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": HEAD + SCAN})
        run("baseline")
        write(folder, {"app.py": HEAD + 'print(len(t.scan()["Items"]))\n' + SCAN})
        run(*CHECK)
        assert set(run.places) == {"app.py:4"}

    def test_another_file_is_new(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": BAD})
        run("baseline")
        write(folder, {"other.py": BAD})
        assert (run(*CHECK), {place.partition(":")[0] for place in run.places}) == (1, {"other.py"})

    def test_every_form_and_the_statistics_leave_it_out(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": BAD})
        run("baseline")
        assert (run(*CHECK, "--output-format=json"), json.loads(run.out)) == (0, [])
        assert (run(*CHECK, "--statistics"), run.out) == (0, "")

    def test_the_fingerprint_is_that_of_sarif(self, folder: Path, run: Command) -> None:
        write(folder, {"src/app.py": BAD + SCAN})
        run("baseline", "src")
        run("check", "--output-format=sarif", "src")
        results = json.loads(run.out)["runs"][0]["results"]
        assert set(entries(folder)["src/app.py"]) == {f"{each['ruleId']} {each['partialFingerprints']['dynalint/v1']}" for each in results}

    def test_wherever_the_command_runs(self, folder: Path, run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        write(folder, {"src/app.py": BAD, "ci/.keep": ""})
        run("baseline", "--baseline=ci/known.json", str(folder / "src"))
        assert list(entries(folder, "ci/known.json")) == ["../src/app.py"]
        monkeypatch.chdir(folder / "src")
        assert run("check", "--baseline=../ci/known.json") == 0
        assert run("check", "--baseline=../ci/known.json", str(folder / "src/app.py")) == 0

    def test_cells_may_move(self, folder: Path, run: Command) -> None:
        def book(*cells: str) -> str:
            return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [_cell(text) for text in cells]}, indent=1)

        write(folder, {"n.ipynb": book(HEAD, SCAN, SCAN)})
        run("baseline")
        write(folder, {"n.ipynb": book("x = 1", HEAD, "y = 2", SCAN, SCAN)})
        assert run(*CHECK) == 0
        write(folder, {"n.ipynb": book(HEAD, SCAN, SCAN, SCAN)})
        assert run(*CHECK) == 1

    def test_standard_input_under_its_name(self, folder: Path) -> None:
        write(folder, {"app.py": BAD})
        dynalint("baseline", cwd=folder)
        run = python("-m", "dynalint", *CHECK, "-", "--stdin-filename=app.py", cwd=folder, text="# moved\n" + BAD)
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")

    def test_several_processes(self, folder: Path, run: Command) -> None:
        write(folder, {f"app{number}.py": BAD for number in range(12)})
        run("baseline", "--jobs=2")
        assert len(entries(folder)) == 12
        assert run(*CHECK, "--jobs=3") == 0


def _cell(text: str) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], "execution_count": None}


class TestConfiguration:
    def test_a_key_names_the_file_from_its_own_folder(self, folder: Path, run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        write(folder, {"pyproject.toml": '[tool.dynalint]\nbaseline = "ci/known.json"\n', "src/app.py": BAD, "ci/.keep": ""})
        monkeypatch.chdir(folder / "src")
        assert run("baseline", "..") == 0
        assert list(entries(folder, "ci/known.json")) == ["../src/app.py"]
        assert run("check") == 0
        assert run("check", "--baseline=") == 1, "an empty name is none"
        assert run("check", "--isolated") == 1


class TestStale:
    def test_it_is_told_and_is_no_failure(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": BAD, "b.py": BAD})
        run("baseline")
        write(folder, {"app.py": GOOD})
        (folder / "b.py").unlink()
        assert run(*CHECK) == 0
        assert run.err == f"dynalint: 2 findings in {NAME} are gone: `dynalint baseline --prune` takes them out\n"

    def test_prune_takes_it_out_and_records_nothing(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": BAD, "b.py": HEAD + SCAN * 3, "gone.py": BAD})
        run("baseline")
        write(folder, {"app.py": GOOD, "b.py": HEAD + SCAN, "new.py": BAD})
        (folder / "gone.py").unlink()
        assert run("baseline", "--prune") == 0
        assert run.err == f"dynalint: 1 finding in {NAME}, 4 taken out\n"
        assert list(entries(folder)) == ["b.py"]
        assert run(*CHECK) == 1
        assert {place.partition(":")[0] for place in run.places} == {"new.py"}
        assert run.err == ""

    @pytest.mark.parametrize("words", [("other.py",), ("--ignore=DYN101",), ("--select=DYN4",), ("--exclude=app.py",)])
    def test_what_was_not_looked_for_is_not_gone(self, folder: Path, run: Command, words: tuple[str, ...]) -> None:
        write(folder, {"app.py": BAD, "other.py": GOOD})
        run("baseline")
        before = (folder / NAME).read_bytes()
        assert run(*CHECK, *words) == 0
        assert run.err == ""
        for prune in ((), ("--prune",)):
            run("baseline", *prune, *words)
            assert (folder / NAME).read_bytes() == before

    @pytest.mark.parametrize("text", [BROKEN, b"# \xff\n" + BAD.encode()])
    def test_what_could_not_be_checked_is_not_gone(self, folder: Path, run: Command, text: str | bytes) -> None:
        write(folder, {"app.py": BAD})
        run("baseline")
        before = (folder / NAME).read_bytes()
        write(folder, {"app.py": text})
        assert run(*CHECK) == 1
        assert (run.out.split()[1], run.err) == ("DYN001", "")
        run("baseline")
        assert (folder / NAME).read_bytes() == before
        assert "1 finding not recorded, for it tells that not all was checked" in run.err

    def test_a_run_over_some_files_renews_those(self, folder: Path, run: Command) -> None:
        write(folder, {"a.py": BAD, "b.py": BAD})
        run("baseline")
        write(folder, {"a.py": GOOD, "b.py": GOOD})
        run("baseline", "a.py")
        assert list(entries(folder)) == ["b.py"]


class TestFile:
    def test_it_stays_as_it_is_where_nothing_changes(self, folder: Path, run: Command) -> None:
        write(folder, {"b.py": BAD, "a.py": BAD})
        run("baseline")
        assert list(entries(folder)) == ["a.py", "b.py"]
        before = (folder / NAME).stat()
        run("baseline")
        assert ((folder / NAME).stat().st_ino, (folder / NAME).stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
        assert listed(folder) == ["a.py", "b.py", NAME]

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            (b"{", "is no JSON"),
            (b"\xff", "is no UTF-8"),
            (b"[]", "has no findings by file"),
            (b'{"version": 1}', "has no findings by file"),
            (b'{"version": 2, "findings": {}}', "its version is not 1, but 2"),
            (b'{"version": 1, "findings": {"a.py": 1}}', "has no numbers for a.py"),
            (b'{"version": 1, "findings": {"a.py": {"DYN101 \\u001b": 1}}}', "cannot say"),
            (b'{"version": 1, "findings": {"a.py": {"DYN101 ab": true}}}', "cannot say"),
            (b'{"version": 1, "findings": {"a.py": {"DYN101 ab": 0}}}', "cannot say"),
            (b"[" * 100_000, "is no baseline"),
        ],
    )
    def test_what_is_none_is_trouble_and_stays(self, folder: Path, run: Command, text: bytes, why: str) -> None:
        write(folder, {"app.py": BAD, NAME: text})
        for words in (CHECK, ("baseline",), ("baseline", "--prune")):
            assert run(*words) == 2
            assert why in run.err
            assert "\x1b" not in run.err
            assert run.out == ""
        assert (folder / NAME).read_bytes() == text

    def test_a_missing_one_is_trouble(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": BAD})
        assert run(*CHECK) == 2
        assert run.err == f"dynalint: {NAME}: there is no such baseline; `dynalint baseline --baseline={NAME}` writes it\n"
        assert run("baseline", "--prune") == 2

    def test_a_place_that_cannot_be_written_is_trouble(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": BAD})
        assert run("baseline", "--baseline=no/such/file.json") == 2
        assert run.err == "dynalint: no/such/file.json: No such file or directory\n"

    def test_a_file_that_cannot_be_read_is_trouble_and_the_rest_is_recorded(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": BAD})
        assert run("baseline", ".", "missing.py") == 2
        assert list(entries(folder)) == ["app.py"]

    def test_nothing_is_written_where_nothing_could_be_read(self, folder: Path, run: Command) -> None:
        assert run("baseline", "missing.py") == 2
        assert run.err == "dynalint: missing.py: No such file or directory\n"
        assert not (folder / NAME).exists()
