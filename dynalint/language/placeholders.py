"""Turns the expressions of one request, and what it gives for them, into placeholders that are not defined and ones that are not used."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from dynalint.language.parser import Parsed
from dynalint.language.tokens import Token

_PLACEHOLDER = re.compile(r"[#:][0-9A-Za-z_]+")


def is_placeholder(key: str, sign: str) -> bool:
    """May it be a key of ExpressionAttributeNames (`#`) or of ExpressionAttributeValues (`:`)?"""
    return key.startswith(sign) and _PLACEHOLDER.fullmatch(key) is not None


def undefined(expression: Parsed, names: Collection[str] | None = None, values: Collection[str] | None = None) -> Iterator[Token]:
    """The `#aliases` and `:values` that the expression uses and that are not given, each where it first stands.

    None instead of names or values means that it is not known what is given. Holes in the expression change nothing.
    """
    used = [*(() if names is None else expression.aliases), *(() if values is None else expression.values)]
    first: dict[str, Token] = {}
    for token in used:
        first.setdefault(token.text, token)
    return (token for text, token in first.items() if text not in (names or ()) and text not in (values or ()))


def unused(expressions: Iterable[Parsed], given: Iterable[str]) -> Iterator[str]:
    """What is given and that no expression of the request uses. A hole may use anything."""
    all_of_them = tuple(expressions)
    if any(expression.is_open for expression in all_of_them):
        return iter(())
    used = {token.text for expression in all_of_them for token in (*expression.aliases, *expression.values)}
    return (key for key in given if key not in used)
