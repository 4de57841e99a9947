"""Turns files into what is found in each, and into what fixes make of it: in several processes where that pays, always in the order of the files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from dynalint.cache import Cache, Check
from dynalint.collector import paused
from dynalint.documents import Document, code, document
from dynalint.engine import UNPARSABLE, check, failed
from dynalint.files import UndecodableError, content
from dynalint.findings import Finding
from dynalint.fixes.apply import fixed
from dynalint.gate import speaks_dynamodb
from dynalint.report import Result
from dynalint.selection import enabled
from dynalint.settings import Settings
from dynalint.silence import heard, may_be_unused, silenced
from dynalint.source import Source, Span
from dynalint.surroundings import Disk, Stamp, Surroundings, Version, stamp_of, version_of

STDIN = "-"
# To start a process and import libcst there takes as long as to check some files.
_WORTH_A_PROCESS = 4
# Only to read as many files, and see that they say nothing of DynamoDB, is worth it too: so many at a time.
_MANY = 1000
_PORTION = 250
_Made = TypeVar("_Made")


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
    version: Version | None = None
    """What the file held, if that is to be kept."""
    check: Check | None = None
    """What was found at first, before any fix, if that can be kept."""
    seen: Mapping[str, Version] = field(default_factory=dict)
    """What other files held that were looked at for it, in another process."""


def outcomes(paths: Sequence[str], task: Task, jobs: int, cache: Cache | None = None) -> Iterator[Outcome]:
    """What comes of each file, of what the cache does not know by checking it; it is told. Raises LostError.

    First all are looked at, then those that speak of DynamoDB are checked.
    """
    disk = cache.disk if cache is not None else Disk()
    done: dict[str, Outcome] = {}
    known: dict[str, Check] = {}
    for name in paths:
        found = cache.check(name) if cache is not None else None
        if found is not None and found.is_quiet:
            done[name] = Outcome(name)
        elif found is not None:
            known[name] = found
    asked = [path for path in paths if path not in done and path not in known]
    done |= {path: made for path, made in zip(asked, _glances(asked, task, jobs), strict=True) if made is not None}
    waiting = [path for path in paths if path not in done]
    # To report what is known takes less than to start a process.
    work = len(waiting) - (0 if task.fix or task.silence else len(known))
    # Windows takes no more than 61 processes.
    jobs = min(jobs, work // _WORTH_A_PROCESS, 60)
    for each in _in_order(paths, done, _made(waiting, task, jobs, known, disk)):
        if cache is not None and each.version is not None:
            cache.keep(each.path, each.version, each.check, each.seen)
        yield each


def _glances(paths: Sequence[str], task: Task, jobs: int) -> Iterator[Outcome | None]:
    """What comes of the files that can be told by a glance, in several processes where there are many: to read a few costs less than to have them read."""
    if jobs < 2 or len(paths) < _MANY:
        yield from _glances_at(paths, task)
        return
    portions = [paths[start : start + _PORTION] for start in range(0, len(paths), _PORTION)]
    yield from (each for portion in _elsewhere(_glances_at, portions, task=task, jobs=jobs) for each in portion)


def _glances_at(paths: Sequence[str], task: Task) -> list[Outcome | None]:
    with paused():
        return [_glance(path, task) for path in paths]


def _made(waiting: Sequence[str], task: Task, jobs: int, known: Mapping[str, Check], disk: Disk) -> Iterator[Outcome]:
    """What comes of the files that wait, in several processes if they are worth it."""
    if jobs < 2:
        yield from (outcome(path, task, known.get(path), disk) for path in waiting)
        return
    # Small portions, for one file may take as long as a hundred others.
    portion = max(1, min(8, len(waiting) // (jobs * 8)))
    yield from _elsewhere(_outcome_there, [(path, known.get(path)) for path in waiting], task=task, jobs=jobs, disk=disk, portion=portion)


def _elsewhere(work: Callable[..., _Made], given: Iterable[object], task: Task, jobs: int, disk: Disk | None = None, portion: int = 1) -> Iterator[_Made]:
    """What a function makes of each thing, in other processes. Raises LostError."""
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor  # costs time to import
    from multiprocessing import active_children

    pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(disk or Disk(),))
    try:
        yield from pool.map(partial(work, task=task), given, chunksize=portion)
    except BrokenExecutor as error:
        raise LostError("a process that checks files has died; --jobs=1 may tell more") from error
    except KeyboardInterrupt:
        for process in active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(paths: Iterable[str], done: Mapping[str, Outcome], made: Iterator[Outcome]) -> Iterator[Outcome]:
    return (done[path] if path in done else next(made) for path in paths)


# What a process that checks files knows of the disk: all its files are of one run.
_disk = Disk()


def _begin(disk: Disk) -> None:
    import signal

    # Ctrl-C reaches all processes of a terminal, and each would print where it was.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    global _disk  # noqa: PLW0603 - a process of a pool has no other place for what its tasks share
    _disk = disk


def _outcome_there(given: tuple[str, Check | None], task: Task) -> Outcome:
    path, known = given
    return replace(outcome(path, task, known, _disk), seen=_disk.news())


def _glance(path: str, task: Task) -> Outcome | None:
    """What comes of a file that can be told by a glance: nothing, as it does not speak of DynamoDB. None for one that is to be checked."""
    stamp = stamp_of(path)
    if stamp is None:
        # A pipe can be read only once.
        return None
    try:
        data = content(path)
    except OSError:
        return None
    return None if _speaks(data, path, task.settings) else _versioned(Outcome(path, check=Check()), data, stamp, task)


def outcome(path: str, task: Task, known: Check | None = None, disk: Disk | None = None) -> Outcome:
    """What comes of one file, of which what is found may be known."""
    stamp = stamp_of(path)
    try:
        data = content(path)
    except OSError as error:
        return Outcome(path, trouble=f"{path}: {error.strerror}")
    return _versioned(outcome_of(data, path, Path(path), task, known, disk), data, stamp, task)


def outcome_of(data: bytes, path: str, beside: Path | None, task: Task, known: Check | None = None, disk: Disk | None = None) -> Outcome:
    """What comes of the bytes that stand in a file, or would: at `beside`, if they have a place. `path` is what findings name."""
    if not _speaks(data, path, task.settings):
        return Outcome(path, check=Check())
    try:
        return _judged(data, path, beside, task, known, disk)
    except Exception as error:  # a fault of ours must not cost the other files' findings
        return Outcome(path, (Result(Source("", path), (failed("the check of this file", error),)),))


def _versioned(found: Outcome, data: bytes, stamp: Stamp | None, task: Task) -> Outcome:
    """The outcome, with what is needed to keep it, if it is to be kept."""
    if stamp is None or not task.settings.caching.cache:
        return found
    version = version_of(data, stamp)
    return replace(found, version=version, check=replace(found.check, digest=version.digest) if found.check is not None else None)


def _judged(data: bytes, path: str, beside: Path | None, task: Task, known: Check | None, disk: Disk | None) -> Outcome:
    settings, whole = task.settings, Path(os.path.abspath(path))
    own_codes = settings.selection.own_codes(whole)
    try:
        opened = document(data, path)
    except UndecodableError as error:
        lost = Finding(Span(1, 0, 1, 0), f"cannot be decoded, so nothing in this file is checked: {error}", code=UNPARSABLE)
        return Outcome(path, (Result(Source("", path), tuple(_of((lost,), own_codes))),))
    if known is not None and not (task.fix or task.silence):
        # To ask which codes are reported would import all rules.
        return Outcome(path, _results(opened, known.findings, own_codes | {finding.code for finding in known.findings}), check=known)
    codes = settings.selection.codes(whole, settings.options)
    options = enabled(settings.options, codes)

    def checked(text: str) -> Check:
        around = Surroundings(disk, settings.caching.cache)
        found = check(text, path, options, codes=codes, beside=beside, around=around)
        return Check("", tuple(_of(heard(Source(text, path), found, codes, settings.reporting.report_unused_noqa), codes)), around.asked)

    first = known or checked(opened.text)

    def findings(text: str) -> list[Finding]:
        return list((first if text == opened.text else checked(text)).findings)

    results = _results(opened, first.findings, codes)
    plain = Outcome(path, results, check=replace(first, is_quiet=not results))
    if not (task.fix or task.silence):
        return plain
    done = silenced(opened.text, findings, task.reason) if task.silence else fixed(opened.text, findings, task.unsafe)
    plain = replace(plain, trouble=f"{path}: {done.refused}" if done.refused else "")
    if done.text == opened.text:
        return plain
    try:
        after = opened.encoded(done.text)
        mended = document(after, path)
        return replace(plain, results=_results(mended, findings(mended.text), codes), applied=done.applied, diff=_diff(opened, done.text), data=after)
    except UndecodableError as error:
        return replace(plain, trouble=f"{path}: is not {'silenced' if task.silence else 'fixed'}: {error}")


def _results(opened: Document, findings: Iterable[Finding], codes: frozenset[str]) -> tuple[Result, ...]:
    """What is reported of a document: results with findings of these codes."""
    return tuple(replace(each, findings=kept) for each in opened.results(findings) if (kept := tuple(_of(each.findings, codes))))


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
        text = code(data, path)
    except UndecodableError:
        # Latin-1 takes any bytes: enough to see whether the file is any of our business.
        text = data.decode("latin-1")
    if settings.reporting.report_unused_noqa and may_be_unused(text):
        return True
    return speaks_dynamodb(text, settings.options)
