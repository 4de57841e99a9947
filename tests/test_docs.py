"""What README and docs show is what happens."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from tests.marked import ROOT
from tests.programs import flake8

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf8")


def block(name: str) -> list[str]:
    """The lines of the console block between two marks."""
    between = README.partition(f"<!-- begin {name} -->")[2].partition(f"<!-- end {name} -->")[0]
    fenced = re.fullmatch(r"\s*```console\n(.*)```\s*", between, re.DOTALL)
    assert fenced, between
    return fenced[1].splitlines()


def test_the_first_command_prints_what_the_readme_shows() -> None:
    command, *shown = block("output")
    words = command.partition("/flake8 ")[2].split()
    assert words[0] == "--select=DYN"
    assert flake8(*words[1:], cwd=ROOT).stdout.splitlines() == shown
    assert {"DYN101", "DYN201", "DYN301", "DYN401"} <= {line.split()[1] for line in shown}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("http://", "https://", "#")):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_ci_runs_the_command_that_the_readme_gives() -> None:
    assert [line.startswith("$ python3 -m venv .venv && .venv/bin/pip install ") for line in block("tests")] == [True]
    assert "begin tests" in (ROOT / ".ci/run").read_text(encoding="utf8")


def test_no_code_span_names_a_file_that_is_gone() -> None:
    for page in PAGES:
        for name in re.findall(r"`((?:dynalint|tests|docs)/[\w./-]+)`", page.read_text(encoding="utf8")):
            assert (ROOT / name).exists(), f"{page.name}: {name}"


def test_every_example_of_the_api_does_what_it_shows() -> None:
    text = (ROOT / "docs/api.md").read_text(encoding="utf8")
    sessions = re.findall(r"^```pycon\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(sessions) >= 5
    runner, told = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF), list[str]()
    runner.run(doctest.DocTestParser().get_doctest("\n".join(sessions), {}, "docs/api.md", None, 0), out=told.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(told)
    # Other Python on the page is the signatures, which are generated.
    signatures = text.partition("<!-- begin api -->")[2]
    assert text.count("```python") == signatures.count("```python")
