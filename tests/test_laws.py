"""What holds for the whole project, whatever the next rule is about."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import dynalint
from dynalint.analysis import analyse
from dynalint.engine import check, ordered
from dynalint.findings import Finding
from dynalint.rule import GROUPS, Rule, rules
from dynalint.source import Source
from tests.marked import ROOT, Fixture, fixtures
from tests.programs import BAD, python, write
from tests.test_pages import blocks, options

PACKAGE = ROOT / "dynalint"
MODULES = sorted(PACKAGE.rglob("*.py"))
RULES = sorted((PACKAGE / "rules").glob("dyn*.py"))
# Imports run one way: a part may use those before it, never those after it.
PARTS = (
    "source", "words", "collector", "service", "declared", "templates", "language", "findings", "noqa", "rule", "options", "gate", "outline", "model",
    "validation", "facts", "expiry", "fixes", "rules", "files", "walk", "selection", "reporting", "caching", "settings", "surroundings", "engine", "imports",
    "tables_file", "knowledge", "analysis", "silence", "api", "reveal", "terminal", "progress", "markup", "highlight", "fingerprint", "pages", "manual",
    "report", "notebook", "baseline", "documents", "cache", "run", "server", "commands", "cli", "flake8_plugin", "__main__",
)  # fmt: skip
# What looks against the stream, and why it may.
LATE = {
    ("rule", "rules"): "lists the folder, and knows none of the rules by name",
    ("engine", "analysis"): "imports libcst, so only when a file has passed the gate",
}
MAY_USE_LIBCST = {"model", "fixes"}
A_RULE_MAY_IMPORT = {"expiry", "facts", "findings", "fixes", "language", "options", "rule", "service", "source", "words"}


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _part(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(module: Path) -> Iterator[str]:
    """All modules that a module imports, at its head or later, by their full names."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative imports hide where they lead"
            if node.module == "dynalint":
                yield from (f"dynalint.{alias.name}" for alias in node.names if alias.name.strip("_") not in {"version", "doc"})
            else:
                yield node.module or ""


def _cases(fixture: Fixture) -> Iterator[bool]:
    """Does it fire? For each function of a fixture, and each expression or assignment outside of functions that calls something."""
    marked = {mark.line for mark in fixture.marks if mark.code == fixture.code and mark.kind == "fires"}

    def fires(node: ast.stmt) -> bool:
        return any(line in marked for line in range(node.lineno, (node.end_lineno or node.lineno) + 1))

    def cases(body: list[ast.stmt]) -> Iterator[ast.stmt]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from cases(node.body)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
                yield node

    return (fires(node) for node in cases(ast.parse(fixture.text).body))


def _inside(finding: Finding, source: Source) -> bool:
    span = finding.span
    start, end = (span.line, span.column), (span.end_line, span.end_column)
    rows = len(source.lines)
    return start <= end and 1 <= span.line <= span.end_line <= rows and span.end_column <= len(source.lines[span.end_line - 1])


@cache
def _by_halves(fixture: Fixture) -> tuple[list[Finding], ast.Module]:
    """What half of the rules find in a fixture behind the gate, with what the others find, asked from last to first; and the tree that they were given."""
    tree = ast.parse(fixture.text)
    halves = (analyse(Source(fixture.text, fixture.checked_as), tree, fixture.options, only=reversed(half)) for half in (rules()[::2], rules()[1::2]))
    return ordered(finding for half in halves for finding in half), tree


each_rule = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
each_fixture = pytest.mark.parametrize("fixture", fixtures(), ids=lambda fixture: fixture.path.stem)
each_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))


class TestRules:
    def test_codes_and_names_are_unique(self) -> None:
        assert len({rule.code for rule in rules()}) == len(rules())
        assert len({rule.name for rule in rules()}) == len(rules())

    @each_rule
    def test_declaration_is_well_formed(self, rule: Rule) -> None:
        assert re.fullmatch(r"DYN[1-9]\d\d", rule.code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
        assert rule.group in GROUPS
        assert re.fullmatch(r"\d+\.\d+\.\d+", rule.since)
        assert _version(rule.since) <= _version(dynalint.__version__)
        assert rule.proof != "run" or rule.group in {"correctness", "guideline", "suspicious", "cost"}

    @each_rule
    def test_one_file_named_for_its_rule(self, rule: Rule) -> None:
        assert rule.check.__module__ == f"dynalint.rules.{rule.code.lower()}_{rule.name.replace('-', '_')}"

    @each_rule
    def test_fixture_has_two_cases_that_fire_and_two_that_do_not(self, rule: Rule) -> None:
        own = [fixture for fixture in fixtures() if fixture.code == rule.code]
        verdicts = [fires for fixture in own for fires in _cases(fixture)]
        assert verdicts.count(True) >= 2
        assert verdicts.count(False) >= 2

    @each_rule
    def test_page_and_readme_row(self, rule: Rule) -> None:
        page = f"docs/rules/{rule.code}.md"
        assert (ROOT / page).exists()
        assert f"]({page})" in (ROOT / "README.md").read_text(encoding="utf8")

    def test_every_fixture_belongs_to_a_rule(self) -> None:
        assert {fixture.code for fixture in fixtures()} == {rule.code for rule in rules()}


class TestMessages:
    """What is wrong, the consequence, what to do instead, in one breath."""

    # A word of English at the head of a sentence: `Items`, but not `TTL`, `DynamoDB`, `BillingMode`, `Key(...)`, `Limit=`.
    CAPITAL = re.compile(r"[A-Z][a-z]*(?=[ ,;:]|$)")
    NAMES = frozenset({"Python"})

    @each_fixture
    def test_no_capital_at_the_head_and_no_full_stop_at_the_end(self, fixture: Fixture) -> None:
        for finding in fixture.findings():
            assert finding.message == finding.message.strip()
            assert "\n" not in finding.message
            assert not finding.message.endswith("."), finding.message
            head = self.CAPITAL.match(finding.message)
            assert head is None or head[0] in self.NAMES, finding.message

    @each_rule
    def test_short_enough_to_be_read(self, rule: Rule) -> None:
        # The page's example has names of ordinary length.
        for example in blocks(rule, "Example"):
            for finding in check(example, options=options(rule)):
                assert len(finding.message) < 120, finding.message


class TestEngine:
    @each_fixture
    def test_the_gate_is_sound_and_no_rule_depends_on_another_or_on_their_order(self, fixture: Fixture) -> None:
        found, _ = _by_halves(fixture)
        assert fixture.findings() == found

    @each_fixture
    def test_findings_point_into_the_text_and_come_in_order(self, fixture: Fixture) -> None:
        findings = fixture.findings()
        assert [finding.sort_key for finding in findings] == sorted(finding.sort_key for finding in findings)
        for finding in findings:
            assert _inside(finding, Source(fixture.text)), finding

    @each_fixture
    def test_the_shared_tree_is_left_alone(self, fixture: Fixture) -> None:
        _, tree = _by_halves(fixture)
        assert ast.dump(tree, include_attributes=True) == ast.dump(ast.parse(fixture.text), include_attributes=True)
        attributes = {"lineno", "col_offset", "end_lineno", "end_col_offset"}
        assert all(vars(node).keys() <= {*node._fields, *attributes} for node in ast.walk(tree))


class TestImports:
    def test_every_part_has_its_place(self) -> None:
        assert {_part(module) for module in MODULES} <= {"__init__", *PARTS}

    @each_module
    def test_imports_run_one_way(self, module: Path) -> None:
        part = _part(module)
        if part == "__init__":
            # Late: to import the package must cost nothing.
            assert set(_imports(module)) == {"dynalint.api"}
            return
        for used in {name.split(".")[1] for name in _imports(module) if name.startswith("dynalint.")}:
            assert used == part or PARTS.index(used) < PARTS.index(part) or (part, used) in LATE, f"{part} must not import {used}"

    @each_module
    def test_libcst_is_seen_by_the_model_and_the_pen_only(self, module: Path) -> None:
        if _part(module) not in MAY_USE_LIBCST:
            assert not [name for name in _imports(module) if name.split(".")[0] == "libcst"]

    @pytest.mark.parametrize("module", RULES, ids=lambda module: module.stem)
    def test_rules_see_facts_and_no_files(self, module: Path) -> None:
        for name in _imports(module):
            top, _, rest = name.partition(".")
            if top == "dynalint":
                assert rest.split(".")[0] in A_RULE_MAY_IMPORT, name
            else:
                assert top in {"__future__", "collections", "dataclasses", "datetime", "decimal", "functools", "itertools", "math", "re", "typing"}, name

    def test_the_way_to_a_file_without_dynamodb_imports_no_libcst(self) -> None:
        code = "import sys; from dynalint.engine import check; check('x = 1\\n'); sys.exit('libcst' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_generated_files_are_fresh() -> None:
    run = subprocess.run([sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_module_says_what_it_turns_into_what() -> None:
    for module in MODULES:
        first = (ast.get_docstring(ast.parse(module.read_text(encoding="utf8"))) or "").partition("\n")[0]
        assert first.endswith((".", "?", ":")), module


def test_the_project_itself_is_clean(tmp_path: Path) -> None:
    # Without the checks that flake8 brings: nobody asks for what they say, and they take as long as ours on so many files.
    code = (
        "import sys; from flake8.plugins import finder\n"
        "finder._flake8_plugins = lambda eps, *of: (finder.Plugin(*of, ep) for ep in eps if ep.group == 'flake8.report')\n"
        "from flake8.main.cli import main; sys.exit(main(['--select=DYN', *sys.argv[1:]]))"
    )
    run = python("-c", code, "dynalint", "tests", "docs", cwd=ROOT)
    assert (run.stdout, run.stderr, run.returncode) == ("", "", 0)
    write(tmp_path, {"app.py": BAD})
    assert " DYN101 " in python("-c", code, cwd=tmp_path).stdout
