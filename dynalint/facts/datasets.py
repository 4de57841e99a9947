"""Turns the loops around a write into the data set whose rows it loads: a data frame, a CSV file."""

from __future__ import annotations

import re

from dynalint.facts.operation import Operation
from dynalint.model.record import Loop

_ROWS = re.compile(
    r"\.(?P<frame>iterrows|itertuples|iter_rows)\(|\.to_dict\(\s*(?:orient\s*=\s*)?[\"'](?P<records>records)[\"']|(?<![\w.])(?:csv\.)?(?P<csv>DictReader)\(|\bcsv\.(?P<plain>reader)\("
)
_LOADING = ("put_item", "batch_write_item")
# Of these only a few rows are left.
_FEW = re.compile(r"\.(?:head|sample|tail|nlargest|nsmallest)\(|\[\s*:\s*\d+\s*\]|\bnrows\s*=|\bislice\(")
_HEADER = re.compile(r"\A(?:async\s+)?for\s.+?\sin\s(?P<over>.+?):[^\S\n]*(?:#[^\n]*)?(?:\n|$)", re.DOTALL)
_NAME = re.compile(r"\b[A-Za-z_]\w*\b")


def dataset_of(write: Operation) -> str | None:
    """What the rows are that a loop around the write goes over: `iterrows`, `DictReader` and so on; None where they are no data set.

    Where a row makes several items, the first write speaks for all.
    """
    for loop in reversed(write.call.loops):
        found = _dataset(loop, write) if loop.whole is not None else None
        if found is not None:
            return found if _is_first(write, loop) else None
    return None


def _is_first(write: Operation, loop: Loop) -> bool:
    inside = (each for each in write.facts.operations if each.name in _LOADING and any(around.place == loop.place for around in each.call.loops))
    return all(each.place.span >= write.place.span for each in inside)


def _dataset(loop: Loop, write: Operation) -> str | None:
    source, span = write.facts.source, loop.place.span
    header = _HEADER.match(source.slice(span))
    over = header["over"] if header is not None else ""
    # What the loop goes over often has a name of its own: look where it is given.
    before = source.lines[: span.line - 1]
    given = [_given(name, before) for name in _NAME.findall(over)]
    for text in (over, *given):
        rows = _ROWS.search(text)
        if rows is not None:
            few = any(_FEW.search(each) for each in (over, *given))
            return None if few else next(name for name in rows.groups() if name is not None)
    return None


def _given(name: str, lines: tuple[str, ...]) -> str:
    """The right side of the last assignment to a name above a line, in the same function as far as indentation tells."""
    assigned = re.compile(rf"^\s*{re.escape(name)}\s*(?::[^=]+)?=(?!=)(.*)")
    for line in reversed(lines):
        if (found := assigned.match(line)) is not None:
            return found[1]
        if re.match(r"\s*(?:async\s+)?def\s", line) and re.search(rf"\b{re.escape(name)}\b", line):
            return ""
    return ""
