"""Turns findings into a Markdown summary: a table of the rules that fired, and the findings file by file."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby, islice

from dynalint.pages import page
from dynalint.report import Report, counted
from dynalint.terminal import visible

# A job summary of GitHub takes 1 MiB, and a comment far less.
MOST = 1000


def render(report: Report) -> str:
    """The summary; more than MOST findings are counted, not listed."""
    parts = ["## dynalint", escaped(report.summary)]
    counts = Counter(finding.code for _, finding in report.findings)
    if counts:
        rows = [f"| {_linked(code)} | {page(code).name} | {page(code).group} | {number:,} |" for code, number in sorted(counts.items())]
        parts.append("\n".join(["| code | name | group | findings |", "|---|---|---|---:|", *rows]))
    for path, group in groupby(islice(report.findings, MOST), key=lambda each: each[0].path):
        lines = []
        for result, finding in group:
            cell = "" if result.cell is None else f"cell {result.cell}, "
            lines.append(f"- {cell}line {finding.span.line}: **{finding.code}** {escaped(finding.message)}")
        parts += [f"### {escaped(report.relative(path))}", "\n".join(lines)]
    if counts.total() > MOST:
        parts.append(f"… and {counted(counts.total() - MOST, 'finding')} more.")
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Any text as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|~@!&])", r"\\\1", visible(text))


def _linked(code: str) -> str:
    return f"[{code}]({page(code).aws})" if page(code).aws else code
