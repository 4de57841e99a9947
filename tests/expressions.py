"""Turns chance into expressions of all five kinds, valid and invalid, with what a request has to give for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from random import Random
from typing import Any

from dynalint.language.problems import Kind
from dynalint.language.tokens import KEYWORDS, tokens

NAMES = {"#a": "a", "#b": "b", "#s": "status", "#1": "n", "#dot": "x.y"}
VALUES: dict[str, dict[str, Any]] = {
    ":s": {"S": "text"},
    ":n": {"N": "1"},
    ":l": {"L": []},
    ":ss": {"SS": ["text"]},
    ":type": {"S": "S"},
    ":_": {"BOOL": True},
}
PLAIN = ("a", "b", "n", "Ab_1", "c9")
ODD = ("status", "Name", "TTL", "size", "contains", "items", "_x", "remove", "and", "set", "between", "#undefined")
COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
FUNCTIONS = ("attribute_exists", "begins_with", "if_not_exists", "list_append", "whatever", "Size")
ANYTHING = (
    *PLAIN, *ODD, *NAMES, *VALUES, *COMPARATORS, *"+-(),.[]07", *sorted(KEYWORDS), "Or", "not", *FUNCTIONS,
    "'x'", '"x y"', "5", "01", "!", "==", "*", "#", ":", ":undefined", "_x", "ü", ";",
)  # fmt: skip

Tokens = list[str]


@dataclass(frozen=True)
class Case:
    """An expression, and the placeholders that are given with it: those that it uses, and rarely one more."""

    kind: Kind
    text: str
    names: Mapping[str, str]
    values: Mapping[str, Any]


def case(kind: Kind, seed: int) -> Case:
    """An expression of a kind: a right one, one with a wrong token or two, or any tokens."""
    dice = Random(f"{kind}{seed}")
    drawer = Drawer(dice)
    right = {Kind.UPDATE: drawer.update, Kind.PROJECTION: drawer.projection, Kind.KEY_CONDITION: drawer.key_condition}.get(kind, drawer.condition)
    what = dice.random()
    found = right() if what < 0.9 else dice.choices(ANYTHING, k=dice.randrange(8))
    for _ in range(0 if what < 0.5 else 1 if what < 0.8 else 2):
        spoil(found, dice)
    text = spaced(found, dice)
    more = {dice.choice(["#a", ":s", "#dot", ":n"])} if dice.random() < 0.05 else set()
    return given(kind, text, more)


def given(kind: Kind, text: str, more: AbstractSet[str] = frozenset()) -> Case:
    """An expression with the placeholders that it uses, and more of them. Projections take no values."""
    used = {token.text for token in tokens(text)} | more
    values = {} if kind is Kind.PROJECTION else VALUES
    return Case(kind, text, {key: name for key, name in NAMES.items() if key in used}, {key: value for key, value in values.items() if key in used})


def spoil(found: Tokens, dice: Random) -> None:
    """Lose a token, double it, put another there or beside it, or let two change places."""
    at = dice.randrange(len(found) + 1)
    match dice.randrange(5):
        case 0:
            del found[at : at + 1]
        case 1:
            found[at:at] = found[at : at + 1]
        case 2:
            found[at : at + 1] = [dice.choice(ANYTHING)]
        case 3:
            found.insert(at, dice.choice(ANYTHING))
        case _:
            found[at : at + 2] = found[at : at + 2][::-1]


def spaced(found: Tokens, dice: Random) -> str:
    """The tokens as one text, with blanks where words would run together, and elsewhere as chance has it."""
    text = ""
    tight = dice.random() < 0.3
    for token in found:
        together = (text[-1:].isalnum() or text[-1:] == "_") and (token[0].isalnum() or token[0] in "_#:")
        text += dice.choice([" ", " ", " ", "  ", "\n", "\t"]) if together or not tight else ""
        text += token.swapcase() if token.upper() in KEYWORDS and dice.random() < 0.2 else token
    return text


class Drawer:
    """Draws right expressions, and with them what is wrong in meaning only: reserved words, functions in wrong places, overlapping paths."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice

    def one_of(self, *choices: Callable[[], Tokens]) -> Tokens:
        return self.dice.choice(choices)()

    def some(self, part: Callable[[], Tokens], sign: str | None = ",", most: int = 3) -> Tokens:
        found = part()
        for _ in range(self.dice.randrange(most)):
            found += [*([sign] if sign else []), *part()]
        return found

    def wrapped(self, part: Callable[[], Tokens]) -> Tokens:
        pairs = self.dice.choices([0, 1, 2], [85, 13, 2])[0]
        return ["("] * pairs + part() + [")"] * pairs

    def name(self) -> str:
        return self.dice.choice(self.dice.choices([PLAIN, tuple(NAMES), ODD], [70, 25, 5])[0])

    def path(self) -> Tokens:
        found = [self.name()]
        while self.dice.random() < 0.2:
            found += ["[", self.dice.choice(["0", "1", "12"]), "]"] if self.dice.random() < 0.4 else [".", self.name()]
        return found

    def value(self, *wanted: str) -> Tokens:
        return [self.dice.choice(wanted)]

    def operand(self, *values: str) -> Tokens:
        return self.wrapped(lambda: self.one_of(self.path, lambda: self.value(*values)))

    def call(self, name: str, *operands: Callable[[], Tokens]) -> Tokens:
        if self.dice.random() < 0.03:
            operands = self.dice.choice([operands[1:] or operands * 2, operands * 2])
        inside = [token for index, operand in enumerate(operands) for token in ([","] if index else []) + operand()]
        return [self.dice.choice(["whatever", name.title(), "if_not_exists", "attribute_exists"]) if self.dice.random() < 0.03 else name, "(", *inside, ")"]

    # Conditions

    def size(self) -> Tokens:
        return self.call("size", lambda: self.one_of(self.path, self.path, self.path, lambda: self.value(":s"), self.size))

    def any_operand(self) -> Tokens:
        return self.operand(":s", ":n", ":_", ":l") if self.dice.random() < 0.85 else self.size()

    def text_operand(self) -> Tokens:
        return self.operand(":s") if self.dice.random() < 0.97 else self.size()

    def compared(self) -> Tokens:
        return [*self.any_operand(), self.dice.choice(COMPARATORS), *self.any_operand()]

    def between(self) -> Tokens:
        return [*self.any_operand(), "between", *self.operand(":n"), "AND", *self.operand(":n")]

    def member(self) -> Tokens:
        return [*self.any_operand(), "IN", "(", *self.some(self.any_operand), ")"]

    def tested(self) -> Tokens:
        name = self.dice.choice(["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size"])
        match name:
            case "attribute_exists" | "attribute_not_exists":
                return self.call(name, self.path if self.dice.random() < 0.9 else self.any_operand)
            case "attribute_type":
                return self.call(name, self.path, (lambda: self.value(":type")) if self.dice.random() < 0.9 else self.any_operand)
            case "begins_with":
                return self.call(name, self.text_operand, self.text_operand)
            case "contains":
                return self.call(name, self.any_operand, self.any_operand)
        return self.size() if self.dice.random() < 0.2 else [*self.size(), ">", ":n"]

    def simple(self) -> Tokens:
        return self.wrapped(lambda: self.one_of(self.compared, self.compared, self.between, self.member, self.tested))

    def condition(self, depth: int = 2) -> Tokens:
        if depth == 0 or self.dice.random() < 0.4:
            return self.simple()

        def inner() -> Tokens:
            return self.wrapped(lambda: self.condition(depth - 1))

        what = self.dice.random()
        return ["NOT", *(["(", *inner(), ")"] if what < 0.1 else inner())] if what < 0.2 else self.some(inner, "AND" if what < 0.6 else "or")

    # Key conditions

    def key_test(self) -> Tokens:
        name = [self.name()] if self.dice.random() < 0.95 else self.path()
        sign = self.dice.choice(["=", "=", "<", "<=", ">", ">="])
        match self.dice.choices(range(6), [60, 10, 10, 10, 7, 3])[0]:
            case 0:
                return [*name, sign, ":s"]
            case 1:
                return [":s", sign, *name]
            case 2:
                return [*name, "BETWEEN", ":s", "and", ":s"]
            case 3:
                return self.call("begins_with", lambda: name, lambda: [":s"])
            case 4:
                return self.dice.choice([
                    [":s", sign, ":s"],
                    [":s", "between", *name, "and", ":s"],
                    ["begins_with", "(", ":s", ",", *name, ")"],
                    [*name, sign, *self.size()],
                    [*name, sign, *self.path()],
                    [*name, "between", *self.size(), "and", ":s"],
                ])  # fmt: skip
        return self.condition()

    def key_condition(self) -> Tokens:
        return self.wrapped(lambda: self.some(lambda: self.wrapped(self.key_test), "AND"))

    # Projections and updates

    def projection(self) -> Tokens:
        return self.some(self.path, most=4)

    def number(self) -> Tokens:
        return self.operand(":n") if self.dice.random() < 0.7 else self.call("if_not_exists", self.mostly(self.path), lambda: [":n"])

    def mostly(self, part: Callable[[], Tokens]) -> Callable[[], Tokens]:
        return part if self.dice.random() < 0.95 else self.any_operand

    def sum(self) -> Tokens:
        return [*self.number(), self.dice.choice("+-"), *self.number()]

    def items(self) -> Tokens:
        return self.operand(":l") if self.dice.random() < 0.7 else self.call("if_not_exists", self.path, lambda: [":l"])

    def any_value(self) -> Tokens:
        return self.operand(":s", ":n", ":_", ":ss")

    def assigned(self) -> Tokens:
        value = self.one_of(self.any_value, self.any_value, self.number, self.grown, self.sum, lambda: self.wrapped(self.sum))
        return [*self.path(), "=", *value]

    def grown(self) -> Tokens:
        return self.call("list_append", self.items, self.items)

    def section(self, keyword: str) -> Tokens:
        actions: dict[str, Callable[[], Tokens]] = {
            "SET": self.assigned,
            "REMOVE": self.path,
            "ADD": lambda: [*self.path(), *self.value(":n", ":ss")],
            "DELETE": lambda: [*self.path(), ":ss"],
        }
        return [keyword, *self.some(actions[keyword])]

    def update(self) -> Tokens:
        keywords = ["SET", "REMOVE", "ADD", "DELETE"]
        wanted = self.dice.sample(keywords, self.dice.choice([1, 1, 2, 3])) if self.dice.random() < 0.95 else self.dice.choices(keywords, k=3)
        return [token for keyword in wanted for token in self.section(keyword)]
