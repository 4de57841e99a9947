"""Turns a piece of the outline into libcst nodes, on demand, and a node into its span, on demand.

libcst keeps no positions, and its own providers recreate the whole file's text to find them. The `ast` that flake8 holds already knows
them: both trees are walked side by side, along the semantic fields only, the first time that somebody asks for a span in a piece.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst

from dynalint.collector import paused
from dynalint.outline import Piece
from dynalint.source import Source, Span

# Per node type the fields that mean something, in the order of the text: no whitespace, commas, parentheses, names or annotations.
FIELDS: dict[type[cst.CSTNode], tuple[str, ...]] = {
    cst.Module: ("body",),
    cst.IndentedBlock: ("body",),
    cst.SimpleStatementLine: ("body",),
    cst.SimpleStatementSuite: ("body",),
    cst.FunctionDef: ("decorators", "body"),
    cst.ClassDef: ("decorators", "bases", "keywords", "body"),
    cst.Decorator: ("decorator",),
    cst.If: ("test", "body", "orelse"),
    cst.Else: ("body",),
    cst.For: ("target", "iter", "body", "orelse"),
    cst.While: ("test", "body", "orelse"),
    cst.With: ("items", "body"),
    cst.WithItem: ("item", "asname"),
    cst.AsName: ("name",),
    cst.Try: ("body", "handlers", "orelse", "finalbody"),
    cst.TryStar: ("body", "handlers", "orelse", "finalbody"),
    cst.ExceptHandler: ("type", "body"),
    cst.ExceptStarHandler: ("type", "body"),
    cst.Finally: ("body",),
    cst.Match: ("subject", "cases"),
    cst.MatchCase: ("guard", "body"),
    cst.Expr: ("value",),
    cst.Assign: ("targets", "value"),
    cst.AssignTarget: ("target",),
    cst.AnnAssign: ("target", "value"),
    cst.AugAssign: ("target", "value"),
    cst.Return: ("value",),
    cst.Raise: ("exc", "cause"),
    cst.From: ("item",),
    cst.Assert: ("test", "msg"),
    cst.Del: ("target",),
    cst.Attribute: ("value",),
    cst.Subscript: ("value", "slice"),
    cst.SubscriptElement: ("slice",),
    cst.Index: ("value",),
    cst.Slice: ("lower", "upper", "step"),
    cst.Call: ("func", "args"),
    cst.Arg: ("value",),
    cst.BinaryOperation: ("left", "right"),
    cst.BooleanOperation: ("left", "right"),
    cst.UnaryOperation: ("expression",),
    cst.Comparison: ("left", "comparisons"),
    cst.ComparisonTarget: ("comparator",),
    cst.IfExp: ("body", "test", "orelse"),
    cst.Lambda: ("body",),
    cst.NamedExpr: ("target", "value"),
    cst.Await: ("expression",),
    cst.Yield: ("value",),
    cst.Tuple: ("elements",),
    cst.List: ("elements",),
    cst.Set: ("elements",),
    cst.Element: ("value",),
    cst.StarredElement: ("value",),
    cst.Dict: ("elements",),
    cst.DictElement: ("key", "value"),
    cst.StarredDictElement: ("value",),
    cst.ListComp: ("elt", "for_in"),
    cst.SetComp: ("elt", "for_in"),
    cst.GeneratorExp: ("elt", "for_in"),
    cst.DictComp: ("key", "value", "for_in"),
    cst.CompFor: ("target", "iter", "ifs", "inner_for_in"),
    cst.CompIf: ("test",),
}
# An expression with more levels is not parsed. libcst's time grows with their square: 2 s for a thousand calls in a chain, which are this many.
MOST_LEVELS = 2000
# Nodes of libcst that the ast has no node for: their children stand where they stand.
_TRANSPARENT = frozenset({
    cst.IndentedBlock, cst.SimpleStatementLine, cst.SimpleStatementSuite, cst.Decorator, cst.Else, cst.WithItem, cst.AsName, cst.Finally, cst.MatchCase,
    cst.AssignTarget, cst.From, cst.SubscriptElement, cst.Index, cst.ComparisonTarget, cst.Element, cst.DictElement, cst.StarredDictElement, cst.CompFor,
    cst.CompIf,
})  # fmt: skip
_AST_SKIPPED = frozenset({"annotation", "returns", "ctx", "op", "ops", "names", "pattern", "type_params", "type_comment"})
_AST_TRANSPARENT = (ast.comprehension, ast.withitem, ast.match_case)
_AST_LEAVES = frozenset({ast.JoinedStr, ast.Constant, ast.Name})
_LEAVES = frozenset({cst.FormattedString, cst.ConcatenatedString})


@dataclass(frozen=True, eq=False)
class Chunk:
    """One piece of the file, parsed when it is first needed."""

    source: Source
    piece: Piece
    first: int
    last: int

    @cached_property
    def nodes(self) -> tuple[ast.stmt, ...]:
        """The statements of the piece in Python's own tree; read again where the outline keeps no bodies of functions."""
        node = self.piece.nodes[0] if self.piece.nodes else None
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.body:
            return self.piece.nodes
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return self.piece.nodes
        ast.increment_lineno(tree, self.first - (2 if self.piece.member else 1))
        above = tree.body[0]
        return tuple(above.body) if self.piece.member and isinstance(above, ast.ClassDef) else tuple(tree.body)

    @cached_property
    def text(self) -> str:
        """The text that is given to libcst; that of a class member stands in a class of its own, to keep its indentation."""
        block = self.source.block(self.first, self.last)
        if block.endswith(("\\\n", "\\\r", "\\\r\n")):
            # Joined to a blank line, which is none of the statement's: without one libcst finds the text cut off.
            block += "\n"
        return "class _:\n" + block if self.piece.member else block

    @cached_property
    def module(self) -> cst.Module:
        """The parsed text. Raises libcst.ParserSyntaxError where libcst knows less of Python than Python, and RecursionError where it is nested too deeply."""
        if self.is_too_deep:
            raise RecursionError
        return parsed(self.text)

    @cached_property
    def is_too_deep(self) -> bool:
        """Has an expression in it more levels than libcst is given to parse?"""
        # What costs libcst much, calls, subscripts and attributes, is made of these signs; they are counted faster than levels.
        return sum(map(self.text.count, "([.")) > MOST_LEVELS // 2 and levels(self.nodes) > MOST_LEVELS

    @cached_property
    def body(self) -> tuple[cst.CSTNode, ...]:
        """The statements of the piece."""
        body = self.module.body
        if self.piece.member and isinstance(body[0], cst.ClassDef):
            return tuple(body[0].body.body)
        return tuple(body)

    @cached_property
    def _positions(self) -> dict[cst.CSTNode, ast.AST]:
        found: dict[cst.CSTNode, ast.AST] = {}
        for node, twin in zip(_flat(self.body), self.nodes, strict=False):
            _pair(node, twin, found)
        return found

    @cached_property
    def _parents(self) -> dict[cst.CSTNode, cst.CSTNode]:
        return {child: node for top in self.body for node in walk(top) for child in children(node)}

    @cached_property
    def awaited_names(self) -> dict[cst.CSTNode, set[str]]:
        """The functions and lambdas -> the names that are awaited in them, and in functions in them."""
        found: dict[cst.CSTNode, set[str]] = {}
        for node in (each for top in self.body for each in walk(top)):
            if isinstance(node, cst.Await) and isinstance(node.expression, cst.Name):
                above = self.parent(node)
                while above is not None:
                    if isinstance(above, cst.FunctionDef | cst.Lambda):
                        found.setdefault(above, set()).add(node.expression.value)
                    above = self.parent(above)
        return found

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node right above one. None for a statement of the piece itself, and for what means nothing: defaults, annotations."""
        return self._parents.get(node)

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands in the file. A node that the ast does not know stands where its parts stand."""
        twin = self._positions.get(node)
        if twin is None:
            parts = [self.span(child) for child in children(node)]
            return parts[0].to(parts[-1]) if parts else Span(self.first, 0, self.first, 0)
        return self._span(twin)

    def name_span(self, node: cst.CSTNode) -> Span:
        """Where the last name of an attribute, or of a call's function, stands: `scan` in `self.table.scan()`."""
        func = node.func if isinstance(node, cst.Call) else node
        span = self.span(func)
        name = func.attr.value if isinstance(func, cst.Attribute) else ""
        line = self.source.lines[span.end_line - 1][: span.end_column]
        # The attribute's name is the last thing of the attribute's text, except in parentheses.
        return Span(span.end_line, span.end_column - len(name), span.end_line, span.end_column) if name and line.endswith(name) else span

    def _span(self, twin: ast.AST) -> Span:
        line, end = getattr(twin, "lineno", self.first), getattr(twin, "end_lineno", self.first)
        return Span(
            line,
            self.source.column(line, getattr(twin, "col_offset", 0)),
            end,
            self.source.column(end, getattr(twin, "end_col_offset", 0)),
        )


@dataclass(frozen=True, slots=True)
class At:
    """A place in a file: a node, or the name at its end."""

    chunk: Chunk = field(repr=False, compare=False)
    node: cst.CSTNode = field(repr=False)
    of_name: bool = False

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.chunk.name_span(self.node) if self.of_name else self.chunk.span(self.node)

    @property
    def source(self) -> Source:
        """The file that it stands in."""
        return self.chunk.source

    @property
    def is_operand(self) -> bool:
        """Is it an operand of Python's `and`, `or` or `not`?"""
        above = self.chunk.parent(self.node)
        return isinstance(above, cst.BooleanOperation) or (isinstance(above, cst.UnaryOperation) and isinstance(above.operator, cst.Not))

    @property
    def is_asked(self) -> bool:
        """Does what stands there only decide which way the program goes?"""
        node = self.node
        while True:
            above = self.chunk.parent(node)
            if isinstance(above, cst.If | cst.While | cst.Assert | cst.IfExp | cst.CompIf) and above.test is node:
                return True
            if not isinstance(above, cst.BooleanOperation | cst.UnaryOperation):
                return False
            node = above

    def __eq__(self, other: object) -> bool:
        return isinstance(other, At) and other.node is self.node and other.of_name == self.of_name

    def __hash__(self) -> int:
        return id(self.node)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file that is known without libcst: the name of a class."""

    source: Source = field(repr=False, compare=False)
    span: Span

    @classmethod
    def of_class(cls, source: Source, node: ast.ClassDef) -> Spot:
        """Where the name of a class stands in its definition."""
        line, text = node.lineno, source.lines[node.lineno - 1]
        found = re.compile(rf"class\s+({re.escape(node.name)})\b").search(text, source.column(line, node.col_offset))
        start, end = found.span(1) if found is not None else (source.column(line, node.col_offset),) * 2
        return cls(source, Span(line, start, line, end))


def parsed(text: str) -> cst.Module:
    """The text as a libcst module. The garbage collector waits meanwhile: libcst only makes nodes, and drops none."""
    with paused():
        return cst.parse_module(text)


def unquoted(annotation: cst.SimpleString) -> cst.BaseExpression | None:
    """The type that an annotation in quotes names; None where no expression stands in them."""
    text = annotation.evaluated_value
    try:
        return cst.parse_expression(text) if isinstance(text, str) else None
    except (cst.ParserSyntaxError, UnicodeEncodeError):
        return None


def levels(nodes: Iterable[ast.AST]) -> int:
    """How many expressions stand in one another at the deepest place, up to a level more than MOST_LEVELS; counted without recursion."""
    deepest, waiting = 0, [(node, 0) for node in nodes]
    while waiting and deepest <= MOST_LEVELS:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + isinstance(child, ast.expr)) for child in ast.iter_child_nodes(node))
    return deepest


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes right below a node that mean something, in the order of the text."""
    for name in FIELDS.get(type(node), ()):
        # To ask whether something is a node costs as much as all the rest: libcst's are abstract classes.
        value = getattr(node, name)
        if isinstance(value, list | tuple):
            yield from value
        elif value is not None:
            yield value


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all below it that mean something, without recursion."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(list(children(current))))


def dotted(node: cst.CSTNode) -> str | None:
    """`a.b.c` for a chain of names, None for anything else."""
    names: list[str] = []
    while type(node) is cst.Attribute:
        names.append(node.attr.value)
        node = node.value
    if type(node) is not cst.Name:
        return None
    return ".".join([node.value, *reversed(names)])


def spoken(node: cst.CSTNode) -> str:
    """What an expression is called, as far as it has a name: `users`, `self.table_name`, the SESSIONS of `os.environ["SESSIONS"]`."""
    if type(node) is cst.Name or type(node) is cst.Attribute:
        return dotted(node) or ""
    if isinstance(node, cst.Await):
        return spoken(node.expression)
    if isinstance(node, cst.Subscript):
        key = node.slice[0].slice
        return key.value.raw_value if isinstance(key, cst.Index) and isinstance(key.value, cst.SimpleString) else spoken(node.value)
    if isinstance(node, cst.Call):
        last = node.func.attr.value if isinstance(node.func, cst.Attribute) else node.func.value if isinstance(node.func, cst.Name) else ""
        first = node.args[0].value if node.args else None
        if last in ("get", "getenv") and isinstance(first, cst.SimpleString):
            return first.raw_value
        return last
    return ""


def _flat(nodes: tuple[cst.CSTNode, ...]) -> Iterator[cst.CSTNode]:
    for node in nodes:
        if type(node) in _TRANSPARENT:
            yield from _flat(tuple(children(node)))
        elif isinstance(node, cst.Arg) and not node.star and node.keyword is None:
            yield node.value
        else:
            yield node


def _parts(node: cst.CSTNode) -> list[cst.CSTNode]:
    if isinstance(node, cst.BooleanOperation):
        return _operands(node, type(node.operator))
    return list(_flat(tuple(children(node))))


def _operands(node: cst.BooleanOperation, operator: type) -> list[cst.CSTNode]:
    """The ast keeps `a and b and c` as three operands of one `and`, libcst as two of two."""
    found: list[cst.CSTNode] = [node.right]
    left: cst.CSTNode = node.left
    while isinstance(left, cst.BooleanOperation) and type(left.operator) is operator and not left.lpar:
        found.append(left.right)
        left = left.left
    return [left, *reversed(found)]


def _twins(node: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for name in node._fields:
        if name in _AST_SKIPPED or (name == "args" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)):
            continue
        value = getattr(node, name, None)
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, _AST_TRANSPARENT):
                found += _twins(child)
            elif isinstance(child, ast.AST):
                found.append(child)
    return sorted(found, key=lambda twin: (getattr(twin, "lineno", 0), getattr(twin, "col_offset", 0)))


def _within_text(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    waiting = [node]
    while waiting:
        text = waiting.pop()
        if isinstance(text, cst.ConcatenatedString):
            yield from (text.left, text.right)
            waiting += (text.left, text.right)
        elif isinstance(text, cst.FormattedString):
            for part in text.parts:
                if isinstance(part, cst.FormattedStringExpression):
                    yield from walk(part.expression)


def _pair(top: cst.CSTNode, twin: ast.AST, found: dict[cst.CSTNode, ast.AST]) -> None:
    waiting = [(top, twin)]
    while waiting:
        node, twin = waiting.pop()
        found[node] = twin
        if type(node) in _LEAVES:
            # What stands in an f-string stands where the f-string does: before Python 3.12 the ast knew no better.
            found.update((below, twin) for below in _within_text(node))
            continue
        if type(twin) in _AST_LEAVES:
            continue
        parts, twins = _parts(node), _twins(twin)
        if isinstance(twin, ast.Subscript) and isinstance(twin.slice, ast.Tuple) and len(parts) == len(twin.slice.elts) + 1:
            twins = [twin.value, *twin.slice.elts]  # `a[1, 2]`: libcst has no tuple there
        if len(parts) == len(twins):
            waiting.extend(zip(parts, twins, strict=True))
        else:
            # The trees differ in a way that nobody knew of: then all parts stand where the whole stands.
            for part in parts:
                for below in walk(part):
                    found.setdefault(below, twin)
