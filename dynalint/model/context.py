"""Turns places into how they lie to each other in the program: what is a statement, what follows what, which names are used where."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

import libcst as cst

from dynalint.model.filters import is_logging
from dynalint.model.tree import At, children, dotted, walk
from dynalint.source import Span

_WORD = re.compile(r"\w+")
_LEAVES = (cst.Return, cst.Raise, cst.Break)
_ENDS = (*_LEAVES, cst.Continue)
_CHOICES = (cst.If, cst.IfExp, cst.BooleanOperation, cst.For, cst.While, cst.Match, cst.ExceptHandler, cst.ExceptStarHandler)
# What only makes values, and asks nobody for them.
_PLAIN = frozenset({*dir(builtins), "json", "uuid", "time", "datetime", "timedelta", "copy", "deepcopy", "Decimal", "uuid4"})


def is_statement(place: At) -> bool:
    """Is the expression a statement of its own, so that what it gives is dropped?"""
    above = place.chunk.parent(place.node)
    while isinstance(above, cst.Await):
        above = place.chunk.parent(above)
    return isinstance(above, cst.Expr)


def is_dropped(place: At) -> bool:
    """Is the expression a statement of its own, without an `await` that would wait for it?"""
    return isinstance(place.chunk.parent(place.node), cst.Expr)


def is_only_taken_apart(place: At) -> bool:
    """Is the value given a name of which the function then only takes elements, attributes and methods, and which it neither awaits nor gives to anybody?"""
    name, function = assigned_name(place), enclosing_function(place)
    if name is None or function is None:
        return False
    taken = False
    for node in walk(function):
        if isinstance(node, cst.FormattedString) and any(isinstance(each, cst.Name) and each.value == name for each in _spelt_out(node)):
            return False
        if not (isinstance(node, cst.Name) and node.value == name):
            continue
        above = place.chunk.parent(node)
        if isinstance(above, cst.AssignTarget) and place.chunk.parent(above) is place.chunk.parent(place.node):
            continue
        if not (isinstance(above, cst.Subscript | cst.Attribute) and above.value is node) or _is_inner(above):
            return False
        taken = True
    return taken


def is_in_plain_with(place: At) -> bool:
    """Is the expression what a `with`, and no `async with`, enters?"""
    above = place.chunk.parent(place.node)
    statement = place.chunk.parent(above) if isinstance(above, cst.WithItem) else None
    return isinstance(statement, cst.With) and statement.asynchronous is None


def is_called(place: At, name: str) -> bool:
    """Is it a call of a method by this name, and no method that is only handed on, as in `to_thread(table.scan)`?"""
    return isinstance(place.node, cst.Call) and isinstance(place.node.func, cst.Attribute) and place.node.func.attr.value == name


def swallowing(place: At, broad: frozenset[str]) -> str | None:
    """What catches the errors of a call and says nothing of them: the name of the exception, "" for a bare `except`; None where nothing does.

    `broad` are the last names of the exceptions that are meant.
    """
    inner = place.node
    for above in _above(place):
        if isinstance(above, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            return None
        if isinstance(above, cst.Try | cst.TryStar) and above.body is inner:
            for handler in above.handlers:
                caught = exceptions(handler.type)
                if found := broad & caught:
                    return min(found) if _says_nothing(handler.body) and not (_goes_on(handler.body) and _is_tried_again(place, above)) else None
        if isinstance(above, cst.With):
            for item in above.items:
                call = item.item
                if isinstance(call, cst.Call) and (dotted(call.func) or "").rpartition(".")[2] == "suppress":
                    found = broad & {name for arg in call.args for name in exceptions(arg.value)}
                    if found:
                        return min(found)
        inner = above
    return None


def exceptions(kind: cst.BaseExpression | None) -> frozenset[str]:
    """The last names of the exceptions that an `except` names, "" where it names none."""
    nodes = [each.value for each in kind.elements] if isinstance(kind, cst.Tuple) else [kind] if kind is not None else []
    return frozenset((dotted(node) or "?").rpartition(".")[2] for node in nodes) if nodes else frozenset({""})


def _goes_on(body: cst.BaseSuite) -> bool:
    """Does a block not end its function or its loop?"""
    return not any(isinstance(node, cst.Return | cst.Break) for node in walk(body))


def _is_tried_again(place: At, attempt: cst.Try | cst.TryStar) -> bool:
    """Does a loop come back to a `try` that leaves it once all has gone well?"""
    around = _above_node(place, attempt)
    loop = next((each for each in around if isinstance(each, cst.For | cst.While | cst.FunctionDef | cst.Lambda)), None)
    ends = (attempt.body, *([attempt.orelse] if attempt.orelse is not None else []))
    return isinstance(loop, cst.For | cst.While) and any(isinstance(node, cst.Return | cst.Break) for end in ends for node in walk(end))


def _says_nothing(body: cst.BaseSuite) -> bool:
    """Does a block only go on, or give back a value that says nothing of what happened?"""
    for line in body.body:
        for node in line.body if isinstance(line, cst.SimpleStatementLine) else [line]:
            if isinstance(node, cst.Return):
                if node.value is not None and not (isinstance(node.value, cst.Name) and node.value.value in ("None", "False")):
                    return False
            elif isinstance(node, cst.Expr):
                if not isinstance(node.value, cst.Ellipsis | cst.SimpleString):
                    return False
            elif not isinstance(node, cst.Pass | cst.Continue | cst.Break):
                return False
    return True


def is_awaited(place: At) -> bool:
    """Is the expression what an `await` waits for?"""
    return isinstance(place.chunk.parent(place.node), cst.Await)


def is_awaited_by_name(place: At) -> bool:
    """Does the function await something by the name that the expression's value is given?"""
    name, function = assigned_name(place), enclosing_function(place)
    return function is not None and name in place.chunk.awaited_names.get(function, ())


def is_taken_apart(place: At) -> bool:
    """Is an element or an attribute of the expression's value taken at once: `call()["Item"]`, `call().get("Item")`?

    Names that begin with `_` are Python's own affair: `await make().__aenter__()` does by hand what `async with` does.
    """
    above = place.chunk.parent(place.node)
    return isinstance(above, cst.Subscript | cst.Attribute) and above.value is place.node and not _is_inner(above)


def _is_inner(node: cst.CSTNode | None) -> bool:
    return isinstance(node, cst.Attribute) and node.attr.value[:1] == "_"


def assigned_name(place: At) -> str | None:
    """The one name that the expression's value is given: the x of `x = call()`."""
    above = place.chunk.parent(place.node)
    target = above.targets[0].target if isinstance(above, cst.Assign) and len(above.targets) == 1 else None
    return target.value if isinstance(target, cst.Name) else None


def enclosing_function(place: At) -> cst.FunctionDef | cst.Lambda | None:
    """The innermost function that a place lies in."""
    return next((each for each in _above(place) if isinstance(each, cst.FunctionDef | cst.Lambda)), None)


def is_in_async(place: At) -> bool:
    """Does the code stand directly in an `async def`, and not in a plain function or a lambda in it?"""
    function = enclosing_function(place)
    return isinstance(function, cst.FunctionDef) and function.asynchronous is not None


def parameter_names(place: At) -> tuple[str, ...]:
    """The parameters of the function of a module's top level that a place lies directly in; none for methods and functions in functions."""
    function = enclosing_function(place)
    if not isinstance(function, cst.FunctionDef) or place.chunk.parent(function) is not None or place.chunk.piece.member:
        return ()
    return tuple(param.name.value for param in (*function.params.posonly_params, *function.params.params))


def statement_text(place: At) -> str:
    """The text of the simple statement that an expression stands in, up to the expression."""
    node = next((each for each in _above(place) if isinstance(each, cst.BaseSmallStatement)), place.node)
    start, end = place.chunk.span(node), place.span
    return place.source.slice(Span(start.line, start.column, end.line, end.column))


def function_text(place: At) -> str:
    """The text of the outermost function or class that a place lies in; outside of those all of the file."""
    piece = place.chunk.piece
    return place.source.text if piece.kind == "code" else place.source.block(place.chunk.first, place.chunk.last)


def is_one_block(one: At, two: At) -> bool:
    """Are both statements of one block, the first before the second? Whoever comes to the second has then been at the first."""
    if not (is_statement(one) and is_statement(two)):
        return False
    first, second = _place_in_block(one, one.node), _place_in_block(two, two.node)
    if first is None or second is None:
        return False
    if first[0] is one.chunk.body and second[0] is two.chunk.body and _is_script(one, two):
        return True
    return first[0] is second[0] and first[1] < second[1]


def follows(first: At, second: At) -> Sequence[str] | None:
    """The names that stand between two expressions where the program goes on from the first to the second; None where it does not."""
    inside = {id(node) for node in (second.node, *_above(second))}
    passed: list[str] = []
    node: cst.CSTNode | None = first.node
    while node is not None and (spot := _place_in_block(first, node)) is not None:
        block, index = spot
        for later in block[index + 1 :]:
            if id(later) in inside:
                return [*passed, *_names_before(later, second)]
            if _ends(later):
                return None
            passed += _names(later)
        node = _owner(first, block[index])
        if id(node) in inside:
            return None  # another branch of one statement
        if node is None and block is first.chunk.body and _is_script(first, second):
            return [*passed, *_WORD.findall(first.source.block(first.chunk.last + 1, second.chunk.first - 1)), *_names_before(second.chunk.body[0], second)]
    return None


def _is_script(first: At, second: At) -> bool:
    """Do both stand in statements of a module's own code, one after the other?"""
    kinds = {first.chunk.piece.kind, second.chunk.piece.kind}
    return kinds == {"code"} and not (first.chunk.piece.member or second.chunk.piece.member) and first.chunk.last < second.chunk.first


def block_after(place: At) -> Sequence[cst.CSTNode] | None:
    """The statements that follow in the block of a place's own statement; None where it is not known."""
    spot = _place_in_block(place, place.node)
    return spot[0][spot[1] + 1 :] if spot is not None else None


def is_in_handler(place: At, around: At) -> bool:
    """Does it stand in an `except` inside of another statement?"""
    for node in _above(place):
        if node is around.node:
            return False
        if isinstance(node, cst.ExceptHandler | cst.ExceptStarHandler):
            return True
    return False


def ends_loop(place: At, loop: At) -> bool:
    """Does the turn of the loop that comes here end it: by what follows in the blocks around, or by its own statement?"""
    if any(isinstance(each, _LEAVES) for each in _above(place)):
        return True
    node: cst.CSTNode | None = place.node
    while node is not None and node is not loop.node and (spot := _place_in_block(place, node)) is not None:
        block, index = spot
        if any(_ends(later, _LEAVES) for later in block[index + 1 :]):
            return True
        node = _owner(place, block[index])
    return False


def looked_up(test: cst.BaseExpression) -> tuple[cst.BaseExpression, cst.Name] | None:
    """The text that `"k" in x`, `"k" in x.keys()` and `x.get("k")` look for, and the name of that in which they do."""
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1 and isinstance(test.comparisons[0].operator, cst.In):
        key, held = test.left, test.comparisons[0].comparator
        if isinstance(held, cst.Call) and isinstance(held.func, cst.Attribute) and held.func.attr.value == "keys" and not held.args:
            held = held.func.value
    elif isinstance(test, cst.Call) and isinstance(test.func, cst.Attribute) and test.func.attr.value == "get" and len(test.args) == 1:
        key, held = test.args[0].value, test.func.value
    else:
        return None
    return (key, held) if isinstance(key, cst.SimpleString) and isinstance(held, cst.Name) else None


def not_none(test: cst.BaseExpression) -> tuple[frozenset[str], frozenset[str]]:
    """The names that surely stand for something else than None: where a test is true, and where it is false."""
    nothing: frozenset[str] = frozenset()
    match test:
        case cst.Name():
            return frozenset({test.value}), nothing
        case cst.NamedExpr(target=cst.Name(value=name)):
            return frozenset({name}), nothing
        case cst.UnaryOperation(operator=cst.Not()):
            if_true, if_false = not_none(test.expression)
            return if_false, if_true
        case cst.BooleanOperation():
            left, right = not_none(test.left), not_none(test.right)
            both = isinstance(test.operator, cst.And)
            return (left[0] | right[0], left[1] & right[1]) if both else (left[0] & right[0], left[1] | right[1])
        case cst.Comparison(left=cst.Name(value=name), comparisons=[cst.ComparisonTarget(operator=sign, comparator=cst.Name(value="None"))]):
            found = frozenset({name})
            return (found if isinstance(sign, cst.IsNot | cst.NotEqual) else nothing), (found if isinstance(sign, cst.Is | cst.Equal) else nothing)
        case _:
            return nothing, nothing


def bound_names(place: At) -> frozenset[str]:
    """The names that the code of a place gives values to."""
    targets = (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.CompFor, cst.NamedExpr)
    given = [node.target if isinstance(node, targets) else node.name for node in walk(place.node) if isinstance(node, (*targets, cst.AsName))]
    return frozenset(name for target in given for name in _plain_names(target))


def is_all_of_turn(call: At, loop: At) -> bool:
    """Does each turn of a `for` loop, or of a comprehension, do nothing but this call, besides making what the call is given, and telling of it?"""
    for above in _above(call):
        if above is loop.node:
            break
        if isinstance(above, (*_CHOICES, cst.FunctionDef)):
            return False
    plain = bound_names(loop) | _PLAIN
    own = {id(node) for node in walk(call.node)}
    calls = [node for node in walk(loop.node) if isinstance(node, cst.Call) and id(node) not in own]
    over = {id(node) for node in walk(loop.node.iter)} if isinstance(loop.node, cst.For) else set()
    return all(id(node) in over or is_logging(node.func) or _root(node) in plain for node in calls)


def _root(node: cst.CSTNode) -> str | None:
    """The name that a chain of attributes, calls and indexes begins with."""
    while isinstance(node, cst.Call | cst.Attribute | cst.Subscript | cst.Await):
        node = node.func if isinstance(node, cst.Call) else node.expression if isinstance(node, cst.Await) else node.value
    return node.value if isinstance(node, cst.Name) else None


def turned_names(place: At) -> frozenset[str]:
    """The names that each turn of a `for` loop, or of a comprehension, gives a value to."""
    node = place.node
    target = node.target if isinstance(node, cst.For) else node.for_in.target if isinstance(node, cst.BaseComp) else None
    return frozenset(_plain_names(target)) if target is not None else frozenset()


def _plain_names(target: cst.CSTNode) -> Iterator[str]:
    """The names in a target; `x["a"]` and `x.a` give x no other value."""
    if isinstance(target, cst.Name):
        yield target.value
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _plain_names(element.value)


def used_names(place: At) -> frozenset[str]:
    """The names that an expression uses; `()` among them where it calls something, whose answer may be another one each time."""
    nodes = list(_spelt_out(place.node))
    names = {node.value for node in nodes if isinstance(node, cst.Name)}
    return frozenset(names | ({"()"} if any(isinstance(node, cst.Call) for node in nodes) else set()))


def _spelt_out(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all below it, what stands in the braces of f-strings too."""
    for each in walk(node):
        yield each
        if isinstance(each, cst.FormattedString):
            for part in each.parts:
                if isinstance(part, cst.FormattedStringExpression):
                    yield from _spelt_out(part.expression)


def all_parents(top: cst.CSTNode) -> dict[cst.CSTNode, cst.CSTNode]:
    """All nodes below one, with the node right above each, in the order of the text; what stands in the braces of f-strings too."""
    found: dict[cst.CSTNode, cst.CSTNode] = {}
    waiting = [(top, top)]
    while waiting:
        node, above = waiting.pop()
        found[node] = above
        parts = node.parts if isinstance(node, cst.FormattedString) else ()
        below = [*children(node), *(part.expression for part in parts if isinstance(part, cst.FormattedStringExpression))]
        waiting += [(each, node) for each in reversed(below)]
    del found[top]
    return found


def iterated_text(place: At) -> str:
    """What a `for` loop, or a comprehension, goes over, as it is written; "" for other code."""
    node = place.node
    over = node.iter if isinstance(node, cst.For) else node.for_in.iter if isinstance(node, cst.BaseComp) else None
    return place.source.slice(place.chunk.span(over)) if over is not None else ""


def _above(place: At) -> Iterator[cst.CSTNode]:
    return _above_node(place, place.node)


def _above_node(place: At, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    above = place.chunk.parent(node)
    while above is not None:
        yield above
        above = place.chunk.parent(above)


def _place_in_block(place: At, node: cst.CSTNode) -> tuple[Sequence[cst.CSTNode], int] | None:
    """The innermost block that a node stands in, and which of its statements it is or lies in."""
    current = node
    for above in _above_node(place, node):
        if isinstance(above, cst.IndentedBlock | cst.SimpleStatementSuite):
            return above.body, _index(above.body, current)
        current = above
    body = place.chunk.body
    return (body, _index(body, current)) if any(each is current for each in body) else None


def _index(body: Sequence[cst.CSTNode], node: cst.CSTNode) -> int:
    return next(index for index, each in enumerate(body) if each is node)


def _owner(place: At, node: cst.CSTNode) -> cst.CSTNode | None:
    """The compound statement around a statement, in the same function."""
    for above in _above_node(place, node):
        if isinstance(above, cst.FunctionDef | cst.ClassDef):
            return None
        if isinstance(above, cst.If | cst.For | cst.While | cst.With | cst.Try | cst.TryStar | cst.Match):
            return above
    return None


def _ends(node: cst.CSTNode, kinds: tuple[type[cst.CSTNode], ...] = _ENDS) -> bool:
    """Does a statement leave its block by one of these, or by an exit of the program?"""
    parts = node.body if isinstance(node, cst.SimpleStatementLine) else [node]
    return any(isinstance(each, kinds) or _is_exit(each) for each in parts)


def _is_exit(node: cst.CSTNode) -> bool:
    call = node.value if isinstance(node, cst.Expr) else None
    return isinstance(call, cst.Call) and (dotted(call.func) or "").rpartition(".")[2] in ("exit", "abort")


def _names(node: cst.CSTNode) -> list[str]:
    return [name for each in walk(node) for name in _said(each)]


def _names_before(node: cst.CSTNode, place: At) -> list[str]:
    """The names in a statement that come before a place in it."""
    return [name for each in takewhile(lambda each: each is not place.node, walk(node)) for name in _said(each)]


def _said(node: cst.CSTNode) -> list[str]:
    """What one node says by itself."""
    if isinstance(node, cst.Name):
        return [node.value]
    return [node.attr.value] if isinstance(node, cst.Attribute) else [node.raw_value] if isinstance(node, cst.SimpleString) else []
