"""What our parser says of expressions, compared with what AWS's own parser and dynalite say: one by one, and for thousands drawn by chance.

`DYNALINT_EXPRESSIONS` says how many are drawn (2,000); if it is set, they are other ones each time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from dynalint.language.attributes import key_tests
from dynalint.language.checks import CONDITION_FUNCTIONS, UPDATE_FUNCTIONS
from dynalint.language.parser import Parsed, parse
from dynalint.language.placeholders import undefined, unused
from dynalint.language.problems import Fault, Kind
from dynalint.language.tokens import KEYWORDS, SECTIONS, tokens
from tests.expressions import VALUES, Case, case, given
from tests.marked import ROOT
from tests.oracles.expressions import Judge
from tests.oracles.services import Dynalite

if TYPE_CHECKING:
    from tests.oracles.aws_grammar import Verdict

pytestmark = pytest.mark.slow

DRAWN = os.environ.get("DYNALINT_EXPRESSIONS")
drawing = settings(
    max_examples=int(DRAWN or 2000) // len(Kind),
    derandomize=DRAWN is None,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
seeds = hypothesis.given(seed=st.integers(0, 2**62))
each_kind = pytest.mark.parametrize("kind", Kind)

SYNTAX = (Fault.EMPTY, Fault.SYNTAX, Fault.KEYWORD_AS_NAME)
DOCUMENT = (ROOT / "docs/language.md").read_text(encoding="utf8")
ROWS = re.findall(r"^\| `([\w-]+)` \| `(\w+Expression)` \| `(.*?)` \| `(.*?)` \|$", DOCUMENT, re.MULTILINE)
UNDEFINED, UNUSED = "undefined", "unused"
ANSWERS = {
    **{fault: answer.partition(": ")[2].partition(";")[0] or answer for fault, _, _, answer in reversed(ROWS)},
    Fault.KEY_OPERATOR: "Invalid operator used in KeyConditionExpression",
    Fault.KEY_NOT_FIRST: "operator must have the key attribute as its first operand",
    Fault.KEY_SEVERAL_ATTRIBUTES: "Multiple attribute names used in one condition",
    Fault.KEY_NO_ATTRIBUTE: "No key attribute specified",
    Fault.REPEATED_SECTION: "section can only be used once in an update expression",
    UNDEFINED: "is not defined",
    UNUSED: "unused in expressions",
}
del ANSWERS[Fault.KEYWORD_AS_NAME]


@pytest.fixture(scope="module")
def judge(dynalite: Dynalite) -> Judge:
    """dynalite, asked for its opinion on expressions only."""
    return Judge(dynalite.address)


@pytest.fixture(scope="module")
def aws_syntax() -> Callable[[str, Kind], Verdict]:
    """AWS's own parser; where it is not installed its tests are skipped, but never in continuous integration."""
    if not os.environ.get("CI"):
        pytest.importorskip("amazondax")
    from tests.oracles import aws_grammar

    return aws_grammar.aws_syntax


def ours(asked: Case) -> frozenset[str]:
    """The names of the faults that we find in an expression and its placeholders."""
    parsed = parse(asked.text, asked.kind, asked.names)
    found = {Fault.SYNTAX if problem.fault is Fault.KEYWORD_AS_NAME else problem.fault for problem in parsed.problems}
    missing = [UNDEFINED] if any(undefined(parsed, asked.names, asked.values)) else []
    return frozenset([*found, *missing, *([UNUSED] if any(unused([parsed], [*asked.names, *asked.values])) else [])])


def theirs(answer: str) -> str:
    """The name of the fault that an answer is about; the answer itself where we have no name for it."""
    return next((fault for fault, words in ANSWERS.items() if words in answer), answer)


def agree(mine: frozenset[str], answer: str) -> bool:
    """Is there nothing wrong for both, or is what they name among what we find?"""
    return theirs(answer) in mine if answer else not mine


@dataclass(frozen=True)
class Difference:
    """A case in which dynalite is known to say something else, as `docs/language.md` explains it."""

    name: str
    example: Case
    applies: Callable[[Case, Parsed, str], bool]
    """Does it explain the answer to an expression?"""


def texts(asked: Case) -> list[str]:
    """The tokens of an expression, in capitals."""
    return [token.text.upper() for token in tokens(asked.text)]


def read_by_dynalite(asked: Case) -> Case:
    """The expression with other words for those that dynalite takes for names: `_x`, keywords of other kinds, and a sign with nothing behind it."""
    reserved = dict(zip(sorted(KEYWORDS - {"REMOVE"}), ["abort", "absolute", "action", "after", "agent", "all", "alter", "any"], strict=True))
    own = {Kind.UPDATE: frozenset(SECTIONS), Kind.PROJECTION: frozenset[str]()}.get(asked.kind, KEYWORDS - {*SECTIONS})

    def read(match: re.Match[str]) -> str:
        word = match[0]
        if word in "#:":
            return f"{word}undefined"
        if word.startswith("_"):
            return f"U{word}"
        return reserved.get(word.upper(), f"{word}_") if word.upper() in KEYWORDS - own else word

    return replace(asked, text=re.sub(r"(?<![\w#:])[A-Za-z_]\w*|[#:](?!\w)", read, asked.text, flags=re.ASCII))


def is_read_otherwise(asked: Case, parsed: Parsed, answer: str) -> bool:
    """Would we answer the same if we took the words as dynalite does?"""
    other = read_by_dynalite(asked)
    return other != asked and bool(parsed.of(Fault.SYNTAX, Fault.KEYWORD_AS_NAME)) and explained(other, answer)


def has_not_not(asked: Case, parsed: Parsed, answer: str) -> bool:
    return theirs(answer) == Fault.SYNTAX and not parsed.of(*SYNTAX) and "NOT NOT" in " ".join(texts(asked))


def has_parentheses(asked: Case, parsed: Parsed, answer: str) -> bool:
    if asked.kind is not Kind.UPDATE or parsed.of(*SYNTAX):
        return False
    grouped = any(token.is_sign("(") and before.type != "word" for before, token in pairwise(parsed.tokens))
    unseen = frozenset({Fault.REDUNDANT_PARENTHESES})
    return (theirs(answer) == Fault.SYNTAX and grouped) or (bool(ours(asked) & unseen) and agree(ours(asked) - unseen, answer))


def has_foreign_function(asked: Case, parsed: Parsed, answer: str) -> bool:
    foreign = CONDITION_FUNCTIONS if asked.kind is Kind.UPDATE else UPDATE_FUNCTIONS
    return theirs(answer) == Fault.UNKNOWN_FUNCTION and any(problem.text in foreign for problem in parsed.of(Fault.MISPLACED_FUNCTION))


def is_about_a_value(asked: Case, parsed: Parsed, answer: str) -> bool:
    others = ("The BETWEEN operator requires", "Invalid attribute type name found", "AttributeValue type")
    return (theirs(answer) == Fault.OPERAND_TYPE or any(other in answer for other in others)) and not parsed.of(*SYNTAX) and bool(parsed.values)


def has_many_keys(asked: Case, parsed: Parsed, answer: str) -> bool:
    return answer == "Conditions can be of length 1 or 2 only" and len(key_tests(parsed, asked.names)) > 2 and not parsed.problems


DIFFERENCES = (
    Difference("leading-underscore", given(Kind.UPDATE, "SET _x = :s"), is_read_otherwise),
    Difference("sign-without-a-name", given(Kind.UPDATE, "SET a = :"), is_read_otherwise),
    Difference("keyword-of-another-kind", given(Kind.FILTER, "remove = :s"), is_read_otherwise),
    Difference("not-not", given(Kind.FILTER, "NOT NOT a = :s"), has_not_not),
    Difference("parentheses-in-updates", given(Kind.UPDATE, "SET a = (:n) + :n"), has_parentheses),
    Difference("function-of-another-kind", given(Kind.CONDITION, "a = if_not_exists(a, :s)"), has_foreign_function),
    Difference("type-of-a-value", given(Kind.UPDATE, "SET a = list_append(a, :s)"), is_about_a_value),
    Difference("three-key-conditions", given(Kind.KEY_CONDITION, "a = :s AND b = :s AND n = :s"), has_many_keys),
)


def explained(asked: Case, answer: str) -> bool:
    """Do we agree with dynalite, or is it known why not?"""
    return agree(ours(asked), answer) or any(difference.applies(asked, parse(asked.text, asked.kind, asked.names), answer) for difference in DIFFERENCES)


class TestAwsGrammar:
    """The parser that AWS ships agrees with ours on every syntax error, and on its place."""

    @each_kind
    @drawing
    @seeds
    def test_same_syntax(self, aws_syntax: Callable[[str, Kind], Verdict], kind: Kind, seed: int) -> None:
        drawn = case(kind, seed)
        verdict, parsed = aws_syntax(drawn.text, kind), parse(drawn.text, kind)
        errors = parsed.of(*SYNTAX)
        if verdict.redundant:
            assert parsed.of(Fault.REDUNDANT_PARENTHESES), drawn
        else:
            assert [error.start for error in errors] == ([] if verdict.offset is None else [verdict.offset]), drawn


class TestDynalite:
    @each_kind
    @drawing
    @seeds
    def test_same_verdict(self, judge: Judge, kind: Kind, seed: int) -> None:
        drawn = case(kind, seed)
        answer = judge.answer(drawn.text, kind, drawn.names, drawn.values)
        assert explained(drawn, answer), (drawn, sorted(ours(drawn)), answer)

    @pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.name)
    def test_a_known_difference_is_one_and_is_documented(self, judge: Judge, difference: Difference) -> None:
        example = difference.example
        answer = judge.answer(example.text, example.kind, example.names, example.values)
        assert not agree(ours(example), answer), "dynalite has learnt it: the difference must go"
        assert difference.applies(example, parse(example.text, example.kind, example.names), answer)
        assert f"\n| `{difference.name}` |" in DOCUMENT

    @pytest.mark.parametrize(("fault", "kind", "text", "answer"), ROWS, ids=[f"{fault}: {text}" for fault, _, text, _ in ROWS])
    def test_each_fault_is_answered_as_documented(self, judge: Judge, fault: str, kind: str, text: str, answer: str) -> None:
        asked = given(Kind(kind), text)
        assert {problem.fault.value for problem in parse(text, asked.kind, asked.names).problems} == {fault}
        pattern = ".*".join(re.escape(part) for part in answer.split("..."))
        assert re.fullmatch(pattern, judge.answer(text, asked.kind, asked.names, asked.values))

    def test_all_reserved_words(self, judge: Judge) -> None:
        for word in unreserved_by(judge):
            assert word in KEYWORDS, word


def unreserved_by(judge: Judge) -> Iterator[str]:
    """The words of our list that dynalite does not call reserved in a filter."""
    from dynalint.language.reserved import words

    for word in sorted(words()):
        answer = judge.answer(f"{word.lower()} = :s", Kind.FILTER, {}, {":s": VALUES[":s"]})
        if not answer.endswith(f"reserved keyword: {word.lower()}"):
            assert answer.startswith("Invalid FilterExpression: Syntax error")
            yield word


def test_every_fault_is_in_the_table() -> None:
    assert set(re.findall(r"^\| `([a-z-]+)` \| ", DOCUMENT, re.MULTILINE)) == {*map(str, Fault), *(difference.name for difference in DIFFERENCES)}


def test_chance_draws_all_there_is() -> None:
    """The property tests would prove little if they drew syntax errors only."""
    drawn = [case(kind, seed) for kind in Kind for seed in range(1500)]
    faults = [ours(each) for each in drawn]
    assert sum(not found for found in faults) > len(drawn) / 5
    missing = {*map(str, Fault), UNDEFINED, UNUSED} - {str(name) for found in faults for name in found}
    assert missing == {Fault.TOO_LONG, Fault.TOO_MANY_OPERANDS, Fault.KEYWORD_AS_NAME}
