"""Turns Python's filters into what holds of the items that they keep: an `if` that only skips the rest of the turn keeps the others."""

from __future__ import annotations

from dynalint.model.filters import negated
from dynalint.model.record import Filter
from dynalint.model.values import Compare, Test


def kept(found: Filter) -> tuple[Compare, ...]:
    """What holds of all items that a filter lets through; empty where that is not known."""
    if not found.skips:
        return found.parts
    # `if a and b: continue` keeps what fails one of the two, and nobody knows which.
    return negated(Test(found.parts)).parts if found.any_of or len(found.parts) == 1 else ()
