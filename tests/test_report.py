"""Reports: each form says all findings, is what its readers take, and lets no file take over a terminal or a page."""

from __future__ import annotations

import difflib
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import html5lib
import pytest
import yaml

import dynalint
from dynalint.cli import main
from dynalint.engine import check
from dynalint.findings import Finding, Fix
from dynalint.fingerprint import fingerprints
from dynalint.pages import OURSELVES, pages
from dynalint.report import FORMATS, Report, Result, render
from dynalint.report.full import shown_lines
from dynalint.report.text import line
from dynalint.source import Edit, Source, Span, apply
from dynalint.terminal import visible
from tests import programs, sarif_schema
from tests.marked import ROOT, fixtures
from tests.programs import BAD, BAD_LINE, GOOD, write

# What an attacker would like a report to do.
EVIL = "\x1b[31m\x1b]0;owned\x07\x9b2J\r\u202e</pre><script>document.title='owned'</script><!--]]>&|`*_%0A::error::"
HOSTILE = Result(
    Source(f"x = 1  # {EVIL}\ny = '''\t{EVIL}\n\udcff'''\n", f"bad{EVIL}\n\udcff/file.py"),
    (
        Finding(Span(1, 0, 1, 5), f"message {EVIL}\n\udcff", Fix(f"title {EVIL}", (Edit(Span(1, 0, 1, 1), EVIL),), safe=True), code="DYN101"),
        Finding(Span(2, 0, 3, 4), "over two lines", Fix("none", (Edit(Span(2, 0, 2, 1), "z"),), safe=False), code="DYN403"),
        Finding(Span(9, 3, 9, 3), "behind the end", code="DYN001"),
        Finding(Span(1, 0, 1, 0), "of a code that nobody has described", code="DYN999"),
    ),
)
each_format = pytest.mark.parametrize("name", FORMATS)


@cache
def results() -> tuple[Result, ...]:
    """All fixtures, with the findings in them."""
    return tuple(Result(Source(fixture.text, f"src/{fixture.path.name}"), tuple(fixture.findings())) for fixture in fixtures())


def sample() -> list[Result]:
    return [Result(Source(BAD, "src/app.py"), tuple(check(BAD)))]


def told(name: str, found: Sequence[Result], **about: Any) -> Any:
    return json.loads(render(name, found, **about))


class TestEveryForm:
    def test_there_is_a_module_for_each(self) -> None:
        assert {path.stem for path in (ROOT / "dynalint/report").glob("*.py")} == {"__init__", *FORMATS}

    @each_format
    def test_says_all_findings(self, name: str) -> None:
        text = render(name, results()[:40])
        findings = [finding for result in results()[:40] for finding in result.findings]
        assert len(findings) > 100
        for code in {finding.code for finding in findings}:
            assert code in text

    @each_format
    def test_ends_with_a_line_end(self, name: str) -> None:
        assert render(name, sample()).endswith("\n")
        assert render(name, [HOSTILE]).endswith("\n")

    @each_format
    def test_a_clean_run(self, name: str) -> None:
        text = render(name, [Result(Source(GOOD, "app.py"), ())], checked=1)
        assert "DYN" not in text
        assert text == render(name, [], checked=1)

    @each_format
    def test_is_a_pure_function(self, name: str) -> None:
        assert render(name, [HOSTILE], root=ROOT) == render(name, [HOSTILE], root=ROOT)

    @each_format
    @pytest.mark.parametrize("colour", [False, True])
    def test_shows_no_control_character(self, name: str, colour: bool) -> None:
        text = render(name, [HOSTILE], colour=colour, columns=60)
        if name in {"concise", "full"} and colour:
            text = re.sub(r"\033\[[\d;]+m", "", text)
        strange = {char for char in text if not char.isprintable() and char not in "\n\t"}
        assert not strange
        if name != "html":
            assert "\t" not in text

    @each_format
    @pytest.mark.parametrize("path", ["-", "/elsewhere/app.py", "../up.py", "a b/ü ö.py", "./src//app.py"])
    def test_any_path(self, name: str, path: str) -> None:
        assert render(name, [Result(Source(BAD, path), tuple(check(BAD)))], root=ROOT)

    @each_format
    def test_names_the_cell_of_a_notebook(self, name: str) -> None:
        assert "cell 3" in render(name, [replace(sample()[0], cell=3)]) or told("json", [replace(sample()[0], cell=3)])[0]["cell"] == 3


class TestText:
    def test_is_what_flake8_prints(self) -> None:
        assert render("text", sample()) == "".join(line("src/app.py", finding) + "\n" for finding in check(BAD))

    def test_says_nothing_of_a_clean_run(self) -> None:
        assert render("text", [], checked=3) == ""


class TestFull:
    def test_a_caret_under_the_code(self) -> None:
        lines = render("full", sample()).splitlines()
        below = next(number for number, each in enumerate(lines) if "^" in each)
        first, last = lines[below].index("^"), lines[below].rindex("^") + 1
        assert lines[below - 1][first:last] == 'BillingMode="PROVISIONED"'
        assert lines[below - 1].startswith(f"{BAD_LINE} | ")

    @pytest.mark.parametrize("before", ["", "\t", "日本 = 1; ", "e\u0301 = 1; ", "x" * 500 + " = 1; ", "'\x1b'; ", "'" + "日" * 90 + "'; "])
    def test_the_caret_is_right_behind_anything(self, before: str) -> None:
        source = Source(f"{before}wrong()  {'# ' + 'y' * 300}\n", "a.py")
        finding = Finding(Span(1, len(before), 1, len(before) + 5), "no", code="DYN101")
        _, code, carets = render("full", [Result(source, (finding,))], columns=80).splitlines()[:3]
        at = carets.index("^")
        # Columns on the screen: wide letters take two, marks that combine none.
        screen = "".join(char + ("\0" if "\u3000" < char < "\u9fff" else "") for char in code if char != "\u0301")
        assert screen[at : at + 5] == "wrong"
        assert carets.count("^") == 5
        assert len(screen) <= 80

    def test_says_how_to_fix(self) -> None:
        text = render("full", sample())
        assert "fix: " in text
        assert "(--unsafe-fixes)" in text
        assert "1 by --unsafe-fixes" in text

    def test_shows_lines_that_are_there(self) -> None:
        for result in results():
            for finding in result.findings:
                shown = list(shown_lines(result.source, finding.span))
                assert shown == sorted(set(shown))
                assert {finding.span.line, finding.span.end_line} <= set(shown)
                assert len(shown) <= 13

    def test_a_finding_over_many_lines_is_cut(self) -> None:
        source = Source("".join(f"line{number}\n" for number in range(100)), "a.py")
        text = render("full", [Result(source, (Finding(Span(10, 0, 90, 3), "long", code="DYN101"),))])
        assert "\n...\n" in text
        assert text.count("\n") < 30


class TestJson:
    def test_the_edits_make_the_fix(self) -> None:
        for result in results():
            for finding, told_of in zip(result.findings, told("json", [result]), strict=True):
                assert (told_of["code"], told_of["message"]) == (finding.code, finding.message)
                if finding.fix is None:
                    assert told_of["fix"] is None
                    continue
                edits = [
                    Edit(Span(each["line"], each["column"] - 1, each["end_line"], each["end_column"] - 1), each["text"]) for each in told_of["fix"]["edits"]
                ]
                assert apply(result.source, tuple(edits)) == apply(result.source, finding.fix.edits)

    def test_lines_of_json_are_the_same_objects(self) -> None:
        lines = render("jsonl", results()).splitlines()
        assert [json.loads(each) for each in lines] == told("json", results())

    @pytest.mark.parametrize("name", ["json", "jsonl", "sarif", "gitlab"])
    def test_is_ascii_without_half_characters(self, name: str) -> None:
        text = render(name, [HOSTILE])
        assert text.isascii()
        assert not re.search(r"(?<!\\)(\\\\)*\\ud[c-f]", text.replace("\\\\udcff", ""))


class TestFingerprints:
    def test_are_unique(self) -> None:
        names = [each["fingerprint"] for each in told("json", results())]
        assert len(names) == len(set(names))

    def test_stay_when_lines_move_and_layout_changes(self) -> None:
        def names(text: str) -> list[str]:
            source = Source(text)
            return fingerprints("app.py", source, check(text))

        assert names(BAD) == names("\n\n# a comment\n" + BAD)
        assert names(BAD) == names(BAD.replace("    BillingMode=", "  BillingMode="))
        assert names(BAD) == names(BAD.replace("\n", "\r\n"))
        assert names(BAD) != names(BAD.replace("BillingMode=", "BillingMode = "))

    def test_are_those_of_code_and_file(self) -> None:
        source, (finding, *_) = Source(BAD), check(BAD)
        one, again, other, elsewhere = (
            fingerprints("a.py", source, [finding]),
            fingerprints("./a.py", source, [replace(finding, text="said anew")]),
            fingerprints("a.py", source, [replace(finding, code="DYN102")]),
            fingerprints("b.py", source, [finding]),
        )
        assert one == again
        assert len({*one, *other, *elsewhere}) == 3
        assert len(set(fingerprints("a.py", source, [finding, finding]))) == 2


@pytest.fixture(scope="module")
def validator() -> Any:
    try:
        schema = sarif_schema.schema()
    except sarif_schema.NoNpmError as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
    import jsonschema  # makes a grammar of its own: three seconds that a worker need not spend to collect tests

    return jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())


class TestSarif:
    @pytest.mark.parametrize("found", [[], [HOSTILE], "all"], ids=["nothing", "hostile", "fixtures"])
    def test_is_valid(self, validator: Any, found: Any) -> None:
        log = told("sarif", results() if found == "all" else found, troubles=["gone.py: No such file or directory"])
        assert [error.message for error in validator.iter_errors(log)] == []

    def test_the_schema_refuses_what_is_wrong(self, validator: Any) -> None:
        log = told("sarif", sample())
        log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "a b"
        assert list(validator.iter_errors(log))

    def test_rules_are_those_that_fired(self) -> None:
        run = told("sarif", results())["runs"][0]
        rules = run["tool"]["driver"]["rules"]
        assert [rule["id"] for rule in rules] == sorted({result["ruleId"] for result in run["results"]})
        for result in run["results"]:
            rule = rules[result["ruleIndex"]]
            about = pages()[result["ruleId"]]
            assert (rule["id"], rule["name"], rule["helpUri"]) == (about.code, about.name, about.aws)
            assert rule["help"]["markdown"] == re.sub(r"\[([^]]+)\]\([\w./]+\.md\)", r"\1", about.markdown)
            assert about.group in rule["properties"]["tags"]
            assert result["level"] == rule["defaultConfiguration"]["level"]

    def test_regions_hold_the_code_and_replacements_make_the_fix(self) -> None:
        for result in results():
            log = told("sarif", [result])["runs"][0]
            for finding, told_of in zip(result.findings, log["results"], strict=True):
                assert _span(told_of["locations"][0]["physicalLocation"]["region"]) == finding.span
                if finding.fix is not None:
                    (fix,) = told_of["fixes"]
                    (change,) = fix["artifactChanges"]
                    edits = tuple(Edit(_span(each["deletedRegion"]), each["insertedContent"]["text"]) for each in change["replacements"])
                    assert edits == finding.fix.edits
                    assert fix["properties"]["safe"] is finding.fix.safe

    @pytest.mark.parametrize(
        ("path", "where"),
        [
            ("src/app.py", {"uri": "src/app.py", "uriBaseId": "%SRCROOT%"}),
            ("./a b/ü#?.py", {"uri": "a%20b/%C3%BC%23%3F.py", "uriBaseId": "%SRCROOT%"}),
            ("c:x.py", {"uri": "c%3Ax.py", "uriBaseId": "%SRCROOT%"}),
            ("\udcff.py", {"uri": "%FF.py", "uriBaseId": "%SRCROOT%"}),
            ("/project/src/app.py", {"uri": "src/app.py", "uriBaseId": "%SRCROOT%"}),
            ("../other/app.py", {"uri": "file:///other/app.py"}),
            ("/tmp/x y.py", {"uri": "file:///tmp/x%20y.py"}),
        ],
    )
    def test_addresses(self, path: str, where: dict[str, str]) -> None:
        log = told("sarif", [Result(Source(BAD, path), tuple(check(BAD)))], root=Path("/project"))
        assert log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == where

    def test_a_notebook_has_no_regions_and_no_fixes_as_its_text_is_json(self, validator: Any) -> None:
        log = told("sarif", [replace(sample()[0], cell=3)])
        (result,) = log["runs"][0]["results"]
        (location,) = result["locations"]
        assert list(validator.iter_errors(log)) == []
        assert "fixes" not in result
        assert location["physicalLocation"].keys() == {"artifactLocation"}
        assert location["logicalLocations"] == [{"name": "cell 3"}]
        assert result["message"]["text"].startswith(f"cell 3, line {BAD_LINE}: ")

    def test_troubles_are_told(self) -> None:
        (invocation,) = told("sarif", [], troubles=["gone.py: No such file"])["runs"][0]["invocations"]
        assert not invocation["executionSuccessful"]
        assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "gone.py: No such file"


def _span(region: dict[str, int]) -> Span:
    return Span(region["startLine"], region["startColumn"] - 1, region["endLine"], region["endColumn"] - 1)


class TestGithub:
    def test_one_command_for_each_finding(self) -> None:
        (command,) = render("github", sample()).splitlines()
        assert command.startswith(f"::warning file=src/app.py,line={BAD_LINE},endLine={BAD_LINE},col=5,endColumn=")
        assert "title=DYN101 provisioned-billing::PROVISIONED" in command

    def test_nothing_ends_a_command_early(self) -> None:
        found = replace(HOSTILE, source=replace(HOSTILE.source, path="a,b:c::d%2C%.py"))
        lines = render("github", [found]).splitlines()
        assert len(lines) == len(found.findings)
        for each, finding in zip(lines, found.findings, strict=True):
            # As a runner takes a command apart.
            command, _, message = each[2:].partition("::")
            properties = dict(part.split("=", 1) for part in command.partition(" ")[2].split(","))
            assert unquote(properties["file"]) == found.path
            assert unquote(message) == visible(finding.message)
            assert properties.keys() <= {"file", "line", "endLine", "col", "endColumn", "title"}


class TestGitlab:
    def test_has_what_gitlab_asks_for(self) -> None:
        issues = told("gitlab", results())
        assert len({issue["fingerprint"] for issue in issues}) == len(issues)
        for issue in issues:
            assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
            assert issue["description"].startswith(issue["check_name"])
            assert not issue["location"]["path"].startswith(("./", "/"))
            assert 1 <= issue["location"]["lines"]["begin"] <= issue["location"]["lines"]["end"]


class TestJunit:
    def test_counts_add_up(self) -> None:
        root = ET.fromstring(render("junit", results()))
        cases = root.findall("testsuite/testcase")
        assert len(cases) == len(root.findall("testsuite/testcase/failure")) == int(root.get("tests", "")) == int(root.get("failures", ""))
        assert sum(int(suite.get("tests", "")) for suite in root.findall("testsuite")) == len(cases)
        assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)

    def test_a_clean_run_is_a_test_that_passes(self) -> None:
        (case,) = ET.fromstring(render("junit", [], checked=3)).findall("testsuite/testcase")
        assert (case.get("name"), len(case)) == ("No findings in 3 files", 0)

    def test_is_well_formed_whatever_the_text(self) -> None:
        assert len(ET.fromstring(render("junit", [HOSTILE])).findall("testsuite/testcase")) == len(HOSTILE.findings)


class TestMarkdown:
    def test_text_does_not_become_markup(self) -> None:
        text = render("markdown", [HOSTILE])
        assert "<script" not in text.replace("\\<script", "")
        assert all(each.startswith(("#", "-", "|", "4 findings")) for each in text.splitlines() if each)

    def test_many_findings_are_counted(self) -> None:
        (finding, *_) = check(BAD)
        text = render("markdown", [Result(Source(BAD, "app.py"), (finding,) * 1234)])
        assert text.count("\n- ") == 1000
        assert "234 findings more" in text.replace("and 234 findings more", "234 findings more")


class TestHtml:
    def test_is_html_that_loads_and_runs_nothing(self) -> None:
        for found in (results(), [HOSTILE], []):
            page = render("html", found)
            tree = _parsed(page)
            assert page.isascii()
            assert not {element.tag for element in tree.iter()} & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "video", "audio"}
            for element in tree.iter():
                assert not [name for name in element.attrib if name.startswith("on") or name in {"src", "style"}]
                assert element.get("href", "#").startswith(("#", "https://docs.aws.amazon.com/", "https://", "http://")), element.get("href")
            style = next(tree.iter("style")).text or ""
            assert "url(" not in style
            assert "@import" not in style

    def test_links_lead_somewhere_and_names_are_unique(self) -> None:
        tree = _parsed(render("html", results()))
        names = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(names) == len(set(names))
        assert {element.get("href", "")[1:] for element in tree.iter("a") if element.get("href", "").startswith("#")} <= set(names)

    def test_findings_by_rule_and_by_file_with_code_and_pages(self) -> None:
        found = results()
        tree = _parsed(render("html", found))
        count = sum(len(result.findings) for result in found)
        assert len(list(tree.iter("article"))) == count
        by_file = next(element for element in tree.iter("section") if element.get("id") == "files")
        assert len(list(by_file.iter("tr"))) == count
        codes = {finding.code for result in found for finding in result.findings}
        rules = [element for element in tree.iter("details") if (element.get("class") or "").startswith("rule")]
        assert {rule.get("id") for rule in rules} == codes
        for rule in rules:
            assert "Why is this bad?" in "".join(rule.itertext())

    def test_the_code_is_shown_as_it_is(self) -> None:
        source = Source('a = "<b>&amp;"\nb = f(\n\ta\n)\n', "a.py")
        tree = _parsed(render("html", [Result(source, (Finding(Span(2, 4, 4, 1), "no", code="DYN101"),))]))
        (code,) = [element for element in tree.iter("pre") if element.get("class") == "lines"]
        assert "".join(code.itertext()) == '1a = "<b>&amp;"\n2b = f(\n3\ta\n4)'
        assert ["".join(mark.itertext()) for mark in code.iter("mark")] == ["f(", "a", ")"]

    def test_shows_what_a_fix_would_change(self) -> None:
        for result in results()[:8]:
            for finding in result.findings:
                if finding.fix is None:
                    continue
                tree = _parsed(render("html", [replace(result, findings=(finding,))]))
                (shown,) = [element for element in tree.iter("details") if element.get("class") == "fix"]
                told_of = ["".join(span.itertext()) for span in shown.iter("span") if span.get("class") in {"added", "removed"}]
                after = Source(apply(result.source, finding.fix.edits)).lines
                wanted = [each for each in difflib.unified_diff(result.source.lines, after, n=0) if not each.startswith(("---", "+++", "@@"))]
                assert told_of == [each.rstrip() for each in wanted]

    @pytest.mark.slow
    def test_a_browser_runs_nothing_of_it(self, tmp_path: Path) -> None:
        (tmp_path / "report.html").write_text(render("html", [HOSTILE, *sample()]), encoding="ascii")
        document = html5lib.parse(_browser("--dump-dom", f"file://{tmp_path / 'report.html'}"), namespaceHTMLElements=False)
        assert next(document.iter("title")).text == "dynalint: 5 findings"
        assert not list(document.iter("script"))

    @pytest.mark.slow
    def test_a_browser_shows_it_light_and_dark(self, tmp_path: Path) -> None:
        (tmp_path / "report.html").write_text(render("html", sample()), encoding="ascii")
        pictures = []
        for name, flags in (("light", []), ("dark", ["--force-dark-mode"])):
            target = tmp_path / f"{name}.png"
            _browser(*flags, "--window-size=1200,900", f"--screenshot={target}", f"file://{tmp_path / 'report.html'}")
            pictures.append(target.read_bytes())
        assert all(picture.startswith(b"\x89PNG") and len(picture) > 10_000 for picture in pictures)
        assert pictures[0] != pictures[1]


@cache
def _parsed(page: str) -> Any:
    """The tree of a page; what a browser would have to repair is an error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def _browser(*words: str) -> str:
    """What a headless Chromium prints."""
    program = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no Chromium here")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return subprocess.run([program, *flags, *words], capture_output=True, encoding="utf8", check=True, timeout=120).stdout


class TestCommand:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        write(tmp_path, {"app.py": BAD})

    @each_format
    def test_the_format_is_printed(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--output-format", name]) == 1
        assert capsys.readouterr().out == render(name, [Result(Source(BAD, "app.py"), tuple(check(BAD)))], root=Path.cwd(), checked=1)

    @each_format
    def test_or_written_to_a_file(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--output-format", name, "--output-file", "report"]) == 1
        assert capsys.readouterr().out == ""
        assert Path("report").read_text(encoding="utf8") == render(name, [Result(Source(BAD, "app.py"), tuple(check(BAD)))], root=Path.cwd(), checked=1)

    def test_a_file_that_cannot_be_written_is_trouble(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--output-file", "no/such/folder"]) == 2
        assert capsys.readouterr().err == "dynalint: no/such/folder: No such file or directory\n"

    def test_complaints_are_escaped_too(self) -> None:
        for words in (["--output-file", f"no{EVIL}/such"], [f"no{EVIL}.py"]):
            complaint = programs.dynalint("check", *words, cwd=Path.cwd()).stderr
            assert "No such file" in complaint
            assert complaint.rstrip("\n").isprintable()

    def test_an_unknown_format_is_trouble(self) -> None:
        assert programs.dynalint("check", "--output-format=yaml", cwd=Path.cwd()).returncode == 2

    def test_a_pipe_gets_text(self) -> None:
        run = programs.dynalint("check", cwd=Path.cwd(), env=_environment(GITHUB_ACTIONS="true", CI="true"))
        assert run.stdout == render("text", [Result(Source(BAD, "app.py"), tuple(check(BAD)))])

    @each_format
    def test_an_output_that_lacks_the_letters(self, name: str) -> None:
        write(Path.cwd(), {"naïve ☃.py": BAD.replace("users", "üsers ☃")})
        run = subprocess.run(
            [sys.executable, "-m", "dynalint", "check", f"--output-format={name}"],
            env=_environment(PYTHONIOENCODING="ascii"),
            capture_output=True,
            check=False,
        )
        assert (run.returncode, run.stderr) == (1, b"")
        if name in {"json", "sarif", "gitlab"}:
            assert "naïve ☃.py" in json.dumps(json.loads(run.stdout), ensure_ascii=False).replace("na%C3%AFve%20%E2%98%83", "naïve ☃")

    @pytest.mark.parametrize(
        ("variables", "coloured"),
        [
            ({}, True),
            ({"NO_COLOR": "1"}, False),
            ({"NO_COLOR": ""}, True),
            ({"TERM": "dumb"}, False),
            ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
            ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ],
    )
    def test_a_terminal_gets_code_and_colours(self, variables: dict[str, str], coloured: bool) -> None:
        shown = _on_a_terminal("check", **variables)
        assert re.search(r"\^{20,}", shown)
        assert ("\033[" in shown) is coloured

    def test_colours_in_a_pipe_are_asked_for(self) -> None:
        plain, forced = (
            programs.dynalint("check", "--output-format=full", cwd=Path.cwd(), env=_environment(**variables)).stdout for variables in ({}, {"FORCE_COLOR": "1"})
        )
        assert "\033[" not in plain
        assert "\033[" in forced
        assert re.sub(r"\033\[[\d;]+m", "", forced) == plain


class TestDocumentation:
    def test_each_format_has_a_section(self) -> None:
        assert set(FORMATS) <= set(re.findall(r"^## (\w+)$", (ROOT / "docs/formats.md").read_text(encoding="utf8"), re.MULTILINE))

    def test_workflows_are_yaml_and_their_commands_work(self, tmp_path: Path) -> None:
        write(tmp_path, {"app.py": BAD})
        text = (ROOT / "docs/formats.md").read_text(encoding="utf8")
        snippets = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        assert all(yaml.safe_load(snippet) for snippet in snippets)
        commands = [
            *re.findall(r"(?:run:|-) (dynalint check .*)$", "\n".join(snippets), re.MULTILINE),
            *re.findall(r"^\$ (dynalint check .*)$", text, re.MULTILINE),
        ]
        assert len(commands) == 6
        for command in commands:
            words = command.split(" >>")[0].removesuffix(" src").split()[1:]
            assert programs.dynalint(*words, cwd=tmp_path).returncode == 1, command
        for target in re.findall(r"(?:sarif_file|codequality): (\S+)", text):
            assert (tmp_path / target).exists()


def _environment(**variables: str) -> dict[str, str]:
    """The environment of this process, with nothing said of colours but these."""
    return {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS"}} | {"TERM": "xterm"} | variables


def _on_a_terminal(*words: str, **variables: str) -> str:
    """What the command shows on a terminal of its own."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, "-m", "dynalint", *words], stdin=theirs, stdout=theirs, stderr=theirs, env=_environment(**variables)):
        os.close(theirs)
        shown = b""
        try:
            while data := os.read(ours, 65536):
                shown += data
        except OSError:  # the other end is closed: on Linux, an error
            pass
        os.close(ours)
    return shown.decode("utf8")


def test_our_own_codes_have_pages() -> None:
    assert {page.code for page in OURSELVES} <= pages().keys()
    assert all(page.summary and page.body and page.level == "error" for page in OURSELVES)
    assert Report(()).summary == "No findings."
    assert dynalint.__version__
