"""Turns a project of `fixtures/projects` into functions that run on the tables which it declares itself, each of which must fail or must not."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

from dynalint.declared import Declared, DeclaredTable, Index, Wanted, candidates, held_by_all
from dynalint.knowledge import collected
from dynalint.options import Options
from tests.marked import marks_in
from tests.oracles.claims import call, confirms
from tests.oracles.stage import Oracle, Outcome, play
from tests.oracles.tables import ABOUT_EXISTENCE, fitting

# What stands for any text that only a deployment knows, a stage among them, and for any number.
TEXT, NUMBER = "dev", 7
_VARIABLE = re.compile(r"""(?:environ\[|environ\.get\(|getenv\()["'](\w+)""")
_HOLE = re.compile(r"\$\{[^{}]*\}")


@dataclass(frozen=True)
class Case:
    """A top-level function of a module of a project, or a class with a marked line."""

    project: Path
    path: Path
    name: str
    codes: frozenset[str]
    """The codes of its lines."""
    lines: frozenset[int]
    """The lines of the statements in it that have codes."""

    def __str__(self) -> str:
        return f"{self.project.name}/{self.path.relative_to(self.project).as_posix()}:{self.name}"


def cases(project: Path) -> Iterator[Case]:
    """The functions of the modules of a project in which a line has a code, in the order of their files and lines."""
    for path in sorted(project.rglob("*.py")):
        text = path.read_text(encoding="utf8")
        marks = [mark for mark in marks_in(text) if mark.kind != "false"]
        for node in ast.parse(text).body if marks else ():
            own = [mark for mark in marks if node.lineno <= mark.line <= (node.end_lineno or node.lineno)]
            if isinstance(node, ast.FunctionDef) or (isinstance(node, ast.ClassDef) and own):
                held = [each for each in ast.walk(node) if isinstance(each, ast.stmt) and not isinstance(each, ast.FunctionDef)]
                marked = (each for each in held for mark in own if each.lineno <= mark.line <= (each.end_lineno or each.lineno))
                lines = frozenset(line for each in marked for line in range(each.lineno, (each.end_lineno or each.lineno) + 1))
                yield Case(project, path, node.name, frozenset(mark.code for mark in own), lines)


class Stage:
    """The tables of a project, as seen from one of its modules."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.declared = _declared(case.project)
        self._near = case.path.relative_to(case.project).as_posix()
        self.environment = {name: TEXT for path in case.project.rglob("*.py") for name in _VARIABLE.findall(path.read_text(encoding="utf8"))}
        self._by_variable: dict[str, DeclaredTable] = {}
        for name in self.environment:
            meant = candidates(self.declared, Wanted(variable=name), self._near)
            if len(meant) == 1:
                self.environment[name] = _HOLE.sub(TEXT, meant[0].name) if meant[0].name is not None else re.sub(r"[^\w.-]", "-", f"{TEXT}-{meant[0].id}")
                self._by_variable[self.environment[name]] = meant[0]

    def table(self, name: str) -> DeclaredTable | None:
        """What the project declares of a table; None where that tells too little to make it."""
        found = self._by_variable.get(name) or held_by_all(candidates(self.declared, Wanted(name), self._near))
        return found if found is not None and found.keys else None

    def made(self, operation: str, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The tables that a request takes for granted: as they are declared, those that are not as would fit."""
        if operation == "DescribeTable" and (declared := self.table(request["TableName"])) is not None:
            yield _definition(declared, request["TableName"])
        for each in fitting(operation, request) if operation not in ABOUT_EXISTENCE else ():
            declared = self.table(each["TableName"])
            yield _with_index(_definition(declared, each["TableName"]), declared, each) if declared is not None else each

    def arguments(self, function: Callable[..., object], given: Mapping[str, object]) -> list[object]:
        """Something for each parameter: what is given for its name, a number for the key attribute that is one, else a text."""
        numbers = {name for table in self.declared.tables for name, kind in table.types if kind == "N"}
        names = inspect.signature(function).parameters
        return [given.get(name, _Event() if name in ("event", "context") else NUMBER if name in numbers else TEXT) for name in names]


class _Event(dict[str, object]):
    """What a function is called with: a text under each name."""

    def __missing__(self, name: str) -> object:
        return TEXT


Proof = Callable[[ModuleType, Stage], object]


def outcome_of(case: Case, oracle: Oracle, given: Mapping[str, object], proof: Proof | None = None) -> tuple[Outcome, bool]:
    """What becomes of a function that is called on the tables of its project, or of a proof that calls it; and whether the error comes out of a marked line."""
    stage = Stage(case)
    lines: list[int] = []

    def run() -> None:
        with _imported(case, stage.environment) as module:
            function = getattr(module, case.name)
            try:
                if proof is not None:
                    proof(module, stage)
                else:
                    call(lambda: function(*stage.arguments(function, given)))
            except Exception as error:
                lines.extend(frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(case.path))
                raise

    outcome = play(oracle, run, stage.made)
    return outcome, proof is not None or not case.lines.isdisjoint(lines)


def case_objections(case: Case, oracles: Iterator[Oracle], errors: tuple[str, ...], given: Mapping[str, object], proof: Proof | None = None) -> list[str]:
    """What the oracles have to say against a function: one must confirm an error, on a marked line; where it has none, none of them may have one."""
    objections = []
    for oracle in oracles:
        outcome, is_there = outcome_of(case, oracle, given, proof)
        if errors and is_there and confirms(outcome, errors):
            return []
        if errors or (outcome.error and outcome.raised_by != "moto"):
            objections.append(f"{case}: {oracle.name} says {outcome.error or 'nothing'}{'' if is_there or not outcome.error else ', on another line'}")
    return objections


@contextmanager
def _imported(case: Case, environment: Mapping[str, str]) -> Iterator[ModuleType]:
    """The module, imported as Python would from the folder above its topmost package; it is forgotten afterwards, with all that it has imported here."""
    base = case.path.parent
    while (base / "__init__.py").is_file():
        base = base.parent
    name = ".".join(case.path.relative_to(base).with_suffix("").parts)
    kept = set(sys.modules)
    path = [str(base), str(case.project), *sys.path]
    with mock.patch.dict(os.environ, environment), mock.patch.object(sys, "path", path), mock.patch.object(sys, "dont_write_bytecode", True):
        try:
            yield importlib.import_module(name)
        finally:
            for each in set(sys.modules) - kept:
                file = getattr(sys.modules[each], "__file__", None) or ""
                if file.startswith(str(case.project)) or not file:
                    del sys.modules[each]


@cache
def _declared(project: Path) -> Declared:
    return collected(project, Options())


def _definition(table: DeclaredTable, name: str) -> dict[str, Any]:
    """The parameters of `create_table` for a table as it is declared."""
    types = dict(table.types)
    keys = dict.fromkeys((*table.keys, *(key for index in table.indexes for key in index.keys)))
    made: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _schema(table.keys),
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": types.get(key, "S")} for key in keys],
    }
    for parameter, is_global in (("GlobalSecondaryIndexes", True), ("LocalSecondaryIndexes", False)):
        indexes = [_index(index) for index in table.indexes if index.is_global is is_global]
        made |= {parameter: indexes} if indexes else {}
    return made


def _with_index(definition: dict[str, Any], table: DeclaredTable, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with the index that is asked for, where the table may have others than those that are known."""
    (index, *_) = asked.get("GlobalSecondaryIndexes", [None])
    known = {each.name for each in table.indexes}
    if index is None or table.has_all_indexes or index["IndexName"] in known:
        return definition
    types = {each["AttributeName"]: each for each in (*asked["AttributeDefinitions"], *definition["AttributeDefinitions"])}
    keys = {each["AttributeName"] for each in (*index["KeySchema"], *definition["KeySchema"])}
    used = keys | {each["AttributeName"] for each in definition["AttributeDefinitions"]}
    indexes = [*definition.get("GlobalSecondaryIndexes", ()), index]
    return definition | {"GlobalSecondaryIndexes": indexes, "AttributeDefinitions": [each for name, each in types.items() if name in used]}


def _index(index: Index) -> dict[str, Any]:
    return {"IndexName": index.name, "KeySchema": _schema(index.keys), "Projection": {"ProjectionType": "ALL"}}


def _schema(keys: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]
