"""Turns names of tables that the project declares nowhere into findings."""

from __future__ import annotations

from dynalint.facts import Operation
from dynalint.rule import Findings, rule
from dynalint.words import did_you_mean


@rule(
    code="DYN755",
    name="unknown-table",
    group="audit",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html",
    proof="doc",
)
def unknown_table(operation: Operation) -> Findings:
    """A table is used that the project declares nowhere, though it declares others.

    ## Why is this bad?
    A name with a typing error, or of a table that a template has long since renamed, is found when the code runs: DynamoDB answers with
    `ResourceNotFoundException`. But projects use tables of others too, and tables that somebody made by hand, so this rule is off by default.

    ## Example
    ```python
    import boto3

    dynamodb = boto3.resource("dynamodb")


    def make_table() -> None:
        dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )


    def cancel(order_id: str) -> None:
        dynamodb.Table("order").delete_item(Key={"order_id": order_id})
    ```

    ## Use instead
    ```python
    import boto3

    dynamodb = boto3.resource("dynamodb")


    def make_table() -> None:
        dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )


    def cancel(order_id: str) -> None:
        dynamodb.Table("orders").delete_item(Key={"order_id": order_id})
    ```

    ## Limits
    - What a project declares is found as [table knowledge](../tables.md) says. Where it declares none, or one by a name of which nothing is known, nothing is
      reported.
    - Only names that the code shows entirely are looked at; those out of the environment are not.

    ## References
    - [Error handling with DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html)
    """
    name = operation.table_name
    if name is None or operation.name == "create_table" or operation.facts.is_declared(operation.table_value) is not False:
        return
    meant = did_you_mean(name, [each for each in operation.facts.declared_names if "$" not in each])
    instead = f'write "{meant}"' if meant else "declare it, or correct the name"
    argument = operation.argument("TableName")
    yield operation.finding(
        f'the project declares no table "{name}", DynamoDB finds none; {instead}', at=operation.inside(argument.place) if argument is not None else None
    )
