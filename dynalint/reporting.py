"""Turns what the user set into what is said of findings beside them: which are known already, and which comments silence nothing."""

from __future__ import annotations

from dataclasses import dataclass

from dynalint.options import option, yes_no


def _path(name: str, value: str) -> str:
    return value.strip()


@dataclass(frozen=True)
class Reporting:
    """What is not said again, and what is said on request. A path is absolute here, but for an empty one."""

    baseline: str = option("", _path, "FILE", "Report only findings that are not in this file, which `dynalint baseline` writes; an empty name for none.")
    report_unused_noqa: bool = option(False, yes_no, "yes|no", "Report comments that name codes of which there is nothing to silence (DYN002).")
