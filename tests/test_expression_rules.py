"""Each fault that the language knows is one finding, of one rule: no fault is said twice, and none is left out."""

from __future__ import annotations

import re

import pytest

from dynalint.engine import check
from dynalint.language.parser import parse
from dynalint.language.problems import Fault, Kind
from tests.marked import ROOT

ROWS = re.findall(r"^\| `([\w-]+)` \| `(\w+Expression)` \| `(.*?)` \| `.*?` \|$", (ROOT / "docs/language.md").read_text(encoding="utf8"), re.MULTILINE)
OPERATIONS = {
    Kind.KEY_CONDITION: "query(",
    Kind.CONDITION: "delete_item(Key={'pk': '1'}, ",
    Kind.FILTER: "scan(",
    Kind.PROJECTION: "get_item(Key={'pk': '1'}, ",
    Kind.UPDATE: "update_item(Key={'pk': '1'}, ",
}
CODES = frozenset(f"DYN6{number:02}" for number in range(100))


def rule_of(fault: Fault) -> str:
    """The code under which a fault is reported."""
    if fault is Fault.RESERVED_WORD:
        return "DYN601"
    if fault in (Fault.OVERLAPPING_PATHS, Fault.CONFLICTING_PATHS, Fault.REPEATED_SECTION):
        return "DYN611"
    return "DYN606" if fault.startswith("key-") else "DYN604"


def code(text: str, kind: Kind, names: dict[str, str], values: dict[str, int]) -> str:
    """A call that sends an expression."""
    given = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    arguments = ", ".join(f"{name}={value!r}" for name, value in {kind.value: text, **{name: value for name, value in given.items() if value}}.items())
    return f"import boto3\n\n\ndef run():\n    return boto3.resource('dynamodb').Table('orders').{OPERATIONS[kind]}{arguments})\n"


def codes_of(text: str, kind: Kind) -> list[str]:
    """What is reported of an expression of which all placeholders are given."""
    parsed = parse(text, kind)
    names = {token.text: token.text[1:] for token in parsed.aliases}
    values = {token.text: 1 for token in parsed.values}
    return [finding.code for finding in check(code(text, kind, names, values), codes=CODES)]


def test_there_are_rows() -> None:
    assert {fault for fault, _, _ in ROWS} >= set(Fault) - {Fault.TOO_LONG, Fault.TOO_MANY_OPERANDS}


@pytest.mark.parametrize(("fault", "kind", "text"), ROWS)
def test_a_fault_is_one_finding(fault: str, kind: str, text: str) -> None:
    assert codes_of(text, Kind(kind)) == [rule_of(Fault(fault))]


@pytest.mark.parametrize("text", ["note IN (" + ":v, " * 100 + ":v)", "note = :v AND " * 400 + "note = :v"])
def test_too_much_is_one_finding(text: str) -> None:
    assert codes_of(text, Kind.FILTER) == ["DYN604"]


@pytest.mark.parametrize(
    ("text", "names", "values", "codes"),
    [
        ("note = :v", {}, {}, ["DYN602"]),
        ("note = :v", {}, {":w": 1}, ["DYN602"]),
        ("note = :v", {}, {"v": 1}, ["DYN602"]),
        ("#note = :v", {}, {":v": 1}, ["DYN602"]),
        ("note = :v", {}, {":v": 1, ":w": 1}, ["DYN603"]),
        ("note = :v", {"#note": "note"}, {":v": 1}, ["DYN603"]),
        ("note = :v", {"note": "note"}, {":v": 1}, ["DYN603"]),
        ("note == :v", {"#note": "note"}, {}, ["DYN604"]),
        ("#my-note = :v", {"#my-note": "note"}, {":v": 1}, ["DYN604"]),
        ("status = :v", {"#status": "status"}, {":v": 1}, ["DYN601"]),
        ("note = :v", {}, {":v": 1}, []),
    ],
)
def test_a_fault_of_placeholders_is_one_finding(text: str, names: dict[str, str], values: dict[str, int], codes: list[str]) -> None:
    found = check(code(text, Kind.FILTER, names, values), codes=CODES)
    assert [finding.code for finding in found] == codes
