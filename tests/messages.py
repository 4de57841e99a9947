"""Turns the fixtures of rules into the list of what findings say there, with their fixes: `python -m tests.messages` writes it anew."""

from __future__ import annotations

import re
from functools import cache

from dynalint.findings import Fix
from tests.marked import ROOT, Fixture, fixtures

MESSAGES = ROOT / "fixtures" / "messages.tsv"
HEADER = "fixture\tcode\tmessage\tfix\n"


def said(fixture: Fixture) -> list[str]:
    """What the findings of all rules say in a fixture, each once; a line's number stands for any, as it changes with what is written above."""
    found = (f"{each.code}\t{each.message}\t{_mended(each.fix)}" for each in fixture.findings())
    return sorted({re.sub(r"\bline \d+", "line N", each).rstrip() for each in found})


def _mended(fix: Fix | None) -> str:
    return "" if fix is None else fix.title if fix.safe else f"{fix.title} (unsafe)"


@cache
def recorded() -> dict[str, list[str]]:
    """What the list says of each fixture."""
    found: dict[str, list[str]] = {}
    for row in MESSAGES.read_text(encoding="utf8").splitlines()[1:]:
        name, _, rest = row.partition("\t")
        found.setdefault(name, []).append(rest)
    return found


def main() -> None:
    """Write the list."""
    rows = (f"{fixture.path.stem}\t{each}\n" for fixture in fixtures() for each in said(fixture))
    MESSAGES.write_text(HEADER + "".join(rows), encoding="utf8")


if __name__ == "__main__":
    main()
