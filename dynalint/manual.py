"""Turns the Markdown of a page into what a terminal shows: paragraphs as wide as the terminal, code in colours, addresses spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dynalint.highlight import Kind, highlights
from dynalint.markup import Block, Bullets, Code, Heading, Mark, Paragraph, Table, blocks, marks
from dynalint.source import Source
from dynalint.terminal import Paint, visible, width

# Wider lines are hard to read, whatever the terminal's width.
WIDEST = 100
COLOURS: dict[Kind, str] = {"comment": "dim", "keyword": "magenta", "number": "cyan", "string": "green"}
_CODES = re.compile(r"\033\[[\d;]*m")


def manual(page: str, columns: int, paint: Paint) -> str:
    """The page for a terminal of so many columns."""
    shown = ((block, "\n".join(_shown(block, min(columns, WIDEST), paint))) for block in blocks(page))
    return "".join(text + ("\n" if isinstance(block, Heading) and block.level > 1 else "\n\n") for block, text in shown).rstrip("\n") + "\n"


def _shown(block: Block, columns: int, paint: Paint) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield paint(visible(text), "bold", *(("underline",) if level == 1 else ("yellow",)))
        case Paragraph(text):
            yield from _wrapped(text, columns, paint)
        case Bullets(entries):
            for entry in entries:
                first, *rest = _wrapped(entry, columns - 4, paint)
                yield f"  - {first}"
                yield from (f"    {line}" for line in rest)
        case Table(rows):
            yield from _columns([row for row in rows if any(row)], columns, paint)
        case Code(language, text):
            yield from (f"    {line}".rstrip() for line in _coloured(text, language, paint))


def _columns(rows: list[tuple[str, ...]], columns: int, paint: Paint) -> Iterator[str]:
    """A table of a name and a value on each row."""
    names = max((width(row[0]) for row in rows), default=0)
    for name, *values in rows:
        first, *rest = _wrapped(" ".join(values), columns - names - 4, paint) or [""]
        yield f"  {paint(name.ljust(names), 'dim')}  {first}"
        yield from (" " * (names + 4) + line for line in rest)


def _wrapped(text: str, columns: int, paint: Paint) -> list[str]:
    """Running text in lines. A stretch with a colour is cut at blanks only where it has any, and coloured word by word."""
    words = "".join(_coloured_mark(mark, paint) for mark in marks(text)).split()
    lines: list[list[str]] = [[]]
    used = 0
    for word in words:
        size = width(_CODES.sub("", word))
        if lines[-1] and used + 1 + size > columns:
            lines.append([])
        used = used + 1 + size if lines[-1] else size
        lines[-1].append(word)
    return [" ".join(line) for line in lines]


def _coloured_mark(mark: Mark, paint: Paint) -> str:
    if mark.code:
        return re.sub(r"\S+", lambda word: paint(word[0], "cyan"), visible(mark.text)) if paint.on else f"`{visible(mark.text)}`"
    if not mark.address:
        return visible(mark.text)
    address = paint(visible(mark.address), "blue", "underline")
    return address if mark.text == mark.address else f"{visible(mark.text)}: {address}"


def _coloured(text: str, language: str, paint: Paint) -> Iterator[str]:
    """The lines of code."""
    source = Source(text)
    stretches = highlights(source) if paint.on and language == "python" else {}
    for number, line in enumerate(source.lines, 1):
        line, done, shown = line.rstrip("\r\n"), 0, ""
        for start, end, kind in stretches.get(number, ()):
            shown += visible(line[done:start]) + paint(visible(line[start:end]), COLOURS[kind])
            done = end
        yield shown + visible(line[done:])
