"""Fixes are made together where they are apart, again until there is nothing left, and never so that Python becomes something else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from dynalint.engine import check
from dynalint.findings import Finding, Fix
from dynalint.fixes.apply import fixed
from dynalint.source import Edit, Source

RESERVED = """\
import boto3

table = boto3.resource("dynamodb").Table("users")
table.update_item(
    Key={"pk": "a"},
    UpdateExpression="SET name = :v",  # naïve 🙂
    ExpressionAttributeValues={":v": 1},
)
"""


def replacing(**words: str) -> Callable[[str], list[Finding]]:
    """What finds fault with each of these words, and wants another in its place."""

    def findings(text: str) -> list[Finding]:
        source = Source(text)
        found = []
        for word, better in words.items():
            for match in re.finditer(word, text):
                span = source.span(*match.span())
                found.append(Finding(span, "m", Fix("t", (Edit(span, better),), safe=word.islower()), f"DYN{len(word)}00"))
        return sorted(found, key=lambda finding: finding.sort_key)

    return findings


def test_fixes_that_are_apart_are_made_at_once() -> None:
    done = fixed("one = two\n", replacing(one="a", two="b"), unsafe=False)
    assert (done.text, len(done.applied), done.refused) == ("a = b\n", 2, "")


def test_of_fixes_that_touch_the_later_one_is_looked_at_again() -> None:
    done = fixed("abcdef\n", replacing(abc="x", bcd="never", def_="never"), unsafe=False)
    assert done.text == "xdef\n"
    assert fixed("abcd\n", replacing(ab="x", cd="y"), unsafe=False).text == "xy\n"


def test_a_fix_may_make_room_for_another() -> None:
    assert fixed("one\n", replacing(one="two", two="three", three="four"), unsafe=False).text == "four\n"


@pytest.mark.parametrize(
    ("first", "second", "after"),
    [((0, 2), (2, 4), "xcd\n"), ((2, 4), (0, 2), "abx\n"), ((0, 1), (2, 4), "xby\n"), ((3, 4), (0, 1), "ybcx\n")],
)
def test_a_fix_that_touches_another_waits_for_it(first: tuple[int, int], second: tuple[int, int], after: str) -> None:
    def findings(text: str) -> list[Finding]:
        source = Source(text)
        edits = Edit(source.span(*first), "x"), Edit(source.span(*second), "y")
        return [Finding(source.span(0, 4), "m", Fix("t", (edit,), safe=True), "DYN100") for edit in edits] if text == "abcd\n" else []

    assert fixed("abcd\n", findings, unsafe=False).text == after


@pytest.mark.parametrize(("first", "second", "after"), [((0, 2), (2, 4), "xy\n"), ((0, 3), (2, 4), "abcd\n"), ((0, 4), (1, 3), "abcd\n")])
def test_a_fix_that_gets_in_its_own_way_is_not_made(first: tuple[int, int], second: tuple[int, int], after: str) -> None:
    def findings(text: str) -> list[Finding]:
        source = Source(text)
        edits = Edit(source.span(*first), "x"), Edit(source.span(*second), "y")
        return [Finding(source.span(0, 4), "m", Fix("t", edits, safe=True), "DYN100")] if text == "abcd\n" else []

    assert fixed("abcd\n", findings, unsafe=False).text == after


def test_and_holds_up_no_other() -> None:
    def findings(text: str) -> list[Finding]:
        source = Source(text)
        twice = Edit(source.span(0, 2), "x"), Edit(source.span(1, 3), "y")
        return [Finding(source.span(0, 3), "m", Fix("t", twice, safe=True), "DYN100"), *replacing(two="b")(text)]

    assert fixed("one = two\n", findings, unsafe=False).text == "one = b\n"


@pytest.mark.parametrize("text", ["one" + ".a" * 100_000 + "\n", "not " * 50_000 + "one\n"])
def test_what_python_finds_too_deep_is_still_fixed(text: str) -> None:
    assert fixed(text, replacing(one="b"), unsafe=False).text == text.replace("one", "b")


def test_unsafe_ones_are_made_on_request() -> None:
    findings = replacing(one="a", TWO="b")
    assert fixed("one = TWO\n", findings, unsafe=False).text == "a = TWO\n"
    assert fixed("one = TWO\n", findings, unsafe=True).text == "a = b\n"


def test_a_fix_that_breaks_the_text_is_left_out_and_the_others_are_made() -> None:
    done = fixed("one = five\n", replacing(one="a", five="("), unsafe=False)
    assert (done.text, [finding.code for finding in done.applied]) == ("a = five\n", ["DYN300"])
    assert done.refused == "DYN400: the fix would give what is not Python; please report it"


def test_what_only_the_compiler_refuses_is_broken_too() -> None:
    done = fixed("f(a=1, b=2)\n", replacing(b="a"), unsafe=False)
    assert (done.text, done.applied) == ("f(a=1, b=2)\n", ())
    assert "DYN100" in done.refused


@pytest.mark.parametrize("text", ["return one\n", "await one\n", "one =", "one\0\n"])
def test_what_did_not_compile_before_is_still_fixed(text: str) -> None:
    assert fixed(text, replacing(one="a"), unsafe=False).text == text.replace("one", "a")


@pytest.mark.parametrize("words", [{"one": "two", "two": "one"}, {"one": "one"}, {"one": "one + one"}])
def test_fixes_that_never_come_to_rest_are_not_made(words: dict[str, str]) -> None:
    done = fixed("x = one\n", replacing(**words), unsafe=False)
    assert (done.text, done.applied) == ("x = one\n", ())
    assert "never come to rest" in done.refused


def test_no_line_under_a_noqa_is_changed() -> None:
    findings = replacing(one="a")
    text = "one\none  # noqa\nf(\n    one,\n)  # noqa: DYN3\none  # noqa: E501\n"
    assert fixed(text, findings, unsafe=False).text == text.replace("one\no", "a\no").replace("one  # noqa: E", "a  # noqa: E")


def test_nor_by_the_fix_of_a_finding_elsewhere() -> None:
    def findings(text: str) -> list[Finding]:
        first, second = replacing(one="a")(text)
        assert first.fix is not None
        assert second.fix is not None
        return [replace(first, fix=Fix("t", first.fix.edits + second.fix.edits, safe=True))]

    text = "one\none  # noqa: DYN300\n"
    assert fixed(text, findings, unsafe=True).text == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_comments_stay(end: str) -> None:
    done = fixed(RESERVED.replace("\n", end), check, unsafe=False)
    assert [finding.code for finding in done.applied] == ["DYN601"]
    lines = done.text.split(end)
    assert lines[5] == '    UpdateExpression="SET #name = :v",  # naïve 🙂'
    assert len(lines) == RESERVED.count("\n") + 2
    assert end.join(lines[:5]) == end.join(RESERVED.split("\n")[:5])
    assert "\n" not in done.text.replace(end, "")
