"""Turns paths into the Python files below them, and a file's bytes into text as Python itself reads it."""

from __future__ import annotations

import codecs
import errno
import os
import re
import stat
import tokenize
from collections.abc import Callable, Iterable, Iterator
from io import FileIO
from itertools import count
from pathlib import Path

_LINE_END = re.compile(rb"\r\n|\r|\n")
# Is this folder's entry of this name, which may be a directory, to be walked?
Wanted = Callable[[str, str, bool], bool]
SKIPPED = frozenset({"__pycache__", "build", "dist", "node_modules", "venv"})


class TooManyError(Exception):
    """There are more folders than anybody walks through."""


class UndecodableError(ValueError):
    """The bytes are no text in the encoding that the file declares. The text says why."""


def below(directory: str, suffixes: tuple[str, ...], wanted: Wanted, lost: Callable[[OSError], None] | None = None) -> Iterator[str]:
    """The files below a directory, with one of the suffixes, that are wanted, in directories that are: sorted, those of a directory before those below it.

    `lost` hears of directories that cannot be read. Links to directories are not followed, nor are links to files that lead out of the directory.
    Links that lead nowhere, such as editors leave beside a file, and pipes, which may never end, are no files. Paths are texts: a walk through
    thousands of files would take as long again to make objects of them.
    """
    inside = os.path.join(os.path.realpath(directory), "")
    waiting = [str(Path(directory))]
    while waiting:
        folder = waiting.pop()
        ahead = "" if folder == os.curdir else os.path.join(folder, "")
        entries = sorted(_entries(folder, lost), key=lambda entry: entry.name)
        yield from (ahead + entry.name for entry in entries if entry.name.endswith(suffixes) and wanted(folder, entry.name, False) and _is_file(entry, inside))
        waiting += reversed([ahead + entry.name for entry in entries if _is_directory(entry) and wanted(folder, entry.name, True)])


def _entries(folder: str, lost: Callable[[OSError], None] | None) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        if lost is not None:
            lost(error)
        return []


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:  # not all file systems tell with the name what it is, and may not say when asked
        return False


def _is_file(entry: os.DirEntry[str], inside: str) -> bool:
    try:
        return entry.is_file() and (not entry.is_symlink() or os.path.realpath(entry.path).startswith(inside))
    except OSError:
        return False


def once(files: Iterable[str]) -> Iterator[str]:
    """The files in their order, none twice."""
    return iter(dict.fromkeys(files))


def is_set_apart(folder: str, name: str) -> bool:
    """Is the directory of this name in a folder hidden, or a virtual environment?"""
    return name.startswith(".") or os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))


def is_walked(folder: str, name: str, is_directory: bool) -> bool:
    """Is it a file, or a directory whose files are the project's own?"""
    return not (is_directory and (name in SKIPPED or is_set_apart(folder, name)))


def up_to(most: int, wanted: Wanted) -> Wanted:
    """What is wanted, in so many folders: a walk ends there by TooManyError. A loose file may stand above all that somebody has."""
    folders = count(1)

    def wanted_here(folder: str, name: str, is_directory: bool) -> bool:
        if is_directory and next(folders) > most:
            raise TooManyError
        return wanted(folder, name, is_directory)

    return wanted_here


def content(path: str) -> bytes:
    """What a file holds. Raises OSError."""
    # Without the buffer that `open` makes: a third of what it takes to read thousands of small files.
    with FileIO(path) as file:
        return file.readall()


def decode(data: bytes) -> str:
    """The text of a Python file: in the encoding that it declares, without a byte order mark, line ends as they are.

    Raises UndecodableError.
    """
    try:
        return data.decode(_encoding(data))
    except (SyntaxError, UnicodeError, LookupError) as error:
        raise UndecodableError(str(error)) from error


def encode(text: str, before: bytes) -> bytes:
    """The bytes of a text in the encoding, and with the byte order mark, of the file that it was decoded from. Raises UndecodableError."""
    try:
        encoding = _encoding(before)
        if before.decode(encoding).encode(encoding) != before:
            raise UndecodableError(f"its bytes are not what Python would write in {encoding}")
        return text.encode(encoding)
    except (SyntaxError, UnicodeError, LookupError) as error:
        raise UndecodableError(str(error)) from error


def replace_file(path: Path, data: bytes) -> None:
    """Put other bytes into a file: at once, so that nobody ever sees half of them, and with the rights that the file has. Raises OSError."""
    path = path.resolve()
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    put_file(path, data, mode=stat.S_IMODE(path.stat().st_mode))


def put_file(path: Path, data: bytes, mode: int | None = None) -> None:
    """Make a file of these bytes, at once, in the place of the one that there may be. Raises OSError."""
    import tempfile  # costs time to import

    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
        if mode is not None:
            os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _encoding(data: bytes) -> str:
    # The declaration stands on one of the first two lines. Python ends lines at a lone carriage return too, which `find` and `readline` do not.
    second = data.find(b"\n", data.find(b"\n") + 1)
    if data.find(b"coding", 0, second if second >= 0 else len(data)) < 0 and not data.startswith(codecs.BOM_UTF8):
        return "utf-8"
    head = _LINE_END.split(data, maxsplit=2)[:2]
    return tokenize.detect_encoding(iter([line + b"\n" for line in head]).__next__)[0]
