"""Turns the place of a value into whether the program does nothing with it but count it, or tell people of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import libcst as cst

from dynalint.model.context import all_parents, enclosing_function
from dynalint.model.filters import is_logging
from dynalint.model.tree import At, dotted

# Methods that give what is in it, or another form of it.
_SAME = frozenset({"get", "items", "values", "keys", "copy"})
_FORMS = frozenset({"str", "repr", "list", "dict", "dumps", "sorted"})


class _Kind(Enum):
    """What of the value is looked at."""

    WHOLE = "the value, or a part of it"
    COUNT = "how many there are"
    REST = "how many are left of others without those"


def is_only_told(place: At) -> bool:
    """Is the value only counted or logged, so that nobody can do anything about what is in it?

    Who is given the count may know that something is left, and so may whoever a test of it stops; who is told how many others there are does not.
    """
    function = enclosing_function(place)
    return function is not None and _Telling(place, all_parents(function)).tells(place.node, _Kind.WHOLE)


@dataclass
class _Telling:
    """One walk from a value to all that is made of it, in its function."""

    place: At
    parents: dict[cst.CSTNode, cst.CSTNode]
    seen: set[tuple[str, _Kind]] = field(default_factory=set)

    def tells(self, node: cst.CSTNode, kind: _Kind) -> bool:
        """Does the expression's value come to nothing but a count or a word?"""
        above = self.parents.get(node)
        while isinstance(above, cst.Await | cst.FormattedString | cst.ConcatenatedString | cst.SubscriptElement | cst.Index):
            node, above = above, self.parents.get(above)
        match above:
            case cst.Expr():
                return True
            case cst.If() if above.test is node:
                return kind is not _Kind.REST and self._says(above)
            case cst.Attribute(value=value) if value is node:
                call = self.parents.get(above)
                return kind is _Kind.WHOLE and above.attr.value in _SAME and isinstance(call, cst.Call) and call.func is above and self.tells(call, kind)
            case cst.Subscript(value=value) if value is node:
                return kind is _Kind.WHOLE and self.tells(above, kind)
            case cst.BooleanOperation() | cst.UnaryOperation() | cst.FormattedStringExpression():
                return self.tells(above, kind)
            case cst.Comparison():
                return kind is not _Kind.REST and self.tells(above, _Kind.COUNT)
            case cst.BinaryOperation():
                is_taken = isinstance(above.operator, cst.Subtract) and above.right is node
                return self.tells(above, _Kind.REST if is_taken and kind is _Kind.COUNT else kind)
            case cst.Arg():
                return self._is_told(above, kind)
            case cst.CompFor() if above.iter is node:
                return self._is_summed(above, kind)
            case cst.Assign() | cst.NamedExpr() | cst.AnnAssign() | cst.AugAssign():
                return self._is_kept(above, kind)
            case cst.DictElement() | cst.Dict() | cst.Return() | cst.Element() | cst.Tuple() | cst.AssignTarget():
                return kind is _Kind.REST
            case _:
                return False

    def _is_told(self, argument: cst.Arg, kind: _Kind) -> bool:
        """Is the function that it is given to one that counts it, or tells of it?"""
        call = self.parents.get(argument)
        if not isinstance(call, cst.Call):
            return False
        if is_logging(call.func):
            return True
        name = call.func.value if isinstance(call.func, cst.Name) else call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
        if name == "len" and kind is _Kind.WHOLE:
            return self.tells(call, _Kind.COUNT)
        return name in _FORMS and kind is _Kind.WHOLE and self.tells(call, kind)

    def _is_summed(self, loop: cst.CompFor, kind: _Kind) -> bool:
        """Does a comprehension only count: `sum(len(each) for each in left.values())`?"""
        whole = self.parents.get(loop)
        given = self.parents.get(whole) if isinstance(whole, cst.GeneratorExp | cst.ListComp) else None
        call = self.parents.get(given) if isinstance(given, cst.Arg) else None
        if kind is not _Kind.WHOLE or not isinstance(whole, cst.GeneratorExp | cst.ListComp) or not isinstance(call, cst.Call):
            return False
        counts = isinstance(whole.elt, cst.Integer) or (isinstance(whole.elt, cst.Call) and dotted(whole.elt.func) == "len")
        return counts and dotted(call.func) == "sum" and self.tells(call, _Kind.COUNT)

    def _is_kept(self, node: cst.CSTNode, kind: _Kind) -> bool:
        """Is the value given a name of which no more comes?"""
        if isinstance(node, cst.Assign) and len(node.targets) != 1:
            return False
        target = node.targets[0].target if isinstance(node, cst.Assign) else getattr(node, "target", None)
        if isinstance(node, cst.AugAssign) and isinstance(node.operator, cst.SubtractAssign) and kind is _Kind.COUNT:
            kind = _Kind.REST
        if not isinstance(target, cst.Name):
            return kind is _Kind.REST
        return (not isinstance(node, cst.NamedExpr) or self.tells(node, kind)) and self._is_told_by_name(target.value, kind)

    def _is_told_by_name(self, name: str, kind: _Kind) -> bool:
        if (name, kind) in self.seen:
            return True
        self.seen.add((name, kind))
        return all(self._is_target(each) or self.tells(each, kind) for each in self.parents if isinstance(each, cst.Name) and each.value == name)

    def _is_target(self, name: cst.Name) -> bool:
        above = self.parents.get(name)
        return isinstance(above, cst.AssignTarget) or (isinstance(above, cst.AugAssign | cst.AnnAssign | cst.NamedExpr) and above.target is name)

    def _says(self, branch: cst.If) -> bool:
        """Do both ways on from a test only tell of its outcome?"""
        other = branch.orelse
        bodies = [branch.body, *([other.body] if isinstance(other, cst.Else) else [])]
        return not isinstance(other, cst.If) and all(self._says_only(body) for body in bodies)

    def _says_only(self, body: cst.BaseSuite) -> bool:
        for line in body.body:
            for node in line.body if isinstance(line, cst.SimpleStatementLine) else [line]:
                counts = isinstance(node, cst.AugAssign) and isinstance(node.target, cst.Name) and self._is_told_by_name(node.target.value, _Kind.COUNT)
                logs = isinstance(node, cst.Expr) and isinstance(node.value, cst.Call) and is_logging(node.value.func)
                if not (counts or logs or isinstance(node, cst.Pass)):
                    return False
        return True
