"""Turns batches and transactions that are about one item twice into findings."""

from __future__ import annotations

from dynalint.facts import Batch, BatchWriter, Const, Dict, Value, known_text
from dynalint.rule import Findings, rule

_MOST_SHOWN = 30


@rule(
    code="DYN506",
    name="duplicate-batch-keys",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html",
    proof="run",
)
def duplicate_batch_keys(batch: Batch) -> Findings:
    """A batch or a transaction is about the same item twice.

    ## Why is this bad?
    DynamoDB works on the requests of a batch in no order, so it takes none that has two for one item: two puts, a put and a delete, one key to be read twice.
    A transaction may not touch an item twice either, not even to check and then update it. All of the request is refused, with what has nothing to do with the
    item. A batch writer collects 25 writes and sends them as one such batch, so that it depends on their number whether code that repeats a key fails.

    ## Example
    ```python
    import boto3

    client = boto3.client("dynamodb")


    def restart():
        requests = [
            {"DeleteRequest": {"Key": {"order_id": {"S": "o-1"}}}},
            {"PutRequest": {"Item": {"order_id": {"S": "o-1"}, "order_state": {"S": "open"}}}},
        ]
        return client.batch_write_item(RequestItems={"orders": requests})
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def restart():
        orders.put_item(Item={"order_id": "o-1", "order_state": "open"})
    ```
    A batch writer that is told the key attributes keeps the last write of each item only:
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def restart():
        with orders.batch_writer(overwrite_by_pkeys=["order_id"]) as batch:
            batch.delete_item(Key={"order_id": "o-1"})
            batch.put_item(Item={"order_id": "o-1", "order_state": "open"})
    ```
    A transaction checks and updates an item in one action: an `Update` has a `ConditionExpression` of its own.

    ## Error
    ```text
    Provided list of item keys contains duplicates

    Transaction request cannot include multiple operations on one item
    ```

    ## Limits
    - Only keys whose values are all literal are compared, and only where it is known which attributes are the key: from a `Key` beside, from a table that the
      module creates, or because two items are the same in every attribute.
    - Of a batch writer, only the first 25 writes are looked at, and of these only such as follow each other in one block: others may come in two batches, or
      not both.
    - `transact_get_items` is left alone: AWS's page does not forbid to read an item twice.
    - Elements that are taken out of a list again (`requests.pop()`) count as if they were there.

    ## References
    - [BatchWriteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html)
    - [TransactWriteItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html)
    - [boto3: batch writing](https://docs.aws.amazon.com/boto3/latest/guide/dynamodb.html#batch-writing)
    """
    for repetition in batch.repetitions:
        name, value = repetition.key[0]
        what = "transaction" if batch.name.startswith("transact") else "batch"
        advice = "give overwrite_by_pkeys" if isinstance(batch, BatchWriter) else "keep one of the two"
        message = f"the item with {_shown(name, value)} is in this {what} twice, so DynamoDB refuses all of it; {advice}"
        yield batch.finding(message, at=repetition.second.place)


def _shown(name: str, value: Value) -> str:
    inner = value.entries[0].value if isinstance(value, Dict) and value.entries else value
    text = f"{name} {known_text(inner) or str(inner)}" if isinstance(inner, Const) else name
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."
