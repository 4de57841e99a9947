"""Turns the imports of a file into the modules that they mean: other files of its project, which are read and never run.

A module that is missing, broken, too large, or outside of the project is "don't know". Only Python files below the project's root are
read, and none through a link that leaves it.
"""

from __future__ import annotations

import ast
import os
import re
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

from dynalint.engine import parse
from dynalint.files import UndecodableError, decode, python_files
from dynalint.model.expressions import MOST_STEPS_ABROAD
from dynalint.model.module import Module, Project
from dynalint.model.record import Call
from dynalint.model.tree import Chunk
from dynalint.options import Options
from dynalint.outline import Outline, Piece, outline
from dynalint.source import Source

# Nobody keeps the tables' names in a longer file.
MOST_BYTES = 500_000
# As many modules take part in the check of one file; the others are unknown.
MOST_MODULES = 60
# In a larger project nobody looks for the modules that import the one that is checked.
MOST_FILES = 3_000
# As many of them are run for what they pass.
MOST_IMPORTERS = 8
# A new look at which module imports which is taken after as many seconds.
STALE = 60
# Libraries of which the model knows all that it needs, wherever they are installed.
_LIBRARIES = frozenset({"boto3", "botocore", "aioboto3", "aiobotocore", "types_boto3_dynamodb", "mypy_boto3_dynamodb", "types_aiobotocore_dynamodb"})
_IMPORT = re.compile(r"^[ \t]*(?:import[ \t].*|from[ \t]+[\w.]+[ \t]+import[ \t]+(?:\([^)]{0,5000}\)|.*))", re.MULTILINE)
WRITES = frozenset({"put_item", "update_item", "batch_write_item", "transact_write_items"})
_MARKS = (".git", ".hg")
# Where a project may keep its packages beside its root.
_BELOW = ("", "src")


@dataclass(eq=False)
class Parsed:
    """A file that was read, and the pieces of it that were parsed for anybody so far."""

    source: Source
    tree: ast.Module
    outline: Outline
    chunks: dict[Piece, Chunk] = field(default_factory=dict)


class Imports(Project):
    """The project around one file that is checked: modules are found, read and modelled when a name of theirs is asked for."""

    def __init__(self, path: Path, options: Options) -> None:
        super().__init__()
        self.options = options
        self.path = Path(os.path.abspath(path))
        self.root = root_of(self.path)
        self._modules: dict[Path, Module | None] = {}
        self._found: dict[tuple[Path, str], Path | None] = {}

    def add(self, module: Module) -> None:
        """The module that is checked: who imports it gets this text of it, saved or not."""
        self._modules[self.path] = module

    def module(self, name: str, importer: Module) -> Module | None:
        """The module of a name, as seen from the module that imports it; None where the project has none."""
        if not name or (name[0] != "." and (head := name.split(".", 1)[0]) and (head in sys.stdlib_module_names or head in _LIBRARIES)):
            return None
        # The path of what is checked is the one that findings name, which need not lead anywhere from here.
        here = self.path if self._modules.get(self.path) is importer else Path(os.path.abspath(importer.source.path))
        key = (here, name) if name[0] == "." else (here.parent, name)
        if key not in self._found:
            self._found[key] = self._find(here, name)
        found = self._found[key]
        return self._load(found) if found is not None else None

    def run_importers(self, module: Module) -> None:
        """Run, in the modules that import the one that is checked, what uses it: for the arguments that they pass, and what they do with the answers."""
        wanted = {name: call.owner for call in module.calls.values() if _gains_by_callers(call) for name in call.path if name[0] != "<"}
        self.interpreter.left_abroad = MOST_STEPS_ABROAD
        for path in self._importers() if wanted else ():
            other = self._load(path) if path != self.path and self.interpreter.left_abroad > 0 else None
            names = self._used(other, module, wanted) if other is not None else set()
            if other is not None and names:
                known = set(module.calls)
                if not self.interpreter.abroad(partial(other.run_around, names), False):
                    # What is half done is not believed.
                    module.calls = {key: call for key, call in module.calls.items() if key in known}

    def _importers(self) -> list[Path]:
        """The files that seem to import the module that is checked: its name stands in one of their imports."""
        name = self.path.parent.name if self.path.name == "__init__.py" else self.path.stem
        found = _index(self.root, int(time.monotonic() // STALE)).get(name, ())
        # Tests pass what no program does.
        return [path for path in found if not self.options.is_test(str(path.relative_to(self.root)))][:MOST_IMPORTERS]

    def _used(self, other: Module, module: Module, wanted: dict[str, str]) -> set[str]:
        """What another module calls the functions of this one that it may call: under their own names, or those that it imports them as."""
        used: set[str] = set()
        for node in other.outline.imports:
            base = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            whole = bool(base) and self.module(base, other) is module
            for alias in node.names:
                full = f"{base}{alias.name}" if not base or base.endswith(".") else f"{base}.{alias.name}"
                if whole and alias.name in wanted:
                    used.add(alias.asname or alias.name)
                elif (whole and (alias.name == "*" or not alias.name.isupper())) or self.module(full, other) is module:
                    # A class, an object of one, or the module itself: its functions go by their own names.
                    used |= wanted.keys()
        return {name for name in used if not name.startswith("__")}

    def _find(self, here: Path, name: str) -> Path | None:
        parts = name.lstrip(".").split(".") if name.strip(".") else []
        if name[0] == ".":
            folder = here.parent
            for _ in range(len(name) - len(name.lstrip(".")) - 1):
                folder = folder.parent
            return self._file(folder.joinpath(*parts))
        for folder in _search_path(here, self.root):
            for below in _BELOW:
                if (found := self._file(folder.joinpath(below, *parts))) is not None:
                    return found
        return None

    def _file(self, stem: Path) -> Path | None:
        """The file of a module: `stem.py`, or a package's `__init__.py`."""
        for path in (stem.with_name(stem.name + ".py"), stem / "__init__.py"):
            if path.is_file() and path.is_relative_to(self.root) and path.resolve().is_relative_to(self.root.resolve()):
                return path
        return None

    def _load(self, path: Path) -> Module | None:
        if path not in self._modules:
            self._modules[path] = None
            parsed = read(path) if len(self._modules) <= MOST_MODULES else None
            if parsed is not None:
                self._modules[path] = Module(parsed.source, parsed.tree, self.options, self, parsed.outline, parsed.chunks)
        return self._modules[path]


def _gains_by_callers(call: Call) -> bool:
    """Is more to be known from who calls the function: what it writes, or what becomes of what it reads?"""
    return len(call.path) == 1 and (call.name in WRITES or any(way.startswith("return") for way in call.use.escapes))


def root_of(path: Path) -> Path:
    """The folder that holds all that a file may be told of: its repository, else the working directory, else the packages that it is in."""
    for folder in path.parents:
        if any((folder / mark).exists() for mark in _MARKS):
            return folder
    here = Path.cwd()
    return here if path.is_relative_to(here) else _above_packages(path)


def _above_packages(path: Path) -> Path:
    folder = path.parent
    while (folder / "__init__.py").exists() and folder.parent != folder:
        folder = folder.parent
    return folder


def _search_path(here: Path, root: Path) -> list[Path]:
    """Where an absolute import looks: beside the packages that the file is in and further up, then inside them, as for a script."""
    top = _above_packages(here)
    above = [folder for folder in (top, *top.parents) if folder.is_relative_to(root)]
    inside = [folder for folder in here.parents if folder != top and folder.is_relative_to(top)]
    return above + inside


def read(path: Path) -> Parsed | None:
    """A module as it is saved; None where it is missing, broken or too large."""
    try:
        status = path.stat()
    except OSError:
        return None
    return _parsed(path, status.st_mtime_ns, status.st_size) if status.st_size <= MOST_BYTES else None


@lru_cache(maxsize=400)
def _parsed(path: Path, changed: int, size: int) -> Parsed | None:
    """One version of a file, kept for as long as the process lives."""
    try:
        text = decode(path.read_bytes())
    except (OSError, UndecodableError):
        return None
    tree = parse(text)
    return Parsed(Source(text, str(path)), tree, outline(tree)) if isinstance(tree, ast.Module) else None


@lru_cache(maxsize=2)
def _index(root: Path, moment: int) -> dict[str, tuple[Path, ...]]:
    """Each word that stands in an import -> the files of the project with such an import; empty for a project that is too large."""
    files = []
    for path in python_files([root]):
        files.append(path)
        if len(files) > MOST_FILES:
            return {}
    found: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        try:
            data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
        except OSError:
            continue
        for word in {word for line in _IMPORT.findall(data.decode("latin-1")) for word in re.findall(r"\w+", line)}:
            found[word].append(path)
    return {word: tuple(paths) for word, paths in found.items()}
