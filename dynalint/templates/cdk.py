"""Turns CDK stacks in TypeScript into the tables that they make, as far as literals tell, and into the environment variables that hold their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dynalint.declared import OFF, PAY_PER_REQUEST, PROVISIONED, Declared, DeclaredTable, Index, Variable, linked
from dynalint.templates.definitions import UNKNOWN, defined
from dynalint.templates.literals import Computed, Name, Reader, tokens

_MODULE = re.compile(r"""import\s+\*\s+as\s+(\w+)\s+from\s+['"](?:aws-cdk-lib/|@aws-cdk/)aws-dynamodb['"]""")
_PARTS = re.compile(r"""import\s*\{([^}]*)\}\s*from\s*['"](?:aws-cdk-lib/|@aws-cdk/)aws-dynamodb['"]""")
_OF_LIBRARY = re.compile(r"\baws_dynamodb(?:\s+as\s+(\w+))?")
_CONSTRUCTS = ("Table", "TableV2", "CfnTable")
_TYPES = {"STRING": "S", "NUMBER": "N", "BINARY": "B"}
_HOLE = re.compile(r"\$\{([^{}]*)\}")
_DEEPEST = 12
_DECLARED = frozenset({"const", "let", "var", "readonly", "public", "private", "protected", "static"})
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")
# A table may be given these after it is made.
_LATER = re.compile(r"TimeToLiveSpecification\b|\.timeToLiveSpecification\s*=")
_ADDING = {"addGlobalSecondaryIndex": True, "addLocalSecondaryIndex": False}


def speaks_cdk(text: bytes) -> bool:
    """May a file in TypeScript make tables with CDK, or tell code of them?"""
    return (b"dynamodb" in text or b"tableName" in text) and (b"aws-cdk-lib" in text or b"@aws-cdk/" in text)


def tables_in(text: str, path: str) -> Declared:
    """What one file makes."""
    reading = _Stack(text)
    reading.read()
    tables = [replace(_with_local_keys(made.table), id=made.id, path=path, maker="cdk") for made in reading.made]
    found = linked(tables, (replace(each, path=path) for each in reading.variables))
    named = {made.id: made.construct for made in reading.made}
    return Declared(tuple(replace(table, id=named[table.id]) for table in found.tables), found.variables)


def _with_local_keys(table: DeclaredTable) -> DeclaredTable:
    """The table, its local indexes with the partition key that they have from it."""
    if not table.keys:
        return replace(table, indexes=(), has_all_indexes=False)
    first = table.keys[:1]
    whole = (index if index.keys[0] else replace(index, keys=first + index.keys[1:], partition_keys=first) for index in table.indexes)
    return replace(table, indexes=tuple(whole))


@dataclass
class _Made:
    """A table that is made: the name that the code has for it, unique in its file, and what CDK calls it."""

    id: str
    construct: str
    table: DeclaredTable


@dataclass
class _Stack:
    text: str
    made: list[_Made] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tokens = tokens(self.text, is_terraform=False)
        self._names = dict(_constructs(self.text))
        self._constants, self._objects = self._fixed()
        self._shared: set[str] = set()

    def read(self) -> None:
        """Find the tables, then what is added to them, then who gets their names."""
        for at, token in enumerate(self._tokens):
            if token.text == "new" and token.kind == "name":
                self._construct(at)
        for at, token in enumerate(self._tokens):
            if token.text in _ADDING and token.kind == "name" and self._text(at + 1) == "(":
                self._add_index(at)
        for at, token in enumerate(self._tokens):
            if token.kind in ("name", "text"):
                self._environment(at)

    def _text(self, at: int) -> str:
        return self._tokens[at].text if 0 <= at < len(self._tokens) and self._tokens[at].kind != "text" else ""

    def _reader(self, at: int) -> Reader:
        reader = Reader(self._tokens, is_terraform=False)
        reader.at = at
        return reader

    def _fixed(self) -> tuple[dict[str, str], dict[str, Any]]:
        """The names that are given a text, or an object or a list, and nothing else, in the file; and no part of which is given something later."""
        given: dict[str, list[Any]] = {}
        for at in range(2, len(self._tokens)):
            if self._text(at - 1) == "=" and (name := self._assigned(at)):
                token = self._tokens[at]
                is_read = token.kind == "text" or token.text in ("{", "[")
                given.setdefault(name, []).append(self._reader(at).value() if is_read else None)
        changed = {name.rpartition(".")[0] for name in given} - {"this"}
        once = {name: values[0] for name, values in given.items() if name not in changed and all(each == values[0] for each in values)}
        texts = {name: value for name, value in once.items() if isinstance(value, str) and "${" not in value}
        told = set(self._parameters())
        return texts, {name: value for name, value in once.items() if isinstance(value, dict | list) and len(given[name]) == 1 and name not in told}

    def _parameters(self) -> Iterator[str]:
        """The names that may be parameters of a function, and mean something else there: `props: TableProps`, `(props) =>`."""
        for at, token in enumerate(self._tokens):
            follows = f"{self._text(at + 1)} {self._text(at + 2)}"
            if token.kind == "name" and follows.startswith((":", "? :", ") =")) and self._text(at - 1) not in _DECLARED:
                yield token.text

    def _whole(self, value: Any, depth: int = 0) -> Any:
        """A value with what its names and spreads stand for, as far as these are objects and lists of the file."""
        if depth > _DEEPEST:
            return value
        if isinstance(value, Name) and value.path in self._objects:
            return self._whole(self._objects[value.path], depth + 1)
        if isinstance(value, list):
            return [self._whole(each, depth + 1) for each in value]
        if not isinstance(value, Mapping):
            return value
        found: dict[str, Any] = {}
        for name, each in value.items():
            inner = self._whole(self._spread(each), depth + 1) if name == "..." else None
            found |= inner if isinstance(inner, Mapping) else {name: self._whole(each, depth + 1)}
        return found

    def _spread(self, value: Any) -> Any:
        """What is spread, where that is a name and nothing else."""
        if not isinstance(value, Computed):
            return None
        reader = self._reader(value.start)
        found = reader.value()
        return found if isinstance(found, Name) and reader.at == value.end else None

    def _construct(self, at: int) -> None:
        reader = self._reader(at + 1)
        path = [reader.taken().text]
        while reader.skips("."):
            path.append(reader.taken().text)
        construct = self._names.get(".".join(path))
        if construct is None:
            return
        if reader.skips("<"):
            return
        arguments = list(_arguments(reader))
        if len(arguments) < 2:
            return
        properties = self._whole(arguments[2]) if len(arguments) > 2 else {}
        if isinstance(properties, Name):
            properties = None
        variable = self._assigned(at) or f"<{len(self.made)}>"
        # A second table by the same name in another method: what is said of the name may be about either.
        if any(each.id == variable for each in self.made):
            self._shared.add(variable)
            variable += f"<{len(self.made)}>"
        table = replace(self._table(construct, properties), line=self._tokens[at].line)
        if _LATER.search(self.text):
            table = replace(table, ttl=None)
        self.made.append(_Made(variable, arguments[1] if isinstance(arguments[1], str) else "", table))

    def _assigned(self, at: int) -> str:
        """What a value is assigned to: `const users = new`, `this.users = new`, `private readonly users: Table = new`."""
        if self._text(at - 1) != "=":
            return ""
        at -= 2
        path = [self._text(at)]
        while self._text(at - 1) == ".":
            path.insert(0, self._text(at - 2))
            at -= 2
        if self._text(at - 1) == ":":
            path = [self._text(at - 2)]
            at -= 2
        is_member = self._text(at - 1) in ("readonly", "public", "private", "protected")
        return ".".join(["this", *path] if is_member else path)

    def _table(self, construct: str, properties: Any) -> DeclaredTable:
        if not isinstance(properties, Mapping):
            return DeclaredTable(name="${?}")
        is_whole = "..." not in properties
        if construct == "CfnTable":
            capital = _capitalised(properties)
            found = defined(capital, lambda value: _plain(self._known(value)), PROVISIONED if is_whole else None)
        else:
            found = self._of_properties(properties, construct, is_whole)
        name = properties.get("tableName")
        if not is_whole:
            found = replace(found, has_all_indexes=False, ttl=found.ttl or None)
        return replace(found, name=self._spelled(name) if "tableName" in properties else None if is_whole else "${?}")

    def _of_properties(self, properties: Mapping[str, Any], construct: str, is_whole: bool) -> DeclaredTable:
        keys, types = self._keys(properties)
        indexes = [self._index(each, is_global) for each, is_global in _listed(properties)]
        known = tuple(index for index, _ in filter(None, indexes))
        has_all = is_whole and len(known) == len(indexes) and all(isinstance(properties.get(name, []), list) for name in _LISTS)
        ttl = self._known(properties["timeToLiveAttribute"]) if "timeToLiveAttribute" in properties else OFF if is_whole else UNKNOWN
        return DeclaredTable(
            keys=keys,
            types=(*types, *(pair for _, more in filter(None, indexes) for pair in more)) if keys else (),
            indexes=known,
            has_all_indexes=bool(keys) and has_all,
            billing=_billing(properties, construct, is_whole),
            ttl=ttl if isinstance(ttl, str) else None,
            is_protected=_switch(properties, "deletionProtection", is_whole),
            is_recoverable=self._recovery(properties, is_whole),
        )

    def _recovery(self, properties: Mapping[str, Any], is_whole: bool) -> bool | None:
        specification = properties.get("pointInTimeRecoverySpecification")
        if isinstance(specification, Mapping):
            return _switch(specification, "pointInTimeRecoveryEnabled", "..." not in specification)
        return None if specification is not None else _switch(properties, "pointInTimeRecovery", is_whole)

    def _keys(self, properties: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """The names of the keys, partition key first, and their types; empty where they are not all known."""
        names, types = [], []
        for part in ("partitionKey", "sortKey"):
            if part not in properties:
                if "..." in properties:
                    return (), ()
                continue
            attribute = properties[part]
            name = self._known(attribute.get("name")) if isinstance(attribute, Mapping) else UNKNOWN
            if not isinstance(name, str):
                return (), ()
            names.append(name)
            type_ = attribute.get("type")
            if isinstance(type_, Name) and (kind := _TYPES.get(type_.path.rpartition(".")[2])) is not None:
                types.append((name, kind))
        return (tuple(names), tuple(types)) if "partitionKey" in properties else ((), ())

    def _index(self, properties: Any, is_global: bool | None) -> tuple[Index, tuple[tuple[str, str], ...]] | None:
        if not isinstance(properties, Mapping):
            return None
        name = self._known(properties.get("indexName"))
        keys, types = self._keys(properties) if is_global else self._local_key(properties)
        if not isinstance(name, str) or not keys:
            return None
        projection = properties.get("projectionType")
        kind = projection.path.rpartition(".")[2] if isinstance(projection, Name) else "ALL" if projection is None and "..." not in properties else None
        return Index(name, bool(is_global), keys, keys[:1], kind), types

    def _local_key(self, properties: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """A local index says its sort key only; the partition key is the table's, and stands for it as an empty name until it is known."""
        names, types = self._keys({"partitionKey": properties.get("sortKey")})
        return (("", *names), types) if names else ((), ())

    def _add_index(self, at: int) -> None:
        owner = [self._text(at - 2)]
        back = at - 2
        while self._text(back - 1) == ".":
            owner.insert(0, self._text(back - 2))
            back -= 2
        path = ".".join(owner)
        arguments = list(_arguments(self._reader(at + 1)))
        found = self._index(self._whole(arguments[0]), _ADDING[self._tokens[at].text]) if arguments else None
        owners = [made for made in self.made if made.id == path and path not in self._shared]
        if not owners:
            # It may be any of them.
            for made in self.made:
                made.table = replace(made.table, has_all_indexes=False)
        for made in owners:
            if found is None:
                made.table = replace(made.table, has_all_indexes=False)
            else:
                made.table = replace(made.table, indexes=(*made.table.indexes, found[0]), types=tuple(dict.fromkeys((*made.table.types, *found[1]))))

    def _environment(self, at: int) -> None:
        """`environment: {...}` sets variables; `TABLE: users.tableName` and `addEnvironment("TABLE", users.tableName)` too, wherever they stand."""
        token = self._tokens[at]
        if token.text == "environment" and self._text(at + 1) == ":":
            given = self._whole(self._reader(at + 2).value())
            for name, value in given.items() if isinstance(given, Mapping) else ():
                if name != "...":
                    self.variables.append(self._variable(name, value))
        elif token.text == "addEnvironment" and self._text(at + 1) == "(":
            arguments = list(_arguments(self._reader(at + 1)))
            if len(arguments) > 1 and isinstance(arguments[0], str):
                self.variables.append(self._variable(arguments[0], arguments[1]))
        elif _VARIABLE.fullmatch(token.text) and self._text(at + 1) == ":":
            found = self._reader(at + 2).value()
            if isinstance(found, Name) and found.path.endswith((".tableName", ".tableArn")):
                self.variables.append(self._variable(token.text, found))

    def _variable(self, name: str, value: Any) -> Variable:
        if isinstance(value, Name) and value.path.endswith((".tableName", ".tableArn", ".ref")):
            owner = value.path.rpartition(".")[0]
            if any(made.id == owner for made in self.made) and owner not in self._shared:
                return Variable(name, owner)
        return Variable(name, None, self._spelled(value) if isinstance(value, Name | str) else None)

    def _known(self, value: Any) -> Any:
        if isinstance(value, Name):
            return self._constants.get(value.path, UNKNOWN if not value.path.rpartition(".")[2].isupper() else value)
        if isinstance(value, str):
            return found if "${" not in (found := self._spelled(value)) else UNKNOWN
        return value

    def _spelled(self, value: Any) -> str:
        """A text with what its holes stand for, as far as that is a text."""
        if isinstance(value, Name):
            return self._constants.get(value.path, "${" + value.path + "}")
        return _HOLE.sub(lambda hole: self._constants.get(hole[1].strip(), hole[0]), value) if isinstance(value, str) else "${?}"


_LISTS = {"globalSecondaryIndexes": True, "localSecondaryIndexes": False}


def _constructs(text: str) -> Iterator[tuple[str, str]]:
    """What the file calls the constructs -> the constructs."""
    namespaces = [found[1] for found in _MODULE.finditer(text)] + [found[1] or "aws_dynamodb" for found in _OF_LIBRARY.finditer(text)]
    for namespace in namespaces:
        yield from ((f"{namespace}.{construct}", construct) for construct in _CONSTRUCTS)
    for found in _PARTS.finditer(text):
        for part in found[1].split(","):
            name, _, alias = part.strip().partition(" as ")
            if name in _CONSTRUCTS:
                yield alias.strip() or name, name


def _arguments(reader: Reader) -> Iterator[Any]:
    """The arguments of a call whose `(` comes next."""
    if not reader.skips("("):
        return
    while not reader.is_done:
        reader.skip_lines()
        if reader.skips(")"):
            return
        before = reader.at
        yield reader.value()
        reader.skip_lines()
        if not reader.skips(",") and reader.at == before:
            return


def _listed(properties: Mapping[str, Any]) -> Iterator[tuple[Any, bool]]:
    for name, is_global in _LISTS.items():
        value = properties.get(name)
        yield from ((each, is_global) for each in (value if isinstance(value, list) else ()))


def _billing(properties: Mapping[str, Any], construct: str, is_whole: bool) -> str | None:
    """AWS's pages: `Table` has provisioned capacity unless it is told otherwise or replicated, `TableV2` is on demand."""
    if construct == "TableV2":
        return PAY_PER_REQUEST if "billing" not in properties and is_whole else None
    mode = properties.get("billingMode")
    if isinstance(mode, Name):
        return found if (found := mode.path.rpartition(".")[2]) in (PAY_PER_REQUEST, PROVISIONED) else None
    return PROVISIONED if mode is None and is_whole and "replicationRegions" not in properties else None


def _switch(properties: Mapping[str, Any], name: str, is_whole: bool) -> bool | None:
    value = properties.get(name, False if is_whole else None)
    return value if isinstance(value, bool) else None


def _capitalised(value: Any) -> Any:
    """CfnTable's properties in the words of the API: `keySchema` is KeySchema."""
    if isinstance(value, Mapping):
        return {name[:1].upper() + name[1:]: _capitalised(each) for name, each in value.items()}
    return [_capitalised(each) for each in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    """A constant of an enumeration as its own name."""
    return value.path.rpartition(".")[2] if isinstance(value, Name) else value
