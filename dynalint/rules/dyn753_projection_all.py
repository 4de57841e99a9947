"""Turns indexes that copy whole items into findings."""

from __future__ import annotations

from dynalint.facts import TableDefinition
from dynalint.rule import Findings, rule


@rule(
    code="DYN753",
    name="projection-all",
    group="audit",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general.html",
    proof="doc",
)
def projection_all(definition: TableDefinition) -> Findings:
    """An index copies all attributes of the items.

    ## Why is this bad?
    What an index projects is stored a second time and written with each change of the item, so `ALL` doubles storage and writes, for each index. Queries that
    need the keys and two attributes are served by `INCLUDE`, those that go on to the table by `KEYS_ONLY`. But a query that needs an attribute that is not
    projected must fetch it from the table, which costs more, and the projection of an index cannot be changed: which is right depends on the
    queries, and so this rule is off by default.

    ## Example
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}, {"AttributeName": "customer", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-customer",
                "KeySchema": [{"AttributeName": "customer", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Use instead
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}, {"AttributeName": "customer", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-customer",
                "KeySchema": [{"AttributeName": "customer", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["placed_at", "total"]},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Limits
    - Which attributes the queries need is not looked at.
    - Tables of an emulator on this machine are left alone, and so is test code.

    ## References
    - [General guidelines for secondary indexes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general.html)
    - [Projection](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html)
    """
    for index in definition.indexes if not definition.is_local else ():
        if index.projection.kind == "ALL":
            message = f"{index.shown} stores and writes each item whole again; project the attributes that its queries need"
            yield definition.finding(message, at=definition.spot(index.projection.place, index))
