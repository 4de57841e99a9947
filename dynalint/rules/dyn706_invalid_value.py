"""Turns values that an operation cannot take into findings."""

from __future__ import annotations

from dynalint.facts import Const, Dict, MethodCall, Problem, Sequence, Value
from dynalint.findings import Fix
from dynalint.fixes.pen import Pen, fix
from dynalint.rule import Findings, rule
from dynalint.service.model import Shape
from dynalint.words import is_respelt

_TYPES = {
    "structure": "a dict",
    "map": "a dict",
    "list": "a list",
    "string": "a str",
    "integer": "an int",
    "long": "an int",
    "double": "a number",
    "boolean": "True or False",
    "timestamp": "a datetime",
    "blob": "bytes",
}
_UNITS = {"string": "characters", "list": "elements", "map": "keys"}
# How many writes, keys and actions one request may hold is what another rule counts, over all of its tables.
_COUNTED_ELSEWHERE = frozenset({"WriteRequests", "KeyList", "TransactWriteItemList", "TransactGetItemList"})


@rule(
    code="DYN706",
    name="invalid-value",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html",
    fix="sometimes",
    proof="run",
)
def invalid_value(call: MethodCall) -> Findings:
    """A parameter is given a value that it cannot have.

    ## Why is this bad?
    The model of the service says what each parameter may be: one of some words, a number of a range, a text of a length and an alphabet. boto3 looks at
    types and at minima only, so `Limit=0` and `ExclusiveStartKey=None` fail on this machine, but `KeyType="hash"` is sent, and DynamoDB
    refuses it: upper and lower case count. An emulator that is more lenient hides that until the code runs on AWS.

    ## Example
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "hash"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Use instead
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Error
    ```text
    failed to satisfy constraint: Member must satisfy enum value set

    failed to satisfy constraint: Member must have

    failed to satisfy constraint: Member must satisfy regular expression pattern

    TableName must be at least 3 characters long and at most 255 characters long

    Supplied AttributeValue has more than one datatypes set

    Invalid type for parameter

    Invalid length for parameter

    Invalid value for parameter
    ```

    ## Fix safety
    The fix writes a word in the case that DynamoDB knows. It is safe: the call fails without it. It is offered where the word stands in quotes at its own
    key or keyword.

    ## Limits
    - Values that are not known entirely are not reported, nor are those that some program paths only give.
    - `BillingMode` of a table, the size of batches and transactions, and numbers in wire form (`{"N": 5}`) are other rules' business.
    - A handle that comes from elsewhere may be a class of your own that converts what it is given: there, wrong types are not reported.
    - A word that AWS has added since this version of dynalint was made is reported too.
    - Whether a text is a date is not looked into.

    ## References
    - [Operations of DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html)
    - [Naming rules and other constraints](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)
    """
    for problem in call.problems:
        if problem.shape is not None and problem.value is not None and _is_reported(call, problem):
            message = f"{problem.refuser} refuses {_shown(problem.value)} for {problem.path}; {_advice(problem, problem.shape)}"
            yield call.finding(message, _respelling(call, problem), call.inside(problem.place))


def _is_reported(call: MethodCall, problem: Problem) -> bool:
    if problem.fault == "type":
        return call.is_sure
    if problem.fault == "enum" and problem.path == "BillingMode":
        return call.method is not None and call.method.operation not in ("create_table", "update_table")
    return problem.fault != "long" or problem.shape is None or problem.shape.name not in _COUNTED_ELSEWHERE


def _shown(value: Value) -> str:
    if isinstance(value, Const):
        text = repr(value.value)
        return text if len(text) <= 30 else f"a text of {len(str(value.value))} characters"
    if isinstance(value, Dict):
        return "a dict" if value.entries or value.open else "an empty dict"
    if isinstance(value, Sequence):
        return f"a {value.kind}" if value.elements or value.rest is not None else f"an empty {value.kind}"
    return "a str"


def _advice(problem: Problem, shape: Shape) -> str:
    match problem.fault:
        case "type":
            return f"leave it out, or give {_TYPES[shape.type]}" if problem.value == Const(None) else f"give {_TYPES[shape.type]}"
        case "enum":
            return f"use {problem.instead}" if problem.instead else f"use {_either(shape.enum)}"
        case "tags":
            return "give one type alone"
        case "pattern":
            return "use 3 to 255 letters, digits, _, . and -" if problem.path.endswith("TableName") else f"match {shape.pattern}"
    return f"use {_range(shape)}"


def _either(words: tuple[str, ...]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _range(shape: Shape) -> str:
    unit = f" {_UNITS[shape.type]}" if shape.type in _UNITS else ""
    if shape.max is None:
        return f"at least {shape.min}{unit}"
    return f"{shape.min} to {shape.max}{unit}" if shape.min is not None else f"at most {shape.max}{unit}"


def _respelling(call: MethodCall, problem: Problem) -> Fix | None:
    given, meant = problem.value, problem.instead
    if not isinstance(given, Const) or meant is None or not is_respelt(str(given.value), meant) or call.inside(problem.place) is None:
        return None
    return fix(f"Write {meant}", Pen(call.facts.source).replace_text(problem.place, meant), safe=True)
