"""Turns Python's own and, or and not between conditions into findings."""

from __future__ import annotations

from dynalint.facts import BuiltCondition, Condition, Value, alternatives
from dynalint.fixes.signs import with_signs
from dynalint.rule import Findings, rule

_OPERATORS = {"python-and": "&", "python-or": "|", "python-not": "~"}


@rule(
    code="DYN605",
    name="python-boolean-between-conditions",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html",
    fix="unsafe",
    proof="run",
)
def python_boolean_between_conditions(condition: BuiltCondition) -> Findings:
    """Conditions are joined by Python's `and`, `or` or `not`, which drop all but one of them.

    ## Why is this bad?
    A condition is an object, and to Python every object is true: `a and b` is just `b`, `a or b` is just `a`, and `not a` is False. No error tells of it, so
    an item is read, changed or deleted that one of the conditions was to protect.

    ## Example
    ```python
    import boto3
    from boto3.dynamodb.conditions import Attr

    orders = boto3.resource("dynamodb").Table("orders")


    def delete_order(order_id: str, owner: str, pin: str) -> None:
        orders.delete_item(Key={"order_id": order_id}, ConditionExpression=Attr("owned_by").eq(owner) and Attr("pin").eq(pin))
    ```

    ## Use instead
    ```python
    import boto3
    from boto3.dynamodb.conditions import Attr

    orders = boto3.resource("dynamodb").Table("orders")


    def delete_order(order_id: str, owner: str, pin: str) -> None:
        orders.delete_item(Key={"order_id": order_id}, ConditionExpression=Attr("owned_by").eq(owner) & Attr("pin").eq(pin))
    ```
    `&`, `|` and `~` bind tighter than comparisons do: put what they join in parentheses.

    ## Error
    ```text
    no error: one of the two conditions is dropped

    Query condition missed key schema element

    Invalid type for parameter ..., value: False, type: <class 'bool'>
    ```

    ## Fix safety
    The fix writes `&`, `|` and `~`, with parentheses where they are needed. It is unsafe: the condition that was dropped is asked from then on, and other items
    are found, or changed, than before.

    ## Limits
    - Conditions that may be None are left alone: `condition and condition & more` is a way to build them step by step. So is what an `if` asks.
    - Comparisons and `in` between conditions are not reported; those of `Key` and `Attr` themselves are DYN607.
    - A function that only builds a condition is looked at where it is called from this file.

    ## References
    - [Comparison operator and function reference](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html)
    """
    sign = _OPERATORS.get(condition.operator)
    if sign is not None and not condition.is_part and not condition.is_asked and all(map(_joins_conditions, condition.variants)):
        python = condition.operator.removeprefix("python-")
        what = "makes False of a condition" if python == "not" else "drops all conditions but one"
        message = f"Python's {python} {what}; use {sign}, with parentheses around what it {'negates' if python == 'not' else 'joins'}"
        yield condition.finding(message, with_signs(condition))


def _joins_conditions(condition: Condition) -> bool:
    """Are all operands conditions for sure, those of Python operators among them too?"""
    return all(_is_condition(operand) for operand in condition.operands)


def _is_condition(value: Value) -> bool:
    return all(isinstance(option, Condition) and (not option.operator.startswith("python-") or _joins_conditions(option)) for option in alternatives(value))
