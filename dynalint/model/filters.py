"""Turns comparisons of items into questions, and an `if` in a loop over items into whether it drops any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from dynalint.model.tree import children, walk
from dynalint.model.values import Answer, Compare, Const, Test, Value, alternatives, known_text
from dynalint.words import words

if TYPE_CHECKING:
    from dynalint.model.record import Call

_OPPOSITE = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in", "is": "is not", "is not": "is", "has": "lacks",
    "lacks": "has", "true": "false", "false": "true",
}  # fmt: skip
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
# Questions that code asks before it uses an attribute, and that keep all items when all items have it.
GUARDS = frozenset({"has", "lacks", "true", "false", "is", "is not"})
_COLLECTING = frozenset(
    """
    append add extend insert update put put_item write setdefault appendleft writerow send put_nowait
    """.split()
)


def compared(left: Value, sign: str, right: Value, right_loaded: Value) -> list[Compare]:
    """The questions about items that one comparison asks."""
    found = [Compare(option, sign, right) for option in alternatives(left) if isinstance(option, Answer) and option.attribute is not None]
    for option in alternatives(right_loaded):
        if not isinstance(option, Answer):
            continue
        if sign in ("in", "not in"):
            key = known_text(left)
            if option.is_item and key is not None:
                found.append(Compare(option.step(key), "has" if sign == "in" else "lacks", Const(None)))
            elif option.attribute is not None:
                found.append(Compare(option, "contains" if sign == "in" else "not contains", left))
        elif option.attribute is not None and not any(isinstance(each, Answer) for each in alternatives(left)):
            found.append(Compare(option, _MIRROR.get(sign, sign), left))
    return found


@dataclass(frozen=True, slots=True)
class Presence:
    """A condition that asks whether a key of a response is there, and what either of its answers says of that."""

    call: Call
    key: str
    if_true: bool | None
    """Is it there where the condition is true? None: don't know."""
    if_false: bool | None

    @property
    def turned(self) -> Presence:
        """What the opposite condition asks."""
        return Presence(self.call, self.key, self.if_false, self.if_true)


def presence(test: cst.BaseExpression, evaluate: Callable[[cst.CSTNode], Value]) -> list[Presence]:
    """What a condition asks about the parts of responses: `"Item" in response`, `not response.get("Item")`, `item is None`, `len(items) == 0`."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return [each.turned for each in presence(test.expression, evaluate)]
    if isinstance(test, cst.BooleanOperation):
        # All parts of an `and` hold where it is true; nothing is known where it is false, and the reverse for `or`.
        both = isinstance(test.operator, cst.And)
        parts = [*presence(test.left, evaluate), *presence(test.right, evaluate)]
        return [Presence(each.call, each.key, each.if_true if both else None, None if both else each.if_false) for each in parts]
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        return _compared(test.left, test.comparisons[0].operator, test.comparisons[0].comparator, evaluate)
    if isinstance(test, cst.Call) and isinstance(test.func, cst.Name) and test.func.value in ("len", "bool", "list") and len(test.args) == 1:
        return presence(test.args[0].value, evaluate)
    if isinstance(test, cst.NamedExpr):
        return presence(test.value, evaluate)
    gets = isinstance(test, cst.Call) and isinstance(test.func, cst.Attribute) and test.func.attr.value == "get"
    if gets or isinstance(test, cst.Name | cst.Subscript):
        return [Presence(each.call, each.path[0], True, False) for each in _answers(evaluate(test)) if len(each.path) == 1]
    return []


def _compared(left: cst.BaseExpression, sign: cst.BaseCompOp, right: cst.BaseExpression, evaluate: Callable[[cst.CSTNode], Value]) -> list[Presence]:
    if isinstance(sign, cst.In | cst.NotIn):
        key, there = known_text(evaluate(left)), isinstance(sign, cst.In)
        return [Presence(each.call, key, there, not there) for each in _answers(evaluate(right)) if key is not None and not each.path]
    empty = evaluate(right)
    if isinstance(sign, cst.Is | cst.Equal) and isinstance(empty, Const) and not empty.value:
        return [each.turned for each in presence(left, evaluate)]
    unequal = isinstance(sign, cst.IsNot | cst.NotEqual) and isinstance(empty, Const) and not empty.value
    return presence(left, evaluate) if unequal or (isinstance(sign, cst.GreaterThan) and empty == Const(0)) else []


def _answers(value: Value) -> list[Answer]:
    return [option for option in alternatives(value) if isinstance(option, Answer)]


def questions(value: Value) -> tuple[Compare, ...]:
    """What a value asks about items when it is used as a condition."""
    found: list[Compare] = []
    for option in alternatives(value):
        if isinstance(option, Test):
            found += option.parts
        elif isinstance(option, Answer) and option.attribute is not None:
            found.append(Compare(option, "true", Const(None)))
    return tuple(found)


def truth(value: Value) -> Test | None:
    """A condition as a question about items, None where it is about something else."""
    parts = tuple(part for part in questions(value) if part.subject.path[:1] == ("Items",))
    any_of = any(isinstance(option, Test) and option.any_of for option in alternatives(value))
    return Test(parts, any_of) if parts else None


def leaves_out_nothing_else(turn: cst.CompFor) -> bool:
    """Does a comprehension over pairs keep all of them, or all but those that have no value: `for k, v in params.items() if v is not None`?"""
    pair = turn.target
    if not (isinstance(pair, cst.Tuple) and len(pair.elements) == 2):
        return False
    value = pair.elements[1].value
    return isinstance(value, cst.Name) and all(_wants_value(condition.test, value.value) for condition in turn.ifs)


def _wants_value(test: cst.BaseExpression, name: str) -> bool:
    if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
        return _wants_value(test.left, name) and _wants_value(test.right, name)
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        sign, other = test.comparisons[0].operator, test.comparisons[0].comparator
        listed = isinstance(sign, cst.NotIn) and isinstance(other, cst.Tuple | cst.List | cst.Set)
        others = [each.value for each in other.elements] if listed and isinstance(other, cst.Tuple | cst.List | cst.Set) else [other]
        asks = listed or isinstance(sign, cst.IsNot | cst.NotEqual)
        return asks and isinstance(test.left, cst.Name) and test.left.value == name and all(map(_is_nothing, others))
    return isinstance(test, cst.Name) and test.value == name


def _is_nothing(node: cst.BaseExpression) -> bool:
    """None, an empty text, an empty container."""
    if isinstance(node, cst.SimpleString):
        return node.raw_value == ""
    return (isinstance(node, cst.Name) and node.value == "None") or (isinstance(node, cst.List | cst.Dict | cst.Tuple) and not node.elements)


def is_about_items(value: Value) -> bool:
    """Does the value say something about an item?"""
    return any(isinstance(option, Test) or (isinstance(option, Answer) and option.attribute is not None) for option in alternatives(value))


def negated(test: Test) -> Test:
    """The question turned round."""
    parts = tuple(Compare(part.subject, _OPPOSITE.get(part.operator, "not " + part.operator), part.other) for part in test.parts)
    return Test(parts, not test.any_of if len(parts) > 1 else test.any_of)


def flagged(asked: Test, if_true: Value | None, if_false: Value | None) -> Test | None:
    """What a name asks of an item that holds one truth value where a question is answered by yes and another where by no; None where it does not."""
    if isinstance(if_true, Test) and isinstance(if_false, Const):
        asked, if_true, if_false = negated(asked), if_false, if_true
    if if_true not in (Const(True), Const(False)):
        return None
    if if_false == Const(if_true != Const(True)):
        return asked if if_true == Const(True) else negated(asked)
    if not isinstance(if_false, Test):
        return None
    # It was a flag before: `if old: keep = False`, `if wanted: keep = True`.
    if if_true == Const(True):
        return Test((*if_false.parts, *asked.parts), True)
    return Test((*if_false.parts, *negated(asked).parts), if_false.any_of or asked.any_of)


def dropped(branch: cst.If, bodies: tuple[cst.CSTNode, ...], target: cst.CSTNode | None, parts: tuple[Compare, ...]) -> str | None:
    """How this `if`, in a loop over items, decides which of them are used at all; None where it does not.

    `bodies` is the loop's body. It does where it skips the rest of the turn, leaves the loop with what it found, or alone holds all that
    is done with the item. It does not where every item is used whatever the answer (a conversion, a guard, a partition), where it leaves
    out only the one who asks, what was seen before, or all but the best.
    """
    siblings = _siblings(branch, bodies)
    if siblings is None or _is_one_of_several(branch, bodies):
        return None
    taken = _statements(branch.body)
    skips = bool(taken) and isinstance(taken[-1], cst.Continue)
    used = siblings[siblings.index(branch) + 1 :] if skips else taken
    if not _decides(branch, taken, skips, siblings, target) or _is_guard(branch, parts, used, target):
        return None
    if _leaves_out_itself(parts, skips) or _remembers(branch.test, bodies) or _is_best(branch.test, taken, target):
        return None
    return "a count" if not skips and all(_counts(each) for each in taken) else "an if in a for loop"


def _is_one_of_several(branch: cst.If, bodies: tuple[cst.CSTNode, ...]) -> bool:
    """Is it the elif of an if that does something too? Then the items are sorted into kinds."""
    parents = (below for body in bodies for below in walk(body) if isinstance(below, cst.If) and below.orelse is branch)
    return any(not all(_counts(each) or isinstance(each, cst.Continue | cst.Pass) for each in _statements(parent.body)) for parent in parents)


def _decides(branch: cst.If, taken: list[cst.CSTNode], skips: bool, siblings: list[cst.CSTNode], target: cst.CSTNode | None) -> bool:
    if skips:
        return branch.orelse is None and any(_does_something(node, target) for node in siblings[siblings.index(branch) + 1 :])
    if branch.orelse is not None:
        other = _statements(branch.orelse.body) if isinstance(branch.orelse, cst.Else) else [branch.orelse]
        return not any(_does_something(each, target) for each in other) and any(_does_something(each, target) for each in taken)
    if taken and isinstance(taken[-1], cst.Return | cst.Break):
        return True
    if not any(_does_something(each, target) for each in taken):
        return False
    return not any(_collects(node, target) for node in siblings if node is not branch)


def _is_guard(branch: cst.If, parts: tuple[Compare, ...], used: list[cst.CSTNode], target: cst.CSTNode | None) -> bool:
    """Does it only ask whether there is something in the attribute that is used then?"""
    if not all(part.operator in GUARDS for part in parts):
        return False
    said = {below.value for node in used for below in walk(node) if isinstance(below, cst.Name)}
    said |= {below.attr.value for node in used for below in walk(node) if isinstance(below, cst.Attribute)}
    said |= {below.raw_value for node in used for below in walk(node) if isinstance(below, cst.SimpleString)}
    asked = {below.value for below in walk(branch.test) if isinstance(below, cst.Name)} - _names(target)
    return any(part.subject.attribute in said for part in parts) or bool(asked & said)


def _leaves_out_itself(parts: tuple[Compare, ...], skips: bool) -> bool:
    """Does the comparison leave out one thing only, such as the sender of a broadcast?"""
    if len(parts) != 1 or parts[0].operator != ("==" if skips else "!=") or isinstance(parts[0].other, Const):
        return False
    return bool(set(words(parts[0].subject.attribute or "")) & {"id", "key", "pk", "sk", "uuid", "connection", "name"})


def _remembers(test: cst.CSTNode, bodies: tuple[cst.CSTNode, ...]) -> bool:
    """Does it ask whether something was seen before, in a container that the loop itself fills?"""
    asked = {
        comparator.value
        for below in walk(test)
        if isinstance(below, cst.Comparison)
        for each in below.comparisons
        if isinstance(each.operator, cst.In | cst.NotIn) and isinstance(comparator := each.comparator, cst.Name)
    }
    if not asked:
        return False
    for node in (below for body in bodies for below in walk(body)):
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in _COLLECTING:
            owner: cst.CSTNode | None = node.func.value
        else:
            owner = node.target.value if isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Subscript) else None
        if isinstance(owner, cst.Name) and owner.value in asked:
            return True
    return False


def _is_best(test: cst.CSTNode, taken: list[cst.CSTNode], target: cst.CSTNode | None) -> bool:
    """Is the other side of the comparison what the branch sets, as where the largest of all is looked for?"""
    asked = {below.value for below in walk(test) if isinstance(below, cst.Name)} - _names(target)
    bound = {each.target.value for node in taken if isinstance(node, cst.Assign) for each in node.targets if isinstance(each.target, cst.Name)}
    orders = any(
        isinstance(each.operator, cst.GreaterThan | cst.LessThan | cst.GreaterThanEqual | cst.LessThanEqual)
        for below in walk(test)
        if isinstance(below, cst.Comparison)
        for each in below.comparisons
    )
    return orders and bool(asked & bound)


def only_answers(definition: object) -> bool:
    """Does a function do nothing but answer? One that does something with an item first has not dropped it."""
    if not isinstance(definition, cst.FunctionDef):
        return False
    return not any(_acts(node) for node in walk(definition.body))


def _acts(node: cst.CSTNode) -> bool:
    """Does a node by itself change something, or tell somebody else to?"""
    if isinstance(node, cst.Expr):
        return not (is_logging(node.value.func) if isinstance(node.value, cst.Call) else isinstance(node.value, cst.SimpleString))
    if isinstance(node, cst.AssignTarget):
        return not isinstance(node.target, cst.Name)
    return isinstance(node, cst.AugAssign | cst.Del | cst.With | cst.Yield | cst.Global | cst.Nonlocal)


def _counts(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.AugAssign) and isinstance(node.value, cst.Integer)


def _siblings(branch: cst.If, bodies: tuple[cst.CSTNode, ...]) -> list[cst.CSTNode] | None:
    """The statements of the innermost block of the loop's body that the `if` stands in."""
    waiting: list[list[cst.CSTNode]] = [list(bodies)]
    while waiting:
        block = waiting.pop()
        if branch in block:
            return block
        for node in block:
            if isinstance(node, cst.If | cst.Try | cst.With | cst.Else | cst.TryStar | cst.ExceptHandler):
                below = list(children(node))
                for child in below:
                    if isinstance(child, cst.IndentedBlock | cst.SimpleStatementSuite):
                        waiting.append(list(child.body))
                    elif isinstance(child, cst.If):
                        waiting.append([child])
                    elif isinstance(child, cst.Else | cst.ExceptHandler):
                        waiting.append(list(child.body.body))
    return None


def _statements(block: cst.BaseSuite) -> list[cst.CSTNode]:
    found: list[cst.CSTNode] = []
    for node in block.body:
        found += node.body if isinstance(node, cst.SimpleStatementLine) else [node]
    return found


def _mentions(node: cst.CSTNode, names: frozenset[str]) -> bool:
    return any(isinstance(below, cst.Name) and below.value in names for below in walk(node))


def _names(target: cst.CSTNode | None) -> frozenset[str]:
    return frozenset(below.value for below in walk(target) if isinstance(below, cst.Name)) if target is not None else frozenset()


def _does_something(node: cst.CSTNode, target: cst.CSTNode | None) -> bool:
    """Is it more than a change of the item itself, or a word in the log?"""
    for part in node.body if isinstance(node, cst.SimpleStatementLine) else [node]:
        if isinstance(part, cst.Pass | cst.Continue):
            continue
        if isinstance(part, cst.Assign) and all(_is_part_of(each.target, _names(target)) for each in part.targets):
            continue
        if isinstance(part, cst.Assign) and all(isinstance(each.target, cst.Name) for each in part.targets) and not _mentions(part.value, _names(target)):
            continue  # it only gives a name to something
        if isinstance(part, cst.Del) and _is_part_of(part.target, _names(target)):
            continue
        if isinstance(part, cst.Expr) and isinstance(part.value, cst.Call) and is_logging(part.value.func):
            continue
        return True
    return False


def _is_part_of(node: cst.CSTNode, names: frozenset[str]) -> bool:
    while isinstance(node, cst.Subscript | cst.Attribute):
        node = node.value
        if isinstance(node, cst.Name):
            return node.value in names
    return False


def is_logging(func: cst.CSTNode) -> bool:
    """Is this function one that only tells somebody: print, logger.info?"""
    if isinstance(func, cst.Name):
        return func.value in ("print", "pprint")
    head = func
    while isinstance(head, cst.Attribute):
        head = head.value
    name = head.value if isinstance(head, cst.Name) else ""
    last = func.attr.value if isinstance(func, cst.Attribute) else ""
    return last in ("debug", "info", "warning", "warn", "error", "exception", "critical", "log") and (
        "log" in name.lower() or name in ("self", "cls", "app", "current_app")
    )


def _collects(node: cst.CSTNode, target: cst.CSTNode | None) -> bool:
    """Is the item kept or used by this statement, whatever its neighbours do?"""
    names = _names(target)
    for below in walk(node):
        if isinstance(below, cst.Yield) or (isinstance(below, cst.AugAssign) and not _counts(below)):
            return True
        if isinstance(below, cst.Call) and isinstance(below.func, cst.Attribute) and below.func.attr.value in _COLLECTING and not is_logging(below.func):
            return True
        if isinstance(below, cst.Assign) and any(isinstance(each.target, cst.Subscript) and not _is_part_of(each.target, names) for each in below.targets):
            return True
    return False
