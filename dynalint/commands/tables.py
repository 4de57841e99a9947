"""Turns a project into a list of the tables that it declares, with where each is declared: `dynalint tables`; with `--write` into `dynalint-tables.json`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from dynalint.commands import CLEAN, TroubleError, option_arguments, parsed_settings, work
from dynalint.commands.known import shown
from dynalint.declared import OFF, Declared, DeclaredTable, unscoped
from dynalint.files import replace_file
from dynalint.report import counted
from dynalint.surroundings import root_of
from dynalint.tables_file import NAME, TablesError, text_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """The folder, the form, and whether to write it down."""
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help="a folder of the project (default: the current one)")
    parser.add_argument("--write", action="store_true", help=f"read templates and code, and write {NAME} at the project's root, which is read from then on")
    parser.add_argument("--output-format", "--format", choices=["text", "json"], default="text", help="the form of the list (default: text)")
    option_arguments(parser)


def run(parsed: argparse.Namespace) -> int:
    """Print what is known, or write it down."""
    from dynalint.knowledge import collected, declarations, without_yaml  # imports libcst

    if not parsed.folder.is_dir():
        raise TroubleError(f"{parsed.folder}: is no folder")
    options = parsed_settings(parsed).options
    root = root_of(parsed.folder.resolve())
    path = root / NAME
    try:
        found = collected(root, options) if parsed.write else declarations(root, options)
    except TablesError as error:
        raise TroubleError(f"{shown(path)}: is no list of tables: {error}; `dynalint tables --write` writes it anew") from error
    if without_yaml(root) and (parsed.write or not path.is_file()):
        work.say("YAML is not read, so CloudFormation, SAM and Serverless templates in it are not known; `pip install dynalint[tables]` brings what reads it")
    if parsed.write:
        _write(path, text_of(found))
        work.say(f"{counted(len(found.tables), 'table')} in {shown(path)}")
    elif parsed.output_format == "json":
        print(text_of(found), end="")
    else:
        print("\n".join(_lines(found)) or "no tables are declared in this project")
    return CLEAN


def _write(path: Path, text: str) -> None:
    try:
        if not path.exists():
            path.write_bytes(text.encode())
        elif path.read_bytes() != text.encode():
            replace_file(path, text.encode())
    except OSError as error:
        raise TroubleError(f"{shown(path)}: {error.strerror}") from error


def _lines(declared: Declared) -> Iterator[str]:
    for table in sorted(declared.tables, key=lambda table: (table.path, table.line)):
        yield f"{table.path}:{table.line}: {table.name or '(named when it is deployed)'}{f' ({table.id})' if table.id else ''}"
        yield from (f"    {line}" for line in _about(table))


def _about(table: DeclaredTable) -> Iterator[str]:
    types = dict(table.types)

    def spelled(keys: tuple[str, ...]) -> str:
        return ", ".join(f"{key} ({types[key]})" if key in types else key for key in keys)

    yield f"key: {spelled(table.keys) or 'not known'}"
    for index in table.indexes:
        yield f"{'global' if index.is_global else 'local'} index {index.name}: {spelled(index.keys)}"
    if table.keys and not table.has_all_indexes:
        yield "it may have other indexes"
    yield f"expiry: {'off' if table.ttl == OFF else table.ttl or 'not known'}, capacity: {table.billing or 'not known'}"
    if table.variables:
        told = (unscoped(name) for name in table.variables)
        yield f"known to code as {', '.join(f'{name} in {folder}' if folder else name for folder, name in told)}"
