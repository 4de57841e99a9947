"""The short run: some texts of each kind. `python -m tests.fuzz` is the long one."""

from __future__ import annotations

import ast
import os
import random
import sys
from collections.abc import Callable, Iterator
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynalint.engine import INTERNAL_ERROR, check
from dynalint.findings import Finding
from dynalint.source import Span
from tests.fuzz import sources, verdict
from tests.fuzz.programs import Writer, programs

settings.register_profile("quick", deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True)
QUICK = settings.get_profile("quick")
GATE = "import boto3\ntable = boto3.resource('dynamodb').Table('t')\ntable.scan(FilterExpression='a = b')\n"
CASES = [pytest.param(path.read_bytes(), id=path.stem) for path in sorted((sources.FIXTURES / "fuzz").glob("*.txt"))]


class TestWriter:
    """Programs that are no Python, or that no rule speaks of, would prove nothing."""

    TEXTS = tuple(Writer(random.Random(seed).choice).program() for seed in range(30))

    def test_what_it_writes_is_python(self) -> None:
        for text in self.TEXTS:
            ast.parse(text)

    def test_rules_of_many_kinds_speak_of_it(self) -> None:
        spoken = [{finding.code for finding in check(text, "app.py", verdict.ALL)} for text in self.TEXTS]
        assert len(set().union(*spoken[:12])) > 15
        assert len(set().union(*spoken)) > 30


class TestVerdict:
    """What is wrong is seen."""

    def test_an_exception(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(verdict, "check", lambda *_: 1 // 0)
        assert verdict.trouble(b"x").startswith("ZeroDivisionError")

    def test_an_internal_error_and_a_place_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for finding in (Finding(Span(1, 0, 1, 0), "broken", code=INTERNAL_ERROR), Finding(Span(9, 0, 9, 0), "far", code="DYN101")):
            monkeypatch.setattr(verdict, "check", lambda *_, finding=finding: [finding])
            assert finding.code in verdict.trouble(b"x = 1\n")

    def test_nothing(self) -> None:
        assert verdict.trouble(GATE.encode()) == ""


@settings(QUICK, max_examples=15)
@given(programs())
def test_programs_that_hypothesis_chooses(text: str) -> None:
    assert verdict.trouble(text.encode("utf8", "surrogatepass")) == ""


def _any_python() -> st.SearchStrategy[str]:
    import hypothesmith  # makes its grammar: two seconds that a worker need not spend to collect tests

    text: st.SearchStrategy[str] = hypothesmith.from_grammar()
    return text


@settings(QUICK, max_examples=25)
@given(st.deferred(_any_python))
def test_any_python_at_all(text: str) -> None:
    assert verdict.trouble((GATE + text).encode("utf8", "surrogatepass")) == ""


@settings(QUICK, max_examples=60)
@given(st.text(), st.integers(0, len(GATE)))
def test_any_text_at_all(text: str, at: int) -> None:
    assert verdict.trouble((GATE[:at] + text + GATE[at:]).encode("utf8", "surrogatepass")) == ""


@pytest.mark.parametrize("stream", [sources.programs, sources.damaged])
def test_made_up_and_damaged(stream: Callable[[int], Iterator[tuple[str, bytes]]]) -> None:
    assert {name: wrong for name, data in islice(stream(0), 25) if (wrong := verdict.trouble(data))} == {}


def test_the_test_suite_of_python() -> None:
    folders = sources.pythons()
    if not folders:
        pytest.skip("this Python is installed without its test suite")
    # The files that are there to be refused, and a few of the others; the long run takes all.
    files = [
        pair for pair in sources.folder(folders[0]) if len(pair[1]) < 10_000 and any(word in pair[0].lower() for word in ("bad", "encod", "tokenize", "syntax"))
    ]
    assert files
    assert {name: wrong for name, data in files[:40] if (wrong := verdict.trouble(data))} == {}


@pytest.mark.parametrize("data", CASES)
def test_what_failed_before(data: bytes) -> None:
    assert verdict.trouble(data) == ""


SHAPES: dict[str, Callable[[int], str]] = {
    "a union for each line": lambda n: _function([*(f"a = a | {{'k{i}': x}}" for i in range(n))]),
    "a spread for each line": lambda n: _function([*(f"a = {{**a, 'k{i}': x}}" for i in range(n))]),
    "an operation for each line": lambda n: _function([*(f"table.put_item(Item={{'pk': x, 'k{i}': {i}}})" for i in range(n))]),
    "a branch for each line": lambda n: _function([*(f"if x{i}: a['k'] = {i}" for i in range(n))]),
    "an elif for each line": lambda n: _function(["if x: pass", *(f"elif x{i}: a['k'] = {i}" for i in range(n))]),
    "a return for each line": lambda n: _function([*(f"if x{i}: return table.get_item(Key={{'pk': {i}}})['Item']" for i in range(n))]),
    "helpers that call each other": lambda n: "".join(f"def f{i}(a):\n    f{(i * 7 + 1) % n}(a)\n    table.put_item(Item=a)\n" for i in range(n)),
    "callers of one helper": lambda n: "def save(a): table.put_item(Item=a)\n" + "".join(f"def f{i}(a):\n    save({{'pk': a}})\n" for i in range(n)),
    "a chain of attributes": lambda n: f"table.put_item(Item=x{'.a' * n})\n",
    "an expression": lambda n: f"table.scan(FilterExpression='{' OR '.join(f'a{i} = :a' for i in range(n))}')\n",
    "an item": lambda n: "table.put_item(Item={" + ", ".join(f"'a{i}': {i}" for i in range(n)) + "})\n",
    "a script": lambda n: "".join(f"table.delete_item(Key={{'pk': {i}}})\n" for i in range(n)),
}


@pytest.mark.skipif(not os.environ.get("DYNALINT_LONG"), reason="takes a minute: with DYNALINT_LONG set")
class TestGrowth:
    """Twice the text is about twice the work: calls of functions are counted, which no busy machine changes."""

    @pytest.mark.parametrize("shape", SHAPES)
    def test_linear(self, shape: str) -> None:
        make = SHAPES[shape]
        small, large = (_calls(GATE + make(n)) for n in (100, 400))
        assert large < 4 * 1.6 * small, f"{small} calls become {large}"


def _function(lines: list[str]) -> str:
    return "def f(a, x, table):\n    a = {}\n" + "".join(f"    {line}\n" for line in lines) + "    table.put_item(Item=a)\n"


def _calls(text: str) -> int:
    """How many functions the check of a text calls."""
    seen = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal seen
        seen += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        check(text)
    finally:
        sys.setprofile(before)
    return seen
