"""Turns findings into diagnostics, and into what an editor shows when the mouse rests on one."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types as lsp

from dynalint.findings import Finding
from dynalint.pages import Level, page
from dynalint.server.positions import Positions

SOURCE = "dynalint"
SEVERITY: dict[Level, lsp.DiagnosticSeverity] = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "note": lsp.DiagnosticSeverity.Information,
}


def diagnostic(finding: Finding, positions: Positions) -> lsp.Diagnostic:
    """One finding for an editor. Its code leads to AWS's own words; the page, which needs no network, is shown by a code action."""
    about = page(finding.code)
    return lsp.Diagnostic(
        positions.range(finding.span),
        finding.message,
        severity=SEVERITY[about.level],
        code=finding.code,
        code_description=lsp.CodeDescription(about.aws) if about.aws else None,
        source=SOURCE,
    )


def hover(findings: Sequence[Finding], positions: Positions, markdown: bool) -> lsp.Hover | None:
    """The pages of the findings at one place, each once."""
    if not findings:
        return None
    texts = [page(code).markdown for code in sorted({finding.code for finding in findings})]
    kind = lsp.MarkupKind.Markdown if markdown else lsp.MarkupKind.PlainText
    return lsp.Hover(lsp.MarkupContent(kind, "\n---\n\n".join(texts)), positions.range(findings[0].span))
