"""Turns a file's bytes, a module's or a notebook's, into a text to check; findings in it into results; and a fixed text into bytes again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dynalint.files import decode, encode
from dynalint.findings import Finding
from dynalint.report import Result
from dynalint.source import Source

if TYPE_CHECKING:
    from dynalint.notebook import Notebook


class Document(Protocol):
    """Something that holds Python."""

    @property
    def text(self) -> str:
        """All of its Python that can be checked."""

    @property
    def code(self) -> str:
        """All of its code, Python or not."""

    def results(self, findings: Iterable[Finding]) -> tuple[Result, ...]:
        """The findings in its text, where its reader looks for them."""

    def parts(self, text: str) -> list[tuple[str, str]]:
        """What its text, or a fixed one, looks like to its reader: each part under its place. Raises UndecodableError."""

    def encoded(self, text: str) -> bytes:
        """Its bytes with another text in it. Raises UndecodableError where nothing else would stay as it is."""


@dataclass(frozen=True)
class Module:
    """A Python file."""

    source: Source
    data: bytes

    @property
    def text(self) -> str:
        """Its text."""
        return self.source.text

    code = text

    def results(self, findings: Iterable[Finding]) -> tuple[Result, ...]:
        """One result."""
        return (Result(self.source, tuple(findings)),)

    def parts(self, text: str) -> list[tuple[str, str]]:
        """One part."""
        return [(self.source.path, text)]

    def encoded(self, text: str) -> bytes:
        """The text in the file's own encoding."""
        return encode(text, self.data)


@dataclass(frozen=True)
class Cells:
    """A notebook."""

    path: str
    book: Notebook

    @property
    def text(self) -> str:
        """The Python of all cells."""
        return self.book.text

    @property
    def code(self) -> str:
        """All that stands in code cells."""
        return "\n".join(self.book.sources.values())

    def results(self, findings: Iterable[Finding]) -> tuple[Result, ...]:
        """One result for each cell with findings."""
        found: dict[int, list[Finding]] = {}
        for finding in (*self.book.broken, *map(self.book.placed, findings)):
            found.setdefault(finding[0], []).append(finding[1])
        return tuple(Result(Source(self.book.sources[cell], self.path), tuple(found[cell]), cell) for cell in sorted(found))

    def parts(self, text: str) -> list[tuple[str, str]]:
        """The cells."""
        sources = self.book.sources_of(text)
        return [(Result(Source(source, self.path), (), cell).place, source) for cell, source in sources.items()]

    def encoded(self, text: str) -> bytes:
        """The notebook with other code in its cells."""
        return self.book.encoded(text)


def code(data: bytes, path: str) -> str:
    """All the Python that a file may hold. Raises UndecodableError."""
    return document(data, path).code if _is_notebook(path) else decode(data)


def document(data: bytes, path: str) -> Document:
    """The document in a file. Raises UndecodableError."""
    if _is_notebook(path):
        from dynalint.notebook import notebook  # costs time to import

        return Cells(path, notebook(data))
    return Module(Source(decode(data), path), data)


def _is_notebook(path: str) -> bool:
    return path.endswith(".ipynb")
