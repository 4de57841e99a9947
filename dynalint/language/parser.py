"""Turns the text of an expression into a tree, or into what is wrong with it: one recursive descent for all five kinds.

The grammar is AWS's: the developer guide's summaries, and in full the one that AWS ships with its own client for DAX, from which the
service's syntax errors come (amazon-dax-client, `DynamoDbGrammar.g4`). Tokens are read once from left to right, so a syntax error stands
at the first token that no expression could have there; what is left of it is known to be right. Behind a hole nothing is a syntax error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from dynalint.language.checks import faults
from dynalint.language.problems import Fault, Kind, Problem
from dynalint.language.reserved import reserved_words
from dynalint.language.tokens import HOLE, SECTIONS, Token, tokens
from dynalint.language.tree import (
    Action,
    Between,
    Call,
    Comparison,
    Condition,
    Gap,
    Index,
    Logic,
    Membership,
    Name,
    Names,
    Not,
    Operand,
    Path,
    Projection,
    Section,
    Sum,
    Tree,
    Update,
    Value,
)

MOST_BYTES = 4096
"""4 KB: developer guide, `Constraints.html`, "Expression parameters"."""
MOST_NESTED = 40
"""Deeper than anybody writes. What is nested deeper gets no tree and no verdict, and costs no stack."""

COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")

_NAME = "an attribute name or #alias"
_OPERAND = "an attribute name, #alias, :value or function"
_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Parsed:
    """An expression, as far as it is known."""

    kind: Kind
    text: str
    tokens: tuple[Token, ...]
    tree: Tree | None
    """None where the syntax is wrong, or where holes leave open what the rest is."""
    problems: tuple[Problem, ...]
    """All faults, in the order of the text. DynamoDB names only one of them, and a syntax error before any other."""

    @property
    def is_open(self) -> bool:
        """Are parts of the text not known?"""
        return HOLE in self.text

    @cached_property
    def aliases(self) -> tuple[Token, ...]:
        """The `#aliases` in it, each as often as it is used; those with a hole in the middle are left out."""
        return self._known("alias")

    @cached_property
    def values(self) -> tuple[Token, ...]:
        """The `:values` in it, each as often as it is used; those with a hole in the middle are left out."""
        return self._known("value")

    def of(self, *wanted: Fault) -> tuple[Problem, ...]:
        """The problems of some faults."""
        return tuple(problem for problem in self.problems if problem.fault in wanted)

    def _known(self, wanted: str) -> tuple[Token, ...]:
        return tuple(token for token in self.tokens if token.type == wanted and HOLE not in token.text)


def parse(text: str, kind: Kind, names: Names | None = None) -> Parsed:
    """The expression with all its faults; `names` is what is known of ExpressionAttributeNames.

    A name that is not among them is fine: whether it is defined is another question (`dynalint.language.placeholders`).
    """
    found = tokens(text)
    size = len(text.replace(HOLE, "").encode("utf8", "surrogatepass"))
    limits = [Problem(Fault.TOO_LONG, text, 0, len(text), str(size))] if size > MOST_BYTES else []
    if not text:
        return Parsed(kind, text, found, None, (Problem(Fault.EMPTY, "", 0, 0),))
    parser = _Parser(text, kind, found)
    tree: Tree | None = None
    try:
        tree = parser.whole()
    except _WrongError as wrong:
        return Parsed(kind, text, found, None, (*limits, *parser.problems, wrong.problem))
    except _UnknownError:
        pass
    problems = dict.fromkeys((*limits, *parser.problems, *reserved_words(found), *faults(tree, text, kind, names or {})))
    return Parsed(kind, text, found, tree, tuple(sorted(problems, key=lambda problem: (problem.start, problem.end))))


class _WrongError(Exception):
    """No expression goes on like this."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class _UnknownError(Exception):
    """What stands in a hole decides."""


class _Parser:
    def __init__(self, text: str, kind: Kind, found: tuple[Token, ...]) -> None:
        self.text = text
        self.kind = kind
        self.tokens = found
        self.at = 0
        self.depth = 0
        self.group = (-1, -1)
        self.problems: list[Problem] = []

    # The three start symbols

    def whole(self) -> Tree:
        wanted: dict[Kind, Callable[[], Tree]] = {Kind.UPDATE: self.update, Kind.PROJECTION: self.projection}
        tree = wanted.get(self.kind, self.condition)()
        if self.token.type != "end":
            raise self.wrong({Kind.UPDATE: "a comma, a section or the end", Kind.PROJECTION: "a comma or the end"}.get(self.kind, "AND, OR or the end"))
        return tree

    def projection(self) -> Projection:
        paths = self.list_of(self.path_or_gap)
        return Projection(paths, paths[0].start, paths[-1].end)

    def update(self) -> Update:
        sections = [self.section()]
        while self.token.is_keyword(*SECTIONS):
            sections.append(self.section())
        return Update(tuple(sections), sections[0].start, sections[-1].end)

    def condition(self) -> Condition:
        return self.as_condition(self.disjunction())

    # Updates

    def section(self) -> Section:
        keyword = self.token
        if not keyword.is_keyword(*SECTIONS):
            raise self.wrong("SET, REMOVE, ADD or DELETE")
        self.skip()
        actions = self.list_of(lambda: self.action(keyword.text.upper()))
        return Section(keyword.text.upper(), actions, keyword.start, keyword.end)

    def action(self, section: str) -> Action:
        path = self.path_or_gap()
        if isinstance(path, Gap) and self.after_action:
            return Action(section, path, None, path.start, path.end)
        value: Operand | Sum | None = None
        if section == "SET":
            self.sign("=")
            value = self.assigned()
        elif section != "REMOVE":
            value = self.placeholder()
        return Action(section, path, value, path.start, self.tokens[self.at - 1].end)

    @property
    def after_action(self) -> bool:
        return self.token.type == "end" or self.token.is_sign(",") or self.token.is_keyword(*SECTIONS)

    def assigned(self) -> Operand | Sum:
        start = self.token.start
        left = self.grouped(self.assigned) if self.token.is_sign("(") else self.operand()
        if isinstance(left, Sum) or not self.token.is_sign("+", "-"):
            return left
        operator = self.skip().text
        right = self.grouped_operand()
        return Sum(operator, left, right, start, self.tokens[self.at - 1].end)

    def placeholder(self) -> Operand:
        token = self.token
        if token.is_gap:
            return self.gap()
        if token.type != "value":
            raise self.wrong("a :value")
        self.skip()
        return Value(token.text, token.start, token.end)

    # Conditions. An operand in parentheses looks like a condition in parentheses until one sees what follows: both are read alike.

    def disjunction(self) -> Operand | Condition:
        return self.joined("OR", lambda: self.joined("AND", self.negation))

    def joined(self, operator: str, part: Callable[[], Operand | Condition]) -> Operand | Condition:
        first = part()
        if not self.token.is_keyword(operator):
            return first
        conditions = [self.as_condition(first)]
        while self.token.is_keyword(operator):
            self.skip()
            conditions.append(self.as_condition(part()))
        return Logic("OR" if operator == "OR" else "AND", tuple(conditions), conditions[0].start, conditions[-1].end)

    def negation(self) -> Operand | Condition:
        if not self.token.is_keyword("NOT"):
            return self.comparison()
        with self.nested():
            word = self.skip()
            condition = self.as_condition(self.negation())
        return Not(condition, word.start, condition.end)

    def comparison(self) -> Operand | Condition:
        start = self.token.start
        left = self.grouped(self.disjunction) if self.token.is_sign("(") else self.operand()
        if not isinstance(left, Path | Value | Call | Gap):
            return left
        if self.token.is_sign(*COMPARATORS):
            operator = self.skip().text
            return self.ending(Comparison, operator, left, self.grouped_operand(), start)
        if self.token.is_keyword("BETWEEN"):
            self.skip()
            low = self.grouped_operand()
            if not self.token.is_keyword("AND"):
                raise self.wrong("AND")
            self.skip()
            return self.ending(Between, left, low, self.grouped_operand(), start)
        if self.token.is_keyword("IN"):
            self.skip()
            self.sign("(")
            options = self.list_of(self.grouped_operand)
            self.sign(")")
            return self.ending(Membership, left, options, start)
        return left

    def ending(self, node: Callable[..., _Found], *fields: object) -> _Found:
        """A node that ends with the token before."""
        return node(*fields, self.tokens[self.at - 1].end)

    def as_condition(self, found: Operand | Condition) -> Condition:
        if isinstance(found, Path | Value):
            raise self.wrong("a comparison")
        return found

    # Operands

    def grouped(self, inside: Callable[[], _Found]) -> _Found:
        """What stands in parentheses. AWS refuses a pair with nothing in it but another pair."""
        first = self.at
        opening = self.skip()
        with self.nested():
            found = inside()
        closing, last = self.token, self.at
        self.sign(")")
        text = self.text[opening.start : closing.end]
        if self.group == (first + 1, last - 1) and HOLE not in text:
            self.problems.append(Problem(Fault.REDUNDANT_PARENTHESES, text, opening.start, closing.end))
        self.group = first, last
        return found

    def grouped_operand(self) -> Operand:
        return self.grouped(self.grouped_operand) if self.token.is_sign("(") else self.operand()

    def operand(self) -> Operand:
        token, after = self.token, self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if token.type == "value":
            return self.placeholder()
        if token.type == "word" and after.is_sign("("):
            return self.call()
        if token.type not in ("word", "alias"):
            raise self.wrong(_OPERAND)
        return self.path_or_gap()

    def call(self) -> Call:
        name = self.name()
        self.sign("(")
        with self.nested():
            arguments = self.list_of(self.grouped_operand)
        end = self.token.end
        self.sign(")")
        return Call(name, arguments, name.start, end)

    def path_or_gap(self) -> Path | Gap:
        after = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return self.gap() if self.token.is_gap and not after.is_sign(".", "[") else self.path()

    def path(self) -> Path:
        steps: list[Name | Index] = [self.name()]
        while self.token.is_sign(".", "["):
            steps.append(self.name() if self.skip().text == "." else self.index())
        return Path(tuple(steps), steps[0].start, self.tokens[self.at - 1].end)

    def name(self) -> Name:
        token = self.token
        if token.type not in ("word", "alias"):
            raise self.wrong(_NAME)
        self.skip()
        return Name(token.text, token.start, token.end)

    def index(self) -> Index:
        token = self.token
        if token.type != "number" and not token.is_gap:
            raise self.wrong("a list index such as 0")
        self.skip()
        self.sign("]")
        return Index(None if token.is_gap else int(token.text), token.start, token.end)

    def gap(self) -> Gap:
        token = self.skip()
        return Gap(token.start, token.end)

    # Tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def skip(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def sign(self, sign: str) -> None:
        if not self.token.is_sign(sign):
            raise self.wrong(f"`{sign}`")
        self.skip()

    def list_of(self, part: Callable[[], _Found]) -> tuple[_Found, ...]:
        found = [part()]
        while self.token.is_sign(","):
            self.skip()
            found.append(part())
        return tuple(found)

    @contextmanager
    def nested(self) -> Iterator[None]:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise _UnknownError
        yield
        self.depth -= 1

    def wrong(self, expected: str) -> Exception:
        """The error at this token; sure only if no hole stands before it or right behind it."""
        token = self.token
        if HOLE in self.text[: token.end + 1]:
            return _UnknownError()
        fault = Fault.KEYWORD_AS_NAME if expected in (_NAME, _OPERAND) and self.is_name_like else Fault.SYNTAX
        return _WrongError(Problem(fault, token.text, token.start, token.end, expected))

    @property
    def is_name_like(self) -> bool:
        """Is a keyword used as if it were a name? What follows it tells: an operator, a dot, a comma; the end too, but not behind SET."""
        if self.token.type != "keyword":
            return False
        after = self.tokens[self.at + 1]
        ends = after.type == "end" and not (self.kind is Kind.UPDATE and self.token.is_keyword(*SECTIONS))
        return ends or after.is_sign(*COMPARATORS, ".", "[", ",", ")", "+", "-") or after.type == "value" or after.is_keyword("BETWEEN", "IN", "AND", "OR")
