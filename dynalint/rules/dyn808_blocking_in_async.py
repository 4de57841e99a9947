"""Turns calls of boto3 that stop an event loop into findings."""

from __future__ import annotations

from dynalint.facts import Operation, blocks_event_loop
from dynalint.rule import Findings, rule


@rule(
    code="DYN808",
    name="blocking-in-async",
    group="suspicious",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/programming-with-python.html",
    proof="doc",
)
def blocking_in_async(operation: Operation) -> Findings:
    """An `async def` calls boto3, which waits for the answer.

    ## Why is this bad?
    boto3 is not asynchronous: until DynamoDB has answered, retries with their pauses included, no other coroutine of the event loop goes on. A server
    so answers one request at a time, and a throttled table stops all of it.

    ## Example
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("visits")


    async def count(page: str) -> None:
        table.update_item(Key={"page": page}, UpdateExpression="ADD hits :one", ExpressionAttributeValues={":one": 1})
    ```

    ## Use instead
    ```python
    import asyncio

    import boto3

    client = boto3.client("dynamodb")


    async def count(page: str) -> None:
        await asyncio.to_thread(
            client.update_item,
            TableName="visits",
            Key={"page": {"S": page}},
            UpdateExpression="ADD hits :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
    ```
    A client may be shared between threads, a resource and its Tables may not. aioboto3 has the same methods as coroutines.

    ## Limits
    - Reported where the code shows that boto3 makes the handle, or where the stubs' types say so, and only in the `async def` itself: what stands in
      a plain function or a lambda in it may run in a thread.
    - A plain function that an `async def` calls stops the loop as well, and is left alone: who else calls it is not known.

    ## References
    - [Programming DynamoDB with Python](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/programming-with-python.html)
    - [Running in threads](https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread)
    - [Multithreading with boto3's clients and resources](https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html)
    """
    if blocks_event_loop(operation):
        yield operation.finding("all coroutines wait until boto3 has its answer; call it in asyncio.to_thread, or use aioboto3")
