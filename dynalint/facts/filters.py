"""Turns Python's filters into what they ask of the items that they keep: an `if` that only skips the rest of the turn keeps the others."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from dynalint.model.filters import negated
from dynalint.model.record import Filter
from dynalint.model.values import Compare, Test

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts

_AND = re.compile(r"\band\b")


def kept(found: Filter, facts: Facts) -> tuple[Compare, ...]:
    """What holds of all items that pass a filter of this module; empty where that is not known."""
    if not _skips(found, facts):
        return found.parts
    # `if a and b: continue` keeps what fails one of the two, and nobody knows which.
    return () if _AND.search(facts.source.slice(found.place.span)) else negated(Test(found.parts)).parts


def _skips(found: Filter, facts: Facts) -> bool:
    span = found.place.span
    branches = (node for node in ast.walk(facts.module.tree) if isinstance(node, ast.If))
    asked = (node for node in branches if (node.test.lineno, node.test.end_lineno) == (span.line, span.end_line))
    return found.what == "an if in a for loop" and any(isinstance(node.body[-1], ast.Continue) for node in asked)
