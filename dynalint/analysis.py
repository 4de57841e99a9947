"""Turns a parsed module into the findings of all rules: builds the model, makes the facts, asks the rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from dynalint.collector import paused
from dynalint.declared import NO_TABLES, Tables
from dynalint.engine import INTERNAL_ERROR, failed, ordered
from dynalint.facts import Facts
from dynalint.findings import Finding
from dynalint.model.expressions import MOST_SECONDS
from dynalint.model.module import Module
from dynalint.options import Options
from dynalint.rule import Rule, rules
from dynalint.source import Source, Span
from dynalint.surroundings import Surroundings

_ADVICE = "are not checked; split the code up, or exclude the file"
_MOCKED = re.compile(r"\bmock_(?:aws|dynamodb2?|dynamodb_v20111205)\b")


def analyse(
    source: Source,
    tree: ast.Module,
    options: Options,
    codes: frozenset[str] | None = None,
    only: Iterable[Rule] | None = None,
    beside: Path | None = None,
    around: Surroundings | None = None,
) -> list[Finding]:
    """The findings of the rules in one module; `codes` or `only` limit the rules, in any order. `beside` and `around` are as in `check`."""
    # What a file's model is made of is dropped at once, when its findings are known.
    with paused():
        return _findings(source, tree, options, codes, rules() if only is None else only, beside, around)


def _findings(
    source: Source,
    tree: ast.Module,
    options: Options,
    codes: frozenset[str] | None,
    asked: Iterable[Rule],
    beside: Path | None,
    around: Surroundings | None,
) -> list[Finding]:
    in_test = not options.check_tests and (options.is_test(source.path) or _MOCKED.search(source.text) is not None)
    # Of tests little is said, for which they alone are asked.
    module = model_of(source, tree, options, None if in_test else beside, around)
    try:
        module.run_with_importers()
    except Exception as error:  # a fault of ours must not end the user's run
        return [failed("the analysis of this file", error)]
    facts = Facts(module, options, _tables_around(options, None if in_test else beside, around))
    found: list[Finding] = [*_unparsed(module), *_cut(module)]
    speaking = [rule for rule in asked if (codes is None or rule.code in codes) and _speaks(rule, options, in_test)]
    for index, rule in enumerate(speaking):
        if module.interpreter.is_late and module.cut is None:
            lost = ", ".join(each.code for each in speaking[index : index + 3]) + ("..." if len(speaking) > index + 3 else "")
            late = f"checking this file takes more than {MOST_SECONDS:g} s, so {lost} {_ADVICE}"
            return ordered([*found, Finding(Span(1, 0, 1, 0), late, code=INTERNAL_ERROR)])
        found += _asked(rule, facts, options)
    return ordered(found)


def model_of(source: Source, tree: ast.Module, options: Options, beside: Path | None, around: Surroundings | None = None) -> Module:
    """The model of one module, before anything of it is run."""
    if beside is None or not options.follow_imports:
        return Module(source, tree, options)
    from dynalint.imports import Imports

    project = Imports(beside, options, around)
    module = Module(source, tree, options, project)
    project.add(module)
    return module


def _tables_around(options: Options, beside: Path | None, around: Surroundings | None) -> Tables:
    """What the rest of the project says of its tables; it is looked at when a rule asks."""
    if beside is None or not options.project_tables:
        return NO_TABLES
    from dynalint.knowledge import ProjectTables

    return ProjectTables(beside, options, around)


def _speaks(rule: Rule, options: Options, in_test: bool) -> bool:
    if rule.group == "audit" and not options.enables(rule.code, rule.name):
        return False
    return rule.speaks_in_tests or not in_test


def _asked(rule: Rule, facts: Facts, options: Options) -> list[Finding]:
    """What one rule says; one finding for each place, however many program paths lead there."""
    found: dict[Span, Finding] = {}
    wants_options = rule.wants_options
    try:
        for fact in facts.of_kind(rule.fact, rule.models):
            for finding in rule.check(fact, options) if wants_options else rule.check(fact):
                found.setdefault(finding.span, replace(finding, code=rule.code))
    except Exception as error:  # one rule's fault must not cost the others' findings
        return [failed(f"{rule.code} ({rule.name})", error)]
    return list(found.values())


def _cut(module: Module) -> Iterator[Finding]:
    if module.cut is not None:
        piece, work = module.cut
        yield Finding(
            Span(piece.first, 0, piece.first, 0),
            f"checking lines {piece.first} to {piece.last} takes more than {work}, so they and what follows {_ADVICE}",
            code=INTERNAL_ERROR,
        )


def _unparsed(module: Module) -> Iterator[Finding]:
    for piece, why in module.unparsed.items():
        yield Finding(
            Span(piece.first, 0, piece.first, 0),
            f"libcst cannot parse lines {piece.first} to {piece.last}, so nothing in them is checked: {why.splitlines()[0] if why else ''}",
            code=INTERNAL_ERROR,
        )
