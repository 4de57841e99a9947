"""Turns expressions into the attributes that they are about: what an update changes, what a condition asks, what a key condition selects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dynalint.language.parser import Parsed
from dynalint.language.tree import Action, Between, Call, Comparison, Gap, Logic, Names, Node, Path, Sum, Update, Value, children, walk

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute that an update changes."""

    section: str
    """SET, REMOVE, ADD or DELETE."""
    name: str | None
    """The top-level attribute; None where it is not known."""
    nested: bool
    """Is only something inside the attribute changed?"""
    placeholder: str | None
    """The `:value` that becomes the attribute's, or is added to it, as it stands; None for what DynamoDB computes."""
    action: Action


@dataclass(frozen=True, slots=True)
class KeyTest:
    """One condition on one attribute, the attribute on its left side."""

    name: str
    operator: str
    """`=`, `<`, `<=`, `>`, `>=`, `BETWEEN` or `begins_with`."""
    values: tuple[str, ...]
    """The `:values` that the attribute is compared with."""
    path: Path


def changes(expression: Parsed, names: Names) -> tuple[Change, ...]:
    """What an update changes, as far as it is known."""
    actions = expression.tree.actions if isinstance(expression.tree, Update) else ()
    return tuple(_change(action, names) for action in actions)


def changes_are_complete(expression: Parsed) -> bool:
    """Does an update change nothing that `changes` does not list?"""
    return isinstance(expression.tree, Update) and not any(isinstance(action.path, Gap) for action in expression.tree.actions)


def _change(action: Action, names: Names) -> Change:
    path, value = action.path, action.value
    nested = isinstance(path, Path) and path.is_nested
    placeholder = value.text if isinstance(value, Value) and not nested else None
    return Change(action.section, path.head.resolved(names) if isinstance(path, Path) else None, nested, placeholder, action)


def own_reads(expression: Parsed, names: Names) -> Iterator[tuple[Action, Path]]:
    """What a SET reads of the very path that it sets, without if_not_exists: `n = n + :one`. It fails where the item has no such attribute."""
    for change in changes(expression, names):
        path, value = change.action.path, change.action.value
        if isinstance(path, Path) and value is not None and (identity := path.identity(names)) is not None:
            yield from ((change.action, read) for read in _read(value) if read.identity(names) == identity)


def _read(node: Node) -> Iterator[Path]:
    """The paths that must be there for a value to be computed."""
    if isinstance(node, Path):
        yield node
    elif isinstance(node, Call) and node.function.text == "if_not_exists":
        yield from (path for operand in node.arguments[1:] for path in _read(operand))
    elif isinstance(node, Call | Sum):
        yield from (path for operand in children(node) for path in _read(operand))


def paths(expression: Parsed) -> tuple[Path, ...]:
    """All paths of an expression, in the order of the text; `path.head.resolved(names)` is the attribute that each is about."""
    return tuple(node for node in walk(expression.tree) if isinstance(node, Path))


def key_tests(expression: Parsed, names: Names) -> tuple[KeyTest, ...]:
    """The conditions on single attributes that must all hold; of a key condition these are all there can be."""
    return tuple(_key_tests(expression.tree, names))


def _key_tests(node: Node | None, names: Names) -> Iterator[KeyTest]:
    if isinstance(node, Logic) and node.operator == "AND":
        for condition in node.conditions:
            yield from _key_tests(condition, names)
    elif isinstance(node, Comparison | Between | Call):
        operator = node.operator if isinstance(node, Comparison) else "BETWEEN" if isinstance(node, Between) else node.function.text
        operands = children(node)
        if isinstance(node, Comparison) and isinstance(node.right, Path):
            operator, operands = _MIRRORED.get(operator, operator), (node.right, node.left)
        path: Node = operands[0]
        values = tuple(operand.text for operand in operands if isinstance(operand, Value))
        if isinstance(path, Path) and not path.is_nested and len(values) == len(operands) - 1 and (name := path.head.resolved(names)) is not None:
            yield KeyTest(name, operator, values, path)
