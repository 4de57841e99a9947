"""Turns findings into SARIF 2.1.0, the form that code scanning services and editors take: with rules, fixes, and fingerprints that stay."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from dynalint import __version__
from dynalint.findings import Finding, Fix
from dynalint.markup import at_large
from dynalint.pages import Page, page
from dynalint.report import Report, Result
from dynalint.report.json import dumps
from dynalint.source import Source, Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"


def render(report: Report) -> str:
    """One log with one run. It names the rules that fired, and those alone."""
    codes = sorted({finding.code for _, finding in report.findings})
    driver = {"name": "dynalint", "version": __version__, "semanticVersion": __version__, "rules": [_rule(page(code)) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.troubles,
                "toolExecutionNotifications": [{"level": "error", "message": {"text": trouble}} for trouble in report.troubles],
            }
        ],
        "results": [_result(report, codes, *each) for each in report.named],
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(about: Page) -> dict[str, Any]:
    text = at_large(about.markdown)
    return {
        "id": about.code,
        "name": about.name,
        "shortDescription": {"text": f"{about.summary or about.name}."},
        "fullDescription": {"text": about.why or about.name},
        "help": {"text": text, "markdown": text},
        **({"helpUri": about.aws} if about.aws else {}),
        "defaultConfiguration": {"level": about.level},
        "properties": {"tags": ["dynamodb", about.group]},
    }


def _result(report: Report, codes: list[str], result: Result, finding: Finding, name: str) -> dict[str, Any]:
    where = _location(report, result.path)
    told = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": page(finding.code).level,
        "partialFingerprints": {"dynalint/v1": name},
    }
    if result.cell is not None:
        # Regions and fixes are about the text of a file, and that of a notebook is JSON.
        place = {"physicalLocation": {"artifactLocation": where}, "logicalLocations": [{"name": f"cell {result.cell}"}]}
        return {**told, "message": {"text": f"cell {result.cell}, line {finding.span.line}: {finding.message}"}, "locations": [place]}
    return {
        **told,
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": where, "region": _numbers(finding.span), **_context(finding.span, result.source)}}],
        **({"fixes": [_fix(finding.fix, where)]} if finding.fix is not None and finding.fix.edits else {}),
    }


def _fix(fix: Fix, where: dict[str, str]) -> dict[str, Any]:
    replacements = [{"deletedRegion": _numbers(edit.span), "insertedContent": {"text": edit.text}} for edit in fix.edits]
    return {
        "description": {"text": fix.title if fix.safe else f"{fix.title} (unsafe: look at it)"},
        "artifactChanges": [{"artifactLocation": where, "replacements": replacements}],
        "properties": {"safe": fix.safe},
    }


def _context(span: Span, source: Source) -> dict[str, Any]:
    """The whole lines of a finding, for those who have the log and not the code."""
    last = min(span.end_line, len(source.lines))
    if span.line > last:
        return {}
    return {"contextRegion": {"startLine": span.line, "endLine": last, "snippet": {"text": source.block(span.line, last)}}}


def _numbers(span: Span) -> dict[str, int]:
    return {"startLine": span.line, "startColumn": span.column + 1, "endLine": span.end_line, "endColumn": span.end_column + 1}


def _location(report: Report, path: str) -> dict[str, str]:
    """Relative to the root where the file lies below it, so that a log means the same on every machine."""
    shown = report.relative(path)
    if os.path.isabs(shown):
        return {"uri": Path(shown).as_uri()}
    return {"uri": quote_from_bytes(os.fsencode(shown)), "uriBaseId": _ROOT}
