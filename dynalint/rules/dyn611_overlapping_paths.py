"""Turns expressions that name an attribute, or a section, twice into findings."""

from __future__ import annotations

from dynalint.facts import Expression
from dynalint.language.problems import Fault, Problem
from dynalint.rule import Findings, rule

_FAULTS = (Fault.OVERLAPPING_PATHS, Fault.CONFLICTING_PATHS, Fault.REPEATED_SECTION)


@rule(
    code="DYN611",
    name="overlapping-paths",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html",
    proof="run",
)
def overlapping_paths(expression: Expression) -> Findings:
    """An update or a projection names the same attribute, or one inside of another, twice; or an update has a section twice.

    ## Why is this bad?
    The call fails, for every item. All changes of an update are made at once, so two of them cannot change the same place, and each of `SET`, `REMOVE`, `ADD`
    and `DELETE` stands once, with commas between its changes.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def ship(order_id: str = "1") -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET shipped_at = :now SET shipped_by = :carrier",
            ExpressionAttributeValues={":now": "2026-01-01", ":carrier": "post"},
        )
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def ship(order_id: str = "1") -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET shipped_at = :now, shipped_by = :carrier",
            ExpressionAttributeValues={":now": "2026-01-01", ":carrier": "post"},
        )
    ```

    ## Error
    ```text
    Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [...], path two: [...]

    Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [...], path two: [...]

    The "..." section can only be used once in an update expression;
    ```

    ## Limits
    - Names that are not known, and `#names` that are not defined in the same file, may be the same without being reported.
    - Of a text that a loop puts together only what is surely sent is looked at.

    ## References
    - [Using update expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html)
    - [Using projection expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html)
    """
    for problem in expression.parsed.of(*_FAULTS) if expression.is_whole else ():
        yield expression.finding(_message(problem), problem.start, problem.end)


def _message(problem: Problem) -> str:
    one, two = _short(problem.detail), _short(problem.text)
    if problem.fault is Fault.REPEATED_SECTION:
        return f"{problem.text} stands twice, so the call fails; write it once, with commas between the changes"
    if problem.fault is Fault.CONFLICTING_PATHS:
        return f"{one} and {two} cannot both be, so the call fails: an attribute is a map or a list"
    return f"{two} is named twice, so the call fails; leave one out" if one == two else f"{two} overlaps with {one}, so the call fails; leave one out"


def _short(path: str) -> str:
    return path if len(path) <= 30 else path[:26] + "...]"
