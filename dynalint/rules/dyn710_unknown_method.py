"""Turns calls of methods that a kind of handle does not have into findings."""

from __future__ import annotations

from dynalint.facts import MethodCall
from dynalint.rule import Findings, rule
from dynalint.service.model import KINDS, Kind, attributes, kinds_with, methods
from dynalint.words import did_you_mean

_KINDS: dict[Kind, str] = {
    "client": "a client",
    "resource": "a resource",
    "table": "a Table",
    "batch_writer": "a batch writer",
    "paginator": "a paginator",
    "waiter": "a waiter",
}
# How one comes from a handle of each kind to the client, which has a method for every operation.
_CLIENT_OF: dict[Kind, str] = {"resource": "its meta.client", "table": "its meta.client"}


@rule(
    code="DYN710",
    name="unknown-method",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/boto3/latest/reference/services/dynamodb.html",
    proof="run",
)
def unknown_method(call: MethodCall) -> Findings:
    """A method is called that this kind of handle does not have.

    ## Why is this bad?
    boto3 has three ways to DynamoDB, and their methods differ. The client has one for each operation, and paginators. The resource has
    `batch_get_item`, `batch_write_item` and `create_table`. A Table has what concerns its own items, and `batch_writer`. Calling the method of one on
    another raises AttributeError, often on a path that no test has tried.

    ## Example
    ```python
    import boto3

    resource = boto3.resource("dynamodb")
    orders = resource.Table("orders")


    def both():
        return orders.batch_get_item(RequestItems={"orders": {"Keys": [{"order_id": "o-1"}, {"order_id": "o-2"}]}})
    ```

    ## Use instead
    ```python
    import boto3

    resource = boto3.resource("dynamodb")


    def both():
        return resource.batch_get_item(RequestItems={"orders": {"Keys": [{"order_id": "o-1"}, {"order_id": "o-2"}]}})
    ```

    ## Error
    ```text
    AttributeError: ... object has no attribute
    ```

    ## Limits
    - A method of a client that is like no method of any kind of handle is not reported: it may be an operation that is newer than this version of dynalint.
    - `update_item` of a batch writer is another rule's business.
    - Attributes that are called as if they were methods (`table.item_count()`) are not reported.

    ## References
    - [boto3: DynamoDB](https://docs.aws.amazon.com/boto3/latest/reference/services/dynamodb.html)
    """
    kind = next((each for each in KINDS if each == call.handle.kind), None)
    if kind is None or call.method is not None or not call.is_sure or not call.is_direct or _is_left_alone(kind, call.name):
        return
    advice = _advice(kind, call.name)
    if advice is not None:
        yield call.finding(f"{_KINDS[kind]} has no method {call.name}, so Python raises AttributeError; {advice}")


def _is_left_alone(kind: Kind, name: str) -> bool:
    """Not a mistake, or another one: an attribute, what a mock adds, what a batch cannot do."""
    return name.startswith(("_", "assert_")) or name in attributes(kind) or (kind, name) == ("batch_writer", "update_item")


def _advice(kind: Kind, name: str) -> str | None:
    """What to do instead; None where it may be an operation that is too new to be known."""
    others = kinds_with(name)
    if others:
        return f"{_CLIENT_OF.get(kind, 'the client') if 'client' in others else 'only ' + _KINDS[others[0]]} has it"
    near = did_you_mean(name, methods(kind))
    if near is not None:
        return f"did you mean {near}"
    return "see what it has" if kind != "client" else None
