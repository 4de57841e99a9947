"""Where the interpreter stands: the function that it runs, what its names hold, and the loops and `try` statements around."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from dynalint.model.record import Call, Loop, Read
from dynalint.model.state import State
from dynalint.model.tree import At, Chunk
from dynalint.model.values import (
    NONE,
    Answer,
    Condition,
    Dict,
    Either,
    Entry,
    Instance,
    KeyPart,
    Place,
    Ref,
    Sequence,
    Unknown,
    Value,
    attributes_of,
    join_all,
)

if TYPE_CHECKING:
    from dynalint.model.module import ClassModel, Module

MOST_NESTED = 6
# As many values are looked at in one object: objects that hold others twice come to any number in a few lines.
MOST_HELD = 50_000
# What holds other values, or places; anything else is as it is.
_HOLDING = frozenset({Ref, Dict, Sequence, Instance, Either, Condition, KeyPart})


@dataclass(eq=False)
class Frame:
    """One run of one function, or of the module's own code."""

    module: Module
    chunk: Chunk
    state: State
    made: dict[object, Ref]
    """The objects that all runs of the module made; an expression makes the same one in every turn of a loop."""
    function: str
    stack: tuple[object, ...] = ()
    """The calls and functions through which the interpreter came here; the key of everything that this run makes."""
    path: tuple[str, ...] = ()
    owner: ClassModel | None = None
    closure: Frame | None = None
    within: tuple[str, ...] = ()
    """The functions around the first of `path` in the code, outermost first."""
    via: tuple[Place, ...] = ()
    """The calls through which the interpreter came here, outermost first."""
    loops: tuple[Loop, ...] = ()
    bodies: tuple[tuple[cst.CSTNode, ...], ...] = ()
    """The bodies of those loops."""
    turns: tuple[State, ...] = ()
    """Where the turns of this run's own loops began, which are the innermost of them."""
    catches: frozenset[str] = frozenset()
    returns: list[Value] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    expected_to_fail: bool = False
    """Is this the inside of `with pytest.raises(...)`?"""
    absent: frozenset[Call] = frozenset()
    """The reads whose item is known not to be there."""
    checked: frozenset[tuple[Call, str]] = frozenset()
    """The keys of responses that were asked for before they are read."""
    vetted: frozenset[str] = frozenset()
    """Where what came into the program has been looked at by now, as a whole: `event`, `request.json`."""
    seen: frozenset[str] = frozenset()
    """The expressions, as they are written, whose values this path has looked at: `event["field"]`."""
    aside: bool = False
    """Does the innermost loop come here only under a condition that is not about its items?"""
    left: list[dict[Ref, Value]] = field(default_factory=list)
    """What each `return` left behind: objects of the callers as they were there, and those in the result."""
    breaks: list[list[State]] = field(default_factory=list)
    globals: set[str] = field(default_factory=set)
    item_names: dict[object, Ref] = field(default_factory=dict)
    """The dicts that got a name like `invitation_item` in this run."""
    nested: dict[object, Value] = field(default_factory=dict)
    """Functions and classes that this run defines and has not called."""

    def read(self, answer: Answer, key: str, how: str, node: cst.CSTNode) -> None:
        """Write down that a key of a response is read."""
        made = Read(key, how, self.at(node), self.catches, (answer.call, key) in self.checked)
        if made not in answer.call.use.read:
            answer.call.use.read.append(made)

    def at(self, node: cst.CSTNode) -> At:
        """The place of a node."""
        return At(self.chunk, node)

    def new(self, node: object, value: Value) -> Ref:
        """A new mutable object, made by an expression of this run."""
        ref = self.made.setdefault((node, self.stack), Ref(node))
        self.state.heap[ref] = value
        return ref

    def load(self, value: Value) -> Value:
        """The object behind a reference; other values are themselves."""
        return self.state.load(value) if isinstance(value, Ref) else value

    def loaded(self, value: Value) -> Value:
        """The object behind a reference, or each of the objects behind several of which it may be any."""
        value = self.load(value)
        return Either(tuple(self.load(option) for option in value.options)) if isinstance(value, Either) else value

    def put_in(self, item: Value, put: Callable[[Dict], Dict]) -> None:
        """Change what is known of what the program has put into an item that it read."""
        ref = item.call.put_in if isinstance(item, Answer) and item.path == ("Item",) else None
        if ref is not None and isinstance(held := self.state.load(ref), Dict):
            self.state.heap[ref] = put(held)

    def with_what_is_put_in(self, value: Value) -> Value:
        """An item as it is now: what was read, with all that the program has put into it since."""
        ref = value.call.put_in if isinstance(value, Answer) and value.path == ("Item",) else None
        held = self.state.load(ref) if ref is not None else None
        if isinstance(value, Answer) and isinstance(held, Dict) and held.entries:
            return attributes_of(value).updated(held)
        return join_all(map(self.with_what_is_put_in, value.options)) if isinstance(value, Either) else value

    def rule_out_none(self, names: frozenset[str]) -> None:
        """From here on, this path knows that these names stand for something."""
        for name in names:
            value = self.state.get(name)
            if isinstance(value, Either):
                self.state.names[name] = join_all(option for option in value.options if option != NONE)

    @contextmanager
    def branch(self) -> Iterator[State]:
        """Run a block in a fork of the state; the caller adopts it."""
        before = self.state
        self.state = before.fork()
        try:
            yield self.state
        finally:
            self.state = before

    def frozen(self, value: Value, bare: bool = False) -> Value:
        """The value as it is now, with all references replaced by what they hold; `bare` of the reasons why something is not known.

        Places in other files are dropped: nobody may point, or write, there.
        """
        return self._frozen(value, 0, bare, [MOST_HELD])

    def _frozen(self, value: Value, depth: int, bare: bool, left: list[int]) -> Value:
        left[0] -= 1
        if left[0] < 0:
            return Unknown("it holds too much")

        if type(value) not in _HOLDING and not (bare and isinstance(value, Unknown)):
            return value

        def inner(part: Value) -> Value:
            return self._frozen(part, depth + 1, bare, left)

        if isinstance(value, Ref):
            if depth > MOST_NESTED:
                return Unknown("nested too deeply")
            value = self.state.load(value)
        if isinstance(value, Dict):
            pairs = ((inner(e.key), inner(e.value), e) for e in value.entries)
            return Dict(tuple(Entry(key, held, e.surely, self.own(e.place)) for key, held, e in pairs), value.open, value.origin, value.lent)
        if isinstance(value, Sequence):
            rest = None if value.rest is None else inner(value.rest)
            return Sequence(tuple(map(inner, value.elements)), rest, value.kind)
        if isinstance(value, Instance):
            attributes = tuple((name, inner(held)) for name, held in value.attributes) if bare else ()
            return Instance(value.cls, attributes)
        if isinstance(value, Either):
            return join_all(map(inner, value.options))
        if isinstance(value, Condition):
            return Condition(value.operator, tuple(map(inner, value.operands)), self.own(value.place))
        if isinstance(value, KeyPart):
            return KeyPart(value.builder, value.name, self.own(value.place))
        return Unknown("", value.type, origin=value.origin, of=value.of) if bare and isinstance(value, Unknown) else value

    def own(self, place: Place | None) -> Place | None:
        """The place, if it is in the file that this run is in."""
        return place if place is None or place.source is self.chunk.source else None

    def thawed(self, value: Value, node: object) -> Value:
        """A frozen value as an object of its own, that the program may change."""
        if isinstance(value, Either):
            return join_all(self.thawed(option, (node, index)) for index, option in enumerate(value.options))
        return self.new(node, value) if isinstance(value, Dict) or (isinstance(value, Sequence) and value.kind != "tuple") else value
