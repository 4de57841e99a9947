"""Turns keys that are empty or None into findings."""

from __future__ import annotations

import re

from dynalint.facts import NONE, Const, Sent, SentValue, alternatives
from dynalint.fixes.pen import Pen
from dynalint.rule import Findings, rule

_EMPTY = (Const(""), Const(b""))


@rule(
    code="DYN310",
    name="empty-key-value",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html",
    proof="run",
)
def empty_key_value(sent: Sent) -> Findings:
    """A key is an empty text, empty bytes, or None.

    ## Why is this bad?
    Other attributes may be empty. The keys of a table and of its indexes may not: they are text or bytes of at least one byte, or a number. DynamoDB refuses
    the request, be it a read or a write.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def order(order_id):
        return orders.get_item(Key={"order_id": order_id, "sk": ""}).get("Item")


    order("o-1")
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def order(order_id):
        return orders.get_item(Key={"order_id": order_id, "sk": "#"}).get("Item")


    order("o-1")
    ```
    A key that has nothing to say gets a value that stands for nothing, the same wherever it is written and read. An attribute that is the key of an
    index only is left out, and the item is then not in that index.

    ## Error
    ```text
    The AttributeValue for a key attribute cannot contain an empty string value

    The AttributeValue for a key attribute cannot contain an empty binary value

    The provided key element does not match the schema

    One or more parameter values were invalid: Type mismatch for key

    One or more parameter values were invalid: Type mismatch for Index Key
    ```

    ## Limits
    - The keys in a `Key`, and those that `Key("pk").eq(...)` is given for a query; the keys in an item, where the project declares the table.
    - The empty value is written there, or has a name of the function. An attribute of an object that is empty at first may be set by somebody else.
    - What only some program paths leave empty is not reported.
    - None in a condition is what DYN608 reports, and key conditions that are written as text are not looked into.

    ## References
    - [PutItem: empty values](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html)
    - [Key attributes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html)
    """
    for each in sent.values:
        if each.surely and (what := _empty(each)) and _is_key(sent, each, what) and _is_meant(sent, each):
            yield sent.finding(f"key `{each.path}` is {what}, which DynamoDB refuses; use a value that stands for nothing", at=each.inner or each.place)


def _empty(value: SentValue) -> str | None:
    options = alternatives(value.value)
    if value.tag == "NULL" or (value.tag is None and all(option == NONE for option in options)):
        return "None"
    return "empty" if value.tag in (None, "S", "B") and all(option in _EMPTY for option in options) else None


def _is_key(sent: Sent, value: SentValue, what: str) -> bool:
    if value.plain is False and value.tag is None:
        return False  # a plain value on a client is a mistake of its own
    if sent.role == "item":
        schema = sent.operation.facts.schema(sent.table)
        return schema is not None and (value.path in schema.keys or schema.type_of(value.path) is not None)
    if sent.condition is not None:
        return sent.parameter == "KeyConditionExpression" and sent.role == "key condition" and sent.condition.operator == "eq" and what == "empty"
    return sent.parameter == "Key"


def _is_meant(sent: Sent, value: SentValue) -> bool:
    """Does the empty value stand there, or has it a name that only this function uses?"""
    source, place = sent.operation.facts.source, value.inner or value.place
    code = Pen(source).code(place)
    if code is None and sent.condition is not None and place is not None:
        code = source.slice(place.span).rpartition(".eq(")[2].removesuffix(")").strip()
    if code is None or not code.isidentifier() or code == "None":
        return code is not None and "." not in code
    # What a caller gives may be tested before it is used: `if not key: return`.
    is_given = len(sent.operation.call.path) > 1
    return not is_given and not re.search(rf"\b(?:nonlocal|global)\b.*\b{code}\b", source.text)
