"""The language server, driven over standard input and output by a client, on real files; and its parts, which need no connection."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.workspace import PositionCodec

from dynalint.engine import check
from dynalint.findings import Finding, Fix
from dynalint.noqa import audible
from dynalint.pages import page
from dynalint.rule import rules
from dynalint.server.documents import Document, changes, differences
from dynalint.server.folders import place_of
from dynalint.server.positions import Positions
from dynalint.server.silence import silenced
from dynalint.source import Edit, Source, Span, apply
from tests.editor import ABLE, Editor, offset
from tests.marked import Fixture, fixtures
from tests.programs import BAD, BAD_LINE, GOOD, python, write

SPAN = Span(BAD_LINE, 4, BAD_LINE, 29)
RANGE = lsp.Range(lsp.Position(BAD_LINE - 1, 4), lsp.Position(BAD_LINE - 1, 29))
# Two safe fixes, on one line each.
SAFE = """\
import boto3

table = boto3.resource("dynamodb").Table("orders")
table.update_item(Key={"pk": "1"}, UpdateExpression="SET status = :s", ExpressionAttributeValues={":s": "new"})
table.update_item(Key={"pk": "2"}, UpdateExpression="SET name = :s", ExpressionAttributeValues={":s": "new"})
"""
EMOJI = SAFE.replace('{"pk": "1"}', '{"pk": "🦆🦆"}').replace("import boto3", "import boto3  # 🦆\f")


def run(session: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await session()

    asyncio.run(main())


def codes(diagnostics: list[lsp.Diagnostic]) -> list[str]:
    return [str(diagnostic.code) for diagnostic in diagnostics]


@pytest.mark.slow
class TestDiagnostics:
    def test_an_opened_document_gets_all_that_a_diagnostic_can_say(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                (diagnostic,) = await editor.open("app.py", BAD)
                (finding,) = check(BAD)
                assert diagnostic == lsp.Diagnostic(
                    RANGE,
                    finding.message,
                    severity=lsp.DiagnosticSeverity.Warning,
                    code="DYN101",
                    code_description=lsp.CodeDescription(page("DYN101").aws),
                    source="dynalint",
                )

        run(session)

    def test_typing_is_answered_once_and_about_the_last_text(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                assert codes(await editor.open("app.py", BAD)) == ["DYN101"]
                for length in range(1, 20):
                    editor.type("app.py", BAD + "#" * length)
                assert codes(await editor.change("app.py", GOOD)) == []
                await asyncio.sleep(1)
                assert editor.silent()

        run(session)

    def test_broken_syntax_keeps_the_last_good_result_where_its_code_stands_now(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                await editor.open("app.py", BAD)
                (moved,) = await editor.change("app.py", "def broken(\n\n" + BAD)
                assert moved.range.start == lsp.Position(BAD_LINE + 1, 4)
                # On its own line, before it.
                (moved,) = await editor.change("app.py", "def broken(\n\n" + BAD.replace("    BillingMode", '    "🦆" BillingMode'))
                assert moved.range.start == lsp.Position(BAD_LINE + 1, 9)
                # The code itself is gone.
                assert await editor.change("app.py", "def broken(\n\n" + BAD.replace('BillingMode="PROVISIONED",', "")) == []
                assert codes(await editor.change("app.py", BAD)) == ["DYN101"]

        run(session)

    def test_a_document_that_was_never_python_says_so(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                (diagnostic,) = await editor.open("app.py", BAD + ")")
                assert (diagnostic.code, diagnostic.severity) == ("DYN001", lsp.DiagnosticSeverity.Error)
                assert codes(await editor.change("app.py", BAD)) == ["DYN101"]

        run(session)

    def test_a_closed_document_has_no_diagnostics(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                await editor.open("app.py", BAD)
                editor.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(editor.uri("app.py"))))
                assert await editor.said(editor.uri("app.py")) == []
                assert codes(await editor.open("app.py", BAD)) == ["DYN101"]

        run(session)

    def test_a_comment_silences_it(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                assert await editor.open("app.py", BAD.rstrip() + "  # noqa: DYN101\n") == []

        run(session)

    @pytest.mark.parametrize("encoding", [None, lsp.PositionEncodingKind.Utf16, lsp.PositionEncodingKind.Utf32])
    def test_emoji_and_form_feeds_before_a_finding(self, tmp_path: Path, encoding: lsp.PositionEncodingKind | None) -> None:
        general = lsp.GeneralClientCapabilities(position_encodings=[encoding]) if encoding else None

        async def session() -> None:
            async with Editor.on(tmp_path, capabilities=lsp.ClientCapabilities(general=general)) as editor:
                first, second = await editor.open("app.py", EMOJI)
                column = EMOJI.splitlines(keepends=False)[4].index('"SET status') + 1
                wide = 0 if encoding == lsp.PositionEncodingKind.Utf32 else 2
                assert first.range.start.line == 3
                assert first.range.start.character - check(EMOJI)[0].span.column == wide
                assert first.range.start.character >= column - 1
                assert second.range.start.line == 4

        run(session)

    def test_a_document_that_is_no_file_yet(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                assert codes(await editor.open("", BAD, uri="untitled:Untitled-1")) == ["DYN101"]

        run(session)

    def test_an_unsaved_document_is_read_beside_the_files_of_its_project(self, tmp_path: Path) -> None:
        write(tmp_path, {".git/HEAD": "", "shop/__init__.py": "", "shop/names.py": 'TABLE = "orders"\n', "shop/app.py": ""})
        text = "from shop.names import TABLE\n" + BAD.replace('"users"', "TABLE")

        async def session() -> None:
            async with Editor.on(tmp_path, initial={"provisioned-tables": "orders"}) as editor:
                assert await editor.open("shop/app.py", text) == []
                write(tmp_path, {"shop/names.py": 'TABLE = "invoices"\n'})
                changed = lsp.FileEvent((tmp_path / "shop/names.py").as_uri(), lsp.FileChangeType.Changed)
                editor.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([changed]))
                assert codes(await editor.said(editor.uri("shop/app.py"))) == ["DYN101"]

        run(session)

    def test_all_fixtures_give_what_check_gives(self, tmp_path: Path) -> None:
        async def session() -> None:
            # One that cannot be asked for settings tells them itself.
            async with Editor.on(tmp_path, capabilities=lsp.ClientCapabilities(), seconds=1200) as editor:
                for fixture in fixtures():
                    settings = {name.replace("_", "-"): text for name, text in fixture.option_texts.items()}
                    editor.workspace_did_change_configuration(lsp.DidChangeConfigurationParams({"dynalint": settings}))
                    # As where `dynalint check` is run in the folder.
                    name = f"{fixture.path.stem}/{fixture.checked_as}"
                    expected = audible(Source(fixture.text), check(fixture.text, name, fixture.options, beside=tmp_path / name))
                    said = await editor.open(name, fixture.text)
                    assert [spot(fixture, each) for each in said] == [(each.span, each.code, each.message) for each in expected], fixture.path
                    editor.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(editor.uri(name))))
                    assert await editor.said(editor.uri(name)) == []

        run(session)


def spot(fixture: Fixture, diagnostic: lsp.Diagnostic) -> tuple[Span, str, str]:
    """A diagnostic as check would say it."""
    source = Source(fixture.text)
    return source.span(offset(source, diagnostic.range.start), offset(source, diagnostic.range.end)), str(diagnostic.code), diagnostic.message


@pytest.mark.slow
class TestActions:
    def test_what_is_offered_for_a_finding(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                (diagnostic,) = await editor.open("app.py", BAD)
                fix, silence, read = await editor.actions("app.py", RANGE)
                assert fix.title == "Fix DYN101: Make the table on-demand (unsafe)"
                assert (fix.kind, fix.is_preferred, list(fix.diagnostics or ())) == (lsp.CodeActionKind.QuickFix, None, [diagnostic])
                assert editor.after("app.py", fix.edit) == GOOD
                assert silence.title == "Silence DYN101 on this line"
                quiet = editor.after("app.py", silence.edit)
                assert quiet.splitlines()[BAD_LINE - 1] == BAD.splitlines()[BAD_LINE - 1] + "  # noqa: DYN101"
                assert read.title == "Open the page of DYN101"
                assert await editor.change("app.py", quiet) == []
                assert await editor.actions("app.py", RANGE) == []

        run(session)

    def test_a_place_without_findings_has_no_quick_fixes(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                await editor.open("app.py", BAD)
                assert await editor.actions("app.py", lsp.Range(lsp.Position(0, 0), lsp.Position(0, 5))) == []

        run(session)

    def test_the_page_opens(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                await editor.open("app.py", BAD)
                command = (await editor.actions("app.py", RANGE))[-1].command
                assert command is not None
                await editor.workspace_execute_command_async(lsp.ExecuteCommandParams(command=command.command, arguments=command.arguments))
                shown.append(Path((await editor.shown.get()).uri.removeprefix("file://")))
                texts.append(shown[0].read_text(encoding="utf8"))

        shown: list[Path] = []
        texts: list[str] = []
        run(session)
        assert texts == [page("DYN101").markdown]
        assert not shown[0].exists()

    def test_an_editor_that_opens_nothing_is_told_where_the_page_is(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path, capabilities=lsp.ClientCapabilities()) as editor:
                await editor.workspace_execute_command_async(lsp.ExecuteCommandParams(command="dynalint.openPage", arguments=["DYN101"]))
                assert (await editor.messages.get()).message.endswith("DYN101.md")

        run(session)

    @pytest.mark.parametrize("capabilities", [ABLE, lsp.ClientCapabilities()], ids=["able", "plain"])
    @pytest.mark.parametrize("text", [SAFE, EMOJI, SAFE.replace("\n", "\r\n")], ids=["ascii", "emoji", "crlf"])
    def test_fix_all_makes_the_safe_fixes(self, tmp_path: Path, text: str, capabilities: lsp.ClientCapabilities) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path, capabilities=capabilities) as editor:
                diagnostics = await editor.open("app.py", text)
                assert codes(diagnostics) == ["DYN601", "DYN601"]
                (action,) = await editor.actions("app.py", diagnostics[0].range, "source.fixAll")
                assert action.kind == "source.fixAll.dynalint"
                if capabilities is ABLE:
                    assert action.edit is None
                    action = await editor.code_action_resolve_async(action)
                mended = editor.after("app.py", action.edit)
                assert mended.count("#status") == mended.count("#name") == 2
                assert mended.splitlines()[:3] == text.splitlines()[:3]
                assert mended.count("\r\n") == text.count("\r\n")
                assert await editor.change("app.py", mended) == []
                assert await editor.actions("app.py", diagnostics[0].range, "source.fixAll.dynalint") == []

        run(session)

    def test_fix_all_leaves_unsafe_fixes_to_the_user(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                await editor.open("app.py", BAD)
                assert await editor.actions("app.py", RANGE, "source.fixAll.dynalint") == []
                assert len(await editor.actions("app.py", RANGE, "quickfix")) == 3

        run(session)

    def test_what_is_asked_right_after_typing_is_about_what_was_typed(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                await editor.open("app.py", BAD)
                editor.type("app.py", "#\n#\n" + BAD)
                below = lsp.Range(lsp.Position(BAD_LINE + 1, 4), lsp.Position(BAD_LINE + 1, 4))
                assert editor.after("app.py", (await editor.actions("app.py", below))[0].edit) == "#\n#\n" + GOOD

        run(session)

    def test_broken_syntax_is_not_fixed(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                await editor.open("app.py", SAFE)
                (first, _) = await editor.change("app.py", SAFE + ")")
                assert [action.title for action in await editor.actions("app.py", first.range)] == ["Open the page of DYN601"]

        run(session)

    def test_the_mouse_on_a_finding_shows_its_page(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                await editor.open("app.py", BAD)
                document = lsp.TextDocumentIdentifier(editor.uri("app.py"))
                shown = await editor.text_document_hover_async(lsp.HoverParams(document, RANGE.start))
                assert shown == lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, page("DYN101").markdown), RANGE)
                assert await editor.text_document_hover_async(lsp.HoverParams(document, lsp.Position(0, 0))) is None

        run(session)


@pytest.mark.slow
class TestSettings:
    def test_two_folders_and_what_the_editor_says_of_each(self, tmp_path: Path) -> None:
        one, other = tmp_path / "one", tmp_path / "other"
        write(tmp_path, {"one/app.py": "", "other/app.py": ""})

        async def session() -> None:
            async with Editor.on(one, other, settings={one: {"provisioned-tables": ["users"]}}) as editor:
                assert await editor.open("app.py", BAD) == []
                assert codes(await editor.open("", BAD, uri=(other / "app.py").as_uri())) == ["DYN101"]
                editor.settings = {other: {"provisioned-tables": ["users"]}}
                editor.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(None))
                assert codes(await editor.said(editor.uri("app.py"))) == ["DYN101"]
                assert await editor.said((other / "app.py").as_uri()) == []

        run(session)

    @pytest.mark.parametrize("initial", [{"provisioned-tables": "users"}, {"settings": {"provisioned-tables": ["users"]}}])
    def test_an_editor_that_cannot_be_asked(self, tmp_path: Path, initial: object) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path, initial=initial, capabilities=lsp.ClientCapabilities()) as editor:
                assert await editor.open("app.py", BAD) == []
                editor.workspace_did_change_configuration(lsp.DidChangeConfigurationParams({"dynalint": {"provisioned-tables": "orders"}}))
                assert codes(await editor.said(editor.uri("app.py"))) == ["DYN101"]

        run(session)

    def test_a_bad_setting_is_said_once_and_the_last_good_ones_count(self, tmp_path: Path) -> None:
        good = {"provisioned-tables": "users"}

        async def session() -> None:
            async with Editor.on(tmp_path, initial=good, capabilities=lsp.ClientCapabilities()) as editor:
                assert await editor.open("app.py", BAD) == []
                editor.workspace_did_change_configuration(lsp.DidChangeConfigurationParams({"dynalint": {"provisoned-tables": "users"}}))
                assert await editor.said(editor.uri("app.py")) == []
                said = await editor.messages.get()
                assert said.type == lsp.MessageType.Error
                assert "provisoned-tables" in said.message
                assert str(tmp_path) in said.message
                assert await editor.change("app.py", BAD + "\n") == []
                assert editor.messages.empty()

        run(session)

    def test_each_folder_has_the_configuration_of_its_files_and_what_the_editor_says_above_it(self, tmp_path: Path) -> None:
        one, other = tmp_path / "one", tmp_path / "other"
        write(
            tmp_path,
            {
                "one/pyproject.toml": '[tool.dynalint]\nper-file-ignores = { "old/*" = ["correctness"] }\nignore = ["DYN101"]\n',
                "other/setup.cfg": "[flake8]\ndynalint-provisioned-tables = users\n",
            },
        )

        async def session() -> None:
            async with Editor.on(one, other, settings={other: {"enable": ["no-deletion-protection"]}}) as editor:
                assert await editor.open("app.py", BAD) == []
                assert codes(await editor.open("new/app.py", SAFE)) == ["DYN601", "DYN601"]
                assert await editor.open("old/app.py", SAFE) == []
                uri = (other / "app.py").as_uri()
                assert codes(await editor.open("", BAD, uri=uri)) == ["DYN751"]
                write(other, {"setup.cfg": ""})
                editor.workspace_did_change_watched_files(
                    lsp.DidChangeWatchedFilesParams([lsp.FileEvent((other / "setup.cfg").as_uri(), lsp.FileChangeType.Changed)])
                )
                assert codes(await editor.said(uri)) == ["DYN751", "DYN101"]

        run(session)

    def test_test_paths_are_those_of_the_folder(self, tmp_path: Path) -> None:
        """A folder that itself lies below some `tests` is none."""
        folder = tmp_path / "tests" / "shop"
        folder.mkdir(parents=True)

        async def session() -> None:
            async with Editor.on(folder) as editor:
                assert codes(await editor.open("app.py", BAD)) == ["DYN101"]
                assert await editor.open("tests/app.py", BAD) == []

        run(session)

    def test_files_and_settings_are_watched(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                await editor.open("app.py", BAD)
                assert {each.method for each in editor.registered} == {
                    lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                    lsp.WORKSPACE_DID_CHANGE_CONFIGURATION,
                }

        run(session)


@pytest.mark.slow
class TestNotebooks:
    TABLE = 'import boto3\n\ntable = boto3.resource("dynamodb").Table("orders")'
    WRITE = 'table.update_item(Key={"pk": "🦆"}, UpdateExpression="SET status = :s", ExpressionAttributeValues={":s": "new"})'

    def test_cells_are_checked_together_and_each_has_its_own_diagnostics(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                first, second = await editor.open_notebook("app.ipynb", "%pip install boto3\n" + self.TABLE, self.WRITE)
                (diagnostic,) = await editor.said(second)
                assert (diagnostic.code, diagnostic.range.start.line) == ("DYN601", 0)
                (fix, silence, _) = await editor.actions(second, diagnostic.range)
                assert "#status" in editor.after(second, fix.edit)
                assert editor.after(second, silence.edit) == self.WRITE + "  # noqa: DYN601"
                # A cell that is broken keeps what is known of it; the other one is checked all the same.
                editor.type_in_cell("app.ipynb", second, "(" + self.WRITE)
                (moved,) = await editor.said(second)
                assert moved.code == "DYN601"
                assert moved.range.start.character == diagnostic.range.start.character + 1
                editor.type_in_cell("app.ipynb", second, self.WRITE)
                await editor.said(second)
                # What it writes to is what the cell above it says.
                editor.type_in_cell("app.ipynb", first, "table = []")
                assert await editor.said(second) == []

        run(session)

    def test_a_closed_notebook_has_no_diagnostics(self, tmp_path: Path) -> None:
        async def session() -> None:
            async with Editor.on(tmp_path) as editor:
                (cell,) = await editor.open_notebook("app.ipynb", self.TABLE + "\n" + self.WRITE)
                assert codes(await editor.said(cell)) == ["DYN601"]
                document = lsp.NotebookDocumentIdentifier(editor.uri("app.ipynb"))
                editor.notebook_document_did_close(lsp.DidCloseNotebookDocumentParams(document, [lsp.TextDocumentIdentifier(cell)]))
                assert await editor.said(cell) == []

        run(session)


@pytest.mark.slow
class TestConnection:
    def test_an_editor_that_leaves_without_a_word(self, tmp_path: Path) -> None:
        run = python("-m", "dynalint", "server", "--stdio", cwd=tmp_path, text="")
        assert (run.returncode, run.stdout) == (2, "")

    def test_a_check_that_fails_is_said_and_ends_nothing(self, tmp_path: Path) -> None:
        code = """
from dynalint.server import checks
from dynalint.cli import main

check = checks.check
def fails(text, *arguments, **keywords):
    if "fail" in text:
        raise RuntimeError("on purpose")
    print("chatter")
    return check(text, *arguments, **keywords)
checks.check = fails
main(["server"])
"""

        async def session() -> None:
            async with Editor.on(tmp_path, command=(sys.executable, "-c", code)) as editor:
                assert codes(await editor.open("app.py", BAD)) == ["DYN101"]
                editor.type("app.py", BAD + "# fail")
                said = await editor.messages.get()
                assert said.message == "dynalint: the check of app.py failed with RuntimeError: on purpose"
                assert codes(await editor.change("app.py", BAD + "#")) == ["DYN101"]

        run(session)

    def test_without_the_extra_it_says_what_is_missing(self, tmp_path: Path) -> None:
        code = "import sys; sys.modules['pygls'] = None; from dynalint.cli import main; sys.exit(main(['server']))"
        run = python("-c", code, cwd=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert run.stderr == "dynalint: the server needs the extra lsp: pip install 'dynalint[lsp]'\n"

    def test_a_command_without_the_server_does_not_import_it(self, tmp_path: Path) -> None:
        code = "import sys; from dynalint.cli import main; main(['check']); sys.exit('pygls' in sys.modules)"
        assert python("-c", code, cwd=tmp_path).returncode == 0


class TestDocuments:
    FINDING = Finding(SPAN, "says", Fix("mend", (Edit(SPAN, ""),), safe=True), "DYN101")

    def moved(self, text: str) -> str | None:
        """The code that the finding stands on after an edit."""
        document = Document(Source(BAD)).checked([self.FINDING]).edited(text)
        assert all(finding.fix is None for finding in document.findings)
        return document.source.slice(document.findings[0].span) if document.findings else None

    @pytest.mark.parametrize(
        "text",
        [
            BAD,
            "# above\n" + BAD,
            BAD + "# below\n",
            "# above\n" + BAD + "# below\n",
            BAD.replace("import boto3\n\n", ""),
            BAD.replace("import boto3", "import boto3\n\n\n").replace("users", "a longer name of a table"),
            BAD.replace("    BillingMode", " BillingMode"),
            BAD.replace('"PROVISIONED",', '"PROVISIONED", # "🦆"'),
            BAD[: -len("\n)\n")],
        ],
    )
    def test_a_finding_goes_where_its_code_goes(self, text: str) -> None:
        if text == BAD:
            assert Document(Source(BAD)).checked([self.FINDING]).edited(text).findings == (self.FINDING,)
        else:
            assert self.moved(text) == 'BillingMode="PROVISIONED"'

    def test_a_finding_that_is_edited_stays_around_its_code(self) -> None:
        assert self.moved(BAD.replace("PROVISIONED", "PROVISORY")) == 'BillingMode="PROVISORY"'

    @pytest.mark.parametrize("text", ["", "x = 1\n", BAD.replace('    BillingMode="PROVISIONED",\n', ""), BAD.replace('BillingMode="PROVISIONED"', "**more")])
    def test_a_finding_whose_code_is_gone_is_gone(self, text: str) -> None:
        assert self.moved(text) is None

    @pytest.mark.parametrize(
        ("old", "new"), [("", ""), ("", "a\n"), ("a\nb\nc", "a\nc"), ("a\n\na\n", "a\n\n\n\na"), (BAD, GOOD), (GOOD, EMOJI), ("aaa", "aa")]
    )
    def test_differences_make_one_text_of_the_other(self, old: str, new: str) -> None:
        assert apply(Source(old), tuple(differences(Source(old), Source(new)))) == new
        assert len(old) + sum(change.growth for change in changes(Source(old), Source(new))) == len(new)

    def test_what_is_no_python_is_no_news_where_better_is_known(self) -> None:
        broken = check(BAD + ")")
        assert Document(Source(BAD)).checked(broken).findings == tuple(broken)
        assert Document(Source(BAD)).checked([self.FINDING]).checked(broken).findings == (self.FINDING,)


class TestPositions:
    TEXT = 'a = "🦆é"; b\x0c = 1\r\nc\u2028 = 2\rd'

    @pytest.mark.parametrize("encoding", [lsp.PositionEncodingKind.Utf8, lsp.PositionEncodingKind.Utf16, lsp.PositionEncodingKind.Utf32])
    def test_there_and_back(self, encoding: lsp.PositionEncodingKind) -> None:
        source = Source(self.TEXT)
        positions = Positions(source, PositionCodec(encoding))
        for start in range(len(self.TEXT)):
            span = source.span(start, start + 1)
            if self.TEXT[start] not in "\r\n":
                assert positions.span(positions.range(span)).start == span.start

    def test_units_of_utf_16(self) -> None:
        source = Source(self.TEXT)
        found = Positions(source, PositionCodec()).range(source.span(self.TEXT.index("b"), self.TEXT.index("d") + 1))
        assert found == lsp.Range(lsp.Position(0, 11), lsp.Position(2, 1))

    def test_behind_the_end_is_the_end(self) -> None:
        positions = Positions(Source("ab\ncd"), PositionCodec())
        assert positions.span(lsp.Range(lsp.Position(0, 99), lsp.Position(7, 7))) == Span(1, 2, 8, 0)


class TestSilence:
    @pytest.mark.parametrize(
        ("text", "silent"),
        [
            ("f(1)\n", "f(1)  # noqa: DYN101\n"),
            ("f(1)", "f(1)  # noqa: DYN101"),
            ("f(1)  \r\ng()\r\n", "f(1)  # noqa: DYN101  \r\ng()\r\n"),
            ("f(1)  # why\n", "f(1)  # why  # noqa: DYN101\n"),
            ("f(1)  # noqa: E501\n", "f(1)  # noqa: E501, DYN101\n"),
            ("f(1)  # noqa: E501,W2  because\n", "f(1)  # noqa: E501,W2, DYN101  because\n"),
            ("f(\n    1,\n)\n", "f(  # noqa: DYN101\n    1,\n)\n"),
            ("f('''\n1\n''')\n", "f('''\n1\n''')  # noqa: DYN101\n"),
            ("f('# noqa: E501')\n", "f('# noqa: E501')  # noqa: DYN101\n"),
            ("f(1) + \\\n    2\n", "f(1) + \\\n    2  # noqa: DYN101\n"),
            ("f(1); g()\n", "f(1); g()  # noqa: DYN101\n"),
        ],
    )
    def test_where_the_comment_stands(self, text: str, silent: str) -> None:
        finding = Finding(Span(1, 0, 1, 4), "says", None, "DYN101")
        edit = silenced(Source(text), finding)
        assert edit is not None
        assert apply(Source(text), (edit,)) == silent
        assert audible(Source(silent), [finding]) == []

    def test_nowhere_in_what_is_no_python(self) -> None:
        assert silenced(Source("f(1\n"), Finding(Span(1, 0, 1, 4), "says", None, "DYN101")) is None

    @pytest.mark.parametrize("fixture", fixtures(), ids=lambda fixture: fixture.path.stem)
    def test_findings_of_every_fixture_can_be_silenced(self, fixture: Fixture) -> None:
        source = Source(fixture.text, fixture.checked_as)
        # To split a fixture into tokens takes long.
        for finding in audible(source, fixture.findings())[:5]:
            edit = silenced(source, finding)
            assert edit is not None
            quiet = Source(apply(source, (edit,)), source.path)
            compile(quiet.text, "-", "exec", dont_inherit=True)
            assert finding not in audible(quiet, [finding])


class TestPlaces:
    def test_the_innermost_folder_has_a_document(self, tmp_path: Path) -> None:
        inner = tmp_path / "inner"
        place = place_of((inner / "src" / "app.py").as_uri(), [tmp_path.as_uri(), inner.as_uri()])
        assert (place.folder, place.shown) == (inner, str(Path("src/app.py")))

    def test_a_file_outside_of_all_folders_is_at_home_in_its_directory(self, tmp_path: Path) -> None:
        place = place_of((tmp_path / "app.py").as_uri(), [(tmp_path / "app").as_uri()])
        assert (place.folder, place.home, place.shown) == (None, tmp_path, "app.py")

    def test_a_document_without_a_name(self) -> None:
        place = place_of("untitled:Untitled-1", ["file:///home"])
        assert (place.path, place.home, place.shown) == (None, None, "-")


def test_every_rule_has_a_severity_for_editors() -> None:
    from dynalint.server.diagnostics import SEVERITY

    assert {page(rule.code).level for rule in rules()} <= SEVERITY.keys()
    assert sys.modules["pygls"]
