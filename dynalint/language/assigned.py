"""Turns an update expression into the attributes that it sets, each with the placeholder of its value."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Not the `#set` or `:add` of a placeholder.
_SECTION = re.compile(r"(?<![#:\w])(SET|ADD|REMOVE|DELETE)\b", re.IGNORECASE)
_SET = re.compile(r"(?P<name>[#\w]+)(?P<path>[.\[][^=]*)?\s*=\s*(?P<value>[^,=]+(?:\([^)]*\)[^,=]*)?)")
_ADD = re.compile(r"(?P<name>[#\w]+)(?P<path>[.\[]\S*)?\s+(?P<value>:\w+)")


def assigned_attributes(expression: str) -> Iterator[tuple[str, str | None]]:
    """Names (or `#names`) of the top-level attributes that the expression sets, with the `:value` that stands alone after them, if any."""
    cuts = list(_SECTION.finditer(expression))
    ends = [*(cut.start() for cut in cuts), len(expression)][1:]
    for cut, end in zip(cuts, ends, strict=True):
        body = expression[cut.end() : end]
        section = cut[1].upper()
        for match in (_SET if section == "SET" else _ADD).finditer(body) if section in ("SET", "ADD") else ():
            value = match["value"].strip()
            yield match["name"], value if match["path"] is None and re.fullmatch(r":\w+", value) else None
