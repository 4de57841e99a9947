"""Turns tables that are created without deletion protection into findings."""

from __future__ import annotations

from dynalint.facts import Const, TableDefinition, alternatives
from dynalint.rule import Findings, rule


@rule(
    code="DYN751",
    name="no-deletion-protection",
    group="audit",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html",
    proof="doc",
)
def no_deletion_protection(definition: TableDefinition) -> Findings:
    """A table is created that one call can delete.

    ## Why is this bad?
    Deletion protection is off unless `create_table` switches it on. Without it a wrong name in a script, or a stack that is torn down, takes the table with all
    its items, at once. Test tables and those of a trial are meant to go, so this rule is off by default.

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

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
    )
    ```

    ## Limits
    - That an `update_table` of the same module switches it on later is seen; what other modules and tools do is not.
    - Tables of an emulator on this machine are left alone, and so is test code.

    ## References
    - [Basic operations on tables: deletion protection](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html)
    """
    if not definition.creates or definition.is_local or definition.is_protected_later:
        return
    argument = definition.argument("DeletionProtectionEnabled")
    if argument is None and definition.has("DeletionProtectionEnabled") is False:
        yield definition.finding("one call can delete this table with all its items; add DeletionProtectionEnabled=True")
    elif argument is not None and argument.surely and all(option == Const(False) for option in alternatives(argument.value)):
        yield definition.finding("one call can delete this table with all its items; set True here", at=definition.inside(argument.place))
