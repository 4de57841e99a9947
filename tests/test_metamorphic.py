"""What means the same is judged the same: each fixture is written in other ways, and its findings follow."""

from __future__ import annotations

import ast
import io
import os
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator

import black
import pytest

from dynalint.engine import parse
from dynalint.findings import Finding
from tests.marked import Fixture, fixtures

Spot = tuple[str, str]
# A short run writes some fixtures in one way each, in turns; with this set, all are written in all ways: DYNALINT_LONG=1 pytest tests/test_metamorphic.py
LONG = bool(os.environ.get("DYNALINT_LONG"))


def found(fixture: Fixture, text: str) -> Counter[Spot]:
    """The codes that are found, by the innermost function that they are found in."""
    tree = parse(text)
    assert not isinstance(tree, Finding), tree
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]

    def around(line: int) -> str:
        inner = [node for node in functions if min([node.lineno, *(each.lineno for each in node.decorator_list)]) <= line <= (node.end_lineno or 0)]
        return max(inner, key=lambda node: node.lineno).name if inner else ""

    return Counter((around(finding.span.line), finding.code) for finding in fixture.findings(text))


def formatted(text: str) -> str:
    """The layout of another taste."""
    return black.format_str(text, mode=black.Mode(line_length=70))


def unrelated(text: str) -> str:
    """Other code around it; what stands on the first lines for the tests, and imports of the future, stay there."""
    body = parse(text)
    assert not isinstance(body, Finding)
    first = next((node.lineno for node in body.body if not isinstance(node, ast.Expr | ast.ImportFrom)), 1)
    lines = text.splitlines(keepends=True)
    noise = "def _colour_of_a_pixel(red, green, blue):\n    for shade in [red, green, blue]:\n        if shade > 255:\n            raise ValueError(shade)\n"
    return "".join(
        [*lines[: first - 1], noise, "\n\n", *lines[first - 1 :], "\n\n", noise.replace("_colour", "_shade"), "_PIXELS = {n: n * n for n in range(9)}\n"]
    )


def aliased(text: str) -> str:
    """boto3 under another name."""
    tokens, edits = list(tokenize.generate_tokens(io.StringIO(text).readline)), []
    for index, token in enumerate(tokens):
        before, after = tokens[max(index - 1, 0)].string, tokens[min(index + 1, len(tokens) - 1)].string
        if token.string != "boto3" or token.type != tokenize.NAME or before in (".", "from") or after == "as":
            continue
        if before in ("import", ","):
            edits.append((token.start, token.end, "boto3 as the_sdk" if after != "." else "boto3"))
        else:
            edits.append((token.start, token.end, "the_sdk"))
    return _edited(text, edits) if "import boto3." not in text else text


def renamed(text: str) -> str:
    """Variables of functions with a word more before them: what they speak of, and how they end, is evidence and stays."""
    tree = ast.parse(text)
    taken = {name for node in ast.walk(tree) for name in _other_names(node)}
    inside = {id(below) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for below in ast.walk(node)}
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    taken |= {node.id for node in nodes if id(node) in inside}
    local = {
        name.id
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store) and name.id not in taken and not name.id.startswith("_") and name.id.islower()
    }
    top = {
        name.id for node in tree.body if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for name in ast.walk(node) if isinstance(name, ast.Name)
    }
    lines = text.splitlines(keepends=True)

    def column(line: int, byte: int) -> int:
        return len(lines[line - 1].encode()[:byte].decode())

    edits = [((n.lineno, column(n.lineno, n.col_offset)),) * 2 + (f"my_{n.id}",) for n in nodes if n.id in local - top]
    return _edited(text, [(start, (start[0], start[1] + len(name) - 3), name) for start, _, name in edits])


def _other_names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    elif isinstance(node, ast.alias):
        yield node.asname or node.name
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        yield node.name or ""


def with_constants(text: str) -> str:
    """Texts that operations are given, under names of their own at the head of the file."""
    tree = ast.parse(text)
    lines = text.splitlines(keepends=True)
    taken = [
        keyword.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str) and keyword.arg and keyword.arg[0].isupper()
    ]
    edits, constants = [], []
    for number, node in enumerate(taken):
        if node.lineno == node.end_lineno and lines[node.lineno - 1].isascii():
            edits.append(((node.lineno, node.col_offset), (node.lineno, node.end_col_offset or 0), f"_GIVEN_{number}"))
            constants.append(f"_GIVEN_{number} = {node.value!r}\n")
    first = next((node.lineno for node in tree.body if not isinstance(node, ast.Expr | ast.ImportFrom)), 1)
    changed = _edited(text, edits).splitlines(keepends=True)
    return "".join([*changed[: first - 1], *constants, *changed[first - 1 :]])


def _edited(text: str, edits: list[tuple[tuple[int, int], tuple[int, int], str]]) -> str:
    lines = text.splitlines(keepends=True)
    for (line, start), (_, end), new in sorted(edits, reverse=True):
        lines[line - 1] = lines[line - 1][:start] + new + lines[line - 1][end:]
    return "".join(lines)


WAYS: dict[str, Callable[[str], str]] = {each.__name__: each for each in (formatted, unrelated, aliased, renamed, with_constants)}
# Where a way of writing changes what a rule goes by: way -> file -> why.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "with_constants": {"dyn311_unbounded_list": "two reserved words of one expression are one finding where the expression is written elsewhere"},
}
FIXTURES = fixtures()
CASES = [
    pytest.param(fixture, way, id=f"{fixture.path.stem}-{way}")
    for index, fixture in enumerate(FIXTURES)
    for number, way in enumerate(WAYS)
    if LONG or (index < 40 and index % len(WAYS) == number)
]


@pytest.mark.parametrize(("fixture", "way"), CASES)
def test_findings_follow(fixture: Fixture, way: str) -> None:
    text = WAYS[way](fixture.text)
    before, after = found(fixture, fixture.text), found(fixture, text)
    why = EXCEPTIONS.get(way, {}).get(fixture.path.stem)
    assert (before == after) is (why is None), f"{why or 'differs'}: lost {before - after}, new {after - before}"


@pytest.mark.parametrize("way", WAYS)
def test_each_way_changes_most_files(way: str) -> None:
    changed = [fixture for fixture in FIXTURES[:40] if WAYS[way](fixture.text) != fixture.text]
    assert len(changed) > 20
