"""Turns things that come one by one into the same things, with a bar on a terminal while they take their time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TextIO, TypeVar

from dynalint.terminal import columns

T = TypeVar("T")
# Seconds: nobody waits for less, and nobody reads faster.
_PATIENCE = 1.0
_PAUSE = 0.1
_WIDEST = 40


def progress(things: Iterable[T], total: int, stream: TextIO, clock: Callable[[], float] = monotonic) -> Iterator[T]:
    """The things. The bar is wiped off when they end, in whatever way; in a pipe there is none."""
    return _shown(things, total, stream, clock) if stream.isatty() else iter(things)


def _shown(things: Iterable[T], total: int, stream: TextIO, clock: Callable[[], float]) -> Iterator[T]:
    due, drawn = clock() + _PATIENCE, 0
    try:
        for number, thing in enumerate(things, 1):
            if (now := clock()) >= due:
                text = bar(number, total, columns())
                # Blanks wipe on every terminal, the oldest too.
                stream.write(f"\r{text.ljust(drawn)}")
                stream.flush()
                due, drawn = now + _PAUSE, len(text)
            yield thing
    finally:
        if drawn:
            stream.write(f"\r{' ' * drawn}\r")
            stream.flush()


def bar(number: int, total: int, wide: int) -> str:
    """How far it is, in less than so many columns: else the terminal would begin a new line."""
    count = f"{number:,} of {total:,} files"
    room = min(wide - len(count) - len("[] ") - 1, _WIDEST)
    full = room * number // max(total, 1)
    return f"[{'#' * full}{'-' * (room - full)}] {count}" if room >= 5 else count[: max(wide - 1, 0)]
