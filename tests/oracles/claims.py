"""Turns a rule's page into a claim that can be tried: this code fails with that error, and that code does not fail."""

from __future__ import annotations

import asyncio
import inspect
import re
import runpy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import Any

from dynalint.rule import Rule
from tests.marked import ROOT
from tests.oracles.stage import Oracle, Outcome, play
from tests.test_pages import blocks

PROPS = ROOT / "fixtures" / "oracle"


@dataclass(frozen=True)
class Claim:
    """What a page says can be seen by running it."""

    code: str
    examples: tuple[str, ...]
    instead: tuple[str, ...]
    errors: tuple[str, ...]
    """The texts that the page quotes, any one of which is the error; `...` in them stands for anything."""
    props: Mapping[str, Any]
    """What the page needs and does not show: the names of the rule's file in `fixtures/oracle`, see `docs/ground-truth.md`."""


def claim(rule: Rule) -> Claim:
    """The claim of a rule's page."""
    props = PROPS / f"{rule.code.lower()}.py"
    quotes = [quote for block in blocks(rule, "Error", "text") for quote in re.split(r"\n\s*\n", block.strip())]
    return Claim(
        rule.code,
        examples=tuple(blocks(rule, "Example")),
        instead=tuple(blocks(rule, "Use instead")),
        errors=tuple(quotes),
        props=runpy.run_path(str(props)) if props.is_file() else {},
    )


def example_objections(claim: Claim, oracle: Oracle) -> Iterator[str]:
    """What the oracle has to say against the claim that the examples fail as quoted."""
    for example in claim.examples:
        outcome = play(oracle, partial(perform, example, claim.props))
        if not outcome.error:
            yield f"{oracle.name} runs the example of {claim.code} without an error"
        elif not confirms(outcome, claim.errors):
            yield f"{oracle.name} runs the example of {claim.code} into another error than the page quotes (raised by {outcome.raised_by}): {outcome.error}"


def instead_objections(claim: Claim, oracle: Oracle) -> Iterator[str]:
    """What the oracle has to say against the claim that what the page says to use instead is fine."""
    for instead in claim.instead:
        outcome = play(oracle, partial(perform, instead, claim.props))
        if outcome.error:
            yield f"{oracle.name} runs what {claim.code} says to use instead into an error (raised by {outcome.raised_by}): {outcome.error}"


def confirms(outcome: Outcome, errors: tuple[str, ...]) -> bool:
    """Is it one of these errors? A crash of an oracle itself never is."""
    return outcome.raised_by != "moto" and any(_holds(outcome.error, quote) for quote in errors)


def perform(code: str, props: Mapping[str, Any]) -> None:
    """Run a page's code as it stands, between what its props do before and after it.

    Without an `after` that knows better, the functions that it defines are called, as far as they need no arguments.
    """
    if before := props.get("before"):
        before()
    names: dict[str, Any] = {"__name__": "page"}
    exec(compile(code, "<page>", "exec"), names)  # a page of our own
    if after := props.get("after"):
        after(names)
    else:
        for function in [value for value in names.values() if isinstance(value, FunctionType) and value.__module__ == "page"]:
            if not needs_arguments(function):
                call(function)


def needs_arguments(function: Callable[..., object]) -> bool:
    """Can the function not be called with nothing?"""
    free = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return any(each.default is each.empty and each.kind not in free for each in inspect.signature(function).parameters.values())


def call(function: Callable[[], object]) -> None:
    """Call a function to its end, coroutines and generators too."""
    result = function()
    if inspect.iscoroutine(result):
        asyncio.run(result)
    elif inspect.isgenerator(result):
        for _ in result:
            pass


def _holds(error: str, quote: str) -> bool:
    pieces = [re.escape(" ".join(piece.split())) for piece in quote.split("...")]
    return re.search(".*".join(pieces), " ".join(error.split())) is not None
