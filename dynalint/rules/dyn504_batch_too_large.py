"""Turns batches and transactions with more requests than DynamoDB takes into findings."""

from __future__ import annotations

from dynalint.facts import BatchRequest
from dynalint.rule import Findings, rule

_WHAT = {"batch_write_item": "writes", "batch_get_item": "keys", "transact_write_items": "actions", "transact_get_items": "reads"}


@rule(
    code="DYN504",
    name="batch-too-large",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html",
    proof="run",
)
def batch_too_large(batch: BatchRequest) -> Findings:
    """A batch or transaction has more requests than DynamoDB takes.

    ## Why is this bad?
    A `batch_write_item` takes 25 writes, a `batch_get_item` 100 keys, both counted over all tables, and a transaction 100 actions. DynamoDB refuses a larger
    one as a whole, so nothing of it is written or read. boto3 does not count, and emulators differ: moto, for one, takes any number of writes.

    ## Example
    ```python
    import boto3

    client = boto3.client("dynamodb")


    def letter(name: str) -> dict:
        return {"PutRequest": {"Item": {"letter": {"S": name}}}}


    def store_the_alphabet() -> None:
        first = [letter("a"), letter("b"), letter("c"), letter("d"), letter("e"), letter("f"), letter("g"), letter("h"), letter("i"), letter("j")]
        second = [letter("k"), letter("l"), letter("m"), letter("n"), letter("o"), letter("p"), letter("q"), letter("r"), letter("s"), letter("t")]
        third = [letter("u"), letter("v"), letter("w"), letter("x"), letter("y"), letter("z")]
        left = {"letters": first + second + third}
        while left:
            left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]
    ```

    ## Use instead
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("letters")


    def store_the_alphabet() -> None:
        with table.batch_writer() as batch:
            for name in "abcdefghijklmnopqrstuvwxyz":
                batch.put_item(Item={"letter": name})
    ```
    A batch writer sends 25 at a time. Keys to be read are cut by `itertools.batched(keys, 100)` or a slice. What has to be done in one transaction must fit
    into one.

    ## Error
    ```text
    failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25

    Too many items requested for the BatchWriteItem call

    Too many items requested for the BatchGetItem call

    Member must have length less than or equal to 100
    ```

    ## Limits
    - Only requests that are written down one by one are counted. How many a comprehension, a loop or `[...] * 30` makes is not known, so a list of
      unknown length that goes into a batch in one piece is not reported, however likely it is to grow.
    - An empty list is DYN706's business.
    - Sizes are not looked at: 16 MB for a batch, 4 MB for a transaction.
    - Elements that are taken out again (`requests.pop()`) count as if they were there.

    ## References
    - [BatchWriteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html)
    - [BatchGetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html)
    - [TransactWriteItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html)
    - [TransactGetItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html)
    """
    if batch.count > batch.most:
        yield batch.finding(f"{batch.count} {_WHAT[batch.name]} in one {batch.name} are refused as a whole; send {batch.most} at a time at most")
