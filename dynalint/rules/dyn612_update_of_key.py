"""Turns updates of key attributes into findings."""

from __future__ import annotations

from dynalint.facts import Request
from dynalint.language.attributes import changes
from dynalint.language.problems import Kind
from dynalint.language.tree import Path
from dynalint.rule import Findings, rule


@rule(
    code="DYN612",
    name="update-of-key",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html",
    proof="run",
)
def update_of_key(request: Request) -> Findings:
    """An update expression changes an attribute of the item's key.

    ## Why is this bad?
    The call fails, for every item, even if the value stays what it is: the key says which item is meant, and cannot be changed. Where the item is new, it gets
    the attributes of its `Key` anyway.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def reprice(order_id: str = "1", price: int = 5) -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET order_id = :id, price = :price",
            ExpressionAttributeValues={":id": order_id, ":price": price},
        )
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def reprice(order_id: str = "1", price: int = 5) -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET price = :price",
            ExpressionAttributeValues={":price": price},
        )
    ```
    To give an item another key, write a new one and delete the old one, in one transaction.

    ## Error
    ```text
    One or more parameter values were invalid: Cannot update attribute .... This attribute is part of the key
    ```

    ## Limits
    - The key is what the call's own `Key` names, and the schema of a table that the project declares: [table knowledge](../tables.md).
    - Names that are put together are not known.

    ## References
    - [UpdateItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html)
    """
    for expression in request.expressions:
        if expression.kind is Kind.UPDATE and expression.is_whole:
            for change in changes(expression.parsed, request.names.known):
                if change.name is not None and change.name in request.keys and isinstance(path := change.action.path, Path):
                    message = f'"{change.name[:30]}" is part of the key, which cannot change, so the call fails; leave it out of the update'
                    yield expression.finding(message, path.start, path.end)
