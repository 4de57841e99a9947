"""Turns a text into its findings, and into the text with its fixes made, for other Python programs: what `dynalint` gives under its own name."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from dynalint import engine
from dynalint.findings import Finding, Fix
from dynalint.fixes.apply import Fixed, fixed
from dynalint.gate import speaks_dynamodb
from dynalint.noqa import audible
from dynalint.options import OptionError, Options, flag
from dynalint.selection import Selection, enabled
from dynalint.settings import SETTINGS
from dynalint.source import Edit, Source, Span

__all__ = ["Edit", "Finding", "Fix", "Fixed", "OptionError", "Options", "Span", "check", "fix"]


def check(text: str, path: str = "-", options: Options | None = None, *, select: str | Iterable[str] = (), ignore: str | Iterable[str] = ()) -> list[Finding]:
    """The findings in the text of one Python module, from top to bottom, without what the rest of its project tells.

    They are those of `dynalint check --isolated --follow-imports=no --project-tables=no`.
    `path` says which file it is: test code is judged more mildly. Nothing is read from it, nor from anywhere else; the code is not run.
    `select` and `ignore` are selectors, as the flags of these names take them: codes, beginnings of codes, names and groups of rules, or `all`.
    What a `noqa` silences is left out. A text that is not Python gives one finding, DYN001, if it speaks of DynamoDB at all.

    Raises OptionError for a selector that means nothing; no text makes it raise anything.
    """
    return _findings(text, path, options or Options(), _selection(select, ignore))


def fix(
    text: str,
    path: str = "-",
    options: Options | None = None,
    *,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    unsafe: bool = False,
) -> Fixed:
    """The text of one Python module with the safe fixes made, and with `unsafe` the others too, as `dynalint check --fix` makes them.

    All else is as for `check`: what it would not report is not fixed. What is left to report is what `check` says of the new text.

    Raises OptionError for a selector that means nothing; no text makes it raise anything.
    """
    options, selection = options or Options(), _selection(select, ignore)
    if not speaks_dynamodb(text, options):
        return Fixed(text)
    return fixed(text, lambda now: _findings(now, path, options, selection), unsafe)


def _findings(text: str, path: str, options: Options, selection: Selection) -> list[Finding]:
    if not speaks_dynamodb(text, options):
        return []
    codes = selection.codes(Path(os.path.abspath(path)), options)
    found = engine.check(text, path, enabled(options, codes), codes=codes)
    return [finding for finding in audible(Source(text, path), found) if finding.code in codes]


def _selection(select: str | Iterable[str], ignore: str | Iterable[str]) -> Selection:
    return replace(Selection(), select=_selectors("select", select), ignore=_selectors("ignore", ignore))


def _selectors(name: str, chosen: str | Iterable[str]) -> tuple[str, ...]:
    text = chosen if isinstance(chosen, str) else ",".join(chosen)
    try:
        found: tuple[str, ...] = SETTINGS[name].metadata["parse"](name, text)
    except OptionError as error:
        raise OptionError(str(error).replace(f"--{flag(name)}", name, 1)) from None
    return found
