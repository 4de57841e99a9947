"""Turns conditions that compare with None into findings."""

from __future__ import annotations

from dynalint.facts import NONE, BuiltCondition, Condition, KeyPart, known_text
from dynalint.rule import Findings, rule

_INSTEAD = {"eq": "not_exists()", "ne": "exists()"}
_REFUSED = frozenset({"between", "begins_with"})


@rule(
    code="DYN608",
    name="compare-with-none",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html",
    proof="run",
)
def compare_with_none(condition: BuiltCondition) -> Findings:
    """An attribute is compared with None, as if an attribute that is not there were None.

    ## Why is this bad?
    None is sent as a value of the type NULL. An attribute that an item does not have has no value, and so it never equals None: `eq(None)` finds only the items
    in which a NULL is stored, and `ne(None)` finds those without the attribute too. `begins_with(None)` and `between` with None are refused.

    ## Example
    ```python
    import boto3
    from boto3.dynamodb.conditions import Attr

    orders = boto3.resource("dynamodb").Table("orders")


    def delete_unless_shipped(order_id: str) -> None:
        orders.delete_item(Key={"order_id": order_id}, ConditionExpression=Attr("shipped_at").eq(None))
    ```

    ## Use instead
    ```python
    import boto3
    from boto3.dynamodb.conditions import Attr

    orders = boto3.resource("dynamodb").Table("orders")


    def delete_unless_shipped(order_id: str) -> None:
        orders.delete_item(Key={"order_id": order_id}, ConditionExpression=Attr("shipped_at").not_exists())
    ```

    ## Error
    ```text
    The conditional request failed

    no error: ...

    Incorrect operand type for operator or function; operator or function: ..., operand type: NULL
    ```

    ## Limits
    - Not meant is a module that may store None under that name (it writes items that are not wholly known), or that asks with `exists` or `not_exists` about
      the same attribute as well.
    - What other programs store is not known: where they write NULL on purpose, silence the line.
    - None in `lt`, `gt`, `is_in` and `contains` is not reported, and neither are conditions that are written as a text.

    ## References
    - [Comparison operator and function reference](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html)
    """
    name = _attribute(condition.variants[0])
    if name is None or not all(_is_with_none(variant, name) for variant in condition.variants):
        return
    how = condition.operator
    if how in _REFUSED:
        yield condition.finding(f"{how}() takes no None, so the call fails; compare with a value")
    elif not condition.facts.may_store_none(name) and not condition.facts.asks_for(name):
        found = "misses" if how == "eq" else "also finds"
        yield condition.finding(f'{how}(None) {found} items that have no "{name}": what is absent is not None; use {_INSTEAD[how]}')


def _attribute(condition: Condition) -> str | None:
    part = condition.operands[0] if condition.operands else None
    return known_text(part.name) if isinstance(part, KeyPart) else None


def _is_with_none(condition: Condition, name: str) -> bool:
    compares = condition.operator in _INSTEAD or condition.operator in _REFUSED
    return compares and _attribute(condition) == name and NONE in condition.operands[1:]
