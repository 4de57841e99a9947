"""Turns tables that are given provisioned capacity later into findings."""

from __future__ import annotations

from dynalint.facts import TableDefinition
from dynalint.rule import Findings, rule


@rule(
    code="DYN103",
    name="switch-to-provisioned",
    group="guideline",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-switching-capacity-modes.html",
    proof="guide",
)
def switch_to_provisioned(table: TableDefinition) -> Findings:
    """A table is switched to provisioned capacity, or its provisioned capacity is set, by an update.

    ## Why is this bad?
    [DYN101](DYN101.md) says what is wrong with provisioned capacity. The way back is not always open: the table can be made on-demand again only 24
    hours after it last became so. And code that raises and lowers the capacity of a table does by hand what an on-demand table does by itself.

    ## Example
    ```python
    import boto3

    boto3.client("dynamodb").update_table(
        TableName="orders",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    ```

    ## Use instead
    ```python
    import boto3

    boto3.client("dynamodb").update_table(TableName="orders", BillingMode="PAY_PER_REQUEST")
    ```
    Where provisioned capacity is wanted, name the table in the option `provisioned-tables`.

    ## Limits
    - The capacity of an index (`GlobalSecondaryIndexUpdates`) is not reported: it has to match the table's mode, which the call does not show.
    - Tables on this machine (`endpoint_url="http://localhost:8000"`) are not reported, nor are those of tests.

    ## References
    - [Considerations when switching capacity modes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-switching-capacity-modes.html)
    - [UpdateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html)
    """
    if table.creates or table.may_be_provisioned:
        return
    if table.billing is not None and table.billing_mode == "PROVISIONED":
        message = "switches to PROVISIONED capacity, which is paid for when idle and throttles peaks; stay with PAY_PER_REQUEST"
        yield table.finding(message, at=table.inside(table.billing.place))
    elif table.surely_has("ProvisionedThroughput") and table.surely_lacks("BillingMode"):
        yield table.finding("sets provisioned capacity, which is paid for when idle and throttles peaks; switch to PAY_PER_REQUEST")
