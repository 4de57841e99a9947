"""Turns an expression's node into what it may stand for. Evaluates forward, once per program path, and never guesses."""

from __future__ import annotations

import ast
import operator
import re
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import libcst as cst

from dynalint.model import makers, outside, times
from dynalint.model.context import not_none
from dynalint.model.filters import GUARDS, compared, is_about_items, leaves_out_nothing_else, negated, questions, truth
from dynalint.model.frame import Frame
from dynalint.model.record import Argument, Arguments, Call, Filter, Loop, Misuse
from dynalint.model.tree import spoken, walk
from dynalint.model.values import (
    MOST_TEXT,
    NONE,
    Answer,
    Blob,
    Class,
    Compare,
    Condition,
    Const,
    Construct,
    Dict,
    Either,
    Entry,
    Function,
    Handle,
    Instance,
    KeyPart,
    Method,
    Origin,
    Pages,
    Sequence,
    Symbol,
    Test,
    Text,
    Time,
    Unknown,
    Value,
    alternatives,
    answers_in,
    attribute_in,
    attributes_of,
    concatenated,
    element_of,
    is_large,
    join,
    join_all,
    known_text,
    origin_of,
    something,
    source_of,
    type_of,
)

if TYPE_CHECKING:
    from dynalint.model.module import ClassModel
    from dynalint.model.record import Declaration, TableModel

# Deeper than this no expression is followed: Python's own stack is the limit.
MOST_DEPTH = 80
# One file may cost this many steps, the same ones on every machine; of what is left after them nothing is said.
MOST_STEPS = 400_000
# And as many seconds of this thread's processor time, for work that no step shows.
MOST_SECONDS = 60.0
# So many steps pass between two looks at the clock.
STEPS_A_LOOK = 256
# Of which so many may be taken in the modules that it imports, which are each checked on their own.
MOST_STEPS_ABROAD = 10_000
MEASURED = "a length"
_PERCENT = re.compile(r"%(?:\((\w+)\))?s")
_WIDTH = re.compile(r"%[^%A-Za-z]*\d{4}")

_BINARY: dict[type[cst.BaseBinaryOp], Callable[[Any, Any], Any]] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
    cst.Divide: operator.truediv,
    cst.FloorDivide: operator.floordiv,
    cst.Modulo: operator.mod,
}
_COMPARE: dict[type[cst.BaseCompOp], str] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Is: "is",
    cst.IsNot: "is not",
}


_Result = TypeVar("_Result")
# Of this thread alone: neither other files nor a busy machine make a file late.
clock = time.thread_time


class TooFarError(Exception):
    """What was begun in another module takes more steps than are left for that."""


class TooMuchError(Exception):
    """The file takes more work than one may cost. The text says how much that is."""


class Expressions:
    """The part of the interpreter that evaluates expressions."""

    def __init__(self) -> None:
        self.steps = 0
        self.most_steps = MOST_STEPS
        self.left_abroad = MOST_STEPS_ABROAD
        self.is_abroad = False
        self.stopped = False
        """Was a file too much work? Then nothing is run any more."""
        self.latest = clock() + MOST_SECONDS
        self.depth = 0
        self.counted: set[cst.CSTNode] = set()
        """The comprehensions that stand in len(), sum() or Counter()."""
        self.results: dict[object, tuple[Value, frozenset[str]]] = {}
        """What functions return for what they are given, and what has been looked at by then: see Frame.vetted."""
        self.models: dict[ClassModel, TableModel | None] = {}
        """The classes that were asked whether they are PynamoDB models."""
        self.made_elsewhere: dict[object, Declaration] = {}
        """The tables that CDK, troposphere or Pulumi is told to make by code of another module than the one that asks for it."""
        self.habits: dict[cst.CSTNode, tuple[bool, bool]] = {}
        """The loops -> does a turn of them sleep, and can it end them?"""
        self._looked_at: dict[cst.CSTNode, tuple[frozenset[str], frozenset[str]]] = {}

    # The other parts of the interpreter

    def call(self, node: cst.Call, frame: Frame) -> Value:
        """What a call returns."""
        raise NotImplementedError

    def hand_on(self, values: Collection[Value], frame: Frame) -> None:
        """Write down that objects leave our sight."""
        raise NotImplementedError

    def call_value(self, value: Value, arguments: Arguments, node: cst.CSTNode, frame: Frame, name: str = "") -> Value:
        """What calling a value returns."""
        raise NotImplementedError

    def attribute_of_instance(self, ref: Value, instance: Instance, name: str, frame: Frame, node: cst.CSTNode) -> Value:
        """What an attribute of an object of this module's classes holds."""
        raise NotImplementedError

    def attribute_of_method(self, method: Method, name: str, frame: Frame, node: cst.CSTNode) -> Value:
        """What `resource.meta.client` and `super().table` hold."""
        raise NotImplementedError

    def attribute_of_class(self, cls: Class, name: str) -> Value:
        """What an attribute of a class of this module holds."""
        raise NotImplementedError

    def assign(self, target: cst.BaseExpression, value: Value, frame: Frame) -> None:
        """Bind a value to an assignment's target."""
        raise NotImplementedError

    # Entry

    def abroad(self, work: Callable[[], _Result], otherwise: _Result) -> _Result:
        """Work in other modules, as far as steps are left for that. What is half done there is not believed."""
        if self.is_abroad:
            return work()
        before, most = self.steps, self.most_steps
        self.is_abroad, self.most_steps = True, min(most, before + self.left_abroad)
        try:
            return work()
        except TooFarError:
            return otherwise
        finally:
            self.is_abroad, self.most_steps = False, most
            self.left_abroad -= self.steps - before

    def evaluate(self, node: cst.CSTNode, frame: Frame) -> Value:
        """What an expression may stand for."""
        handler = _HANDLERS.get(type(node))
        if handler is None:
            return Unknown(f"{type(node).__name__} is not followed")
        self.steps += 1
        if self.stopped or self.steps > self.most_steps or (not self.steps % STEPS_A_LOOK and self.is_late):
            return self._too_much()
        if self.depth > MOST_DEPTH:
            return Unknown("nested too deeply")
        self.depth += 1
        try:
            value = handler(self, node, frame)
        finally:
            self.depth -= 1
        if isinstance(value, Sequence | Condition | Text | Test) and is_large(value):
            value = Unknown("made of too many parts", type_of(value))
        if frame.module.revealed is not None:
            old = frame.module.revealed.get(node)
            shown = frame.frozen(value)
            frame.module.revealed[node] = (frame.chunk, join(old[1], shown) if old else shown)
        return value

    @property
    def is_late(self) -> bool:
        """Has the file taken more time than one may?"""
        return clock() > self.latest

    def _too_much(self) -> Value:
        if self.is_abroad:
            raise TooFarError
        if not self.stopped:
            self.stopped = True
            raise TooMuchError(f"{MOST_STEPS:,} steps" if self.steps > self.most_steps else f"{MOST_SECONDS:g} s")
        return Unknown("this file is too much work")

    # Leaves

    def _name(self, node: cst.Name, frame: Frame) -> Value:
        return self.lookup(node.value, frame)

    def lookup(self, name: str, frame: Frame) -> Value:
        """What a name means in a function: its own, an enclosing function's, the module's, or a builtin's."""
        current: Frame | None = frame
        while current is not None:
            if name not in current.globals and (value := current.state.get(name)) is not None:
                return self.followed(value, frame)
            current = current.closure
        if name in ("True", "False", "None"):
            return Const({"True": True, "False": False, "None": None}[name])
        value = frame.module.value(name)
        if value is not None:
            return self.followed(value, frame)
        if name in _BUILTINS:
            return Symbol(f"builtins.{name}")
        return Unknown(f"{name} is not defined in this file")

    @staticmethod
    def followed(value: Value, frame: Frame) -> Value:
        """What a name that is imported means in the module that it comes from."""
        if isinstance(value, Either):
            return join_all(Expressions.followed(option, frame) for option in value.options)
        known = frame.module.imported(value.name) if isinstance(value, Symbol) else None
        return known if known is not None else value

    def _number(self, node: cst.Integer | cst.Float | cst.Imaginary, frame: Frame) -> Value:
        text = node.value
        try:
            # Nearly all are plain, and Python's parser takes ten times as long.
            value = int(text) if text.isdecimal() and text[0] != "0" else ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return Unknown("a number that this Python cannot read", "int")
        return Const(value)

    def _string(self, node: cst.SimpleString, frame: Frame) -> Value:
        text = node.value
        if text[0] in "\"'" and "\\" not in text:
            quotes = 3 if text[:3] in ('"""', "'''") else 1
            return Const(text[quotes:-quotes])
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return Unknown("a string that this Python cannot read", "str")
        return Const(value)

    def _concatenated(self, node: cst.ConcatenatedString, frame: Frame) -> Value:
        left, right = self.evaluate(node.left, frame), self.evaluate(node.right, frame)
        if isinstance(left, Const) and isinstance(left.value, bytes):
            return Const(left.value + right.value) if isinstance(right, Const) and isinstance(right.value, bytes) else Unknown("bytes", "bytes")
        return concatenated(left, right)

    def _formatted(self, node: cst.FormattedString, frame: Frame) -> Value:
        parts: list[Value] = []
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                parts.append(Const(_unescaped(part.value, raw="r" in node.prefix.lower())))
            elif isinstance(part, cst.FormattedStringExpression):
                value = self.evaluate(part.expression, frame)
                plain = part.format_spec is None and part.conversion is None
                parts.append(self._shown(frame.load(value), plain, frame.function))
        return concatenated(*parts) if parts else Const("")

    @staticmethod
    def _shown(value: Value, plain: bool, function: str) -> Value:
        if plain and isinstance(value, Const) and isinstance(value.value, str | int) and not isinstance(value.value, bool):
            return Const(str(value.value))
        if isinstance(value, Text | Blob | Answer | Time):
            return value
        if plain and all(isinstance(option, Const) and isinstance(option.value, str) for option in alternatives(value)):
            return value
        origin = origin_of(value)
        return Unknown("formatted into a string", "str", origin=Origin(origin.name, origin.via or function) if origin is not None else None)

    # Containers

    def _tuple(self, node: cst.Tuple, frame: Frame) -> Value:
        return self._sequence(node, frame, "tuple")

    def _list(self, node: cst.List, frame: Frame) -> Value:
        return frame.new(node, self._sequence(node, frame, "list"))

    def _set(self, node: cst.Set, frame: Frame) -> Value:
        return frame.new(node, self._sequence(node, frame, "set"))

    def _sequence(self, node: cst.Tuple | cst.List | cst.Set, frame: Frame, kind: Any) -> Sequence:
        made = Sequence((), None, kind)
        for element in node.elements:
            value = self.evaluate(element.value, frame)
            self.hand_on((value,), frame)
            made = made.extended(frame.loaded(value)) if isinstance(element, cst.StarredElement) else made.with_element(value)
        return made

    def _dict(self, node: cst.Dict, frame: Frame) -> Value:
        made, entries = Dict(), list[Entry]()
        for element in node.elements:
            if isinstance(element, cst.DictElement):
                key, value = self.evaluate(element.key, frame), self.evaluate(element.value, frame)
                self.hand_on((value,), frame)
                entries.append(Entry(key, value, True, frame.at(element)))
            else:
                made = made.with_entries(entries).updated(self.as_dict(self.evaluate(element.value, frame), frame))
                entries = []
        return frame.new(node, made.with_entries(entries))

    def as_dict(self, value: Value, frame: Frame) -> Dict:
        """A value as a dict, open where it is not known to be one."""
        options = [frame.load(option) for option in alternatives(value)]
        known = [option if isinstance(option, Dict) else attributes_of(option) for option in options if isinstance(option, Dict | Answer)]
        joined = join_all(known) if known else Dict((), True)
        assert isinstance(joined, Dict)
        empty = sum(option == NONE for option in options)
        origin = joined.origin or next((option.origin for option in options if isinstance(option, Unknown)), None)
        return Dict(joined.entries, joined.open or len(known) + empty < len(options), origin, joined.lent)

    # Operators

    def _binary(self, node: cst.BinaryOperation, frame: Frame) -> Value:
        left, right = self.evaluate(node.left, frame), self.evaluate(node.right, frame)
        return self.binary(type(node.operator), left, right, node, frame)

    def binary(self, operation: type[cst.BaseBinaryOp], left: Value, right: Value, node: cst.CSTNode, frame: Frame) -> Value:
        """What an arithmetic operator makes of two values."""
        if isinstance(left, Condition) or isinstance(right, Condition):
            name = {cst.BitAnd: "and", cst.BitOr: "or"}.get(operation)
            return self.built(Condition(name, (left, right), frame.at(node)), node, frame) if name else Unknown("an operator that conditions don't have")
        one, two = frame.load(left), frame.load(right)
        if isinstance(one, Test) and isinstance(two, Test) and operation in (cst.BitAnd, cst.BitOr):
            return Test((*one.parts, *two.parts), operation is cst.BitOr)
        if isinstance(one, Either) or isinstance(two, Either):
            pairs = [(a, b) for a in alternatives(one)[:3] for b in alternatives(two)[:3]]
            return join_all(self.binary(operation, a, b, node, frame) for a, b in pairs)
        if isinstance(one, Time) or isinstance(two, Time):
            return times.arithmetic(_SYMBOLS.get(operation, "?"), one, two)
        if isinstance(one, Const) and isinstance(two, Const) and operation in _BINARY:
            return _folded(operation, one, two)
        if operation in (cst.Subtract, cst.BitAnd):
            self._keys_compared(one, two, frame)
        if operation is cst.Add:
            return self._added(one, two, left, right, node, frame)
        if operation is cst.BitOr and isinstance(one, Dict) and isinstance(two, Dict | Unknown | Answer):
            return frame.new(node, one.updated(self.as_dict(two, frame)))
        if operation is cst.BitOr and isinstance(two, Dict):
            return frame.new(node, self.as_dict(one, frame).updated(two))
        if operation is cst.Modulo and type_of(one) == "str":
            return self._percent(one, two)
        if operation is cst.Divide and not is_path(one):
            is_float = {type_of(one), type_of(two)} <= {"int", "float"} or _makes_float(one, two)
            return Unknown("the result of a division", "float" if is_float else None, of=source_of(one, two))
        if operation is cst.Modulo and type_of(one) is None:
            return Unknown("a text or a number")
        return _computed(one, two)

    @staticmethod
    def _keys_compared(one: Value, two: Value, frame: Frame) -> None:
        """`set(body) - ALLOWED` and `body.keys() <= ALLOWED` look at all that there is in what came from outside."""
        for option in (one, two):
            if isinstance(option, Sequence) and option.kind == "set" and option.rest is not None and (origin := origin_of(option.rest)) is not None:
                frame.vetted = frame.vetted | {origin.name}

    @staticmethod
    def _percent(template: Value, values: Value) -> Value:
        known = known_text(template)
        if known is None:
            return Unknown("formatted", "str")
        pattern = _PERCENT.split(known)
        parts, names = pattern[::2], pattern[1::2]
        filled = values.elements if isinstance(values, Sequence) and values.kind == "tuple" else (values,)
        if isinstance(values, Dict) and None not in names:
            entries = (values.entry(name) for name in names)
            filled = tuple(entry.value if entry is not None else Unknown("formatted", "str", origin=values.origin) for entry in entries)
        if len(parts) != len(filled) + 1 or any("%" in part for part in parts):
            return Text((Unknown("formatted", "str", origin=next((origin for each in filled if (origin := origin_of(each)) is not None), None)),))
        pieces: list[Value] = [Const(parts[0])]
        for value, part in zip(filled, parts[1:], strict=True):
            pieces += [value if type_of(value) == "str" else Unknown("formatted", "str", origin=origin_of(value)), Const(part)]
        return concatenated(*pieces)

    @staticmethod
    def _added(one: Value, two: Value, left: Value, right: Value, node: cst.CSTNode, frame: Frame) -> Value:
        if isinstance(one, Sequence):
            return frame.new(node, one.extended(two)) if one.kind != "tuple" else one.extended(two)
        if isinstance(one, Answer) and one.is_items:
            return frame.new(node, Sequence((), one.step("*")).extended(two))
        if isinstance(two, Sequence):
            return frame.new(node, Sequence((), element_of(one)).extended(two))
        for value, other in ((one, two), (two, one)):
            if isinstance(value, Blob) and type_of(other) in ("str", "bytes"):
                return value
        if "str" in (type_of(one), type_of(two)):
            return concatenated(one, two)
        return _computed(one, two)

    def _boolean(self, node: cst.BooleanOperation, frame: Frame) -> Value:
        left, right = self.evaluate(node.left, frame), self.evaluate(node.right, frame)
        is_and = isinstance(node.operator, cst.And)
        if isinstance(left, Condition) or isinstance(right, Condition):
            return self.built(Condition("python-and" if is_and else "python-or", (left, right), frame.at(node)), node, frame)
        parts = (*questions(left), *questions(right))
        if parts and (is_about_items(left) or is_about_items(right)):
            asked = Test(parts, any_of=not is_and)
            return asked if isinstance(left, Test) or isinstance(right, Test) else join(left, right)
        if isinstance(left, Const):
            return right if bool(left.value) is is_and else left
        # What is known to lead to the right side is never what comes out.
        kept = [option for option in alternatives(left) if not (isinstance(option, Const) and bool(option.value) is is_and)]
        return right if is_and and type_of(left) == "bool" else join_all([*kept, right])

    def _unary(self, node: cst.UnaryOperation, frame: Frame) -> Value:
        value = self.evaluate(node.expression, frame)
        if isinstance(node.operator, cst.Not):
            if isinstance(value, Condition):
                return self.built(Condition("python-not", (value,), frame.at(node)), node, frame)
            if isinstance(value, Const):
                return Const(not value.value)
            parts = questions(value)
            return negated(Test(parts)) if parts else Unknown("a truth value", "bool")
        if isinstance(value, Condition) and isinstance(node.operator, cst.BitInvert):
            return self.built(Condition("not", (value,), frame.at(node)), node, frame)
        if isinstance(value, Const) and isinstance(value.value, int | float) and isinstance(node.operator, cst.Minus):
            return Const(-value.value)
        return value if isinstance(node.operator, cst.Plus) else Unknown("computed", type_of(value))

    def _comparison(self, node: cst.Comparison, frame: Frame) -> Value:
        left = self.evaluate(node.left, frame)
        self._tested(node, left, frame)
        parts: list[Compare] = []
        for target in node.comparisons:
            right = self.evaluate(target.comparator, frame)
            for measured in (left, right):
                self._measured(measured, frame)
            sign = _COMPARE.get(type(target.operator), "?")
            if sign in ("<", "<=", ">", ">=", "==", "!="):
                self._keys_compared(frame.load(left), frame.load(right), frame)
            self._noticed(left, sign, frame.load(right), node, frame)
            self._misused(left, sign, right, node, frame)
            parts += compared(frame.load(left), sign, right, frame.load(right))
            known = _decided(left, sign, right) if len(node.comparisons) == 1 else None
            if known is not None:
                return known
            left = right
        return Test(tuple(parts)) if parts else Unknown("a truth value", "bool")

    def _tested(self, node: cst.Comparison, left: Value, frame: Frame) -> None:
        """A count that is only compared with 0 or 1 asks whether there is anything at all."""
        other = node.comparisons[0].comparator
        if not (isinstance(other, cst.Integer) and other.value in ("0", "1")):
            return
        counted = left
        measures = isinstance(node.left, cst.Call) and isinstance(node.left.func, cst.Name) and node.left.func.value == "len" and len(node.left.args) == 1
        if measures and isinstance(node.left, cst.Call):
            counted = frame.load(self.evaluate(node.left.args[0].value, frame))
        for option in alternatives(counted):
            if isinstance(option, Answer) and (option.is_items if measures else option.path == ("Count",)):
                frame.read(Answer(option.call), "len" if measures else "Count", "test", node)

    def _misused(self, left: Value, sign: str, right: Value, node: cst.CSTNode, frame: Frame) -> None:
        for part, other in ((left, right), (right, left)):
            if isinstance(part, KeyPart):
                frame.module.misuses[(node, frame.stack)] = Misuse(part, sign, frame.frozen(other), frame.at(node))

    @staticmethod
    def _measured(value: Value, frame: Frame) -> None:
        """A length that is compared with anything bounds what was measured, for all that the program does with it from here on."""
        for option in alternatives(value):
            if isinstance(option, Unknown) and option.why == MEASURED and isinstance(frame.state.get(option.name), Blob | Either):
                kept = [each for each in alternatives(frame.state.get(option.name) or NONE) if not isinstance(each, Blob)]
                frame.state.names[option.name] = join_all([Unknown("a value whose length is looked at", None, True), *kept])

    @staticmethod
    def _noticed(left: Value, sign: str, right: Value, node: cst.CSTNode, frame: Frame) -> None:
        """`"LastEvaluatedKey" in response` reads the key as well as an index does."""
        for option in alternatives(right):
            if sign in ("in", "not in") and isinstance(option, Answer) and not option.path and (key := known_text(left)) is not None:
                frame.read(option, key, "in", node)

    def _either(self, node: cst.IfExp, frame: Frame) -> Value:
        test = self.evaluate(node.test, frame)
        if isinstance(test, Const):
            return self.evaluate(node.body if test.value else node.orelse, frame)
        options: list[Value] = []
        for expression, seen, given in zip((node.body, node.orelse), self.looked_at(node.test), not_none(node.test), strict=True):
            with self.trusting(seen, frame, given):
                options.append(self.evaluate(expression, frame))
        return join_all(options)

    # Parts of values

    def _attribute(self, node: cst.Attribute, frame: Frame) -> Value:
        return self.attribute(self.evaluate(node.value, frame), node.attr.value, node, frame)

    def attribute(self, value: Value, name: str, node: cst.CSTNode, frame: Frame) -> Value:
        """What an attribute of a value holds, where it is not called."""
        if isinstance(value, Either):
            return join_all(self.attribute(option, name, node, frame) for option in something(value))
        loaded = frame.load(value)
        if isinstance(loaded, Instance):
            return self.attribute_of_instance(value, loaded, name, frame, node)
        if isinstance(loaded, Method):
            return self.attribute_of_method(loaded, name, frame, node)
        if isinstance(loaded, Class):
            return self.attribute_of_class(loaded, name)
        if isinstance(loaded, Symbol):
            full = f"{loaded.name}.{name}"
            known = frame.module.imported(full) or outside.attribute(loaded, name)
            return known if known is not None else Symbol(full)
        if isinstance(loaded, Handle):
            return _of_handle(loaded, name)
        if isinstance(loaded, Construct):
            return makers.attribute_of(loaded, name)
        if isinstance(loaded, Answer):
            if loaded.is_items and name not in _FRAME_METHODS:
                return loaded.step("*").step(name)  # a column of a pandas frame: lists have no such attribute
            return loaded.step(name) if loaded.is_item or loaded.attribute else Method(loaded, name)
        if isinstance(loaded, Unknown) and loaded.type == "http response" and name in ("content", "text"):
            return Blob("a body", "bytes", "bytes") if name == "content" else Blob("a body", "text", "str")
        if isinstance(loaded, Sequence) and name not in _FRAME_METHODS:
            return self.column(loaded, name)
        if isinstance(loaded, Unknown):
            return self.unseen(outside.attribute(loaded, name), node, frame) or Unknown(f"attribute {name} of something that is not known ({loaded.why})"[:160])
        return Method(value, name)

    @staticmethod
    def unseen(value: Value | None, node: cst.CSTNode, frame: Frame) -> Value | None:
        """What an expression holds that came from outside; where this path has looked at the same expression before, that is nobody's any more."""
        return outside.trusted(value) if value is not None and frame.seen and not frame.seen.isdisjoint(outside.texts(node)) else value

    def looked_at(self, test: cst.BaseExpression) -> tuple[frozenset[str], frozenset[str]]:
        """The expressions of which a test has seen what they hold, where it is true and where it is false; written out once."""
        if test not in self._looked_at:
            self._looked_at[test] = outside.looked_at(test)
        return self._looked_at[test]

    @contextmanager
    def trusting(self, seen: frozenset[str], frame: Frame, something: frozenset[str] = frozenset()) -> Iterator[None]:
        """Run what stands behind a test that has looked at these expressions, and that `something` passes only where it is not None; go on as before."""
        before, names = frame.seen, {name: frame.state.names.get(name) for name in seen | something}
        self.trust(seen, frame)
        frame.rule_out_none(something)
        yield
        frame.seen = before
        for name, value in names.items():
            if value is not None:
                frame.state.names[name] = value
            else:
                frame.state.names.pop(name, None)

    @staticmethod
    def trust(seen: frozenset[str], frame: Frame) -> None:
        """From here on, this path has looked at what these expressions hold."""
        for name in seen:
            value = frame.state.get(name)
            if value is not None and origin_of(value) is not None:
                frame.state.names[name] = join_all(outside.trusted(option) for option in alternatives(value))
        if seen:
            frame.seen = frame.seen | seen

    def _subscript(self, node: cst.Subscript, frame: Frame) -> Value:
        value = self.evaluate(node.value, frame)
        if len(node.slice) != 1:
            for each in node.slice:
                self._slice_parts(each.slice, frame)
            return Unknown("an index of several parts")
        part = node.slice[0].slice
        if isinstance(part, cst.Slice):
            self._slice_parts(part, frame)
            return self._sliced(value, part, node, frame)
        assert isinstance(part, cst.Index)
        return self.index(value, self.evaluate(part.value, frame), node, frame)

    def _slice_parts(self, part: cst.BaseSlice, frame: Frame) -> None:
        nodes = (part.lower, part.upper, part.step) if isinstance(part, cst.Slice) else (part.value,) if isinstance(part, cst.Index) else ()
        for each in nodes:
            if each is not None:
                self.evaluate(each, frame)

    @staticmethod
    def _sliced(value: Value, part: cst.Slice, node: cst.CSTNode, frame: Frame) -> Value:
        loaded = frame.load(value)
        if isinstance(loaded, Sequence):
            return frame.new(node, Sequence((), loaded.each, loaded.kind)) if loaded.elements or loaded.rest is not None else loaded
        if isinstance(loaded, Blob):
            # A slice with an upper end bounds the size.
            return Unknown("a bounded part", loaded.type, True) if part.upper is not None else loaded
        if isinstance(loaded, Answer) and loaded.is_items and part.lower is not None and part.upper is None:
            frame.read(Answer(loaded.call), "others", "index", node)
        return loaded if isinstance(loaded, Answer) else Unknown("a slice", type_of(loaded), origin=origin_of(loaded))

    def index(self, value: Value, key: Value, node: cst.CSTNode, frame: Frame) -> Value:
        """What `value[key]` holds."""
        if isinstance(value, Either):
            return join_all(self.index(option, key, node, frame) for option in something(value))
        loaded = frame.load(value)
        text = known_text(key)
        if isinstance(loaded, Dict):
            return self._entry(loaded, key)
        if isinstance(loaded, Sequence) and text is not None:
            return self.column(loaded, text)
        if isinstance(loaded, Sequence) and isinstance(key, Test):
            self._masked(key, node, frame)
            return value
        if isinstance(loaded, Method) and loaded.name in ("loc", "iloc"):
            return self.index(loaded.receiver, key, node, frame)
        if isinstance(loaded, Sequence):
            position = key.value if isinstance(key, Const) and isinstance(key.value, int) else None
            if position is not None and loaded.rest is None and -len(loaded.elements) <= position < len(loaded.elements):
                return loaded.elements[position]
            return loaded.each
        if isinstance(loaded, Answer):
            if text is None:
                if isinstance(key, Test) and loaded.is_items:
                    self._masked(key, node, frame)
                    return loaded
                if loaded.is_items and isinstance(key, Const):
                    from_the_end = isinstance(key.value, int) and key.value < 0
                    frame.read(Answer(loaded.call), "others" if from_the_end else "first", "index", node)
                # An index by number keeps what an attribute is about.
                return loaded.step("*") if loaded.is_items else loaded if loaded.attribute is not None else Unknown("a part of a response")
            if loaded.is_items:
                return loaded.step("*").step(text)
            if not loaded.path:
                frame.read(loaded, text, "index", node)
            return loaded.step(text)
        if isinstance(loaded, Unknown):
            return self.unseen(outside.index(loaded, text), node, frame) or Unknown(f"[{text or ''}] of something that is not known ({loaded.why})"[:160])
        if isinstance(loaded, Symbol):
            return Unknown(f"{loaded.name}[{text or ''}]", "str" if loaded.name == "os.environ" else None, name=text or "")
        return Unknown("an index")

    @staticmethod
    def _masked(key: Test, node: cst.CSTNode, frame: Frame) -> None:
        """`frame[frame["status"] == "open"]` keeps the rows that pass."""
        for call in dict.fromkeys(part.subject.call for part in key.parts):
            call.use.filtered(Filter(tuple(part for part in key.parts if part.subject.call is call), frame.at(node), "a pandas mask"))

    @staticmethod
    def column(rows: Sequence, name: str) -> Value:
        """`frame["status"]`: that attribute of every row."""
        found = [option.step(name) for option in alternatives(rows.each) if isinstance(option, Answer) and option.is_item]
        return join_all(found) if found else Unknown(f"[{name}] of a list")

    @staticmethod
    def _entry(value: Dict, key: Value) -> Value:
        text = known_text(key)
        entry = value.entry(text) if text is not None else next((e for e in value.entries if e.key == key), None)
        if entry is not None:
            return entry.value if entry.surely or not value.open else join(entry.value, Unknown("another value of the same key"))
        if text is not None and value.has(text) is False:
            return Unknown(f"there is no key {text!r}")
        if text is None:
            return join_all([Unknown("a value of a dict"), *(e.value for e in value.entries)])
        return attribute_in(value, text) or Unknown(f"key {text!r} of an open dict", origin=outside.under(value.origin, text))

    # Functions, comprehensions and the rest

    def _lambda(self, node: cst.Lambda, frame: Frame) -> Value:
        return Function("<lambda>", node, frame)

    def _named(self, node: cst.NamedExpr, frame: Frame) -> Value:
        value = self.evaluate(node.value, frame)
        self.assign(node.target, value, frame)
        return value

    def _transparent(self, node: Any, frame: Frame) -> Value:
        return self.evaluate(node.expression, frame)

    def _yield(self, node: cst.Yield, frame: Frame) -> Value:
        if isinstance(node.value, cst.From):
            frame.yields.append(element_of(frame.loaded(self.evaluate(node.value.item, frame))))
        elif node.value is not None:
            frame.yields.append(self.evaluate(node.value, frame))
            self.hand_on(frame.yields[-1:], frame)
        return Unknown("sent into a generator")

    def _comprehension(self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp, frame: Frame) -> Value:
        with frame.branch() as state, self.trusting(frozenset(), frame):
            what = "a count" if isinstance(node.elt, cst.Integer) or node in self.counted else "a comprehension"
            with self._turning(node, self._comp_for(node.for_in, frame, node.elt, what), frame):
                element = self.evaluate(node.elt, frame)
            made = Sequence((), element, "set" if isinstance(node, cst.SetComp) else "list")
        frame.state.heap.update(state.heap)
        return frame.new(node, made)

    @staticmethod
    @contextmanager
    def _turning(node: cst.BaseComp, turn: tuple[Value, Value], frame: Frame) -> Iterator[None]:
        """Run what one turn of a comprehension makes, of what the turn gets and what it goes over."""
        outer, bodies = frame.loops, frame.bodies
        frame.loops, frame.bodies = (*outer, Loop(turn[0], frame.at(node), turn[1], node.for_in.target)), (*bodies, ())
        try:
            yield
        finally:
            frame.loops, frame.bodies = outer, bodies

    def _dict_comprehension(self, node: cst.DictComp, frame: Frame) -> Value:
        whole = self._rebuilt(node, frame)
        if whole is not None:
            return whole
        with frame.branch() as state, self.trusting(frozenset(), frame), self._turning(node, self._comp_for(node.for_in, frame, node.value), frame):
            entry = Entry(self.evaluate(node.key, frame), self.evaluate(node.value, frame), False, frame.at(node))
        frame.state.heap.update(state.heap)
        return frame.new(node, Dict((entry,), not isinstance(entry.key, Const), origin_of(entry.key)))

    def _rebuilt(self, node: cst.DictComp, frame: Frame) -> Value | None:
        """`{k: convert(v) for k, v in item.items()}` is the item in another form, or the dict where all its keys are known."""
        over = node.for_in.iter
        if not (isinstance(over, cst.Call) and isinstance(over.func, cst.Attribute) and over.func.attr.value == "items"):
            return None
        held = frame.load(self.evaluate(over.func.value, frame))
        known = isinstance(held, Dict) and held.entries and all(isinstance(entry.key, Const) for entry in held.entries)
        if isinstance(held, Dict) and known and node.for_in.inner_for_in is None and leaves_out_nothing_else(node.for_in):
            return self._each_entry(node, held, frame)
        if node.for_in.ifs:
            return None
        options = [option for option in alternatives(held) if isinstance(option, Answer) and option.is_item]
        return join_all(option.step("()") for option in options) if options else None

    def _each_entry(self, node: cst.DictComp, held: Dict, frame: Frame) -> Value:
        """`{k: v for k, v in params.items() if v is not None}`, entry by entry; what may not be there may be left out, or was never there."""
        made = Dict((), held.open, held.origin, held.lent)
        for entry in held.entries:
            kept: list[Value] = []
            key: Value = entry.key
            surely = entry.surely
            for option in alternatives(entry.value):
                with frame.branch() as state:
                    self.assign(node.for_in.target, Sequence((entry.key, option), kind="tuple"), frame)
                    tests = [frame.load(self.evaluate(condition.test, frame)) for condition in node.for_in.ifs]
                    holds = all(isinstance(test, Const) and bool(test.value) for test in tests)
                    surely = surely and holds
                    if not any(isinstance(test, Const) and not test.value for test in tests):
                        key = self.evaluate(node.key, frame)
                        kept.append(self.evaluate(node.value, frame))
                frame.state.heap.update(state.heap)
            if kept:
                made = made.with_entry(Entry(key, join_all(kept), surely, entry.place))
        return frame.new(node, made)

    def _comp_for(
        self, node: cst.CompFor, frame: Frame, element: cst.CSTNode, what: str = "a comprehension", outer: frozenset[Call] = frozenset()
    ) -> tuple[Value, Value]:
        """Bind the names of a `for` in a comprehension and note what its `if` drops; what one turn gets, and over what it goes."""
        over = frame.load(self.evaluate(node.iter, frame))
        if isinstance(element, cst.Integer) and not node.ifs and isinstance(over, Answer) and over.is_items:
            # `sum(1 for item in items)` is the length of what cannot say its own.
            frame.read(Answer(over.call), "len", "count", node)
            return over.step("*"), over
        each = element_of(self._iterated(over, frame))
        self.assign(node.target, each, frame)
        # What is asked of one of these drops it; what is compared with it may come from anywhere.
        picked = outer | {answer.call for answer in answers_in(frame.frozen(each))}
        for condition in node.ifs:
            self.trust(self.looked_at(condition.test)[0], frame)
            if outside.is_left_out(condition.test, node.target) and (origin := origin_of(each)) is not None:
                frame.vetted = frame.vetted | {origin.name}
            asked = truth(frame.load(self.evaluate(condition.test, frame)))
            asked = Test(tuple(part for part in asked.parts if part.subject.call in picked), asked.any_of) if asked is not None else None
            if asked is not None and asked.parts:
                used = {below.evaluated_value for below in walk(element) if isinstance(below, cst.SimpleString)}
                bound = {below.target.value for below in walk(condition.test) if isinstance(below, cst.NamedExpr) and isinstance(below.target, cst.Name)}
                if any(isinstance(below, cst.Name) and below.value in bound for below in walk(element)):
                    used |= {part.subject.attribute or "" for part in asked.parts}
                self._filtered(asked, frozenset(str(each) for each in used), frame.at(node), what, frame)
        if node.inner_for_in is not None:
            self._comp_for(node.inner_for_in, frame, element, what, picked)
        return each, over

    @staticmethod
    def _iterated(over: Value, frame: Frame) -> Value:
        for option in alternatives(over):
            if isinstance(option, Answer | Pages):
                option.call.use.iterated = True
        return frame.loaded(over)

    @staticmethod
    def _filtered(asked: Test, used: frozenset[str], place: Any, what: str, frame: Frame) -> None:
        """Write the filter down at every operation whose items it drops. A guard of the attribute that is used then drops none."""
        for call in dict.fromkeys(part.subject.call for part in asked.parts):
            parts = tuple(part for part in asked.parts if part.subject.call is call)
            guards = all(part.operator in GUARDS and part.subject.attribute in used for part in parts)
            if not guards:
                call.use.filtered(Filter(parts, place, what, asked.any_of))

    def built(self, condition: Condition, node: cst.CSTNode, frame: Frame) -> Condition:
        """Write a condition down: a wrong one is wrong wherever it goes."""
        frame.module.conditions[(node, frame.stack)] = condition
        return condition

    def arguments(self, nodes: Any, frame: Frame) -> Arguments:
        """The evaluated arguments of a call."""
        positional: list[Value] = []
        names: list[str] = []
        spread_values: list[Value] = []
        keywords: dict[str, Argument] = {}
        is_open = False
        for node in nodes:
            value = self.evaluate(node.value, frame)
            if node.star == "*":
                loaded = frame.load(value)
                if isinstance(loaded, Sequence) and loaded.rest is None:
                    positional += loaded.elements
                    names += [""] * len(loaded.elements)
                else:
                    is_open = True
            elif node.star == "**":
                spread = self.as_dict(value, frame)
                spread_values.append(frame.load(value))
                is_open = is_open or spread.open or any(known_text(entry.key) is None for entry in spread.entries)
                for entry in spread.entries:
                    if (name := known_text(entry.key)) is not None:
                        keywords[name] = Argument(name, entry.value, entry.surely, entry.place or frame.at(node), True)
            elif node.keyword is not None:
                keywords[node.keyword.value] = Argument(node.keyword.value, value, True, frame.at(node), False, spoken(node.value))
            else:
                positional.append(value)
                names.append(spoken(node.value))
        said = _said(nodes[0].value) if nodes else ()
        return Arguments(tuple(positional), keywords, is_open, tuple(names), tuple(spread_values), said)


# What a list or a pandas frame has by itself; anything else on rows of items is a column.
_FRAME_METHODS = frozenset({*dir(list), "loc", "iloc", "query", "to_dict", "iterrows", "itertuples", "columns", "empty", "shape", "head", "copy"})
_BUILTINS = frozenset(dir(__import__("builtins")))
_SYMBOLS = {cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.FloorDivide: "//", cst.Modulo: "%"}


def _computed(one: Value, two: Value) -> Unknown:
    types = {type_of(one), type_of(two)}
    is_float = ("float" in types and types <= {"int", "float"}) or _makes_float(one, two)
    return Unknown("computed", "float" if is_float else "int" if types == {"int"} else None, of=source_of(one, two))


def _makes_float(one: Value, two: Value) -> bool:
    """Is one a float and the other a number that nothing is known of? A Decimal, which comes out of items, cannot be calculated with a float at all."""
    return any(type_of(known) == "float" and isinstance(other, Unknown) and other.type is None for known, other in ((one, two), (two, one)))


def _folded(operation: Any, one: Const, two: Const) -> Value:
    left, right = one.value, two.value
    if operation is cst.Multiply and any(isinstance(v, str | bytes) for v in (left, right)):
        sizes = [len(v) if isinstance(v, str | bytes) else v for v in (left, right)]
        if not all(isinstance(size, int) for size in sizes) or sizes[0] * sizes[1] > MOST_TEXT:  # type: ignore[operator]
            return Unknown("a very long text", type_of(one))
    if isinstance(left, str | bytes) and (_is_long(left) or _is_long(right) or (operation is cst.Modulo and _asks_for_much(left))):
        return Unknown("a very long text", type_of(one))
    if isinstance(left, int) and isinstance(right, int) and max(left.bit_length(), right.bit_length()) > 4096:
        return Unknown("a very large number", "int")
    try:
        return Const(_BINARY[operation](left, right))
    except Exception:  # whatever Python says to it: the program would hear it too
        return Unknown("an operation that fails")


def _is_long(value: object) -> bool:
    """Is it a text of a length that no program writes out, but that doubling comes to?"""
    return isinstance(value, str | bytes) and len(value) > MOST_TEXT


def _asks_for_much(template: str | bytes) -> bool:
    """Does `%` make far more of a template than is written there: `"%999999999d" % 1`?"""
    return _WIDTH.search(template if isinstance(template, str) else template.decode("latin-1")) is not None


def _decided(left: Value, sign: str, right: Value) -> Const | None:
    """The answer to a comparison of two values that are known entirely."""
    if not isinstance(left, Const) or not isinstance(right, Const):
        return None
    if sign in ("==", "is"):
        return Const(left.value == right.value)
    return Const(left.value != right.value) if sign in ("!=", "is not") else None


def is_path(value: Value) -> bool:
    """Might `/` mean a path here?"""
    return isinstance(value, Unknown | Symbol) and type_of(value) is None


def _of_handle(handle: Handle, name: str) -> Value:
    if name == "meta":
        return Method(handle, "meta")
    if handle.kind == "table" and name in ("name", "table_name"):
        return handle.table if handle.table is not None else Unknown("the table's name", "str")
    return Method(handle, name)


def _said(node: cst.CSTNode) -> tuple[str, ...]:
    """The names and short texts of an expression: what it says of itself."""
    if isinstance(node, cst.Name):
        return (node.value,)
    found: list[str] = []
    below: Any
    for below in walk(node):
        kind = type(below)
        if kind is cst.Name:
            found.append(below.value)
        elif kind is cst.Attribute:
            found.append(below.attr.value)
        elif kind is cst.SimpleString and len(below.value) < 40:
            found.append(below.raw_value)
        if len(found) > 20:
            break
    return tuple(found)


def _unescaped(text: str, raw: bool) -> str:
    text = text.replace("{{", "{").replace("}}", "}")
    if raw or "\\" not in text:
        return text
    try:
        return str(ast.literal_eval('"""' + text.replace('"', '\\"') + '"""'))
    except (ValueError, SyntaxError):
        return text


_HANDLERS: dict[type[cst.CSTNode], Callable[[Any, Any, Frame], Value]] = {
    cst.Name: Expressions._name,
    cst.Integer: Expressions._number,
    cst.Float: Expressions._number,
    cst.Imaginary: Expressions._number,
    cst.SimpleString: Expressions._string,
    cst.ConcatenatedString: Expressions._concatenated,
    cst.FormattedString: Expressions._formatted,
    cst.Tuple: Expressions._tuple,
    cst.List: Expressions._list,
    cst.Set: Expressions._set,
    cst.Dict: Expressions._dict,
    cst.BinaryOperation: Expressions._binary,
    cst.BooleanOperation: Expressions._boolean,
    cst.UnaryOperation: Expressions._unary,
    cst.Comparison: Expressions._comparison,
    cst.IfExp: Expressions._either,
    cst.Attribute: Expressions._attribute,
    cst.Subscript: Expressions._subscript,
    cst.Call: lambda self, node, frame: self.call(node, frame),
    cst.Lambda: Expressions._lambda,
    cst.NamedExpr: Expressions._named,
    cst.Await: Expressions._transparent,
    cst.Yield: Expressions._yield,
    cst.ListComp: Expressions._comprehension,
    cst.SetComp: Expressions._comprehension,
    cst.GeneratorExp: Expressions._comprehension,
    cst.DictComp: Expressions._dict_comprehension,
}
