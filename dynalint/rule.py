"""Turns a decorated function into a rule, and the folder `rules` into the list of all of them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal, TypeVar

from dynalint.findings import Finding

Group = Literal["guideline", "correctness", "cost", "suspicious", "audit"]
GROUPS: dict[Group, str] = {
    "guideline": "what the team's DynamoDB guideline asks for",
    "correctness": "fails at run time, or loses or corrupts data without a sound",
    "cost": "reads, writes or stores more than the job needs",
    "suspicious": "is most likely not what was meant",
    "audit": "off by default: worth a look in a review, too strict for every day",
}
FixSafety = Literal["none", "safe", "unsafe", "sometimes"]
Proof = Literal["run", "doc", "guide"]
Findings = Iterator[Finding]
Check = Callable[..., Findings]
_Function = TypeVar("_Function", bound=Check)

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Rule:
    """One code: what it is called, what it costs the user to break it, and the function that finds it."""

    code: str
    name: str
    group: Group
    since: str
    aws: str
    check: Check
    fix: FixSafety = "none"
    proof: Proof = "guide"
    quiet_in_tests: bool = False
    """Is it silent in test code although it is about correctness? A failure there is a fine failure."""

    models: bool = False
    """Does it speak of what PynamoDB's models do, too?"""

    @property
    def speaks_in_tests(self) -> bool:
        """Does it speak in test code too?"""
        return self.group == "correctness" and not self.quiet_in_tests

    @cached_property
    def fact(self) -> str:
        """The name of the kind of fact that the rule is asked about: the type of its first parameter."""
        return str(next(iter(inspect.get_annotations(self.check).values())))

    @cached_property
    def wants_options(self) -> bool:
        """Does the rule take the options as its second parameter?"""
        return len(inspect.signature(self.check).parameters) > 1

    @property
    def page(self) -> str:
        """The documentation page, in Markdown, without its title."""
        return inspect.cleandoc(self.check.__doc__ or "")

    @property
    def summary(self) -> str:
        """The page's first sentence, without a full stop."""
        return self.page.split("\n\n")[0].replace("\n", " ").rstrip(".")

    def section(self, title: str) -> str:
        """The text of one section of the page, empty where the page has none of that title."""
        cuts = list(_HEADING.finditer(self.page))
        for cut, following in zip(cuts, [*cuts[1:], None], strict=True):
            if cut[1] == title:
                return self.page[cut.end() : following.start() if following else None].strip()
        return ""


def rule(**declaration: Any) -> Callable[[_Function], _Function]:
    """Declare the decorated function to be a rule; its docstring is the documentation page.

    The keywords are the fields of `Rule`. The function takes one fact (see `dynalint.facts`), named by the type of its first
    parameter, and if it wants them the options; it yields findings, and neither keeps state nor reads files.
    """

    def declare(function: _Function) -> _Function:
        function.rule = Rule(check=function, **declaration)  # type: ignore[attr-defined]
        return function

    return declare


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of their codes. No list of them is kept: a file in the folder `rules` is enough."""
    from dynalint import rules as folder

    found: list[Rule] = []
    for entry in pkgutil.iter_modules(folder.__path__):
        module = importlib.import_module(f"{folder.__name__}.{entry.name}")
        found += (value.rule for value in vars(module).values() if isinstance(getattr(value, "rule", None), Rule))
    return tuple(sorted(set(found), key=lambda each: each.code))
