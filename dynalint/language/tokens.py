"""Turns the text of an expression into tokens, each with its place in the text.

The tokens are those of the grammar that AWS ships with its own client for DAX (amazon-dax-client, `Tokens.g4`), and of the developer
guide. What the code does not show of a text is a HOLE in it. A hole is never an error: it may be anything, any number of tokens too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in a text for what is not known of it. Written in the code itself, it is taken for a hole as well, and so is never accused."""

SECTIONS = ("SET", "REMOVE", "ADD", "DELETE")
KEYWORDS = frozenset({*SECTIONS, "AND", "OR", "NOT", "BETWEEN", "IN"})

Type = Literal["word", "keyword", "alias", "value", "number", "sign", "string", "other", "end"]

_TOKEN = re.compile(
    rf"""
      (?P<word>   [A-Za-z{HOLE}] [A-Za-z0-9_{HOLE}]* )
    | (?P<alias>  \# [A-Za-z0-9_{HOLE}]+ )
    | (?P<value>  : [A-Za-z0-9_{HOLE}]+ )
    | (?P<number> 0 | [1-9][0-9]* )
    | (?P<sign>   <> | <= | >= | [=<>+\-(),.\[\]] )
    | (?P<string> "(?:\\"|.)*?" | '(?:\\'|.)*?' )
    | (?P<space>  [ \t\r\n]+ )
    | (?P<other>  . )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign of an expression."""

    type: Type
    text: str
    start: int
    end: int

    @property
    def is_gap(self) -> bool:
        """Is nothing known of it?"""
        return self.type == "word" and not self.text.strip(HOLE)

    def is_keyword(self, *words: str) -> bool:
        """Is it one of these keywords, in any case?"""
        return self.type == "keyword" and self.text.upper() in words

    def is_sign(self, *signs: str) -> bool:
        """Is it one of these signs?"""
        return self.type == "sign" and self.text in signs


def template(parts: Iterable[object]) -> str:
    """The text of an expression of which only the parts that are strings are known."""
    return "".join(part if isinstance(part, str) else HOLE for part in parts)


def tokens(text: str) -> tuple[Token, ...]:
    """All tokens of a text, and an empty one at its end. Every character but white space is in one of them."""
    found = [Token(_type(match), match[0], match.start(), match.end()) for match in _TOKEN.finditer(text) if match.lastgroup != "space"]
    return (*found, Token("end", "", len(text), len(text)))


def _type(match: re.Match[str]) -> Type:
    types: dict[str | None, Type] = {"word": "word", "alias": "alias", "value": "value", "number": "number", "sign": "sign", "string": "string"}
    return "keyword" if match[0].upper() in KEYWORDS else types.get(match.lastgroup, "other")
