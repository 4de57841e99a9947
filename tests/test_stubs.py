"""Fixtures in the eyes of mypy and of boto3's stubs, which know nothing of dynalint: they find the silent halves right, and what has the wrong shape wrong.

A line that mypy rejects and dynalint does not is a fixture that is wrong, or an alarm that is missed, or one of `ALLOWANCES`. A line that one of the rules
on the shape of calls marks and mypy accepts is a false alarm, or one of `UNSEEN`.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.marked import Fixture, fixtures
from tests.wheels import CACHE

pytestmark = pytest.mark.slow

# What may be wrong with a call; the other kinds of errors are about the fixture's own annotations.
_KINDS = frozenset({"arg-type", "attr-defined", "call-arg", "call-overload", "dict-item", "list-item", "typeddict-item", "typeddict-unknown-key", "union-attr"})
_ERROR = re.compile(r"(?P<path>[^:\n]+\.py):(?P<line>\d+): error: (?P<message>.*)  \[(?P<kind>[\w-]+)\]")
# A handle whose method is called or missing, or what the stubs say of a request and of an attribute's value.
_HANDLE = r'(?:of|Item|^) ?"(?:Table|BatchWriter|DynamoDB\w+|\w+Paginator|\w+Waiter)"'
_REQUEST = r'(?:expected|has type|TypedDict) (?:"str": )?"[^"]*(?:TypeDef|bytes \| bytearray)'
_DYNAMODB = re.compile(f"{_HANDLE}|{_REQUEST}")


@dataclass(frozen=True)
class Complaint:
    """What mypy says of one line of a fixture that dynalint says nothing of."""

    fixture: str
    line: int
    text: str
    """The line."""
    message: str

    def __str__(self) -> str:
        return f"{self.fixture}:{self.line}: {self.text.strip()}\n    {self.message}"


@dataclass(frozen=True)
class Allowance:
    """Complaints that are no evidence, and why."""

    why: str
    message: str
    """A pattern that is somewhere in the message."""
    text: str = ""
    """A pattern that is somewhere in the line."""

    def covers(self, complaint: Complaint) -> bool:
        return bool(re.search(self.message, complaint.message) and re.search(self.text, complaint.text))


ALLOWANCES = (
    # What mypy forgets
    Allowance("which key of a dict has which value is lost", r'incompatible type "\*\*dict\['),
    Allowance("that a dict which was built before is of a TypedDict is lost", r'type (?:"str": )?"[^"]*\b(?:dict|list)\[.*TypeDef'),
    Allowance("which word a variable holds is lost", r'incompatible type "str"; expected "Literal'),
    Allowance("the sum of Decimals is one, unless there are none", r'"Decimal \| float"'),
    Allowance("an object that is no float may be anything", r'"str": "object"|"dict\[str, object\]"'),
    Allowance("only some paths give what boto3 refuses", r'"str": "(?:datetime \| str|float \| int)"'),
    # What the stubs are narrower about than boto3
    Allowance("boto3 takes a TableName for a method of a Table", r'"TableName" for "\w+" of "Table"'),
    Allowance("a paginator hands on all that its operation takes", r'"(?:ExclusiveStartKey|Limit)" for "paginate"'),
    Allowance("a Table's waiters forget what stands without a name", r'Too many arguments for "wait_until_exists" of "Table"'),
    Allowance("the client of a resource takes conditions and plain values", r'of "DynamoDBClient" has incompatible type', r"\.meta\.client\."),
    Allowance("boto3 has a class of its own for bytes", r'"str": "Binary"'),
    Allowance("boto3 takes sets of any numbers, frozen ones too", r'"str": "(?:frozenset\[int\]|set\[object\])"'),
    # What a rule leaves alone on purpose
    Allowance("an operation may be newer than the stubs", r'"DynamoDBClient" has no attribute "quantum_teleport"'),
    Allowance("a handle may be one of two kinds", r'Item "DynamoDBClient" of "Table \| DynamoDBClient"|"ConditionExpression" for "put_item" of "BatchWriter"'),
    Allowance("how many arguments stand behind a star is not known", r'Missing named argument "\w+" for "get_item"', r"\*arguments\)"),
    Allowance("a subclass may fill in what is None", r'"TableName" .* incompatible type "None"', r"self\.table_name"),
    Allowance("a test wants the error", r"\"Literal\['ALL'\]\"", r'ReturnConsumedCapacity="ALL"'),
)

# The rules on what the stubs know as well: which methods, parameters and positional arguments there are.
SHAPE = ("DYN505", "DYN705", "DYN707", "DYN709", "DYN710")
# Lines that have such a mark and are right for mypy, by a pattern, and why.
UNSEEN = {
    r"\bbatch\.update_item\(Key=\{\"pk\": number\}|\bwriter\.update_item\(": "the writer is given as Any",
    r"\*\*new\b": "any key may be in a dict",
    r"\borders\.query\(.*IndexNames=": "the Table is given as Any",
    r'^KeySchema=\[\{"AttributeName": "pk"\}\],': "the handle comes from elsewhere",
    r'\{"String": "fragile"\}': "an attribute's value may be any dict, as it may on the client of a resource",
}
_WHOLE = "whole_"


def test_what_fixtures_are_silent_about_is_right_for_the_stubs_too(complaints: list[Complaint]) -> None:
    assert [str(each) for each in complaints if not any(allowance.covers(each) for allowance in ALLOWANCES)] == []


@pytest.mark.parametrize("allowance", ALLOWANCES, ids=lambda each: each.why)
def test_an_allowance_is_still_needed(allowance: Allowance, complaints: list[Complaint]) -> None:
    assert any(allowance.covers(each) for each in complaints)


def test_mypy_knows_the_stubs(tmp_path: Path) -> None:
    wrong = 'import boto3\n\nboto3.resource("dynamodb").Table("orders").put_item(Item={}, ReturnValue="NONE")\n'
    (tmp_path / "wrong.py").write_text(wrong, "utf8")
    assert [each.line for each in _complaints(tmp_path)] == [3]


@pytest.mark.parametrize("fixture", [each for each in fixtures() if each.code in SHAPE], ids=lambda each: each.path.stem)
def test_what_has_the_wrong_shape_is_wrong_for_the_stubs_too(fixture: Fixture, all_complaints: list[Complaint]) -> None:
    rejected = {each.line for each in all_complaints if each.fixture == _WHOLE + fixture.path.name}
    lines = fixture.text.splitlines()
    accepted = [lines[line - 1].strip() for line, statement in _marked_statements(fixture) if rejected.isdisjoint(statement)]
    assert [line for line in accepted if not any(re.search(pattern, line) for pattern in UNSEEN)] == []


@pytest.mark.parametrize("pattern", UNSEEN)
def test_what_mypy_does_not_see_is_still_in_a_fixture(pattern: str) -> None:
    marked = (fixture.text.splitlines()[line - 1] for fixture in fixtures() if fixture.code in SHAPE for line, _ in _marked_statements(fixture))
    assert any(re.search(pattern, line.strip()) for line in marked)


@pytest.fixture(scope="module")
def complaints(all_complaints: list[Complaint]) -> list[Complaint]:
    """About the silent halves."""
    return [each for each in all_complaints if not each.fixture.startswith(_WHOLE)]


@pytest.fixture(scope="module")
def all_complaints(tmp_path_factory: pytest.TempPathFactory) -> list[Complaint]:
    """About the silent half of each fixture, and about the whole of those that are about the shape of calls: mypy is started once for all of them."""
    folder = tmp_path_factory.mktemp("stubs")
    for fixture in fixtures():
        (folder / fixture.path.name).write_text(_silent(fixture), "utf8")
        if fixture.code in SHAPE:
            (folder / f"{_WHOLE}{fixture.path.name}").write_text(fixture.text, "utf8")
    return list(_complaints(folder))


def _marked_statements(fixture: Fixture) -> Iterator[tuple[int, range]]:
    """The lines that have the fixture's own code, each with the lines of the smallest statement around it."""
    statements = [each for each in ast.walk(ast.parse(fixture.text)) if isinstance(each, ast.stmt)]
    for line in (mark.line for mark in fixture.marks if mark.kind == "fires" and mark.code == fixture.code):
        spans = (range(each.lineno, (each.end_lineno or each.lineno) + 1) for each in statements)
        yield line, min((span for span in spans if line in span), key=len)


def _complaints(folder: Path) -> Iterator[Complaint]:
    """What mypy has to say of the DynamoDB calls in a folder's files."""
    cache = CACHE / f"mypy-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"  # mypy does not expect others in its cache
    options = ["--config-file=", "--check-untyped-defs", "--ignore-missing-imports", "--no-pretty", "--no-error-summary", f"--cache-dir={cache}"]
    done = subprocess.run([sys.executable, "-m", "mypy", *options, folder], check=False, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    for found in _ERROR.finditer(done.stdout):
        if found["kind"] in _KINDS and _DYNAMODB.search(found["message"]):
            path, line = Path(found["path"]), int(found["line"])
            yield Complaint(path.name, line, (folder / path.name).read_text("utf8").splitlines()[line - 1], found["message"])


def _silent(fixture: Fixture) -> str:
    """The text of a fixture with an empty shell for each function that has a marked line, and nothing for any other statement that has one."""
    marked = {mark.line for mark in fixture.marks if mark.kind != "false"}
    lines = fixture.text.splitlines()
    for statement, place in _bad(ast.parse(fixture.text).body, marked):
        first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", []))])
        lines[first - 1 : statement.end_lineno] = [" " * statement.col_offset + _shell(statement, place), *[""] * ((statement.end_lineno or first) - first)]
    return "\n".join(lines) + "\n"


def _bad(body: Iterable[ast.stmt], marked: set[int], place: str = "") -> Iterator[tuple[ast.stmt, str]]:
    """The statements with marked lines, each with the class that it stands in; of a class only those of its body."""
    for each in body:
        if marked.isdisjoint(range(each.lineno, (each.end_lineno or each.lineno) + 1)):
            continue
        if isinstance(each, ast.ClassDef):
            yield from _bad(each.body, marked, each.name)
        else:
            yield each, place


def _shell(statement: ast.stmt, place: str) -> str:
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return "pass"
    start = "async def" if isinstance(statement, ast.AsyncFunctionDef) else "def"
    return f"{start} {statement.name}({'self=None, ' if place else ''}*args, **kwargs): ..."
