"""Turns Python's garbage collector off for a while, or for what is there to stay: it walks many objects again and again, and drops few of them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """No collection until the end of the block, unless somebody else has switched it off already."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def spare() -> None:
    """Take all that there is from what is walked: it is dropped when nobody refers to it, but no more when it is in a circle.

    For processes that end with their work, when they have imported all that they need: those modules are half of what they hold.
    """
    gc.collect()
    gc.freeze()
