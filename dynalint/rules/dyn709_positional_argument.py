"""Turns positional arguments to methods that take keywords only into findings."""

from __future__ import annotations

from dynalint.facts import MethodCall
from dynalint.rule import Findings, rule
from dynalint.service.model import Method


@rule(
    code="DYN709",
    name="positional-argument",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/boto3/latest/reference/services/dynamodb.html",
    proof="run",
)
def positional_argument(call: MethodCall) -> Findings:
    """A method that takes keyword arguments only is given a positional one.

    ## Why is this bad?
    boto3 makes its methods from AWS's model, and they take the parameters of the operation by name alone: `table.put_item(item)` raises
    TypeError. What other libraries and batch writers accept (`batch.put_item(item)`) is no help here.

    ## Example
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("orders")


    def save():
        table.put_item({"order_id": "o-1"})
    ```

    ## Use instead
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("orders")


    def save():
        table.put_item(Item={"order_id": "o-1"})
    ```

    ## Error
    ```text
    TypeError: ... only accepts keyword arguments

    TypeError: ... takes ... positional argument
    ```

    ## Limits
    - A method that another function is given to call, as in `executor.submit(table.put_item, item)`, is not reported, though it fails the same way.
    - `*arguments` of unknown content are not counted.

    ## References
    - [boto3: DynamoDB](https://docs.aws.amazon.com/boto3/latest/reference/services/dynamodb.html)
    """
    method = call.method
    if method is not None and call.is_sure and method.positional is not None and call.positional > method.positional and call.is_direct:
        yield call.finding(f"{call.shown} takes {_taken(method)}, so Python raises TypeError; {_advice(call, method)}")


def _taken(method: Method) -> str:
    return f"no more than {method.positional} positional argument{'s' if method.positional != 1 else ''}" if method.positional else "keyword arguments only"


def _advice(call: MethodCall, method: Method) -> str:
    missing = [name for name, parameter in method.parameters.items() if parameter.required and call.argument(name) is None]
    return f"write {missing[0]}=" if call.positional == 1 and len(missing) == 1 else "name its arguments"
