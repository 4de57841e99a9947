"""Turns a module into the same module as somebody else would have written it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

import black

from dynalint.engine import parse
from dynalint.findings import Finding
from dynalint.service.operations import OPERATIONS

WRAPPER = "_everything"
"""The function that `wrapped` puts a module into."""
Edits = list[tuple[tuple[int, int], tuple[int, int], str]]
# A client, or a Table with its resource, as `ast.unparse` writes it.
_MADE = re.compile(r"boto3\.(?:(client\('dynamodb'[^()]*\))|(resource\('dynamodb'[^()]*\))\.(Table\([^()]*\)))")
# Who makes more of a handle, or waits with it, does so in another way.
_OTHER_WAYS = frozenset({"Table", "meta", "get_paginator", "get_waiter", "wait_until_exists", "wait_until_not_exists"})


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
    return edited_text(text, edits) if "import boto3." not in text else text


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
    return edited_text(text, [(start, (start[0], start[1] + len(name) - 3), name) for start, _, name in edits])


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
    changed = edited_text(text, edits).splitlines(keepends=True)
    return "".join([*changed[: first - 1], *constants, *changed[first - 1 :]])


def edited_text(text: str, edits: Edits) -> str:
    """The text with other words between places, each a line and a column; no edit ends on another line than it begins on."""
    lines = text.splitlines(keepends=True)
    for (line, start), (_, end), new in sorted(edits, reverse=True):
        lines[line - 1] = lines[line - 1][:start] + new + lines[line - 1][end:]
    return "".join(lines)


def wrapped(text: str) -> str:
    """The whole module in a function, which is called. One of which the meaning would change stays as it is."""
    tree = ast.parse(text)
    first = _first(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Global) or (isinstance(node, ast.ImportFrom) and node.names[0].name == "*"):
            return text
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.lineno >= first and node.lineno != node.end_lineno:
            return text
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: first - 1], f"def {WRAPPER}():\n", *map(_indented, lines[first - 1 :]), f"\n\n{WRAPPER}()\n"])


def split(text: str, head: str) -> tuple[str, str] | None:
    """The imports, constants and handles at the top of a module as one of its own, which is called `head`, and all else, which imports them from there.

    None where there is nothing to split.
    """
    tree = ast.parse(text)
    body = [node for node in tree.body if node.lineno >= _first(tree)]
    plain = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    count = next((at for at, node in enumerate(body) if not isinstance(node, plain)), len(body))
    moved = [node for node in body[:count] if isinstance(node, ast.Assign | ast.AnnAssign)]
    names = sorted({name.id for node in moved for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)})
    if not names or count == len(body):
        return None
    lines = text.splitlines(keepends=True)
    end = body[count - 1].end_lineno or 0
    gone = {line for node in moved for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    kept = [line for number, line in enumerate(lines[:end], 1) if number not in gone]
    return "".join(lines[:end]), "".join([*kept, f"from {head} import {', '.join(names)}\n", *lines[end:]])


def asynchronous(text: str) -> str:
    """With aioboto3 the functions that call nothing of DynamoDB's but methods of the module's clients and Tables: these are entered, and awaited."""
    tree = ast.parse(text)
    handles = {
        node.targets[0].id: (made[1] or made[2], made[3])
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and (made := _MADE.fullmatch(ast.unparse(node.value))) is not None
    }
    edits: Edits = []
    heads: dict[int, str] = {}
    inside: set[int] = set()
    for node in tree.body:
        calls = _calls_to_await(node, handles, tree)
        if not calls or not isinstance(node, ast.FunctionDef):
            continue
        edits.append(((node.lineno, 0), (node.lineno, 0), "async "))
        for call in calls:
            edits.append(((call.lineno, call.col_offset),) * 2 + ("(await ",))
            edits.append(((call.end_lineno or 0, call.end_col_offset or 0),) * 2 + (")",))
        name = _base(calls[0])
        heads[node.body[0].lineno] = _entered(name, *handles[name])
        inside |= set(range(node.body[0].lineno, (node.end_lineno or 0) + 1))
    edited = edited_text(text, edits).splitlines(keepends=True)
    found = [heads.get(number, "") + (_indented(line) if number in inside else line) for number, line in enumerate(edited, 1)]
    first = _first(tree)
    return "".join([*found[: first - 1], "import aioboto3\n", *found[first - 1 :]]) if heads else text


def _entered(name: str, maker: str, table: str | None) -> str:
    """The lines that bring a handle to life; what follows is one step further in."""
    if table is None:
        return f"    async with aioboto3.Session().{maker} as {name}:\n"
    return f"    async with aioboto3.Session().{maker} as the_resource:\n        {name} = await the_resource.{table}\n"


def _calls_to_await(node: ast.stmt, handles: dict[str, tuple[str, str | None]], tree: ast.Module) -> list[ast.Call]:
    """The calls in a function that its twin awaits; none where it would not be one, or has to be turned together with others."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list or node.body[0].lineno == node.lineno:
        return []
    others = [name for each in tree.body if each is not node for name in ast.walk(each) if isinstance(name, ast.Name) and name.id == node.name]
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.GeneratorExp, ast.Yield, ast.YieldFrom)
    nodes = list(ast.walk(node))
    if others or any(isinstance(each, inner) for each in nodes[1:]) or any(_is_long_or_strange(each) for each in nodes):
        return []
    calls = [each for each in nodes if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and isinstance(each.func.value, ast.Name)]
    meant = [
        each
        for each in calls
        if isinstance(each.func, ast.Attribute) and each.func.attr in OPERATIONS - {"batch_writer", "paginate"} and _base(each) in handles
    ]
    used = [each for each in nodes if isinstance(each, ast.Name) and each.id in handles]
    own = {each.arg for each in nodes if isinstance(each, ast.arg)}
    # All that speaks to DynamoDB is turned, or nothing is; two handles would need two steps in.
    speaks = [each for each in nodes if isinstance(each, ast.Attribute) and each.attr in OPERATIONS | _OTHER_WAYS]
    return meant if len(used) == len(meant) == len(speaks) and len({each.id for each in used}) == 1 and not own & handles.keys() else []


def _base(call: ast.Call) -> str:
    return call.func.value.id if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) else ""


def _is_long_or_strange(node: ast.AST) -> bool:
    """Is it a text over several lines, or with letters of several bytes?"""
    return isinstance(node, ast.Constant | ast.JoinedStr) and (node.lineno != node.end_lineno or not ast.unparse(node).isascii())


def _indented(line: str) -> str:
    return f"    {line}" if line.strip() else line


def _first(tree: ast.Module) -> int:
    """The line of the first statement behind the docstring and the imports of the future, which stay where they are."""
    return next((node.lineno for node in tree.body if not _stays_on_top(node)), 1)


def _stays_on_top(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) or (isinstance(node, ast.ImportFrom) and node.module == "__future__")
