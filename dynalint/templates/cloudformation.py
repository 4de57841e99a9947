"""Turns a CloudFormation or SAM template, as plain values, into the tables that it declares, and the environment variables that hold their names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from dynalint.declared import OFF, PAY_PER_REQUEST, PROVISIONED, Declared, DeclaredTable, Variable, linked, scoped
from dynalint.templates.definitions import UNKNOWN, defined
from dynalint.templates.documents import Block

TABLES = frozenset({"AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable"})
_KEY_TYPES = {"String": "S", "Number": "N", "Binary": "B"}
_IN_TEXT = re.compile(r"\$\{(!?)([^{}]*)\}")
_ENVIRONMENTS = ("Environment", "EnvironmentVariables", "RuntimeEnvironmentVariables", "environment")
_DEEPEST = 12
Text = Callable[[str], str]


def tables_in(template: Mapping[str, Any], path: str, spelled: Text = str, maker: str = "cloudformation") -> Declared:
    """What a template declares. `spelled` gives each text as another templating language, which the template is written in, would make it."""
    reading = Template(template, spelled)
    tables = [replace(table, path=path, maker=maker) for table in reading.tables()]
    return linked(tables, (replace(each, path=path) for each in reading.variables(posixpath.dirname(path))))


def is_table(resource: Any) -> bool:
    """Is a resource a table?"""
    return isinstance(resource, Mapping) and isinstance(kind := resource.get("Type"), str) and kind in TABLES


class Template:
    """A template whose expressions are looked up in it."""

    def __init__(self, template: Mapping[str, Any], spelled: Text = str) -> None:
        self._spelled = spelled
        self.resources = _mapping(template.get("Resources"))
        self._parameters = _mapping(template.get("Parameters"))
        self._globals = _mapping(template.get("Globals"))

    def tables(self) -> Iterator[DeclaredTable]:
        """The tables, without what they are declared in."""
        for name, resource in self.resources.items():
            if not is_table(resource):
                continue
            properties = self.known(resource.get("Properties"))
            line = self.resources.lines.get(name, 1) if isinstance(self.resources, Block) else 1
            yield replace(self._table(resource["Type"], properties), id=name, line=line)

    def _table(self, kind: str, properties: Any) -> DeclaredTable:
        if properties is not None and (not isinstance(properties, Mapping) or "Fn::Transform" in properties):
            return DeclaredTable(name="${?}")
        properties = properties or {}
        named = properties.get("TableName")
        name = self.text(named) if named is not None else None
        if kind != "AWS::Serverless::SimpleTable":
            table = replace(defined(properties, self.known), name=name)
            return self._replicated(table, properties.get("Replicas")) if kind == "AWS::DynamoDB::GlobalTable" else table
        key = self.known(properties.get("PrimaryKey"))
        # AWS's page on SimpleTable: without a PrimaryKey it is `id`, a String; without ProvisionedThroughput the table is on demand.
        key = {"Name": "id", "Type": "String"} if key is None else key
        found, type_ = (self.known(key.get(part)) for part in ("Name", "Type")) if isinstance(key, Mapping) else (UNKNOWN, UNKNOWN)
        if not isinstance(found, str):
            return DeclaredTable(name=name, ttl=OFF)
        types = ((found, _KEY_TYPES[type_]),) if type_ in _KEY_TYPES else ()
        throughput = self.known(properties.get("ProvisionedThroughput"))
        billing = PAY_PER_REQUEST if throughput is None else None if throughput is UNKNOWN else PROVISIONED
        return DeclaredTable(name, keys=(found,), types=types, has_all_indexes=True, billing=billing, ttl=OFF, is_recoverable=None)

    def _replicated(self, table: DeclaredTable, replicas: Any) -> DeclaredTable:
        """AWS's page on ReplicaSpecification: each replica of a global table says for itself whether it is protected and recoverable."""
        listed = self.known(replicas)
        known = [self.known(each) for each in listed] if isinstance(listed, list) else []
        parts = [defined(each, self.known) for each in known] if known and all(isinstance(each, Mapping) for each in known) else []
        protected, recoverable = {each.is_protected for each in parts}, {each.is_recoverable for each in parts}
        return replace(
            table,
            is_protected=protected.pop() if len(protected) == 1 else None,
            is_recoverable=recoverable.pop() if len(recoverable) == 1 else None,
        )

    def variables(self, folder: str = "") -> Iterator[Variable]:
        """The environment variables of everything that runs code, and those that all functions get. The template stands in the folder."""
        yield from self._environments(self._globals, 0)
        for resource in self.resources.values():
            properties = _mapping(_mapping(resource).get("Properties"))
            code = self._code(properties)
            for each in self._environments(properties, 0):
                yield replace(each, name=scoped(each.name, posixpath.normpath(posixpath.join(folder, code)))) if code else each

    def _code(self, properties: Mapping[str, Any]) -> str:
        """The folder of a function's code, as seen from the template; empty where that is not known. AWS's page on CodeUri: it may be an object in S3, too."""
        common = _mapping(self._globals.get("Function")).get("CodeUri")
        found = self.known(properties.get("CodeUri", properties.get("Code", common)))
        return found if isinstance(found, str) and not re.match(r"\w+://|/", found) else ""

    def _environments(self, value: Any, depth: int) -> Iterator[Variable]:
        if depth > _DEEPEST:
            return
        if isinstance(value, list):
            for each in value:
                yield from self._environments(each, depth + 1)
        for name, each in value.items() if isinstance(value, Mapping) else ():
            if name in _ENVIRONMENTS:
                for pair in _pairs(each):
                    yield from self.variable(*pair)
            else:
                yield from self._environments(each, depth + 1)

    def variable(self, name: str, value: Any, depth: int = 0) -> Iterator[Variable]:
        """What a variable is set to: each of the ways in which a condition may decide."""
        if isinstance(value, Mapping) and set(value) == {"Fn::If"} and isinstance(value["Fn::If"], list) and depth < _DEEPEST:
            for each in value["Fn::If"][1:]:
                yield from self.variable(name, each, depth + 1)
            return
        text = self.text(value)
        meant = re.fullmatch(r"\$\{(\w+)(?:\.Arn)?\}", text)
        table = meant[1] if meant is not None and self._is_table(meant[1]) else None
        yield Variable(name, table, text)

    def _is_table(self, name: str) -> bool:
        return is_table(self.resources.get(name))

    def text(self, value: Any, depth: int = 0) -> str:
        """The text that an expression gives, `${...}` for what is not known."""
        if isinstance(value, str):
            return self._spelled(value)
        if isinstance(value, bool | int | float):
            return str(value)
        if not isinstance(value, Mapping) or len(value) != 1 or depth > _DEEPEST:
            return "${?}"
        function, argument = next(iter(value.items()))
        joint, parts = argument if isinstance(argument, list) and len(argument) == 2 else (None, None)
        match function:
            case "Ref" if isinstance(argument, str):
                # As a part of a name a parameter is what tells deployments apart, such as a stage; as all of it, it has its default.
                return self._default(argument) if depth == 0 else "${" + argument + "}"
            case "Fn::GetAtt":
                return "${" + (".".join(map(str, argument)) if isinstance(argument, list) else str(argument)) + "}"
            case "Fn::Sub":
                return self._substituted(argument, depth)
            case "Fn::Join" if isinstance(joint, str) and isinstance(parts, list):
                return joint.join(self.text(each, depth + 1) for each in parts)
            case "Fn::If" if isinstance(argument, list) and len(argument) == 3:
                ways = {self.text(each, depth) for each in argument[1:]}
                return ways.pop() if len(ways) == 1 else "${?}"
        return "${" + str(function).removeprefix("Fn::") + "}"

    def _default(self, name: str) -> str:
        parameter = self._parameters.get(name)
        default = parameter.get("Default") if isinstance(parameter, Mapping) else None
        # A parameter of the kind SSM holds a path, not the value.
        is_plain = isinstance(parameter, Mapping) and not str(parameter.get("Type")).startswith("AWS::SSM")
        return self._spelled(default) if isinstance(default, str) and default and is_plain else "${" + name + "}"

    def _substituted(self, argument: Any, depth: int) -> str:
        text, given = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
        if not isinstance(text, str) or not isinstance(given, Mapping):
            return "${?}"
        if depth == 0 and (alone := re.fullmatch(r"\$\{(\w+)\}", text)) is not None and alone[1] not in given:
            return self._default(alone[1])

        def one(found: re.Match[str]) -> str:
            name = found[2].strip()
            return self.text(given[name], depth + 1) if name in given else "${" + name + "}"

        return self._spelled(_IN_TEXT.sub(one, text))

    def known(self, value: Any, depth: int = 0) -> Any:
        """The value that an expression stands for, UNKNOWN where nobody can tell; None for what is not there."""
        if isinstance(value, str):
            return found if "${" not in (found := self._spelled(value)) else UNKNOWN
        if not isinstance(value, Mapping) or len(value) != 1 or depth > _DEEPEST:
            return value
        function, argument = next(iter(value.items()))
        if function == "Ref":
            if argument == "AWS::NoValue":
                return None
            return found if isinstance(argument, str) and "${" not in (found := self._default(argument)) and self._is_fixed(argument) else UNKNOWN
        if function == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
            one, other = (self.known(each, depth + 1) for each in argument[1:])
            return one if one is not UNKNOWN and one == other else UNKNOWN
        if function in ("Fn::Sub", "Fn::Join"):
            return found if "${" not in (found := self.text(value)) else UNKNOWN
        return UNKNOWN if function.startswith("Fn::") else value

    def _is_fixed(self, name: str) -> bool:
        """Is the parameter one that names keys and the like, which nobody changes from one deployment to the next?"""
        allowed = _mapping(self._parameters.get(name)).get("AllowedValues")
        return not isinstance(allowed, list) or len(allowed) < 2


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _pairs(environment: Any) -> Iterator[tuple[str, Any]]:
    """The names and values: of a function (`Variables: {A: b}`), of a container (`- {Name: A, Value: b}`), of Serverless (`A: b`)."""
    if isinstance(environment, list):
        for each in environment:
            if isinstance(each, Mapping) and isinstance(each.get("Name"), str):
                yield each["Name"], each.get("Value")
    elif isinstance(environment, Mapping) and isinstance(ways := environment.get("Fn::If"), list):
        # Whatever the condition says, some code gets this.
        for way in ways[1:]:
            yield from _pairs(way)
    elif isinstance(environment, Mapping):
        variables = environment.get("Variables", environment)
        if variables is not environment:
            yield from _pairs(variables)
        else:
            yield from ((name, value) for name, value in environment.items() if re.fullmatch(r"\w+", name))
