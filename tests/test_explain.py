"""The commands that document: `explain` and `rules` say what the rules declare, wherever they print it."""

from __future__ import annotations

import json
import re

import pytest

from dynalint.cli import main
from dynalint.manual import WIDEST, manual
from dynalint.markup import Bullets, Code, Heading, Paragraph, Table, blocks, marks
from dynalint.pages import Page, pages
from dynalint.rule import GROUPS, rules
from dynalint.terminal import Paint, visible, width
from tests.marked import ROOT

each_page = pytest.mark.parametrize("page", pages().values(), ids=lambda page: page.code)


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def plain(text: str) -> str:
    """Coloured text without its colours."""
    return re.sub(r"\033\[[\d;]+m", "", text)


def words(text: str) -> list[str]:
    """The words of a text, whatever marks them up."""
    return re.findall(r"\w+", text)


@pytest.fixture(autouse=True)
def _no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


class TestExplain:
    @each_page
    def test_a_pipe_gets_the_page_as_the_documentation_has_it(self, page: Page, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, err = printed(capsys, "explain", page.code)
        assert (code, out, err) == (0, page.markdown, "")
        if page.group != "internal":
            assert out == re.sub(r"<!--.*?-->\n\n", "", (ROOT / f"docs/rules/{page.code}.md").read_text(encoding="utf8"), count=1)

    @pytest.mark.parametrize("word", ["DYN401", "dyn401", "scan-then-filter", "Scan_Then_Filter", " DYN401 "])
    def test_by_code_or_name(self, word: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert printed(capsys, "explain", word)[1].startswith("# scan-then-filter (DYN401)\n")

    def test_several_in_the_order_asked_for_each_once(self, capsys: pytest.CaptureFixture[str]) -> None:
        out = printed(capsys, "explain", "DYN601", "DYN101", "reserved-word")[1]
        assert re.findall(r"^# .*\((\w+)\)$", out, re.MULTILINE) == ["DYN601", "DYN101"]

    @pytest.mark.parametrize(
        ("word", "says"),
        [
            ("scan-than-filter", "there is no rule 'scan-than-filter'; did you mean scan-then-filter?"),
            ("dyn4", "there is no rule 'dyn4'; did you mean DYN401?"),
            ("E501", "there is no rule 'E501'; `dynalint rules` lists them all"),
            ("\x1b[2J", "there is no rule '\\x1b[2J'; `dynalint rules` lists them all"),
            ("", "there is no rule ''; `dynalint rules` lists them all"),
        ],
    )
    def test_what_there_is_not(self, word: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert printed(capsys, "explain", word) == (2, "", f"dynalint: {says}\n")

    def test_nothing_asked_for(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert printed(capsys, "explain") == (2, "", "dynalint: explain takes codes or names, or --list\n")

    def test_list(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert printed(capsys, "explain", "--list")[1].splitlines() == [f"{page.code} {page.name}" for page in pages().values()]

    def test_colours_that_are_asked_for(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        out = printed(capsys, "explain", "DYN401")[1]
        assert "\033[" in out
        assert "```" not in out
        monkeypatch.setenv("NO_COLOR", "1")
        assert printed(capsys, "explain", "DYN401")[1] == pages()["DYN401"].markdown


class TestManual:
    @each_page
    def test_says_every_word_of_the_page(self, page: Page) -> None:
        without_links = re.sub(r"\]\([\w./]+\.md\)", "]", page.markdown)
        without_fences = re.sub(r"^```\w*$", "", without_links, flags=re.MULTILINE)
        assert words(manual(page.markdown, 80, Paint())) == words(without_fences)

    @each_page
    @pytest.mark.parametrize("columns", [40, 80, 200])
    def test_fits_the_terminal(self, page: Page, columns: int) -> None:
        code = {line for block in blocks(page.markdown) if isinstance(block, Code) for line in block.text.splitlines()}
        for line in manual(page.markdown, columns, Paint()).splitlines():
            longest_word = max(map(width, line.split()), default=0)
            # Code is shown as it is, and a word that is wider than the terminal cannot be broken.
            assert width(line) <= min(columns, WIDEST) or line.removeprefix("    ") in code or longest_word + 20 > min(columns, WIDEST), line

    @each_page
    def test_colours_change_no_letter(self, page: Page) -> None:
        coloured, uncoloured = (manual(page.markdown, 80, Paint(on)) for on in (True, False))
        assert words(plain(coloured)) == words(uncoloured)
        assert len(coloured) > len(uncoloured)

    @each_page
    def test_code_is_shown_as_it_is(self, page: Page) -> None:
        shown = plain(manual(page.markdown, 80, Paint(on=True)))
        for block in blocks(page.markdown):
            if isinstance(block, Code):
                assert "\n".join(f"    {line}".rstrip() for line in block.text.splitlines()) in shown


class TestMarkup:
    @each_page
    def test_pages_use_what_is_understood(self, page: Page) -> None:
        for block in blocks(page.markdown):
            match block:
                case Heading(level, text):
                    assert level in {1, 2}
                    texts = [text]
                case Paragraph(text):
                    texts = [text]
                case Bullets(entries):
                    texts = list(entries)
                case Table(rows):
                    texts = [cell for row in rows for cell in row]
                case Code():
                    texts = []
            for text in texts:
                rest = "".join(mark.text for mark in marks(text) if not mark.code)
                assert not re.search(r"`|\*\*|\]\(|^#|^[*+>] |^\d+\. |!\[|</?\w+>|\n", rest), rest

    def test_blocks(self) -> None:
        page = "# A\n\none\ntwo\n- a\n  b\n- c\n\n```python\n- no list\n# no heading\n```\nend\n| x | a \\| b |\n|---|---|\n"
        assert list(blocks(page)) == [
            Heading(1, "A"),
            Paragraph("one two"),
            Bullets(("a b", "c")),
            Code("python", "- no list\n# no heading\n"),
            Paragraph("end"),
            Table((("x", "a | b"),)),
        ]


class TestRules:
    def test_table(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, _ = printed(capsys, "rules")
        assert code == 0
        for rule, line in zip(rules(), out.splitlines(), strict=True):
            assert line.split()[:4] == [rule.code, rule.name, rule.group, rule.fix]
            assert line.endswith(f"  {rule.summary}")

    def test_json(self, capsys: pytest.CaptureFixture[str]) -> None:
        found = json.loads(printed(capsys, "rules", "--output-format", "json")[1])
        assert [each["code"] for each in found] == [rule.code for rule in rules()]
        for each, rule in zip(found, rules(), strict=True):
            assert (each["name"], each["group"], each["summary"], each["fix"], each["aws"]) == (rule.name, rule.group, rule.summary, rule.fix, rule.aws)
            assert each["on_by_default"] is (rule.group != "audit")

    def test_markdown(self, capsys: pytest.CaptureFixture[str]) -> None:
        lines = printed(capsys, "rules", "--format=markdown")[1].splitlines()
        assert len(lines) == len(rules()) + 2
        assert all(line.count("|") - line.count("\\|") == 6 for line in lines)

    @pytest.mark.parametrize("group", GROUPS)
    def test_one_group(self, group: str, capsys: pytest.CaptureFixture[str]) -> None:
        found = json.loads(printed(capsys, "rules", "--group", group, "--output-format=json")[1])
        assert [each["code"] for each in found] == [rule.code for rule in rules() if rule.group == group]

    def test_no_such_group(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, err = printed(capsys, "rules", "--group", "style")
        assert (code, out) == (2, "")
        assert err == "dynalint: there is no group 'style', but guideline, correctness, cost, suspicious, audit\n"


@pytest.mark.parametrize(
    ("text", "shown"), [("a b", "a b"), ("\x1b[0m\x9b\n", "\\x1b[0m\\x9b\\n"), ("\u202eabc\u2066", "\\u202eabc\\u2066"), ("\udcff", "\\udcff"), ("日é", "日é")]
)
def test_what_has_no_shape_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("🎉", 2)])
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns
