"""Turns a module's `ast` into an ordered list of pieces, each with its lines and the names that it binds. No analysis happens here."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

_OTHER_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Constant)
_KINDS: tuple[type[ast.AST], ...] = (*ast.stmt.__subclasses__(), ast.ExceptHandler, ast.match_case)
# Where statements stand in others.
_BLOCKS = {kind: tuple(name for name in kind._fields if name in ("body", "orelse", "finalbody", "handlers", "cases")) for kind in _KINDS}
_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, eq=False)
class Piece:
    """Statements of a module or class body that are parsed together: nearly always one, more where they share a line."""

    kind: Literal["function", "class", "code"]
    nodes: tuple[ast.stmt, ...]
    first: int
    last: int
    binds: frozenset[str]
    member: bool = False
    """Does it stand in a class body?"""
    members: tuple[Piece, ...] = field(default=())
    """The pieces of a class body; empty where the class is not split."""

    @property
    def name(self) -> str:
        """The name of the function or class."""
        node = self.nodes[0]
        return node.name if isinstance(node, _Definition) else ""

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """What a class names as its base classes, as it is written."""
        node = self.nodes[0]
        return tuple(ast.unparse(base) for base in node.bases) if isinstance(node, ast.ClassDef) else ()

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The attributes of its first parameter that a function gives something to."""
        return frozenset(_bound_attributes(self.nodes[0]))


@dataclass(frozen=True, eq=False)
class Outline:
    """The pieces of one module, top to bottom."""

    pieces: tuple[Piece, ...]

    def binding(self, name: str) -> tuple[Piece, ...]:
        """The pieces that bind a name at the top level, top to bottom."""
        return self._index.get(name, ())

    @cached_property
    def _index(self) -> dict[str, tuple[Piece, ...]]:
        by_name: dict[str, list[Piece]] = defaultdict(list)
        for piece in self.pieces:
            for name in piece.binds:
                by_name[name].append(piece)
        return {name: tuple(pieces) for name, pieces in by_name.items()}

    @cached_property
    def imports(self) -> tuple[ast.Import | ast.ImportFrom, ...]:
        """All imports, those inside of functions too."""
        nodes = (below for piece in self.pieces for node in piece.nodes for below in statements(node))
        return tuple(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))

    @cached_property
    def stars(self) -> tuple[str, ...]:
        """The modules of `from x import *`, in order."""
        nodes = (node for piece in self.pieces for node in piece.nodes)
        return tuple(node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and node.names[0].name == "*")


_NO_PARAMETERS = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])


def brief(tree: ast.Module) -> Outline:
    """The outline of a module that others ask for its names: of functions, which take most of a tree's memory, only names and decorators stay in it."""
    found = outline(tree)
    functions = [part for piece in found.pieces for part in (piece.members or (piece,)) if part.kind == "function"]
    # What only the bodies tell is looked for before they go.
    _ = found.imports, [piece.attributes for piece in functions]
    for piece in functions:
        node = piece.nodes[0]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body, node.args, node.returns = [], _NO_PARAMETERS, None
    return found


def statements(top: ast.AST) -> Iterator[ast.AST]:
    """A statement and those below it, with the handlers and cases that they stand in, in the order of `ast.walk`: which would look at each expression too."""
    waiting = deque([top])
    while waiting:
        node = waiting.popleft()
        yield node
        for name in _BLOCKS.get(type(node), ()):
            waiting.extend(getattr(node, name))


def outline(tree: ast.Module) -> Outline:
    """The outline of a module."""
    return Outline(tuple(_pieces(tree.body, member=False)))


def _pieces(body: Iterable[ast.stmt], member: bool) -> Iterator[Piece]:
    group: list[ast.stmt] = []
    end = 0
    for node in body:
        if group and _first(node) > end:
            yield _piece(group, member)
            group = []
        group.append(node)
        end = max(end, node.end_lineno or node.lineno) if len(group) > 1 else node.end_lineno or node.lineno
    if group:
        yield _piece(group, member)


def _piece(nodes: list[ast.stmt], member: bool) -> Piece:
    first, last = min(_first(node) for node in nodes), max(node.end_lineno or node.lineno for node in nodes)
    binds = frozenset(name for node in nodes for name in bound_names(node))
    only = nodes[0] if len(nodes) == 1 else None
    if isinstance(only, ast.FunctionDef | ast.AsyncFunctionDef):
        return Piece("function", tuple(nodes), first, last, binds, member)
    if isinstance(only, ast.ClassDef):
        # A body that begins on the header's line cannot be cut off it.
        split = not member and only.body[0].lineno > _header_end(only)
        return Piece("class", tuple(nodes), first, last, binds, member, tuple(_pieces(only.body, member=True)) if split else ())
    return Piece("code", tuple(nodes), first, last, binds, member)


def _first(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, _Definition) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _header_end(node: ast.ClassDef) -> int:
    return max([node.lineno, *(base.end_lineno or base.lineno for base in node.bases), *(key.end_lineno or key.lineno for key in node.keywords)])


def bound_names(statement: ast.AST) -> Iterator[str]:
    """The names that a statement binds in its own scope, nested blocks included."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _Definition):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or (alias.name.split(".", maxsplit=1)[0] if isinstance(node, ast.Import) else alias.name)
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                yield node.id
        elif not isinstance(node, _OTHER_SCOPES):
            if isinstance(node, ast.ExceptHandler) and node.name:
                yield node.name
            waiting.extend(ast.iter_child_nodes(node))


def _bound_attributes(node: ast.stmt) -> Iterator[str]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not node.args.args:
        return
    first = node.args.args[0].arg
    for target in (target for statement in statements(node) for target in _targets(statement)):
        for each in (target,) if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) else ast.walk(target):
            if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store) and isinstance(each.value, ast.Name) and each.value.id == first:
                yield each.attr


def _targets(node: ast.AST) -> Iterable[ast.expr]:
    """The expressions that a statement gives something to."""
    if isinstance(node, ast.Assign):
        return node.targets
    if isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For | ast.AsyncFor):
        return (node.target,)
    if isinstance(node, ast.With | ast.AsyncWith):
        return [item.optional_vars for item in node.items if item.optional_vars is not None]
    return ()
