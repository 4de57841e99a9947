"""Turns a `serverless.yml`, as plain values, into the tables of its resources, and the environment variables that hold their names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from dynalint.declared import Declared, linked
from dynalint.templates.cloudformation import Template
from dynalint.templates.documents import Block

# `${self:custom.table}`, `${file(tables.yml):Resources}`; the innermost come first.
_VARIABLE = re.compile(r"\$\{([^${}]*)\}")
_SELF = re.compile(r"^self:([\w.\-]*)$")
_FILE = re.compile(r"^file\(([^()]+)\)(?::([\w.\-]+))?$")
# What the command line sets, whatever is written here.
_STAGE = re.compile(r"^(?:self:)?(?:provider\.)?stage$|^self:custom\.stage$")
_DEEPEST = 12
Opened = Callable[[str], Block | None]


def is_serverless(document: Mapping[str, Any]) -> bool:
    """Is it the Serverless Framework's own file?"""
    return "service" in document and isinstance(document.get("provider"), Mapping | str) and not str(document.get("provider")).startswith("$")


def tables_in(document: Mapping[str, Any], path: str, opened: Opened) -> Declared:
    """What a service declares. `opened` gives the document in another file, by its path from this one; None where there is none."""
    reading = _Service(document, opened)
    tables, variables = [], []
    template = Template({"Resources": reading.resources()}, reading.text)
    tables = [replace(table, path=path, maker="serverless") for table in template.tables()]
    for environment in reading.environments():
        for name, value in environment.items():
            variables += [replace(each, path=path) for each in template.variable(name, reading.value(value))]
    variables += [replace(each, path=path) for each in template.variables()]
    return linked(tables, variables)


class _Service:
    """A service file, and those that it takes parts of itself from."""

    def __init__(self, document: Mapping[str, Any], opened: Opened) -> None:
        self._document = document
        self._opened = opened

    def resources(self) -> Block:
        """All its resources: those of a list of templates too."""
        found = Block()
        given = self.value(self._document.get("resources"))
        for part in given if isinstance(given, list) else [given]:
            part = self.value(part)
            resources = self.value(part.get("Resources", part)) if isinstance(part, Mapping) else None
            for each in resources if isinstance(resources, list) else [resources]:
                each = self.value(each)
                for name, value in each.items() if isinstance(each, Mapping) else ():
                    found[name] = self.value(value)
                    found.lines[name] = each.lines.get(name, 1) if isinstance(each, Block) else 1
        return found

    def environments(self) -> Iterator[Mapping[str, Any]]:
        """The environments of all functions, and of each."""
        functions = self.value(self._document.get("functions"))
        several = [self.value(each) for each in (functions if isinstance(functions, list) else [functions])]
        each_function = [self.value(each) for group in several if isinstance(group, Mapping) for each in group.values()]
        for holder in (self._document.get("provider"), *each_function):
            environment = self.value(holder.get("environment")) if isinstance(holder, Mapping) else None
            if isinstance(environment, Mapping):
                yield environment

    def value(self, value: Any, depth: int = 0) -> Any:
        """The value that a text stands for, where it is nothing but one variable."""
        if not isinstance(value, str) or depth > _DEEPEST:
            return value
        alone = _VARIABLE.fullmatch(value.strip())
        found = self._looked_up(alone[1], depth) if alone is not None else None
        return found if found is not None else value

    def text(self, value: str, depth: int = 0) -> str:
        """The text with what its variables stand for, as far as that is a text."""

        def one(found: re.Match[str]) -> str:
            known = self._looked_up(found[1], depth)
            # A hole holds no other: nothing of what stands in it is known.
            return str(known) if isinstance(known, str | int) and not isinstance(known, bool) else "\0" + found[1].replace("\0", "").replace("\1", "") + "\1"

        before = None
        while before != value and depth <= _DEEPEST:
            before, value = value, _VARIABLE.sub(one, value)
        return value.replace("\0", "${").replace("\1", "}")

    def _looked_up(self, variable: str, depth: int) -> Any:
        """What a variable stands for; None where that is not known, or left to who deploys."""
        variable = variable.strip()
        if depth > _DEEPEST or _STAGE.match(variable):
            return None
        if (own := _SELF.match(variable)) is not None:
            found = self._at(self._document, own[1], depth)
        elif (file := _FILE.match(variable)) is not None:
            document = self._opened(file[1].strip().strip("'\""))
            found = self._at(document, file[2] or "", depth) if document is not None else None
        else:
            return None
        if isinstance(found, str):
            return self.text(found, depth + 1) if _VARIABLE.fullmatch(found.strip()) is None else self._whole(found, depth)
        return found

    def _whole(self, text: str, depth: int) -> Any:
        found = self.value(text, depth + 1)
        return found if not isinstance(found, str) else self.text(found, depth + 1)

    def _at(self, document: Any, path: str, depth: int) -> Any:
        for step in path.split(".") if path else ():
            document = self.value(document, depth + 1)
            document = document.get(step) if isinstance(document, Mapping) else None
        return document
