"""Turns a word into the answer whether DynamoDB reserves it, and the tokens of an expression into the reserved words among its names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise

from dynalint.language.problems import Fault, Problem
from dynalint.language.tokens import HOLE, Token


@cache
def words() -> frozenset[str]:
    """All reserved words, in capitals."""
    lines = files(__package__).joinpath("reserved_words.txt").read_text(encoding="utf8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def is_reserved(word: str) -> bool:
    """Does DynamoDB reserve the word? It does so in any case."""
    return word.upper() in words()


def reserved_words(tokens: tuple[Token, ...]) -> Iterator[Problem]:
    """The names of attributes that are reserved, nested ones too: all such words but functions.

    That can be told from the tokens alone, and so in spite of holes: what stands in a hole changes no word that is written out.
    """
    for token, after in pairwise(tokens):
        is_function = after.is_sign("(") or (after.text.startswith(HOLE) and token.text.lower() == "size")
        if token.type == "word" and HOLE not in token.text and not is_function and is_reserved(token.text):
            yield Problem(Fault.RESERVED_WORD, token.text, token.start, token.end)
