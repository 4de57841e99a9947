"""Turns what the user set into whether findings are kept from one run to the next, and where."""

from __future__ import annotations

from dataclasses import dataclass

from dynalint.options import option, yes_no


def _path(name: str, value: str) -> str:
    return value.strip()


@dataclass(frozen=True)
class Caching:
    """Whether and where what is found is kept. A path is absolute here, but for an empty one."""

    cache: bool = option(True, yes_no, "yes|no", "Keep what is found, so that files are only checked again when they change, or what they depend on.")
    cache_dir: str = option("", _path, "DIR", "Where it is kept (default: .dynalint_cache in the project's folder).")
