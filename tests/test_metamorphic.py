"""What means the same is judged the same: each fixture is written in other ways, and its findings follow."""

from __future__ import annotations

import ast
import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from dynalint.engine import check, parse
from dynalint.findings import Finding
from tests.marked import Fixture, fixtures
from tests.ways import WRAPPER, aliased, asynchronous, formatted, renamed, split, unrelated, with_constants, wrapped

Spot = tuple[str, str]
# A short run writes some fixtures in one way each, in turns; with this set, all are written in all ways: DYNALINT_LONG=1 pytest tests/test_metamorphic.py
LONG = bool(os.environ.get("DYNALINT_LONG"))


def found(fixture: Fixture, text: str) -> Counter[Spot]:
    """The codes that are found, by the innermost function that they are found in."""
    return spots(text, fixture.findings(text))


def spots(text: str, findings: Iterable[Finding]) -> Counter[Spot]:
    """The codes of findings in a text, by the innermost function that they stand in."""
    tree = parse(text)
    assert not isinstance(tree, Finding), tree
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name != WRAPPER]

    def around(line: int) -> str:
        inner = [node for node in functions if min([node.lineno, *(each.lineno for each in node.decorator_list)]) <= line <= (node.end_lineno or 0)]
        return max(inner, key=lambda node: node.lineno).name if inner else ""

    return Counter((around(finding.span.line), finding.code) for finding in findings)


WAYS: dict[str, Callable[[str], str]] = {each.__name__: each for each in (formatted, unrelated, aliased, renamed, with_constants, wrapped, asynchronous)}
_OF_CLASSES = """
    dyn101_provisioned_billing dyn102_provisioned_by_default dyn106_provisioned_construct dyn106_pynamodb dyn201_missing_ttl_records dyn202_pynamodb
    dyn305_unsupported_type dyn401_pynamodb dyn402_pynamodb dyn403_unpaginated_read dyn410_pynamodb dyn411_pynamodb dyn501_pynamodb dyn502_pynamodb
    dyn509_invalid_return_values dyn602_undefined_placeholder
""".split()
_OF_WORDS = ("dyn210_ttl_for_urgent_deletion", "dyn503_unprocessed_ignored")
# Where a way of writing changes what a rule goes by: way -> file -> why.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "wrapped": dict.fromkeys(_OF_CLASSES, "of a class in a function, what its body holds is not known")
    | dict.fromkeys(_OF_WORDS, "a word anywhere in the outermost function around counts as a look at it")
    | {"dyn710_unknown_method": "a method that is none of boto3's is looked at where other code of the same function speaks of DynamoDB"},
    "with_constants": {"dyn311_unbounded_list": "two reserved words of one expression are one finding where the expression is written elsewhere"},
}
# Where a finding needs what stands in one module.
SPLIT_EXCEPTIONS: dict[str, str] = {}
FIXTURES = fixtures()
CASES = [
    pytest.param(fixture, way, id=f"{fixture.path.stem}-{way}")
    for index, fixture in enumerate(FIXTURES)
    for number, way in enumerate(WAYS)
    if LONG or (not index % 3 and index // 3 % len(WAYS) == number)
]


@pytest.mark.parametrize(("fixture", "way"), CASES)
def test_findings_follow(fixture: Fixture, way: str) -> None:
    text = WAYS[way](fixture.text)
    before, after = found(fixture, fixture.text), found(fixture, text)
    why = EXCEPTIONS.get(way, {}).get(fixture.path.stem)
    assert (before == after) is (why is None), f"{why or 'differs'}: lost {before - after}, new {after - before}"


@pytest.mark.parametrize("way", WAYS)
def test_each_way_changes_most_files(way: str) -> None:
    some = FIXTURES[::6]
    assert sum(WAYS[way](fixture.text) != fixture.text for fixture in some) > len(some) / 2


@pytest.mark.parametrize("fixture", [each for index, each in enumerate(FIXTURES) if LONG or not index % 10], ids=lambda fixture: fixture.path.stem)
def test_findings_follow_into_another_module(fixture: Fixture, tmp_path: Path) -> None:
    parts = split(fixture.text, "the_head")
    if parts is None:
        return
    (tmp_path / ".git").mkdir()
    paths = (tmp_path / "the_head.py", tmp_path / Path(fixture.checked_as).name)
    for path, text in zip(paths, parts, strict=True):
        path.write_text(text, encoding="utf8")
    after = Counter[Spot]()
    for path, text in zip(paths, parts, strict=True):
        after += spots(text, check(text, fixture.checked_as, fixture.options, beside=path))
    before, why = found(fixture, fixture.text), SPLIT_EXCEPTIONS.get(fixture.path.stem)
    assert (before == after) is (why is None), f"{why or 'differs'}: lost {before - after}, new {after - before}"
