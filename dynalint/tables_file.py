"""Turns what a project declares of its tables into `dynalint-tables.json`, a file to review and to commit, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from dynalint.declared import Declared, DeclaredTable, Index, Variable

NAME = "dynalint-tables.json"
_VERSION = 1
_ABOUT = "What dynalint knows of this project's tables, written by `dynalint tables --write`. While this file is here, it is read in the place of templates."
_TEXTS = frozenset({"name", "id", "billing", "ttl", "maker", "path"})
_TRUTHS = frozenset({"is_protected", "is_recoverable", "has_all_indexes"})


class TablesError(ValueError):
    """The text is no such file. It says why."""


def text_of(declared: Declared) -> str:
    """The text of the file: tables in the order of their files and lines, what is not known left out, one thing a line."""
    tables = sorted(declared.tables, key=lambda table: (table.path, table.line, table.id, table.name or ""))
    others = sorted({(variable.name, variable.path) for variable in declared.variables})
    record = {"about": _ABOUT, "version": _VERSION, "tables": [_record(table) for table in tables], "other_variables": [list(pair) for pair in others]}
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def declared_in(text: str) -> Declared:
    """What the file declares. Raises TablesError."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TablesError(f"it is no JSON: {error}") from error
    if not isinstance(record, dict) or record.get("version") != _VERSION:
        raise TablesError(f'it has no "version": {_VERSION}')
    tables, others = record.get("tables"), record.get("other_variables", [])
    if not isinstance(tables, list) or not isinstance(others, list):
        raise TablesError('"tables" and "other_variables" take lists')
    pairs = [_texts(pair, "other_variables", 2) for pair in others]
    variables = [Variable(name, path=path) for name, path in pairs]
    return Declared(tuple(_table(each, f"table {number}") for number, each in enumerate(tables, 1)), tuple(variables))


def _record(table: DeclaredTable) -> dict[str, Any]:
    default = DeclaredTable()
    found = {each.name: getattr(table, each.name) for each in fields(table) if getattr(table, each.name) != getattr(default, each.name)}
    if "types" in found:
        found["types"] = dict(found["types"])
    if "indexes" in found:
        found["indexes"] = [{name: value for name, value in asdict(index).items() if value is not None} for index in table.indexes]
    return found


def _table(record: Any, where: str) -> DeclaredTable:
    known = {each.name for each in fields(DeclaredTable)}
    if not isinstance(record, dict):
        raise TablesError(f"{where} is no object")
    for name, value in record.items():
        if name not in known:
            raise TablesError(f'{where} has "{name}", which no table has')
        if (name in _TEXTS and not isinstance(value, str)) or (name in _TRUTHS and not isinstance(value, bool)):
            raise TablesError(f'"{name}" of {where} takes {"a text" if name in _TEXTS else "true or false"}, not {value!r}')
    values = dict(record)
    for name in ("variables", "keys"):
        if name in record:
            values[name] = _texts(record[name], f'"{name}" of {where}')
    if "types" in record:
        types = record["types"]
        if not isinstance(types, dict) or not all(value in ("S", "N", "B") for value in types.values()):
            raise TablesError(f'"types" of {where} takes an object with S, N or B for each attribute')
        values["types"] = tuple(types.items())
    if "indexes" in record:
        if not isinstance(record["indexes"], list):
            raise TablesError(f'"indexes" of {where} takes a list')
        values["indexes"] = tuple(_index(each, f"an index of {where}") for each in record["indexes"])
    if not isinstance(record.get("line", 1), int):
        raise TablesError(f'"line" of {where} takes a number')
    return DeclaredTable(**values)


def _index(record: Any, where: str) -> Index:
    if not isinstance(record, Mapping) or not isinstance(record.get("name"), str) or not isinstance(record.get("is_global"), bool):
        raise TablesError(f'{where} takes "name", "is_global" and "keys"')
    keys = _texts(record.get("keys"), f'"keys" of {where}')
    partition = _texts(record["partition_keys"], f'"partition_keys" of {where}') if "partition_keys" in record else keys[:1]
    projection = record.get("projection")
    if not keys or (projection is not None and not isinstance(projection, str)):
        raise TablesError(f'{where} takes "keys", and a text for "projection"')
    return Index(record["name"], record["is_global"], keys, partition, projection)


def _texts(value: Any, where: str, many: int | None = None) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value) or many not in (None, len(value)):
        raise TablesError(f"{where} takes a list of {'texts' if many is None else f'lists with {many} texts each'}")
    return tuple(value)
