"""Turns one file's text into its findings: gate, model, facts, rules. A pure function over text; it never runs the code."""

from __future__ import annotations

import ast
import os
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path

from dynalint.collector import paused
from dynalint.findings import Finding
from dynalint.gate import speaks_dynamodb
from dynalint.options import Options
from dynalint.source import Source, Span
from dynalint.surroundings import Surroundings

INTERNAL_ERROR = "DYN000"
UNPARSABLE = "DYN001"


def check(
    text: str,
    path: str = "-",
    options: Options | None = None,
    tree: ast.Module | None = None,
    codes: frozenset[str] | None = None,
    beside: Path | None = None,
    around: Surroundings | None = None,
) -> list[Finding]:
    """The findings of all rules in one text, from top to bottom.

    `path` says which file it is (tests are judged more mildly, see Options.test_paths); nothing is read from it. `tree` spares a
    parse where the caller holds the text's `ast` already. `codes` limits the rules. `beside` is where the text is saved, or will be:
    the modules of the project that it imports are read from there; without it nothing is read. `around` writes down what is asked of them.
    Raises nothing: text that is not Python gives one DYN001, and a rule that fails gives one DYN000 and takes no other rule's findings with it.
    Suppressing comments (`noqa`) are the front ends' business.
    """
    options = options or Options()
    if not speaks_dynamodb(text, options):
        return []
    # What is made of a file is dropped at once, when its findings are known.
    with paused():
        source = Source(text, path)
        if tree is None:
            parsed = parse(text)
            if isinstance(parsed, Finding):
                return [parsed]
            tree = parsed
        from dynalint.analysis import analyse  # imports libcst: not before a file passes the gate

        return analyse(source, tree, options, codes, beside=beside, around=around)


def parse(text: str) -> ast.Module | Finding:
    """The `ast` of a text, or the DYN001 that says why there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        line, column = max(error.lineno or 1, 1), max((error.offset or 1) - 1, 0)
        # Another Python may read it: the one that checks must be as new as the code.
        python = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
        return Finding(Span(line, column, line, column), f"cannot be parsed by {python}, so nothing in this file is checked: {error.msg}", code=UNPARSABLE)
    except (ValueError, RecursionError, MemoryError) as error:
        return Finding(Span(1, 0, 1, 0), f"cannot be parsed, so nothing in this file is checked: {error}", code=UNPARSABLE)


def failed(what: str, error: BaseException, span: Span | None = None) -> Finding:
    """The DYN000 finding for an exception of our own; raised again where DYNALINT_RAISE is set, as in our tests."""
    if os.environ.get("DYNALINT_RAISE"):
        raise error
    import traceback  # costs time to import

    where = traceback.extract_tb(error.__traceback__)
    spot = f" ({os.path.basename(where[-1].filename)}:{where[-1].lineno})" if where else ""
    return Finding(
        span or Span(1, 0, 1, 0),
        f"{what} failed with {type(error).__name__}{spot}, its findings in this file are lost; please report it",
        code=INTERNAL_ERROR,
    )


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Findings from top to bottom, each said once."""
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key)
