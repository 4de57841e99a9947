"""Turns a fixture into units that run on their own, each of which must fail or must not: the codes of its lines say which."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Any

from tests.marked import Fixture
from tests.oracles.claims import call, confirms
from tests.oracles.stage import Oracle, play

_NOT_RUN = re.compile(r"#\s*not run:\s*\S")


@dataclass(frozen=True)
class Unit:
    """A top-level function that needs no arguments, or a top-level statement of which a line has a code."""

    path: Path
    name: str
    codes: frozenset[str]
    """The codes of its lines."""
    statement: ast.stmt
    around: tuple[ast.stmt, ...]
    """The other top-level statements that it needs: definitions, imports, handles."""

    @cached_property
    def _code(self) -> CodeType:
        """What every oracle runs."""
        return compile(ast.Module([*self.around, self.statement], []), str(self.path), "exec")

    def run(self, props: Mapping[str, Any]) -> None:
        """Run the unit, and nothing else of its file that could fail, after what the props of its rule do before."""
        if before := props.get("before"):
            before()
        names: dict[str, Any] = {"__name__": self.path.stem}
        exec(self._code, names)  # a fixture of our own
        if isinstance(self.statement, ast.FunctionDef | ast.AsyncFunctionDef):
            call(names[self.statement.name])


def units(path: Path, spots: Iterable[tuple[int, str]]) -> Iterator[Unit]:
    """The units of a file of which these lines have these codes, from top to bottom; what says `# not run: why` on its first line is none."""
    text = path.read_text("utf8")
    lines = text.splitlines()
    body = [each for each in ast.parse(text).body if not _NOT_RUN.search(lines[each.lineno - 1])]
    spots = list(spots)
    codes = {each: frozenset(code for line, code in spots if each.lineno <= line <= (each.end_lineno or line)) for each in body}
    plain = [each for each in body if _is_definition(each) or not codes[each]]
    for each in body:
        if _is_case(each) or (codes[each] and not _is_definition(each)):
            name = each.name if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) else f"line {each.lineno}"
            around = plain if _is_definition(each) else [other for other in plain if other.lineno < each.lineno]
            yield Unit(path, name, codes[each], each, tuple(other for other in around if other is not each))


def marked_units(fixture: Fixture) -> Iterator[Unit]:
    """The units of a fixture. A `# todo:` is bad code that is not reported yet, and so fails as well; a `# false:` is good code that is."""
    return units(fixture.path, [(mark.line, mark.code) for mark in fixture.marks if mark.kind != "false"])


def fixed_units(fixture: Fixture) -> Iterator[Unit]:
    """The units of a fixture's mended twin, where only what is still reported, or never was, may fail.

    As in the fixture, only its own code and those that it marks are meant: what other rules say of its lines is tried where it is marked.
    """
    if fixture.fixed_path.is_file():
        mended = Fixture(fixture.fixed_path)
        meant = frozenset({fixture.code, *(mark.code for mark in fixture.marks)})
        left = [(finding.span.line, finding.code) for finding in fixture.findings(mended.text, meant)]
        yield from units(mended.path, [*left, *((mark.line, mark.code) for mark in mended.marks if mark.kind == "todo")])


def unit_objections(unit: Unit, props: Mapping[str, Any], errors: tuple[str, ...], oracles: Iterable[Oracle]) -> list[str]:
    """What the oracles have to say against a unit: one of them must confirm one of the errors; without errors, it must run on all.

    They are asked one after the other, and no longer than needed. That an oracle crashes says nothing against good code.
    """
    objections = []
    for oracle in oracles:
        outcome = play(oracle, lambda: unit.run(props))
        if errors and confirms(outcome, errors):
            return []
        if errors or (outcome.error and outcome.raised_by != "moto"):
            objections.append(f"{unit.name}: {oracle.name} says {outcome.error or 'nothing'}")
    return objections


def _is_definition(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _is_case(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    given = statement.args
    positional = len(given.posonlyargs) + len(given.args)
    return positional == len(given.defaults) and all(given.kw_defaults)
