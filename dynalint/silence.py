"""Turns findings into `# noqa` comments that silence them, and comments that silence nothing into findings."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

from dynalint.engine import ordered, parse
from dynalint.findings import Finding, Fix
from dynalint.fixes.apply import Fixed
from dynalint.noqa import UNUSED_NOQA, audible, is_silent_file, listed, logical_lines
from dynalint.selection import OWN_CODES, meant
from dynalint.source import Edit, Source, Span, apply

_MENTIONS_US = re.compile(r"# noqa:.*DYN", re.IGNORECASE)
_OURS = re.compile(r"DYN\d+", re.IGNORECASE)
# A reason as we write it. It begins with what no code begins with: flake8 would take `A1` for one more.
_REASON = " - "
# Where the next comment on a line begins. #12 is no comment but the number of an issue.
_NEXT = re.compile(r"#(?!\d)")


def silenced(text: str, findings: Callable[[str], list[Finding]], reason: str = "") -> Fixed:
    """The text with a comment for each of what `findings` has to say of it. Nothing but comments changes; `refused` says what cannot be silenced."""
    found = _of_rules(findings(text))
    source = Source(text)
    after = apply(source, silencing(source, found, reason))
    if not _is_same_code(text, after):
        return Fixed(text, refused=f"{_codes(found)}: a comment would change the code; please report it")
    left = _of_rules(findings(after)) if found else []
    return Fixed(after, tuple(found), f"{_codes(left)}: no comment silences it" if left else "")


def silencing(source: Source, findings: Iterable[Finding], reason: str = "") -> tuple[Edit, ...]:
    """The edits that add comments: one for each code of a statement. None where the text cannot be split into tokens.

    A comment stands at the end of the finding's line or, where that ends in a text or at a backslash, of the next that takes one. One that
    lists codes already is given more.
    """
    ends = _line_ends(source.text)
    lines, logical = sorted(ends), logical_lines(source.text)
    codes: dict[int, set[str]] = {}
    done: set[tuple[tuple[int, int], str]] = set()
    for finding in findings:
        at = bisect_left(lines, finding.span.line)
        spot = (logical.get(finding.span.line, (finding.span.line,) * 2), finding.code)
        if at < len(lines) and spot not in done:
            done.add(spot)
            codes.setdefault(lines[at], set()).add(finding.code)
    return tuple(edit for line in sorted(codes) for edit in _comment(source, line, ends[line], sorted(codes[line]), reason))


def heard(source: Source, findings: list[Finding], codes: frozenset[str], report_unused: bool) -> list[Finding]:
    """The findings that no comment silences and, where that is asked for, the comments that silence none; `codes` are those that are reported."""
    needless = unused(source, findings, codes) if report_unused and UNUSED_NOQA in codes else []
    return audible(source, ordered([*findings, *needless]) if needless else findings)


def may_be_unused(text: str) -> bool:
    """Could a comment in the text be one that `unused` reports? Costs less than to look."""
    return _MENTIONS_US.search(text) is not None


def unused(source: Source, findings: Sequence[Finding], codes: frozenset[str]) -> list[Finding]:
    """The comments that name our codes, of these `codes`, and silence none of the findings. A comment without codes may be meant for another tool.

    None where a rule failed or the text is not Python: then nobody knows what there would be to silence.
    """
    if not may_be_unused(source.text) or is_silent_file(source) or any(finding.code in OWN_CODES for finding in findings) or not _parses(source.text):
        return []
    logical = logical_lines(source.text)
    there: dict[tuple[int, int], set[str]] = {}
    for finding in findings:
        there.setdefault(logical.get(finding.span.line, (finding.span.line,) * 2), set()).add(finding.code)

    def is_unused(code: str, line: int) -> bool:
        # What is silent because its rule does not speak here may be needed elsewhere.
        if not _OURS.fullmatch(code) or code.upper() in OWN_CODES or not meant(code.upper()) <= codes:
            return False
        return not any(each.startswith(code) for each in there.get(logical.get(line, (line, line)), ()))

    return [
        _needless(source, line, column, match, gone)
        for line, column, comment in _comments(source.text)
        for match in _noqas(comment)
        if (gone := [code for code in listed(match) if is_unused(code, line)])
    ]


def _needless(source: Source, line: int, column: int, match: re.Match[str], gone: list[str]) -> Finding:
    """The finding for a comment, of whose codes these can go. Where none is left, it goes with the reason that we would write."""
    kept = [code for code in listed(match) if code not in gone]
    start, end = column + match.start(), column + match.end()
    text = source.lines[line - 1].rstrip("\r\n")
    if kept:
        written = match["codes"]
        separator = next(iter(re.findall(r"[,\s]+", written)), ", ")
        start, end = column + match.start("codes"), column + match.start("codes") + len(written.rstrip(", \t\f\r\n"))
        new = separator.join(kept)
    else:
        if text[end:].startswith("-"):
            end += len(_words(text[end:]))
        rest = text[end:].strip()
        new = "# " if rest and not _NEXT.match(rest) else ""
        if not rest:
            # Nothing is left of the comment: the blanks before it go too, and on a line of its own the line.
            end, start = len(text), len(text[:start].rstrip())
    span = Span(line, column + match.start(), line, column + len(match.string[: match.end()].rstrip()))
    edit = Edit(Span(line, start, line, end), new)
    if not kept and not (text[:start] + new + text[end:]).strip():
        edit = Edit(Span(line, 0, line + 1, 0), "")
    names = " and ".join([", ".join(gone[:-1]), gone[-1]] if gone[1:] else gone)
    message = f"this noqa names {names}, of which there is nothing to silence here; take it out, or it will hide what somebody adds later"
    return Finding(span, message, Fix(f"take {names} out of the comment", (edit,), safe=True), UNUSED_NOQA)


def _comment(source: Source, line: int, column: int, codes: list[str], reason: str) -> Iterator[Edit]:
    """What adds codes to a line whose code ends at a column."""
    text = source.lines[line - 1]
    match = next((each for each in _noqas(text, column) if each["codes"]), None)
    if match is None:
        end = len(text.rstrip())
        yield Edit(Span(line, end, line, end), f"  # noqa: {', '.join(codes)}{_REASON if reason else ''}{reason}")
        return
    end = match.start("codes") + len(match["codes"].rstrip(", \t\f\r\n"))
    commas = end + len(text[end:]) - len(text[end:].lstrip(","))
    rest = _words(text[commas:])
    said = reason and reason not in rest
    yield Edit(Span(line, end, line, commas), f", {', '.join(codes)}{_REASON + reason if said and not rest.strip() else ''}")
    if said and rest.strip():
        end = commas + len(rest.rstrip())
        yield Edit(Span(line, end, line, end), f"; {reason}")


def _words(text: str) -> str:
    """What a comment says before the next one on its line begins."""
    return _NEXT.split(text, maxsplit=1)[0]


def _noqas(text: str, start: int = 0) -> Iterator[re.Match[str]]:
    from flake8.defaults import NOQA_INLINE_REGEXP

    yield from NOQA_INLINE_REGEXP.finditer(text, start)


def _comments(text: str) -> Iterator[tuple[int, int, str]]:
    """All comments, each with its line and column. The text is Python."""
    for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
        if token.type == tokenize.COMMENT:
            yield *token.start, token.string


def _line_ends(text: str) -> dict[int, int]:
    """For each line behind whose code a comment may stand, the column where the code ends."""
    found: dict[int, int] = {}
    column = depth = 0
    # From Python 3.12 on texts with code in them are split too, and before that no comment may stand in them.
    opening, closing = (frozenset(getattr(tokenize, f"{kind}STRING_{edge}", -1) for kind in "FT") for edge in ("START", "END"))
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            depth += (token.type in opening) - (token.type in closing)
            if token.type in (tokenize.NEWLINE, tokenize.NL) and not depth:
                found[token.start[0]] = column or token.start[1]
                column = 0
            elif token.type != tokenize.COMMENT:
                column = token.end[1]
    except (tokenize.TokenError, SyntaxError):
        return {}
    return found


def _of_rules(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.code not in OWN_CODES]


def _codes(findings: Iterable[Finding]) -> str:
    return ", ".join(sorted({finding.code for finding in findings}))


def _parses(text: str) -> bool:
    return isinstance(parse(text), ast.Module)


def _is_same_code(before: str, after: str) -> bool:
    if before == after:
        return True
    one, other = parse(before), parse(after)
    return isinstance(one, ast.Module) and isinstance(other, ast.Module) and ast.dump(one) == ast.dump(other)
