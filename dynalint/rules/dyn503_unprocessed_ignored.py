"""Turns batches of which nobody looks at what was left undone into findings."""

from __future__ import annotations

from dynalint.facts import BatchRequest
from dynalint.rule import Findings, rule

_ADVICE = {
    "batch_write_item": "send them again until there are none, or use batch_writer()",
    "batch_get_item": "ask for them again until there are none",
}


@rule(
    code="DYN503",
    name="unprocessed-ignored",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html",
    proof="run",
    quiet_in_tests=True,
)
def unprocessed_ignored(batch: BatchRequest) -> Findings:
    """What a batch left undone is not looked at.

    ## Why is this bad?
    A batch that succeeds need not be done: where the table is throttled, or the answer would exceed 16 MB, DynamoDB does as much as it can and returns the
    rest as `UnprocessedItems` or `UnprocessedKeys`. The status is 200 and no exception is raised, so code that does not look there loses writes, or works on
    with a part of the items, on the very days when there is most to do.

    ## Example
    ```python
    import boto3

    client = boto3.client("dynamodb")


    def orders(numbers: list[str]) -> list[dict]:
        keys = [{"order_id": {"S": number}} for number in numbers[:100]]
        response = client.batch_get_item(RequestItems={"orders": {"Keys": keys}})
        return response["Responses"]["orders"]
    ```

    ## Use instead
    ```python
    import time

    import boto3

    client = boto3.client("dynamodb")


    def orders(numbers: list[str]) -> list[dict]:
        wanted = {"orders": {"Keys": [{"order_id": {"S": number}} for number in numbers[:100]]}}
        found = []
        pause = 0.1
        while wanted:
            response = client.batch_get_item(RequestItems=wanted)
            found += response["Responses"]["orders"]
            wanted = response["UnprocessedKeys"]
            if wanted:
                time.sleep(pause)
                pause *= 2
        return found
    ```
    For writes, a Table's batch writer sends again what was left undone:
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("orders")


    def store(orders: list[dict]) -> None:
        with table.batch_writer() as batch:
            for order in orders:
                batch.put_item(Item=order)
    ```

    ## Error
    ```text
    no error: only ... of 60 orders are read
    ```

    ## Limits
    - Whoever is given the whole response may look, and so may the caller of a function that returns it, or the reader of the JSON that it is turned into: all
      are believed to.
    - Counting or logging what was left undone is not enough. Who returns its number, tests it or raises because of it, and whoever gives it to another
      function, is believed to see to it; so is who puts it into an object.
    - A response that is neither read nor dropped on the spot is not reported where the function around it names the key: it may be read in a way
      that is not followed.
    - A response that is read by a key of unknown name (`response[key]`), or given away as `**response`, is reported although the key may be among the rest.
    - `batch_execute_statement` reports its errors in another way, and is not meant.
    - What is sent to an emulator on this machine is believed to be done.

    ## References
    - [BatchWriteItem: UnprocessedItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html)
    - [BatchGetItem: UnprocessedKeys](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html)
    """
    if batch.handle.local is not True and all(each.is_unprocessed_ignored is True for each in batch.paths):
        if any(each.is_unprocessed_only_told for each in batch.paths):
            yield batch.finding(f"{batch.unprocessed} are only counted or logged, and so lost; {_ADVICE[batch.name]}")
        else:
            yield batch.finding(f"what is left undone is in {batch.unprocessed}, which nobody reads; {_ADVICE[batch.name]}")
