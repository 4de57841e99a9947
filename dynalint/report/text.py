"""Turns findings into lines of text as compilers and flake8 write them, which editors and terminals make links of."""

from __future__ import annotations

from dynalint.findings import Finding
from dynalint.report import Report
from dynalint.terminal import visible


def line(path: str, finding: Finding) -> str:
    """One finding on one line. Columns count from 1 here, as people count."""
    return visible(f"{path}:{finding.span.line}:{finding.span.column + 1}: {finding.code} {finding.message}")


def render(report: Report) -> str:
    """One line for each finding, and nothing else."""
    return "".join(line(result.place, finding) + "\n" for result, finding in report.findings)
