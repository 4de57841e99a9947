"""Turns pairs of costs into a table of ratios."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from tests.bench.timing import Cost


@dataclass(frozen=True)
class Row:
    """A cost beside the one that it is measured against."""

    what: str
    cost: Cost
    against: str
    base: Cost
    bar: str = ""
    of_memory: bool = False
    """Is the ratio one of memory, and not of time?"""

    @property
    def cells(self) -> tuple[str, ...]:
        ratio = self.cost.megabytes / self.base.megabytes if self.of_memory else self.cost.seconds / self.base.seconds
        share = f"{ratio:.2f}" if ratio > 0.1 else f"{ratio:.2%}"
        return self.what, _shown(self.cost), self.against, _shown(self.base), share, self.bar


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a table of Markdown, each as soon as it is known."""
    head = ("what", "takes", "against", "which takes", "ratio", "bar")
    for cells in chain((head, ("---",) * len(head)), (row.cells for row in rows)):
        yield f"| {' | '.join(cells)} |"


def _shown(cost: Cost) -> str:
    seconds = f"{cost.seconds:.2f} s" if cost.seconds >= 0.1 else f"{cost.seconds * 1000:.1f} ms"
    return seconds + (f", {cost.megabytes:.0f} MB" if cost.megabytes else "")
