"""Turns the tree of an expression into what is wrong with it although its syntax is right.

Nothing is said about values: which types they have is not in the text. Nothing is said either where a hole could make it right.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TypeGuard

from dynalint.language.problems import Fault, Kind, Problem
from dynalint.language.tokens import HOLE
from dynalint.language.tree import (
    Between,
    Call,
    Comparison,
    Condition,
    Gap,
    Index,
    Logic,
    Membership,
    Names,
    Node,
    Not,
    Operand,
    Path,
    Projection,
    Tree,
    Update,
    Value,
    children,
    walk,
)

# How many operands each function takes: developer guide, Expressions.OperatorsAndFunctions.html and Expressions.UpdateExpressions.html.
CONDITION_FUNCTIONS = {"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2, "size": 1}
UPDATE_FUNCTIONS = {"if_not_exists": 2, "list_append": 2}
# The first operand of these says where something stands.
_NEED_PATH = frozenset({"attribute_exists", "attribute_not_exists", "if_not_exists"})
_NOT_IN_KEY_CONDITIONS = CONDITION_FUNCTIONS.keys() - {"begins_with", "size"}
MOST_OPTIONS = 100
"""Operands of IN: developer guide, Expressions.OperatorsAndFunctions.html."""


def faults(tree: Tree | None, text: str, kind: Kind, names: Names) -> Iterator[Problem]:
    """The faults of an expression with right syntax."""
    if isinstance(tree, Update):
        yield from _calls(tree, text, UPDATE_FUNCTIONS)
        yield from _repeated_sections(tree)
        yield from _collisions([action.path for action in tree.actions], names)
    elif isinstance(tree, Projection):
        yield from _collisions(list(tree.paths), names)
    elif tree is not None:
        yield from _calls(tree, text, CONDITION_FUNCTIONS)
        yield from _same_operands(tree, text, names)
        yield from _long_lists(tree, text)
        if HOLE not in text:  # a hole may hold one end of what goes together, such as `a BETWEEN :low`
            yield from _misplaced_in(tree)
            yield from _key_conditions(tree, names) if kind is Kind.KEY_CONDITION else ()


def shown(path: Path, names: Names) -> str:
    """A path as DynamoDB shows it in its errors: `[a, b, [0]]`."""
    return "[" + ", ".join(f"[{step.number}]" if isinstance(step, Index) else step.identity(names) or HOLE for step in path.steps) + "]"


# Functions


def _is_known(node: Node, text: str) -> bool:
    return HOLE not in text[node.start : node.end]


def _calls(tree: Tree, text: str, known: dict[str, int]) -> Iterator[Problem]:
    for call in walk(tree):
        if not isinstance(call, Call) or HOLE in call.function.text:
            continue
        name, count = call.function, len(call.arguments)
        if name.text not in known:
            is_known = name.text in CONDITION_FUNCTIONS or name.text in UPDATE_FUNCTIONS
            yield Problem(Fault.MISPLACED_FUNCTION if is_known else Fault.UNKNOWN_FUNCTION, name.text, name.start, name.end)
        elif _is_known(call, text) and count != known[name.text]:
            yield Problem(Fault.OPERAND_COUNT, name.text, name.start, call.end, str(count))
        elif _is_known(call, text):
            yield from _operands(call)


def _operands(call: Call) -> Iterator[Problem]:
    name, first, last = call.function.text, call.arguments[0], call.arguments[-1]
    if name in _NEED_PATH and not isinstance(first, Path):
        yield Problem(Fault.PATH_REQUIRED, name, first.start, first.end)
    elif name == "attribute_type" and not isinstance(last, Value):
        yield Problem(Fault.OPERAND_TYPE, name, last.start, last.end)
    elif name in ("begins_with", "size"):
        yield from (Problem(Fault.OPERAND_TYPE, name, operand.start, operand.end) for operand in call.arguments if _is_size(operand))


def _misplaced_in(condition: Condition) -> Iterator[Problem]:
    """`size` gives a number, the other functions true or false: each has its places."""
    if isinstance(condition, Not | Logic):
        for part in (condition.condition,) if isinstance(condition, Not) else condition.conditions:
            yield from _misplaced_in(part)
        return
    if _is_size(condition):
        yield _misplaced(condition)
    for operand in walk(condition):
        if isinstance(operand, Call) and operand is not condition and operand.function.text in CONDITION_FUNCTIONS and not _is_size(operand):
            yield _misplaced(operand)


def _misplaced(call: Call) -> Problem:
    return Problem(Fault.MISPLACED_FUNCTION, call.function.text, call.function.start, call.function.end)


def _is_size(node: Node) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.function.text == "size"


# Operands


def _same_operands(tree: Condition, text: str, names: Names) -> Iterator[Problem]:
    for node in walk(tree):
        if not _is_known(node, text):
            continue
        if isinstance(node, Comparison):
            yield from _same(node.operator, node.left, node.right, names)
        elif isinstance(node, Call) and CONDITION_FUNCTIONS.get(node.function.text) == len(node.arguments) == 2:
            yield from _same(node.function.text, *node.arguments, names)


def _same(operator: str, left: Operand, right: Operand, names: Names) -> Iterator[Problem]:
    if isinstance(left, Path) and isinstance(right, Path) and (identity := left.identity(names)) is not None and identity == right.identity(names):
        yield Problem(Fault.SAME_OPERAND, operator, left.start, right.end, shown(left, names))


def _long_lists(tree: Condition, text: str) -> Iterator[Problem]:
    for node in walk(tree):
        if isinstance(node, Membership) and _is_known(node, text) and len(node.options) > MOST_OPTIONS:
            yield Problem(Fault.TOO_MANY_OPERANDS, "IN", node.start, node.end, str(len(node.options)))


# Updates and projections


def _repeated_sections(update: Update) -> Iterator[Problem]:
    seen: set[str] = set()
    for section in update.sections:
        if section.keyword in seen:
            yield Problem(Fault.REPEATED_SECTION, section.keyword, section.start, section.end)
        seen.add(section.keyword)


def _collisions(paths: list[Path | Gap], names: Names) -> Iterator[Problem]:
    known = [(path, identity) for path in paths if isinstance(path, Path) and (identity := path.identity(names)) is not None]
    for (one, left), (two, right) in combinations(known, 2):
        differing = next(((a, b) for a, b in zip(left, right, strict=False) if a != b), None)
        if differing is None:
            yield Problem(Fault.OVERLAPPING_PATHS, shown(two, names), two.start, two.end, shown(one, names))
        elif isinstance(differing[0], int) is not isinstance(differing[1], int):
            yield Problem(Fault.CONFLICTING_PATHS, shown(two, names), two.start, two.end, shown(one, names))


# Key conditions


def _key_conditions(tree: Condition, names: Names) -> Iterator[Problem]:
    """What a key condition must not be, whatever the key is."""
    seen: set[str] = set()
    for leaf in _leaves(tree):
        if isinstance(leaf, Problem):
            yield leaf
            continue
        yield from _key_condition(leaf, names)
        name = next((operand.head.identity(names) for operand in children(leaf) if isinstance(operand, Path)), None)
        if name is not None and name in seen:
            yield Problem(Fault.KEY_REPEATED, name, leaf.start, leaf.end)
        seen.update(() if name is None else (name,))


def _leaves(node: Condition) -> Iterator[Comparison | Between | Call | Problem]:
    """The tests that AND joins, and what may not stand among them."""
    match node:
        case Logic(operator="AND"):
            for condition in node.conditions:
                yield from _leaves(condition)
        case Logic() | Not() | Membership() | Comparison(operator="<>"):
            operator = {Not: "NOT", Membership: "IN", Comparison: "<>"}.get(type(node), "OR")
            yield Problem(Fault.KEY_OPERATOR, operator, node.start, node.end)
        case Call() if node.function.text in _NOT_IN_KEY_CONDITIONS:
            yield Problem(Fault.KEY_OPERATOR, node.function.text, node.function.start, node.function.end)
        case Call() if node.function.text not in CONDITION_FUNCTIONS:
            pass  # there is no such function: that is said already
        case Comparison() | Between() | Call():
            yield node


def _key_condition(leaf: Comparison | Between | Call, names: Names) -> Iterator[Problem]:
    operands = (leaf,) if _is_size(leaf) else children(leaf)
    paths = [operand for operand in operands if isinstance(operand, Path)]
    nested = [operand for operand in operands if isinstance(operand, Call)]
    yield from (Problem(Fault.KEY_NESTED_OPERATION, call.function.text, call.start, call.end) for call in nested)
    yield from (Problem(Fault.KEY_NESTED_PATH, shown(path, names), path.start, path.end) for path in paths if path.is_nested)
    yield from (Problem(Fault.KEY_SEVERAL_ATTRIBUTES, shown(path, names), path.start, path.end) for path in paths[1:])
    if not isinstance(leaf, Comparison) and not _is_size(leaf) and not isinstance(operands[0], Path):
        yield Problem(Fault.KEY_NOT_FIRST, leaf.function.text if isinstance(leaf, Call) else "BETWEEN", operands[0].start, operands[0].end)
    elif not paths and not nested:
        yield Problem(Fault.KEY_NO_ATTRIBUTE, "", leaf.start, leaf.end)
