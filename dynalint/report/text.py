"""Turns findings into lines of text as compilers and flake8 write them, which editors and terminals make links of."""

from __future__ import annotations

from dynalint.findings import Finding


def line(path: str, finding: Finding) -> str:
    """One finding on one line. Columns count from 1 here, as people count."""
    return f"{path}:{finding.span.line}:{finding.span.column + 1}: {finding.code} {finding.message}"
