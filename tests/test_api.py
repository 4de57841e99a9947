"""The public API: it says what the command says, reads nothing, and costs nothing until it is used."""

from __future__ import annotations

import inspect
import json
import pickle
import sys
from pathlib import Path

import pytest

import dynalint
from dynalint.rule import rules
from tests import programs
from tests.marked import ROOT
from tests.programs import BAD, BAD_LINE, GOOD, python, write
from tests.test_check import CODE, FIXED

AUDIT = 'import boto3\n\nprint([item for page in boto3.client("dynamodb").get_paginator("scan").paginate(TableName="users") for item in page["Items"]])\n'
TEXTS = {
    "bad.py": BAD,
    "code.py": CODE,
    "tests/test_code.py": CODE,
    "audit.py": AUDIT,
    "silenced.py": CODE.replace('"SET name = :v",', '"SET name = :v",  # noqa: DYN601'),
    "all_silenced.py": "# flake8: noqa\n" + CODE,
    "broken.py": CODE + "def\n",
    "windows.py": CODE.replace("\n", "\r\n"),
    "silent.py": "print('scan')\n",
    "empty.py": "",
    **{path.name: path.read_text("utf8") for path in sorted((ROOT / "fixtures/guideline").glob("*.py"))},
}

ALONE = ("--isolated", "--follow-imports=no", "--project-tables=no", "--jobs=1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, TEXTS)
    return tmp_path


class TestCheck:
    @pytest.mark.parametrize("flags", [{}, {"select": "audit, correctness, DYN1", "ignore": "reserved-word"}], ids=str)
    def test_says_what_the_command_says(self, folder: Path, flags: dict[str, str]) -> None:
        words = [f"--{name}={value}" for name, value in flags.items()]
        told = programs.dynalint("check", *ALONE, "--output-format=json", *words, ".", cwd=folder)
        assert not told.stderr
        said = sorted(
            (path, finding.span.line, finding.span.column + 1, finding.code, finding.message)
            for path, text in TEXTS.items()
            for finding in dynalint.check(text, path, **flags)  # type: ignore[arg-type]
        )
        assert said == sorted((each["path"], each["line"], each["column"], each["code"], each["message"]) for each in json.loads(told.stdout))
        assert {path for path, *_ in said} & {"silent.py", "empty.py", "all_silenced.py"} == set()

    def test_options_count(self) -> None:
        (finding,) = dynalint.check(BAD)
        assert (finding.code, finding.span.line, finding.span.column) == ("DYN101", BAD_LINE, 4)
        assert dynalint.check(BAD, options=dynalint.Options(provisioned_tables=("users",))) == []
        unnamed = "def f(mine):\n    return mine.scan()\n"
        assert dynalint.check(unnamed, select="DYN411") == []
        assert [finding.code for finding in dynalint.check(unnamed, options=dynalint.Options(tables=("mine",)), select="DYN411")] == ["DYN411"]

    def test_audit_rules_speak_where_they_are_asked_for(self) -> None:
        assert dynalint.check(AUDIT, select=["DYN4"]) == []
        for asked in (dynalint.check(AUDIT, select=["DYN411"]), dynalint.check(AUDIT, options=dynalint.Options(enable=("scan",)))):
            assert [finding.code for finding in asked] == ["DYN411"]

    def test_reads_no_file(self, tmp_path: Path) -> None:
        """The module that the text imports stands beside it, and is not looked at."""
        write(tmp_path, {"tables.py": "import boto3\nusers = boto3.resource('dynamodb').Table('users')\n", ".git/HEAD": ""})
        text = "from tables import users\n\nusers.update_item(Key={'a': 'b'}, UpdateExpression='SET name = :v', ExpressionAttributeValues={':v': 1})\n"
        path = str(tmp_path / "app.py")
        watched: list[str] = []
        sys.addaudithook(lambda event, words: watched.append(str(words[0])) if event == "open" else None)
        dynalint.check(text, path)
        assert not [each for each in watched if each.startswith(str(tmp_path))]
        assert dynalint.check(text, path) == dynalint.check(text, "app.py")

    def test_findings_go_to_other_processes(self) -> None:
        findings = dynalint.check(CODE)
        assert pickle.loads(pickle.dumps(findings)) == findings


class TestFix:
    def test_makes_the_safe_fixes(self) -> None:
        done = dynalint.fix(CODE)
        assert (done.text, [finding.code for finding in done.applied], done.refused) == (FIXED, ["DYN601"], "")
        assert dynalint.fix(BAD).text == BAD

    def test_and_the_others_on_request(self) -> None:
        assert dynalint.fix(BAD, unsafe=True).text == GOOD

    @pytest.mark.parametrize("text", [TEXTS["silenced.py"], TEXTS["all_silenced.py"], TEXTS["broken.py"], "x = 1\n", "def\n", ""])
    def test_nothing_to_fix(self, text: str) -> None:
        assert dynalint.fix(text, unsafe=True) == dynalint.Fixed(text)

    def test_only_what_is_selected(self) -> None:
        assert dynalint.fix(CODE, ignore=["DYN601"]).text == dynalint.fix(CODE, select="cost").text == CODE
        assert dynalint.fix(CODE, select=["reserved-word"]).text == FIXED

    def test_does_what_the_command_does(self, folder: Path) -> None:
        programs.dynalint("check", *ALONE, "--fix", "--unsafe-fixes", ".", cwd=folder)
        for path, text in TEXTS.items():
            assert dynalint.fix(text, path, unsafe=True).text == (folder / path).read_bytes().decode(), path


@pytest.mark.parametrize("function", [dynalint.check, dynalint.fix], ids=["check", "fix"])
@pytest.mark.parametrize("text", [CODE, "x = 1\n"], ids=["with DynamoDB", "without"])
def test_a_selector_that_means_nothing_is_an_error(function: object, text: str) -> None:
    assert callable(function)
    with pytest.raises(dynalint.OptionError, match=r"^select takes .*, not 'reserved-wrod'; did you mean reserved-word\?$"):
        function(text, select=["reserved-wrod"])
    with pytest.raises(ValueError, match=r"^ignore takes .*, not 'DYN9'"):
        function(text, ignore="DYN9")


class TestNames:
    def test_all_are_there(self) -> None:
        code = "from dynalint import *\nimport dynalint\nassert all(getattr(dynalint, name) is globals()[name] for name in dynalint.__all__)"
        assert python("-c", code, cwd=ROOT).stderr == ""
        assert dynalint.__all__ == sorted(dynalint.__all__)

    def test_nothing_else_is(self) -> None:
        with pytest.raises(AttributeError, match="module 'dynalint' has no attribute 'czech'"):
            dynalint.czech  # type: ignore[attr-defined]  # noqa: B018

    def test_type_checkers_know_them_from_where_they_come(self) -> None:
        from dynalint import api

        assert {*api.__all__, "__version__"} == set(dynalint.__all__)
        assert all(inspect.getdoc(getattr(api, name)) for name in api.__all__)

    def test_to_import_the_package_imports_nothing_else(self) -> None:
        code = "import sys; before = set(sys.modules); import dynalint; print(*sorted(set(sys.modules) - before))"
        assert python("-c", code, cwd=ROOT).stdout.split() == ["dynalint"]

    def test_to_check_a_text_without_dynamodb_imports_neither_libcst_nor_any_rule(self) -> None:
        code = "import sys, dynalint; dynalint.check('x = 1'); dynalint.fix('x = 1'); print(*sys.modules)"
        loaded = set(python("-c", code, cwd=ROOT).stdout.split())
        assert "dynalint.api" in loaded
        assert not loaded & {"libcst", "dynalint.model", "flake8", *(rule.check.__module__ for rule in rules())}
