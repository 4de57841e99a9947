"""Turns writes whose errors disappear without a word into findings."""

from __future__ import annotations

from dynalint.facts import Operation, swallowed_by
from dynalint.rule import Findings, rule


@rule(
    code="DYN809",
    name="swallowed-write-error",
    group="audit",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html",
    proof="doc",
)
def swallowed_write_error(operation: Operation) -> Findings:
    """A broad `except` around a write drops the error.

    ## Why is this bad?
    A write that is throttled, refused or not permitted is lost, and the program goes on as if the item were stored. Nobody finds out before the item
    is missed, and then nothing says why.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def close(order_id: str) -> None:
        try:
            orders.put_item(Item={"order_id": order_id, "state": "closed"})
        except Exception:
            pass
    ```

    ## Use instead
    ```python
    import logging

    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def close(order_id: str) -> None:
        try:
            orders.put_item(Item={"order_id": order_id, "state": "closed"})
        except Exception:
            logging.exception("order %s is not closed", order_id)
            raise
    ```
    Catch the one error that is expected, such as `client.exceptions.ConditionalCheckFailedException`, and let all others go.

    ## Limits
    - Off by default: a write that is only tried, as in a cache or a count of visits, may fail in silence on purpose.
    - What logs, prints, raises, counts or calls anything in its `except` is left alone, and so is what gives back anything but None and False.
    - So is a write that a loop tries again, and leaves once it has gone well.
    - `ClientError` is broad too, unless the write has a condition: then it may be the answer that was asked for.

    ## References
    - [Error handling with DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html)
    """
    caught = swallowed_by(operation)
    if caught is not None:
        shown = f"except {caught}" if caught else "a bare except"
        yield operation.finding(f"{shown} drops the error, so a write that is lost goes unnoticed; log it, and raise it")
