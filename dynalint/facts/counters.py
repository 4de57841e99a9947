"""Turns update expressions into the numbers and lists that they expect to be in the item: `SET n = n + :one`, `list_append(l, :more)`."""

from __future__ import annotations

from collections.abc import Iterator

from dynalint.facts.expressions import Expression
from dynalint.language.attributes import changes, own_reads
from dynalint.language.problems import Kind
from dynalint.language.tree import Call, Path, Sum, walk
from dynalint.model.values import Condition, Dict, KeyPart, Unknown, Value, alternatives, known_text, text_parts


def increments(expression: Expression) -> Iterator[Path]:
    """The numbers that a SET counts up or down from what they are, without a word on what they are where there is none."""
    if expression.kind is Kind.UPDATE and expression.surely:
        yield from (path for action, path in own_reads(expression.parsed, _names(expression)) if isinstance(action.value, Sum))


def list_growths(expression: Expression) -> Iterator[Call]:
    """The calls of list_append that make a list longer."""
    if expression.kind is Kind.UPDATE:
        yield from (node for node in walk(expression.parsed.tree) if isinstance(node, Call) and node.function.text == "list_append")


def has_condition(expression: Expression) -> bool | None:
    """Does the request carry a condition? None: not known."""
    return expression.request.has("ConditionExpression")


def is_bounded(expression: Expression) -> bool | None:
    """Does the condition of the request ask for the size of something, so that a list cannot grow for ever? None: not known."""
    entry = expression.request.entry("ConditionExpression")
    if entry is None:
        return False if has_condition(expression) is False else None
    if not all(isinstance(option, Condition) or known_text(option) is not None for option in alternatives(entry.value)):
        return None
    return any(_asks_for_size(option) for option in alternatives(entry.value))


def _asks_for_size(condition: Value) -> bool:
    if isinstance(condition, Condition):
        parts = (leaf.operands[0] for leaf in condition.leaves() if leaf.operands)
        return any(isinstance(part, KeyPart) and part.name == Unknown("a size") for part in parts)
    return "size" in "".join(part for part in text_parts(condition) if isinstance(part, str)).lower()


def is_known_to_exist(expression: Expression, path: Path) -> bool:
    """Does this module set the attribute to begin with, or ask for it elsewhere before it counts? An attribute of which the name is not known may be."""
    facts, name = expression.operation.facts, path.head.resolved(_names(expression))
    set_here = (item.attribute(name) for item in facts.items if name is not None)
    if name is None or any(each is not None and _is_given(each.value) for each in set_here):
        return True
    updates = [each for each in facts.expressions if each.kind is Kind.UPDATE]
    others = (each for each in updates if each.operation.place != expression.operation.place)
    return any(name in _begun(each) for each in updates) or any(has_condition(each) is not False and name in _counted(each) for each in others)


def _begun(expression: Expression) -> set[str | None]:
    return {change.name for change in changes(expression.parsed, _names(expression)) if change.section == "SET" and change.placeholder is not None}


def _counted(expression: Expression) -> set[str | None]:
    return {path.head.resolved(_names(expression)) for _, path in own_reads(expression.parsed, _names(expression))}


def _names(expression: Expression) -> dict[str, str]:
    pairs = ((known_text(entry.key), known_text(entry.value)) for entry in (expression.names or Dict()).entries if entry.surely)
    return {key: name for key, name in pairs if key is not None and name is not None}


def _is_given(value: Value) -> bool:
    return not (isinstance(value, Unknown) and value.why == "computed by DynamoDB")
