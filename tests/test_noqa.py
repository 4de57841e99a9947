"""What flake8 silences is silent everywhere: the command is compared with flake8 itself on every way to write noqa that we know."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from dynalint.findings import Finding
from dynalint.noqa import audible
from dynalint.source import Source, Span
from tests.programs import dynalint, flake8, write

COMMENTS = (
    "# noqa", "#noqa", "# NOQA", "# noqa:", "# noqa: DYN101", "# noqa:DYN101", "# noqa : DYN101", "# noqa: dyn101", "# noqa: DYN1", "# noqa: DYN",
    "# noqa: D", "# noqa: E501", "# noqa: E501,DYN101", "# noqa: E501 DYN101", "# noqa: E501, DYN101", "# noqa:E501,DYN101,", "# noqa: DYN102",
    "# noqa: DYN1011", "# noqa: DYN101 - allowed by the board", "# noqa: DYN101 because", "# noqa because", "# type: ignore # noqa: DYN101", "# nope",
    "# flake8: noqa", "# flake8: noqa: DYN101", "# flake8: noqa: E501", "# flake8=noqa", "# FLAKE8: NOQA", "# ruff: noqa", "# ruff: noqa: DYN101",
    "# noqa: DYN101 # nosec", "# noqa:  DYN101", "# noqa:\tDYN101",
)  # fmt: skip

# Where a comment may stand around one reported call; @ is the place.
PLACES = {
    "at the end": 'c.create_table(TableName="t", BillingMode="PROVISIONED")  @\n',
    "on the first line": 'c.create_table(  @\n    TableName="t",\n    BillingMode="PROVISIONED",\n)\n',
    "on the line of the argument": 'c.create_table(\n    TableName="t",\n    BillingMode="PROVISIONED",  @\n)\n',
    "on a line of its own in the call": 'c.create_table(\n    TableName="t",\n    @\n    BillingMode="PROVISIONED",\n)\n',
    "on the last line": 'c.create_table(\n    TableName="t",\n    BillingMode="PROVISIONED",\n)  @\n',
    "after a backslash": 'x = \\\n    c.create_table(TableName="t", BillingMode="PROVISIONED")  @\n',
    "on the line above": '@\nc.create_table(TableName="t", BillingMode="PROVISIONED")\n',
    "on the line below": 'c.create_table(TableName="t", BillingMode="PROVISIONED")\n@\n',
    "on the line of the block": 'if c:  @\n    c.create_table(TableName="t", BillingMode="PROVISIONED")\n',
    "after a semicolon": 'x = 1; c.create_table(TableName="t", BillingMode="PROVISIONED")  @\n',
    "after a string of several lines": 'c.create_table(TableName="""\nt\n""", BillingMode="PROVISIONED")  @\n',
    "in a string of several lines": 'c.create_table(TableName="""\n@\n""", BillingMode="PROVISIONED")\n',
    "in an f-string of several lines": 'c.create_table(TableName=f"""\n{c}\n@\n""", BillingMode="PROVISIONED")\n',
    "in a string": 'c.create_table(TableName="@", BillingMode="PROVISIONED")\n',
    "at the end of a file without a newline": 'c.create_table(TableName="t", BillingMode="PROVISIONED")  @',
    "after a form feed": '\f\nc.create_table(TableName="t", BillingMode="PROVISIONED")  @\n',
}
HEAD = 'import boto3\n\nc = boto3.client("dynamodb")\n'


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_the_command_silences_what_flake8_silences(tmp_path: Path, ends: str) -> None:
    cases = {f"case{number:03}.py": (place, comment) for number, (place, comment) in enumerate(product(PLACES, COMMENTS))}
    texts = {name: HEAD + PLACES[place].replace("@", comment) for name, (place, comment) in cases.items()}
    write(tmp_path, {name: text.replace("\n", ends).encode() for name, text in texts.items()})
    # They are no project: none tells another of its tables.
    alone = ("project-tables=no", "follow-imports=no")
    runs = flake8(*(f"--dynalint-{each}" for each in alone), cwd=tmp_path), dynalint("check", *(f"--{each}" for each in alone), cwd=tmp_path)
    theirs, ours = (set(re.findall(r"(case\d+\.py):\d+:\d+: DYN101", run.stdout)) for run in runs)
    assert {cases[name] for name in ours ^ theirs} == set()
    assert len(cases) * 0.2 < len(ours) < len(cases) * 0.8, "both the silent and the reported cases are many"


ALL = 'c.create_table(  # {0}\n    # {1}\n    TableName="""\n# {2}\n""",  # {3}\n    **kwargs  # {4}\n)  # {5}'


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("line", range(4, 11))
def test_a_comment_anywhere_on_the_logical_line_is_meant(place: int, line: int) -> None:
    text = "x = 1  # noqa\n# noqa\n\n" + ALL.format(*("noqa: DYN101" if place == number else "noqa: E501" for number in range(6))) + "\ny = 2  # noqa\n# noqa\n"
    findings = [Finding(Span(line, 0, line, 0), "", code=code) for code in ("DYN101", "DYN102")]
    assert [finding.code for finding in audible(Source(text), findings)] == ["DYN102"]


@pytest.mark.parametrize("text", ["x = (  # noqa\n", "x = '''\n# noqa\n", "  x = 1  # noqa\n y = 2\n"])
def test_text_without_tokens_is_looked_at_line_by_line(text: str) -> None:
    findings = [Finding(Span(line, 0, line, 0), "cannot be parsed", code="DYN001") for line in (1, 2, 3)]
    silent = {number for number, line in enumerate(text.splitlines(), 1) if "noqa" in line}
    assert {finding.span.line for finding in audible(Source(text), findings)} == {1, 2, 3} - silent


def test_disable_noqa_is_honoured(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": HEAD + PLACES["on the last line"].replace("@", "# noqa")})
    assert flake8(cwd=tmp_path).stdout == ""
    assert "DYN101" in flake8("--disable-noqa", cwd=tmp_path).stdout
