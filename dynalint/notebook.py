"""Turns the code cells of a notebook into one Python text, places in that text into cells and lines, and a fixed text into the notebook again."""

from __future__ import annotations

import io
import json
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dynalint.engine import parse
from dynalint.files import UndecodableError
from dynalint.findings import Finding
from dynalint.source import Edit, Source, Span

# What IPython adds to Python: a line that is a magic, a shell's or a question, and the same as the value of an assignment.
_MAGIC = re.compile(r"\A\s*+(?:[%!?]|[\w.]++\?{1,2}\s*$)")
_ASSIGNED = re.compile(r"\A\s*+[\w.,\[\]'\" \t]++=\s*[%!]")
# Cells under these are still Python; those under others are not.
_PYTHON_CELLS = frozenset({"capture", "prun", "time", "timeit"})
_LAYOUTS: tuple[dict[str, Any], ...] = tuple({"indent": indent} for indent in (1, 2, 4, None, "\t"))


@dataclass(frozen=True)
class Notebook:
    """A notebook. Its cells count from 1, those without code too, as editors number them."""

    data: bytes
    content: dict[str, Any]
    sources: dict[int, str]
    """The code of each code cell, as its author wrote it."""
    python: dict[int, str]
    """The same for those cells that are Python, with something harmless in the place of IPython's own lines."""
    hidden: tuple[str, ...]
    """The lines of IPython's own, in order."""
    broken: tuple[tuple[int, Finding], ...]
    """Cells that cannot be parsed, and what is said of them."""
    mark: str
    """What stands in no cell: lines of ours begin, or end, with it."""

    @cached_property
    def text(self) -> str:
        """The Python of all cells, each below a comment of ours."""
        return "".join(f"# {self.mark}{cell}\n{_ended(code)}" for cell, code in self.python.items())

    @cached_property
    def _heads(self) -> list[tuple[int, int]]:
        """The line in the text of the comment above each cell, and the cell."""
        found = (re.fullmatch(rf"# {self.mark}(\d+)\n", line) for line in Source(self.text).lines)
        return [(number, int(head[1])) for number, head in enumerate(found, 1) if head is not None]

    def placed(self, finding: Finding) -> tuple[int, Finding]:
        """The cell that a finding in the text stands in, and the finding as seen from the head of that cell."""
        cell, span = self._placed(finding.span)
        fix = finding.fix
        if fix is not None:
            edits = [(self._placed(edit.span), edit.text) for edit in fix.edits]
            inside = all(where[0] == cell for where, _ in edits)
            fix = replace(fix, edits=tuple(Edit(where[1], text) for where, text in edits)) if inside else None
        part_cell, part = self._placed(finding.part) if finding.part is not None else (cell, None)
        return cell, replace(finding, span=span, fix=fix, part=part, part_in=f"cell {part_cell}" if part_cell != cell else "")

    def _placed(self, span: Span) -> tuple[int, Span]:
        if not self._heads:
            return min(self.sources, default=1), span
        head, cell = self._heads[max(bisect_right(self._heads, (span.line, 0)) - 1, 0)]
        last = len(Source(self.python[cell]).lines)
        line, end = max(span.line - head, 1), max(min(span.end_line - head, last), 1)
        return cell, Span(line, span.column, end, span.end_column if end == span.end_line - head else len(Source(self.sources[cell]).block(end, end)))

    def sources_of(self, text: str) -> dict[int, str]:
        """The code of each cell, with what a text, this one after fixes, has in its place. Raises UndecodableError where it cannot be told apart."""
        pieces = re.split(rf"^# {self.mark}(\d+)\n", text, flags=re.MULTILINE)
        cells = {int(number): code for number, code in zip(pieces[1::2], pieces[2::2], strict=True)}
        if pieces[0] or list(cells) != list(self.python) or len(self._restored(text)[1]) != len(self.hidden):
            raise UndecodableError("the fixes go from one cell into another, or into a magic")
        codes = {cell: self._restored(code)[0] for cell, code in cells.items()}
        return {
            cell: before if cell not in codes else codes[cell] if self.python[cell].endswith("\n") else codes[cell].removesuffix("\n")
            for cell, before in self.sources.items()
        }

    def _restored(self, code: str) -> tuple[str, list[int]]:
        """The code with IPython's own lines in their places again, and which of them these are."""
        found: list[int] = []

        def original(match: re.Match[str]) -> str:
            found.append(int(match[1]))
            return self.hidden[found[-1]]

        return re.sub(rf"^.*# {self.mark}x(\d+)$", original, code, flags=re.MULTILINE), found

    def encoded(self, text: str) -> bytes:
        """The bytes of the notebook with another text in its cells, and nothing else changed. Raises UndecodableError."""
        before = self.data.decode("utf8")
        end = before[len(before.rstrip()) :]
        for layout in ({**layout, "ensure_ascii": plain} for layout in _LAYOUTS for plain in (False, True)):
            if json.dumps(self.content, **layout) + end == before:
                break
        else:
            raise UndecodableError("its JSON is laid out in a way that would be lost")
        content = json.loads(before)
        for cell, code in self.sources_of(text).items():
            holder = content["cells"][cell - 1]
            if code != self.sources[cell]:
                holder["source"] = code if isinstance(holder["source"], str) else list(Source(code).lines)
        return (json.dumps(content, **layout) + end).encode("utf8")


def notebook(data: bytes) -> Notebook:
    """The notebook in the bytes of a file. Raises UndecodableError where it is none."""
    try:
        content = json.loads(data.decode("utf8"))
        cells = content["cells"]
        sources = {number: _joined(cell["source"]) for number, cell in enumerate(cells, 1) if cell["cell_type"] == "code"}
        metadata = content.get("metadata", {})
        language = metadata.get("language_info", {}).get("name") or metadata.get("kernelspec", {}).get("language") or "python"
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UndecodableError(f"it is no notebook of format 4 ({type(error).__name__}: {error})") from error
    if language != "python":
        sources = {}
    mark = "cell "
    while any(mark in source for source in sources.values()):
        mark = f"dynalint {mark}"
    python: dict[int, str] = {}
    hidden: list[str] = []
    broken: list[tuple[int, Finding]] = []
    for number, source in sources.items():
        if not _is_python(source):
            continue
        code, lines = _plain(source, f"# {mark}x", len(hidden))
        result = parse(code)
        if isinstance(result, Finding):
            broken.append((number, replace(result, text=result.text.replace("in this file", "in this cell", 1))))
        else:
            python[number] = code
            hidden += lines
    return Notebook(data, content, sources, python, tuple(hidden), tuple(broken), mark)


def _joined(source: object) -> str:
    text = source if isinstance(source, str) else "".join(source) if isinstance(source, list) else None
    if text is None:
        raise TypeError("the source of a cell is no text")
    return text


def _is_python(source: str) -> bool:
    first = source.lstrip()
    return not first.startswith("%%") or re.split(r"\s", first[2:], maxsplit=1)[0] in _PYTHON_CELLS


def _plain(source: str, mark: str, count: int) -> tuple[str, list[str]]:
    """The code with IPython's own lines replaced, and these lines. What is Python already stays as it is."""
    if not isinstance(parse(source), Finding):
        return source, []
    hidden: list[str] = []
    done: list[str] = []
    goes_on = False
    for line in Source(source).lines:
        body = line.rstrip("\r\n")
        if goes_on or ((_MAGIC.match(body) or _ASSIGNED.match(body)) and _is_complete("".join(done))):
            harmless = "" if goes_on or body.startswith("%%") else _harmless(body)
            done.append(f"{harmless}{mark}{count + len(hidden)}{line[len(body) :]}")
            hidden.append(body)
            goes_on = body.endswith("\\")
        else:
            done.append(line)
    return "".join(done), hidden


def _harmless(body: str) -> str:
    """Python for a line of IPython's own: it binds the same name, at the same depth."""
    indent = body[: len(body) - len(body.lstrip())]
    return f"{body.partition('=')[0].rstrip()} = None  " if _MAGIC.match(body) is None else f"{indent}pass  "


def _is_complete(code: str) -> bool:
    """Does a new logical line begin behind these lines?"""
    if code.rstrip("\r\n").endswith("\\"):
        return False
    try:
        return all(True for _ in _tokens(code))
    except tokenize.TokenError:
        return False
    except SyntaxError:
        return True


def _tokens(code: str) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(code, newline=None).readline)


def _ended(code: str) -> str:
    return code if code.endswith("\n") or not code else code + "\n"
