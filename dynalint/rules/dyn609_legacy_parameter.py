"""Turns parameters that expressions have replaced into findings."""

from __future__ import annotations

from dynalint.facts import Request, known_text
from dynalint.rule import Findings, rule


@rule(
    code="DYN609",
    name="legacy-parameter",
    group="suspicious",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html",
    proof="doc",
)
def legacy_parameter(request: Request) -> Findings:
    """A request uses a parameter that expressions have replaced: `AttributesToGet`, `KeyConditions`, `Expected` and others.

    ## Why is this bad?
    AWS keeps these parameters for old programs only, and recommends expressions instead. They can say less (no nested attributes, one operator for all
    conditions), newer features do not know them, and the first expression that is added beside them makes the call fail.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def price_of(order_id: str) -> dict:
        return orders.get_item(Key={"order_id": order_id}, AttributesToGet=["price", "status"])
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def price_of(order_id: str) -> dict:
        return orders.get_item(
            Key={"order_id": order_id},
            ProjectionExpression="price, #status",
            ExpressionAttributeNames={"#status": "status"},
        )
    ```

    ## Limits
    - Together with an expression the call fails: that is DYN610.

    ## References
    - [Legacy conditional parameters](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html)
    """
    if not request.mixed[0]:
        for entry, instead in request.legacy:
            name = known_text(entry.key)
            what = f"AND and OR in {instead}" if name == "ConditionalOperator" else instead
            yield request.finding(f"legacy parameter {name}, with which no expression can be used; use {what}", entry.place)
