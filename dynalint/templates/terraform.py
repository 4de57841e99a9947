"""Turns the Terraform files of a project into the tables that they declare; locals, variables, modules and outputs are followed as far as they are literal.

python-hcl2 reads the whole language, but takes half a second and more for a file of a hundred lines: too much for a look while somebody
types. What a table says is literals and names, which `literals` reads.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dynalint.declared import OFF, PAY_PER_REQUEST, PROVISIONED, Declared, DeclaredTable, Index, Variable, linked
from dynalint.templates.literals import MOST_DEPTH, Computed, Name, Reader, tokens

_TABLE = "aws_dynamodb_table"
_NAMING = frozenset({"name", "id", "arn"})
_HOLE = re.compile(r"\$\{([^{}]*)\}")
_DEEPEST = 12
_KEY_TYPES = frozenset("SNB")


@dataclass(frozen=True, slots=True)
class _Ref:
    """The name, or the ARN, of a table that is declared in a folder."""

    folder: str
    address: str


@dataclass
class _Body:
    """What stands between the braces of a block."""

    attributes: dict[str, Any] = field(default_factory=dict)
    blocks: list[_Block] = field(default_factory=list)

    def of(self, kind: str) -> list[_Block]:
        """The blocks of a kind."""
        return [block for block in self.blocks if block.kind == kind]

    def is_dynamic(self, kind: str) -> bool:
        """Are blocks of a kind made by a loop?"""
        return any(block.labels[:1] == (kind,) for block in self.of("dynamic"))


@dataclass
class _Block:
    kind: str
    labels: tuple[str, ...]
    body: _Body
    line: int
    path: str = ""
    loose: dict[str, Any] = field(default_factory=dict)
    """What is set to what, inside expressions that are worked out when it runs."""


@dataclass
class _Folder:
    """The files of one folder: for Terraform they are one module."""

    blocks: list[_Block] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    """The variables that a *.tfvars file sets."""

    def of(self, kind: str) -> list[_Block]:
        return [block for block in self.blocks if block.kind == kind]


def tables_in(files: Mapping[str, str]) -> Declared:
    """What the files of a project declare, by their paths from its root: *.tf and *.tfvars."""
    project = _Project(files)
    tables = list(project.tables())
    found = linked(tables, project.variables())
    return Declared(tuple(replace(table, id=table.id.rpartition("//")[2]) for table in found.tables), found.variables)


class _Project:
    def __init__(self, files: Mapping[str, str]) -> None:
        self._folders: dict[str, _Folder] = {}
        for path, text in files.items():
            folder = self._folders.setdefault(posixpath.dirname(path), _Folder())
            body = _body(text)
            if path.endswith(".tfvars"):
                folder.given |= set(body.attributes)
            else:
                folder.blocks += [replace(block, path=path) for block in body.blocks]

    def tables(self) -> Iterator[DeclaredTable]:
        for name, folder in self._folders.items():
            for block in folder.of("resource"):
                if block.labels[:1] == (_TABLE,) and len(block.labels) == 2:
                    yield replace(self._table(block.body, name), id=f"{name}//{_TABLE}.{block.labels[1]}", path=block.path, line=block.line, maker="terraform")

    def variables(self) -> Iterator[Variable]:
        for name, folder in self._folders.items():
            for block in (*folder.of("resource"), *folder.of("module")):
                for key, value in _environment(block):
                    yield self._variable(key, value, name, block.path)

    def _variable(self, key: str, value: Any, folder: str, path: str) -> Variable:
        found = self._value(value, folder)
        if isinstance(found, _Ref):
            return Variable(key, f"{found.folder}//{found.address}", None, path)
        return Variable(key, None, found if isinstance(found, str) else None, path)

    def _table(self, body: _Body, folder: str) -> DeclaredTable:
        name = self._value(body.attributes.get("name"), folder)
        keys = self._keys(body, folder)
        types = {key: kind for key, kind in (self._attribute(block, folder) for block in body.of("attribute")) if key}
        indexes, has_all = self._indexes(body, folder, keys)
        mode = self._value(body.attributes.get("billing_mode", PROVISIONED), folder)
        return DeclaredTable(
            name=name if isinstance(name, str) else "${?}",
            keys=keys,
            types=tuple((key, kind) for key, kind in types.items() if kind in _KEY_TYPES) if keys else (),
            indexes=indexes if keys else (),
            has_all_indexes=bool(keys) and has_all,
            billing=mode if mode in (PAY_PER_REQUEST, PROVISIONED) else None,
            ttl=self._ttl(body, folder),
            is_protected=_truth(self._value(body.attributes.get("deletion_protection_enabled", False), folder)),
            is_recoverable=self._switch(body, "point_in_time_recovery", folder),
        )

    def _keys(self, body: _Body, folder: str) -> tuple[str, ...]:
        """The names of the keys, partition key first; empty where they are not all known."""
        found = [self._value(body.attributes[part], folder) for part in ("hash_key", "range_key") if body.attributes.get(part) is not None]
        known = tuple(each for each in found if isinstance(each, str) and "${" not in each and each)
        return known if "hash_key" in body.attributes and len(known) == len(found) else ()

    def _attribute(self, block: _Block, folder: str) -> tuple[str, str]:
        name, kind = (self._value(block.body.attributes.get(part), folder) for part in ("name", "type"))
        return (name, kind) if isinstance(name, str) and isinstance(kind, str) else ("", "")

    def _indexes(self, body: _Body, folder: str, keys: tuple[str, ...]) -> tuple[tuple[Index, ...], bool]:
        made = [self._index(block, folder, keys) for block in (*body.of("global_secondary_index"), *body.of("local_secondary_index"))]
        found = tuple(each for each in made if each is not None)
        is_dynamic = body.is_dynamic("global_secondary_index") or body.is_dynamic("local_secondary_index")
        return found, len(found) == len(made) and not is_dynamic

    def _index(self, block: _Block, folder: str, keys: tuple[str, ...]) -> Index | None:
        is_global = block.kind == "global_secondary_index"
        name, projection = (self._value(block.body.attributes.get(part), folder) for part in ("name", "projection_type"))
        sort = self._value(block.body.attributes.get("range_key"), folder)
        found = self._keys(block.body, folder) if is_global else (*keys[:1], sort) if isinstance(sort, str) and keys else ()
        if not isinstance(name, str) or "${" in name or not found:
            return None
        return Index(name, is_global, found, found[:1], projection if projection in ("ALL", "KEYS_ONLY", "INCLUDE") else None)

    def _ttl(self, body: _Body, folder: str) -> str | None:
        if body.is_dynamic("ttl"):
            return None
        blocks = body.of("ttl")
        if not blocks:
            return OFF
        name = self._value(blocks[0].body.attributes.get("attribute_name"), folder)
        is_on = _truth(self._value(blocks[0].body.attributes.get("enabled", False), folder))
        return OFF if is_on is False else name if is_on and isinstance(name, str) and name and "${" not in name else None

    def _switch(self, body: _Body, kind: str, folder: str) -> bool | None:
        blocks = body.of(kind)
        if body.is_dynamic(kind):
            return None
        return _truth(self._value(blocks[0].body.attributes.get("enabled", False), folder)) if blocks else False

    def _value(self, value: Any, folder: str, depth: int = 0) -> Any:
        """What an expression stands for, as seen from a folder: a text with `${...}` for what is not known, a table, or a literal; None: don't know."""
        if isinstance(value, str):
            alone = re.fullmatch(r"\$\{([\w.\-]+)\}", value)
            if alone is not None:
                return self._value(Name(alone[1]), folder, depth)
            return _HOLE.sub(lambda hole: self._filled(hole, folder, depth), value)
        if isinstance(value, Name):
            return self._named(value.path, folder, depth) if depth < _DEEPEST else None
        return None if isinstance(value, Computed) else value

    def _filled(self, hole: re.Match[str], folder: str, depth: int) -> str:
        """What stands in the place of a hole: a local's text. A variable is there to be set, stages and the like: it stays a hole."""
        path = hole[1].strip()
        found = self._value(Name(path), folder, depth + 1) if re.fullmatch(r"local\.\w+", path) else None
        return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else hole[0]

    def _named(self, path: str, folder: str, depth: int) -> Any:
        parts = path.split(".")
        unknown = "${" + path + "}"
        match parts:
            case ["local", name, *rest]:
                blocks = [block.body.attributes[name] for block in self._folder(folder).of("locals") if name in block.body.attributes]
                found = blocks[0] if len(blocks) == 1 else None
                for step in rest:
                    found = found.get(step) if isinstance(found, Mapping) else None
                return self._value(found, folder, depth + 1) if found is not None else unknown
            case ["var", name]:
                return self._variable_of(name, folder, depth, unknown)
            case ["aws_dynamodb_table", name, attribute]:
                return _Ref(folder, f"{_TABLE}.{name}") if attribute in _NAMING else unknown
            case ["module", name, output]:
                return self._output(name, output, folder, depth, unknown)
        return unknown

    def _variable_of(self, name: str, folder: str, depth: int, unknown: str) -> Any:
        """What a variable stands for: what the one module that uses the folder gives it, else its default, unless a *.tfvars file sets it."""
        callers = list(self._callers(folder))
        given = [(block.body.attributes[name], where) for block, where in callers if name in block.body.attributes]
        if given:
            return self._value(given[0][0], given[0][1], depth + 1) if len(callers) == 1 else unknown
        defaults = [
            block.body.attributes["default"] for block in self._folder(folder).of("variable") if block.labels == (name,) and "default" in block.body.attributes
        ]
        if len(defaults) != 1 or name in self._folder(folder).given or defaults[0] is None or defaults[0] == "":
            return unknown
        return self._value(defaults[0], folder, depth + 1)

    def _output(self, module: str, output: str, folder: str, depth: int, unknown: str) -> Any:
        blocks = [block for block in self._folder(folder).of("module") if block.labels == (module,)]
        target = self._source(blocks[0], folder) if len(blocks) == 1 else None
        values = [block.body.attributes.get("value") for block in self._folder(target).of("output") if block.labels == (output,)] if target is not None else []
        return self._value(values[0], target, depth + 1) if len(values) == 1 and target is not None else unknown

    def _callers(self, folder: str) -> Iterator[tuple[_Block, str]]:
        for name, other in self._folders.items():
            yield from ((block, name) for block in other.of("module") if self._source(block, name) == folder)

    @staticmethod
    def _source(block: _Block, folder: str) -> str | None:
        source = block.body.attributes.get("source")
        if not isinstance(source, str) or not source.startswith("."):
            return None
        path = posixpath.normpath(posixpath.join(folder, source))
        return "" if path == "." else path

    def _folder(self, name: str) -> _Folder:
        return self._folders.get(name, _Folder())


def _environment(block: _Block) -> Iterator[tuple[str, Any]]:
    """The environment variables of a function: `environment { variables = {...} }`, or a module's `environment_variables`."""
    holders = [each.body.attributes.get("variables") for each in block.body.of("environment")]
    for holder in (*holders, block.body.attributes.get("environment_variables"), block.body.attributes.get("environment")):
        if isinstance(holder, Mapping):
            yield from ((key, value) for key, value in holder.items() if key != "...")
    for each in (block, *block.body.of("environment")):
        yield from each.loose.items()


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def _body(text: str) -> _Body:
    found = tokens(text, is_terraform=True)
    return _Reading(found).body(0) if found else _Body()


class _Reading(Reader):
    """Reads blocks: `resource "aws_dynamodb_table" "users" { ... }`."""

    def __init__(self, found: list[Any]) -> None:
        super().__init__(found, is_terraform=True)
        self._found = found

    def body(self, depth: int) -> _Body:
        """What stands up to the closing brace, or to the end of the file."""
        body = _Body()
        while not self.is_done:
            token = self.taken()
            if token.text == "}" and token.kind == "sign":
                break
            if token.kind not in ("name", "text") or depth > MOST_DEPTH:
                continue
            if self.skips("="):
                body.attributes[token.text] = self.value()
                continue
            labels = []
            while self.token.kind in ("text", "name"):
                labels.append(self.taken().text)
            if self.skips("{"):
                inner = self.body(depth + 1)
                body.blocks.append(_Block(token.text, tuple(labels), inner, token.line, loose=self._loose(inner)))
        return body

    def _loose(self, body: _Body) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in ("variables", "environment_variables"):
            computed = body.attributes.get(name)
            if isinstance(computed, Computed):
                found |= dict(self._pairs(computed))
        return found

    def _pairs(self, computed: Computed) -> Iterable[tuple[str, Any]]:
        """Within something computed, such as `merge(local.all, { TABLE = ... })`, what is set to what."""
        for at in range(computed.start, computed.end - 1):
            if self._found[at].kind in ("name", "text") and self._found[at + 1].text in ("=", ":"):
                reader = Reader(self._found, is_terraform=True)
                reader.at = at + 2
                yield self._found[at].text, reader.value()
