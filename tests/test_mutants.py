"""Copies with one thing changed are made and tried: what a test sees is not named, what none sees is."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants import mutants, own
from tests.programs import write

MODULE = """\
LIMITS = [1, 9]


def is_between(number: int) -> bool:
    return number >= LIMITS[0] and number <= LIMITS[1]
"""
TESTS = """\
from dynalint.language.between import is_between


def test_between() -> None:
    assert is_between(5) and not is_between(20)
"""


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("a and b or c", {"a and b", "c", "a or c", "b or c"}),
        ("if a: b()", {"if not (a): b()"}),
        ("[a for a in b if a if c]", {"[a for a in b if c]", "[a for a in b if a]", "[a for a in b if not (a) if c]", "[a for a in b if a if not (c)]"}),
        ("f(1, 'word')", {"f(1, 'XXword')"}),
        ("{a: b, **c}", {"{**c}", "{a: b}"}),
        ("any(a.startswith(b))", {"all(a.startswith(b))", "any(a.endswith(b))"}),
        ("isinstance(a, B | C)", {"isinstance(a, B)", "isinstance(a, C)"}),
        ("match a:\n  case 1 | 2 if b: pass", {"match a:\n  case 1 if b: pass", "match a:\n  case 2 if b: pass", "match a:\n  case 1 | 2: pass"}),
        ("zip(a, b, strict=True)\nassert a and b", set()),
        ("@d(a and b)\ndef f(a: 'word') -> 'word': pass", set()),
        ('"""A text that says what there is."""', set()),
    ],
)
def test_one_thing_is_changed(text: str, others: set[str], tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(text, encoding="utf8")
    copies = {mutant.changed for mutant in mutants(path, own()) if mutant.is_one}
    assert {ast.dump(ast.parse(copy)) for copy in copies} == {ast.dump(ast.parse(other)) for other in others}


@pytest.mark.slow
def test_the_one_change_that_no_test_sees_is_named(tmp_path: Path) -> None:
    # It comes with mutmut, and is no part of any environment of ours.
    pytest.importorskip("coverage")
    tool = Path(__file__).with_name("mutants.py").read_text(encoding="utf8")
    write(tmp_path, {"pyproject.toml": "[tool.pytest.ini_options]\n", "tests/__init__.py": "", "tests/mutants.py": tool, "tests/test_between.py": TESTS})
    write(tmp_path, {"dynalint/__init__.py": "", "dynalint/language/__init__.py": "", "dynalint/language/between.py": MODULE})
    command = [sys.executable, "-m", "tests.mutants", "dynalint/language", "--own", "--tests", "between"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf8", check=False)
    # A list without its first or last number is only seen where the module is imported anew, the other condition where functions are.
    named = "dynalint/language/between.py:5\n    - return number >= LIMITS[0] and number <= LIMITS[1]\n    + return number <= LIMITS[1]\n    (1 tests)\n"
    assert (ended.stdout, ended.returncode) == (f"{named}4 tried of 4, 1 survived\n", 1), ended.stderr
