"""Turns items whose attributes a request's sender chooses into findings."""

from __future__ import annotations

from dynalint.facts import OutsideInput
from dynalint.rule import Findings, rule


@rule(
    code="DYN803",
    name="request-as-item",
    group="suspicious",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html",
    proof="doc",
)
def request_as_item(found: OutsideInput) -> Findings:
    """What somebody outside sends is stored as an item as it is.

    ## Why is this bad?
    DynamoDB has no columns: it stores every attribute that it is given. Whoever sends the request so sets attributes that nobody meant to be set from
    outside, such as `role`, `price` or `paid`, and with the key overwrites items of others: PutItem replaces an old item with the same key.

    ## Example
    ```python
    import json

    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def handler(event, context):
        order = json.loads(event["body"])
        orders.put_item(Item=order)
    ```

    ## Use instead
    ```python
    import json

    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def handler(event, context):
        order = json.loads(event["body"])
        orders.put_item(Item={"order_id": order["order_id"], "article": order["article"], "count": int(order["count"])})
    ```
    A model that refuses fields that it does not know, such as pydantic's with `extra="forbid"`, or a loop over the names that may be set, does as well.

    ## Limits
    - What comes from outside, and what ends that, is described at DYN802. That a required field is there says nothing of the others.
    - A request that is kept whole under one attribute is left alone, as are records of streams and queues, the detail of an EventBridge event, and
      arguments of AppSync, which has held them against its schema.
    - Loops that build an update of whatever the request holds (`SET #key = :key`) are meant too.

    ## References
    - [PutItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html)
    """
    if found.part == "item":
        yield found.finding("whoever calls sets any attribute of the item; take those that are meant")
    elif found.part == "assigned names":
        yield found.finding("whoever calls sets any attribute; update those that are meant")
