"""Turns the findings of one file into names for them that stay when lines move: for baselines and for services that track findings over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dynalint.findings import Finding
from dynalint.source import Source


def fingerprints(path: str, source: Source, findings: Sequence[Finding]) -> list[str]:
    """One name for each finding, in their order: of its code, its file, the lines that it stands on, and how often it was found on such lines before.

    Neither line numbers nor messages nor the layout of the lines count: a new version of dynalint may word a message anew.
    """
    import hashlib  # costs time to import

    seen: Counter[tuple[str, str]] = Counter()
    names = []
    for finding in findings:
        last = min(finding.span.end_line, len(source.lines))
        lines = " ".join(source.block(finding.span.line, last).split()) if finding.span.line <= last else ""
        seen[finding.code, lines] += 1
        parts = (path.replace("\\", "/").removeprefix("./"), finding.code, lines, str(seen[finding.code, lines]))
        names.append(hashlib.sha256("\0".join(parts).encode("utf8", "backslashreplace")).hexdigest()[:32])
    return names
