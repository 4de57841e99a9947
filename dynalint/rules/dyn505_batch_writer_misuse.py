"""Turns what is asked of a batch writer and only single writes can do into findings."""

from __future__ import annotations

from dynalint.facts import Operation
from dynalint.rule import Findings, rule
from dynalint.service.model import methods, operations

# What makes one write depend on what is there, or tells what was there.
_CONDITIONS = frozenset({"ConditionExpression", "Expected", "ConditionalOperator", "ReturnValuesOnConditionCheckFailure"})


@rule(
    code="DYN505",
    name="batch-writer-misuse",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html",
    proof="run",
)
def batch_writer_misuse(operation: Operation) -> Findings:
    """A batch writer is asked for an update, or for a condition.

    ## Why is this bad?
    DynamoDB's batches put and delete whole items, and nothing else: there are no updates in them, no conditions, and no values to return. So boto3's batch
    writer has `put_item(Item)` and `delete_item(Key)` alone, and anything else raises in Python, on the path that wanted to be quick. What was collected
    before is sent all the same.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def ship(numbers=("o-1", "o-2")):
        with orders.batch_writer() as batch:
            for number in numbers:
                batch.update_item(
                    Key={"order_id": number},
                    UpdateExpression="SET order_state = :shipped",
                    ExpressionAttributeValues={":shipped": "shipped"},
                )
    ```
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def place(order_id="o-1"):
        with orders.batch_writer() as batch:
            batch.put_item(Item={"order_id": order_id}, ConditionExpression="attribute_not_exists(order_id)")
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def ship(numbers=("o-1", "o-2")):
        for number in numbers:
            orders.update_item(
                Key={"order_id": number},
                UpdateExpression="SET order_state = :shipped",
                ExpressionAttributeValues={":shipped": "shipped"},
            )


    def place(order_id="o-3"):
        orders.put_item(Item={"order_id": order_id}, ConditionExpression="attribute_not_exists(order_id)")
    ```
    Where several such writes have to succeed together, `transact_write_items` of the client takes updates and conditions.

    ## Error
    ```text
    AttributeError: 'BatchWriter' object has no attribute 'update_item'

    TypeError: BatchWriter... got an unexpected keyword argument
    ```

    ## Limits
    - Only boto3's batch writer is meant. What `batch_write_item` has no member for (`UpdateRequest`) is DYN705's business.
    - Something that may be a Table or a batch writer is not reported.
    - An argument that only some paths pass is not reported.

    ## References
    - [BatchWriteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html)
    - [boto3: batch writing](https://docs.aws.amazon.com/boto3/latest/guide/dynamodb.html#batch-writing)
    """
    if operation.handle.kind != "batch_writer":
        return
    if operation.name == "update_item":
        yield operation.finding("a batch writer has no update_item, so Python raises AttributeError; update each item on the Table, or put whole items")
    elif operation.name in methods("batch_writer"):
        known = methods("batch_writer")[operation.name].parameters
        for argument in operation.call.arguments.values():
            if argument.surely and argument.name not in known and argument.name in operations()[operation.name].members:
                yield operation.finding(_message(operation.name, argument.name), at=operation.inside(argument.place))


def _message(method: str, name: str) -> str:
    if name == "TableName":
        return "a batch writer knows its table and takes no TableName, so Python raises TypeError; leave it out"
    advice = f"call {method} on the Table" if name in _CONDITIONS or name.startswith("ReturnValues") else "leave it out"
    return f"{method} of a batch writer has no {name}, so Python raises TypeError; {advice}"
