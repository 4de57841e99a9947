"""What the program's names and objects hold at one point; branches fork it and are joined again.

A fork only keeps what the branch changes, so a branch costs what it does, not what the function holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dynalint.model.values import Ref, Unknown, Value, join, parts_of

_MISSING = Unknown("never assigned")


class State:
    """Names of one function call, and the heap of mutable objects that all functions share."""

    __slots__ = ("base", "dead", "function", "heap", "names")

    def __init__(self, base: State | None = None, function: bool = False, heap: dict[Ref, Value] | None = None) -> None:
        self.base = base
        self.function = function
        """Does a function begin here? It sees its callers' objects, not their names."""
        self.names: dict[str, Value] = {}
        self.heap: dict[Ref, Value] = {} if heap is None else heap
        self.dead = False
        """Has the path left this block by return, raise, break or continue?"""

    def get(self, name: str) -> Value | None:
        """What a name holds, None where this function never set it."""
        state: State | None = self
        while state is not None:
            if name in state.names:
                return state.names[name]
            if state.function:
                return None
            state = state.base
        return None

    def has_set(self, name: str, turn: State) -> bool:
        """Was a name given its value in one of the forks from `turn` to here?"""
        state: State | None = self
        while state is not None:
            if name in state.names:
                return True
            if state is turn:
                return False
            state = state.base
        return False

    def load(self, ref: Ref) -> Value:
        """What an object is now."""
        found = self._found(ref)
        return found if found is not None else Unknown("made on another path")

    def fork(self) -> State:
        """A state that begins as this one."""
        return State(self)

    def since(self, base: State) -> State:
        """One fork of `base` that holds all that was changed on the way from there to here."""
        layers: list[State] = []
        state: State | None = self
        while state is not None and state is not base:
            layers.append(state)
            state = state.base
        merged = State(base)
        for layer in reversed(layers):
            merged.names.update(layer.names)
            merged.heap.update(layer.heap)
        return merged

    def adopt(self, branches: Iterable[State]) -> None:
        """Become what is known after one of the branches, all of them forks of this state; those that left the block do not count."""
        alive = [branch for branch in branches if not branch.dead]
        if not alive:
            self.dead = True
            return
        for name in dict.fromkeys(name for branch in alive for name in branch.names):
            self.names[name] = self._joined(branch.get(name) for branch in alive)
        if len(alive) == 1:
            self.heap.update(alive[0].heap)
            return
        for ref in dict.fromkeys(ref for branch in alive for ref in branch.heap):
            # An object that only some branches made is unknown to the others, which cannot reach it either.
            before = self._found(ref)
            self.heap[ref] = self._joined(branch.heap.get(ref, before) for branch in alive)

    def _found(self, ref: Ref) -> Value | None:
        state: State | None = self
        while state is not None:
            if ref in state.heap:
                return state.heap[ref]
            state = state.base
        return None

    def is_changed_by(self, called: State) -> bool:
        """Did a function change an object that its caller has?"""
        return any((before := self._found(ref)) is not None and before != value for ref, value in called.heap.items())

    def absorb(self, called: State, result: Value) -> None:
        """Keep what a function did to objects that its caller can reach: older ones, and those in its result."""
        waiting: list[Value] = [result]
        for ref, value in called.heap.items():
            if self._found(ref) is not None:
                self.heap[ref] = value
                waiting.append(value)
        self.heap.update(_reached(waiting, called.heap.get))

    def left_by(self, result: Value) -> dict[Ref, Value]:
        """What a `return` leaves of the objects: the callers' own that were changed so far, and those in the result."""
        changed: dict[Ref, Value] = {}
        state: State | None = self
        while state is not None:
            changed = state.heap | changed
            if state.function:
                break
            state = state.base
        kept = {ref: value for ref, value in changed.items() if self._is_callers(ref)}
        return kept | _reached([result, *kept.values()], changed.get)

    def settle(self, ends: Sequence[dict[Ref, Value]]) -> None:
        """Become, as the state that a function began in, what is known of the objects after any of its ends."""
        before = self.base
        assert before is not None
        for ref in dict.fromkeys(ref for end in ends for ref in end):
            old = before._found(ref)
            self.heap[ref] = self._joined(end.get(ref, old) for end in ends)

    def _is_callers(self, ref: Ref) -> bool:
        state: State | None = self
        while state is not None and not state.function:
            state = state.base
        return state is not None and state.base is not None and state.base._found(ref) is not None

    @staticmethod
    def _joined(values: Iterable[Value | None]) -> Value:
        # A name that a branch did not set cannot be read after it without a NameError: that branch has no say.
        joined: Value | None = None
        for value in values:
            if value is not None:
                joined = value if joined is None else join(joined, value)
        return joined if joined is not None else _MISSING


def _reached(values: Iterable[Value], load: Callable[[Ref], Value | None]) -> dict[Ref, Value]:
    """The objects that can be reached from values, as far as `load` knows them."""
    waiting, found = list(values), {}
    while waiting:
        value = waiting.pop()
        if not isinstance(value, Ref):
            waiting += parts_of(value)
        elif value not in found and (held := load(value)) is not None:
            found[value] = held
            waiting.append(held)
    return found
