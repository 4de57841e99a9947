"""Turns the text of an expression into what AWS's own parser says of it: the one in amazon-dax-client."""

from __future__ import annotations

from dataclasses import dataclass

from amazondax import DynamoDbExpressionParser
from antlr4.error.ErrorListener import ErrorListener

from dynalint.language.problems import Kind


@dataclass(frozen=True)
class Verdict:
    """Nothing, redundant parentheses, or a syntax error at an offset of the text."""

    redundant: bool = False
    offset: int | None = None


def aws_syntax(text: str, kind: Kind) -> Verdict:
    """The verdict on the syntax of an expression."""
    parsers = {Kind.UPDATE: DynamoDbExpressionParser.parse_update, Kind.PROJECTION: DynamoDbExpressionParser.parse_projection}
    try:
        parsers.get(kind, DynamoDbExpressionParser.parse_condition)(text, _Listener())
    except _FoundError as found:
        line, column = found.args
        return Verdict(offset=sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column)
    except Exception as error:
        if "RedundantParentheses" not in str(error):
            raise
        return Verdict(redundant=True)
    return Verdict()


class _FoundError(Exception):
    """The line and column of the first token that is wrong."""


class _Listener(ErrorListener):  # type: ignore[misc]  # antlr has no types
    def syntaxError(self, recognizer: object, symbol: object, line: int, column: int, message: str, error: object) -> None:  # noqa: N802  # antlr calls it so
        raise _FoundError(line, column)
