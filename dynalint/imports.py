"""Turns the imports of a file into the modules that they mean: other files of its project, which are read and never run.

A module that is missing, broken, too large, or outside of the project is "don't know". Only Python files below the project's root are
read, and none through a link that leaves it.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

from dynalint.engine import parse
from dynalint.files import UndecodableError, decode
from dynalint.model.expressions import MOST_STEPS_ABROAD
from dynalint.model.module import Module, Project
from dynalint.model.record import Argument, Call
from dynalint.model.tree import Chunk
from dynalint.model.values import Const, Dict, Text, Unknown, alternatives
from dynalint.options import Options
from dynalint.outline import Outline, Piece, brief
from dynalint.source import Source
from dynalint.surroundings import TOO_LARGE, Surroundings

# As many modules take part in the check of one file; the others are unknown.
MOST_MODULES = 60
# As many of the modules that import it are run for what they pass.
MOST_IMPORTERS = 8
# From a request to what is checked it is through no more modules.
MOST_TIERS = 3
# Libraries of which the model knows all that it needs, wherever they are installed.
_LIBRARIES = frozenset(
    """
    boto3 botocore aioboto3 aiobotocore types_boto3_dynamodb mypy_boto3_dynamodb types_aiobotocore_dynamodb
    aws_cdk monocdk pulumi_aws pynamodb troposphere
    """.split()
)
_ELSEWHERE = frozenset(sys.stdlib_module_names) | _LIBRARIES
WRITES = frozenset({"put_item", "update_item", "batch_write_item", "transact_write_items"})
# Where a request may begin: a handler's event, a framework's request or route.
_REQUEST = re.compile(r"\b(?:lambda_|_)?event\b|\brequest\b|\bcurrent_event\b|@[\w.]+\.(?:get|post|put|patch|delete|route)\(")


@dataclass(eq=False)
class Parsed:
    """A file that was read, and the pieces of it that were parsed for anybody so far."""

    source: Source
    tree: ast.Module
    outline: Outline
    chunks: dict[Piece, Chunk] = field(default_factory=dict)


class Imports(Project):
    """The project around one file that is checked: modules are found, read and modelled when a name of theirs is asked for."""

    def __init__(self, path: Path, options: Options, around: Surroundings | None = None) -> None:
        super().__init__()
        self.options = options
        self.around = around or Surroundings()
        self.path = os.path.abspath(path)
        self.root = self.around.ask("root", os.path.dirname(self.path))
        self._checked: Module | None = None
        self._modules: dict[str, Module | None] = {}
        self._found: dict[tuple[str, str], str] = {}

    def add(self, module: Module) -> None:
        """The module that is checked: who imports it gets this text of it, saved or not."""
        self._checked = self._modules[self.path] = module

    def module(self, name: str, importer: Module) -> Module | None:
        """The module of a name, as seen from the module that imports it; None where the project has none."""
        found = self._path(name, importer)
        return self._load(found) if found else None

    def _path(self, name: str, importer: Module) -> str:
        """The file of such a module; empty where the project has none."""
        if not name or (name[0] != "." and name.split(".", 1)[0] in _ELSEWHERE):
            return ""
        # The path of what is checked is the one that findings name, which need not lead anywhere from here.
        folder = os.path.dirname(self.path if importer is self._checked else importer.source.path)
        if (folder, name) not in self._found:
            self._found[folder, name] = self.around.ask("module", folder, name, self.root)
        return self._found[folder, name]

    def run_importers(self, module: Module) -> None:
        """Run, in the modules that import the one that is checked, what uses it: for the arguments that they pass, and what they do with the answers.

        Further up, through modules that import those, only what speaks of a request is run: there it begins.
        """
        wanted = {name for call in module.calls.values() if _gains_by_callers(call) for name in call.path if name[0] != "<"}
        asked = {name for call in module.calls.values() if _gains_by_requests(call) for name in call.path if name[0] != "<"}
        tier, seen = [(self.path, asked)], {self.path}
        self.interpreter.left_abroad = MOST_STEPS_ABROAD
        for height in range(MOST_TIERS):
            above: list[tuple[str, set[str]]] = []
            for where, names in tier:
                for path, named in self._ways_to(where) if names or (wanted and not height) else ():
                    other = self._load(path) if path != self.path and self.interpreter.left_abroad > 0 else None
                    if other is None:
                        continue
                    called = self._used(other, named, names)
                    direct = self._used(other, named, wanted) if not height else set()
                    begins = called if called and _REQUEST.search(other.source.text) else set()
                    self._run_around(module, other, direct, begins)
                    if called and path not in seen:
                        seen.add(path)
                        above.append((path, set(other.users_of(called))))
            tier = above[:MOST_IMPORTERS]

    def _run_around(self, module: Module, other: Module, direct: set[str], begins: set[str]) -> None:
        """Run what uses names in another module, and where a request may begin what calls that; what is half done is not believed."""
        known = set(module.calls)
        if (direct or begins) and not self.interpreter.abroad(partial(other.run_around, direct, begins), False):
            module.calls = {key: call for key, call in module.calls.items() if key in known}

    def _ways_to(self, where: str) -> Iterator[tuple[str, str]]:
        """The files that seem to import a module, each with the file that it names: the module, or a package that passes on what is in it."""
        direct = self._importers(where, _word_of(where))
        yield from ((path, where) for path in direct)
        for package in direct:
            other = self._load(package) if os.path.basename(package) == "__init__.py" else None
            for name in self._passed_on(other, where) if other is not None else ():
                yield from ((path, package) for path in self._importers(package, name) if path not in direct)

    def _passed_on(self, package: Module, where: str) -> list[str]:
        """The words by which those find what is in a module who import it out of a package."""
        found = (node for node in package.outline.imports if isinstance(node, ast.ImportFrom))
        taken = [node for node in found if self._path("." * node.level + (node.module or ""), package) == where]
        names = [alias.asname or alias.name for node in taken for alias in node.names]
        own = _word_of(package.source.path)
        return [own] if "*" in names else [f"{own} {name}" for name in names]

    def _importers(self, where: str, words: str) -> list[str]:
        """The files that seem to import a module: the words stand in their imports."""
        found = filter(None, self.around.ask("importers", self.root, words).split("\0"))
        # Tests pass what no program does.
        return [path for path in found if path != where and not self.options.is_test(os.path.relpath(path, self.root))][:MOST_IMPORTERS]

    def _used(self, other: Module, where: str, wanted: set[str]) -> set[str]:
        """What another module calls the functions of the one at a path that it may call: under their own names, or those that it imports them as."""
        used: set[str] = set()
        for node in other.outline.imports:
            base = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            whole = bool(base) and self._path(base, other) == where
            for alias in node.names:
                full = f"{base}{alias.name}" if not base or base.endswith(".") else f"{base}.{alias.name}"
                if whole and alias.name in wanted:
                    used.add(alias.asname or alias.name)
                elif (whole and (alias.name == "*" or not alias.name.isupper())) or self._path(full, other) == where:
                    # A class, an object of one, or the module itself: its functions go by their own names.
                    used |= wanted
        return {name for name in used if not name.startswith("__")}

    def _load(self, path: str) -> Module | None:
        if path not in self._modules:
            self._modules[path] = None
            parsed = read(path, self.around) if len(self._modules) <= MOST_MODULES else None
            if parsed is not None:
                self._modules[path] = Module(parsed.source, parsed.tree, self.options, self, parsed.outline, parsed.chunks)
        return self._modules[path]


def _word_of(path: str) -> str:
    """The last part of the name by which a module is imported."""
    folder, file = os.path.split(path)
    return os.path.basename(folder) if file == "__init__.py" else os.path.splitext(file)[0]


def _gains_by_callers(call: Call) -> bool:
    """Is more to be known from who calls the function: what it writes, or what becomes of what it reads?"""
    return len(call.names) == 1 and (call.name in WRITES or any(way.startswith("return") for way in call.use.escapes))


def _gains_by_requests(call: Call) -> bool:
    """May a request that a caller was sent decide what the operation does, and not only with which values?"""
    return len(call.names) == 1 and any(map(_may_be_outside, call.arguments.values()))


def _may_be_outside(argument: Argument) -> bool:
    """Is it an expression, a map of names or an item of which a caller may choose more than values?"""
    for option in alternatives(argument.value):
        if argument.name == "Item" and (isinstance(option, Unknown) or (isinstance(option, Dict) and _may_have_other_keys(option))):
            return True
        if argument.name.endswith("Expression") and isinstance(option, Unknown | Text):
            return True
        if argument.name == "ExpressionAttributeNames" and isinstance(option, Dict) and any(isinstance(entry.value, Unknown) for entry in option.entries):
            return True
    return False


def _may_have_other_keys(value: Dict) -> bool:
    return value.open or any(not isinstance(entry.key, Const) for entry in value.entries)


def read(path: str, around: Surroundings) -> Parsed | None:
    """A module as it is saved; None where it is missing, broken or too large."""
    content = around.ask("content", path)
    return _parsed(path, content) if content not in ("", TOO_LARGE) else None


def forget() -> None:
    """Drop what is kept of modules for the next checks."""
    _parsed.cache_clear()


@lru_cache(maxsize=MOST_MODULES)
def _parsed(path: str, _content: str) -> Parsed | None:
    """One version of a file. A check's modules are kept for the next checks, and no more: what is kept is walked by each full garbage collection."""
    try:
        text = decode(Path(path).read_bytes())
    except (OSError, UndecodableError):
        return None
    tree = parse(text)
    return Parsed(Source(text, path), tree, brief(tree)) if isinstance(tree, ast.Module) else None
