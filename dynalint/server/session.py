"""Turns what happens to an editor's documents into checks at the right moment, and their findings into diagnostics."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from lsprotocol import types as lsp
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer

from dynalint import __version__
from dynalint.pages import pages
from dynalint.server.actions import Desk, all_edits
from dynalint.server.checks import Checker
from dynalint.server.configuration import Configuration
from dynalint.server.diagnostics import SOURCE, diagnostic
from dynalint.server.documents import Document
from dynalint.server.folders import Place, path_of, place_of
from dynalint.server.positions import Positions
from dynalint.source import Source

# Nobody wants to hear of a word that is half typed; a wait of this length nobody notices.
PAUSE = 0.25
# An editor that can be asked for settings, and then does not answer, is not waited for any longer.
PATIENCE = 5
NOTEBOOKS = lsp.NotebookDocumentSyncOptions([lsp.NotebookDocumentFilterWithCells([lsp.NotebookCellLanguage("python")], "jupyter-notebook")])
_Result = TypeVar("_Result")


class Session(LanguageServer):
    """What one editor has open. Checks run one after the other in a thread of their own, so that the editor is always heard."""

    def __init__(self) -> None:
        # Whole texts: pygls splits lines at form feeds too, and would put a change of a part of a text into the wrong place.
        super().__init__(SOURCE, __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full, notebook_document_sync=NOTEBOOKS)
        self.documents: dict[str, Document] = {}
        self.configuration = Configuration()
        self.ended = False
        self._cells: dict[str, list[str]] = {}
        self._checks: dict[str, asyncio.Task[None]] = {}
        self._pausing: set[str] = set()
        self._asking: asyncio.Task[None] | None = None
        self._worker = ThreadPoolExecutor(1)
        self._pages = tempfile.TemporaryDirectory(prefix="dynalint-")

    def open(self, uri: str, text: str) -> None:
        """A document, whose check begins now."""
        self.documents[uri] = Document(Source(text, self.place(uri).shown))
        self._plan(uri, 0)

    def edit(self, uri: str, text: str) -> None:
        """Another text of it, to be checked when the user pauses."""
        self.documents[uri] = self.documents[uri].edited(text)
        self._plan(uri, PAUSE)

    def close(self, uri: str) -> None:
        """The document is gone, and so are its diagnostics."""
        self._forget(uri)
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    def take_cells(self, notebook: str) -> None:
        """A notebook as the editor has it now. Its cells are documents of their own that are checked together: one knows of those above it."""
        book = self.workspace.get_notebook_document(notebook_uri=notebook)
        cells = [cell.document for cell in book.cells if cell.kind == lsp.NotebookCellKind.Code] if book is not None else []
        for gone in set(self._cells.get(notebook, ())) - set(cells):
            self.close(gone)
        if book is None:
            self._cells.pop(notebook, None)
            self._forget(notebook)
            return
        self._cells[notebook] = cells
        for uri in cells:
            text = self.workspace.get_text_document(uri).source
            self.documents[uri] = self.documents.get(uri, Document(Source(text))).edited(text)
        self._check_again(cells)

    def check_all(self) -> None:
        """Check all documents again: settings, or files that they import, have changed."""
        self._check_again(self.documents)

    def ask_settings(self) -> None:
        """Ask for the settings of each folder, where the editor can be asked, and check all again."""
        if self.can("workspace.configuration"):
            self._asking = asyncio.create_task(self._ask())
        self.check_all()

    def end(self) -> None:
        """The editor says goodbye: nothing is checked any more."""
        self.ended = True
        for check in self._checks.values():
            check.cancel()
        self._pages.cleanup()

    async def settled(self, uri: str) -> Document | None:
        """A document after the check of its present text, which begins at once: somebody waits for it. None where it was closed."""
        file = self._file(uri)
        if file in self._pausing:
            self._plan(file, 0)
        while (document := self.documents.get(uri)) is not None and not document.fresh:
            check = self._checks.get(file)
            if check is None or check.done():
                break
            await asyncio.wait({check})
        return document

    async def fix_all(self, uri: str) -> lsp.WorkspaceEdit | None:
        """The edits that make all safe fixes in a document; None where there is nothing to do, or its text is no Python."""
        document = await self.settled(uri)
        if document is None or not document.fresh:
            return None
        source, checker = document.source, self._checker(uri)
        result = await self._run(lambda: checker.fixed(source.text))
        if result.refused:
            self.say(f"dynalint: {result.refused}", lsp.MessageType.Warning)
        current = self.documents.get(uri)
        unchanged = current is not None and current.source is source and result.text != source.text
        return all_edits(source, result.text, self.desk(uri)) if unchanged else None

    async def show_page(self, code: str) -> None:
        """Open the page of a code in the editor; one that opens no documents is told where the page is."""
        page = pages().get(code)
        if page is None:
            return
        path = Path(self._pages.name) / f"{code}.md"
        path.write_text(page.markdown, encoding="utf8")
        if self.can("window.show_document.support"):
            await self.window_show_document_async(lsp.ShowDocumentParams(path.as_uri(), take_focus=True))
        else:
            self.say(f"{code}: {path}", lsp.MessageType.Info)

    def desk(self, uri: str) -> Desk:
        """How the editor speaks of one of its open documents."""
        positions = Positions(self.documents[uri].source, self.workspace.position_codec)
        version = self.workspace.get_text_document(uri).version
        return Desk(uri, version, positions, self.can("workspace.workspace_edit.document_changes"))

    def place(self, uri: str) -> Place:
        """Where a document stands among the editor's folders."""
        return place_of(self._file(uri), self._folders())

    def is_cell(self, uri: str) -> bool:
        """Is a document a part of a notebook?"""
        return self._file(uri) != uri

    def can(self, capability: str) -> bool:
        """Did the editor say that it can do something? The name is lsprotocol's, with dots."""
        return bool(get_capability(self.client_capabilities, capability))

    def say(self, text: str, kind: lsp.MessageType) -> None:
        """Say something to the user."""
        self.window_show_message(lsp.ShowMessageParams(kind, text))

    def _folders(self) -> list[str]:
        root = self.workspace.root_uri
        return [folder.uri for folder in self.workspace.folders.values()] or ([root] if root else [])

    def _file(self, uri: str) -> str:
        """The file that a document is, or is a cell of: what is checked as a whole."""
        notebook = self.workspace.get_notebook_document(cell_uri=uri)
        return notebook.uri if notebook is not None else uri

    def _check_again(self, uris: Iterable[str]) -> None:
        for uri in uris:
            self.documents[uri] = self.documents[uri].stale(self.place(uri).shown)
        for file in dict.fromkeys(map(self._file, uris)):
            self._plan(file, PAUSE)

    def _plan(self, file: str, pause: float) -> None:
        """Check a file after a pause; a check that waits or runs already is of no use any more."""
        if file in self._checks:
            self._checks[file].cancel()
        self._checks[file] = asyncio.create_task(self._check(file, pause))

    def _forget(self, uri: str) -> None:
        self.documents.pop(uri, None)
        if uri in self._checks:
            self._checks.pop(uri).cancel()

    async def _check(self, file: str, pause: float) -> None:
        self._pausing.add(file)
        try:
            await asyncio.sleep(pause)
        finally:
            self._pausing.discard(file)
        if self._asking is not None:
            await asyncio.wait({self._asking}, timeout=PATIENCE)
        uris = self._cells.get(file, [file])
        texts = {uri: self.documents[uri].source.text for uri in uris}
        try:
            checker = self._checker(file)
            found = await self._run(lambda: checker.cells(texts) if file in self._cells else {file: checker.findings(texts[file])})
        except Exception as error:  # a fault of ours must not go unheard, and must not end the session
            self.say(f"dynalint: the check of {self.place(file).shown} failed with {type(error).__name__}: {error}", lsp.MessageType.Error)
            return
        for uri, findings in found.items():
            self.documents[uri] = document = self.documents[uri].checked(findings)
            desk = self.desk(uri)
            said = [diagnostic(finding, desk.positions) for finding in document.findings]
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, said, desk.version))

    def _checker(self, uri: str) -> Checker:
        place = self.place(uri)
        settings, news = self.configuration.settings(place.home)
        if news:
            self.say(f"dynalint: {news}" + (f" ({place.home})" if place.home is not None else ""), lsp.MessageType.Error)
        return Checker(settings, place)

    async def _run(self, function: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._worker, function)

    async def _ask(self) -> None:
        folders = [None, *self._folders()]
        asked = lsp.ConfigurationParams([lsp.ConfigurationItem(folder, SOURCE) for folder in folders])
        answers = await self.workspace_configuration_async(asked)
        told = zip(folders, answers, strict=False)
        self.configuration.answered = {path_of(folder) if folder else None: answer for folder, answer in told if isinstance(answer, Mapping)}
