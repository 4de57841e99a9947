"""`dynalint check`: what it selects, where it reads its settings, which files it walks, and what it makes of them with --fix."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dynalint.cli import main
from dynalint.options import Options
from dynalint.rule import rules
from dynalint.selection import OWN_CODES
from dynalint.settings import Layer, settings
from tests import programs
from tests.programs import BAD, GOOD, write

# Reported as DYN601 on line 6 (safe fix), DYN402 on line 9 (cost) and DYN403 on line 9 (correctness); an audit would find DYN411 there.
CODE = """\
import boto3

table = boto3.resource("dynamodb").Table("users")
table.update_item(
    Key={"pk": "a"},
    UpdateExpression="SET name = :v",
    ExpressionAttributeValues={":v": 1},
)
print(table.scan(FilterExpression="a = :a", ExpressionAttributeValues={":a": 1})["Items"])
"""
FIXED = CODE.replace("SET name", "SET #name").replace('{":v": 1},\n', '{":v": 1},\n    ExpressionAttributeNames={"#name": "name"},\n')
ALL = ["DYN402", "DYN403", "DYN601"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    return Said(capsys)


class Said:
    """What a run of the command printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.code, self.out, self.err = -1, "", ""

    def by(self, *words: str) -> Said:
        self.code = main(["check", *words])
        self.out, self.err = self._capsys.readouterr()
        return self

    @property
    def codes(self) -> list[str]:
        return sorted(line.split()[1] for line in self.out.splitlines())

    @property
    def paths(self) -> list[str]:
        return list(dict.fromkeys(line.partition(":")[0] for line in self.out.splitlines()))


class TestFix:
    def test_safe_fixes_are_made_and_what_is_left_is_reported(self, folder: Path, said: Said) -> None:
        write(folder, {"app.py": CODE})
        said.by("--fix")
        assert (said.code, said.codes) == (1, ["DYN402", "DYN403"])
        assert (folder / "app.py").read_text() == FIXED
        assert said.err == "dynalint: 1 fix made in 1 file\n"

    def test_nothing_is_left(self, folder: Path, said: Said) -> None:
        write(folder, {"app.py": CODE})
        assert said.by("--fix", "--select=DYN601").code == 0
        assert said.by("--fix", "--select=DYN601").code == 0
        assert (said.out, said.err) == ("", "")

    def test_only_what_is_selected_is_fixed(self, folder: Path, said: Said) -> None:
        write(folder, {"app.py": CODE})
        said.by("--fix", "--ignore=DYN601")
        assert (folder / "app.py").read_text() == CODE

    def test_unsafe_ones_on_request(self, folder: Path, said: Said) -> None:
        write(folder, {"app.py": BAD})
        assert said.by("--fix").code == 1
        assert (folder / "app.py").read_text() == BAD
        assert said.by("--fix", "--unsafe-fixes").code == 0
        assert (folder / "app.py").read_text() == GOOD

    @pytest.mark.parametrize(("flag", "other"), [("--unsafe-fixes", "--fix or --diff"), ("--show-fixes", "--fix or --diff"), ("--stdin-filename=a.py", "-")])
    def test_flags_that_need_another_one(self, folder: Path, said: Said, flag: str, other: str) -> None:
        assert said.by(flag).code == 2
        assert said.err.startswith(f"dynalint: {flag.partition('=')[0]} goes with {other}")

    @pytest.mark.parametrize(
        ("flag", "other"), [("--statistics", "--output-format=json"), ("--statistics", "--output-file=a.txt"), ("--isolated", "--config=a.toml")]
    )
    def test_flags_of_which_one_would_count_for_nothing(self, folder: Path, said: Said, flag: str, other: str) -> None:
        assert (said.by(flag, other).code, said.out) == (2, "")
        assert said.err.startswith(f"dynalint: {flag} ")
        assert said.err.endswith(f" not go with {other.partition('=')[0]}\n")

    @pytest.mark.parametrize(
        "dress",
        [
            lambda text: b"\xef\xbb\xbf" + text.encode(),
            lambda text: "# coding: latin-1\n# é\n".encode("latin-1") + text.encode(),
            lambda text: text.replace("\n", "\r\n").encode(),
            lambda text: ("# 🙂 naïve\n" + text).encode(),
            lambda text: ("# form feed \f\x0b\u2028 \n" + text.replace("\n", "\r")).encode(),
            lambda text: text.rstrip("\n").encode(),
        ],
        ids=["byte order mark", "latin-1", "CRLF", "UTF-8", "CR", "no end"],
    )
    def test_bytes_that_no_fix_is_about_stay(self, folder: Path, said: Said, dress: object) -> None:
        assert callable(dress)
        write(folder, {"app.py": dress(CODE)})
        said.by("--fix", "--select=DYN601")
        assert (folder / "app.py").read_bytes() == dress(FIXED)

    def test_files_keep_their_mode_and_links_stay_links(self, folder: Path, said: Said) -> None:
        write(folder, {"real/app.py": CODE})
        (folder / "real/app.py").chmod(0o754)
        (folder / "link.py").symlink_to("real/app.py")
        said.by("--fix", "link.py")
        assert (folder / "link.py").is_symlink()
        assert (folder / "real/app.py").read_text() == FIXED
        assert stat.S_IMODE((folder / "real/app.py").stat().st_mode) == 0o754
        assert os.listdir(folder / "real") == ["app.py"]

    def test_files_that_need_no_fix_are_not_touched(self, folder: Path, said: Said) -> None:
        write(folder, {"app.py": GOOD})
        before = (folder / "app.py").stat()
        said.by("--fix", "--unsafe-fixes")
        assert ((folder / "app.py").stat().st_ino, (folder / "app.py").stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    def test_a_file_that_cannot_be_written_is_trouble(self, folder: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        write(folder, {"app.py": CODE})
        monkeypatch.setattr(os, "replace", refuse)
        said.by("--fix")
        assert (said.code, said.err) == (2, "dynalint: app.py: is not fixed: Permission denied\n")
        assert (folder / "app.py").read_text() == CODE
        assert programs.listed(folder) == ["app.py"]

    def test_nothing_is_fixed_under_a_noqa(self, folder: Path, said: Said) -> None:
        text = CODE.replace('name = :v",', 'name = :v",  # noqa: DYN601')
        write(folder, {"app.py": text})
        said.by("--fix")
        assert (folder / "app.py").read_text() == text

    def test_fixes_are_listed_on_request(self, folder: Path, said: Said) -> None:
        write(folder, {"a.py": CODE + CODE, "b.py": CODE})
        assert said.by("--fix", "--show-fixes").err == "dynalint: a.py: 2 x DYN601\ndynalint: b.py: 1 x DYN601\ndynalint: 3 fixes made in 2 files\n"


class TestDiff:
    def test_shows_what_fix_would_do_and_does_nothing(self, folder: Path, said: Said) -> None:
        write(folder, {"app.py": CODE})
        said.by("--diff")
        assert said.code == 1
        assert (folder / "app.py").read_text() == CODE
        assert said.err == "dynalint: 1 fix would be made in 1 file\n"
        assert said.out.startswith("--- app.py\n+++ app.py\n@@ ")
        assert [line for line in said.out.splitlines()[3:] if line[0] in "+-"] == [
            '-    UpdateExpression="SET name = :v",',
            '+    UpdateExpression="SET #name = :v",',
            '+    ExpressionAttributeNames={"#name": "name"},',
        ]

    @pytest.mark.parametrize("text", [CODE, CODE.replace("\n", "\r\n"), CODE.partition("\nprint")[0], "# naïve\n" + CODE])
    def test_is_a_patch(self, folder: Path, text: str) -> None:
        write(folder, {"app.py": text})
        patch = subprocess.run([sys.executable, "-m", "dynalint", "check", "--diff", "--select=DYN601"], cwd=folder, capture_output=True, check=False).stdout
        subprocess.run(["git", "apply", "-p0", "-"], cwd=folder, input=patch, check=True)
        applied = (folder / "app.py").read_bytes()
        write(folder, {"app.py": text})
        main(["check", "--fix", "--select=DYN601"])
        assert applied == (folder / "app.py").read_bytes() != text.encode()

    def test_says_nothing_where_nothing_can_be_fixed(self, folder: Path, said: Said) -> None:
        write(folder, {"app.py": BAD})
        assert (said.by("--diff").code, said.out, said.err) == (0, "", "")
        assert said.by("--diff", "--unsafe-fixes").code == 1


class TestSelection:
    @pytest.mark.parametrize(
        ("flags", "codes"),
        [
            ([], ALL),
            (["--select=DYN601"], ["DYN601"]),
            (["--select=DYN4"], ["DYN402", "DYN403"]),
            (["--select=reserved-word"], ["DYN601"]),
            (["--select=correctness"], ["DYN403", "DYN601"]),
            (["--select=correctness,cost"], ALL),
            (["--select=correctness", "--select=cost"], ALL),
            (["--select=all"], ["DYN402", "DYN403", "DYN411", "DYN601"]),
            (["--select=audit"], ["DYN411"]),
            (["--select=DYN411"], ["DYN411"]),
            (["--select=DYN41"], []),
            (["--select=DYN75"], []),
            (["--extend-select=DYN411"], [*ALL[:2], "DYN411", "DYN601"]),
            (["--extend-select=scan"], [*ALL[:2], "DYN411", "DYN601"]),
            (["--enable=audit"], [*ALL[:2], "DYN411", "DYN601"]),
            (["--select=cost", "--extend-select=DYN601"], ["DYN402", "DYN601"]),
            (["--ignore=DYN4"], ["DYN601"]),
            (["--ignore=correctness"], ["DYN402"]),
            (["--ignore=DYN402", "--extend-ignore=DYN403"], ["DYN601"]),
            (["--ignore=DYN4", "--select=DYN402"], ["DYN402"]),
            (["--ignore=DYN402", "--select=DYN402"], []),
            (["--ignore=DYN", "--select=correctness"], ["DYN403", "DYN601"]),
            (["--ignore=DYN4", "--select=correctness"], ["DYN601"]),
            (["--ignore=correctness", "--select=DYN4"], ["DYN402"]),
            (["--ignore=all"], []),
        ],
        ids=" ".join,
    )
    def test_codes_beginnings_names_and_groups(self, folder: Path, said: Said, flags: list[str], codes: list[str]) -> None:
        write(folder, {"app.py": CODE})
        assert said.by(*flags).codes == codes
        assert said.code == (1 if codes else 0)

    @pytest.mark.parametrize(
        ("pattern", "paths"),
        [("b.py", ["a.py", "src/a.py"]), ("src/*", ["a.py", "b.py"]), ("./src/a.py", ["a.py", "b.py", "src/b.py"]), ("*/a*", ["a.py", "b.py", "src/b.py"])],
    )
    def test_some_files(self, folder: Path, said: Said, pattern: str, paths: list[str]) -> None:
        write(folder, dict.fromkeys(["a.py", "b.py", "src/a.py", "src/b.py"], CODE))
        assert said.by("--select=DYN6", f"--per-file-ignores={pattern}:reserved-word").paths == paths
        assert said.by("--select=DYN6,DYN4", f"--per-file-ignores={pattern}:DYN601,DYN9").code == 2
        said.by(f"--per-file-ignores={pattern}: DYN601 other.py:DYN4")
        assert (said.codes.count("DYN601"), said.codes.count("DYN402")) == (len(paths), 4)

    @pytest.mark.parametrize(
        ("flag", "advice"),
        [
            ("--select=correctnes", "; did you mean correctness?"),
            ("--ignore=DYN999", ""),
            ("--select=dyn601", "; did you mean DYN601?"),
            ("--extend-select=reserved_word", "; did you mean reserved-word?"),
            ("--extend-ignore=E501", ""),
            ("--per-file-ignores=a.py:reservedword", "; did you mean reserved-word?"),
        ],
    )
    def test_what_nobody_knows_is_trouble(self, folder: Path, said: Said, flag: str, advice: str) -> None:
        said.by(flag)
        name, _, value = flag.partition("=")
        message = f"dynalint: {name} takes codes, beginnings of codes, names and groups of rules, not {value.rpartition(':')[2]!r}"
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith(message)
        assert said.err.endswith(advice + "\n")

    @pytest.mark.parametrize("value", ["DYN601", "a.py:", "a.py", ":DYN601", "a.py b.py:DYN601"])
    def test_pairs_that_are_none(self, folder: Path, said: Said, value: str) -> None:
        assert said.by(f"--per-file-ignores={value}").code == 2
        assert "--per-file-ignores takes pairs such as" in said.err

    def test_what_cannot_be_parsed_is_said_whatever_is_selected(self, folder: Path, said: Said) -> None:
        write(folder, {"app.py": BAD + "def", "other.py": b"# \xff\n" + BAD.encode()})
        assert said.by("--select=DYN601").codes == ["DYN001", "DYN001"]
        assert said.by("--ignore=DYN001").codes == []
        assert said.by("--per-file-ignores=app.py:DYN001").paths == ["other.py"]

    def test_every_rule_can_be_selected_by_its_code_and_by_its_name(self) -> None:
        for rule in rules():
            by_code, by_name = (Layer({"select": text}, Path()) for text in (rule.code, rule.name))
            assert settings([by_code]).selection.codes(Path("/app.py"), Options()) - OWN_CODES == {rule.code}
            assert settings([by_name]).selection.codes(Path("/app.py"), Options()) - OWN_CODES == {rule.code}

    def test_statistics(self, folder: Path, said: Said) -> None:
        write(folder, dict.fromkeys([f"{number}.py" for number in range(10)], CODE) | {"bad.py": BAD})
        said.by("--statistics", "--ignore=DYN402")
        assert said.code == 1
        assert said.out == "10  DYN403  [ ]  unpaginated-read\n10  DYN601  [*]  reserved-word\n 1  DYN101  [?]  provisioned-billing\n"

    def test_exit_zero(self, folder: Path, said: Said) -> None:
        write(folder, {"app.py": CODE})
        assert (said.by("--exit-zero").code, said.codes) == (0, ALL)
        assert said.by("--exit-zero", "missing.py").code == 2


class TestConfiguration:
    @pytest.mark.parametrize(
        ("files", "flags", "codes"),
        [
            ({"pyproject.toml": '[tool.dynalint]\nselect = ["correctness"]\nignore = "DYN403"'}, [], ["DYN601"]),
            ({"pyproject.toml": '[tool.dynalint]\nselect = ["correctness"]'}, ["--select=DYN402"], ["DYN402"]),
            ({"pyproject.toml": '[tool.dynalint]\nselect = ["correctness"]'}, ["--isolated"], ALL),
            ({"pyproject.toml": "[tool.other]\n# dynalint", "setup.cfg": "[flake8]\nignore = DYN4"}, [], ["DYN601"]),
            ({"pyproject.toml": '[tool.dynalint]\nselect = ["DYN6"]', "setup.cfg": "[flake8]\nselect = DYN4"}, [], ["DYN601"]),
            ({"pyproject.toml": '[tool.dynalint]\nselect = ["DYN6"]', "setup.cfg": "[flake8]\nignore = DYN601"}, [], []),
            ({"pyproject.toml": '[tool.dynalint]\nignore = ["DYN4"]', "tox.ini": "[flake8]\nselect = DYN4"}, ["--ignore=DYN403"], ["DYN402"]),
            ({"setup.cfg": "[flake8]\nselect = E,W,DYN4\nmax-line-length = 99"}, [], ["DYN402", "DYN403"]),
            ({"setup.cfg": "[flake8]\nselect = E,W\nignore = D,E501"}, [], ALL),
            ({".flake8": "[flake8]\nextend_ignore =\n    E203,\n    # why\n    DYN402, DYN403"}, [], ["DYN601"]),
            ({".flake8": "[flake8]\nper-file-ignores =\n    app.py: DYN4, E501\n    other.py: E501\n    *: DYN6"}, [], []),
            ({".flake8": "[flake8]\ndynalint-enable = scan\ndynalint_follow_imports = no"}, [], ["DYN402", "DYN403", "DYN411", "DYN601"]),
            ({"setup.cfg": "[metadata]\nname = x", "tox.ini": "[flake8]\nignore = DYN4", ".flake8": "[flake8]\nignore = DYN6"}, [], ["DYN601"]),
            ({"setup.cfg": "[flake8\n", "tox.ini": "[flake8]\nignore = DYN4"}, [], ["DYN601"]),
            ({"pyproject.toml": '[tool.dynalint.per-file-ignores]\n"*.py" = ["DYN4"]\n"other.py" = "DYN6"'}, [], ["DYN601"]),
            ({"pyproject.toml": '[tool.dynalint]\nenable = ["audit"]\ncheck-tests = true'}, [], ["DYN402", "DYN403", "DYN411", "DYN601"]),
            ({"my.toml": '[tool.dynalint]\nselect = ["DYN6"]', "pyproject.toml": "[tool.dynalint]\nselect = 5"}, ["--config=my.toml"], ["DYN601"]),
            ({"my.cfg": "[flake8]\nselect = DYN6"}, ["--config=my.cfg"], ["DYN601"]),
        ],
    )
    def test_a_flag_before_pyproject_before_the_files_of_flake8(
        self, folder: Path, said: Said, files: dict[str, str], flags: list[str], codes: list[str]
    ) -> None:
        write(folder, {"app.py": CODE, **files})
        assert said.by(*flags, "app.py").codes == codes
        assert said.err == ""

    @pytest.mark.parametrize(
        ("files", "message"),
        [
            ({"pyproject.toml": "[tool.dynalint]\nselct = []"}, "pyproject.toml: there is no setting selct; did you mean select?"),
            ({"pyproject.toml": "[tool.dynalint]\nextend_select = []"}, "pyproject.toml: there is no setting extend_select; did you mean extend-select?"),
            ({"pyproject.toml": "[tool.dynalint]\nfoo = []"}, "pyproject.toml: there is no setting foo"),
            ({"pyproject.toml": "[tool.dynalint]\nselect = 5"}, "pyproject.toml: select takes a list of texts, not 5"),
            ({"pyproject.toml": '[tool.dynalint]\nselect = ["a", 1]'}, "pyproject.toml: select takes a list of texts, not ['a', 1]"),
            ({"pyproject.toml": "[tool.dynalint]\ncheck-tests = 1"}, "pyproject.toml: check-tests takes true or false, not 1"),
            ({"pyproject.toml": "[tool.dynalint]\ncache-dir = 1"}, "pyproject.toml: cache-dir takes a text, not 1"),
            ({"pyproject.toml": "[tool.dynalint]\ncheck-tests = 'maybe'"}, "pyproject.toml: check-tests takes yes or no, not 'maybe'"),
            ({"pyproject.toml": "[tool]\ndynalint = 5"}, "pyproject.toml: tool.dynalint takes a table"),
            ({"pyproject.toml": "[tool.dynalint\n"}, "pyproject.toml: Expected ']' at the end of a table declaration (at line 1, column 15)"),
            ({"pyproject.toml": "[tool.dynalint.per-file-ignores]\na = 5"}, "pyproject.toml: per-file-ignores.a takes a list of texts, not 5"),
            ({"tox.ini": "[flake8]\ndynalint-enabel = audit"}, "tox.ini: there is no setting dynalint-enabel; did you mean dynalint-enable?"),
            ({"tox.ini": "[flake8]\ndynalint-select = DYN"}, "tox.ini: there is no setting dynalint-select"),
            ({"tox.ini": "[flake8]\nignore = DYN4,DYN999"}, "tox.ini: ignore takes codes, beginnings of codes, names and groups of rules, not 'DYN999'"),
        ],
    )
    def test_what_is_wrong_is_trouble_and_names_the_file(self, folder: Path, said: Said, files: dict[str, str], message: str) -> None:
        write(folder, {"app.py": CODE, **files})
        assert (said.by().code, said.out) == (2, "")
        assert said.err.startswith(f"dynalint: {message}")

    @pytest.mark.parametrize(("config", "why"), [("missing.toml", "No such file or directory"), ("empty.toml", "no section [tool.dynalint]")])
    def test_a_file_that_says_nothing_is_trouble(self, folder: Path, said: Said, config: str, why: str) -> None:
        write(folder, {"empty.toml": ""})
        assert said.by(f"--config={config}").code == 2
        assert said.err.startswith(f"dynalint: {config}: ")
        assert why in said.err

    def test_files_above_count_with_patterns_of_their_own_place(self, folder: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
        pyproject = '[tool.dynalint]\nexclude = ["src/gen/*"]\nper-file-ignores = { "src/old/*" = ["DYN4"] }'
        write(folder, {"pyproject.toml": pyproject, "src/[x]/gen/a.py": CODE, **dict.fromkeys(["src/gen/a.py", "src/old/a.py"], CODE)})
        monkeypatch.chdir(folder / "src")
        said.by()
        assert (said.paths, said.codes) == (["[x]/gen/a.py", "old/a.py"], [*ALL, "DYN601"])
        assert said.by("--exclude=[[]x]/*,gen").paths == ["old/a.py"]
        assert said.by("--exclude=old/*").paths == ["[x]/gen/a.py", "gen/a.py"]

    def test_reveal_reads_them_too(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"pyproject.toml": '[tool.dynalint]\ntables = ["db.users"]', "app.py": "import db\n\nx = db.users.scan()\n"})
        assert main(["reveal", "app.py:3"]) == 0
        assert "scan response" in capsys.readouterr().out

    @pytest.mark.parametrize(
        "option", ["select = E,DYN4", "ignore = DYN402,E", "extend-ignore = DYN6", "per-file-ignores = app.py:DYN403,E501", "exclude = app.py"]
    )
    def test_flake8_says_the_same(self, folder: Path, said: Said, option: str) -> None:
        write(folder, {"setup.cfg": f"[flake8]\n{option}\n", "app.py": CODE, "b/app.py": CODE})
        theirs = programs.python("-m", "flake8", ".", cwd=folder).stdout.replace("./", "").splitlines()
        assert sorted(line for line in theirs if " DYN" in line) == sorted(said.by().out.splitlines())


class TestWalk:
    def test_gitignore(self, folder: Path, said: Said) -> None:
        names = ["a.py", "gen/a.py", "src/gen/a.py", "src/b.py", "src/keep_b.py", "src/sub/c.py", "src/sub/b.py"]
        write(folder, dict.fromkeys(names, BAD) | {".gitignore": "# why\n/gen/\n*b.py\n!keep_b.py\n", "src/.gitignore": "/sub/*\n!/sub/b.py\n"})
        assert said.by().paths == ["a.py", "src/keep_b.py", "src/gen/a.py", "src/sub/b.py"]
        assert said.by("--respect-gitignore=no").paths == ["a.py", "gen/a.py", "src/b.py", "src/keep_b.py", "src/gen/a.py", "src/sub/b.py", "src/sub/c.py"]
        assert said.by("gen", "src/b.py").paths == ["gen/a.py", "src/b.py"]

    def test_gitignore_above(self, folder: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
        write(folder, {".git/info/exclude": "local.py\n", ".gitignore": "old.py\n", **dict.fromkeys(["src/old.py", "src/new.py", "src/local.py"], BAD)})
        assert said.by("src").paths == ["src/new.py"]
        monkeypatch.chdir(folder / "src")
        assert said.by().paths == ["new.py"]
        assert said.by("../src").paths == ["../src/new.py"]

    def test_as_git_says(self, folder: Path, said: Said) -> None:
        lines = ["a*", "!ab.py", "/b/", "c/d/", "**/e/f.py", "g/**", "!g/h.py", "\\#x.py", "[ij].py", "k.py ", "l\\ .py", "/m/*", "!/m/n.py"]
        names = "a.py,ab.py,b/x.py,x/b/x.py,c/d/x.py,y/c/d/x.py,e/f.py,z/e/f.py,g/h.py,g/x.py,#x.py,i.py,k.py,l .py,m/n.py,m/o.py,o/p/q.py".split(",")
        write(folder, dict.fromkeys(names, BAD) | {".gitignore": "\n".join(lines) + "\n"})
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        kept = subprocess.run(["git", "ls-files", "-o", "--exclude-standard", "*.py"], cwd=folder, check=True, capture_output=True, text=True).stdout
        assert sorted(said.by().paths) == sorted(kept.splitlines())

    def test_without_pathspec(self, folder: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
        write(folder, {".gitignore": "old.py\n", "old.py": BAD})
        monkeypatch.setitem(sys.modules, "pathspec", None)
        assert said.by().paths == ["old.py"]
        assert said.err.startswith("dynalint: .gitignore is not read, for which the extra walk is needed: pip install 'dynalint[walk]'")
        assert said.by("--respect-gitignore=no").err == ""

    @pytest.mark.parametrize(
        ("flags", "paths"),
        [
            (["--exclude=gen"], ["a.py", "build/a.py", "src/a.py"]),
            (["--extend-exclude=gen"], ["a.py", "src/a.py"]),
            (["--extend-exclude=src/gen"], ["a.py", "gen/a.py", "src/a.py"]),
            (["--extend-exclude=src/"], ["a.py", "gen/a.py"]),
            (["--extend-exclude=a.*"], []),
            (["--extend-exclude=gen,src"], ["a.py"]),
        ],
    )
    def test_exclude(self, folder: Path, said: Said, flags: list[str], paths: list[str]) -> None:
        write(folder, dict.fromkeys(["a.py", "build/a.py", "gen/a.py", "src/a.py", "src/gen/a.py"], BAD))
        assert said.by(*flags).paths == paths

    def test_what_is_named_is_checked_unless_it_is_forced_out(self, folder: Path, said: Said) -> None:
        write(folder, {"gen/a.py": BAD})
        assert said.by("--extend-exclude=gen", "gen/a.py").paths == ["gen/a.py"]
        assert said.by("--extend-exclude=gen", "gen").paths == ["gen/a.py"]
        for path in ("gen/a.py", "gen"):
            assert said.by("--extend-exclude=gen", "--force-exclude=yes", path).paths == []

    def test_nothing_to_check_is_said(self, folder: Path, said: Said) -> None:
        assert (said.by().code, said.err) == (0, "dynalint: there are no Python files to check\n")

    def test_several_processes_say_the_same_in_the_same_order(self, folder: Path, said: Said) -> None:
        write(folder, {f"app{number}.py": (CODE, BAD, "x = 1\n", b"# \xff dynamodb put_item")[number % 4] for number in range(40)})
        one = said.by("--jobs=1", "missing.py", ".")
        alone = (one.code, one.out, one.err)
        many = said.by("--jobs=3", "missing.py", ".")
        assert (many.code, many.out, many.err) == alone
        assert len(many.paths) == 30
        assert said.by("-j3", "--fix", "--select=DYN601").err == "dynalint: 10 fixes made in 10 files\n"

    @pytest.mark.parametrize("number", [1, 7, 40, 1000])
    def test_files_are_looked_at_in_several_processes_too(self, folder: Path, said: Said, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
        write(folder, {f"app{number}.py": (BAD, "x = 1\n")[number % 2] for number in range(40)})
        alone = said.by("--jobs=1")
        monkeypatch.setattr("dynalint.run._MANY", number)
        monkeypatch.setattr("dynalint.run._PORTION", 3)
        assert said.by("--jobs=2").paths == alone.paths
        assert len(alone.paths) == 20

    @pytest.mark.parametrize("jobs", ["0", "-1", "x"])
    def test_no_number_of_processes(self, jobs: str) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["check", f"--jobs={jobs}"])
        assert ended.value.code == 2


class TestStandardInput:
    @pytest.fixture(autouse=True)
    def typed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CODE.replace("\n", "\r\n").encode())))

    def test_it_is_checked(self, folder: Path, said: Said) -> None:
        assert (said.by("-").codes, said.paths) == (ALL, ["-"])

    def test_under_a_name(self, folder: Path, said: Said) -> None:
        assert (said.by("-", "--stdin-filename=tests/app.py").codes, said.paths) == (["DYN601"], ["tests/app.py"])

    def test_settings_for_that_name_count(self, folder: Path, said: Said) -> None:
        assert said.by("-", "--stdin-filename=src/app.py", "--per-file-ignores=src/*:DYN4").codes == ["DYN601"]

    def test_what_is_excluded_goes_through_as_it_is(self, folder: Path, said: Said) -> None:
        run = programs.python(
            "-m", "dynalint", "check", "-", "--fix", "--stdin-filename=src/a.py", "--exclude=src", "--force-exclude=yes", cwd=folder, text=CODE
        )
        assert (run.returncode, run.stdout, run.stderr) == (0, CODE, "")

    def test_it_is_fixed_to_standard_output_and_the_rest_is_said_elsewhere(self, folder: Path) -> None:
        run = programs.python("-m", "dynalint", "check", "-", "--fix", cwd=folder, text=CODE)
        assert (run.returncode, run.stdout) == (1, FIXED)
        assert [line.split()[1] for line in run.stderr.splitlines()[:-1]] == ["DYN402", "DYN403"]
        run = programs.python("-m", "dynalint", "check", "-", "--fix", cwd=folder, text=FIXED)
        assert run.stdout == FIXED

    def test_diff(self, folder: Path, said: Said) -> None:
        assert said.by("-", "--diff", "--stdin-filename=app.py").out.startswith("--- app.py\n+++ app.py\n")

    def test_alone(self, folder: Path, said: Said) -> None:
        assert (said.by("-", "app.py").code, said.err) == (2, "dynalint: standard input (-) is checked alone, without other paths\n")


def cell(source: str, kind: str = "code", whole: bool = False) -> dict[str, object]:
    return {"cell_type": kind, "metadata": {}, "source": source if whole else source.splitlines(keepends=True)}


def book(*cells: dict[str, object], language: str = "python", **layout: Any) -> str:
    content = {"cells": list(cells), "metadata": {"language_info": {"name": language}}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, **({"indent": 1, "ensure_ascii": False} | layout)) + "\n"


HEAD, _, BODY = CODE.partition("table.update_item")
BODY = "table.update_item" + BODY.rstrip("\n")
FIXED_BODY = "table.update_item" + FIXED.partition("table.update_item")[2].rstrip("\n")


class TestNotebooks:
    def test_cell_and_line_are_named(self, folder: Path, said: Said) -> None:
        write(folder, {"n.ipynb": book(cell("# text", "markdown"), cell(HEAD), cell(BODY))})
        assert [line.split(" D")[0] for line in said.by().out.splitlines()] == ["n.ipynb:cell 3:3:27:", "n.ipynb:cell 3:6:13:", "n.ipynb:cell 3:6:13:"]

    def test_the_line_of_a_part_is_one_of_its_cell(self, folder: Path, said: Said) -> None:
        other = "import boto3\ntable = boto3.resource('dynamodb').Table('t')\n\nitem = {'pk': '1', 'price': 9.99}"
        own = "\nkey = {'pk': ''}\ntable.get_item(Key=key)\ntable.put_item(Item=item)"
        write(folder, {"n.ipynb": book(cell("# text", "markdown"), cell(other), cell(own))})
        for _ in range(2):  # the second time from what is kept
            lines = said.by("--select=DYN304,DYN310").out.splitlines()
            assert [(line.split(" ")[1], line.partition(" (")[2]) for line in lines] == [("3:3:16:", "line 2)"), ("3:4:16:", "cell 2, line 4)")]

    MAGICS = (
        "%matplotlib inline\n",
        "files = !ls \\\n    -l\n",
        "x = %sql select 1\n",
        "if x:\n    !echo yes\n",
        "table?\n",
        "?table\n",
        "%%time\n",
        "s = '''\n%d\n!\n''' % (1\n% 2)\n!pwd\n",
        "await table\n",
    )

    @pytest.mark.parametrize("magic", MAGICS)
    def test_magics_are_neither_reported_nor_touched(self, folder: Path, said: Said, magic: str) -> None:
        write(folder, {"n.ipynb": book(cell(HEAD), cell(magic + BODY))})
        said.by()
        assert sorted(line.split(": ")[1].split()[0] for line in said.out.splitlines()) == ALL
        lines = magic.count("\n")
        assert f"cell 2:{lines + 3}:27: DYN601" in said.out
        said.by("--fix")
        assert (folder / "n.ipynb").read_text() == book(cell(HEAD), cell(magic + FIXED_BODY))

    @pytest.mark.parametrize("other", ["%%bash\ntable.scan(", "%%html\n<b>", "%%javascript\nx = {"])
    def test_cells_of_other_languages_are_left_alone(self, folder: Path, said: Said, other: str) -> None:
        write(folder, {"n.ipynb": book(cell(other), cell(HEAD), cell(BODY))})
        assert "DYN001" not in said.by("--fix").out
        assert (folder / "n.ipynb").read_text() == book(cell(other), cell(HEAD), cell(FIXED_BODY))

    def test_a_broken_cell_does_not_hide_the_others(self, folder: Path, said: Said) -> None:
        write(folder, {"n.ipynb": book(cell(HEAD), cell("\ndef (\n"), cell(BODY)), "other.ipynb": book(cell("def ("))})
        said.by()
        assert re.search(r"n\.ipynb:cell 2:2:5: DYN001 cannot be parsed by Python 3\.\d+, so nothing in this cell is checked", said.out)
        assert said.out.count("cell 3") == 3
        assert "other" not in said.out

    @pytest.mark.parametrize("layout", [{"indent": 1}, {"indent": 2}, {"indent": None}, {"indent": "\t"}, {"ensure_ascii": True}])
    def test_the_rest_of_the_file_stays(self, folder: Path, said: Said, layout: dict[str, Any]) -> None:
        cells = [cell("naïve 🙂", "markdown"), cell(HEAD, whole=True)]
        write(folder, {"n.ipynb": book(*cells, cell(BODY), cell(BODY + "\n", whole=True), **layout)})
        said.by("--fix")
        assert (folder / "n.ipynb").read_text() == book(*cells, cell(FIXED_BODY), cell(FIXED_BODY + "\n", whole=True), **layout)
        assert "2 fixes made in 1 file" in said.err

    def test_what_would_not_stay_is_not_fixed(self, folder: Path, said: Said) -> None:
        text = book(cell(HEAD), cell(BODY)).replace('"nbformat": 4', '"nbformat":   4')
        write(folder, {"n.ipynb": text})
        said.by("--fix")
        assert (said.code, said.err) == (2, "dynalint: n.ipynb: is not fixed: its JSON is laid out in a way that would be lost\n")
        assert (folder / "n.ipynb").read_text() == text
        assert said.out.count("\n") == 3

    def test_code_that_looks_like_the_marks_between_cells(self, folder: Path, said: Said) -> None:
        odd = "# cell 1\nx = '''\n# cell 3\n'''  # cell x0\n"
        write(folder, {"n.ipynb": book(cell(odd), cell(HEAD + "!ls\n" + odd), cell(BODY))})
        said.by("--fix")
        assert (folder / "n.ipynb").read_text() == book(cell(odd), cell(HEAD + "!ls\n" + odd), cell(FIXED_BODY))

    def test_diff_names_the_cell(self, folder: Path, said: Said) -> None:
        write(folder, {"n.ipynb": book(cell(HEAD), cell(BODY))})
        assert said.by("--diff").out.startswith("--- n.ipynb:cell 2\n+++ n.ipynb:cell 2\n")

    def test_other_languages_are_silent(self, folder: Path, said: Said) -> None:
        write(folder, {"n.ipynb": book(cell(HEAD), cell(BODY), language="julia")})
        assert (said.by().code, said.out) == (0, "")

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"cells": 5}', '{"cells": [5]}', '{"cells": [{"cell_type": "code", "source": 5}]}', "\xff"])
    def test_what_is_none(self, folder: Path, said: Said, text: str) -> None:
        write(folder, {"n.ipynb": text, "m.ipynb": text.encode("latin-1") + b' "dynamodb" table.put_item('})
        said.by()
        assert (said.code, said.paths) == (1, ["m.ipynb"])
        assert "DYN001 cannot be decoded, so nothing in this file is checked: it is no notebook of format 4" in said.out

    def test_noqa(self, folder: Path, said: Said) -> None:
        write(folder, {"n.ipynb": book(cell(HEAD), cell(BODY.replace(':v",', ':v",  # noqa: DYN6') + "  # noqa"))})
        assert said.by().code == 0
