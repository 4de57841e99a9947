"""Turns findings into one JSON array: an object with the place, the code, the message and the edits of the fix for each."""

from __future__ import annotations

import json
from typing import Any

from dynalint.findings import Finding, Fix
from dynalint.pages import page
from dynalint.report import Report, Result
from dynalint.source import Span


def render(report: Report) -> str:
    """The array, indented."""
    return dumps([record(report, *each) for each in report.named], indent=2)


def record(report: Report, result: Result, finding: Finding, name: str) -> dict[str, Any]:
    """All that is known of one finding. Lines and columns count from 1, in characters; the end is exclusive."""
    about = page(finding.code)
    return {
        "path": report.relative(result.path),
        "cell": result.cell,
        **position(finding.span),
        "code": finding.code,
        "name": about.name,
        "group": about.group,
        "level": about.level,
        "message": finding.message,
        "url": about.aws or None,
        "fingerprint": name,
        "fix": _fix(finding.fix) if finding.fix is not None else None,
    }


def position(span: Span) -> dict[str, int]:
    """A span in numbers that count from 1."""
    return {"line": span.line, "column": span.column + 1, "end_line": span.end_line, "end_column": span.end_column + 1}


def dumps(value: Any, indent: int | None = None) -> str:
    """JSON in ASCII, whatever the output's encoding, and with no control character that a terminal could obey; it ends with a line end."""
    return json.dumps(_unicode(value), indent=indent) + "\n"


def _fix(fix: Fix) -> dict[str, Any]:
    return {"title": fix.title, "safe": fix.safe, "edits": [{**position(edit.span), "text": edit.text} for edit in fix.edits]}


def _unicode(value: Any) -> Any:
    """The value with halves of characters, as in file names that are no UTF-8, written out: strict readers refuse them."""
    match value:
        case str():
            return value.encode("utf8", "backslashreplace").decode("utf8")
        case dict():
            return {key: _unicode(each) for key, each in value.items()}
        case list():
            return [_unicode(each) for each in value]
    return value
