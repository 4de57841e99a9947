"""Turns findings into one line each for people: coloured, with a star where there is a fix, and a summary at the end."""

from __future__ import annotations

from dynalint.findings import Finding
from dynalint.pages import Level, page
from dynalint.report import Report, Result
from dynalint.terminal import Paint, visible

COLOURS: dict[Level, str] = {"error": "red", "warning": "yellow", "note": "cyan"}


def head(result: Result, finding: Finding, paint: Paint) -> str:
    """The line that names place, code and message; `[*]` says that there is a safe fix, `[?]` that there is another one."""
    about = page(finding.code)
    place = paint(visible(result.place), "bold") + paint(f":{finding.span.line}:{finding.span.column + 1}:", "dim")
    mark = "" if finding.fix is None else paint("[*] ", "green") if finding.fix.safe else paint("[?] ", "magenta")
    return f"{place} {paint(finding.code, 'bold', COLOURS[about.level])} {mark}{visible(finding.message)}"


def render(report: Report) -> str:
    """All findings, then the summary."""
    paint = Paint(report.colour)
    lines = [head(result, finding, paint) for result, finding in report.findings]
    return "\n".join([*lines, paint(report.summary, "bold")]) + "\n"
