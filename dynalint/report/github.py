"""Turns findings into commands that a GitHub workflow reads from its log, and shows beside the lines of a pull request."""

from __future__ import annotations

import re

from dynalint.findings import Finding
from dynalint.pages import Level, page
from dynalint.report import Report, Result
from dynalint.terminal import visible

_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """One command for each finding."""
    return "".join(_command(report, *each) + "\n" for each in report.findings)


def _command(report: Report, result: Result, finding: Finding) -> str:
    about, span = page(finding.code), finding.span
    properties = {
        "file": visible(report.relative(result.path)),
        "line": str(span.line),
        "endLine": str(span.end_line),
        # Columns are understood only where the span stays on one line.
        **({"col": str(span.column + 1), "endColumn": str(span.end_column + 1)} if span.line == span.end_line else {}),
        "title": f"{finding.code} {about.name}",
    }
    cell = "" if result.cell is None else f"cell {result.cell}: "
    listed = ",".join(f"{name}={_escaped(text, '%:,')}" for name, text in properties.items())
    return f"::{_COMMANDS[about.level]} {listed}::{_escaped(visible(cell + finding.message), '%')}"


def _escaped(text: str, special: str) -> str:
    """The text with those characters written by their numbers that would end it."""
    return re.sub(f"[{special}]", lambda match: f"%{ord(match[0]):02X}", text)
