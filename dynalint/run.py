"""Turns files into what is found in each, and into what fixes make of it: in several processes where that pays, always in the order of the files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from dynalint.documents import Document, document
from dynalint.engine import UNPARSABLE, check, failed
from dynalint.files import UndecodableError
from dynalint.findings import Finding
from dynalint.fixes.apply import fixed
from dynalint.gate import speaks_dynamodb
from dynalint.report import Result
from dynalint.selection import enabled
from dynalint.settings import Settings
from dynalint.silence import heard, may_be_unused, silenced
from dynalint.source import Source, Span

STDIN = "-"
# To start a process and import libcst there takes as long as to check some files.
_WORTH_A_PROCESS = 4
# Only to read as many files, and see that they say nothing of DynamoDB, is worth it too.
_MANY = 1000


class LostError(Exception):
    """A process that checked files is gone, and with it what it found. The text says so."""


@dataclass(frozen=True)
class Task:
    """What is wanted of each file."""

    settings: Settings = field(default_factory=Settings)
    fix: bool = False
    unsafe: bool = False
    silence: bool = False
    """Instead of a fix, a comment for each finding."""
    reason: str = ""
    """What such a comment says of why."""


@dataclass(frozen=True)
class Outcome:
    """What came of one file."""

    path: str
    results: tuple[Result, ...] = ()
    """What is found; after the fixes, where these are wanted."""
    applied: tuple[Finding, ...] = ()
    diff: str = ""
    data: bytes | None = None
    """The bytes that the fixes, or the comments, make of the file; None where they change nothing."""
    trouble: str = ""


def outcomes(paths: Sequence[Path], task: Task, jobs: int) -> Iterator[Outcome]:
    """What comes of each file. Where these are few, only those that speak of DynamoDB are worth other processes. Raises LostError."""
    waiting = paths if jobs > 1 and len(paths) >= _MANY else [path for path in paths if _is_of_interest(path, task)]
    # Windows takes no more than 61 processes.
    jobs = min(jobs, len(waiting) // _WORTH_A_PROCESS, 60)
    if jobs < 2:
        yield from _in_order(paths, waiting, map(partial(outcome, task=task), waiting))
        return
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor  # costs time to import
    from multiprocessing import active_children

    pool = ProcessPoolExecutor(jobs, initializer=_leave_interrupts_to_the_parent)
    try:
        # Small portions, for one file may take as long as a hundred others.
        yield from _in_order(paths, waiting, pool.map(partial(outcome, task=task), waiting, chunksize=max(1, min(8, len(waiting) // (jobs * 8)))))
    except BrokenExecutor as error:
        raise LostError("a process that checks files has died; --jobs=1 may tell more") from error
    except KeyboardInterrupt:
        for process in active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    """Ctrl-C reaches all processes of a terminal, and each would print where it was."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _in_order(paths: Sequence[Path], waiting: Sequence[Path], found: Iterator[Outcome]) -> Iterator[Outcome]:
    looked_at = frozenset(waiting)
    return (next(found) if path in looked_at else Outcome(str(path)) for path in paths)


def _is_of_interest(path: Path, task: Task) -> bool:
    """Can anything come of a file? It speaks of DynamoDB, or cannot be read, or only once: a pipe."""
    if not os.path.isfile(path):
        return True
    try:
        data = path.read_bytes()
    except OSError:
        return True
    return _speaks(data, str(path), task.settings)


def outcome(path: Path, task: Task) -> Outcome:
    """What comes of one file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return Outcome(str(path), trouble=f"{path}: {error.strerror}")
    return outcome_of(data, str(path), path, task)


def outcome_of(data: bytes, path: str, beside: Path | None, task: Task) -> Outcome:
    """What comes of the bytes that stand in a file, or would: at `beside`, if they have a place. `path` is what findings name."""
    if not _speaks(data, path, task.settings):
        return Outcome(path)
    try:
        return _judged(data, path, beside, task)
    except Exception as error:  # a fault of ours must not cost the other files' findings
        return Outcome(path, (Result(Source("", path), (failed("the check of this file", error),)),))


def _judged(data: bytes, path: str, beside: Path | None, task: Task) -> Outcome:
    settings, whole = task.settings, Path(os.path.abspath(path))
    codes = settings.selection.codes(whole, settings.options)
    options = enabled(settings.options, codes)

    def findings(text: str) -> list[Finding]:
        found = check(text, path, options, codes=codes, beside=beside)
        return heard(Source(text, path), found, codes, settings.reporting.report_unused_noqa)

    def reported(opened: Document) -> tuple[Result, ...]:
        return tuple(replace(each, findings=kept) for each in opened.results(findings(opened.text)) if (kept := tuple(_of(each.findings, codes))))

    try:
        opened = document(data, path)
    except UndecodableError as error:
        found = Finding(Span(1, 0, 1, 0), f"cannot be decoded, so nothing in this file is checked: {error}", code=UNPARSABLE)
        return Outcome(path, (Result(Source("", path), tuple(_of((found,), codes))),))
    if not (task.fix or task.silence):
        return Outcome(path, reported(opened))
    done = silenced(opened.text, findings, task.reason) if task.silence else fixed(opened.text, findings, task.unsafe)
    trouble = f"{path}: {done.refused}" if done.refused else ""
    if done.text == opened.text:
        return Outcome(path, reported(opened), trouble=trouble)
    try:
        after = opened.encoded(done.text)
        mended = document(after, path)
        return Outcome(path, reported(mended), done.applied, _diff(opened, done.text), after, trouble)
    except UndecodableError as error:
        return Outcome(path, reported(opened), trouble=f"{path}: is not {'silenced' if task.silence else 'fixed'}: {error}")


def _of(findings: Iterable[Finding], codes: frozenset[str]) -> Iterator[Finding]:
    return (finding for finding in findings if finding.code in codes)


def _diff(opened: Document, text: str) -> str:
    """What changes, part by part."""
    from difflib import unified_diff

    pairs = zip(opened.parts(opened.text), opened.parts(text), strict=True)
    lines = (line for (place, old), (_, new) in pairs for line in unified_diff(Source(old).lines, Source(new).lines, place, place))
    return "".join(line if line.endswith(("\n", "\r")) else line + "\n\\ No newline at end of file\n" for line in lines)


def _speaks(data: bytes, path: str, settings: Settings) -> bool:
    """Could anything be said of these bytes?"""
    try:
        text = document(data, path).code
    except UndecodableError:
        # Latin-1 takes any bytes: enough to see whether the file is any of our business.
        text = data.decode("latin-1")
    if settings.reporting.report_unused_noqa and may_be_unused(text):
        return True
    return speaks_dynamodb(text, bool(settings.options.tables or settings.options.clients))
