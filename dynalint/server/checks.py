"""Turns the texts that one file holds, a module's own or those of a notebook's cells, into the findings of each: what `dynalint check` would say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dynalint.engine import check
from dynalint.findings import Finding
from dynalint.fixes.apply import Fixed, fixed
from dynalint.notebook import notebook
from dynalint.selection import enabled
from dynalint.server.folders import Place
from dynalint.settings import Settings
from dynalint.silence import heard
from dynalint.source import Source


@dataclass(frozen=True)
class Checker:
    """How one file is checked, saved or not."""

    settings: Settings
    place: Place

    def findings(self, text: str) -> list[Finding]:
        """The findings in the text of a module: none in one that is to be left out wherever it is named."""
        settings, shown = self.settings, self.place.shown
        if self.place.path is not None and not settings.walk.takes(self.place.path):
            return []
        codes = settings.selection.codes(self.place.path or (self.place.home or Path.cwd()) / shown, settings.options)
        found = check(text, shown, enabled(settings.options, codes), codes=codes, beside=self.place.path)
        return [finding for finding in heard(Source(text, shown), found, codes, settings.reporting.report_unused_noqa) if finding.code in codes]

    def fixed(self, text: str) -> Fixed:
        """The text of a module with all safe fixes."""
        return fixed(text, self.findings, False)

    def cells(self, texts: Mapping[str, str]) -> dict[str, list[Finding]]:
        """The findings in each cell of a notebook; what one cell defines, those below it know."""
        cells = [{"cell_type": "code", "source": text} for text in texts.values()]
        book = notebook(json.dumps({"cells": cells}).encode())
        found: dict[str, list[Finding]] = {name: [] for name in texts}
        names = list(texts)
        for cell, finding in (*book.broken, *map(book.placed, self.findings(book.text))):
            found[names[cell - 1]].append(finding)
        return found
