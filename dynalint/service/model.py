"""Turns `model.json` into what can be asked of the service: the methods of each kind of handle, their parameters, and the shapes of these.

The table is taken from botocore's and boto3's own data by `tests/distil.py`; botocore itself is never imported here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

Kind = Literal["client", "resource", "table", "batch_writer", "paginator", "waiter"]
Type = Literal["structure", "map", "list", "string", "integer", "long", "double", "boolean", "timestamp", "blob", "anything"]

KINDS: tuple[Kind, ...] = ("client", "resource", "table", "batch_writer", "paginator", "waiter")


@dataclass(frozen=True)
class Shape:
    """What a value has to look like."""

    name: str
    type: Type
    enum: tuple[str, ...] = ()
    min: int | None = None
    """The least number, or the least length of a text, a list or a map."""
    max: int | None = None
    pattern: str | None = None
    """What a whole text has to match."""

    @cached_property
    def members(self) -> Mapping[str, Parameter]:
        """The members of a structure."""
        row = _row(self.name)
        required, legacy = row.get("required", ()), row.get("legacy", {})
        return {name: Parameter(name, reference, name in required, legacy.get(name)) for name, reference in row.get("members", {}).items()}

    @cached_property
    def element(self) -> Shape:
        """What each element of a list, or each value of a map, has to look like."""
        return shape(_row(self.name)["element"])


@dataclass(frozen=True)
class Parameter:
    """An argument of a method, or a member of a structure."""

    name: str
    reference: str
    """The name of its shape."""
    required: bool = False
    instead: str | None = None
    """The parameter to use in place of this one, where this one is a legacy parameter."""

    @property
    def shape(self) -> Shape:
        """What its value has to look like."""
        return shape(self.reference)

    @property
    def is_legacy(self) -> bool:
        """Is it one of those that expressions have replaced?"""
        return self.instead is not None


@dataclass(frozen=True)
class Method:
    """A method of a handle."""

    name: str
    operation: str | None
    """The operation that boto3 sends the keywords to; None for an ordinary function."""
    parameters: Mapping[str, Parameter]
    filled: frozenset[str] = frozenset()
    """The parameters of the operation that boto3 fills in by itself: a Table knows its name."""
    positional: int | None = 0
    """How many positional arguments it takes; None where it takes any number, and ignores them."""

    @property
    def accepted(self) -> Mapping[str, Parameter]:
        """All that it can be given: what boto3 fills in, too, counts as given if it is."""
        return {**self.parameters, **{name: replace(operations()[self.operation].members[name], required=False) for name in self.filled if self.operation}}

    def filling(self, *names: str) -> Method:
        """The method of a handle that fills in these parameters as well."""
        return replace(self, parameters={name: each for name, each in self.parameters.items() if name not in names}, filled=self.filled.union(names))


@cache
def shape(reference: str) -> Shape:
    """The shape of a name; the name of a type stands for a shape of which nothing else is known."""
    row = _row(reference)
    return Shape(reference, row["type"], tuple(row.get("enum", ())), row.get("min"), row.get("max"), row.get("pattern"))


@cache
def operations() -> Mapping[str, Shape]:
    """What each operation takes, by its name as a client has it: `batch_get_item`."""
    return {name: shape(reference) for name, reference in _table()["operations"].items()}


def pageable() -> frozenset[str]:
    """The operations that have a paginator."""
    return frozenset(_table()["paginators"])


def waiters() -> Mapping[str, str]:
    """The waiters, each with the operation that it sends until it is content."""
    found: Mapping[str, str] = _table()["waiters"]
    return found


@cache
def methods(kind: Kind, operation: str | None = None) -> Mapping[str, Method]:
    """The methods of a kind of handle; those of a paginator or waiter send an operation that depends on what it was made for."""
    listed = {name: _method(name, row, operation) for name, row in _table()["methods"][kind].items()}
    if kind == "client":
        listed |= {name: Method(name, name, taken.members) for name, taken in operations().items()}
    return listed


def attributes(kind: Kind) -> frozenset[str]:
    """What a kind of handle has that is no method: `table.item_count`."""
    return frozenset(_table()["attributes"].get(kind, ()))


def kinds_with(method: str) -> tuple[Kind, ...]:
    """The kinds of handles that have a method of this name."""
    return tuple(kind for kind in KINDS if method in methods(kind))


def _method(name: str, row: Mapping[str, Any], operation: str | None) -> Method:
    if "takes" in row:
        parameters = {each: Parameter(each, "anything", required) for each, required in row["takes"].items()}
        return Method(name, None, parameters, positional=len(parameters))
    sent = row.get("sends", operation)
    known = operations()[sent].members if sent in operations() else {}
    added = {each: Parameter(each, "anything") for each in row.get("adds", ())}
    # boto3 forgets the positional arguments of a Table's own waiters; everything else refuses them.
    positional = None if "sends" in row and added else 0
    return Method(name, sent, {**known, **added}, positional=positional).filling(*row.get("fills", ()))


def _row(reference: str) -> dict[str, Any]:
    found: dict[str, Any] = _table()["shapes"].get(reference) or {"type": reference}
    return found


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(Path(__file__).with_name("model.json").read_text(encoding="utf8"))
    return table
