"""Turns indexes that no code of the project reads into findings."""

from __future__ import annotations

from dynalint.facts import TableDefinition
from dynalint.rule import Findings, rule


@rule(
    code="DYN754",
    name="unused-index",
    group="audit",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general.html",
    proof="doc",
)
def unused_index(definition: TableDefinition) -> Findings:
    """An index is created that no code of the project reads.

    ## Why is this bad?
    Each write of an item is written to every index that the item is in, and what the index projects is stored a second time. An index that nobody queries is
    paid for with each write. But other programs, and people at a console, may query it, so this rule is off by default.

    ## Example
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    dynamodb = boto3.resource("dynamodb")


    def make_table() -> None:
        dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}, {"AttributeName": "customer", "AttributeType": "S"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-customer",
                    "KeySchema": [{"AttributeName": "customer", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )


    def order(order_id: str) -> list[dict]:
        return dynamodb.Table("orders").query(KeyConditionExpression=Key("order_id").eq(order_id))["Items"]
    ```

    ## Use instead
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    dynamodb = boto3.resource("dynamodb")


    def make_table() -> None:
        dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )


    def order(order_id: str) -> list[dict]:
        return dynamodb.Table("orders").query(KeyConditionExpression=Key("order_id").eq(order_id))["Items"]
    ```

    ## Limits
    - An index counts as read where its name stands in any other file of the project's code, in whatever language, or a second time in the file that creates it,
      and where the file reads an index whose name is not known.
    - Nothing is reported where neither this file nor the project queries anything: whoever reads the table is elsewhere.
    - Only indexes in Python code are looked at: `dynalint tables` lists those in templates.

    ## References
    - [General guidelines for secondary indexes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general.html)
    """
    if not definition.creates or not definition.is_read:
        return
    for index in definition.indexes:
        if index.name is not None and definition.reads_index(index.name) is False:
            message = f'no code of the project reads index "{index.name}", which each write pays for; leave it out, or query it'
            yield definition.finding(message, at=definition.spot(index.place, index))
