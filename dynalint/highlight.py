"""Turns Python code into the stretches of each line that are worth a colour: keywords, strings, numbers, comments."""

from __future__ import annotations

import keyword
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

from dynalint.source import Source

Kind = Literal["comment", "keyword", "number", "string"]
Stretch = tuple[int, int, Kind]

_KINDS: dict[int, Kind] = {tokenize.COMMENT: "comment", tokenize.NUMBER: "number", tokenize.STRING: "string"}
# Python 3.12 and later cut an f-string into its parts.
_KINDS |= {getattr(tokenize, name): "string" for name in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END") if hasattr(tokenize, name)}


def highlights(source: Source) -> dict[int, list[Stretch]]:
    """By line, the stretches with a colour, from left to right. Code that cannot be split into tokens has them up to where it breaks."""
    found: defaultdict[int, list[Stretch]] = defaultdict(list)
    for kind, (first, start), (last, end) in _tokens(source):
        for line in range(first, last + 1):
            length = len(source.lines[line - 1].rstrip("\r\n")) if line <= len(source.lines) else 0
            found[line].append((start if line == first else 0, min(end, length) if line == last else length, kind))
    return dict(found)


def _tokens(source: Source) -> Iterator[tuple[Kind, tuple[int, int], tuple[int, int]]]:
    lines = iter(source.lines)
    try:
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            if token.type in _KINDS:
                yield _KINDS[token.type], token.start, token.end
            elif token.type == tokenize.NAME and keyword.iskeyword(token.string):
                yield "keyword", token.start, token.end
    except (tokenize.TokenError, SyntaxError):
        return
