"""All front ends say the same of all fixtures, and fixes keep what they promise there; `python -m tests.fronts` does it on real code.

For flake8, the command and the server this is in the tests of each; here are the notebooks, and the comparison itself.
"""

from __future__ import annotations

from functools import partial

import pytest

from dynalint.engine import check
from dynalint.findings import Finding, Fix
from dynalint.noqa import audible
from dynalint.source import Edit, Source, Span
from tests import fronts
from tests.marked import Fixture, fixtures
from tests.programs import BAD, BAD_LINE

each_fixture = pytest.mark.parametrize("fixture", fixtures(), ids=lambda fixture: fixture.path.stem)


def by_settings() -> list[tuple[dict[str, str], list[Fixture]]]:
    """The fixtures that one run can check together, with the settings for it."""
    groups: dict[str, tuple[dict[str, str], list[Fixture]]] = {}
    for fixture in fixtures():
        settings = {name.replace("_", "-"): value for name, value in fixture.option_texts.items()}
        groups.setdefault(str(settings), (settings, []))[1].append(fixture)
    return list(groups.values())


@pytest.mark.parametrize(("settings", "group"), by_settings(), ids=lambda value: str(value) if isinstance(value, dict) else "")
def test_notebooks_say_what_the_engine_says(settings: dict[str, str], group: list[Fixture]) -> None:
    paths = {f"{fixture.path.stem}/{fixture.checked_as}": fixture for fixture in group}
    said = {
        path: sorted(f"{each.span.line}:{each.span.column + 1}: {each.code} {each.message}" for each in audible(Source(fixture.text), fixture.findings()))
        for path, fixture in paths.items()
    }
    found = fronts.by_notebooks({path: fixture.text for path, fixture in paths.items()}, {"follow-imports": "no", "project-tables": "no", **settings})
    assert list(fronts.differences("notebooks", {path: lines for path, lines in said.items() if lines}, found)) == []


@each_fixture
def test_fixes_of_all_rules_together_keep_what_they_promise(fixture: Fixture) -> None:
    assert list(fronts.objections(fixture.text, fixture.findings)) == []


def fix(text: str, start: int, end: int, code: str = "DYN100") -> Finding:
    span = Source(text).span(start, end)
    return Finding(span, "no", Fix("t", (Edit(span, "better"),), safe=False), code)


class TestTheComparison:
    """It can fail: each thing that it is there to notice is shown to it once."""

    def test_a_module_is_cut_where_its_author_might_have_cut_it(self) -> None:
        text = "import a\nimport b\n\n# why\nx = 1\n\n@d\ndef f():\n\n    return 1\n\n\ny = 2\n"
        assert fronts.parts(text) == ["import a\nimport b\n\n# why\nx = 1\n\n", "@d\ndef f():\n\n    return 1\n\n\n", "y = 2\n"]
        assert fronts.by_notebooks({"a.py": "x = 1\n\n" + BAD}, {})["a.py"][0].startswith(f"{BAD_LINE + 2}:5: DYN101 ")

    def test_what_one_says_and_the_other_does_not(self) -> None:
        said = {"a.py": ["1:1: DYN101 no"], "b.py": ["2:1: DYN101 no", "2:1: DYN101 no"]}
        other = {"a.py": ["1:2: DYN101 no"], "b.py": ["2:1: DYN101 no"]}
        assert list(fronts.differences("flake8", said, said)) == []
        assert list(fronts.differences("flake8", said, other)) == [
            "only flake8: a.py:1:2: DYN101 no",
            "not flake8: a.py:1:1: DYN101 no",
            "not flake8: b.py:2:1: DYN101 no",
        ]

    def test_fixes_that_break_their_promises(self) -> None:
        text = "a = bad\nb = bad\n"

        def finds(now: str, wanted: str = "bad", **more: int) -> list[Finding]:
            at = now.find(wanted)
            return [fix(now, at, at + len(wanted))] if at >= 0 else [Finding(Span(1, 0, 1, 1), "new", code="DYN100")] * more.get("new", 0)

        assert list(fronts.objections(text, finds)) == []
        assert list(fronts.objections(text, partial(finds, new=1))) == ["fixes have made a finding: DYN100 new"]
        assert next(fronts.objections("a = better\n", partial(finds, wanted="better"))).startswith("refused: DYN100: the fixes never come to rest")

    def test_a_line_that_no_fix_is_about(self) -> None:
        edits = [Edit(Span(2, 0, 2, 1), "x")]
        assert list(fronts._changes_elsewhere("a\nb\nc\n", "a\nx\nc\n", edits)) == []
        assert list(fronts._changes_elsewhere("a\nb\nc\n", "a\nx\nnew\nc\n", edits)) == []
        assert list(fronts._changes_elsewhere("a\nb\nc\n", "a\nb\nx\n", edits)) == ["line 3 is changed, which no fix is about"]
        assert list(fronts._changes_elsewhere("a\nb\nc\nd\n", "a\nx\n", edits)) == ["line 2 is changed, which no fix is about"]

    def test_real_fixes(self) -> None:
        assert list(fronts.objections(BAD, check)) == []
