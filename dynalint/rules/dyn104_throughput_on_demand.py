"""Turns provisioned throughput of on-demand tables into findings."""

from __future__ import annotations

from dynalint.facts import TableDefinition
from dynalint.fixes.pen import Pen, fix
from dynalint.rule import Findings, rule


@rule(
    code="DYN104",
    name="throughput-on-demand",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html",
    fix="safe",
    proof="run",
)
def throughput_on_demand(table: TableDefinition) -> Findings:
    """Provisioned throughput is given to an on-demand table, or to an index of one.

    ## Why is this bad?
    The two exclude each other, and the call is refused. It happens when a table is made on-demand and the throughput is forgotten, most often
    that of an index. Some emulators take such an index without complaint, so tests pass and the deployment fails.

    ## Example
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
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
    `OnDemandThroughput` limits what an on-demand table may use.

    ## Error
    ```text
    One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST

    One or more parameter values were invalid: ProvisionedThroughput should not be specified for index: ... when BillingMode is PAY_PER_REQUEST
    ```

    ## Fix safety
    The fix drops the throughput. It is safe: the call fails with it.

    ## Limits
    - Indexes that `update_table` adds or changes are not looked at.
    - Throughput that is given on some paths only is not reported.

    ## References
    - [CreateTable: ProvisionedThroughput](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html)
    - [GlobalSecondaryIndex: ProvisionedThroughput](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndex.html)
    """
    if table.billing_mode != "PAY_PER_REQUEST":
        return
    pen = Pen(table.facts.source)
    for each in table.throughputs:
        if each.surely:
            whose = "ProvisionedThroughput of an index" if each.of_index else "ProvisionedThroughput"
            mend = fix("Drop ProvisionedThroughput", pen.remove(each.place), safe=True)
            yield table.finding(f"{whose} contradicts PAY_PER_REQUEST, so the call fails; drop it", mend, table.inside(each.place))
