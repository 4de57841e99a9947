"""Turns arguments that the called method does not have into findings."""

from __future__ import annotations

from dynalint.facts import MethodCall, Problem
from dynalint.findings import Fix
from dynalint.fixes.pen import Pen, fix
from dynalint.rule import Findings, rule
from dynalint.service.model import operations
from dynalint.words import is_respelt

# What botocore's PageIterator takes out of PaginationConfig.
_PAGINATION = ("MaxItems", "PageSize", "StartingToken")


@rule(
    code="DYN705",
    name="unknown-parameter",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html",
    fix="sometimes",
    proof="run",
)
def unknown_parameter(call: MethodCall) -> Findings:
    """A call has a parameter that the operation does not have.

    ## Why is this bad?
    boto3 knows every parameter of every operation and refuses all others before it sends anything, also deep inside the dicts of a table definition or
    a batch. Most are misspelt, written in the manner of Python (`table_name`), or taken from CloudFormation, which has properties that the API
    sets with operations of their own: `create_table` has no `TimeToLiveSpecification`.

    ## Example
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("orders")


    def order(order_id):
        return table.get_item(Key={"order_id": order_id}, ConsistentReads=True).get("Item")


    order("o-1")
    ```

    ## Use instead
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("orders")


    def order(order_id):
        return table.get_item(Key={"order_id": order_id}, ConsistentRead=True).get("Item")


    order("o-1")
    ```

    ## Error
    ```text
    Unknown parameter in ...: "...", must be one of

    TypeError: ... got an unexpected keyword argument
    ```

    ## Fix safety
    The fix writes the name that differs in nothing but case and signs (`table_name`, `Tablename`). It is safe: the call fails without it. A name that is
    misspelt in another way has a suggestion, but no fix.

    ## Limits
    - What AWS has added since this version of dynalint was made is reported too. `# noqa: DYN705` helps until the next version.
    - `TableName` for a method of a Table is not reported: boto3 accepts it, and reads the table that it names.
    - A parameter of another operation in a dict that is built on several paths is not reported.
    - Keywords that a function hands on to the method, as in `retry(table.scan, attempts=3)`, are not reported: some may be its own.
    - A handle that comes from elsewhere may be a class of your own: there, only names that resemble a real one are reported.
    - `PaginationConfig` and `WaiterConfig` are not looked into: boto3 passes over what it does not know there.

    ## References
    - [Operations of DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html)
    - [boto3: DynamoDB](https://docs.aws.amazon.com/boto3/latest/reference/services/dynamodb.html)
    """
    for problem in call.problems:
        if problem.fault == "unknown" and (call.is_sure or problem.path or problem.instead) and not _is_for_single_writes(call, problem):
            yield call.finding(_message(call, problem), _respelling(call, problem), call.inside(problem.place))


def _message(call: MethodCall, problem: Problem) -> str:
    refuser = "boto3 refuses the call" if call.method is not None and call.method.operation else "Python raises TypeError"
    owners = [name for name, taken in operations().items() if problem.name in taken.members]
    if problem.instead is not None:
        advice = f"did you mean {problem.instead}"
    elif call.handle.kind == "paginator" and problem.name in _PAGINATION:
        advice = "put it into PaginationConfig"
    elif not problem.path and len(owners) == 1:
        advice = f"only {owners[0]} has it"
    else:
        advice = "remove it"
    where = f"{problem.path} has no member" if problem.path else f"{call.shown} has no parameter"
    return f"{where} {problem.name}, so {refuser}; {advice}"


def _respelling(call: MethodCall, problem: Problem) -> Fix | None:
    meant = problem.instead
    if meant is None or not is_respelt(problem.name, meant) or call.inside(problem.place) is None:
        return None
    return fix(f"Write {meant}", Pen(call.facts.source).rename(problem.place, meant), safe=True)


def _is_for_single_writes(call: MethodCall, problem: Problem) -> bool:
    """Is it a condition or the like, which a single put_item has and a batch writer's has not? That is a mistake of its own."""
    return call.handle.kind == "batch_writer" and call.name in operations() and problem.name in operations()[call.name].members
