"""Turns paths into the files to check: Python and notebooks, without what patterns and .gitignore leave out."""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dynalint.files import SKIPPED, below, is_set_apart, once
from dynalint.options import names, option, yes_no

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = (".py", ".ipynb")


@dataclass(frozen=True)
class Walk:
    """Which files are checked below a directory. Patterns about paths are absolute here: see `anchored`."""

    exclude: tuple[str, ...] = option(
        tuple(sorted(SKIPPED)),
        names,
        "PATTERNS",
        "Files and directories not to check; * stands for anything, and a pattern without / is about names; replaces the list.",
    )
    extend_exclude: tuple[str, ...] = option((), names, "PATTERNS", "More files and directories not to check, beside the list.")
    force_exclude: bool = option(False, yes_no, "yes|no", "Leave excluded files out even where they are named, as hooks do it.")
    respect_gitignore: bool = option(True, yes_no, "yes|no", "Leave out what .gitignore files leave out of git.")

    def files(self, paths: Iterable[Path], lost: Callable[[OSError], None] | None = None) -> Iterator[str]:
        """The files to check, each once: what is named is taken as it is, a directory gives the Python files and notebooks below it, sorted.

        Hidden directories and virtual environments are not walked, and links to directories are not followed. `lost` hears of directories
        that cannot be read. Raises ModuleNotFoundError where there is a .gitignore, and pathspec is not installed.
        """
        yield from once(file for path in paths for file in (self._below(path, lost) if os.path.isdir(path) else [str(path)] if self.takes(path) else []))

    def takes(self, path: Path) -> bool:
        """Is a file that was named to be checked?"""
        whole, here = Path(os.path.abspath(path)), Path.cwd()
        # What the folders are called that hold the whole project says nothing of what is in it.
        above = {here, *here.parents} if whole.is_relative_to(here) else set()
        return not (self.force_exclude and any(self._excludes(str(each.parent), each.name) for each in (whole, *whole.parents) if each not in above))

    def _below(self, directory: Path, lost: Callable[[OSError], None] | None) -> Iterator[str]:
        if self.force_exclude and not self.takes(directory):
            return
        git = Gitignore(directory) if self.respect_gitignore else None

        def wanted(folder: str, name: str, is_directory: bool) -> bool:
            if is_directory and is_set_apart(folder, name):
                return False
            return not self._excludes(folder, name) and not (git is not None and git.ignores(folder, name, is_directory))

        yield from below(str(directory), SUFFIXES, wanted, lost)

    @cached_property
    def _about_names(self) -> re.Pattern[str]:
        """All patterns that are about names as one: each file is asked for it."""
        patterns = [fnmatch.translate(pattern) for pattern in (*self.exclude, *self.extend_exclude) if "/" not in pattern]
        return re.compile("|".join(patterns) or r"(?!)")

    @cached_property
    def _about_paths(self) -> tuple[str, ...]:
        return tuple(pattern for pattern in (*self.exclude, *self.extend_exclude) if "/" in pattern)

    def _excludes(self, folder: str, name: str) -> bool:
        if self._about_names.match(name):
            return True
        if not self._about_paths:
            return False
        whole = Path(os.path.abspath(os.path.join(folder, name)))
        return any(matches(whole, pattern) for pattern in self._about_paths)


class Gitignore:
    """The .gitignore files in a directory, below it, and above it up to the head of its repository."""

    def __init__(self, directory: Path) -> None:
        self._top = directory
        self._specs: dict[str, tuple[tuple[str, GitIgnoreSpec], ...]] = {}
        whole = directory.resolve()
        self._whole = whole
        chain = [whole, *whole.parents]
        head = next((index for index, folder in enumerate(chain) if os.path.exists(folder / ".git")), 0)
        around: tuple[tuple[str, GitIgnoreSpec], ...] = ()
        for folder in reversed(chain[: head + 1]):
            if folder == whole and _ignored(around, whole, True):
                # Whoever names a directory that git ignores wants what is in it.
                around = ()
            around += _read(folder)
        self._specs[str(directory)] = around

    def ignores(self, folder: str, name: str, is_directory: bool) -> bool:
        """Does git ignore what has this name in a folder below the directory, which it does not ignore?"""
        specs = self._at(folder)
        return bool(specs) and _ignored(specs, self._resolved(Path(folder, name)), is_directory)

    def _at(self, folder: str) -> tuple[tuple[str, GitIgnoreSpec], ...]:
        if folder not in self._specs:
            self._specs[folder] = self._at(os.path.dirname(folder) or ".") + _read(self._resolved(Path(folder)))
        return self._specs[folder]

    def _resolved(self, path: Path) -> Path:
        return self._whole / path.relative_to(self._top)


def anchored(pattern: str, base: Path) -> str:
    """A pattern about paths, where it is one and no absolute one yet, with the folder before it that it was written for."""
    return f"{glob.escape(base.as_posix().rstrip('/'))}/{pattern.removeprefix('./')}" if "/" in pattern and not pattern.startswith("/") else pattern


def matches(path: Path, pattern: str) -> bool:
    """Is an absolute path, or with a pattern that has no / its name, like the pattern, or below what is?"""
    if "/" not in pattern:
        return fnmatch.fnmatchcase(path.name, pattern)
    pattern = pattern.rstrip("/")
    return fnmatch.fnmatchcase(path.as_posix(), pattern) or fnmatch.fnmatchcase(path.as_posix(), f"{pattern}/*")


def _read(folder: Path) -> tuple[tuple[str, GitIgnoreSpec], ...]:
    """What a folder's own file says, with the folder that it is about."""
    names = (os.path.join(folder, ".git", "info", "exclude"), os.path.join(folder, ".gitignore"))
    files = [Path(name) for name in names if os.path.isfile(name)]
    if not files:
        return ()
    try:
        # To pathspec `a/**` means the directory a too. With `a/*` it does not, and as we walk from the top both mean the same below it.
        texts = (path.read_text(encoding="utf8", errors="replace") for path in files)
        lines = [re.sub(r"/\*\*\s*$", "/*", line) for text in texts for line in text.splitlines()]
    except OSError:
        return ()
    if not any(line.strip() and not line.startswith("#") for line in lines):
        return ()
    from pathspec import GitIgnoreSpec  # of the extra `walk`: only where there is something to respect

    return ((folder.as_posix().rstrip("/") + "/", GitIgnoreSpec.from_lines(lines)),)


def _ignored(specs: tuple[tuple[str, GitIgnoreSpec], ...], path: Path, is_directory: bool) -> bool:
    """The innermost file that says anything of a path has the word."""
    text = path.as_posix() + ("/" if is_directory else "")
    verdicts = (spec.check_file(text.removeprefix(base)).include for base, spec in reversed(specs))
    return next((verdict for verdict in verdicts if verdict is not None), False)
