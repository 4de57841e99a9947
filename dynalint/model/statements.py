"""Runs statements forward: branches are forked and joined, loops are walked twice, and what a path leaves behind is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import libcst as cst

from dynalint.model import makers, outside
from dynalint.model.calls import Calls
from dynalint.model.context import looked_up, not_none
from dynalint.model.filters import Presence, dropped, flagged, negated, only_answers, presence, truth
from dynalint.model.frame import Frame
from dynalint.model.module import FunctionInfo
from dynalint.model.record import Change, Filter, Loop, NamedDict
from dynalint.model.state import State
from dynalint.model.tree import dotted, walk
from dynalint.model.values import (
    NONE,
    Answer,
    Class,
    Compare,
    Const,
    Construct,
    Dict,
    Either,
    Entry,
    Function,
    Instance,
    Pages,
    Ref,
    Sequence,
    Symbol,
    Test,
    Unknown,
    Value,
    alternatives,
    element_of,
    join,
    join_all,
    known_text,
    origin_of,
)

TURNS = 2


class Statements(Calls):
    """The part of the interpreter that runs statements."""

    def run_block(self, nodes: Iterable[cst.CSTNode], frame: Frame) -> None:
        """Run statements one after the other, until the path leaves the block."""
        for node in nodes:
            if frame.state.dead:
                break
            self.run(node, frame)

    def run(self, node: Any, frame: Frame) -> None:
        """Run one statement."""
        kind = type(node)
        if kind is cst.SimpleStatementLine or kind is cst.IndentedBlock or kind is cst.SimpleStatementSuite:
            self.run_block(node.body, frame)
            return
        handler = _HANDLERS.get(kind)
        if handler is not None and self.depth <= MOST_BLOCKS:
            self.depth += 1
            try:
                handler(self, node, frame)
            finally:
                self.depth -= 1

    # Simple statements

    def _expression(self, node: cst.Expr, frame: Frame) -> None:
        self.evaluate(node.value, frame)

    def _assign(self, node: cst.Assign, frame: Frame) -> None:
        value = self.evaluate(node.value, frame)
        for target in node.targets:
            self.assign(target.target, value, frame)

    def _annotated(self, node: cst.AnnAssign, frame: Frame) -> None:
        declared = self.annotated(node.annotation.annotation, frame)
        value = self.evaluate(node.value, frame) if node.value is not None else None
        known = value is not None and any(not isinstance(frame.load(option), Unknown | Symbol) and option != Const(None) for option in alternatives(value))
        if value is None and declared is None:
            return
        if value is not None and declared is not None and not known:
            declared = outside.declared(declared, value)
        self.assign(node.target, value if value is not None and (known or declared is None) else declared or Unknown("declared only"), frame)

    def _augmented(self, node: cst.AugAssign, frame: Frame) -> None:
        right = self.evaluate(node.value, frame)
        if not isinstance(node.target, cst.Name | cst.Attribute | cst.Subscript):
            return
        left = self.evaluate(node.target, frame)
        operation = _AUGMENTED.get(type(node.operator))
        loaded = frame.load(left)
        if isinstance(left, Ref) and isinstance(loaded, Sequence) and operation is cst.Add:
            frame.state.heap[left] = loaded.extended(frame.loaded(right))
        elif isinstance(left, Ref) and isinstance(loaded, Dict) and operation is cst.BitOr:
            frame.state.heap[left] = loaded.updated(self.as_dict(right, frame))
        else:
            self.assign(node.target, self.binary(operation or cst.Add, left, right, node, frame), frame)

    def assign(self, target: cst.BaseExpression, value: Value, frame: Frame) -> None:
        """Bind a value to an assignment's target."""
        if isinstance(target, cst.Name):
            self._bind(target, value, frame)
        elif isinstance(target, cst.Attribute):
            self._set_attribute(target, value, frame)
        elif isinstance(target, cst.Subscript):
            self._set_entry(target, value, frame)
        elif isinstance(target, cst.Tuple | cst.List):
            self._unpack(target, value, frame)

    def _bind(self, target: cst.Name, value: Value, frame: Frame) -> None:
        name = target.value
        if name in frame.globals:
            old, frozen = frame.module.global_values.get(name), frame.frozen(value)
            frame.module.global_values[name] = frozen if old is None or old == Const(None) else join(old, frozen)
        frame.state.names[name] = value
        if name.endswith("_item") and isinstance(value, Ref) and isinstance(frame.load(value), Dict):
            frame.module.named_dicts[(target, frame.stack)] = NamedDict(name, Dict((), True), frame.at(target), frame.function, value)
            frame.item_names[(target, frame.stack)] = value
        if frame.module.revealed is not None:
            frame.module.revealed[target] = (frame.chunk, frame.frozen(value))

    def _set_attribute(self, target: cst.Attribute, value: Value, frame: Frame) -> None:
        owner = self.evaluate(target.value, frame)
        self.hand_on((value,), frame)
        self.keep(value, frame)
        for option in alternatives(owner):
            instance = frame.load(option)
            if isinstance(option, Ref) and isinstance(instance, Instance):
                kept = tuple(each for each in instance.attributes if each[0] != target.attr.value)
                frame.state.heap[option] = Instance(instance.cls, (*kept, (target.attr.value, value)))
            model = instance.cls.node if isinstance(instance, Instance) else instance.node if isinstance(instance, Class) else None
            table = makers.table_in(instance) if isinstance(instance, Instance) else instance
            if isinstance(table, Construct):
                makers.changed(table.declaration, Change(target.attr.value, frame.frozen(value), "", {}, frame.at(target)))
            if model is not None and hasattr(model, "bind"):
                model.bind(target.attr.value, frame.frozen(value))

    def _set_entry(self, target: cst.Subscript, value: Value, frame: Frame) -> None:
        owner = self.evaluate(target.value, frame)
        self.hand_on((value,), frame)
        self.keep(value, frame)
        for option in alternatives(owner):
            held = frame.load(option)
            if isinstance(held, Answer) and (held.is_item or held.attribute):
                held.call.use.changed.append(frame.at(target))
        if len(target.slice) != 1 or not isinstance(target.slice[0].slice, cst.Index):
            return
        key = self.evaluate(target.slice[0].slice.value, frame)
        for option in alternatives(owner):
            frame.put_in(option, lambda held: held.with_entry(Entry(key, value, True, frame.at(target))))
        if isinstance(owner, Unknown) and owner.type in (None, "dict") and isinstance(target.value, cst.Name) and known_text(key) is not None:
            # Whatever it is, it takes texts for keys, and holds this one from now on.
            frame.state.names[target.value.value] = frame.new(target, Dict((Entry(key, value, True, frame.at(target)),), True, owner.origin))
            return
        options = alternatives(owner)
        for option in options:
            held = frame.load(option)
            if not isinstance(option, Ref):
                continue
            if isinstance(held, Dict):
                changed = held.with_entry(Entry(key, value, True, frame.at(target)))
                frame.state.heap[option] = changed if len(options) == 1 else join_all([held, changed])
            elif isinstance(held, Sequence):
                frame.state.heap[option] = Sequence((), join(held.each, value) if held.elements or held.rest is not None else value, held.kind)

    def _unpack(self, target: cst.Tuple | cst.List, value: Value, frame: Frame) -> None:
        loaded = frame.loaded(value)
        parts = target.elements
        exact = isinstance(loaded, Sequence) and loaded.rest is None and len(loaded.elements) == len(parts)
        for index, part in enumerate(parts):
            if isinstance(part, cst.StarredElement):
                self.assign(part.value, Sequence((), element_of(loaded)), frame)
            elif exact and isinstance(loaded, Sequence):
                self.assign(part.value, loaded.elements[index], frame)
            else:
                self.assign(part.value, self._part(loaded, index), frame)

    @staticmethod
    def _part(value: Value, index: int) -> Value:
        if isinstance(value, Either):
            return join_all(Statements._part(option, index) for option in value.options)
        if isinstance(value, Sequence) and value.rest is None and index < len(value.elements):
            return value.elements[index]
        # What comes out of the parts of a response is no longer an item: `for key, value in item.items()`.
        if isinstance(value, Answer | Unknown):
            return Unknown("a part of something that is not known", origin=origin_of(value))
        return element_of(value)

    def _return(self, node: cst.Return, frame: Frame) -> None:
        value = self.evaluate(node.value, frame) if node.value is not None else NONE
        frame.returns.append(value)
        frame.left.append(frame.state.left_by(value))
        self.hand_on((value,), frame)
        frame.state.dead = True

    def _raise(self, node: cst.Raise, frame: Frame) -> None:
        made = node.exc
        if isinstance(made, cst.Call) and frame.module.revealed is None and (name := dotted(made.func) or "").rpartition(".")[2][:1].isupper():
            # What an exception's class makes of its arguments is nothing that anybody asks for, and a fifth of all work in some projects.
            self._call_unknown(name, Unknown("an exception"), self.arguments(made.args, frame), made, frame)
        elif made is not None:
            self.evaluate(made, frame)
        frame.state.dead = True

    def _leave(self, node: cst.Break | cst.Continue, frame: Frame) -> None:
        if frame.breaks:
            frame.breaks[-1].append(frame.state)
        frame.state.dead = True

    def _delete(self, node: cst.Del, frame: Frame) -> None:
        targets = [each.value for each in node.target.elements] if isinstance(node.target, cst.Tuple) else [node.target]
        for target in targets:
            if isinstance(target, cst.Subscript) and len(target.slice) == 1 and isinstance(target.slice[0].slice, cst.Index):
                owner = self.evaluate(target.value, frame)
                key = self.evaluate(target.slice[0].slice.value, frame)
                held = frame.load(owner)
                if isinstance(owner, Ref) and isinstance(held, Dict):
                    frame.state.heap[owner] = held.without(key)
                frame.put_in(held, partial(Dict.without, key=key))

    def _assert(self, node: cst.Assert, frame: Frame) -> None:
        self.evaluate(node.test, frame)
        self.trust(self.looked_at(node.test)[0], frame)

    def _global(self, node: cst.Global, frame: Frame) -> None:
        frame.globals |= {item.name.value for item in node.names}

    def _import(self, node: cst.Import, frame: Frame) -> None:
        for alias in node.names:
            full = dotted(alias.name) or ""
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                frame.state.names[alias.asname.name.value] = Symbol(full)
            else:
                head = full.split(".")[0]
                frame.state.names[head] = Symbol(head)

    def _import_from(self, node: cst.ImportFrom, frame: Frame) -> None:
        module = "." * len(node.relative) + (dotted(node.module) or "" if node.module is not None else "")
        if isinstance(node.names, cst.ImportStar):
            return
        for alias in node.names:
            if not isinstance(alias.name, cst.Name):
                continue
            bound = alias.asname.name.value if alias.asname is not None and isinstance(alias.asname.name, cst.Name) else alias.name.value
            full = f"{module}.{alias.name.value}" if not module.endswith(".") else f"{module}{alias.name.value}"
            frame.state.names[bound] = Symbol(full)

    # Definitions

    def _function(self, node: cst.FunctionDef, frame: Frame) -> None:
        info = FunctionInfo(node.name.value, frame.module, frame.chunk, node)
        value = Function(node.name.value, info, frame)
        frame.state.names[node.name.value] = value
        if frame.function != "<module>" or frame.loops:
            frame.nested[node] = value

    def _class(self, node: cst.ClassDef, frame: Frame) -> None:
        bases = tuple(dotted(base.value) or "?" for base in node.bases)
        model = frame.module.class_from(node, frame.chunk, bases)
        value = Class(node.name.value, model)
        frame.state.names[node.name.value] = value
        frame.nested[node] = value

    # Blocks

    def _if(self, node: cst.If, frame: Frame) -> None:
        test = frame.load(self.evaluate(node.test, frame))
        asked = truth(test)
        if asked is not None and not frame.aside:
            self._asked(node, asked.parts, asked.any_of, frame)
        aside = frame.aside
        before, checked = frame.state, frame.checked
        asked_for = presence(node.test, lambda below: frame.load(self.evaluate(below, frame)))
        for each in asked_for:
            if each.key == "Count":
                frame.read(Answer(each.call), "Count", "test", node.test)
        self._stops(node, asked_for, frame)
        if isinstance(test, Const):
            taken_block = node.body if test.value else node.orelse.body if isinstance(node.orelse, cst.Else) else node.orelse
            if taken_block is not None:
                self.run(taken_block, frame)
            return
        frame.checked = checked | {(each.call, each.key) for each in asked_for}
        absent, seen = frame.absent, frame.seen
        if_true, if_false = self.looked_at(node.test)
        something, something_else = not_none(node.test)
        frame.aside = aside or asked is None
        with frame.branch() as taken, _answering(asked, frame):
            self.trust(if_true, frame)
            frame.rule_out_none(something)
            frame.absent = absent | {each.call for each in asked_for if each.if_true is False}
            self.run(node.body, frame)
        frame.absent, frame.seen = absent | {each.call for each in asked_for if each.if_false is False}, seen
        with frame.branch() as other, _answering(negated(asked) if asked is not None else None, frame):
            self.trust(if_false, frame)
            frame.rule_out_none(something_else)
            self._narrow(node.test, frame)
            if isinstance(node.orelse, cst.If):
                frame.aside = aside
                self.run(node.orelse, frame)
            elif node.orelse is not None:
                self.run(node.orelse.body, frame)
        frame.aside = aside
        if taken.dead:
            self._refused(node, if_false, frame)
        if asked is not None:
            self._flags(node, asked, taken, other, frame)
        before.adopt([taken, other])
        frame.seen = seen | (if_false if taken.dead else frozenset()) | (if_true if other.dead else frozenset())
        # After `if "Item" in response: return`, and after its opposite, the rest of the block knows which it is.
        frame.absent = (
            absent
            | ({each.call for each in asked_for if each.if_false is False} if taken.dead else set())
            | ({each.call for each in asked_for if each.if_true is False} if other.dead else set())
        )

    @staticmethod
    def _flags(node: cst.If, asked: Test, taken: State, other: State, frame: Frame) -> None:
        """`keep = True` where an item passes, `keep = False` where it does not: whoever asks for `keep` asks the same of the item."""
        for name in taken.names.keys() | other.names.keys():
            flag = flagged(asked, taken.get(name), other.get(name))
            if flag is not None and (_sets(node, name) or _is_of_this_turn(name, asked, frame)):
                taken.names[name] = other.names[name] = flag

    @staticmethod
    def _refused(node: cst.If, seen: frozenset[str], frame: Frame) -> None:
        """`for key in body: if key not in ALLOWED: raise ...` has looked at all of the body when it comes to its end."""
        targets = {name.value for loop in frame.loops if loop.target is not None for name in walk(loop.target) if isinstance(name, cst.Name)}
        if isinstance(_last(node.body), cst.Raise | cst.Return):
            origins = (origin_of(frame.state.get(name) or NONE) for name in seen & targets)
            frame.vetted = frame.vetted | {origin.name for origin in origins if origin is not None}

    @staticmethod
    def _stops(node: cst.If, asked_for: list[Presence], frame: Frame) -> None:
        """`if not response["Items"]: break` ends a paging loop at the first page of which a filter left nothing."""
        if frame.loops and isinstance(_last(node.body), cst.Break | cst.Return):
            for each in asked_for:
                if each.key == "Items" and each.if_true is False:
                    each.call.use.stops.append(frame.at(node.test))

    def _narrow(self, test: cst.BaseExpression, frame: Frame) -> None:
        """After `if "k" in x: del x["k"]`, x has no k."""
        if (asked := looked_up(test)) is not None:
            self._lacks(*asked, frame)

    def _lacks(self, key: cst.BaseExpression, held: cst.Name, frame: Frame) -> None:
        owner, word = frame.state.get(held.value), self.evaluate(key, frame)
        value = frame.load(owner) if isinstance(owner, Ref) else None
        # What is there for sure may be false to `x.get("k")`, and is sent all the same.
        if isinstance(owner, Ref) and isinstance(value, Dict) and any(entry.key == word and not entry.surely for entry in value.entries):
            frame.state.heap[owner] = value.without(word)

    def _asked(self, node: cst.If, parts: tuple[Compare, ...], any_of: bool, frame: Frame) -> None:
        """Is this `if` how a loop over items picks some of them?"""
        for loop, bodies in zip(reversed(frame.loops), reversed(frame.bodies), strict=True):
            about = tuple(part for part in parts if any(part.subject.call is each.call for each in alternatives(loop.over) if isinstance(each, Answer)))
            skips = isinstance(_last(node.body), cst.Continue)
            what = dropped(node, bodies, loop.target, about) if about and not all(self._is_listed(part, frame) for part in about) else None
            if what is not None:
                for call in dict.fromkeys(part.subject.call for part in about):
                    call.use.filtered(Filter(tuple(part for part in about if part.subject.call is call), frame.at(node.test), what, any_of, skips))
                return

    @staticmethod
    def _is_listed(part: Compare, frame: Frame) -> bool:
        """Is the item looked up in a container that the program filled itself? What was done already is no key to query by."""
        held = [frame.load(option) for option in alternatives(part.other)]
        literal = all(isinstance(each, Sequence) and each.rest is None and all(isinstance(element, Const) for element in each.elements) for each in held)
        return part.operator in ("in", "not in") and any(isinstance(option, Ref) for option in alternatives(part.other)) and not literal

    def _for(self, node: cst.For, frame: Frame) -> None:
        over = frame.loaded(self.evaluate(node.iter, frame))
        element = element_of(over)
        counted = _counted(node.iter)
        if counted is not None:
            # `for i in range(len(items)):` goes over the items as well.
            over = frame.load(self.evaluate(counted, frame))
        for option in alternatives(over):
            if isinstance(option, Answer | Pages):
                option.call.use.iterated = True
        loop = Loop(element, frame.at(node), over, node.target, *self._habits(node))
        self._loop(node, loop, frame, lambda: self.assign(node.target, element, frame))

    def _while(self, node: cst.While, frame: Frame) -> None:
        def test() -> None:
            self.evaluate(node.test, frame)

        self._loop(node, Loop(Unknown("a while loop"), frame.at(node), None, None, *self._habits(node)), frame, test)

    def _habits(self, node: cst.For | cst.While) -> tuple[bool, bool]:
        """What the body of a loop tells of its turns, asked once."""
        if node not in self.habits:
            self.habits[node] = _habits(node)
        return self.habits[node]

    def _loop(self, node: cst.For | cst.While, loop: Loop, frame: Frame, begin: Callable[[], None]) -> None:
        """Walk the body twice: the second time with all that the first one changed, as every later turn of the real loop has it."""
        before, outer, bodies = frame.state, frame.loops, frame.bodies
        frame.loops, frame.bodies = (*outer, loop), (*bodies, (tuple(node.body.body)))
        turns = frame.turns
        aside, frame.aside = frame.aside, False
        left: list[State] = []
        frame.breaks.append(left)
        for _ in range(TURNS):
            with frame.branch() as turn:
                frame.turns = (*turns, turn)
                _begin_anew(loop, before, turn)
                begin()
                self.run(node.body, frame)
            ends = [state.since(before) for state in left]
            left.clear()
            # `while True` has no way past the body, but one that is left early may have had no turn either.
            before.adopt([before.fork(), *([turn] if not turn.dead else []), *ends])
        frame.breaks.pop()
        frame.aside = aside
        frame.loops, frame.bodies, frame.turns = outer, bodies, turns
        if isinstance(node, cst.While):
            begin()
        if node.orelse is not None:
            self.run(node.orelse.body, frame)

    def _with(self, node: cst.With, frame: Frame) -> None:
        catches, expected = frame.catches, frame.expected_to_fail
        for item in node.items:
            value = self.evaluate(item.item, frame)
            if item.asname is not None:
                self.assign(item.asname.name, self.entered(value, frame), frame)
            called = (dotted(item.item.func) or "").rpartition(".")[2] if isinstance(item.item, cst.Call) else ""
            frame.expected_to_fail = frame.expected_to_fail or called in ("raises", "assertRaises", "assertRaisesRegex", "assertRaisesRegexp")
            if isinstance(item.item, cst.Call) and called == "suppress":
                frame.catches = frame.catches | {(dotted(arg.value) or "*").split(".")[-1] for arg in item.item.args}
        self.run(node.body, frame)
        frame.catches, frame.expected_to_fail = catches, expected

    def _try(self, node: cst.Try | cst.TryStar, frame: Frame) -> None:
        before, catches = frame.state, frame.catches
        frame.catches = catches | _caught(node)
        with frame.branch() as body:
            self.run(node.body, frame)
        frame.catches = catches
        # An exception may come before or after anything that the body does.
        middle = before.fork()
        reached = body.since(middle)
        reached.base = middle
        middle.adopt([middle.fork(), _alive(reached)])
        ends: list[State] = []
        for handler in node.handlers:
            frame.state = middle.fork()
            if handler.name is not None and isinstance(handler.name.name, cst.Name):
                frame.state.names[handler.name.name.value] = Unknown("an exception")
            self.run(handler.body, frame)
            end = frame.state
            ended = end.since(before)
            ended.dead = end.dead
            ends.append(ended)
        frame.state = body
        if node.orelse is not None:
            self.run(node.orelse.body, frame)
        frame.state = before
        before.adopt([body, *ends])
        if node.finalbody is not None:
            dead, before.dead = before.dead, False
            self.run(node.finalbody.body, frame)
            before.dead = before.dead or dead

    def _match(self, node: cst.Match, frame: Frame) -> None:
        self.evaluate(node.subject, frame)
        before = frame.state
        ends: list[State] = [before.fork()]
        for case in node.cases:
            with frame.branch() as state, self.trusting(frozenset(), frame):
                if not isinstance(case.pattern, cst.MatchAs):
                    self.trust(frozenset(outside.texts(node.subject)), frame)
                if case.guard is not None:
                    self.evaluate(case.guard, frame)
                self.run(case.body, frame)
            ends.append(state)
        before.adopt(ends)


MOST_BLOCKS = 90
_AUGMENTED: dict[type[cst.BaseAugOp], type[cst.BaseBinaryOp]] = {
    cst.AddAssign: cst.Add,
    cst.SubtractAssign: cst.Subtract,
    cst.MultiplyAssign: cst.Multiply,
    cst.DivideAssign: cst.Divide,
    cst.FloorDivideAssign: cst.FloorDivide,
    cst.ModuloAssign: cst.Modulo,
    cst.BitOrAssign: cst.BitOr,
    cst.BitAndAssign: cst.BitAnd,
}


def _last(body: cst.BaseSuite) -> cst.CSTNode | None:
    """The last simple statement of a block."""
    line = body.body[-1] if body.body else None
    return line.body[-1] if isinstance(line, cst.SimpleStatementLine) else line


@contextmanager
def _answering(asked: Test | None, frame: Frame) -> Iterator[None]:
    """Run a branch in which an item passes: `return True` there answers what was asked, `return False` the opposite."""
    before = len(frame.returns)
    yield
    said = [index for index, value in enumerate(frame.returns[before:], before) if value in (Const(True), Const(False))]
    if asked is None or not said or not frame.stack or not only_answers(frame.stack[-1]):
        return
    is_one_of_several = any(isinstance(value, Test) for value in frame.returns[:before])
    for index in said:
        is_yes = frame.returns[index] == Const(True)
        frame.returns[index] = Test(asked.parts, asked.any_of or is_one_of_several) if is_yes else negated(asked)


def _sets(node: cst.If, name: str) -> bool:
    """Does an `if` give a name a value in itself and in its `else`, whatever it is asked?"""
    other = node.orelse
    return _assigns(node.body, name) and ((isinstance(other, cst.Else) and _assigns(other.body, name)) or (isinstance(other, cst.If) and _sets(other, name)))


def _assigns(body: cst.BaseSuite, name: str) -> bool:
    lines = (part for line in body.body for part in (line.body if isinstance(line, cst.SimpleStatementLine) else ()))
    targets = (each.target for part in lines if isinstance(part, cst.Assign) for each in part.targets)
    return any(isinstance(target, cst.Name) and target.value == name for target in targets)


def _begin_anew(loop: Loop, before: State, turn: State) -> None:
    """A flag that is there when a turn begins says something of the items before, and nothing of this turn's."""
    calls = {each.call for each in alternatives(loop.over or NONE) if isinstance(each, Answer)}
    for name, value in before.names.items() if calls else ():
        if any(isinstance(option, Test) and any(part.subject.call in calls for part in option.parts) for option in alternatives(value)):
            turn.names[name] = Unknown("a flag of an item before", "bool")


def _is_of_this_turn(name: str, asked: Test, frame: Frame) -> bool:
    """Has the turn with the item that is asked about given the name its value, and no turn before it?"""
    about = {part.subject.call for part in asked.parts}
    turns = (*(None for _ in frame.loops[len(frame.turns) :]), *frame.turns)
    for loop, turn in zip(reversed(frame.loops), reversed(turns), strict=True):
        if any(isinstance(each, Answer) and each.call in about for each in alternatives(loop.over)):
            return turn is None or frame.state.has_set(name, turn)
    return False


def _counted(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The x in `range(len(x))`."""
    for name in ("range", "len"):
        if not (isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == name and len(node.args) == 1):
            return None
        node = node.args[0].value
    return node


def _habits(node: cst.For | cst.While) -> tuple[bool, bool]:
    """Does a turn of the loop sleep, and can it end the loop?"""
    sleeps = leaves = False
    for below in walk(node.body):
        if type(below) is cst.Call:
            name = below.func.attr.value if isinstance(below.func, cst.Attribute) else below.func.value if isinstance(below.func, cst.Name) else ""
            sleeps = sleeps or "sleep" in name or name in ("throttle", "acquire", "wait", "backoff")
        leaves = leaves or type(below) is cst.Break or type(below) is cst.Return
    return sleeps, leaves


def _alive(state: State) -> State:
    state.dead = False
    return state


# Who catches all of these, only to tell of it and to raise it again, has caught none.
_ALL = ("Exception", "BaseException")


def _passes_on(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> bool:
    """Does a handler that is meant for any exception only raise again what it has caught, whatever it tells somebody before?"""
    if handler.type is not None and dotted(handler.type) not in _ALL:
        return False
    lines = [part for line in handler.body.body for part in (line.body if isinstance(line, cst.SimpleStatementLine) else [line])]
    last = lines[-1] if lines else None
    own = dotted(handler.name.name) if handler.name is not None else None
    again = isinstance(last, cst.Raise) and (last.exc is None or (isinstance(last.exc, cst.Name) and last.exc.value == own))
    return again and all(isinstance(part, cst.Expr | cst.Assign) for part in lines[:-1])


def _caught(node: cst.Try | cst.TryStar) -> frozenset[str]:
    found: set[str] = set()
    for handler in node.handlers:
        if _passes_on(handler):
            continue
        if handler.type is None:
            found.add("*")
        elif isinstance(handler.type, cst.Tuple):
            found |= {(dotted(each.value) or "*").split(".")[-1] for each in handler.type.elements}
        else:
            found.add((dotted(handler.type) or "*").split(".")[-1])
    return frozenset(found)


_HANDLERS: dict[type[cst.CSTNode], Callable[[Any, Any, Frame], None]] = {
    cst.Expr: Statements._expression,
    cst.Assign: Statements._assign,
    cst.AnnAssign: Statements._annotated,
    cst.AugAssign: Statements._augmented,
    cst.Return: Statements._return,
    cst.Raise: Statements._raise,
    cst.Break: Statements._leave,
    cst.Continue: Statements._leave,
    cst.Del: Statements._delete,
    cst.Assert: Statements._assert,
    cst.Global: Statements._global,
    cst.Import: Statements._import,
    cst.ImportFrom: Statements._import_from,
    cst.FunctionDef: Statements._function,
    cst.ClassDef: Statements._class,
    cst.If: Statements._if,
    cst.For: Statements._for,
    cst.While: Statements._while,
    cst.With: Statements._with,
    cst.Try: Statements._try,
    cst.TryStar: Statements._try,
    cst.Match: Statements._match,
}
