"""Turns tables that are used the moment they are created into findings."""

from __future__ import annotations

from dynalint.facts import Evidence, TableDefinition, used_at_once
from dynalint.rule import Findings, rule


@rule(
    code="DYN708",
    name="used-before-active",
    group="suspicious",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html",
    proof="doc",
)
def used_before_active(definition: TableDefinition) -> Findings:
    """A table is created and used at once, without waiting until it is there.

    ## Why is this bad?
    `create_table` returns when DynamoDB has taken the order, not when there is a table: for some seconds its status is `CREATING`, and reads and writes end
    with `ResourceNotFoundException`. Emulators make tables at once, so it works there, and on AWS every time but the first.

    ## Example
    ```python
    import boto3

    users = boto3.resource("dynamodb").create_table(
        TableName="users",
        KeySchema=[{"AttributeName": "user_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "user_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    users.put_item(Item={"user_id": "admin"})
    ```

    ## Use instead
    ```python
    import boto3

    users = boto3.resource("dynamodb").create_table(
        TableName="users",
        KeySchema=[{"AttributeName": "user_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "user_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    users.wait_until_exists()
    users.put_item(Item={"user_id": "admin"})
    ```
    A client waits with `client.get_waiter("table_exists").wait(TableName="users")`.

    ## Limits
    - Both calls must stand in one function. What a function does that is called between them is not known: a name such as `wait_for_table` or `ensure_active`
      counts as a wait, another one does not.
    - Anything between them that looks like a wait does: a waiter, a look at the status, `sleep`, a retry.
    - An endpoint that is not AWS's, or is not known to be, may be an emulator: nothing is said there, nor in test code.
    - The emulators of the tests make tables at once, so that nothing fails there: AWS's documentation is the proof.

    ## References
    - [CreateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html)
    - [Waiting for a table in boto3](https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services/dynamodb/waiter/TableExists.html)
    """
    if not definition.creates or definition.handle.local is not False or definition.handle.evidence < Evidence.CONFIGURED:
        return
    used = used_at_once(definition)
    if used is not None:
        yield used.finding(f"{used.name} fails while the table is being created; call wait_until_exists() or the waiter table_exists before")
