"""Turns a baseline's file and the outcomes of a run into what is new, and what is known and gone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from dynalint.baseline import NOT_CHECKED, Baseline, BaselineError, Entry, baseline, placed
from dynalint.commands import TroubleError
from dynalint.noqa import UNUSED_NOQA
from dynalint.run import Outcome
from dynalint.settings import Settings


def read(path: Path) -> Baseline:
    """The baseline in a file. Raises TroubleError."""
    try:
        return baseline(path.read_text(encoding="utf8"))
    except FileNotFoundError as error:
        raise TroubleError(f"{shown(path)}: there is no such baseline; `dynalint baseline --baseline={shown(path)}` writes it") from error
    except OSError as error:
        raise TroubleError(f"{shown(path)}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TroubleError(f"{shown(path)}: is no baseline: it is no UTF-8") from error
    except BaselineError as error:
        raise TroubleError(f"{shown(path)}: is no baseline: {error}") from error


def coverage(found: Iterable[Outcome], settings: Settings, folder: Path) -> Callable[[Entry], bool]:
    """Says of an entry whether the run has looked for it: its file was checked, for its code among others, or is gone."""
    checked = {placed(each.path, folder) for each in found if not each.trouble and not _is_lost(each)}

    def covers(entry: Entry) -> bool:
        whole = Path(os.path.normpath(folder / entry.path))
        is_wanted = entry.code != UNUSED_NOQA or settings.reporting.report_unused_noqa
        return not os.path.exists(whole) or (is_wanted and entry.path in checked and entry.code in settings.selection.codes(whole, settings.options))

    return covers


def shown(path: Path) -> str:
    """The path as the user knows it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _is_lost(outcome: Outcome) -> bool:
    """Does anything say that not all of the file was checked?"""
    return any(finding.code in NOT_CHECKED for result in outcome.results for finding in result.findings)
