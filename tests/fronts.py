"""Turns Python files into what each front end says of them, and holds fixes to what they promise: on pinned wheels of real code, and on all fixtures.

`python -m tests.fronts` exits with 1 where flake8, the command, the language server and the command on notebooks say different things of one
text, and where `--fix --unsafe-fixes` leaves anything but the same code, mended. Of files in which nothing is found it takes one in four; `--all` takes
all of them.
"""

from __future__ import annotations

import ast
import asyncio
import json
import os
import re
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache, partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

from lsprotocol import types as lsp

from dynalint.engine import check
from dynalint.files import decode
from dynalint.findings import Finding
from dynalint.fixes.apply import fixed, may_fix
from dynalint.gate import speaks_dynamodb
from dynalint.noqa import audible
from dynalint.options import Options
from dynalint.source import Edit, Source
from tests.editor import Editor, offset
from tests.programs import dynalint, flake8, write
from tests.wheels import Wheel, wheels

# Path -> what is said of the file, as `LINE:COLUMN: CODE message`, in order.
Said = dict[str, list[str]]
# Rules that are off, and those that are silent in tests, have more to say than the others.
ALL_RULES = {"enable": "audit", "check-tests": "yes"}
_LINE = re.compile(r"(?:\./)?(?P<path>.+?\.(?:py|ipynb)):(?:cell (?P<cell>\d+):)?(?P<line>\d+):(?P<said>\d+: DYN\d{3} .*)")
# Where the part stands that a finding is about.
_PART = re.compile(r"\((?:cell (?P<cell>\d+), )?line (?P<line>\d+)\)$")


def by_command(folder: Path, settings: Mapping[str, str]) -> Said:
    """What `dynalint check` says of all files in a folder."""
    return _read(dynalint("check", "--isolated", "--respect-gitignore=no", "--exclude=", *_flags("", settings), cwd=folder).stdout)


def by_flake8(folder: Path, settings: Mapping[str, str], paths: Iterable[str]) -> Said:
    """What flake8 says of files in a folder."""
    return _read(flake8("--isolated", *_flags("dynalint-", settings), *paths, cwd=folder).stdout)


def by_server(folder: Path, settings: Mapping[str, str], paths: Iterable[str]) -> Said:
    """What the language server says of the texts of files in a folder."""

    async def session() -> Said:
        # One that cannot be asked for settings tells them itself.
        async with Editor.on(folder, capabilities=lsp.ClientCapabilities(), seconds=1200) as editor:
            editor.workspace_did_change_configuration(lsp.DidChangeConfigurationParams({"dynalint": dict(settings)}))
            said = {}
            for path in paths:
                source = Source(decode((folder / path).read_bytes()), path)
                said[path] = [_of_diagnostic(source, each) for each in await editor.open(path, source.text)]
                editor.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(editor.uri(path))))
            return _sorted(said)

    return asyncio.run(session())


def by_notebooks(texts: Mapping[str, str], settings: Mapping[str, str]) -> Said:
    """What `dynalint check` says of notebooks with these texts in their cells, as seen from the heads of the texts."""
    cells = {path: parts(text) for path, text in texts.items()}
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), {_as_notebook(path): notebook(sources) for path, sources in cells.items()})
        words = ("check", "--isolated", "--exclude=", *_flags("", settings))
        lines = dynalint(*words, cwd=Path(name)).stdout.splitlines()
    heads = {_as_notebook(path): (path, [0, *_sums(source.count("\n") for source in sources)]) for path, sources in cells.items()}
    said: Said = {}
    for match in filter(None, map(_LINE.fullmatch, lines)):
        path, above = heads[match["path"]]

        def as_seen(part: re.Match[str], above: list[int] = above, cell: str = match["cell"]) -> str:
            return f"(line {above[int(part['cell'] or cell) - 1] + int(part['line'])})"

        said.setdefault(path, []).append(f"{above[int(match['cell']) - 1] + int(match['line'])}:{_PART.sub(as_seen, match['said'])}")
    return _sorted(said)


def parts(text: str) -> list[str]:
    """A module as its author might have put it into cells: cut before statements that stand below a blank line."""
    lines = list(Source(text).lines)
    starts = {min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))]) for node in ast.parse(text).body}
    cuts = [0, *(at for at in range(1, len(lines)) if at + 1 in starts and not lines[at - 1].strip()), len(lines)]
    return ["".join(lines[start:end]) for start, end in pairwise(cuts)]


def notebook(sources: Sequence[str]) -> str:
    """A notebook with these code cells."""
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "source": list(Source(source).lines), "outputs": [], "execution_count": None} for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def differences(name: str, said: Said, other: Said) -> Iterator[str]:
    """What a front end says that the command does not, and the other way round."""
    for path in sorted(said.keys() | other.keys()):
        ours, theirs = Counter(said.get(path, ())), Counter(other.get(path, ()))
        yield from (f"only {name}: {path}:{line}" for line in (theirs - ours).elements())
        yield from (f"not {name}: {path}:{line}" for line in (ours - theirs).elements())


def objections(text: str, findings: Callable[[str], list[Finding]]) -> Iterator[str]:
    """What is to be said against the fixes, safe and unsafe, of what `findings` finds in a text."""
    rounds: list[tuple[str, list[Finding]]] = []

    def noted(now: str) -> list[Finding]:
        rounds.append((now, findings(now)))
        return rounds[-1][1]

    done = fixed(text, noted, unsafe=True)
    if done.refused:
        yield f"refused: {done.refused}"
    if _compiles(text) and not _compiles(done.text):
        yield "what is fixed does not compile"
    if fixed(done.text, findings, unsafe=True).text != done.text:
        yield "a second run changes something"
    before, after = rounds[0][1], rounds[-1][1]
    yield from (f"a fix is still offered: {_line(each)}" for each in after if may_fix(each, unsafe=True) and _may_change(done.text, each))
    # What is mended may show what else is wrong there: a value that has got its type may be one that its key cannot have.
    mended = {each.code for each in done.applied}
    known, left = (Counter((each.code, each.message) for each in found if each.code in mended) for found in (before, after))
    yield from (f"fixes have made a finding: {code} {message}" for code, message in left - known)
    for (now, found), (then, _) in pairwise(rounds):
        yield from _changes_elsewhere(now, then, [edit for each in found if each.fix is not None for edit in each.fix.edits])


def _changes_elsewhere(before: str, after: str, edits: Sequence[Edit]) -> Iterator[str]:
    """The lines that differ and are not those of an edit."""
    meant = {line for edit in edits for line in range(edit.span.line, edit.span.end_line + 1)}
    ours, theirs = Source(before).lines, Source(after).lines
    for kind, start, end, _, _ in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        touched = {start, start + 1} if kind == "insert" else set(range(start + 1, end + 1))
        if kind != "equal" and not (touched & meant if kind == "insert" else touched <= meant):
            yield f"line {start + 1} is changed, which no fix is about"


def _may_change(text: str, finding: Finding) -> bool:
    """Is the finding's fix silenced by no comment?"""
    places = [replace(finding, span=edit.span) for edit in (finding.fix.edits if finding.fix else ())]
    return len(audible(Source(text), places)) == len(places)


def _compiles(text: str) -> bool:
    try:
        compile(text, "-", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _line(finding: Finding) -> str:
    return f"{finding.span.line}:{finding.span.column + 1}: {finding.code} {finding.message}"


def _of_diagnostic(source: Source, diagnostic: lsp.Diagnostic) -> str:
    span = source.span(offset(source, diagnostic.range.start), offset(source, diagnostic.range.end))
    return f"{span.line}:{span.column + 1}: {diagnostic.code} {diagnostic.message}"


def _read(output: str) -> Said:
    said: Said = {}
    for match in filter(None, map(_LINE.fullmatch, output.splitlines())):
        said.setdefault(match["path"], []).append(f"{match['line']}:{match['said']}")
    return _sorted(said)


def _sorted(said: Said) -> Said:
    return {path: sorted(lines) for path, lines in sorted(said.items()) if lines}


def _flags(prefix: str, settings: Mapping[str, str]) -> list[str]:
    return [f"--{prefix}{name}={value}" for name, value in settings.items()]


def _as_notebook(path: str) -> str:
    return path.removesuffix(".py") + ".ipynb"


def _sums(numbers: Iterable[int]) -> Iterator[int]:
    total = 0
    for number in numbers:
        total += number
        yield total


def unpacked(wild: Iterable[Wheel], folder: Path) -> dict[str, str]:
    """Unpack the Python files of wheels; the texts of those that speak of DynamoDB, by their paths in the folder."""
    texts = {}
    for wheel in wild:
        with zipfile.ZipFile(wheel.path) as archive:
            archive.extractall(folder / wheel.name, wheel.members())
        for path, text in wheel.texts(wheel.members()):
            if speaks_dynamodb(text):
                texts[f"{wheel.name}/{path}"] = text
    return texts


def survey(wild: Iterable[Wheel], step: int) -> Iterator[str]:
    """What is amiss with the wheels. Of the files in which nothing is found, `step` is the distance from one that is looked at to the next."""
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(2) as pool, ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as workers:
        folder = Path(name)
        # A repository is one project, wherever the program is started that reads it: an editor starts the server where it likes.
        (folder / ".git").mkdir()
        texts = unpacked(wild, folder)
        said = by_command(folder, ALL_RULES)
        chosen = {path: text for number, (path, text) in enumerate(texts.items()) if path in said or not number % step}
        print(f"{len(texts)} files of real code speak of DynamoDB, {sum(map(len, said.values()))} findings in them with all rules on, {len(chosen)} chosen")
        server = pool.submit(by_server, folder, ALL_RULES, chosen)
        plugin = pool.submit(by_flake8, folder, ALL_RULES, chosen)
        # A notebook is no module of a project: there it is as if no imports were followed.
        notebooks = pool.submit(by_notebooks, chosen, ALL_RULES | {"follow-imports": "no"})
        alone = list(workers.map(_alone, chosen.items()))
        yield from differences("flake8", said, plugin.result())
        yield from differences("the server", said, server.result())
        yield from differences("notebooks", {path: lines for path, lines, _ in alone if lines}, notebooks.result())
        yield from (f"{path}: {objection}" for path, _, found in alone for objection in found)


def _alone(module: tuple[str, str]) -> tuple[str, list[str], list[str]]:
    """A path, what is said of the text by itself, and what is to be said against the fixes."""
    path, text = module
    findings = cache(partial(check, path=path, options=Options(enable=("audit",), check_tests=True)))
    return path, sorted(map(_line, audible(Source(text), findings(text)))), list(objections(text, findings))


def main() -> int:
    """Survey the pinned wheels; 0 where nothing is amiss."""
    amiss = list(survey(wheels(), 1 if "--all" in sys.argv[1:] else 4))
    print("\n".join([*amiss, f"{len(amiss) or 'nothing'} amiss"]))
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
