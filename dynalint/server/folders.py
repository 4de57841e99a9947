"""Turns the address of a document into the workspace folder that it belongs to, and into its path there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pygls import uris


@dataclass(frozen=True)
class Place:
    """Where a document stands. Without a path it is, or will be, no file."""

    path: Path | None
    folder: Path | None

    @property
    def home(self) -> Path | None:
        """Where its configuration is looked for: its folder, or the directory of a file that stands outside of all folders."""
        return self.folder or (self.path.parent if self.path is not None else None)

    @property
    def shown(self) -> str:
        """The path that `dynalint check`, run in the folder, would name: patterns for test code are about that one."""
        if self.path is None:
            return "-"
        return str(self.path.relative_to(self.folder)) if self.folder is not None else self.path.name


def place_of(uri: str, folders: Iterable[str]) -> Place:
    """Where a document stands among workspace folders; of several that hold it, the innermost one has it."""
    path = path_of(uri)
    bases = (path_of(folder) for folder in folders)
    holding = [base for base in bases if base is not None and path is not None and path.is_relative_to(base)]
    return Place(path, max(holding, key=lambda base: len(base.parts), default=None))


def path_of(uri: str) -> Path | None:
    """The path of an address; None for what is no file, such as a document that has no name yet."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path else None
