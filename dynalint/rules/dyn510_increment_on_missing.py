"""Turns counters that fail where there is nothing to count from into findings."""

from __future__ import annotations

from dynalint.facts import Expression
from dynalint.facts.counters import has_condition, increments, is_known_to_exist
from dynalint.rule import Findings, rule


@rule(
    code="DYN510",
    name="increment-on-missing",
    group="suspicious",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html",
    proof="run",
)
def increment_on_missing(expression: Expression) -> Findings:
    """An update counts an attribute up from what it is, and fails for the item that has none yet.

    ## Why is this bad?
    `SET n = n + :one` reads `n` first. Where the item has no `n`, or there is no item, DynamoDB refuses the whole update: the first visit, the first like, the
    first login. Code that only logs the error never counts anything.

    ## Example
    ```python
    import boto3

    pages = boto3.resource("dynamodb").Table("pages")


    def visited(path: str = "/new") -> None:
        pages.update_item(
            Key={"path": path},
            UpdateExpression="SET visits = visits + :one",
            ExpressionAttributeValues={":one": 1},
        )
    ```

    ## Use instead
    ```python
    import boto3

    pages = boto3.resource("dynamodb").Table("pages")


    def visited(path: str = "/new") -> None:
        pages.update_item(
            Key={"path": path},
            UpdateExpression="SET visits = if_not_exists(visits, :zero) + :one",
            ExpressionAttributeValues={":zero": 0, ":one": 1},
        )
    ```
    `ADD visits :one` begins at 0 by itself. Where the item has to be there, say so: `ConditionExpression="attribute_exists(visits)"`.

    ## Error
    ```text
    The provided expression refers to an attribute that does not exist in the item
    ```

    ## Limits
    - An attribute that this file sets somewhere, in an item or in another update, is taken to be there, and so is one that another update asks for.
    - An update with a condition of any kind is left alone: it has thought of the items that do not fit.
    - Attributes that another program sets in all items are reported too.

    ## References
    - [Update expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html)
    """
    if has_condition(expression) is not False:
        return
    for path in increments(expression):
        if not is_known_to_exist(expression, path):
            name = expression.text[path.start : path.end]
            yield expression.finding(f"fails where the item has no {name[:30]} yet; use if_not_exists({name[:30]}, :zero), or ADD", path.start, path.end)
