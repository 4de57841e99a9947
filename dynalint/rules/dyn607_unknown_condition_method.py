"""Turns methods that Key and Attr do not have, and Python's comparisons of them, into findings."""

from __future__ import annotations

from dynalint.facts import NONE, BuiltCondition, Condition, KeyPart
from dynalint.rule import Findings, rule
from dynalint.words import did_you_mean

# What boto3.dynamodb.conditions defines.
_KEY = frozenset({"eq", "lt", "lte", "gt", "gte", "begins_with", "between"})
_ATTR = _KEY | {"ne", "is_in", "exists", "not_exists", "contains", "size", "attribute_type"}
_OPERATORS = frozenset({"and", "or", "not", "get_expression"})
# What other libraries, and Python, call them.
_SYNONYMS = {"equals": "eq", "equal": "eq", "startswith": "begins_with", "starts_with": "begins_with", "greater_than": "gt", "less_than": "lt"}
# Python's own operators, and what to write instead.
_EQUAL = {"python-==": "eq()", "python-!=": "ne()", "python-in": "is_in() or contains()", "python-not in": "~ and is_in() or contains()"}
# A key condition can only ask for one value, a range or a beginning.
_OF_KEY = {"python-!=": "a filter with Attr", "python-in": "eq(), in a query for each value", "python-not in": "a filter with Attr"}
_ORDER = {"python-<": "lt()", "python-<=": "lte()", "python->": "gt()", "python->=": "gte()"}


@rule(
    code="DYN607",
    name="unknown-condition-method",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html",
    proof="run",
)
def unknown_condition_method(condition: BuiltCondition) -> Findings:
    """A method that Key or Attr does not have builds a condition, or one of Python's comparisons is to build it.

    ## Why is this bad?
    A method that is not there raises AttributeError, and so do the methods of `Attr` on `Key`, since a key condition cannot express them. `<` and `>` raise
    TypeError. `Key("a") == 1` raises nothing where it stands: it is plain False, and boto3 refuses that when the query is made.

    ## Example
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    orders = boto3.resource("dynamodb").Table("orders")


    def of_customer(customer: str = "ann") -> dict:
        return orders.query(KeyConditionExpression=Key("customer").equals(customer))
    ```

    ## Use instead
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    orders = boto3.resource("dynamodb").Table("orders")


    def of_customer(customer: str = "ann") -> dict:
        return orders.query(KeyConditionExpression=Key("customer").eq(customer))
    ```

    ## Error
    ```text
    AttributeError: '...' object has no attribute '...'

    TypeError: '...' not supported between instances of 'Attr' and '...'

    TypeError: '...' not supported between instances of 'Key' and '...'

    Invalid type for parameter ..., value: False, type: <class 'bool'>

    Invalid type for parameter ..., value: True, type: <class 'bool'>
    ```

    ## Limits
    - `==` in an `if` or `assert`, or between two attributes, is taken for a real comparison.
    - `Key("a").size()` and the methods of what `size()` returns are not looked at.

    ## References
    - [Comparison operator and function reference](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html)
    - [DynamoDB conditions in boto3](https://boto3.amazonaws.com/v1/documentation/api/latest/reference/customizations/dynamodb.html)
    """
    objections = [_objection(variant, condition.is_asked) for variant in condition.variants]
    if objections[0] is not None and None not in objections:
        yield condition.finding(objections[0])


def _objection(condition: Condition, is_asked: bool) -> str | None:
    subject, how = condition.operands[0], condition.operator
    if how.startswith("__"):
        return None  # `a.__and__(b)` is what `a & b` calls, and Python's own methods are there too
    if isinstance(subject, Condition):
        is_fine = how in _OPERATORS or how.startswith("python-") or subject.operator.startswith("python-")
        return None if is_fine else f"{how} is no method of a condition, so this raises AttributeError; join conditions with &, | and ~"
    if not isinstance(subject, KeyPart):
        return None
    if how in _ORDER:
        return f"{how.removeprefix('python-')} cannot compare {subject.builder}, so this raises TypeError; use {_ORDER[how]}"
    if how in _EQUAL:
        is_real = is_asked or isinstance(condition.operands[1], KeyPart) or condition.operands[1] == NONE
        instead = _OF_KEY.get(how, _EQUAL[how]) if subject.builder == "Key" else _EQUAL[how]
        return None if is_real else f"{how.removeprefix('python-')} makes True or False of {subject.builder}, not a condition; use {instead}"
    return _unknown(subject.builder, how) if how not in _OPERATORS and not how.startswith("python-") else None


def _unknown(builder: str, method: str) -> str | None:
    known = _KEY if builder == "Key" else _ATTR
    if method in known:
        return None
    meant = _SYNONYMS.get(method) or did_you_mean(method.removeprefix("attribute_"), sorted(known))
    advice = f"did you mean {meant}?" if meant else "no key condition can say this; filter with Attr" if method in _ATTR else f"look up those of {builder}"
    return f"{method} is no method of {builder}, so this raises AttributeError; {advice}"
