"""Turns findings into a code quality report of GitLab, which shows what a merge request adds and mends."""

from __future__ import annotations

from typing import Any

from dynalint.findings import Finding
from dynalint.pages import Level, page
from dynalint.report import Report, Result
from dynalint.report.json import dumps

_SEVERITIES: dict[Level, str] = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report) -> str:
    """One JSON array."""
    return dumps([_issue(report, *each) for each in report.named], indent=2)


def _issue(report: Report, result: Result, finding: Finding, name: str) -> dict[str, Any]:
    cell = "" if result.cell is None else f"cell {result.cell}: "
    return {
        "description": f"{finding.code}: {cell}{finding.message}",
        "check_name": finding.code,
        "fingerprint": name,
        "severity": _SEVERITIES[page(finding.code).level],
        "location": {"path": report.relative(result.path), "lines": {"begin": finding.span.line, "end": max(finding.span.end_line, finding.span.line)}},
    }
