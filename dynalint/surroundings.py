"""Turns questions about the files around the one that is checked into answers, and keeps both: they are all that its findings depend on beside its text.

A question is a few texts, its answer one: so they can be written down, and asked again by whoever wants to know whether anything has changed.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol

from dynalint.files import TooManyError, below, content, is_walked, up_to

Question = tuple[str, ...]

# Nobody keeps the tables' names in a longer file.
MOST_BYTES = 500_000
# In a larger project nobody looks for the modules that import the one that is checked.
MOST_FILES = 20_000
MOST_FOLDERS = 50_000
TOO_LARGE = "too large"
# The files that may mention a table, or declare one.
CODE = (".py", ".ts", ".js", ".java", ".go", ".rb", ".cs", ".graphql", ".vtl")
# One of these words stands in each module in Python that says anything of a table. Plain search is ten times as fast as an expression.
_DECLARING_WORDS = (b"create_table", b"update_table", b"update_time_to_live", b"aws_dynamodb", b"pynamodb", b"troposphere", b"pulumi_aws")
_MAKES_TABLES = "!tables"
_DECLARING = (".yml", ".yaml", ".template", ".json", ".tf", ".tfvars")
_MARKS = (".git", ".hg")
# Where a project may keep its packages beside its root.
_BELOW = ("", "src")
# What begins with a character is searched for twice as fast as what stands at the beginning of a line, and six times as fast if it takes nothing back.
_IMPORT = re.compile(rb"\n[ \t]*+(?:import[ \t].*|from[ \t]+[\w.]+[ \t]+import[ \t]+(?:\([^)]{0,5000}\)|.*))")
_WORD = re.compile(rb"[^\W\d]\w*")
# Nanoseconds: what was changed so short a time before it was looked at may change once more and look the same. FAT counts two seconds.
TOO_FRESH = 2_000_000_000


_MOMENTS = count(-1, -1)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the system says of a file without reading it: when it was changed, it and what is said of it, in nanoseconds, and how long it is."""

    changed: int
    touched: int
    size: int


@dataclass(frozen=True, slots=True)
class Version:
    """What a file held when it was read."""

    digest: str
    size: int
    """In bytes."""
    stamp: Stamp | None
    """By which it is known again without being read; None where it is too fresh for that."""
    words: str | None = None
    """The words in its imports, with blanks between them, and a mark if it seems to declare tables; None where nobody has looked."""


class Known(Protocol):
    """Who remembers what files held."""

    def get(self, path: str) -> Version | None:
        """What the file at an absolute path held when it was last looked at."""

    def words(self, path: str, stamp: Stamp) -> str | None:
        """The words in its imports, as in a Version; None where nobody has looked, or the stamp was another one."""


class Disk:
    """The files as one run sees them: each thing is looked at once, so that all checks of the run are about the same project."""

    def __init__(self, known: Known | None = None) -> None:
        self.versions: dict[str, Version] = {}
        """What the files held that were looked at, by their absolute paths."""
        self.moment = next(_MOMENTS)
        """A number of its own, below zero: what is remembered of the files as others saw them is nothing to it."""
        self._news: dict[str, Version] = {}
        self._known = known
        self._answers: dict[Question, str] = {}
        self._indexes: dict[str, dict[str, list[str]]] = {}
        self._files: dict[str, tuple[str, ...] | None] = {}
        self._homes: dict[str, dict[str, str | None]] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._stamps: dict[str, Stamp | None] = {}
        self._search_paths: dict[tuple[str, str], list[str]] = {}

    def answer(self, question: Question) -> str:
        """The answer to a question; to one that nobody understands it is the empty one."""
        if question not in self._answers:
            ask = _KINDS.get(question[0])
            self._answers[question] = ask(self, *question[1:]) if ask is not None else ""
        return self._answers[question]

    def digest(self, path: str) -> str:
        """A name for what a file holds, empty where it cannot be read."""
        version = self.version(path)
        return version.digest if version is not None else ""

    def version(self, path: str, words: bool = False) -> Version | None:
        """What a file holds, with the words in its imports if they are wanted; None where it cannot be read."""
        seen = self.versions.get(path)
        if seen is None or (words and seen.words is None):
            seen = self._look(path, words)
            if seen is not None:
                self.versions[path] = self._news[path] = seen
        return seen

    def stamp(self, path: str) -> Stamp | None:
        """The stamp of a file when this run first asked for it; None where there is none, or something that is read but once."""
        if path not in self._stamps:
            self._stamps[path] = stamp_of(path)
        return self._stamps[path]

    def names(self, folder: str) -> frozenset[str]:
        """What the files and folders in a folder are called: to list it once takes less than to ask for each of many."""
        if folder not in self._names:
            try:
                self._names[folder] = frozenset(os.listdir(folder))
            except OSError:
                self._names[folder] = frozenset()
        return self._names[folder]

    def search_path(self, folder: str, root: str) -> list[str]:
        """Where an absolute import in a folder looks: beside the packages that the folder is in and further up, then inside them, as for a script."""
        if (folder, root) not in self._search_paths:
            top = _above_packages(self, folder)
            above = [each for each in _upwards(top) if _is_below(each, root)]
            inside = [each for each in _upwards(folder) if each != top and _is_below(each, top)]
            self._search_paths[folder, root] = above + inside
        return self._search_paths[folder, root]

    def news(self) -> dict[str, Version]:
        """What was looked at since this was last asked."""
        found, self._news = self._news, {}
        return found

    def _look(self, path: str, words: bool) -> Version | None:
        stamp, known = self.stamp(path), self._known.get(path) if self._known is not None else None
        if stamp is not None and known is not None and known.stamp == stamp and not (words and known.words is None):
            return known
        try:
            return version_of(content(path), stamp, words) if stamp is not None else None
        except OSError:
            return None

    def index(self, root: str) -> dict[str, list[str]]:
        """Each word that stands in an import -> the files of the project with such an import; empty for a project that is too large."""
        if root not in self._indexes:
            self._indexes[root] = self._index(root)
        return self._indexes[root]

    def imports(self, path: str) -> frozenset[str]:
        """The words that stand in the imports of a file."""
        return frozenset(self._words(path).split())

    def may_make_tables(self, path: str) -> bool:
        """Does a module seem to declare a table?"""
        stamp = self.stamp(path)
        return stamp is not None and (stamp.size > MOST_BYTES or self._words(path).endswith(_MAKES_TABLES))

    def _words(self, path: str) -> str:
        stamp = self.stamp(path)
        # Of most files nothing else is asked.
        words = self._known.words(path, stamp) if self._known is not None and stamp is not None else None
        version = self.version(path, True) if words is None else None
        return (version.words if version is not None else words) or ""

    def homes(self, root: str) -> dict[str, str | None]:
        """The outermost modules and packages of a project by their names -> the folder that each is in; None where several have the name."""
        if root not in self._homes:
            self._homes[root] = _homes(self.modules(root), root)
        return self._homes[root]

    def modules(self, root: str) -> tuple[str, ...]:
        """The Python files of a project; none for one that is too large."""
        return tuple(path for path in self.files(root) or () if path.endswith(".py"))

    def files(self, root: str) -> tuple[str, ...] | None:
        """The files of a project that may declare or mention a table; None for one of more files or folders than anybody looks through."""
        if root not in self._files:
            try:
                self._files[root] = tuple(_walked(root))
            except TooManyError:
                self._files[root] = None
        return self._files[root]

    def _index(self, root: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        paths = self.modules(root)
        # Nobody asks for what no module of the project is called.
        names = {part for path in paths for part in _names(path)}
        for path in paths:
            for word in names & self.imports(path):
                found[word].append(path)
        return found


class Surroundings:
    """The disk as one check sees it, with all that it has asked."""

    def __init__(self, disk: Disk | None = None, is_kept: bool = False) -> None:
        self.disk = disk or Disk()
        self.asked: dict[Question, str] = {}
        self._is_kept = is_kept
        """Is what is found to be kept, so that it must be known what it depends on?"""

    def ask(self, *question: str) -> str:
        """The answer to a question."""
        self.asked[question] = answer = self.disk.answer(question)
        return answer

    def depend(self, *question: str) -> None:
        """Write down that the findings depend on the answer to a question which others have ways to find out."""
        if self._is_kept:
            self.ask(*question)

    def give_up(self) -> None:
        """Write down that the findings depend on what no question tells, such as the time that there was: they are not believed again."""
        self.asked["nobody knows",] = "anything"


def root_of(folder: Path) -> Path:
    """The root of the project that the files of an absolute folder are in."""
    return Path(_root(Disk(), str(folder)))


def stamp_of(path: str) -> Stamp | None:
    """The stamp of a file; None where there is none, or something that is read but once, such as a pipe."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return Stamp(status.st_mtime_ns, status.st_ctime_ns, status.st_size)


def version_of(data: bytes, stamp: Stamp, words: bool = False) -> Version:
    """What these bytes are, which were read after the stamp was taken."""
    is_old = max(stamp.changed, stamp.touched) < time.time_ns() - TOO_FRESH
    return Version(digest_of(data), len(data), stamp if is_old else None, _words(data) if words else None)


def digest_of(data: bytes) -> str:
    """A name for some bytes that no others have."""
    from hashlib import blake2b  # costs time to import

    return blake2b(data, digest_size=16).hexdigest()


def _words(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        return ""
    found = set(_WORD.findall(b"".join(_IMPORT.findall(b"\n" + data))))
    words = b" ".join(sorted(found)).decode("ascii", "ignore")
    return f"{words} {_MAKES_TABLES}" if any(word in data for word in _DECLARING_WORDS) else words


def _names(path: str) -> Iterator[str]:
    """What a file may be imported as: the name of the module, or of the package that it is."""
    folder, name = os.path.split(path)
    yield os.path.basename(folder) if name == "__init__.py" else name.removesuffix(".py")


# The questions


def _root(disk: Disk, folder: str) -> str:
    """The folder that holds all that a file in this one may be told of: its repository, else the working directory, else the packages that it is in."""
    for each in _upwards(folder):
        if any(os.path.exists(os.path.join(each, mark)) for mark in _MARKS):
            return each
    here = os.getcwd()
    return here if _is_below(folder, here) else _above_packages(disk, folder)


def _module(disk: Disk, folder: str, name: str, root: str) -> str:
    """The file of the module that a file in the folder means by a name, absolute or relative; empty where the project has none."""
    parts = name.lstrip(".").split(".") if name.strip(".") else []
    if name[0] == ".":
        for _dot in range(len(name) - len(name.lstrip(".")) - 1):
            folder = os.path.dirname(folder)
        return _file(disk, os.path.join(folder, *parts), root)
    if not parts:
        return ""
    for each in disk.search_path(folder, root):
        for inside in _BELOW:
            top = os.path.join(each, inside) if inside else each
            # Most names are of what is installed: of these nothing is there.
            if disk.names(top).isdisjoint((parts[0], f"{parts[0]}.py")):
                continue
            if found := _file(disk, os.path.join(top, *parts), root):
                return found
    # A layer of a Lambda function, or another folder that only the deployment puts on the path.
    home = disk.homes(root).get(parts[0])
    return _file(disk, os.path.join(home, *parts), root) if home is not None else ""


def _content(disk: Disk, path: str) -> str:
    """A name for what a file holds."""
    version = disk.version(path)
    return "" if version is None else TOO_LARGE if version.size > MOST_BYTES else version.digest


def _importers(disk: Disk, root: str, words: str) -> str:
    """The files of the project that have the words in imports; the first is the name of a module."""
    first, *others = words.split()
    found = disk.index(root).get(first, ())
    return "\0".join(path for path in found if not others or disk.imports(path).issuperset(others))


def _project(disk: Disk, root: str) -> str:
    """A name for what all files of a project hold that may declare or mention a table."""
    files = disk.files(root)
    return _together(disk, files) if files is not None else _unknowable()


def _declaring(disk: Disk, root: str) -> str:
    """A name for what those files of a project hold that may declare a table, of modules in Python those that seem to."""
    files = disk.files(root)
    if files is None:
        return _unknowable()
    return _together(disk, (path for path in files if (disk.may_make_tables(path) if path.endswith(".py") else path.endswith((".ts", *_DECLARING)))))


def _unknowable() -> str:
    """An answer that no later one equals."""
    return f"{TOO_LARGE}, at {time.time_ns()}"


def _together(disk: Disk, paths: Iterable[str]) -> str:
    held = (f"{path}\0{disk.digest(path)}" for path in paths)
    return digest_of("\n".join(held).encode("utf8", "surrogatepass"))


_KINDS: dict[str, Callable[..., str]] = {
    "root": _root,
    "module": _module,
    "content": _content,
    "importers": _importers,
    "project": _project,
    "declaring": _declaring,
}


def _walked(root: str) -> Iterator[str]:
    modules = 0
    for path in below(root, (*CODE, *_DECLARING), up_to(MOST_FOLDERS, is_walked)):
        modules += path.endswith(".py")
        if modules > MOST_FILES:
            raise TooManyError
        yield path


def _homes(paths: Iterable[str], root: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    places = [os.path.split(path) for path in paths]
    packages = {folder for folder, name in places if name == "__init__.py"}
    for folder, name in places:
        above, own = (folder, name.removesuffix(".py")) if name != "__init__.py" else os.path.split(folder)
        if above not in packages and (name != "__init__.py" or folder != root):
            found[own] = above if own not in found else None
    return found


def _file(disk: Disk, stem: str, root: str) -> str:
    """The file of a module: `stem.py`, or a package's `__init__.py`. None through a link that leaves the root."""
    folder, name = os.path.split(stem)
    beside = disk.names(folder)
    found = [f"{stem}.py"] if f"{name}.py" in beside else []
    if name in beside and "__init__.py" in disk.names(stem):
        found.append(os.path.join(stem, "__init__.py"))
    for path in found:
        if os.path.isfile(path) and _is_below(path, root) and _is_below(os.path.realpath(path), os.path.realpath(root)):
            return path
    return ""


def _above_packages(disk: Disk, folder: str) -> str:
    while "__init__.py" in disk.names(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder


def _upwards(folder: str) -> Iterator[str]:
    """A folder and all above it."""
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)
