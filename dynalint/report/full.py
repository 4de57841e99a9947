"""Turns findings into what a terminal shows: the message, the code that it is about with carets below, and the fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dynalint.findings import Finding
from dynalint.pages import page
from dynalint.report import Report, Result
from dynalint.report.concise import COLOURS, head
from dynalint.source import Source, Span
from dynalint.terminal import Paint, visible, width

AROUND = 2
# Of a finding that goes over more lines, the first and the last are shown.
MOST = 8
_TAB = "    "


@dataclass(frozen=True)
class Row:
    """One line of code as it is shown, and the columns of the carets below it."""

    text: str
    first: int = 0
    last: int = 0

    @property
    def carets(self) -> str:
        """The line below, empty where nothing is marked."""
        return " " * self.first + "^" * (self.last - self.first) if self.last else ""


def render(report: Report) -> str:
    """All findings with a blank line between them, then the summary."""
    paint = Paint(report.colour)
    parts = ["\n".join([head(result, finding, paint), *_body(result, finding, report)]) for result, finding in report.findings]
    return "\n\n".join([*parts, paint(report.summary, "bold")]) + "\n"


def _body(result: Result, finding: Finding, report: Report) -> Iterator[str]:
    """Code and fix, behind a bar."""
    paint = Paint(report.colour)
    shown = list(shown_lines(result.source, finding.span))
    gutter = len(str(max(shown, default=0)))
    bar = paint("|", "blue")
    before = None
    for number in shown:
        if before is not None and number > before + 1:
            yield paint("...", "blue")
        before = number
        line = row(result.source, number, finding.span, max(report.columns - gutter - 3, 40))
        yield f"{paint(f'{number:>{gutter}}', 'blue')} {bar} {line.text}".rstrip()
        if line.carets:
            yield f"{' ' * gutter} {bar} {paint(line.carets, 'bold', COLOURS[page(finding.code).level])}"
    if finding.fix is not None:
        how = "--fix" if finding.fix.safe else "--unsafe-fixes"
        yield f"{' ' * gutter} {paint('=', 'blue')} {paint('fix:', 'bold')} {visible(finding.fix.title)} ({how})"


def shown_lines(source: Source, span: Span, around: int = AROUND) -> Iterator[int]:
    """The lines of a finding and those around it; blank ones at either end are left out."""
    total = len(source.lines)
    first, last = max(span.line - around, 1), min(max(span.end_line, span.line) + around, total)
    while first < span.line and first <= total and not source.lines[first - 1].strip():
        first += 1
    while last > span.end_line and not source.lines[last - 1].strip():
        last -= 1
    long = span.end_line - span.line >= MOST
    yield from (number for number in range(first, last + 1) if not long or not span.line + MOST // 2 < number < span.end_line)


def row(source: Source, number: int, span: Span, columns: int) -> Row:
    """A line of code in at most so many columns: where it is longer, around the place that is marked."""
    line = source.lines[number - 1].rstrip("\r\n")
    cells = [_TAB if char == "\t" else visible(char) for char in line]
    start = span.column if number == span.line else len(line) - len(line.lstrip())
    end = span.end_column if number == span.end_line else len(line.rstrip())
    marked = span.line <= number <= max(span.end_line, span.line)
    # An empty span, and one behind the end of the line, is marked with one caret.
    start = min(start, len(cells))
    end = max(min(end, len(cells)), start + 1)
    left, right = _cut(cells, start if marked else 0, columns)
    text = ("…" if left else "") + "".join(cells[left:right]) + ("…" if right < len(cells) else "")
    if not marked or (not line.strip() and number != span.line):
        return Row(text)
    margin = 1 if left else 0
    first = margin + width("".join(cells[left:start]))
    return Row(text, first, first + max(width("".join(cells[start : min(end, right)])), 1))


def _cut(cells: list[str], start: int, columns: int) -> tuple[int, int]:
    """Which cells are shown."""
    if width("".join(cells)) <= columns:
        return 0, len(cells)
    left = 0 if width("".join(cells[: start + 1])) <= columns // 2 else start
    while left and width("".join(cells[left - 1 : start])) <= columns // 3:
        left -= 1
    right, used = left, 2
    while right < len(cells) and (used := used + width(cells[right])) <= columns:
        right += 1
    return left, right
