"""Pins what the model thinks: `# reveal: VALUE` at the end of a line of fixtures/reveal/ is the value of its last expression."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from dynalint.engine import check
from dynalint.reveal import revealed
from dynalint.source import Span

FILES = sorted((Path(__file__).parent.parent / "fixtures" / "reveal").glob("*.py"))
MARK = re.compile(r"#\s*reveal:\s*(.+?)\s*$")


def cases() -> list[tuple[Path, int, str]]:
    return [
        (path, number, match[1])
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf8").splitlines(), 1)
        if (match := MARK.search(line)) is not None
    ]


@cache
def shown(path: Path) -> list[tuple[Span, str]]:
    """What the model thinks of all of a file, of which each line with a mark asks."""
    return revealed(path.read_text(encoding="utf8"), str(path))


@pytest.mark.parametrize(("path", "line", "expected"), cases(), ids=lambda value: getattr(value, "stem", value))
def test_the_model_thinks_so(path: Path, line: int, expected: str) -> None:
    """The value of the widest expression that begins last on the line: of `x` in `x`, of the call in `x = f()`."""
    here = [(span, value) for span, value in shown(path) if span.line == line]
    assert here, "nothing on this line was followed"
    widest = max((span for span, _ in here), key=lambda span: (span.end_line, span.end_column, -span.column))
    assert [value for span, value in here if span == widest] == [expected]


def test_there_are_fixtures() -> None:
    assert len(cases()) > 60


def test_what_is_first_asked_for_in_a_branch_of_the_modules_own_code_is_known() -> None:
    text = """
import os
import boto3

dynamodb = boto3.resource("dynamodb")
NAME = os.environ.get("NAME")
if NAME:
    store = dynamodb.Table(NAME)

def handle():
    store.get_item(Key={"id": "a"})
    store.put_itme(Item={"id": "a"})
"""
    assert "DYN710" in [finding.code for finding in check(text)]
