"""Turns the pinned lists of fixtures/wild into wheels, and a wheel into the Python texts that it holds."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dynalint.files import UndecodableError, decode
from tests.marked import ROOT

CACHE = Path(os.environ.get("DYNALINT_CACHE") or ROOT / ".cache")
WILD = ROOT / "fixtures" / "wild"
LISTS = {True: WILD / "with-dynamodb.txt", False: WILD / "without-dynamodb.txt"}
_PIN = re.compile(r"^(?P<name>[\w.-]+)==\S+ \\\n\s+--hash=sha256:(?P<digest>[0-9a-f]{64})$", re.MULTILINE)
# One machine's wheels for all: the texts must not depend on who downloads them, and no code of theirs is run.
_ONLY_WHEELS = [
    "--no-deps",
    "--only-binary=:all:",
    "--implementation=cp",
    "--python-version=3.11",
    "--platform=manylinux_2_28_x86_64",
    "--platform=manylinux2014_x86_64",
]


@dataclass(frozen=True, order=True)
class Wheel:
    """One pinned wheel."""

    name: str
    path: Path
    speaks_dynamodb: bool

    def members(self) -> list[str]:
        """The paths of its Python files."""
        with zipfile.ZipFile(self.path) as archive:
            return sorted(name for name in archive.namelist() if name.endswith(".py"))

    def texts(self, members: list[str]) -> Iterator[tuple[str, str]]:
        """Path and text of these files; what is not in the encoding that it declares is left out, as Python itself cannot read it."""
        with zipfile.ZipFile(self.path) as archive:
            for name in members:
                try:
                    yield name, decode(archive.read(name))
                except UndecodableError:
                    continue


def wheels(folder: Path | None = None) -> list[Wheel]:
    """All pinned wheels, downloaded by pip where the folder (by default `.cache/wheels`, or below $DYNALINT_CACHE) does not hold them yet."""
    return _wheels(LISTS, folder or CACHE / "wheels")


def popular(folder: Path | None = None) -> list[Wheel]:
    """The wheels of much used packages, whatever they are about, for the long run of the fuzzer."""
    return _wheels({False: WILD / "popular.txt"}, folder or CACHE / "popular")


def _wheels(lists: dict[bool, Path], folder: Path) -> list[Wheel]:
    if missing := [path for path in lists.values() if not pins(path).keys() <= _held(folder).keys()]:
        wanted = [f"--requirement={path}" for path in missing]
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", f"--dest={folder}", *_ONLY_WHEELS, *wanted], check=True)
    held = _held(folder)
    return sorted(Wheel(name, held[digest], speaks) for speaks, path in lists.items() for digest, name in pins(path).items())


def pins(path: Path) -> dict[str, str]:
    """The names in a list of wheels, by the digests of what they must be."""
    return {match["digest"]: match["name"] for match in _PIN.finditer(path.read_text("utf8"))}


def _held(folder: Path) -> dict[str, Path]:
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in folder.glob("*.whl")}
