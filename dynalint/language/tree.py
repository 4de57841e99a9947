"""Turns an expression into nodes: what it says, and where in its text it says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from dynalint.language.tokens import HOLE

Names = Mapping[str, str]
"""What is known of ExpressionAttributeNames: attribute names by their aliases."""


@dataclass(frozen=True, slots=True)
class Name:
    """An attribute's name, or the `#alias` of one; also the name of a function."""

    text: str
    start: int
    end: int

    def resolved(self, names: Names) -> str | None:
        """The attribute's name; None where the alias is not known, or a part of the name is not."""
        if HOLE in self.text:
            return None
        return names.get(self.text) if self.text.startswith("#") else self.text

    def identity(self, names: Names) -> str | None:
        """What two names that mean the same attribute have in common, aliases that nobody explains included."""
        return None if HOLE in self.text else self.resolved(names) or self.text


@dataclass(frozen=True, slots=True)
class Index:
    """The position in a list, None where it is not known."""

    number: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Path:
    """A document path: `a`, `#a.b[0]`."""

    steps: tuple[Name | Index, ...]
    start: int
    end: int

    @property
    def head(self) -> Name:
        """The top-level attribute."""
        head = self.steps[0]
        assert isinstance(head, Name)
        return head

    @property
    def is_nested(self) -> bool:
        """Does it lead below the top-level attribute?"""
        return len(self.steps) > 1

    def identity(self, names: Names) -> tuple[str | int, ...] | None:
        """What two paths to the same place have in common; None where a part is not known."""
        found = [step.number if isinstance(step, Index) else step.identity(names) for step in self.steps]
        return tuple(step for step in found if step is not None) if None not in found else None


@dataclass(frozen=True, slots=True)
class Value:
    """A placeholder of a value: `:v`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gap:
    """An operand, a condition, a path or an action of which nothing is known."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its operands."""

    function: Name
    arguments: tuple[Operand, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sum:
    """`a + b` or `a - b`, on the right side of SET."""

    operator: str
    left: Operand
    right: Operand
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a = b`, `a <> b`, `a < b` ..."""

    operator: str
    left: Operand
    right: Operand
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Between:
    """`a BETWEEN b AND c`."""

    operand: Operand
    low: Operand
    high: Operand
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Membership:
    """`a IN (b, c)`."""

    operand: Operand
    options: tuple[Operand, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """`NOT a`."""

    condition: Condition
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Logic:
    """Two or more conditions joined by the same AND or OR."""

    operator: Literal["AND", "OR"]
    conditions: tuple[Condition, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Action:
    """One change that an update makes: `a = :v` of SET, `a :v` of ADD and DELETE, `a` of REMOVE."""

    section: str
    path: Path | Gap
    value: Operand | Sum | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A clause of an update, with the place of its keyword."""

    keyword: str
    actions: tuple[Action, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Update:
    """An update expression."""

    sections: tuple[Section, ...]
    start: int
    end: int

    @property
    def actions(self) -> tuple[Action, ...]:
        """All changes, in the order of the text."""
        return tuple(action for section in self.sections for action in section.actions)


@dataclass(frozen=True, slots=True)
class Projection:
    """A projection expression."""

    paths: tuple[Path | Gap, ...]
    start: int
    end: int


Operand = Path | Value | Call | Gap
Condition = Comparison | Between | Membership | Call | Not | Logic | Gap
Tree = Condition | Update | Projection
Node = Tree | Operand | Sum | Section | Action


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node, in the order of the text."""
    match node:
        case Call():
            return node.arguments
        case Sum() | Comparison():
            return node.left, node.right
        case Between():
            return node.operand, node.low, node.high
        case Membership():
            return node.operand, *node.options
        case Not():
            return (node.condition,)
        case Logic():
            return node.conditions
        case Action():
            return (node.path,) if node.value is None else (node.path, node.value)
        case Section():
            return node.actions
        case Update():
            return node.sections
        case Projection():
            return node.paths
    return ()


def walk(node: Node | None) -> Iterator[Node]:
    """A node and all below it, in the order of the text."""
    if node is not None:
        yield node
        for child in children(node):
            yield from walk(child)
