"""Turns what can be wrong with an expression into values: which kind of expression, which fault, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The five kinds of expressions, each by the name of the parameter that takes it."""

    KEY_CONDITION = "KeyConditionExpression"
    CONDITION = "ConditionExpression"
    FILTER = "FilterExpression"
    PROJECTION = "ProjectionExpression"
    UPDATE = "UpdateExpression"


class Fault(StrEnum):
    """What DynamoDB refuses. What it answers to each stands in `docs/language.md`."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    SYNTAX = "syntax"
    KEYWORD_AS_NAME = "keyword-as-name"
    """A syntax error too: an attribute is named like a keyword (`SET in = :v`)."""
    REDUNDANT_PARENTHESES = "redundant-parentheses"
    RESERVED_WORD = "reserved-word"

    UNKNOWN_FUNCTION = "unknown-function"
    MISPLACED_FUNCTION = "misplaced-function"
    """There is such a function, but not in this kind of expression, or not in this place."""
    OPERAND_COUNT = "operand-count"
    OPERAND_TYPE = "operand-type"
    PATH_REQUIRED = "path-required"
    SAME_OPERAND = "same-operand"
    TOO_MANY_OPERANDS = "too-many-operands"

    REPEATED_SECTION = "repeated-section"
    OVERLAPPING_PATHS = "overlapping-paths"
    CONFLICTING_PATHS = "conflicting-paths"

    KEY_OPERATOR = "key-operator"
    KEY_NESTED_OPERATION = "key-nested-operation"
    KEY_NOT_FIRST = "key-not-first"
    KEY_SEVERAL_ATTRIBUTES = "key-several-attributes"
    KEY_NO_ATTRIBUTE = "key-no-attribute"
    KEY_NESTED_PATH = "key-nested-path"
    KEY_REPEATED = "key-repeated"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, at one stretch of an expression's text."""

    fault: Fault
    text: str
    """The word, path, function or operator that is wrong; empty where something is missing at the end."""
    start: int
    end: int
    detail: str = ""
    """What else a message can say: what was expected, the other path, how many operands."""
