"""Turns paths into the Python files below them, and a file's bytes into text as Python itself reads it."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

SKIPPED = frozenset({"__pycache__", "build", "dist", "node_modules", "venv"})


class UndecodableError(ValueError):
    """The bytes are no text in the encoding that the file declares. The text says why."""


def python_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to check, each once: what is named is taken as it is, a directory gives the `*.py` files below it, sorted.

    Not walked are hidden directories, virtual environments and what is SKIPPED; links to directories are not followed.
    """
    seen: set[Path] = set()
    for path in paths:
        for file in _below(path) if path.is_dir() else [path]:
            if file not in seen:
                seen.add(file)
                yield file


def _below(directory: Path) -> Iterator[Path]:
    for folder, subfolders, names in os.walk(directory):
        here = Path(folder)
        subfolders[:] = sorted(name for name in subfolders if _walked(here / name))
        yield from (here / name for name in sorted(names) if name.endswith(".py"))


def _walked(directory: Path) -> bool:
    return not (directory.name.startswith(".") or directory.name in SKIPPED or (directory / "pyvenv.cfg").exists())


def decode(data: bytes) -> str:
    """The text of a Python file: in the encoding that it declares, without a byte order mark, line ends as they are.

    Raises UndecodableError.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError) as error:
        raise UndecodableError(str(error)) from error
