"""Turns calls that surely lack a required parameter into findings."""

from __future__ import annotations

from itertools import groupby

from dynalint.facts import MethodCall
from dynalint.rule import Findings, rule


@rule(
    code="DYN707",
    name="missing-parameter",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html",
    proof="run",
)
def missing_parameter(call: MethodCall) -> Findings:
    """A call lacks a parameter that the operation requires.

    ## Why is this bad?
    boto3 refuses the call before it sends anything. A client has to be told the table with every call, which code that came from a Table forgets; and
    the parts of a table definition have required members of their own: every key has a `KeyType`, every index a `Projection`.
    Newer versions of boto3 let `create_table` pass without `KeySchema` and `AttributeDefinitions`, since a replica needs none; without
    `GlobalTableSourceArn`, DynamoDB then refuses the request.

    ## Example
    ```python
    import boto3

    client = boto3.client("dynamodb")


    def order(order_id):
        return client.get_item(Key={"order_id": {"S": order_id}})


    order("o-1")
    ```

    ## Use instead
    ```python
    import boto3

    client = boto3.client("dynamodb")


    def order(order_id):
        return client.get_item(TableName="orders", Key={"order_id": {"S": order_id}})


    order("o-1")
    ```

    ## Error
    ```text
    Missing required parameter in ...: "..."

    failed to satisfy constraint: Member must not be null

    TypeError: ... missing 1 required positional argument
    ```

    ## Limits
    - A call that may get more arguments, from a `**params` of which not all is known, is not reported.
    - A handle that comes from elsewhere may be a class of your own that adds what is missing: there, only what lies inside an argument is reported.
    - A parameter that is misspelt is reported by DYN705, and not as missing.
    - `query` without any key condition is another rule's business: the model of the service requires none.

    ## References
    - [Operations of DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html)
    - [boto3: DynamoDB](https://docs.aws.amazon.com/boto3/latest/reference/services/dynamodb.html)
    """
    missing = [problem for problem in call.problems if problem.fault == "missing" and (call.is_sure or problem.path)]
    for path, group in groupby(missing, lambda problem: problem.path):
        problems = list(group)
        names = " and ".join(problem.name for problem in problems)
        refuser = f"{problems[0].refuser} refuses the call" if call.method is not None and call.method.operation else "Python raises TypeError"
        them = "it" if len(problems) == 1 else "them"
        yield call.finding(f"{path or call.shown} lacks its required {names}, so {refuser}; add {them}", at=call.inside(problems[0].place))
