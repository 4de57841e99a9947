"""The editor: python-lsp-server with its flake8 plugin on, driven over standard input and output by a language client."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import attrs
import cattrs
import pytest
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient
from pygls.protocol import default_converter

from dynalint.engine import check
from tests.programs import BAD, GOOD, write

pytestmark = pytest.mark.slow
SECONDS = 120
# As in docs/editors.md, and with the checkers off that pylsp has on by default.
SETTINGS = {
    "pylsp": {
        "plugins": {
            "flake8": {"enabled": True, "select": ["DYN"], "executable": str(Path(sys.executable).with_name("flake8"))},
            **{name: {"enabled": False} for name in ("pycodestyle", "pyflakes", "mccabe")},
        }
    }
}


def converter() -> cattrs.Converter:
    """One that passes over what pylsp says of notebooks: lsprotocol cannot read it, and this editor has none."""
    made: cattrs.Converter = default_converter()  # type: ignore[no-untyped-call]
    made.register_structure_hook(attrs.fields(lsp.ServerCapabilities).notebook_document_sync.type, lambda *_: None)
    return made


class Editor(LanguageClient):
    """An editor with one folder open, which waits for what the server says of a document."""

    def __init__(self, folder: Path) -> None:
        super().__init__("editor", "1", converter_factory=converter)
        self.folder = folder
        self._said: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()

        def said(what: lsp.PublishDiagnosticsParams) -> None:
            self._said.put_nowait(what)

        self.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(said)

    @classmethod
    @asynccontextmanager
    async def on(cls, folder: Path) -> AsyncIterator[Self]:
        """An editor with a folder open, and its server, which is gone afterwards."""
        editor = cls(folder)
        async with asyncio.timeout(SECONDS):
            await editor.start_io(sys.executable, "-m", "pylsp")
            try:
                await editor.initialize_async(lsp.InitializeParams(capabilities=lsp.ClientCapabilities(), root_uri=folder.as_uri()))
                editor.initialized(lsp.InitializedParams())
                editor.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(SETTINGS))
                yield editor
                await editor.shutdown_async(None)
            finally:
                editor.exit(None)
                await editor.stop()  # type: ignore[no-untyped-call]

    async def open(self, name: str, text: str) -> list[lsp.Diagnostic]:
        """What the server says of a document when it is opened."""
        uri = (self.folder / name).as_uri()
        self.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, lsp.LanguageKind.Python, 1, text)))
        return await self._next(uri)

    async def change(self, name: str, text: str) -> list[lsp.Diagnostic]:
        """What the server says of it after the user has typed."""
        uri = (self.folder / name).as_uri()
        document = lsp.VersionedTextDocumentIdentifier(version=2, uri=uri)
        self.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [lsp.TextDocumentContentChangeWholeDocument(text)]))
        return await self._next(uri)

    async def _next(self, uri: str) -> list[lsp.Diagnostic]:
        while (said := await self._said.get()).uri != uri:
            pass
        return list(said.diagnostics)


def test_an_opened_document_gets_a_diagnostic_at_its_place(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor.on(tmp_path) as editor:
            (diagnostic,) = await editor.open("app.py", BAD)
            (finding,) = check(BAD)
            assert diagnostic.code == "DYN101"
            assert diagnostic.message.endswith(finding.message)
            assert diagnostic.range.start == lsp.Position(finding.span.line - 1, finding.span.column)
            assert diagnostic.range.end.line == finding.span.line - 1
            assert diagnostic.range.end.character >= finding.span.end_column
            assert await editor.change("app.py", GOOD) == []

    asyncio.run(session())


def test_the_folder_s_configuration_counts(tmp_path: Path) -> None:
    write(tmp_path, {"setup.cfg": "[flake8]\ndynalint-provisioned-tables = users\n"})

    async def session() -> None:
        async with Editor.on(tmp_path) as editor:
            assert await editor.open("app.py", BAD) == []
            assert [diagnostic.code for diagnostic in await editor.open("other.py", BAD.replace("users", "orders"))] == ["DYN101"]

    asyncio.run(session())
