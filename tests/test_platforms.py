"""The same file gives the same findings with the newlines, paths and encodings of any system, and with the syntax of any Python a word of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dynalint.engine import check
from dynalint.fixes.apply import fixed
from dynalint.options import Options
from dynalint.run import Task, outcome_of
from tests.programs import BAD, dynalint, write

NEWLINES = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
# A name, and a comment that says what the bytes are: of each family of encodings that Python reads source in.
ENCODINGS = {
    "utf-8": "größe, имя, 名前", "latin-1": "größe", "iso-8859-15": "größe €", "cp1252": "größe ‰ €", "koi8-r": "имя", "cp1251": "имя", "mac-roman": "größe",
    "shift_jis": "名前", "euc_jp": "名前", "iso-2022-jp": "名前", "big5": "名", "gb18030": "名前", "euc_kr": "이름", "cp437": "größe",
    "hz": "名", "utf-7": "größe",
}  # fmt: skip
# What newer Pythons brought -> since when Python reads it.
NEWS = {
    "type Pair = tuple[int, int]\n": (3, 12),
    "def first[T](items: list[T]) -> T: return items[0]\n": (3, 12),
    "x = f'{d[\"a\"]!r:>{'9'}}' f\"{'\\n'.join(d['b'])}\"\n": (3, 12),
    "x = t'hello {name}'\n": (3, 14),
    "try: pass\nexcept ValueError, KeyError: pass\n": (3, 14),
}


class TestNewlines:
    @pytest.mark.parametrize("end", NEWLINES.values(), ids=NEWLINES)
    def test_findings_and_fixes(self, end: str) -> None:
        text = BAD.replace("\n", end)
        places = [(finding.code, finding.span) for finding in check(text)]
        assert places == [(finding.code, finding.span) for finding in check(BAD)]
        assert places
        done = fixed(text, check, unsafe=True).text
        assert done == fixed(BAD, check, unsafe=True).text.replace("\n", end)


class TestPaths:
    @pytest.mark.parametrize(
        "path", ["C:\\repo\\tests\\app.py", "tests\\app.py", ".\\tests\\unit\\app.py", "src\\app_test.py", "\\\\host\\share\\repo\\tests\\app.py"]
    )
    def test_tests_are_known_by_paths_of_windows(self, path: str) -> None:
        assert Options().is_test(path)

    @pytest.mark.parametrize("path", ["C:\\repo\\src\\app.py", "D:\\latest\\app.py", "contests\\app.py"])
    def test_and_others_are_not(self, path: str) -> None:
        assert not Options().is_test(path)


class TestEncodings:
    @pytest.mark.parametrize("encoding", ENCODINGS)
    @pytest.mark.parametrize("end", NEWLINES.values(), ids=NEWLINES)
    def test_every_encoding_that_python_reads(self, encoding: str, end: str) -> None:
        text = f"# -*- coding: {encoding} -*-\n# {ENCODINGS[encoding]}\n{BAD}".replace("\n", end)
        outcome = outcome_of(text.encode(encoding), "app.py", None, Task())
        assert [finding.code for result in outcome.results for finding in result.findings] == ["DYN101"]
        assert outcome.results[0].source.text == text

    @pytest.mark.parametrize(
        "head",
        [
            b"\xff\xfe",
            b"# coding: utf-16\n",
            b"# coding: rot13\n",
            b"# coding: hex\n",
            b"# coding: no-such-thing\n",
            b"\xef\xbb\xbf# coding: latin-1\n",
            b"# \xff\n",
        ],
    )
    def test_others_are_said(self, head: bytes) -> None:
        outcome = outcome_of(head + BAD.encode(), "app.py", None, Task())
        (finding,) = (finding for result in outcome.results for finding in result.findings)
        assert finding.code == "DYN001"
        assert finding.message.startswith("cannot be decoded, so nothing in this file is checked: ")


class TestOtherPythons:
    @pytest.mark.parametrize(("code", "since"), NEWS.items())
    def test_syntax_that_this_python_does_not_know(self, code: str, since: tuple[int, int]) -> None:
        findings = check(BAD + code)
        if sys.version_info >= since:
            assert "DYN101" in {finding.code for finding in findings}
        else:
            (finding,) = findings
            assert finding.code == "DYN001"
            assert finding.message.startswith(f"cannot be parsed by Python {sys.version_info[0]}.{sys.version_info[1]}, so nothing in this file is checked: ")

    def test_other_files_go_on(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": BAD + "print 'Python 2'\n", "b.py": BAD, "c.py": b"# coding: utf-16\n" + BAD.encode()})
        run = dynalint("check", "--isolated", cwd=tmp_path)
        assert [line.partition(":")[0] + " " + line.split()[1] for line in run.stdout.splitlines()] == ["a.py DYN001", "b.py DYN101", "c.py DYN001"]
        assert (run.returncode, run.stderr) == (1, "")
