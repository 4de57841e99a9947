"""Turns names, in any spelling, into their words, and looks kinds of things up among them word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Plurals that an s at the end does not make.
_NOT_PLURAL = ("ss", "us", "is")


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, lower case and singular: `SessionTokensTable` -> session, token, table."""
    return tuple(_singular(word.lower()) for word in _WORD.findall(name))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if word.endswith("s") and len(word) > 3 and not word.endswith(_NOT_PLURAL):
        return word[:-1]
    return word


def contains(name: str, phrase: str) -> bool:
    """Do the words of `phrase` stand in `name` in this order, side by side? `otp` is in `user_otp`, not in `hotplug`."""
    have, want = words(name), words(phrase)
    return any(have[i : i + len(want)] == want for i in range(len(have) - len(want) + 1)) if want else False


def same(name: str, phrase: str) -> bool:
    """Are these the same words, whatever the spelling? `expiresAt`, `expires_at`, `EXPIRES-AT`, `expiresat`."""
    return words(name) == words(phrase) or "".join(words(name)) == "".join(words(phrase))


def first_in(name: str, phrases: Iterable[str]) -> str | None:
    """The first of the phrases whose words stand in the name."""
    return next((phrase for phrase in phrases if contains(name, phrase)), None)


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a misspelt name stands for, None where none is near.

    `tablename`, `table_name`, `TabelName` and, if nothing else begins or ends so, `Table` mean `TableName`.
    """
    from difflib import get_close_matches  # costs time to import, and most files have nothing misspelt

    given, folded = _folded(name), {_folded(candidate): candidate for candidate in candidates}
    near = get_close_matches(given, folded, n=1, cutoff=0.8) or [each for each in folded if len(given) > 2 and each.startswith(given)]
    near = near or [each for each in folded if len(given) > 2 and each.endswith(given)]
    return folded[near[0]] if len(near) == 1 else None


def is_respelt(name: str, other: str) -> bool:
    """Do two names differ in nothing but case and the signs between words? `table_name`, `TableName`."""
    return _folded(name) == _folded(other)


def _folded(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()
