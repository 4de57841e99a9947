"""Turns an update expression into the attributes that it sets, each with the placeholder of its value."""

from __future__ import annotations

from collections.abc import Iterator

from dynalint.language.attributes import changes
from dynalint.language.parser import parse
from dynalint.language.problems import Kind
from dynalint.language.tree import Path


def assigned_attributes(expression: str) -> Iterator[tuple[str, str | None]]:
    """Names (or `#names`) of the top-level attributes that the expression sets, with the `:value` that stands alone after them, if any."""
    for change in changes(parse(expression, Kind.UPDATE), {}):
        if change.section in ("SET", "ADD") and isinstance(change.action.path, Path):
            yield change.action.path.head.text, change.placeholder
