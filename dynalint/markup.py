"""Turns the Markdown of a rule's page into blocks and marks, for whoever shows it in another form.

It knows what pages use, and no more: headings, paragraphs, flat lists, fenced code, tables; `code`, links and addresses inside of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True)
class Heading:
    """A title; level 1 is the page's own."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text, its lines joined."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """The entries of a list."""

    entries: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """Code between fences, and the language that they name."""

    language: str
    text: str


@dataclass(frozen=True)
class Table:
    """The cells of a table, row by row, its head first."""

    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Bullets | Code | Table


@dataclass(frozen=True)
class Mark:
    """A stretch of running text: plain, as code, or with an address that it leads to."""

    text: str
    code: bool = False
    address: str = ""


_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$\n?", re.MULTILINE | re.DOTALL)
# Only the entries of lists go on over indented lines.
_INDENTED = re.compile(r"\n {2,}(?=\S)")
_MARK = re.compile(r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)|\[(?P<text>[^\]]*)\]\((?P<address>[^)\s]+)\)|<(?P<bare>https?://[^>\s]+)>")


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page, from top to bottom."""
    done = 0
    for fence in _FENCE.finditer(page):
        yield from _prose(page[done : fence.start()])
        yield Code(fence[1], fence[2])
        done = fence.end()
    yield from _prose(page[done:])


def at_large(page: str) -> str:
    """The Markdown of a page for readers who have not its neighbours: links from one page to another are their text alone."""
    return re.sub(r"\[([^\]]*)\]\((?!https?:)[^)\s]+\)", r"\1", page)


def marks(text: str) -> Iterator[Mark]:
    """The stretches of running text, from left to right. Links to neighbouring pages are plain text."""
    done = 0
    for match in _MARK.finditer(text):
        if match.start() > done:
            yield Mark(text[done : match.start()])
        done = match.end()
        if match["code"] is not None:
            yield Mark(match["code"].strip() or match["code"], code=True)
        else:
            address = match["address"] or match["bare"]
            yield Mark((match["text"] or address).replace("`", ""), address=address if address.startswith("http") else "")
    if done < len(text):
        yield Mark(text[done:])


def _prose(text: str) -> Iterator[Block]:
    """Blocks other than code. A heading is one line; lines of one kind that follow each other are one block."""
    folded = _INDENTED.sub(" ", text)
    for kind, group in groupby(folded.splitlines(), _kind):
        lines = list(group)
        if kind == "heading":
            yield from (Heading(len(sign), title) for sign, _, title in (line.partition(" ") for line in lines))
        elif kind == "list":
            yield Bullets(tuple(line[2:] for line in lines))
        elif kind == "table":
            yield Table(tuple(tuple(_cells(line)) for line in lines if set(line) - set("|-: ")))
        elif kind == "text":
            yield Paragraph(" ".join(line.strip() for line in lines))


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    if re.match(r"#{1,6} ", line):
        return "heading"
    return "list" if line.startswith("- ") else "table" if line.startswith("|") else "text"


def _cells(row: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))]
