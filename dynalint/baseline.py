"""Turns the findings of one day into a file, and those of a later day into the ones that are new since then."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from dynalint.engine import INTERNAL_ERROR, UNPARSABLE
from dynalint.findings import Finding
from dynalint.fingerprint import fingerprints
from dynalint.report import Result

# What tells that not all of a file was checked is no finding to live with.
NOT_CHECKED = frozenset({INTERNAL_ERROR, UNPARSABLE})
NAME = "dynalint-baseline.json"
_VERSION = 1
_ENTRY = re.compile(r"DYN\d+ [0-9a-f]+")


class BaselineError(ValueError):
    """A file is no baseline. The text says why."""


@dataclass(frozen=True, order=True)
class Entry:
    """A finding by what stays of it when lines move. Its path has `/` between its parts and begins at the folder of the baseline."""

    path: str
    code: str
    fingerprint: str


@dataclass(frozen=True)
class Baseline:
    """The findings that are known, and how many of each there are."""

    entries: Mapping[Entry, int]

    def new(self, results: Iterable[Result], folder: Path) -> Iterator[Result]:
        """The results without what is known."""
        left = Counter(self.entries)
        for result in results:
            kept = []
            for finding, entry in named(result, folder):
                if left[entry] > 0:
                    left[entry] -= 1
                else:
                    kept.append(finding)
            if kept:
                yield replace(result, findings=tuple(kept))

    def stale(self, today: Baseline, covers: Callable[[Entry], bool]) -> Baseline:
        """What is known, was looked for, and is found no more."""
        gone = Counter(self.entries) - Counter(today.entries)
        return Baseline({entry: number for entry, number in gone.items() if covers(entry)})

    def pruned(self, stale: Baseline) -> Baseline:
        """The baseline without what is stale."""
        return Baseline(Counter(self.entries) - Counter(stale.entries))

    def renewed(self, today: Baseline, covers: Callable[[Entry], bool]) -> Baseline:
        """What is found today, and what was known before and not looked for."""
        return Baseline({**{entry: number for entry, number in self.entries.items() if not covers(entry)}, **today.entries})

    @property
    def size(self) -> int:
        """How many findings are known."""
        return sum(self.entries.values())

    @property
    def text(self) -> str:
        """The file: one line for each entry, in an order that stays, so that versions of it can be compared and merged."""
        files: dict[str, dict[str, int]] = {}
        for entry in sorted(self.entries):
            files.setdefault(entry.path, {})[f"{entry.code} {entry.fingerprint}"] = self.entries[entry]
        return json.dumps({"version": _VERSION, "findings": files}, indent=2) + "\n"


def baseline(text: str) -> Baseline:
    """What a file says. Raises BaselineError."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"it is no JSON: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("findings"), dict):
        raise BaselineError("it has no findings by file")
    if content.get("version") != _VERSION:
        raise BaselineError(f"its version is not {_VERSION}, but {content.get('version')!r}")
    return Baseline({Entry(path, *key.split()): number for path, numbers in content["findings"].items() for key, number in _numbers(path, numbers)})


def recorded(results: Iterable[Result], folder: Path) -> Baseline:
    """All findings that a baseline may hold."""
    return Baseline(Counter(entry for result in results for finding, entry in named(result, folder) if finding.code not in NOT_CHECKED))


def named(result: Result, folder: Path) -> Iterator[tuple[Finding, Entry]]:
    """The findings in a file or a cell, each with its entry. Cells have no numbers here: they move as lines do."""
    path = placed(result.path, folder)
    for finding, name in zip(result.findings, fingerprints(f"{path}#", result.source, result.findings), strict=True):
        yield finding, Entry(path, finding.code, name)


def placed(path: str, folder: Path) -> str:
    """A path as seen from a folder, so that a baseline means the same wherever dynalint runs. `-` is standard input."""
    if path == "-":
        return path
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return Path(os.path.abspath(path)).as_posix()


def _numbers(path: str, numbers: object) -> Iterator[tuple[str, int]]:
    if not isinstance(numbers, dict):
        raise BaselineError(f"it has no numbers for {path}")
    for key, number in numbers.items():
        if not _ENTRY.fullmatch(key) or type(number) is not int or number < 1:
            raise BaselineError(f"it cannot say {key!r}: {number!r}")
        yield key, number
