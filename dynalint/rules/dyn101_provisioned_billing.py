"""Turns tables that are created with provisioned capacity into findings."""

from __future__ import annotations

from dynalint.facts import TableDefinition
from dynalint.fixes.on_demand import on_demand
from dynalint.rule import Findings, rule


@rule(
    code="DYN101",
    name="provisioned-billing",
    group="guideline",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html",
    fix="unsafe",
    proof="guide",
)
def provisioned_billing(table: TableDefinition) -> Findings:
    """A table is created with provisioned capacity.

    ## Why is this bad?
    Somebody has to guess how many reads and writes a second the table will see. Guessed too high, the difference is paid for every hour; guessed
    too low, requests are throttled once the bursts are used up, and auto scaling follows a peak with a delay. An on-demand table has no
    number to guess: it follows the traffic, and costs nothing for throughput while there is none. AWS recommends it for most workloads.

    ## Example
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    ```

    ## Use instead
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ```
    A table whose load is steady and well known may cost less with provisioned capacity, and so may one with reserved capacity. Name it in the
    option `provisioned-tables`, or silence this one call.

    ## Fix safety
    The fix sets PAY_PER_REQUEST and drops the throughput of the table and of its indexes. It is unsafe: it changes what the table costs, and a
    definition that several tables share is changed for all of them. It is offered only where the mode is written in quotes, and all indexes, if any,
    can be seen.

    ## Limits
    - A mode that is decided at run time, by a condition, a setting or a parameter without a known value, is not reported.
    - Tables on this machine (`endpoint_url="http://localhost:8000"`) are not reported, nor are those that tests create.

    ## References
    - [DynamoDB throughput capacity](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html)
    - [Throttling of provisioned capacity](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-provisioned-capacity-exceeded-mitigation.html)
    - [CreateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html)
    """
    if table.creates and table.billing is not None and table.billing_mode == "PROVISIONED" and not table.may_be_provisioned:
        # DynamoDB takes only one of the two.
        instead = "PAY_PER_REQUEST without ProvisionedThroughput" if table.has("ProvisionedThroughput") else "BillingMode=PAY_PER_REQUEST"
        message = f"PROVISIONED capacity is paid for when idle and throttles peaks; use {instead}"
        yield table.finding(message, on_demand(table), table.inside(table.billing.place))
