"""Turns the place of a value that may be None into whether it is taken apart before the program can have looked at it."""

from __future__ import annotations

import libcst as cst

from dynalint.model.context import all_parents, block_after, exceptions, is_taken_apart
from dynalint.model.tree import At, dotted

# Who catches one of these lives with None in place of what is taken apart.
_CAUGHT = frozenset({"TypeError", "AttributeError", "Exception", "BaseException", ""})
_LATER = (cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.IfExp, cst.BooleanOperation, cst.BaseComp)


def is_granted(place: At) -> bool:
    """Is the value that `response.get("Item")` gives taken apart, at once or where its name is next spoken of, with no look at it in between?"""
    get = place.node
    if not isinstance(get, cst.Call) or not isinstance(get.func, cst.Attribute) or any(dotted(given.value) != "None" for given in get.args[1:]):
        return False  # it has a default
    if is_taken_apart(place):
        return not _is_caught(place, place.node)
    name, block = _name_given(place), block_after(place)
    if name is None or block is None:
        return False
    spoken_of = {name, dotted(get.func.value)}
    for later in block:
        parents = all_parents(later)
        first = next((node for node in parents if isinstance(node, cst.Name) and node.value in spoken_of), None)
        if first is not None:
            return first.value == name and _takes(first, later, parents) and not _is_caught(place, first)
        if any(isinstance(node, cst.SimpleString) and node.raw_value == "Item" for node in parents):
            return False
    return False


def _name_given(place: At) -> str | None:
    """The one name that the value is given, with or without an annotation."""
    above = place.chunk.parent(place.node)
    if isinstance(above, cst.Assign) and len(above.targets) == 1:
        target: cst.CSTNode = above.targets[0].target
    elif isinstance(above, cst.AnnAssign):
        target = above.target
    else:
        return None
    return target.value if isinstance(target, cst.Name) else None


def _takes(name: cst.Name, statement: cst.CSTNode, parents: dict[cst.CSTNode, cst.CSTNode]) -> bool:
    """Does the statement take apart what the name holds, whatever else is true?"""
    node: cst.CSTNode = name
    above = parents[node]
    taken = isinstance(above, cst.StarredDictElement) or (isinstance(above, cst.Arg) and above.star == "**")
    taken = taken or (isinstance(above, cst.Subscript | cst.Attribute) and above.value is name)
    while above is not statement:
        if isinstance(above, _LATER) and not _comes_first(above, node):
            return False
        node, above = above, parents[above]
    header = {cst.If: "test", cst.While: "test", cst.For: "iter"}.get(type(statement))
    return taken and (isinstance(statement, cst.SimpleStatementLine) if header is None else getattr(statement, header) is node)


def _comes_first(above: cst.CSTNode, node: cst.CSTNode) -> bool:
    """Is it the part that is looked at in any case: the left of `and`, the test of an `if`, what a comprehension goes over?"""
    if isinstance(above, cst.BooleanOperation):
        return above.left is node
    if isinstance(above, cst.IfExp):
        return above.test is node
    return isinstance(above, cst.BaseComp) and above.for_in is node and not above.for_in.ifs and above.for_in.inner_for_in is None


def _is_caught(place: At, node: cst.CSTNode) -> bool:
    """Is what fails there caught in its function?"""
    above = place.chunk.parent(node)
    while above is not None and not isinstance(above, cst.FunctionDef):
        if isinstance(above, cst.Try | cst.TryStar) and above.body is node and any(_CAUGHT & exceptions(each.type) for each in above.handlers):
            return True
        if isinstance(above, cst.With) and any(isinstance(each.item, cst.Call) and (dotted(each.item.func) or "").endswith("suppress") for each in above.items):
            return True
        node, above = above, place.chunk.parent(above)
    return False

