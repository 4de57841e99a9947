"""Turns the messages of an editor into calls of a session: which ones are heard, and what each one is about."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping

from lsprotocol import types as lsp
from pygls.capabilities import get_capability

from dynalint.server.actions import FIX_ALL, OPEN_PAGE, QUICK_FIX, fix_all, quick_fixes, wants
from dynalint.server.diagnostics import SOURCE, hover
from dynalint.server.session import Session

# Threads other than the first have little stack on some systems, and deeply nested code needs some.
STACK = 64 * 1024 * 1024
# What a check reads beside the document: configuration, and the modules of the project.
WATCHED = ("**/*.py", "**/pyproject.toml", "**/setup.cfg", "**/tox.ini", "**/.flake8")


def serve() -> bool:
    """Serve one editor over standard input and output. Did it say goodbye before it left?"""
    threading.stack_size(STACK)
    # The editor has standard output for itself: what anybody prints goes to standard error.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        session = server()
        session.start_io(sys.stdin.buffer, output)
    return session.ended


def server() -> Session:
    """A session that hears its editor."""
    session = Session()
    _hear_of_documents(session)
    _hear_of_settings(session)
    _hear_questions(session)
    return session


def _hear_of_documents(session: Session) -> None:
    @session.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        session.open(params.text_document.uri, params.text_document.text)

    @session.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        session.edit(params.text_document.uri, session.workspace.get_text_document(params.text_document.uri).source)

    @session.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        session.check_all()

    @session.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        session.close(params.text_document.uri)

    @session.feature(lsp.NOTEBOOK_DOCUMENT_DID_OPEN)
    def opened_notebook(params: lsp.DidOpenNotebookDocumentParams) -> None:
        session.take_cells(params.notebook_document.uri)

    @session.feature(lsp.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def changed_notebook(params: lsp.DidChangeNotebookDocumentParams) -> None:
        session.take_cells(params.notebook_document.uri)

    @session.feature(lsp.NOTEBOOK_DOCUMENT_DID_SAVE)
    def saved_notebook(params: lsp.DidSaveNotebookDocumentParams) -> None:
        session.check_all()

    @session.feature(lsp.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def closed_notebook(params: lsp.DidCloseNotebookDocumentParams) -> None:
        session.take_cells(params.notebook_document.uri)

    @session.feature(lsp.SHUTDOWN)
    def ended(params: None) -> None:
        session.end()


def _hear_of_settings(session: Session) -> None:
    @session.feature(lsp.INITIALIZE)
    def begun(params: lsp.InitializeParams) -> None:
        options = params.initialization_options
        session.configuration.said = options.get("settings", options) if isinstance(options, Mapping) else {}

    @session.feature(lsp.INITIALIZED)
    def ready(params: lsp.InitializedParams) -> None:
        session.ask_settings()
        wanted = []
        if session.can("workspace.did_change_watched_files.dynamic_registration"):
            watchers = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(pattern) for pattern in WATCHED])
            wanted.append(lsp.Registration("dynalint-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, watchers))
        if session.can("workspace.did_change_configuration.dynamic_registration"):
            about = lsp.DidChangeConfigurationRegistrationOptions(SOURCE)
            wanted.append(lsp.Registration("dynalint-settings", lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, about))
        if wanted:
            session.client_register_capability(lsp.RegistrationParams(wanted))

    @session.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def changed(params: lsp.DidChangeConfigurationParams) -> None:
        if isinstance(params.settings, Mapping) and isinstance(params.settings.get(SOURCE), Mapping):
            session.configuration.said = params.settings[SOURCE]
        session.ask_settings()

    @session.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        session.ask_settings()

    @session.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files(params: lsp.DidChangeWatchedFilesParams) -> None:
        session.check_all()


def _hear_questions(session: Session) -> None:
    @session.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions([QUICK_FIX, FIX_ALL], resolve_provider=True))
    async def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri, only = params.text_document.uri, params.context.only
        document = await session.settled(uri)
        if document is None:
            return []
        desk = session.desk(uri)
        found: list[lsp.CodeAction] = []
        if wants(QUICK_FIX, only):
            found += quick_fixes(document, document.within(desk.positions.span(params.range)), desk)
        if document.fresh and not session.is_cell(uri) and wants(FIX_ALL, only) and any(each.fix is not None and each.fix.safe for each in document.findings):
            later = "edit" in (get_capability(session.client_capabilities, "text_document.code_action.resolve_support.properties") or ())
            edit = None if later else await session.fix_all(uri)
            found += [fix_all(desk, edit)] if later or edit is not None else []
        return found

    @session.feature(lsp.CODE_ACTION_RESOLVE)
    async def resolved(action: lsp.CodeAction) -> lsp.CodeAction:
        if action.kind == FIX_ALL and isinstance(action.data, str):
            action.edit = await session.fix_all(action.data)
        return action

    @session.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return None
        positions = session.desk(params.text_document.uri).positions
        formats = get_capability(session.client_capabilities, "text_document.hover.content_format") or ()
        here = positions.span(lsp.Range(params.position, params.position))
        return hover(document.within(here), positions, lsp.MarkupKind.Markdown in formats)

    @session.command(OPEN_PAGE)
    async def open_page(code: str) -> None:
        await session.show_page(code)
