"""Turns the fixtures of rules into the list of all that findings say there, so that a change of it is seen: `python -m tests.messages` writes it anew."""

from __future__ import annotations

import re
from functools import cache

from tests.marked import ROOT, Fixture, fixtures

MESSAGES = ROOT / "fixtures" / "messages.tsv"
HEADER = "fixture\tmessage\n"


def said(fixture: Fixture) -> list[str]:
    """What findings of the fixture's rule say, each once; a line's number stands for any, as it changes with what is written above."""
    found = fixture.findings(codes=frozenset({fixture.code}))
    return list(dict.fromkeys(re.sub(r"\bline \d+", "line N", finding.message) for finding in found))


@cache
def recorded() -> dict[str, list[str]]:
    """What the list says of each fixture."""
    found: dict[str, list[str]] = {}
    for row in MESSAGES.read_text(encoding="utf8").splitlines()[1:]:
        name, message = row.split("\t")
        found.setdefault(name, []).append(message)
    return found


def text() -> str:
    """The list."""
    return HEADER + "".join(f"{fixture.path.stem}\t{message}\n" for fixture in fixtures() for message in said(fixture))


if __name__ == "__main__":
    MESSAGES.write_text(text(), encoding="utf8")
