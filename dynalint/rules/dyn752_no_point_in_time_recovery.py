"""Turns tables for which nobody switches point-in-time recovery on into findings."""

from __future__ import annotations

from dynalint.facts import NewTable
from dynalint.rule import Findings, rule


@rule(
    code="DYN752",
    name="no-point-in-time-recovery",
    group="audit",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.html",
    proof="doc",
)
def no_point_in_time_recovery(table: NewTable) -> Findings:
    """A table is created, and its continuous backups are never switched on.

    ## Why is this bad?
    With point-in-time recovery a table can be restored to any second of the last days: after a wrong script, a lost condition, an attack. It is off by default,
    and `create_table` has no parameter for it: it takes a call of `update_continuous_backups`. CDK, troposphere and Pulumi have one. It costs by the size of
    the table, and not all data are worth it, so this rule is off by default.

    ## Example
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Use instead
    ```python
    import boto3

    dynamodb = boto3.client("dynamodb")
    dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName="orders")
    dynamodb.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    ```

    ## Limits
    - What other modules and templates of the project say of the table is known: [table knowledge](../tables.md). So is what CDK, troposphere and Pulumi are
      told where they make it; a global table's replicas say it each for itself, and are left alone.
    - A call whose table is not known is believed to be meant for this one.
    - Tables of an emulator on this machine are left alone, and so is test code.

    ## References
    - [Point-in-time recovery](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.html)
    - [UpdateContinuousBackups](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html)
    """
    if table.is_recoverable is False:
        yield table.finding(f"this table cannot be restored to a moment before a mistake; {table.maker.backup}")
