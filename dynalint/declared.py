"""Turns what a project declares of its tables, in whatever language, into what holds for the tables that a name in code may mean.

A name is a text in which `${...}` stands for what only the deployment knows: `${Stage}-users`. Of several tables that a name may mean, only
that is known which holds for each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TypeVar

from dynalint.words import words

PAY_PER_REQUEST, PROVISIONED = "PAY_PER_REQUEST", "PROVISIONED"
OFF = ""
# The declarations of what an existing table is given.
UPDATE = "update_table"
SWITCH = "update_time_to_live"
# The makers that say nothing of expiry: they cannot, or another declaration has to.
_WITHOUT_EXPIRY = frozenset({"create_table", "create-table", "describe-table", UPDATE})
_Fact = TypeVar("_Fact")
# Words that stand in the names of tables of any kind.
_EVERYWHERE = frozenset({"table", "tables", "tbl", "db", "dynamodb", "dynamo", "ddb", "data", "dev", "test", "staging", "prod", "v"})
_HOLE = re.compile(r"\$\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index of a table."""

    name: str
    is_global: bool
    keys: tuple[str, ...]
    """The names of its key attributes, partition key first."""
    partition_keys: tuple[str, ...]
    """Those that a query must name; a global index may have several."""
    projection: str | None
    """KEYS_ONLY, INCLUDE or ALL, where it is known."""


@dataclass(frozen=True, slots=True)
class DeclaredTable:
    """One table as a template, a stack or a program declares it. Whatever is left at its default is not known."""

    name: str | None = None
    """Its name in DynamoDB, with `${...}` for each part that is not known here; None where the deployment makes it up."""
    id: str = ""
    """What the declaration calls it: the logical id, the id of a construct, the address of a resource; empty where there is none."""
    variables: tuple[str, ...] = ()
    """The environment variables that are set to its name for some code, sorted: `TABLE`, or `src/users:TABLE` for the code in a folder only."""
    keys: tuple[str, ...] = ()
    """The names of the key attributes, partition key first. These are all; empty where they are not known."""
    types: tuple[tuple[str, str], ...] = ()
    """The key attributes, those of indexes too, with their types (S, N or B), as far as they are known."""
    indexes: tuple[Index, ...] = ()
    has_all_indexes: bool = False
    """Are these all its indexes?"""
    billing: str | None = None
    """PAY_PER_REQUEST or PROVISIONED."""
    ttl: str | None = None
    """The attribute that time to live is switched on for; OFF where it is not switched on."""
    is_protected: bool | None = None
    """Is it protected from deletion?"""
    is_recoverable: bool | None = None
    """Has it point-in-time recovery?"""
    maker: str = ""
    """The kind of the declaration: `cloudformation`, `terraform`, `create_table` and so on."""
    path: str = ""
    """The file, from the project's root, with `/` between folders."""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that a declaration sets for some code, and what it sets it to."""

    name: str
    """As DeclaredTable.variables has it."""
    table: str | None = None
    """The id of a table that is declared with it; None where it is none of them."""
    text: str | None = None
    """A text in which `${...}` stands for what is not known; None where nothing is known of it."""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """What was declared: the tables, and the environment variables that are not known to hold the name of one of them."""

    tables: tuple[DeclaredTable, ...] = ()
    variables: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What code calls a table: a text as in DeclaredTable.name, or the environment variable that holds its name."""

    text: str | None = None
    variable: str | None = None


class Tables:
    """What the rest of a project says of its tables, as seen from one file. This one knows of none: there is no project."""

    is_project: bool = False
    """Is there a project around the file, of which more than the file is known?"""

    def declared(self) -> Declared:
        """All that is declared."""
        return Declared()

    def candidates(self, wanted: Wanted) -> tuple[DeclaredTable, ...]:
        """The tables that code may mean; none where it may mean one that is not declared."""
        return ()

    def is_mentioned(self, text: str) -> bool | None:
        """Does code elsewhere in the project mention the text? None: don't know."""
        return None


NO_TABLES = Tables()


def linked(tables: Iterable[DeclaredTable], variables: Iterable[Variable]) -> Declared:
    """What is declared together, each table with the variables that are set to it: by its id, or by the same text as its name."""
    return _linked(tables, variables, lambda table, variable: variable.table == table.id if variable.table is not None else variable.text == table.name)


def joined(parts: Iterable[Declared]) -> Declared:
    """What is declared here and there, in its order. A variable may hold the name of a table that is declared elsewhere, if enough of the name is known."""
    parts = tuple(parts)
    variables = (variable for part in parts for variable in part.variables)
    found = _linked((table for part in parts for table in part.tables), variables, _is_named_by)
    # What no table is known by may be set to anything.
    names = {unscoped(name)[1] for table in found.tables for name in table.variables}
    return Declared(found.tables, tuple(variable for variable in found.variables if unscoped(variable.name)[1] in names))


def _is_named_by(table: DeclaredTable, variable: Variable) -> bool:
    return variable.text is not None and variable.text == table.name and not is_all_unknown(variable.text)


def _linked(tables: Iterable[DeclaredTable], variables: Iterable[Variable], is_meant: Callable[[DeclaredTable, Variable], bool]) -> Declared:
    tables = tuple(tables)
    found: dict[int, set[str]] = {}
    left = []
    for variable in variables:
        meant = [at for at, table in enumerate(tables) if (variable.table or variable.text) is not None and is_meant(table, variable)]
        for at in meant:
            found.setdefault(at, set()).add(variable.name)
        if not meant:
            left.append(replace(variable, table=None))
    whole = (replace(table, variables=tuple(sorted({*table.variables, *found[at]}))) if at in found else table for at, table in enumerate(tables))
    return Declared(tuple(whole), tuple(dict.fromkeys(left)))


def candidates(declared: Declared, wanted: Wanted, near: str = "") -> tuple[DeclaredTable, ...]:
    """The tables that code in the file `near` may mean, a path from the root. Of those that fit, the ones declared nearest to it count.

    None where the code may mean a table that is not declared.
    """
    if wanted.variable is not None:
        set_here = _set_for(declared, wanted.variable, near)
        closest = set(_nearest([path for path, _ in set_here], near))
        found = [table for path, table in set_here if path in closest]
        return () if None in found else tuple(dict.fromkeys(table for table in found if table is not None))
    if wanted.text is None or is_all_unknown(wanted.text):
        return ()
    named = [table for table in declared.tables if table.name is not None and not is_all_unknown(table.name)]
    fitting = [table for table in named if _shape(table.name or "") == _shape(wanted.text)]
    if not fitting and not _HOLE.search(wanted.text):
        # `dev-users` where `${Stage}-users` is declared. The other way round, `f"{env}-users"` may be any table.
        fitting = [table for table in named if _expression(table.name or "").fullmatch(wanted.text)]
    nearest = set(_nearest([table.path for table in fitting], near))
    return tuple(table for table in fitting if table.path in nearest)


def scoped(name: str, folder: str) -> str:
    """The name of an environment variable that is set for the code in a folder, as seen from the project's root; the root itself is no folder."""
    return f"{folder}:{name}" if folder not in ("", ".") and not folder.startswith("..") else name


def unscoped(name: str) -> tuple[str, str]:
    """The folder and the name of such a variable; the folder is empty for one that is set for any code."""
    folder, _, own = name.rpartition(":")
    return folder, own


def _set_for(declared: Declared, variable: str, near: str) -> list[tuple[str, DeclaredTable | None]]:
    """The files that set a variable, each with the table that it then names, None for something else: where that is for a folder around `near`, else all."""
    tables = ((name, table.path, table) for table in declared.tables for name in table.variables)
    others = ((each.name, each.path, None) for each in declared.variables)
    found = [(folder, path, table) for name, path, table in (*tables, *others) for folder, own in (unscoped(name),) if own == variable]
    around = [folder for folder, _, _ in found if folder and near.startswith(f"{folder}/")]
    inmost = max(around, key=len, default=None)
    return [(path, table) for folder, path, table in found if inmost in (None, folder)]


def held_by_all(tables: Iterable[DeclaredTable]) -> DeclaredTable | None:
    """What holds for each of the tables. Several declarations of one name are about one table: what one leaves open another may tell."""
    groups: dict[tuple[str, str], list[DeclaredTable]] = {}
    for table in tables:
        groups.setdefault(("", table.name) if table.name is not None else (table.path, table.id), []).append(table)
    known = [_together(group) for group in groups.values()]
    return _shared(known) if known else None


def at_least_one(answers: Iterable[bool | None]) -> bool | None:
    """Is one of the answers yes? None where none is, and one does not know."""
    found = set(answers)
    return True if True in found else None if None in found else False


def expires(tables: Iterable[DeclaredTable]) -> bool | None:
    """Is time to live switched on by one of these declarations? None: don't know."""
    return at_least_one(None if table.ttl is None else table.ttl != OFF for table in tables if table.ttl is not None or table.maker not in _WITHOUT_EXPIRY)


def may_be(name: str | None, text: str) -> bool:
    """May the table of this name, in which `${...}` stands for anything, be the one that is called by the text, of which all is known?"""
    return name is not None and _expression(name).fullmatch(text) is not None


def is_all_unknown(name: str) -> bool:
    """Is too little of a name known to tell it from others: not one word that says what is in the table?"""
    return bool(_HOLE.search(name)) and not set(words(_HOLE.sub("-", name))) - _EVERYWHERE


def _shape(name: str) -> str:
    return _HOLE.sub("*", name)


@lru_cache(maxsize=1000)
def _expression(name: str) -> re.Pattern[str]:
    # No unknown part is empty: `${Stage}-users` is not `-users`.
    return re.compile(".+".join(re.escape(part) for part in _HOLE.split(name)))


def _nearest(paths: Iterable[str], near: str) -> Iterator[str]:
    """Those of the paths that share the most folders with the one that is near, from the top."""
    here = PurePosixPath(near).parent.parts
    ranked = {path: _shared_folders(PurePosixPath(path).parent.parts, here) for path in paths}
    best = max(ranked.values(), default=0)
    return (path for path, rank in ranked.items() if rank == best)


def _shared_folders(one: tuple[str, ...], two: tuple[str, ...]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))


def _together(tables: list[DeclaredTable]) -> DeclaredTable:
    """What several declarations of one table say: where one is silent, another may speak; where they disagree, nothing is known."""
    shaped = [table for table in tables if table.keys]
    found = _shared(shaped) if shaped else tables[0]
    added = [table for table in tables if table.maker == UPDATE]
    switched = {table.ttl for table in tables if table.ttl is not None}
    on = switched - {OFF}
    may_be_on = not on and expires(tables) is None
    return replace(
        found,
        variables=tuple(sorted({name for table in tables for name in table.variables})),
        indexes=tuple(dict.fromkeys((*found.indexes, *(index for table in added for index in table.indexes)))),
        has_all_indexes=found.has_all_indexes and not added,
        billing=_agreed(table.billing for table in tables if table.billing is not None),
        ttl=None if may_be_on else _agreed(on or switched),
        is_protected=_agreed(table.is_protected for table in tables if table.is_protected is not None),
        is_recoverable=_agreed(table.is_recoverable for table in tables if table.is_recoverable is not None),
    )


def _shared(tables: list[DeclaredTable]) -> DeclaredTable:
    """What is the same for all of the tables."""
    first, rest = tables[0], tables[1:]
    if not rest:
        return first
    same_keys = all(table.keys == first.keys for table in rest)
    same_indexes = all(set(table.indexes) == set(first.indexes) for table in rest)
    return DeclaredTable(
        name=_agreed(table.name for table in tables),
        id=_agreed(table.id for table in tables) or "",
        variables=tuple(name for name in first.variables if all(name in table.variables for table in rest)),
        keys=first.keys if same_keys else (),
        types=tuple(pair for pair in first.types if all(pair in table.types for table in rest)),
        indexes=tuple(index for index in first.indexes if all(index in table.indexes for table in rest)),
        has_all_indexes=same_indexes and all(table.has_all_indexes for table in tables),
        billing=_agreed(table.billing for table in tables),
        ttl=_agreed(table.ttl for table in tables),
        is_protected=_agreed(table.is_protected for table in tables),
        is_recoverable=_agreed(table.is_recoverable for table in tables),
        maker=_agreed(table.maker for table in tables) or "",
        path=first.path,
        line=first.line,
    )


def _agreed(values: Iterable[_Fact]) -> _Fact | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None
