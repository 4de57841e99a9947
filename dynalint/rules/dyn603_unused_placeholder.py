"""Turns placeholders that are defined and that no expression uses into findings."""

from __future__ import annotations

import re

from dynalint.facts import Placeholders, Request, known_text
from dynalint.facts.requests import is_broken
from dynalint.language.placeholders import is_placeholder, undefined, unused
from dynalint.language.problems import Fault, Kind
from dynalint.rule import Findings, rule

# What boto3 calls the placeholders that it makes for Key and Attr.
_OF_BOTO3 = re.compile(r"[#:][nv]\d+")


@rule(
    code="DYN603",
    name="unused-placeholder",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html",
    proof="run",
)
def unused_placeholder(request: Request) -> Findings:
    """A request defines a `:value` or a `#name` that none of its expressions uses.

    ## Why is this bad?
    The call fails, for every item: DynamoDB takes it for a mistake. So it does where there is no expression at all, or where the names or values that are given
    are an empty dict.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def ship(order_id: str = "1") -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET shipped_by = :carrier",
            ExpressionAttributeValues={":carrier": "post", ":now": "2026-01-01"},
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
    Value provided in ExpressionAttributeValues unused in expressions: keys: {...}

    Value provided in ExpressionAttributeNames unused in expressions: keys: {...}

    ExpressionAttributeValues can only be specified when using expressions

    ExpressionAttributeNames can only be specified when using expressions

    ExpressionAttributeValues must not be empty

    ExpressionAttributeNames must not be empty

    ExpressionAttributeValues contains invalid key: Syntax error; key: "..."

    ExpressionAttributeNames contains invalid key: Syntax error; key: "..."
    ```

    ## Limits
    - Of expressions, names and values that are put together, passed in or changed elsewhere nothing is said.
    - Neither is of a request in which a placeholder is undefined or an expression has a syntax error: those are reported first (DYN602, DYN604). A `#name` of
      a reserved word that stands in the expression without it is DYN601.
    - `Key("#name")` and `Attr("name").eq(":value")` use no placeholder: boto3 takes the texts for an attribute's name and for a value.

    ## References
    - [Expression attribute names](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html)
    - [Expression attribute values](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeValues.html)
    """
    if not request.shows_expressions or any(map(is_broken, request.expressions)):
        return
    for given in (request.names, request.values):
        if given.surely and given.complete and not _lacks_some(request, given):
            yield from _objections(request, given)


def _lacks_some(request: Request, given: Placeholders) -> bool:
    """Is a placeholder of this sign not defined? Then one that is not used may be the one that was meant."""
    names, values = (given.keys, None) if given.sign == "#" else (None, given.keys)
    return any(True for expression in request.expressions for _ in undefined(expression.parsed, names, values))


def _objections(request: Request, given: Placeholders) -> Findings:
    kinds = {kind for kind in Kind if request.arguments.has(kind.value) is not False}
    if not kinds - ({Kind.PROJECTION} if given.sign == ":" else set()):
        if request.is_sure:
            yield request.finding(f"{given.parameter} without an expression to use them, so the call fails; leave them out", given.place)
    elif not given.entries:
        if not request.conditions:
            yield request.finding(f"{given.parameter} must not be an empty dict, so the call fails; leave it out", given.place)
    else:
        yield from _unused(request, given)


def _unused(request: Request, given: Placeholders) -> Findings:
    left = frozenset(unused((expression.parsed for expression in request.expressions), given.keys))
    reserved = {word.text for expression in request.expressions for word in expression.parsed.of(Fault.RESERVED_WORD)}
    written = "".join(expression.text for expression in request.expressions)
    for entry in given.entries:
        key = known_text(entry.key)
        # The alias of a reserved word that stands un-aliased in the text is missing there: that is DYN601.
        if known_text(entry.value) in reserved and given.sign == "#":
            continue
        if key is None or key not in left or not entry.surely or (request.conditions and _OF_BOTO3.fullmatch(key)):
            continue
        place = entry.place if request.operation.inside(entry.place) else given.place
        if is_placeholder(key, given.sign):
            yield request.finding(f"no expression uses {key}, so the call fails; use it or leave it out", place)
        elif not key.startswith(given.sign) or key not in written:
            yield request.finding(f'"{key}" is no placeholder, so the call fails; they are {given.sign}, then letters, digits and _', place)
