"""Turns placeholders that expressions use and that nothing defines into findings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dynalint.facts import Expression, Placeholders, Request
from dynalint.facts.requests import is_broken
from dynalint.language.placeholders import is_placeholder, undefined
from dynalint.language.tokens import Token
from dynalint.rule import Findings, rule
from dynalint.words import did_you_mean

# What boto3 calls the placeholders that it makes for Key and Attr.
_OF_BOTO3 = re.compile(r"[#:][nv]\d+")


@rule(
    code="DYN602",
    name="undefined-placeholder",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeValues.html",
    proof="run",
)
def undefined_placeholder(request: Request) -> Findings:
    """An expression uses a `:value` or a `#name` that the request does not define.

    ## Why is this bad?
    The call fails, for every item. All placeholders of a request are defined in its own `ExpressionAttributeValues` and `ExpressionAttributeNames`, each with
    its `:` or `#`, and all its expressions share them.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def ship(order_id: str = "1") -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET shipped_by = :carrier, shipped_at = :now",
            ExpressionAttributeValues={":carrier": "post"},
        )
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def ship(order_id: str = "1") -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET shipped_by = :carrier, shipped_at = :now",
            ExpressionAttributeValues={":carrier": "post", ":now": "2026-01-01"},
        )
    ```

    ## Error
    ```text
    An expression attribute value used in expression is not defined; attribute value: :...

    An expression attribute name used in the document path is not defined; attribute name: #...

    ExpressionAttributeValues contains invalid key: Syntax error; key: "..."

    ExpressionAttributeNames contains invalid key: Syntax error; key: "..."
    ```

    ## Limits
    - Of names and values that are put together, passed in or changed elsewhere it is not known what they define: nothing is said.
    - Placeholders whose names are put together (`f":{name}"`) are not looked at.
    - Where neither names nor values are passed, only calls of what surely is boto3's own are looked at: something of your own may add them.
    - An expression with a syntax error is left to DYN604.

    ## References
    - [Expression attribute values](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeValues.html)
    - [Expression attribute names](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html)
    """
    for expression in request.expressions:
        if expression.is_whole and not is_broken(expression):
            for token in _missing(request, expression):
                given = request.names if token.text.startswith("#") else request.values
                yield expression.finding(_message(token.text, given), token.start, token.end)


def _missing(request: Request, expression: Expression) -> Iterator[Token]:
    names = request.names.keys if _is_known(request, request.names) else None
    values = request.values.keys if _is_known(request, request.values) else None
    by_boto3 = bool(request.conditions)
    return (token for token in undefined(expression.parsed, names, values) if not (by_boto3 and _OF_BOTO3.fullmatch(token.text)))


def _is_known(request: Request, given: Placeholders) -> bool:
    return given.complete and (request.is_sure or bool(given.entries))


def _message(missing: str, given: Placeholders) -> str:
    if missing[1:] in given.keys:
        return f'"{missing[1:]}" in {given.parameter} does not define {missing}, so the call fails; write "{missing}"'
    others = [key for key in given.keys if is_placeholder(key, given.sign)]
    meant = did_you_mean(missing, others)
    advice = f"did you mean {meant}?" if meant else "define it"
    return f"{missing} is not in {given.parameter}, so the call fails; {advice}"
