"""Turns clients that a Lambda handler makes anew in each call into findings."""

from __future__ import annotations

from dynalint.facts import Client
from dynalint.rule import Findings, rule


@rule(
    code="DYN806",
    name="client-in-handler",
    group="suspicious",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",
    proof="doc",
)
def client_in_handler(client: Client) -> Findings:
    """A Lambda handler makes its DynamoDB client in each call.

    ## Why is this bad?
    Making a client loads the description of the service, looks for credentials, and opens a new connection with a handshake of its own: on a small function
    that is a good part of the time that is paid for, in each call. What stands outside of the handler is made once for each execution environment, and
    kept with its open connection.

    ## Example
    ```python
    import boto3


    def handler(event, context):
        table = boto3.resource("dynamodb").Table("visits")
        table.update_item(Key={"page": "home"}, UpdateExpression="ADD hits :one", ExpressionAttributeValues={":one": 1})
    ```

    ## Use instead
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("visits")


    def handler(event, context):
        table.update_item(Key={"page": "home"}, UpdateExpression="ADD hits :one", ExpressionAttributeValues={":one": 1})
    ```
    A function under `functools.cache` that makes the client when it is first needed does as well.

    ## Limits
    - A handler is a function of the module's top level whose two parameters are named like `event` and `context`. Who calls it makes no difference.
    - Clients for the account, Region or tenant of the call, with credentials of their own, kept in a `global`, or in a custom resource of
      CloudFormation, which is called once in a deployment, are left alone.
    - Functions that the handler calls are left alone: whether they are cached is a question of their own.

    ## References
    - [Best practices for Lambda functions](https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html)
    """
    if client.is_made_in_handler:
        kind = client.handle.kind
        yield client.finding(f"each call makes this {kind} and its connection anew, which costs time; make it once, outside of the handler")
