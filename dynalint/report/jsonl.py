"""Turns findings into JSON, one object on a line for each: for tools that read a stream."""

from __future__ import annotations

from dynalint.report import Report
from dynalint.report.json import dumps, record


def render(report: Report) -> str:
    """The same objects as in the JSON array."""
    return "".join(dumps(record(report, *each)) for each in report.named)
