"""Turns what a run has found into a file, and that into what the next run need not check again.

An entry is believed if the file still holds what it held, and if each question that the check asked of the files around it still has the same answer.
There is one such file for each way to check: version, settings, working directory. It is JSON, read with suspicion: whatever is odd about it is as good
as not there. It is replaced at once, so that runs side by side never see half of one; the last one wins.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dynalint import __version__
from dynalint.engine import INTERNAL_ERROR
from dynalint.files import put_file
from dynalint.findings import Finding, Fix
from dynalint.settings import Settings
from dynalint.source import Edit, Span
from dynalint.surroundings import Disk, Question, Stamp, Version, digest_of, stamp_of

FOLDER = ".dynalint_cache"
# What shows where a project begins.
_MARKS = (".git", ".hg", "pyproject.toml")
# So many ways to check have a file each; of more the oldest is dropped.
MOST = 12
# To be raised when the form of the file changes in a way that its readers would not notice.
_FORM = 2
_IGNORE = "# Made by dynalint: it may be deleted at any time.\n*\n"


@dataclass(frozen=True)
class Check:
    """What was found in one version of a file, and on what it depends."""

    digest: str = ""
    """Of the file."""
    findings: tuple[Finding, ...] = ()
    """In its text, of the codes that are reported; those that a comment silences are left out."""
    asked: Mapping[Question, str] = field(default_factory=dict)
    is_quiet: bool = True
    """Is there nothing to report of the file?"""


class Cache:
    """What is known of the files from runs before this one."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._here = os.getcwd()
        held = _read(file) if file is not None else {}
        self._checks: dict[str, Any] = held.get("checks", {})
        self._files: dict[str, Any] = held.get("files", {})
        self._versions: dict[str, Version] = {}
        self._folders: dict[str, str] = {}
        self._is_changed = False
        self.disk = Disk(self)

    def get(self, path: str) -> Version | None:
        """What is known of what a file held when it was last looked at, by its absolute path."""
        if path not in self._versions and path in self._files:
            with suppress(TypeError, ValueError):
                self._versions[path] = _version(self._files[path])
        return self._versions.get(path)

    def words(self, path: str, stamp: Stamp) -> str | None:
        """The words in the imports of a file that has this stamp, if they are known; no more is made of its entry."""
        held = self._files.get(path)
        if isinstance(held, list) and len(held) == 4 and held[1:3] == [stamp.size, [stamp.changed, stamp.touched]] and isinstance(held[3], str):
            return held[3]
        return None

    def check(self, path: str) -> Check | None:
        """The check of a file as it is now, if it is known; the path is the one that findings name."""
        if path not in self._checks:
            return None
        whole, held = self._whole(path), self._checks[path]
        if isinstance(held, str) and self._is_untouched(whole, held):
            return Check(held)
        try:
            found = _check(held)
        except (TypeError, ValueError):
            return None
        if self.disk.digest(whole) != found.digest or any(self.disk.answer(question) != answer for question, answer in found.asked.items()):
            return None
        return found

    def _is_untouched(self, whole: str, digest: str) -> bool:
        """Does a file surely hold what has this name, by its stamp alone? Most files of most runs do, so that no more is made of their entries."""
        held, stamp = self._files.get(whole), self.disk.stamp(whole)
        return stamp is not None and isinstance(held, list) and held[:3] == [digest, stamp.size, [stamp.changed, stamp.touched]]

    def keep(self, path: str, version: Version, check: Check | None, seen: Mapping[str, Version]) -> None:
        """Write down what a check has found and seen. What a fault of ours has spoilt is not kept."""
        for name, each in (*seen.items(), (self._whole(path), version)):
            self._put(name, each)
        if check is None or any(finding.code == INTERNAL_ERROR for finding in check.findings):
            self._is_changed |= self._checks.pop(path, None) is not None
        else:
            packed = _packed(check)
            self._is_changed |= self._checks.get(path) != packed
            self._checks[path] = packed

    def save(self) -> None:
        """Leave it to the next run, if there is anything new. What cannot be written is not."""
        for path, version in self.disk.versions.items():
            self._put(path, version)
        if self._file is None or not self._is_changed:
            return
        for path in [path for path in self._files if path not in self.disk.versions and not os.path.isfile(path)]:
            del self._files[path]
        self._checks = {path: each for path, each in self._checks.items() if self._whole(path) in self._files}
        with suppress(OSError):
            _write(self._file, {"form": _FORM, "checks": self._checks, "files": self._files})
            _prune(self._file.parent)

    def _put(self, path: str, version: Version) -> None:
        old = self.get(path)
        if old == version or (version.words is None and old is not None and (old.digest, old.stamp) == (version.digest, version.stamp)):
            return
        stamp = version.stamp
        self._files[path] = [version.digest, version.size, [stamp.changed, stamp.touched] if stamp is not None else None, version.words]
        self._versions[path] = version
        self._is_changed = True

    def _whole(self, path: str) -> str:
        folder, gap, name = path.rpartition(os.sep)
        if name in ("", os.curdir, os.pardir):
            return os.path.normpath(os.path.join(self._here, path))
        folder += gap
        if folder not in self._folders:
            self._folders[folder] = os.path.normpath(os.path.join(self._here, folder))
        return os.path.join(self._folders[folder], name)


def cache_for(settings: Settings) -> Cache | None:
    """The cache for runs with these settings in the working directory; None where the user wants none."""
    caching = settings.caching
    if not caching.cache:
        return None
    folder = Path(caching.cache_dir) if caching.cache_dir else _home(Path.cwd()) / FOLDER
    # A repository could bring a link of this name, to have us write elsewhere.
    if not caching.cache_dir and os.path.islink(folder):
        return None
    said = (settings.options, settings.selection, settings.reporting.report_unused_noqa)
    way = (_FORM, __version__, sys.version, _programs(), said, os.getcwd())
    return Cache(folder / f"{digest_of(repr(way).encode('utf8', 'surrogatepass'))}.json")


def _home(here: Path) -> Path:
    return next((folder for folder in (here, *here.parents) if any(os.path.exists(folder / mark) for mark in _MARKS)), here)


def _programs() -> list[tuple[str, Stamp | None]]:
    """The files of dynalint, and the heads of what it parses with: without being imported they tell of another version, and of a changed checkout."""
    from importlib.util import find_spec  # costs time to import

    own = Path(__file__).parent
    files = [path for pattern in ("*.py", "*.json") for path in sorted(own.rglob(pattern))]
    heads = [spec.origin for name in ("libcst", "flake8") if (spec := find_spec(name)) is not None and spec.origin]
    return [(path, stamp_of(path)) for path in (*map(str, files), *heads)]


# Forms: lists of plain values, each read with suspicion


def _read(file: Path) -> dict[str, Any]:
    try:
        held = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    is_ours = isinstance(held, dict) and held.get("form") == _FORM and all(isinstance(held.get(name), dict) for name in ("checks", "files"))
    return held if is_ours else {}


def _write(file: Path, held: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if not (ignore := file.parent / ".gitignore").exists():
        ignore.write_text(_IGNORE, encoding="utf8")
    put_file(file, json.dumps(held, separators=(",", ":")).encode("ascii"))


def _prune(folder: Path) -> None:
    files = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in files[MOST:]:
        path.unlink()


def _version(held: Any) -> Version:
    digest, size, stamp, words = held
    changed, touched = _numbers(stamp, 2) if stamp is not None else (0, 0)
    whole = _numbers([size], 1)[0]
    return Version(_text(digest), whole, Stamp(changed, touched, whole) if stamp is not None else None, _text(words) if words is not None else None)


def _packed(check: Check) -> Any:
    if check.is_quiet and not check.findings and not check.asked:
        return check.digest
    findings = [[*_places(each.span), each.text, each.code, _packed_fix(each.fix), each.part and _places(each.part)] for each in check.findings]
    return [check.digest, check.is_quiet, findings, [[*question, answer] for question, answer in check.asked.items()]]


def _check(held: Any) -> Check:
    if isinstance(held, str):
        return Check(held)
    digest, is_quiet, findings, asked = held
    questions = [tuple(map(_text, _list(each))) for each in _list(asked)]
    return Check(_text(digest), tuple(map(_finding, _list(findings))), {each[:-1]: each[-1] for each in questions if each[:-1]}, _truth(is_quiet))


def _packed_fix(fix: Fix | None) -> Any:
    return fix and [fix.title, fix.safe, [[*_places(edit.span), edit.text] for edit in fix.edits]]


def _finding(held: Any) -> Finding:
    *places, text, code, fix, part = _list(held)
    return Finding(_span(places), _text(text), _fix(fix), _text(code), _span(part) if part is not None else None)


def _fix(held: Any) -> Fix | None:
    if held is None:
        return None
    title, safe, edits = held
    return Fix(_text(title), tuple(Edit(_span(places), _text(text)) for *places, text in _list(edits)), _truth(safe))


def _places(span: Span) -> tuple[int, int, int, int]:
    return span.line, span.column, span.end_line, span.end_column


def _span(held: Any) -> Span:
    return Span(*_numbers(held, 4))


def _numbers(held: Any, count: int) -> list[int]:
    if not isinstance(held, list) or len(held) != count or not all(type(each) is int and each >= 0 for each in held):
        raise TypeError("not these numbers")
    return held


def _list(held: Any) -> list[Any]:
    if not isinstance(held, list):
        raise TypeError("no list")
    return held


def _text(held: Any) -> str:
    if not isinstance(held, str):
        raise TypeError("no text")
    return held


def _truth(held: Any) -> bool:
    if not isinstance(held, bool):
        raise TypeError("no truth")
    return held
