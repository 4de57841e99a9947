"""The command: what it reads, what it prints, and the exit codes 0 clean, 1 findings, 2 trouble."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import dynalint
from dynalint.cli import main
from dynalint.engine import check
from dynalint.noqa import audible
from dynalint.options import Options
from dynalint.report import text as report
from dynalint.source import Source
from tests import programs
from tests.marked import Fixture, fixtures
from tests.programs import BAD, GOOD, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], str]:
    """The exit code, the lines on standard output and the text on standard error."""
    code = main(words)
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def paths(lines: list[str]) -> list[str]:
    return [line.partition(":")[0] for line in lines]


class TestCheck:
    def test_clean(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"app.py": GOOD})
        assert printed(capsys, "check") == (0, [], "")

    def test_findings(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"app.py": BAD})
        assert printed(capsys, "check", "app.py") == (1, [report.line("app.py", finding) for finding in check(BAD)], "")

    def test_trouble_with_one_file_does_not_hide_the_others(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"app.py": BAD})
        code, lines, complaint = printed(capsys, "check", "missing.py", "app.py")
        assert (code, paths(lines)) == (2, ["app.py"])
        assert complaint == "dynalint: missing.py: No such file or directory\n"

    def test_noqa_is_honoured(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"app.py": BAD.rstrip() + "  # noqa: DYN101\n"})
        assert printed(capsys, "check") == (0, [], "")

    @pytest.mark.parametrize("fixture", fixtures(), ids=lambda fixture: fixture.path.stem)
    def test_says_what_the_engine_says(self, fixture: Fixture, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {fixture.checked_as: fixture.text})
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in fixture.option_texts.items()]
        said = [report.line(fixture.checked_as, finding) for finding in audible(Source(fixture.text), fixture.findings())]
        assert printed(capsys, "check", *flags, fixture.checked_as) == (1 if said else 0, said, "")


class TestPaths:
    def test_directories_are_walked_in_order_and_files_taken_once(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, dict.fromkeys(["b.py", "a/z.py", "a/b/c.py", "a.txt", "no_extension"], BAD))
        assert paths(printed(capsys, "check")[1]) == ["b.py", "a/z.py", "a/b/c.py"]
        assert paths(printed(capsys, "check", "a/b", "a", "a/z.py")[1]) == ["a/b/c.py", "a/z.py"]

    @pytest.mark.parametrize("directory", [".venv", ".hidden", "venv", "node_modules", "__pycache__", "build", "dist"])
    def test_what_is_not_walked_is_still_taken_by_name(self, folder: Path, capsys: pytest.CaptureFixture[str], directory: str) -> None:
        write(folder, {f"{directory}/a.py": BAD, f"src/{directory}/b.py": BAD})
        assert printed(capsys, "check", ".", "src")[1] == []
        assert paths(printed(capsys, "check", directory, f"src/{directory}/b.py")[1]) == [f"{directory}/a.py", f"src/{directory}/b.py"]

    def test_a_virtual_environment_of_any_name_is_not_walked(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"py312/pyvenv.cfg": "", "py312/lib/a.py": BAD})
        assert printed(capsys, "check")[1] == []

    def test_a_named_file_needs_no_extension(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"deploy": "#!/usr/bin/env python\n" + BAD})
        assert paths(printed(capsys, "check", "deploy")[1]) == ["deploy"]

    def test_links_to_directories_are_not_followed(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"a/app.py": BAD})
        (folder / "a" / "again").symlink_to(folder / "a", target_is_directory=True)
        assert paths(printed(capsys, "check")[1]) == ["a/app.py"]


class TestBytes:
    @pytest.mark.parametrize(
        "data",
        [b"\xef\xbb\xbf" + BAD.encode(), b"# coding: latin-1\n# \xe9\n" + BAD.encode(), BAD.replace("\n", "\r\n").encode(), BAD.replace("\n", "\r").encode()],
        ids=["byte order mark", "latin-1", "CRLF", "CR"],
    )
    def test_text_as_python_reads_it(self, folder: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
        write(folder, {"app.py": data})
        assert [line.split()[1] for line in printed(capsys, "check")[1]] == ["DYN101"]

    @pytest.mark.parametrize(
        "data",
        [b"# \xff\n" + BAD.encode(), b"# coding: no-such\n" + BAD.encode(), b"# coding: hex\n" + BAD.encode(), BAD.encode() + b"\0", BAD.encode() + b"def\n"],
        ids=["not UTF-8", "unknown encoding", "no text encoding", "NUL", "broken syntax"],
    )
    def test_what_python_cannot_read_is_a_finding(self, folder: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
        write(folder, {"app.py": data})
        code, lines, complaint = printed(capsys, "check")
        assert ([line.split()[1] for line in lines], code, complaint) == (["DYN001"], 1, "")

    @pytest.mark.parametrize("data", [b"# \xff\n", b"x = \0\n", b"def\n"])
    def test_and_none_where_nothing_is_said_of_dynamodb(self, folder: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
        write(folder, {"app.py": data})
        assert printed(capsys, "check") == (0, [], "")


class TestOptions:
    def test_every_option_is_a_flag(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            main(["check", "--help"])
        usage = capsys.readouterr().out
        assert all(f"--{option.name.replace('_', '-')} " in usage for option in fields(Options))

    def test_they_reach_the_rules(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"app.py": BAD, "tests/test_app.py": BAD})
        assert paths(printed(capsys, "check", "--check-tests=yes")[1]) == ["app.py", "tests/test_app.py"]
        assert printed(capsys, "check", "--provisioned-tables", "orders,users")[0] == 0

    def test_a_bad_value_is_trouble_and_names_the_option_as_it_is_written_here(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"app.py": BAD})
        assert printed(capsys, "check", "--check-tests=maybe") == (2, [], "dynalint: --check-tests takes yes or no, not 'maybe'\n")

    @pytest.mark.parametrize("words", [[], ["no-such-command"], ["check", "--no-such-option"], ["check", "--check-test=yes"], ["reveal"], ["reveal", "app.py"]])
    def test_a_command_line_that_makes_no_sense_is_trouble(self, folder: Path, words: list[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2

    @pytest.mark.parametrize(("flag", "advice"), [("--tabels=x", "; did you mean --tables?"), ("--no-such-option", "")])
    def test_a_flag_that_nobody_knows_is_named_below_the_usage_of_its_command(self, capsys: pytest.CaptureFixture[str], flag: str, advice: str) -> None:
        with pytest.raises(SystemExit):
            main(["check", flag])
        usage, error = capsys.readouterr().err.splitlines()
        assert usage == "usage: dynalint check [options] [PATH ...]"
        assert error == f"dynalint check: error: unrecognized arguments: {flag}{advice}"


class TestReveal:
    def test_tells_what_the_model_knows_of_a_line(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"app.py": 'import boto3\n\ntable = boto3.resource("dynamodb").Table("users")\n'})
        code, lines, complaint = printed(capsys, "reveal", "app.py:3")
        assert (code, complaint) == (0, "")
        assert any("users" in line for line in lines)
        assert printed(capsys, "reveal", "app.py:3:9:")[1] == lines

    @pytest.mark.parametrize("place", ["app.ipynb:1", "app.ipynb:cell 2:1:3"])
    def test_a_notebook_is_trouble(self, folder: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
        write(folder, {"app.ipynb": "{}"})
        code, lines, complaint = printed(capsys, "reveal", place)
        assert (code, lines) == (2, [])
        assert "a notebook cannot be looked into" in complaint

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (None, "No such file or directory"),
            (b"# \xff\n", "can't decode byte 0xff"),
            (b"# coding: no\n", "unknown encoding"),
            (b"def\n", "cannot be parsed"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_trouble(self, folder: Path, capsys: pytest.CaptureFixture[str], data: bytes | None, why: str) -> None:
        write(folder, {"app.py": data} if data else {})
        code, lines, complaint = printed(capsys, "reveal", "app.py:1")
        assert (code, lines) == (2, [])
        assert complaint.startswith("dynalint: app.py:")
        assert why in complaint

    @pytest.mark.parametrize("place", ["app.py", "app.py:", "app.py:0", "app.py:-1", "app.py:x", ":3"])
    def test_a_bad_place_is_trouble(self, place: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["reveal", place])
        assert ended.value.code == 2
        assert f"takes FILE:LINE with a line from 1, not {place!r}" in capsys.readouterr().err


class TestProcess:
    """What only a process of its own shows."""

    @pytest.mark.parametrize("program", [["-m", "dynalint"], ["-c", "import sys; from dynalint.cli import main; sys.exit(main())"]])
    def test_exit_code_and_version(self, tmp_path: Path, program: list[str]) -> None:
        write(tmp_path, {"app.py": BAD})
        assert programs.python(*program, "check", cwd=tmp_path).returncode == 1
        assert programs.python(*program, "--version", cwd=tmp_path).stdout == f"dynalint {dynalint.__version__}\n"

    def test_a_reader_that_has_seen_enough(self, tmp_path: Path) -> None:
        # More is said than a pipe holds, 64 KiB: each line begins with the long name of its file.
        name = "/".join(["a" * 200] * 5)
        write(tmp_path, {f"{name}/app{number}.py": BAD + 10 * BAD.partition("\n\n")[2] for number in range(8)})
        command = subprocess.Popen([sys.executable, "-m", "dynalint", "check"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert command.stdout is not None
        assert command.stdout.readline()
        command.stdout.close()
        assert command.wait() == 2
        assert command.stderr is not None
        assert command.stderr.read() == b""
        command.stderr.close()

    def test_a_terminal_that_lacks_the_letters(self, tmp_path: Path) -> None:
        write(tmp_path, {"naïve.py": BAD})
        run = programs.dynalint("check", cwd=tmp_path, env={**os.environ, "PYTHONIOENCODING": "ascii"})
        assert run.stdout.startswith("na\\xefve.py:")
        assert run.stderr == ""

    def test_libcst_is_not_imported_for_files_without_dynamodb(self, tmp_path: Path) -> None:
        write(tmp_path, {"app.py": "x = 1\n"})
        code = "import sys; from dynalint.cli import main; print(main(['check']), 'libcst' in sys.modules)"
        assert programs.python("-c", code, cwd=tmp_path).stdout == "0 False\n"
