"""Turns findings into one HTML page: by rule with the rule's own page, by file, with the code around each. It loads nothing and runs nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from html import escape
from itertools import groupby, pairwise
from pathlib import Path

from dynalint import __version__
from dynalint.findings import Finding, Fix
from dynalint.highlight import Stretch, highlights
from dynalint.markup import Block, Bullets, Code, Heading, Mark, Paragraph, Table, blocks, marks
from dynalint.pages import Level, Page, page
from dynalint.report import Report, Result, counted
from dynalint.report.full import shown_lines
from dynalint.source import Edit, Source, Span, apply
from dynalint.terminal import visible

_LEVELS: tuple[Level, ...] = ("error", "warning", "note")
# The browser itself refuses whatever a name or a line of code might smuggle in.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_AROUND = 4
# Of a longer line only this much is shown, around the place that is marked.
_LONGEST = 400


@dataclass(frozen=True)
class Entry:
    """One finding as the page names it."""

    number: int
    result: Result
    finding: Finding
    path: str

    @property
    def place(self) -> str:
        """Where it stands."""
        cell = "" if self.result.cell is None else f"cell {self.result.cell}:"
        return f"{self.path}:{cell}{self.finding.span.line}:{self.finding.span.column + 1}"

    @property
    def about(self) -> Page:
        """What there is to know of its code."""
        return page(self.finding.code)

    @property
    def source(self) -> Source:
        """The text that it stands in."""
        return self.result.source


def render(report: Report) -> str:
    """The page, in ASCII, so that the output's encoding does not matter."""
    entries = [Entry(number, result, finding, report.relative(result.path)) for number, (result, finding) in enumerate(report.findings, 1)]
    by_rule = _grouped(entries, lambda entry: entry.finding.code)
    by_file = _grouped(entries, lambda entry: entry.path)
    colours = {id(result): highlights(result.source) for result in report.results if result.findings}
    body = "\n".join([
        _header(report, entries),
        '<div class="columns">',
        _navigation(by_rule, by_file),
        "<main>",
        _section("rules", "By rule", [_rule(code, group, colours) for code, group in by_rule.items()]),
        _section("files", "By file", [_file(path, group) for path, group in by_file.items()]),
        "</main>",
        "</div>",
        f"<footer>dynalint {__version__}</footer>",
    ])  # fmt: skip
    head = "\n".join([
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>dynalint: {counted(len(entries), 'finding')}</title>",
        f"<style>\n{Path(__file__).with_suffix('.css').read_text(encoding='ascii')}</style>",
    ])  # fmt: skip
    text = f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _grouped(entries: Iterable[Entry], key: Callable[[Entry], str]) -> dict[str, list[Entry]]:
    """The entries by what they have in common, sorted by that."""
    return {name: list(group) for name, group in groupby(sorted(entries, key=key), key)}


def _header(report: Report, entries: list[Entry]) -> str:
    """The summary, and a switch for each level."""
    counts = Counter(entry.about.level for entry in entries)
    switches = [
        f'<label class="switch {level}"><input type="checkbox" id="show-{level}" checked> <b>{number:,}</b> {noun}</label>'
        for level in _LEVELS
        if (number := counts[level])
        for noun in [counted(number, level).partition(" ")[2]]
    ]
    troubles = [f"<li>{_text(trouble)}</li>" for trouble in report.troubles]
    return "\n".join([
        "<header>",
        "<h1>dynalint</h1>",
        f"<p>{_text(report.summary)}</p>",
        *(['<div class="switches">', *switches, "</div>"] if switches else []),
        *(['<ul class="troubles">', *troubles, "</ul>"] if troubles else []),
        "</header>",
    ])  # fmt: skip


def _navigation(by_rule: dict[str, list[Entry]], by_file: dict[str, list[Entry]]) -> str:
    most = max(map(len, by_rule.values()), default=1)
    rules = [
        f'<li class="{page(code).level}"><a href="#{code}" title="{_text(page(code).summary)}"><b>{code}</b> {_text(page(code).name)}</a>'
        f'<span class="count">{len(group):,}</span><progress max="{most}" value="{len(group)}"></progress></li>'
        for code, group in by_rule.items()
    ]
    files = [f'<li><a href="#{_anchor(path)}">{_path(path)}</a><span class="count">{len(group):,}</span></li>' for path, group in by_file.items()]
    lists = [f"<h2>{title}</h2>\n<ul>\n" + "\n".join(lines) + "\n</ul>" for title, lines in (("Rules", rules), ("Files", files)) if lines]
    return '<nav aria-label="Contents">\n' + "\n".join(lists) + "\n</nav>"


def _section(name: str, title: str, parts: list[str]) -> str:
    if not parts:
        return ""
    return f'<section id="{name}" aria-label="{title}">\n<h2>{title}</h2>\n' + "\n".join(parts) + "\n</section>"


def _rule(code: str, entries: list[Entry], colours: dict[int, dict[int, list[Stretch]]]) -> str:
    """A rule, its page folded away, and its findings."""
    about = page(code)
    title = f'<h3><span class="code">{code}</span> {_text(about.name)}</h3>'
    return "\n".join([
        f'<details class="rule {about.level}" id="{code}" open>',
        f'<summary>{title} <span class="group">{_text(about.group)}</span><span class="count">{len(entries):,}</span></summary>',
        *([f'<p class="lead">{_text(about.summary)}.</p>'] if about.summary else []),
        *([f'<details class="page"><summary>Why, and what to do instead</summary>\n{_page(about)}\n</details>'] if about.body else []),
        *(_finding(entry, colours[id(entry.result)]) for entry in entries),
        "</details>",
    ])  # fmt: skip


def _finding(entry: Entry, colours: dict[int, list[Stretch]]) -> str:
    lines = [_line(entry.source, number, entry.finding.span, colours.get(number, [])) for number in shown_lines(entry.source, entry.finding.span, _AROUND)]
    return "\n".join([
        f'<article class="{entry.about.level}" id="finding-{entry.number}">',
        f'<h4><a href="#finding-{entry.number}">{_path(entry.place)}</a></h4>',
        f"<p>{_text(entry.finding.message)}</p>",
        *(['<pre class="lines">' + "\n".join(lines) + "</pre>"] if lines else []),
        *([_fix(entry.source, entry.finding.fix)] if entry.finding.fix is not None else []),
        "</article>",
    ])  # fmt: skip


def _file(path: str, entries: list[Entry]) -> str:
    rows = [
        f'<tr class="{entry.about.level}"><td><a href="#finding-{entry.number}">{_text(entry.place.removeprefix(path + ":"))}</a></td>'
        f'<td><a class="code" href="#{entry.finding.code}">{entry.finding.code}</a></td><td>{_text(entry.finding.message)}</td></tr>'
        for entry in entries
    ]
    head = f'<h3 id="{_anchor(path)}">{_path(path)}</h3>'
    return f'<div class="file">\n{head}\n<table>\n' + "\n".join(rows) + "\n</table>\n</div>"


def _line(source: Source, number: int, span: Span, colours: list[Stretch]) -> str:
    """A line with its number: the code in colours, and what the finding is about marked."""
    line = source.lines[number - 1].rstrip("\r\n")
    if not span.line <= number <= span.end_line:
        return f'<span class="line"><span class="at">{number}</span>{_code(line, colours)}</span>'
    start = span.column if number == span.line else len(line) - len(line.lstrip())
    end = span.end_column if number == span.end_line else len(line)
    return f'<span class="line hit"><span class="at">{number}</span>{_code(line, colours, start, end)}</span>'


def _code(line: str, colours: list[Stretch], start: int = 0, end: int = 0) -> str:
    """Code in colours, with a stretch of it marked. Of a long line only what is around the mark is shown."""
    left = max(0, start - _LONGEST // 4) if len(line) > _LONGEST else 0
    right = min(len(line), left + _LONGEST)
    bounds = (start, end, *(bound for stretch in colours for bound in stretch[:2]))
    pieces = ["…"] if left else []
    for first, last in pairwise(sorted({left, right, *(bound for bound in bounds if left < bound < right)})):
        kind = next((kind for begin, stop, kind in colours if begin <= first and last <= stop), None)
        code = "\t".join(map(_text, line[first:last].split("\t")))
        code = f'<span class="py-{kind}">{code}</span>' if kind else code
        pieces.append(f"<mark>{code}</mark>" if start <= first and last <= end else code)
    return "".join([*pieces, "…" if right < len(line) else ""])


def _fix(source: Source, fix: Fix) -> str:
    """What the fix would change, folded away."""
    kinds = {"+": "added", "-": "removed"}
    lines = [f'<span class="{kinds.get(line[:1], "same")}">{_text(line.rstrip())}</span>' for line in _changes(source, fix)]
    safety = "safe" if fix.safe else "unsafe: look at it before you keep it"
    return f'<details class="fix"><summary>Fix: {_text(fix.title)} <span class="group">{safety}</span></summary>\n<pre>' + "\n".join(lines) + "</pre></details>"


def _changes(source: Source, fix: Fix) -> Iterator[str]:
    """The lines that the fix changes, as a diff. Only the lines from its first edit to its last are compared: a file may have many, and many fixes."""
    if not fix.edits:
        return
    first = max(min(edit.span.line for edit in fix.edits) - 1, 1)
    last = max(edit.span.end_line for edit in fix.edits) + 1
    part = Source(source.block(first, last))
    edits = tuple(Edit(_higher(edit.span, first - 1), edit.text) for edit in fix.edits)
    for number, line in enumerate(unified_diff(part.lines, Source(apply(part, edits)).lines, n=1, lineterm="")):
        if number >= 3:
            yield "…" if line.startswith("@@") else line


def _higher(span: Span, lines: int) -> Span:
    """The span in a text that lacks so many lines at its head."""
    return Span(span.line - lines, span.column, span.end_line - lines, span.end_column)


def _page(about: Page) -> str:
    """A rule's own page, without the title and the summary that stand above it."""
    head, _, rest = about.body.partition("\n\n")
    return "\n".join(map(_block, blocks(rest or head)))


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level + 2}>{_marks(text)}</h{level + 2}>"
        case Paragraph(text):
            return f"<p>{_marks(text)}</p>"
        case Bullets(entries):
            return "<ul>" + "".join(f"<li>{_marks(entry)}</li>" for entry in entries) + "</ul>"
        case Code(language, text):
            source = Source(text)
            colours = highlights(source) if language == "python" else {}
            return "<pre>" + "\n".join(_code(line.rstrip("\r\n"), colours.get(number, [])) for number, line in enumerate(source.lines, 1)) + "</pre>"
        case Table(rows):
            return "<table>" + "".join("<tr>" + "".join(f"<td>{_marks(cell)}</td>" for cell in row) + "</tr>" for row in rows) + "</table>"


def _marks(text: str) -> str:
    return "".join(map(_mark, marks(text)))


def _mark(mark: Mark) -> str:
    if mark.code:
        return f"<code>{_text(mark.text)}</code>"
    return f'<a href="{_text(mark.address)}">{_text(mark.text)}</a>' if mark.address else _text(mark.text)


def _text(text: str) -> str:
    return escape(visible(text))


def _path(path: str) -> str:
    """A path that may be broken at its slashes."""
    return _text(path).replace("/", "/<wbr>")


def _anchor(path: str) -> str:
    return "file-" + re.sub(r"[^A-Za-z0-9]", lambda char: f"_{ord(char[0]):x}_", path)
