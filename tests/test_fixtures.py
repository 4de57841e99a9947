"""Every rule fires where its fixtures say, and nowhere else; its fixes give the text that stands beside them."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from dynalint.engine import check
from dynalint.rule import Rule, rules
from tests.marked import Fixture, Mark, fixtures, lines, marks_in
from tests.messages import recorded, said

each_fixture = pytest.mark.parametrize("fixture", fixtures(), ids=lambda fixture: fixture.path.stem)
each_rule = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)


def test_there_are_fixtures() -> None:
    assert len(fixtures()) >= len(rules()) > 0


@each_fixture
def test_own_code_fires_on_the_marked_lines_and_on_no_other(fixture: Fixture) -> None:
    found = Counter(finding.span.line for finding in fixture.findings() if finding.code == fixture.code)
    marked = Counter(mark.line for mark in fixture.marks if mark.code == fixture.code and mark.kind != "todo")
    assert lines(fixture.text, found) == lines(fixture.text, marked)


@each_fixture
def test_other_codes_fire_where_they_are_marked(fixture: Fixture) -> None:
    others = [mark for mark in fixture.marks if mark.code != fixture.code]
    found = Counter((finding.span.line, finding.code) for finding in fixture.findings())
    marked = Counter((mark.line, mark.code) for mark in others)
    known_missed = {(mark.line, mark.code) for mark in others if mark.kind == "todo"}
    assert {spot: found[spot] for spot in marked} == {spot: 0 if spot in known_missed else count for spot, count in marked.items()}


@each_fixture
def test_fixes_give_the_text_that_stands_beside(fixture: Fixture) -> None:
    offered = any(finding.fix for finding in fixture.findings(codes=frozenset({fixture.code})))
    assert fixture.fixed_path.exists() == offered, "the file .fixed.py stands beside a fixture exactly where its rule offers a fix"
    if offered:
        assert fixture.fixed() == fixture.fixed_path.read_text(encoding="utf8")


@each_fixture
def test_fixed_text_is_python_and_stays_as_it_is(fixture: Fixture) -> None:
    fixed = fixture.fixed()
    ast.parse(fixed)
    assert fixture.fixed(fixed) == fixed


@each_fixture
def test_fixed_text_is_silent_but_for_what_had_no_fix(fixture: Fixture) -> None:
    own = frozenset({fixture.code})
    without = [finding.message for finding in fixture.findings(codes=own) if not finding.fix]
    assert [finding.message for finding in fixture.findings(fixture.fixed(), own)] == without


@each_fixture
def test_a_rule_says_the_same_alone_and_among_others(fixture: Fixture) -> None:
    own = frozenset({fixture.code})
    assert check(fixture.text, fixture.checked_as, fixture.options, codes=own) == fixture.findings(codes=own)


@each_fixture
def test_findings_say_what_is_written_down(fixture: Fixture) -> None:
    assert said(fixture) == recorded().get(fixture.path.stem, []), "`python -m tests.messages` writes it down anew: look at each line that changes"


def test_nothing_is_written_down_of_what_is_no_fixture() -> None:
    assert recorded().keys() <= {fixture.path.stem for fixture in fixtures()}


def test_what_is_built_before_a_call_is_found_in_the_call_which_tells_its_line() -> None:
    table = "import boto3\ntable = boto3.resource('dynamodb').Table('products')\n"
    inside = check(table + "table.put_item(Item={'pk': '1', 'price': 9.99})\n", "app.py")
    before = check(table + "item = {'pk': '1',\n  'price': 9.99}\ntable.put_item(Item=item)\n", "app.py")
    assert [(each.code, each.span.line, each.span.column) for each in (*inside, *before)] == [("DYN304", 3, 32), ("DYN304", 5, 15)]
    assert before[0].message == f"{inside[0].message} (line 4)"


@each_rule
def test_a_rule_offers_the_fixes_that_it_declares(rule: Rule) -> None:
    own = [finding for fixture in fixtures() if fixture.code == rule.code for finding in fixture.findings(codes=frozenset({rule.code}))]
    fixes = [finding.fix for finding in own if finding.fix]
    match rule.fix:
        case "none":
            assert not fixes
        case "sometimes":
            assert fixes
        case safety:
            assert {fix.safe for fix in fixes} == {safety == "safe"}


class TestMarks:
    """The runner itself: a mark that is misread would hide what it stands for."""

    @staticmethod
    def marks(text: str) -> list[Mark]:
        return list(marks_in(text))

    def test_codes_kinds_and_several_marks_on_one_line(self) -> None:
        text = "a  # DYN101 DYN104\nb  # todo: DYN101  # false: DYN102\n'# DYN103'  # see DYN105\n"
        assert self.marks(text) == [Mark(1, "DYN101"), Mark(1, "DYN104"), Mark(2, "DYN101", "todo"), Mark(2, "DYN102", "false")]

    @pytest.mark.parametrize("comment", ["# DYN101, DYN104", "# DYN1011", "# Todo: DYN101", "# dyn101", "# DYN101 because"])
    def test_what_only_looks_like_a_mark_is_an_error(self, comment: str) -> None:
        with pytest.raises(ValueError, match="looks like one"):
            self.marks(f"a  {comment}\n")
