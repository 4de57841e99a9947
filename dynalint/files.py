"""Turns paths into the Python files below them, and a file's bytes into text as Python itself reads it."""

from __future__ import annotations

import codecs
import errno
import os
import re
import stat
import tokenize
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

_LINE_END = re.compile(rb"\r\n|\r|\n")
SKIPPED = frozenset({"__pycache__", "build", "dist", "node_modules", "venv"})


class UndecodableError(ValueError):
    """The bytes are no text in the encoding that the file declares. The text says why."""


def python_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to check, each once: what is named is taken as it is, a directory gives the `*.py` files below it, sorted.

    Not walked are hidden directories, virtual environments and what is SKIPPED; links to directories are not followed.
    """
    yield from once(file for path in paths for file in (below(path, (".py",), _wanted) if os.path.isdir(path) else [path]))


def below(directory: Path, suffixes: tuple[str, ...], wanted: Callable[[Path, bool], bool], lost: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """The files below a directory, with one of the suffixes, that are wanted, in directories that are: sorted, those of a directory before those below it.

    `wanted` is asked for each path, and told whether it is a directory; `lost` hears of directories that cannot be read. Links to directories are
    not followed, nor are links to files that lead out of the directory. Links that lead nowhere, such as editors leave beside a file, and pipes, which
    may never end, are no files.
    """
    inside = os.path.join(os.path.realpath(directory), "")
    waiting = [directory]
    while waiting:
        folder = waiting.pop()
        entries = sorted(_entries(folder, lost), key=lambda entry: entry.name)
        yield from (path for entry in entries if entry.name.endswith(suffixes) and wanted(path := folder / entry.name, False) and _is_file(entry, inside))
        subfolders = (folder / entry.name for entry in entries if _is_directory(entry))
        waiting += reversed([path for path in subfolders if wanted(path, True)])


def _entries(folder: Path, lost: Callable[[OSError], None] | None) -> list[os.DirEntry[str]]:
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


def once(files: Iterable[Path]) -> Iterator[Path]:
    """The files in their order, none twice."""
    return iter(dict.fromkeys(files))


def is_set_apart(directory: Path) -> bool:
    """Is a directory hidden, or a virtual environment?"""
    return directory.name.startswith(".") or os.path.exists(os.path.join(directory, "pyvenv.cfg"))


def _wanted(path: Path, is_directory: bool) -> bool:
    return not (is_directory and (path.name in SKIPPED or is_set_apart(path)))


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
    if b"coding" not in data and not data.startswith(codecs.BOM_UTF8):
        return "utf-8"
    # The declaration stands on one of the first two lines, and Python ends lines at a lone carriage return too, which `readline` does not.
    head = _LINE_END.split(data, maxsplit=2)[:2]
    return tokenize.detect_encoding(iter([line + b"\n" for line in head]).__next__)[0]
