"""Turns key conditions that say what only filters can say into findings."""

from __future__ import annotations

from collections.abc import Iterator

from dynalint.facts import Condition, KeyPart, Place, Request, Value, alternatives, known_text
from dynalint.language.problems import Fault, Kind, Problem
from dynalint.rule import Findings, rule

_FAULTS = (
    Fault.KEY_OPERATOR,
    Fault.KEY_NESTED_OPERATION,
    Fault.KEY_NOT_FIRST,
    Fault.KEY_SEVERAL_ATTRIBUTES,
    Fault.KEY_NO_ATTRIBUTE,
    Fault.KEY_NESTED_PATH,
    Fault.KEY_REPEATED,
)
_SIGNS = {"or": "|", "not": "~"}
# What builds a condition at all: any other method is DYN607.
_BUILDS = frozenset(
    {"eq", "lt", "lte", "gt", "gte", "begins_with", "between", "ne", "is_in", "exists", "not_exists", "contains", "size", "attribute_type"},
)


@rule(
    code="DYN606",
    name="attr-in-key-condition",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html",
    proof="run",
)
def attr_in_key_condition(request: Request) -> Findings:
    """A key condition says what only a filter can say: with `Attr`, with OR or NOT, or with two conditions on one key.

    ## Why is this bad?
    The query fails. A key condition names the partition key with `=`, and may narrow down the sort key with one comparison, `BETWEEN` or `begins_with`, so that
    DynamoDB can go straight to the items. boto3 refuses `Attr` there even where it names a key.

    ## Example
    ```python
    import boto3
    from boto3.dynamodb.conditions import Attr, Key

    orders = boto3.resource("dynamodb").Table("orders")


    def of_customer(customer: str = "ann", since: str = "2026-01-01") -> dict:
        return orders.query(KeyConditionExpression=Key("customer").eq(customer) & Attr("ordered_at").gte(since))
    ```

    ## Use instead
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    orders = boto3.resource("dynamodb").Table("orders")


    def of_customer(customer: str = "ann", since: str = "2026-01-01") -> dict:
        return orders.query(KeyConditionExpression=Key("customer").eq(customer) & Key("ordered_at").gte(since))
    ```
    What is no key goes into `FilterExpression`. For `|`, make one query each; for a lower and an upper bound, use `between`.

    ## Error
    ```text
    KeyConditionExpression only supports Attribute objects of type Key

    Invalid operator used in KeyConditionExpression: ...

    KeyConditionExpressions must only contain one condition per key

    KeyConditionExpressions cannot contain nested operations

    KeyConditionExpressions cannot have conditions on nested attributes

    Invalid condition in KeyConditionExpression: ...
    ```

    ## Limits
    - Which attributes are keys is not asked: that a condition lacks the partition key is another rule's.
    - Conditions that are put together in another file are not looked at. Two bounds that two branches add are not reported: perhaps only one ever does.
    - The methods that `Key` does not have, such as `ne` and `contains`, are DYN607.

    ## References
    - [Key condition expressions for the Query operation](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html)
    """
    for expression in request.expressions:
        if expression.is_whole:
            for problem in expression.parsed.of(*_FAULTS):
                yield expression.finding(_of_text(problem), problem.start, problem.end)
    if request.operation.handle.plain is not False:
        argument = request.arguments.entry(Kind.KEY_CONDITION.value)
        for kind, condition in request.conditions:
            is_only = argument is not None and argument.value is condition
            for message, place in _objections(condition, is_only) if kind is Kind.KEY_CONDITION else ():
                yield request.finding(message, place if request.operation.inside(place) or argument is None else argument.place)


def _of_text(problem: Problem) -> str:
    match problem.fault:
        case Fault.KEY_OPERATOR if problem.text == "OR":
            return "a key condition cannot say OR, so the query fails; make one query for each"
        case Fault.KEY_OPERATOR:
            return f"a key condition cannot say {problem.text}, so the query fails; say it in FilterExpression"
        case Fault.KEY_REPEATED:
            return "two conditions on one key, so the query fails; a key takes one, for two bounds use BETWEEN"
        case Fault.KEY_NESTED_PATH:
            return "what is inside an attribute is no key, so the query fails; say it in FilterExpression"
        case Fault.KEY_NESTED_OPERATION:
            return f"a key condition cannot compute {problem.text[:20]}(), so the query fails; say it in FilterExpression"
        case Fault.KEY_NOT_FIRST:
            return f"{problem.text} needs the key as its first operand, so the query fails; change their order"
    return "each key condition compares one key with :values, so the query fails; say anything else in FilterExpression"


def _objections(condition: Condition, is_only: bool) -> Iterator[tuple[str, Place | None]]:
    """What is wrong with a condition; where it is one of several, it may be put together in a way that never happens, so two bounds are left alone."""
    seen: set[str] = set()
    for part in _parts(condition):
        builder = _subject(part)
        name = known_text(builder.name) if builder is not None else None
        if part.operator in _SIGNS:
            advice = "make one query for each" if part.operator == "or" else "say it in FilterExpression"
            yield f"a key condition cannot say {_SIGNS[part.operator]}, so the query fails; {advice}", part.place
        elif part.operator not in _BUILDS:
            continue
        elif builder is not None and builder.builder == "Attr":
            yield "boto3 refuses Attr in a key condition; use Key, or say it in FilterExpression where it is no key", part.place
        elif name is not None:
            if name in seen and is_only:
                yield f'two conditions on "{name[:30]}", so the query fails; a key takes one, for two bounds use between()', part.place
            elif "." in name:
                yield "what is inside an attribute is no key, so the query fails; say it with Attr in FilterExpression", part.place
            seen.add(name)


def _parts(value: Value) -> Iterator[Condition]:
    """What & joins, and each | and ~ with what stands under it."""
    if isinstance(value, Condition):
        if value.operator != "and":
            yield value
        if value.operator == "and":
            for operand in value.operands:
                # Of options the first speaks for all: they exclude each other.
                found = [each for each in alternatives(operand) if isinstance(each, Condition)]
                yield from _parts(found[0]) if len(found) == len(alternatives(operand)) else ()


def _subject(condition: Condition) -> KeyPart | None:
    """The half of a condition that says what is compared, also where its size is."""
    first = condition.operands[0] if condition.operands else None
    return first if isinstance(first, KeyPart) else _subject(first) if isinstance(first, Condition) and condition.operator not in ("and", "or", "not") else None
