"""Turns tables that are created without a billing mode into findings."""

from __future__ import annotations

from dynalint.facts import Evidence, TableDefinition
from dynalint.fixes.on_demand import on_demand
from dynalint.rule import Findings, rule


@rule(
    code="DYN102",
    name="provisioned-by-default",
    group="guideline",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html",
    fix="unsafe",
    proof="guide",
)
def provisioned_by_default(table: TableDefinition) -> Findings:
    """A table is created without a billing mode, and so with provisioned capacity.

    ## Why is this bad?
    The console offers on-demand capacity first, the API does not: a `create_table` that says nothing makes a table with provisioned capacity,
    and without `ProvisionedThroughput` it is refused. [DYN101](DYN101.md) says what is wrong with provisioned capacity. Nearly all provisioned
    tables come about like this, since old examples have no `BillingMode`.

    ## Example
    ```python
    import boto3

    boto3.resource("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    ```

    ## Use instead
    ```python
    import boto3

    boto3.resource("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ```
    Where provisioned capacity is wanted, name the table in the option `provisioned-tables`.

    ## Fix safety
    The fix puts `BillingMode="PAY_PER_REQUEST"` in the place of `ProvisionedThroughput` and drops the throughput of the indexes. It is unsafe: it
    changes what the table costs, and a definition that several tables share is changed for all of them. It is offered only where all indexes, if any,
    can be seen.

    ## Limits
    - Where `BillingMode` may come out of `**kwargs`, or out of a dict that not all of is known of, nothing is reported.
    - A replica that is made from another account's table (`GlobalTableSourceArn`) takes its settings from there.
    - Tables on this machine (`endpoint_url="http://localhost:8000"`) are not reported, nor are those that tests create.

    ## References
    - [CreateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html)
    - [AWS::DynamoDB::Table: the default of BillingMode](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html)
    - [DynamoDB throughput capacity](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html)
    """
    if not table.creates or table.may_be_provisioned or table.handle.evidence <= Evidence.NAMED:
        return
    if table.surely_lacks("BillingMode", "GlobalTableSourceArn"):
        match table.has("ProvisionedThroughput"):
            case True:
                # DynamoDB takes only one of the two.
                rest = "paid when idle, throttled at peaks; use PAY_PER_REQUEST without ProvisionedThroughput"
            case False:
                rest = "which with no throughput is refused; add BillingMode=PAY_PER_REQUEST"
            case None:
                rest = "which is paid for when idle and throttles peaks; add BillingMode=PAY_PER_REQUEST"
        yield table.finding(f"no BillingMode means PROVISIONED, {rest}", on_demand(table))
