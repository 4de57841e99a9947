"""`dynalint noqa` and `check --report-unused-noqa`: comments that silence, where they are found and nothing else changes, and those that do not."""

from __future__ import annotations

import ast
import json
import os
import stat
from pathlib import Path

import pytest

from dynalint.cli import main
from dynalint.reporting import Reporting
from dynalint.server.checks import Checker
from dynalint.server.folders import Place
from dynalint.settings import Settings
from tests.marked import Fixture, fixtures
from tests.programs import BAD, flake8, listed, write

HEAD = 'import boto3\n\nt = boto3.resource("dynamodb").Table("t")\n'
# DYN601 and nothing else, in its third line.
UPDATE = 't.update_item(\n    Key={"pk": "a"},\n    UpdateExpression="SET name = :v",@\n    ExpressionAttributeValues={":v": 1},\n)\n'
ONE_LINE = 't.update_item(Key={"pk": "a"}, UpdateExpression="SET name = :v", ExpressionAttributeValues={":v": 1})@\n'


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


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


class TestSilencing:
    @pytest.mark.parametrize("code", [UPDATE, ONE_LINE], ids=["several lines", "one line"])
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("", "  # noqa: DYN601"),
            ("  # why", "  # why  # noqa: DYN601"),
            ("  # type: ignore[x]", "  # type: ignore[x]  # noqa: DYN601"),
            ("  # noqa: E501", "  # noqa: E501, DYN601"),
            ("  # NOQA:E501,", "  # NOQA:E501, DYN601"),
            ("  # noqa: E501 W5", "  # noqa: E501 W5, DYN601"),
            ("  # noqa: E501 - long", "  # noqa: E501, DYN601 - long"),
            ("  # noqa: E501  # nosec", "  # noqa: E501, DYN601  # nosec"),
            ("  # noqa: DYN4", "  # noqa: DYN4, DYN601"),
        ],
    )
    def test_the_comment_is_found_again(self, folder: Path, run: Command, code: str, before: str, after: str) -> None:
        write(folder, {"app.py": HEAD + code.replace("@", before)})
        assert run("noqa") == 0
        assert (folder / "app.py").read_text() == HEAD + code.replace("@", after)
        assert (run.out, run.err) == ("", "dynalint: 1 finding silenced in 1 file: 1 x DYN601\n")
        assert (run("check"), run.out) == (0, "")
        assert (run("noqa"), run.err) == (0, "")
        assert flake8(cwd=folder).stdout == ""

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("", "  # noqa: DYN601 - see #12, A1"),
            ("  # noqa: E501", "  # noqa: E501, DYN601 - see #12, A1"),
            ("  # noqa: E501 - long", "  # noqa: E501, DYN601 - long; see #12, A1"),
            ("  # noqa: E501 too long  # nosec", "  # noqa: E501, DYN601 too long; see #12, A1  # nosec"),
            ("  # noqa: E501  # nosec", "  # noqa: E501, DYN601 - see #12, A1  # nosec"),
            ("  # noqa: E501 - #7", "  # noqa: E501, DYN601 - #7; see #12, A1"),
        ],
    )
    def test_a_reason(self, folder: Path, run: Command, before: str, after: str) -> None:
        write(folder, {"app.py": HEAD + UPDATE.replace("@", before)})
        assert run("noqa", "--reason", " see #12, A1 ") == 0
        assert (folder / "app.py").read_text() == HEAD + UPDATE.replace("@", after)
        assert (run("check"), run.out) == (0, "")

    def test_a_reason_of_several_lines_is_none(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": BAD})
        assert run("noqa", "--reason", "a\nimport os") == 2
        assert run.err == "dynalint: --reason takes one line of text, not 'a\\nimport os'\n"
        assert (folder / "app.py").read_text() == BAD

    def test_a_reason_that_the_file_cannot_hold_is_trouble(self, folder: Path, run: Command) -> None:
        data = b"# coding: latin-1\n" + BAD.encode()
        write(folder, {"app.py": data})
        assert run("noqa", "--reason=☃") == 2
        assert run.err.startswith("dynalint: app.py: is not silenced: ")
        assert (folder / "app.py").read_bytes() == data

    @pytest.mark.parametrize(
        "code",
        [
            't.update_item(Key={"pk": "a"}, UpdateExpression="""\nSET name = :v\n""", ExpressionAttributeValues={":v": 1})\n',
            't.update_item(Key={"pk": "a"}, ExpressionAttributeValues={":v": 1}, UpdateExpression="SET " \\\n    "name = :v")\n',
            'x = f"""\n{t.update_item(Key={"pk": 1}, UpdateExpression="SET name = :v", ExpressionAttributeValues={":v": 1})}\n"""\n',
            'if t: t.update_item(Key={"pk": "a"}, UpdateExpression="SET name = :v", ExpressionAttributeValues={":v": 1}); x = 1',
            'if t:\n\tt.update_item(\\\n\t\tKey={"pk": "a"}, UpdateExpression="SET name = :v", \\\n\t\tExpressionAttributeValues={":v": 1})\t\n',
            '\f\nt.update_item(Key={"é🙂": "a"}, UpdateExpression="SET name = :v", ExpressionAttributeValues={":v": 1}) \f\n',
        ],
        ids=["text", "backslash", "text with code", "no line end", "backslashes", "form feed"],
    )
    @pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
    def test_nothing_but_comments_changes(self, folder: Path, run: Command, code: str, ends: str) -> None:
        text = (HEAD + code).replace("\n", ends)
        write(folder, {"app.py": text.encode()})
        assert run("check", "--ignore=DYN4") == 1
        assert run("noqa") == 0
        after = (folder / "app.py").read_bytes().decode()
        assert after != text
        assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(text))
        assert after.count(ends) == text.count(ends)
        assert (run("check"), run.out) == (0, "")

    @pytest.mark.parametrize("fixture", fixtures(), ids=lambda fixture: fixture.path.stem)
    def test_all_fixtures(self, folder: Path, run: Command, fixture: Fixture) -> None:
        write(folder, {fixture.checked_as: fixture.text})
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in fixture.option_texts.items()]
        assert run("noqa", "--reason=known", *flags) == 0
        after = (folder / fixture.checked_as).read_text()
        assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(fixture.text))
        assert after.count("\n") == fixture.text.count("\n")
        run("check", "--report-unused-noqa", *flags)
        said = run.out.splitlines()
        assert [line for line in said if " DYN002 " not in line] == [], "all that was found is silent"
        needless = [int(line.split(":")[1]) for line in said]
        assert not [number for number in needless if "- known" in after.splitlines()[number - 1]], "no comment is one too many"

    def test_only_what_is_selected(self, folder: Path, run: Command) -> None:
        code = HEAD + ONE_LINE.replace("@", "") + 'print(t.scan()["Items"])\n'
        write(folder, {"app.py": code})
        run("noqa", "--select=DYN403")
        assert (folder / "app.py").read_text() == code[:-1] + "  # noqa: DYN403\n"

    def test_one_comment_for_one_statement(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": HEAD + 'print(\n    t.scan()["Items"],\n    t.scan()["Items"],\n)\n'})
        run("noqa")
        assert (folder / "app.py").read_text().count("noqa") == 1
        assert (run("check"), run.out) == (0, "")

    def test_what_cannot_be_parsed_stays(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": BAD + "def\n"})
        assert run("noqa") == 0
        assert (folder / "app.py").read_text() == BAD + "def\n"

    def test_diff_changes_nothing(self, folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        write(folder, {"app.py": HEAD + ONE_LINE.replace("@", "")})
        assert main(["noqa", "--diff"]) == 1
        assert b"+" + ONE_LINE.replace("@", "  # noqa: DYN601").encode() in capfdbinary.readouterr()[0]
        assert (folder / "app.py").read_text() == HEAD + ONE_LINE.replace("@", "")

    def test_notebooks(self, folder: Path, run: Command) -> None:
        cells = [{"cell_type": "code", "metadata": {}, "source": list(text.splitlines(True)), "outputs": []} for text in (HEAD, "%time\n" + ONE_LINE[:-2])]
        write(folder, {"n.ipynb": json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)})
        assert run("noqa") == 0
        assert json.loads((folder / "n.ipynb").read_text())["cells"][1]["source"] == ["%time\n", ONE_LINE[:-2] + "  # noqa: DYN601"]
        assert run("check") == 0

    def test_files_keep_their_mode_and_are_replaced_at_once(self, folder: Path, run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        write(folder, {"app.py": BAD})
        (folder / "app.py").chmod(0o751)
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", _refuse)
            assert run("noqa") == 2
        assert run.err == "dynalint: app.py: is not silenced: Permission denied\n"
        assert ((folder / "app.py").read_text(), listed(folder)) == (BAD, ["app.py"])
        assert run("noqa") == 0
        assert stat.S_IMODE((folder / "app.py").stat().st_mode) == 0o751


def _refuse(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


class TestUnused:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("x = 1  # noqa: DYN601", "x = 1"),
            ("x = 1  # noqa: DYN601 - known, see #1", "x = 1"),
            ("x = 1  # noqa: DYN601 - known, see #1  #nosec", "x = 1  #nosec"),
            ("x = 1  # noqa: DYN601 - known", "x = 1"),
            ("x = 1  # noqa: DYN601 because", "x = 1  # because"),
            ("x = 1  # noqa: DYN601  # nosec", "x = 1  # nosec"),
            ("x = 1  # type: ignore # noqa: DYN601", "x = 1  # type: ignore"),
            ("x = 1  # noqa: E501, DYN601", "x = 1  # noqa: E501"),
            ("x = 1  # noqa: DYN601,E501 long", "x = 1  # noqa: E501 long"),
            ("x = 1  # noqa: DYN601 E501 DYN4 W1", "x = 1  # noqa: E501 W1"),
            ("x = 1  # noqa: DYN999", "x = 1"),
            ("x = 1  # noqa: DYN4", "x = 1"),
            ("x = 1  # noqa: dyn601", "x = 1"),
            ("# noqa: DYN601\nx = 1", "x = 1"),
            ("f(\n    1,\n    # noqa: DYN601\n)", "f(\n    1,\n)"),
        ],
    )
    @pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
    def test_it_is_told_and_taken_out(self, folder: Path, run: Command, before: str, after: str, ends: str) -> None:
        write(folder, {"app.py": (before + "\n").replace("\n", ends).encode()})
        assert (run("check"), run.out) == (0, "")
        assert run("check", "--report-unused-noqa") == 1
        assert [line.split()[1] for line in run.out.splitlines()] == ["DYN002"]
        assert (run("check", "--report-unused-noqa", "--fix"), run.out) == (0, "")
        assert (folder / "app.py").read_bytes().decode() == (after + "\n").replace("\n", ends)

    @pytest.mark.parametrize(
        "line",
        [
            "x = 1  # noqa",
            "x = 1  # noqa: E501",
            "x = 1  # noqa: DYN411",  # an audit rule, which is off
            "x = 1  # noqa: DYN001",
            "x = 1  # noqa: DYN002, DYN601",
            "x = 1  # noqa: DYNX1",
            "x = '# noqa: DYN601'",
            "x = 1  # noqa: DYN601\n# flake8: noqa",
            "x = (  # noqa: DYN601",
        ],
    )
    def test_silent(self, folder: Path, run: Command, line: str) -> None:
        write(folder, {"app.py": line + "\n"})
        assert (run("check", "--report-unused-noqa"), run.out) == (0, "")

    @pytest.mark.parametrize("comment", ["# noqa: DYN601", "# noqa: DYN6", "# noqa: E501, DYN601"])
    def test_one_that_silences_is_used(self, folder: Path, run: Command, comment: str) -> None:
        for place in (UPDATE.replace("@", "  " + comment), UPDATE.replace("@", "")[:-1] + f"  {comment}\n", ONE_LINE.replace("@", "  " + comment)):
            write(folder, {"app.py": HEAD + place})
            assert (run("check", "--report-unused-noqa"), run.out) == (0, "")

    def test_a_code_whose_rule_does_not_speak_may_be_needed_elsewhere(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": "x = 1  # noqa: DYN601\n"})
        for words in (["--ignore=DYN601"], ["--select=DYN4"], ["--per-file-ignores=app.py:DYN601"]):
            assert (run("check", "--report-unused-noqa", *words), run.out) == (0, "")
        assert run("check", "--report-unused-noqa", "--select=DYN601") == 1

    def test_it_can_be_ignored_and_configured(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": "x = 1  # noqa: DYN601\n", "pyproject.toml": "[tool.dynalint]\nreport-unused-noqa = true\n"})
        assert run("check") == 1
        assert run("check", "--ignore=DYN002") == 0
        assert run("check", "--no-report-unused-noqa") == 0
        assert run("check", "--isolated") == 0
        assert run("explain", "DYN002") == 0
        assert "unused-noqa" in run.out

    def test_editors_say_the_same(self) -> None:
        found = Checker(Settings(reporting=Reporting(report_unused_noqa=True)), Place(None, None)).findings("x = 1  # noqa: DYN601\n")
        assert [(finding.code, finding.fix is not None and finding.fix.safe) for finding in found] == [("DYN002", True)]

    def test_it_can_be_recorded(self, folder: Path, run: Command) -> None:
        write(folder, {"app.py": "x = 1  # noqa: DYN601\n", "pyproject.toml": '[tool.dynalint]\nreport-unused-noqa = true\nbaseline = "known.json"\n'})
        assert run("baseline") == 0
        assert (run("check"), run.err) == (0, "")
        assert (run("check", "--no-report-unused-noqa"), run.err) == (0, ""), "it was not looked for, so it is not gone"
