"""Turns requests that mix legacy parameters with expressions into findings."""

from __future__ import annotations

from dynalint.facts import Request, known_text
from dynalint.rule import Findings, rule


@rule(
    code="DYN610",
    name="mixed-parameters",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html",
    proof="run",
)
def mixed_parameters(request: Request) -> Findings:
    """A legacy parameter and an expression stand in one request.

    ## Why is this bad?
    The call fails: a request is written in the old way or in the new one. `KeyConditions` with a `FilterExpression` is the only mix that is allowed.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def reprice(order_id: str = "1", price: int = 5) -> None:
        orders.update_item(
            Key={"order_id": order_id},
            AttributeUpdates={"price": {"Value": price, "Action": "PUT"}},
            UpdateExpression="REMOVE discount",
        )
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def reprice(order_id: str = "1", price: int = 5) -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET price = :price REMOVE discount",
            ExpressionAttributeValues={":price": price},
        )
    ```

    ## Error
    ```text
    Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {...} Expression parameters: {...}
    ```

    ## Limits
    - Only what is surely passed together is reported: a parameter that one branch adds is not.

    ## References
    - [Legacy conditional parameters](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html)
    """
    legacy, expressions = request.mixed
    if legacy:
        name = known_text(legacy[0].key)
        instead = next(replacing for entry, replacing in request.legacy if entry is legacy[0])
        yield request.finding(f"legacy parameter {name} beside {expressions[0]}, so the call fails; use {instead}", legacy[0].place)
