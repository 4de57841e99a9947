"""Turns the findings of a run into text: one module for each form, a pure function from a `Report`. They see findings and source text, never syntax."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dynalint.findings import Finding
from dynalint.source import Source

FORMATS = {
    "text": "one line for each finding, as flake8 writes it; the default where the output is no terminal",
    "concise": "one line for each finding, with colours, and a summary",
    "full": "each finding with its code, a caret and its fix, and a summary; the default on a terminal",
    "json": "one JSON array",
    "jsonl": "one JSON object on a line for each finding",
    "sarif": "SARIF 2.1.0, for code scanning and editors",
    "github": "annotations of a GitHub workflow",
    "gitlab": "a code quality report of GitLab",
    "junit": "JUnit's XML, for dashboards of tests",
    "markdown": "a summary for pull requests and job summaries",
    "html": "one page to look at, with nothing to load",
}


@dataclass(frozen=True)
class Result:
    """The findings in one file, or in one cell of a notebook; lines count from the head of its source."""

    source: Source
    findings: tuple[Finding, ...]
    cell: int | None = None

    @property
    def path(self) -> str:
        """The path, as the user gave it."""
        return self.source.path

    @property
    def place(self) -> str:
        """The path, with the cell of a notebook."""
        return self.path if self.cell is None else f"{self.path}:cell {self.cell}"


@dataclass(frozen=True)
class Report:
    """What one run has found, and what the forms need to know to show it. Results without findings may be left out."""

    results: tuple[Result, ...]
    checked: int | None = None
    """How many files were checked, where that is known."""
    troubles: tuple[str, ...] = ()
    """What could not be read, and why."""
    root: Path = Path()
    """The directory that paths are relative to, where a form wants them so: the current one."""
    colour: bool = False
    columns: int = 120
    """How wide the terminal is."""

    @property
    def findings(self) -> Iterator[tuple[Result, Finding]]:
        """All findings, each with the file that it stands in."""
        return ((result, finding) for result in self.results for finding in result.findings)

    @property
    def named(self) -> Iterator[tuple[Result, Finding, str]]:
        """All findings, each with its file and its fingerprint."""
        from dynalint.fingerprint import fingerprints  # costs time to import, and not all forms name findings

        for result in self.results:
            names = fingerprints(f"{self.relative(result.path)}#{result.cell or ''}", result.source, result.findings)
            yield from ((result, finding, name) for finding, name in zip(result.findings, names, strict=True))

    @property
    def summary(self) -> str:
        """How much was found, and how much of it can be mended, in one sentence."""
        findings = [finding for _, finding in self.findings]
        if not findings:
            return "No findings." if self.checked is None else f"No findings in {counted(self.checked, 'file')}."
        files = len({result.path for result, _ in self.findings})
        safe = sum(finding.fix is not None and finding.fix.safe for finding in findings)
        unsafe = sum(finding.fix is not None and not finding.fix.safe for finding in findings)
        fixes = [text for number, text in ((safe, f"[*] {safe} by --fix"), (unsafe, f"[?] {unsafe} by --unsafe-fixes, after a look")) if number]
        return f"{counted(len(findings), 'finding')} in {counted(files, 'file')}{'; can be fixed: ' if fixes else ''}{', '.join(fixes)}."

    def relative(self, path: str) -> str:
        """A path with `/` between its parts, relative to the root if it lies below that, else absolute. `-` is standard input."""
        if path == "-":
            return path
        root = os.path.abspath(self.root)
        whole = os.path.normpath(os.path.join(root, path))
        return Path(whole).relative_to(root).as_posix() if Path(whole).is_relative_to(root) else Path(whole).as_posix()


def counted(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def render(
    name: str,
    results: Iterable[Result],
    *,
    checked: int | None = None,
    troubles: Iterable[str] = (),
    root: Path = Path(),
    colour: bool = False,
    columns: int = 120,
) -> str:
    """The results in the form of this name, one of FORMATS, with what `Report` says of the keywords. It ends with a line end, if there is anything to say."""
    report = Report(tuple(results), checked, tuple(troubles), root, colour, columns)
    text: str = importlib.import_module(f"dynalint.report.{name}").render(report)
    return text
