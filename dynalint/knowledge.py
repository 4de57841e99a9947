"""Turns the folder of a project into what it says of its tables: in `dynalint-tables.json` if there is one, else in its templates and its other modules.

Nothing is run, and nothing outside of the project's root is read. A rule that asks for a table is the reason to look; what was read is kept for as long as
the process lives and the file stays as it is. What is too large, broken, or comes after the limits below is "don't know".
"""

from __future__ import annotations

import os
import posixpath
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from weakref import ref

from dynalint.declared import Declared, DeclaredTable, Tables, Wanted, candidates, joined
from dynalint.files import TooManyError, below, is_walked, up_to
from dynalint.imports import Imports, read
from dynalint.model.module import Module
from dynalint.options import Options
from dynalint.surroundings import CODE, MOST_FOLDERS, Disk, Question, Surroundings
from dynalint.tables_file import NAME, TablesError, declared_in
from dynalint.templates import cdk, cloudformation, described, serverless, terraform
from dynalint.templates.documents import Block, has_yaml, read_json, read_yaml

# In a larger project nobody looks further, and nothing is known.
MOST_FILES = 30_000
# As many files of each kind are read, and of so many bytes at most.
MOST_TEMPLATES = 600
MOST_MODULES = 20
MOST_BYTES = 2_000_000
# What is looked at during a check takes no longer than so many seconds of a processor.
MOST_SECONDS = 10
# As many steps may the modules take that create tables, each of them.
MOST_STEPS = 10_000
# A new look at which files there are is taken after as many seconds.
STALE = 60
_YAML = (".yml", ".yaml", ".template")
_SUFFIXES = (*_YAML, ".json", ".tf", ".tfvars", ".ts", ".py")
# One of these words stands in each template that says anything of a table. Plain search is ten times as fast as an expression.
_OF_TEMPLATES = (b"AWS::DynamoDB::", b"AWS::Serverless::", b"AWS::Lambda::", b"AWS::ECS::", b"KeySchema")
_SERVERLESS = re.compile(r"serverless[\w.-]*\.ya?ml$")
# What is run of a module in Python: where one of these is called.
_DECLARES = r"\b(?:create_table|update_table|update_time_to_live)\b"


class ProjectTables(Tables):
    """What a project says of its tables, as seen from one file of it."""

    is_project = True

    def __init__(self, path: Path, options: Options, around: Surroundings | None = None) -> None:
        self._options = options
        self._path = Path(path).absolute()
        self._around = around or Surroundings()
        self._root = Path(self._around.ask("root", str(self._path.parent)))
        # Where a run sees the project as it was when the run began, files are looked for once.
        self._moment = around.disk.moment if around is not None else None

    def declared(self) -> Declared:
        """All that is declared, but for what the file itself declares."""
        return self._known

    @cached_property
    def _near(self) -> str:
        return self._path.relative_to(self._root).as_posix()

    @cached_property
    def _known(self) -> Declared:
        self._around.depend("declaring", str(self._root))
        try:
            return declarations(self._root, self._options, time.process_time() + MOST_SECONDS, self._path, self._moment, self._around)
        except TablesError:
            return Declared()
        except TimeoutError:
            self._around.give_up()
            return Declared()

    def candidates(self, wanted: Wanted) -> tuple[DeclaredTable, ...]:
        """The tables that code of the file may mean; none where it may mean one that is not declared."""
        return candidates(self._known, wanted, self._near)

    def is_mentioned(self, text: str) -> bool | None:
        """Does code elsewhere in the project mention the text?"""
        self._around.depend("project", str(self._root))
        return _is_mentioned(self._root, text, self._path, _moment(self._moment))


def declarations(
    root: Path,
    options: Options,
    until: float = float("inf"),
    leave_out: Path | None = None,
    moment: int | None = None,
    around: Surroundings | None = None,
) -> Declared:
    """What a project declares. Raises TablesError where its `dynalint-tables.json` is damaged, TimeoutError after the second `until`.

    Files are looked for once in each `moment`, by default a minute. `around` writes down what modules take from others.
    """
    recorded = root / NAME
    if os.path.isfile(recorded):
        try:
            return declared_in(recorded.read_text(encoding="utf8"))
        except (OSError, UnicodeDecodeError) as error:
            raise TablesError(str(error)) from error
    return collected(root, options, until, leave_out, moment, around)


def collected(
    root: Path,
    options: Options,
    until: float = float("inf"),
    leave_out: Path | None = None,
    moment: int | None = None,
    around: Surroundings | None = None,
) -> Declared:
    """What templates and modules declare, whatever `dynalint-tables.json` says. Raises TimeoutError."""
    disk = around.disk if around is not None else Disk()
    seen = _Seen(ref(disk))
    templates, modules = _current(root, options, _moment(moment), seen) if moment is None else _at_first(root, options, moment, seen)
    own = [version for version in modules if version.path != leave_out][:MOST_MODULES]
    parts = list(_from_templates(templates, root, _Deadline(until)))
    for version in own:
        _Deadline(until).check()
        found, asked = _module(version, root, options, seen)
        parts.append(found)
        if around is not None:
            for question in asked:
                around.depend(*question)
    return joined(parts)


def without_yaml(root: Path) -> bool:
    """Are there YAML files that nobody can read, because PyYAML is missing?"""
    return not has_yaml() and any(path.name.endswith(_YAML) for path in _files(root, _moment(None)))


def _moment(given: int | None) -> int:
    # Those of runs are below zero: see Disk.moment.
    return int(time.monotonic() // STALE) if given is None else given


@dataclass(frozen=True, slots=True)
class _Version:
    """One state of a file."""

    path: Path
    changed: int
    size: int


def _version(path: Path) -> _Version | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return _Version(path, status.st_mtime_ns, status.st_size) if status.st_size <= MOST_BYTES else None


@lru_cache(maxsize=2000)
def _text(version: _Version) -> str:
    try:
        return version.path.read_bytes().decode("utf8", errors="replace")
    except OSError:
        return ""


@lru_cache(maxsize=4)
def _files(root: Path, moment: int) -> tuple[Path, ...]:
    """The files that may declare tables, or mention them; none of a project that is too large."""
    try:
        found = tuple(islice(below(str(root), (*_SUFFIXES, *CODE), up_to(MOST_FOLDERS, _wanted)), MOST_FILES))
    except TooManyError:
        return ()
    return tuple(map(Path, found)) if len(found) < MOST_FILES else ()


def _wanted(folder: str, name: str, is_directory: bool) -> bool:
    return is_walked(folder, name, is_directory) and not (name.startswith("asset.") if is_directory else name.endswith((".d.ts", "package-lock.json")))


def _versions(paths: Iterable[Path]) -> tuple[_Version, ...]:
    return tuple(version for path in paths if (version := _version(path)) is not None)


@dataclass(frozen=True)
class _Seen:
    """The files as this run sees them. Who looks is none of what makes one look differ from another, nor kept with what was seen."""

    disk: ref[Disk] = field(compare=False)


@lru_cache(maxsize=4)
def _speaking(root: Path, options: Options, moment: int, seen: _Seen) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The templates, and the modules in Python, that seem to declare tables: so many of each kind at most."""
    found: dict[str, list[Path]] = {}
    disk = (seen.disk() or Disk()) if options.follow_imports else None
    for path in _files(root, moment):
        kind = next((suffix for suffix in _SUFFIXES if path.name.endswith(suffix)), "")
        if len(found.get(kind, ())) < MOST_TEMPLATES and kind and _speaks(path, kind, disk) and not options.is_test(_relative(path, root)):
            found.setdefault(kind, []).append(path)
    modules = tuple(found.pop(".py", ()))
    return tuple(path for paths in found.values() for path in paths), modules


def _current(root: Path, options: Options, moment: int, seen: _Seen) -> tuple[tuple[_Version, ...], tuple[_Version, ...]]:
    """Those templates and modules as they are now."""
    templates, modules = _speaking(root, options, moment, seen)
    return _versions(templates), _versions(modules)


# A run sees them as they were when it first asked; to ask again for each file would take longer the more of them there are.
_at_first = lru_cache(maxsize=4)(_current)


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _speaks(path: Path, kind: str, disk: Disk | None) -> bool:
    """Does a template, or with a disk a module, seem to declare a table?"""
    if kind in (".tf", ".tfvars") or _SERVERLESS.fullmatch(path.name):
        return True
    if kind == ".py":
        # The disk looks for these words when it looks for imports.
        return disk is not None and disk.may_make_tables(str(path))
    try:
        data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
    except OSError:
        return False
    if kind == ".ts":
        return cdk.speaks_cdk(data)
    return any(word in data for word in _OF_TEMPLATES)


@dataclass(frozen=True)
class _Deadline:
    """The moment after which nobody waits any more. It is none of what makes one look differ from another."""

    until: float = field(compare=False)

    def check(self) -> None:
        """Raise TimeoutError once it is too late."""
        if time.process_time() > self.until:
            raise TimeoutError


@lru_cache(maxsize=4)
def _from_templates(versions: tuple[_Version, ...], root: Path, deadline: _Deadline) -> tuple[Declared, ...]:
    """What templates declare."""
    parts, taken, synthesised = [], set[Path](), list[Path]()
    services = [version for version in versions if _SERVERLESS.fullmatch(version.path.name)]
    for version in services:
        deadline.check()
        parts.append(_serverless(version, root, taken))
    for version in _of(versions, *_YAML, ".json"):
        deadline.check()
        found = _template(version, root) if version.path not in taken and version not in services else Declared()
        if found.tables and "cdk.out" in version.path.parts:
            synthesised.append(next(parent.parent for parent in version.path.parents if parent.name == "cdk.out"))
        parts.append(found)
    for version in _of(versions, ".ts"):
        deadline.check()
        # What CDK has made of its stacks says more than they do.
        if not any(version.path.is_relative_to(folder) for folder in synthesised):
            parts.append(_stack(version, root))
    modules = _of(versions, ".tf", ".tfvars")
    if any("aws_dynamodb_table" in _text(version) for version in modules):
        deadline.check()
        parts.append(_terraform(modules, root))
    return tuple(parts)


def _of(versions: Iterable[_Version], *suffixes: str) -> tuple[_Version, ...]:
    return tuple(version for version in versions if version.path.name.endswith(suffixes))


@lru_cache(maxsize=2000)
def _template(version: _Version, root: Path) -> Declared:
    text, where = _text(version), version.path.relative_to(root).as_posix()
    document = read_json(text) if version.path.name.endswith(".json") or text.lstrip()[:1] == "{" else read_yaml(text)
    if document is None:
        return Declared()
    if "Resources" in document or "Globals" in document:
        return cloudformation.tables_in(document, where)
    if any(isinstance(each, Block) and cloudformation.is_table(each) for each in document.values()):
        # A part of a template, to be put into one.
        return cloudformation.tables_in({"Resources": document}, where)
    return described.tables_in(document, where)


def _serverless(version: _Version, root: Path, taken: set[Path]) -> Declared:
    """What a service declares; the files that it takes its parts from are `taken`."""
    document = read_yaml(_text(version))
    if document is None or not serverless.is_serverless(document):
        return Declared()

    def opened(name: str) -> Block | None:
        path = Path(posixpath.normpath((version.path.parent / name).as_posix()))
        if not path.is_relative_to(root) or not path.resolve().is_relative_to(root.resolve()) or (other := _version(path)) is None:
            return None
        taken.add(path)
        return read_json(_text(other)) if path.suffix == ".json" else read_yaml(_text(other))

    return serverless.tables_in(document, version.path.relative_to(root).as_posix(), opened)


@lru_cache(maxsize=2000)
def _stack(version: _Version, root: Path) -> Declared:
    return cdk.tables_in(_text(version), version.path.relative_to(root).as_posix())


@lru_cache(maxsize=4)
def _terraform(versions: tuple[_Version, ...], root: Path) -> Declared:
    return terraform.tables_in({version.path.relative_to(root).as_posix(): _text(version) for version in versions})


@lru_cache(maxsize=400)
def _module(version: _Version, root: Path, options: Options, seen: _Seen) -> tuple[Declared, tuple[Question, ...]]:
    """What a module declares, and what it asked for that of the files around it."""
    from dynalint.facts.declarations import declarations as declared_by
    from dynalint.facts.facts import Facts
    from dynalint.gate import makes_table, speaks_dynamodb

    around = Surroundings(seen.disk())
    parsed = read(str(version.path), around)
    if parsed is None or not speaks_dynamodb(parsed.source.text, options):
        return Declared(), tuple(around.asked)
    project = Imports(version.path, options, around)
    project.interpreter.most_steps, project.interpreter.left_abroad = MOST_STEPS, MOST_STEPS // 5
    module = Module(parsed.source, parsed.tree, options, project, parsed.outline, parsed.chunks)
    project.add(module)
    try:
        module.run_towards(re.compile(f"{_DECLARES}|{makes_table(parsed.source.text)}"))
        found = declared_by(Facts(module, options))
    except Exception:  # a fault of ours in another module must not cost this one its findings
        return Declared(), tuple(around.asked)
    where = version.path.relative_to(root).as_posix()
    whole = Declared(tuple(replace(table, path=where) for table in found.tables), tuple(replace(each, path=where) for each in found.variables))
    return whole, tuple(around.asked)


@lru_cache(maxsize=400)
def _is_mentioned(root: Path, text: str, leave_out: Path, moment: int) -> bool | None:
    wanted = re.compile(rb"(?<![\w-])" + re.escape(text.encode()) + rb"(?![\w-])")
    files = _files(root, moment)
    code = (path for path in files if path != leave_out and path.name.endswith(CODE))
    try:
        return any(wanted.search(path.read_bytes()) is not None for path in code if path.stat().st_size <= MOST_BYTES) if files else None
    except OSError:
        return None
