"""Turns a fixture, an ordinary Python file with marks in its comments, into what it claims of dynalint.

`# DYN101` at the end of a line: fires there (`# DYN101 DYN101`: twice). `# todo: DYN101`: a known missed alarm, does not fire.
`# false: DYN101`: a known false alarm, fires. `# option: NAME=VALUE` and `# path: PATH` on the first lines set what the file is checked with.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from dynalint.engine import check
from dynalint.findings import Finding
from dynalint.fixes.apply import fixed
from dynalint.options import Options

ROOT = Path(__file__).parent.parent
RULES = ROOT / "fixtures" / "rules"

_CODES = r"DYN\d{3}(?:\s+DYN\d{3})*"
_MARK = re.compile(rf"(?:(?P<kind>todo|false): )?(?P<codes>{_CODES})")
_LOOKS_LIKE_A_MARK = re.compile(r"(?:todo|false)\s*:|DYN\d", re.IGNORECASE)
_SETTING = re.compile(r"#\s*(option|path):\s*(.+)")


@dataclass(frozen=True)
class Mark:
    """One code at the end of one line."""

    line: int
    code: str
    kind: str = "fires"


@dataclass(frozen=True)
class Fixture:
    """One file of `fixtures/rules`; its name begins with the code that it is about."""

    path: Path

    @property
    def code(self) -> str:
        return self.path.name[:6].upper()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf8")

    @cached_property
    def _settings(self) -> list[tuple[str, str]]:
        found = []
        for line in self.text.splitlines():
            if not line.startswith("#"):
                break
            if setting := _SETTING.fullmatch(line.strip()):
                found.append((setting[1], setting[2]))
        return found

    @property
    def option_texts(self) -> dict[str, str]:
        return dict(value.split("=", 1) for name, value in self._settings if name == "option")

    @property
    def options(self) -> Options:
        return Options.parse({**self.option_texts})

    @property
    def checked_as(self) -> str:
        return dict(self._settings).get("path", self.path.name)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(marks_in(self.text))

    def findings(self, text: str | None = None, codes: frozenset[str] | None = None) -> list[Finding]:
        found = _findings(self.text if text is None else text, self.checked_as, self.options)
        return [finding for finding in found if codes is None or finding.code in codes]

    @property
    def fixed_path(self) -> Path:
        return self.path.with_suffix(".fixed.py")

    def fixed(self, text: str | None = None) -> str:
        """The text after all fixes of the fixture's code, repeated until there is nothing left to fix."""
        own = frozenset({self.code})
        done = fixed(self.text if text is None else text, lambda now: self.findings(now, own), unsafe=True)
        assert not done.refused, done.refused
        return done.text


# The same texts are asked about by one test after the other.
@cache
def _findings(text: str, path: str, options: Options) -> tuple[Finding, ...]:
    return tuple(check(text, path, options))


@cache
def fixtures() -> list[Fixture]:
    """All fixtures of rules, in the order of their names."""
    return [Fixture(path) for path in sorted(RULES.glob("*.py")) if not path.name.endswith(".fixed.py")]


def marks_in(text: str) -> Iterator[Mark]:
    """The marks in the comments of a text. Raises ValueError where a comment looks like a mark and is none."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        for part in (part.strip() for part in token.string.split("#")):
            if mark := _MARK.fullmatch(part):
                for code in mark["codes"].split():
                    yield Mark(token.start[0], code, mark["kind"] or "fires")
            elif _LOOKS_LIKE_A_MARK.match(part):
                raise ValueError(f"line {token.start[0]}: not a mark, but looks like one: # {part}")


def lines(text: str, found: Counter[int]) -> list[str]:
    """Line numbers as a person reads them in a failed assertion."""
    rows = text.splitlines()
    return [f"{line}: {rows[line - 1].strip()}" for line in sorted(found.elements())]
