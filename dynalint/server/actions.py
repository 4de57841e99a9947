"""Turns the findings that a user points at into what an editor offers to do about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lsprotocol import types as lsp

from dynalint.findings import Finding
from dynalint.server.diagnostics import diagnostic
from dynalint.server.documents import Document, differences
from dynalint.server.positions import Positions
from dynalint.server.silence import silenced
from dynalint.source import Edit, Source

OPEN_PAGE = "dynalint.openPage"
QUICK_FIX = lsp.CodeActionKind.QuickFix
# A kind of our own below the protocol's: an editor can be told to do just this when it saves a file.
FIX_ALL = f"{lsp.CodeActionKind.SourceFixAll.value}.dynalint"


@dataclass(frozen=True)
class Desk:
    """One document as an editor knows it: where its positions count from, and which version an edit is for."""

    uri: str
    version: int | None
    positions: Positions
    versioned: bool
    """Does the editor take edits that name the version that they are for?"""

    def edit(self, edits: Iterable[Edit]) -> lsp.WorkspaceEdit:
        """Edits of this document alone."""
        made = [self.positions.edit(edit) for edit in edits]
        if not self.versioned:
            return lsp.WorkspaceEdit(changes={self.uri: made})
        document = lsp.OptionalVersionedTextDocumentIdentifier(uri=self.uri, version=self.version)
        return lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(document, list(made))])


def wants(kind: str, only: Sequence[str] | None) -> bool:
    """Does an editor that asks for these kinds of actions want this one? A kind includes those below it; no kinds are all."""
    return only is None or any(kind == each or kind.startswith(f"{each}.") for each in only)


def quick_fixes(document: Document, findings: Sequence[Finding], desk: Desk) -> Iterator[lsp.CodeAction]:
    """What can be done about each finding: mend it, silence it, read about it. Of two on one spot, the first is mended first."""
    for finding in findings if document.fresh else ():
        if finding.fix is not None and finding.fix.edits:
            title = f"Fix {finding.code}: {finding.fix.title}" + ("" if finding.fix.safe else " (unsafe)")
            yield _quick(title, finding, desk, edit=desk.edit(finding.fix.edits), preferred=finding.fix.safe)
    for finding in findings:
        edit = silenced(document.source, finding)
        if edit is not None:
            yield _quick(f"Silence {finding.code} on this line", finding, desk, edit=desk.edit([edit]))
    for finding in {finding.code: finding for finding in findings}.values():
        title = f"Open the page of {finding.code}"
        yield _quick(title, finding, desk, command=lsp.Command(title, command=OPEN_PAGE, arguments=[finding.code]))


def fix_all(desk: Desk, edit: lsp.WorkspaceEdit | None) -> lsp.CodeAction:
    """The action that makes all safe fixes in a document; without its edit, an editor asks for that when the user has chosen it."""
    return lsp.CodeAction("Fix all that dynalint can fix safely", kind=FIX_ALL, edit=edit, data=desk.uri)


def all_edits(source: Source, fixed: str, desk: Desk) -> lsp.WorkspaceEdit:
    """What `fix_all` does, when the text with all fixes is known."""
    return desk.edit(differences(source, Source(fixed)))


def _quick(
    title: str, finding: Finding, desk: Desk, edit: lsp.WorkspaceEdit | None = None, command: lsp.Command | None = None, preferred: bool | None = None
) -> lsp.CodeAction:
    return lsp.CodeAction(title, QUICK_FIX, [diagnostic(finding, desk.positions)], is_preferred=preferred or None, edit=edit, command=command)
