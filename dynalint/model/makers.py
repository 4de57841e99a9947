"""Turns calls of CDK, troposphere and Pulumi into the tables that they declare, and what is given to those into dicts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynalint.model.record import Argument, Arguments, Change, Declaration
from dynalint.model.values import Const, Construct, Dict, Entry, Instance, Method, Symbol, Unknown, Value, alternatives, known_text

if TYPE_CHECKING:
    from dynalint.model.frame import Frame
    from dynalint.model.module import ClassModel
    from dynalint.model.tree import At

_CDK = ("aws_cdk.aws_dynamodb.", "monocdk.aws_dynamodb.")
_TABLES = {
    **{f"{package}{name}": f"{_CDK[0]}{name}" for package in _CDK for name in ("Table", "TableV2", "CfnTable", "CfnGlobalTable")},
    "troposphere.dynamodb.Table": "troposphere.dynamodb.Table",
    "pulumi_aws.dynamodb.Table": "pulumi_aws.dynamodb.Table",
    "pulumi_aws.dynamodb.table.Table": "pulumi_aws.dynamodb.Table",
}
_PACKAGES = (*_CDK, "troposphere.dynamodb.", "pulumi_aws.dynamodb.")
_ENVIRONMENTS = frozenset({"troposphere.awslambda.Environment", "pulumi_aws.lambda_.FunctionEnvironmentArgs"})
# Ways from a table of CDK's to the resource in the template: `table.node.default_child`, `table.node.find_child("Resource")`.
_SAME = frozenset({"node", "default_child"})
# What is the table's name, once it is made: CDK's, CloudFormation's and Pulumi's words for it.
_NAMES = frozenset({"table_name", "ref", "name", "id"})
# Base classes that tell a table nothing.
_PLAIN = frozenset({"object", "abc.ABC"})
# Under this name, which no attribute can have, an object holds the table that it is.
_TABLE = "<table>"
_FOUND = frozenset({"find_child", "try_find_child"})


def maker_of(name: str) -> str | None:
    """The class that makes a table, by the full name of what is called; None where it makes none."""
    return _TABLES.get(name)


def maker_of_class(model: ClassModel) -> str | None:
    """The class that makes a table which a class of the project is derived from, at whatever distance.

    None where there is none, and where one of its base classes is not known: it may tell the table more.
    """
    bases = {cls.full_name(base) or base for cls in model.lineage() for base in cls.bases if cls.module.class_model(base) is None}
    makers = {maker_of(base) for base in bases if base not in _PLAIN}
    return makers.pop() if len(makers) == 1 else None


def table_in(instance: Instance) -> Construct | None:
    """The table that an object of such a class is, once it is made."""
    held = dict(instance.attributes).get(_TABLE)
    return held if isinstance(held, Construct) else None


def with_table(instance: Instance, made: Value) -> Instance:
    """An object that is this table, too."""
    return replace(instance, attributes=(*instance.attributes, (_TABLE, made)))


def property_of(name: str, arguments: Arguments) -> Value | None:
    """What a call gives that only describes a part of a table: `Attribute(name="id", type=...)`; None for all others.

    How CDK's `Billing` charges is known by the name of its method.
    """
    if name == "pulumi.ResourceOptions":
        return Symbol(name)
    if name in _ENVIRONMENTS:
        return Dict(tuple(Entry(Const(key), each.value, each.surely) for key, each in arguments.keywords.items()), arguments.open)
    package = next((each for each in _PACKAGES if name.startswith(each)), None)
    if package is None:
        return None
    owner, _, last = name.removeprefix(package).rpartition(".")
    if owner == "Billing":
        return Symbol(name)
    if not last[:1].isupper() or arguments.positional or name in _TABLES:
        return None
    entries = (Entry(Const(key), each.value, each.surely, each.place) for key, each in arguments.keywords.items())
    return Dict(tuple(entries), arguments.open)


def attribute_of(value: Construct, name: str) -> Value:
    """What an attribute of a table that is declared holds."""
    if name in _NAMES:
        return Method(value, name)
    return value if name in _SAME else Unknown(f"{name} of a table that is declared")


def called_on(value: Construct, name: str, arguments: Arguments, given: dict[str, Argument], place: At) -> Value:
    """What a method of a table that is declared gives; it may change the table, which is written down."""
    if name in _FOUND:
        return value
    about = arguments.get(0)
    changed(value.declaration, Change(name, arguments.get(1, "value"), known_text(about) or "" if about is not None else "", given, place))
    return Unknown(f"{name}() of a table that is declared")


def variables_of(method: str, arguments: Arguments, frame: Frame) -> None:
    """Write down which environment variables of other constructs are set to the name of a table: by `environment=...`, or by `add_environment`."""
    first, second = arguments.get(0, "key"), arguments.get(1, "value")
    if method == "add_environment" and first is not None and second is not None:
        _variable(known_text(first), second, frame)
    given = next((each for name in ("environment", "Environment") if (each := arguments.keywords.get(name)) is not None), None)
    held = frame.load(given.value) if given is not None else None
    for entry in held.entries if isinstance(held, Dict) else ():
        inner = frame.load(entry.value)
        if known_text(entry.key) in ("variables", "Variables") and isinstance(inner, Dict):
            for set_here in inner.entries:
                _variable(known_text(set_here.key), set_here.value, frame)
        else:
            _variable(known_text(entry.key), entry.value, frame)


def _variable(name: str | None, value: Value, frame: Frame) -> None:
    if name is None:
        return
    for option in alternatives(value):
        if isinstance(option, Method) and isinstance(option.receiver, Construct):
            option.receiver.declaration.variables.add(name)
        else:
            frame.module.variables.add((name, known_text(option)))


def named_by(name: str, arguments: Arguments) -> Value | None:
    """What troposphere's `Ref(table)` gives: the name of the table."""
    first = arguments.get(0)
    return Method(first, "ref") if name == "troposphere.Ref" and isinstance(first, Construct) else None


def changed(declaration: Declaration, change: Change) -> None:
    """Write down what is done to a table, once for each place."""
    declaration.changes = [*(each for each in declaration.changes if each.place != change.place), change]
