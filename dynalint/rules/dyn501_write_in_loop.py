"""Turns writes that a loop sends one by one into findings."""

from __future__ import annotations

from dynalint.facts import Operation
from dynalint.facts.loops import loop_around_function, loop_of_callers, loop_over_many
from dynalint.rule import Findings, rule

_SUBJECTS = {"put_item": "Item", "delete_item": "Key"}
# What a batch cannot do for one of its items.
_ALONE = ("ConditionExpression", "Expected", "ConditionalOperator", "ReturnValues", "ReturnValuesOnConditionCheckFailure")


@rule(
    code="DYN501",
    name="write-in-loop",
    group="guideline",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html",
    models=True,
)
def write_in_loop(operation: Operation) -> Findings:
    """A loop puts or deletes many items with one request for each.

    ## Why is this bad?
    Each request waits for its answer before the next one is sent, so a thousand items take a thousand round trips. A batch carries 25 writes at a time, costs
    the same, and `batch_writer()` sends again what DynamoDB had no time for.

    ## Example
    ```python
    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def import_users(rows: list[dict]) -> None:
        for row in rows:
            users.put_item(Item=row)
    ```

    ## Use instead
    ```python
    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def import_users(rows: list[dict]) -> None:
        with users.batch_writer() as batch:
            for row in rows:
                batch.put_item(Item=row)
    ```
    A client has `batch_write_item`. One batch may not hold the same key twice: `batch_writer(overwrite_by_pkeys=["user_id"])` keeps the last of them.

    ## Limits
    - Writes with a condition or with `ReturnValues` are left alone, since a batch has neither. So is `update_item`.
    - Loops that try again, that wait, that read from a consumer or that stop after the write are not meant, nor are loops over three things or fewer, or
      those that write to another table in each turn.
    - The loop has to stand in the function of the write, or in the one that this is defined in. A function that is called in a loop is reported where that
      does nothing but call it, all other callers that the project has stand in loops too, and it does nothing else with DynamoDB: else what stands between
      the loop and the write is seldom only the write. `while` loops are not reported.
    - Code that has to know of each item whether it was written can go on writing one by one.
    - `save()` and `delete()` of PynamoDB's models are writes; those of a model with a `VersionAttribute` have a condition. Where a model has methods of these
      names of its own, a batch would not call them.

    ## References
    - [BatchWriteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html)
    """
    subject = _SUBJECTS.get(operation.name)
    if subject is None or operation.handle.kind == "batch_writer" or not operation.surely_lacks(*_ALONE):
        return
    where = "the loop" if loop_over_many(operation, subject) is not None else None
    if where is None and (loop_around_function(operation, subject) or loop_of_callers(operation, subject)) is not None:
        where = f"the loop that calls {operation.call.function}()"
    if where is not None:
        writer = "batch_write() sends" if operation.model is not None else "batch_writer() sends"
        better = "batch_write_item takes" if operation.handle.kind == "client" else writer
        yield operation.finding(f"{where} sends one request for each item it {'puts' if subject == 'Item' else 'deletes'}; {better} 25 in one")
