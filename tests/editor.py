"""Turns a session with `dynalint server` into what an editor sees: its diagnostics, code actions and messages, over standard input and output."""

from __future__ import annotations

import asyncio
import typing
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import cattrs
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient
from pygls.protocol import default_converter

from dynalint.source import Edit, Source, apply
from tests.marked import ROOT
from tests.nursery import program

SECONDS = 300
# What the addresses of cells begin with in VS Code.
CELL = "vscode-notebook-cell"
# What most editors of today can do.
ABLE = lsp.ClientCapabilities(
    workspace=lsp.WorkspaceClientCapabilities(
        configuration=True,
        workspace_folders=True,
        workspace_edit=lsp.WorkspaceEditClientCapabilities(document_changes=True),
        did_change_watched_files=lsp.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        did_change_configuration=lsp.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
    ),
    text_document=lsp.TextDocumentClientCapabilities(
        code_action=lsp.CodeActionClientCapabilities(resolve_support=lsp.ClientCodeActionResolveOptions(["edit"])),
        hover=lsp.HoverClientCapabilities(content_format=[lsp.MarkupKind.Markdown]),
    ),
    window=lsp.WindowClientCapabilities(show_document=lsp.ShowDocumentClientCapabilities(support=True)),
)


def converter() -> cattrs.Converter:
    """One that tells actions that hold a command from commands: lsprotocol takes them all for commands."""
    made: cattrs.Converter = default_converter()  # type: ignore[no-untyped-call]

    def action(what: Any, _: type) -> lsp.Command | lsp.CodeAction:
        kind: type[lsp.Command | lsp.CodeAction] = lsp.Command if isinstance(what.get("command"), str) else lsp.CodeAction
        return made.structure(what, kind)

    made.register_structure_hook(typing.Union[lsp.Command, lsp.CodeAction], action)  # noqa: UP007 (the hook is looked up by this very type)
    return made


class Editor(LanguageClient):
    """An editor with folders open; it waits for what the server says, and makes the edits that it offers."""

    def __init__(self, folders: Sequence[Path], settings: Mapping[Path, Any]) -> None:
        super().__init__("editor", "1", converter_factory=converter)
        self.folders = list(folders)
        self.settings = settings
        self.texts: dict[str, str] = {}
        self.messages: asyncio.Queue[lsp.ShowMessageParams] = asyncio.Queue()
        self.shown: asyncio.Queue[lsp.ShowDocumentParams] = asyncio.Queue()
        self.registered: list[lsp.Registration] = []
        self.capabilities = lsp.ServerCapabilities()
        self._said: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()
        self._versions: dict[str, int] = {}
        self._listen()

    def _listen(self) -> None:
        def said(params: lsp.PublishDiagnosticsParams) -> None:
            self._said.put_nowait(params)

        def message(params: lsp.ShowMessageParams) -> None:
            self.messages.put_nowait(params)

        def show(params: lsp.ShowDocumentParams) -> lsp.ShowDocumentResult:
            self.shown.put_nowait(params)
            return lsp.ShowDocumentResult(success=True)

        def register(params: lsp.RegistrationParams) -> None:
            self.registered += params.registrations

        def configuration(params: lsp.ConfigurationParams) -> list[Any]:
            by_uri = {path.as_uri(): value for path, value in self.settings.items()}
            return [by_uri.get(item.scope_uri or "") for item in params.items]

        self.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(said)
        self.feature(lsp.WINDOW_SHOW_MESSAGE)(message)
        self.feature(lsp.WINDOW_SHOW_DOCUMENT)(show)
        self.feature(lsp.CLIENT_REGISTER_CAPABILITY)(register)
        self.feature(lsp.WORKSPACE_CONFIGURATION)(configuration)

    @classmethod
    @asynccontextmanager
    async def on(
        cls,
        *folders: Path,
        settings: Mapping[Path, Any] | None = None,
        initial: Any = None,
        capabilities: lsp.ClientCapabilities = ABLE,
        command: Sequence[str] = (),
        seconds: float = SECONDS,
    ) -> AsyncIterator[Self]:
        """An editor with these folders open, and its server, which ends with code 0."""
        editor = cls(folders, settings or {})
        async with asyncio.timeout(seconds):
            await editor.start_io(*(command or [*program("dynalint"), "server"]), cwd=ROOT)
            asked = lsp.InitializeParams(
                capabilities=capabilities,
                process_id=None,
                initialization_options=initial,
                root_uri=folders[0].as_uri() if folders else None,
                workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders],
            )
            editor.capabilities = (await editor.initialize_async(asked)).capabilities
            editor.initialized(lsp.InitializedParams())
            try:
                yield editor
                await editor.shutdown_async(None)
            finally:
                editor.exit(None)
                await editor.stop()  # type: ignore[no-untyped-call]

    def uri(self, name: str) -> str:
        """The address of a document by its path in the first folder; what is an address already is one."""
        return name if "://" in name or name.startswith("untitled:") or CELL in name else (self.folders[0] / name).as_uri()

    async def open(self, name: str, text: str, uri: str = "") -> list[lsp.Diagnostic]:
        """What the server says of a document when it is opened."""
        uri = uri or self.uri(name)
        self.texts[uri], self._versions[uri] = text, 1
        self.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, lsp.LanguageKind.Python, 1, text)))
        return await self.said(uri)

    def type(self, name: str, text: str) -> None:
        """Type another text, and do not wait."""
        uri = self.uri(name)
        self._versions[uri] += 1
        self.texts[uri] = text
        document = lsp.VersionedTextDocumentIdentifier(version=self._versions[uri], uri=uri)
        self.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [lsp.TextDocumentContentChangeWholeDocument(text)]))

    async def change(self, name: str, text: str) -> list[lsp.Diagnostic]:
        """What the server says when the user has typed another text."""
        self.type(name, text)
        return await self.said(self.uri(name))

    async def open_notebook(self, name: str, *cells: str) -> list[str]:
        """Open a notebook; the addresses of its cells."""
        uris = [f"{CELL}:{name}#{number}" for number in range(len(cells))]
        documents = [lsp.TextDocumentItem(uri, lsp.LanguageKind.Python, 1, text) for uri, text in zip(uris, cells, strict=True)]
        self.texts.update(zip(uris, cells, strict=True))
        self._versions.update(dict.fromkeys(uris, 1))
        book = lsp.NotebookDocument(self.uri(name), "jupyter-notebook", 1, [lsp.NotebookCell(lsp.NotebookCellKind.Code, uri) for uri in uris])
        self.notebook_document_did_open(lsp.DidOpenNotebookDocumentParams(book, documents))
        return uris

    def type_in_cell(self, name: str, cell: str, text: str) -> None:
        """Type another text into a cell of a notebook, and do not wait."""
        self._versions[cell] += 1
        self.texts[cell] = text
        document = lsp.VersionedTextDocumentIdentifier(version=self._versions[cell], uri=cell)
        content = lsp.NotebookDocumentCellContentChanges(document, [lsp.TextDocumentContentChangeWholeDocument(text)])
        change = lsp.NotebookDocumentChangeEvent(cells=lsp.NotebookDocumentCellChanges(text_content=[content]))
        book = lsp.VersionedNotebookDocumentIdentifier(version=self._versions[cell], uri=self.uri(name))
        self.notebook_document_did_change(lsp.DidChangeNotebookDocumentParams(book, change))

    async def said(self, uri: str) -> list[lsp.Diagnostic]:
        """What the server says next of the present version of a document."""
        while (said := await self._said.get()).uri != uri or said.version not in (None, self._versions.get(uri)):
            pass
        return list(said.diagnostics)

    def silent(self) -> bool:
        """Has the server said nothing that was not heard?"""
        return self._said.empty()

    async def actions(self, name: str, place: lsp.Range, *only: str) -> list[lsp.CodeAction]:
        """What the server offers for a place."""
        context = lsp.CodeActionContext([], only=list(only) or None)
        found = await self.text_document_code_action_async(lsp.CodeActionParams(lsp.TextDocumentIdentifier(self.uri(name)), place, context))
        return [action for action in found or [] if isinstance(action, lsp.CodeAction)]

    def after(self, name: str, edit: lsp.WorkspaceEdit | None) -> str:
        """A document's text after an edit that is about it alone, and about its present version where it names one."""
        assert edit is not None
        uri = self.uri(name)
        if edit.changes is not None:
            assert list(edit.changes) == [uri]
            edits = list(edit.changes[uri])
        else:
            (change,) = edit.document_changes or ()
            assert isinstance(change, lsp.TextDocumentEdit)
            assert (change.text_document.uri, change.text_document.version) == (uri, self._versions[uri])
            edits = [each for each in change.edits if isinstance(each, lsp.TextEdit)]
        source = Source(self.texts[uri])
        return apply(source, tuple(Edit(source.span(offset(source, each.range.start), offset(source, each.range.end)), each.new_text) for each in edits))


def offset(source: Source, position: lsp.Position) -> int:
    """The index of a position, counted as the protocol says, by encoding the line: nothing here is the server's own way to do it."""
    line = source.lines[position.line] if position.line < len(source.lines) else ""
    before = line.encode("utf-16-le")[: 2 * position.character].decode("utf-16-le")
    return sum(map(len, source.lines[: position.line])) + len(before)
