"""Turns ReturnValues that an operation does not take into findings."""

from __future__ import annotations

from dynalint.facts import Operation, alternatives, known_text
from dynalint.rule import Findings, rule

# The service model has one list of words for all operations; the API Reference says of these two that they know only NONE and ALL_OLD.
_REFUSED = ("ALL_NEW", "UPDATED_NEW", "UPDATED_OLD")
_ADVICE = {
    "put_item": "take the item that you put, or ALL_OLD for what was there",
    "delete_item": "use ALL_OLD for what was deleted",
}


@rule(
    code="DYN509",
    name="invalid-return-values",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html",
    proof="run",
)
def invalid_return_values(operation: Operation) -> Findings:
    """A put or a delete asks for values that only an update returns.

    ## Why is this bad?
    `ReturnValues` has five words, and they all stand in the service model of each operation that has the parameter. But `put_item` and `delete_item` take only
    `NONE` and `ALL_OLD`. boto3 lets the others pass, type checkers too, and DynamoDB refuses the call: nothing is written.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def place(order_id="o-1"):
        response = orders.put_item(Item={"order_id": order_id, "order_state": "open"}, ReturnValues="ALL_NEW")
        return response["Attributes"]
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def place(order_id="o-1"):
        order = {"order_id": order_id, "order_state": "open"}
        orders.put_item(Item=order)
        return order
    ```

    ## Error
    ```text
    ReturnValues can only be ALL_OLD or NONE

    Return values set to invalid value
    ```

    ## Limits
    - A word that no operation knows is DYN706's business, and `ReturnValues` of a batch writer is DYN505's.
    - Where the value is one of several, one that is refused is enough; a value that is not known is not reported.

    ## References
    - [PutItem: ReturnValues](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html)
    - [DeleteItem: ReturnValues](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html)
    """
    argument = operation.argument("ReturnValues")
    if operation.name not in _ADVICE or operation.handle.kind == "batch_writer" or argument is None or not argument.surely:
        return
    words = [known_text(option) for option in alternatives(argument.value)]
    refused = next((word for word in words if word in _REFUSED), None)
    if refused is not None and None not in words:
        message = f"{operation.name} can return the old item only, so {refused} is refused; {_ADVICE[operation.name]}"
        yield operation.finding(message, at=operation.inside(argument.place))
