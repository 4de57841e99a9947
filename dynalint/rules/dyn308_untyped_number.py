"""Turns numbers in wire form that are not written as text into findings."""

from __future__ import annotations

import re

from dynalint.facts import Evidence, Sent, SentValue, is_number, is_typed, no_text, type_of
from dynalint.findings import Fix
from dynalint.fixes.pen import Pen, fix
from dynalint.rule import Findings, rule

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LIST = re.compile(rf"[\[({{]\s*(?:{_NUMBER.pattern}\s*,\s*)*(?:{_NUMBER.pattern})?\s*[\])}}]")


@rule(
    code="DYN308",
    name="untyped-number",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html",
    fix="sometimes",
    proof="run",
)
def untyped_number(sent: Sent) -> Findings:
    """A number in wire form is not written as text: `{"N": 5}`.

    ## Why is this bad?
    DynamoDB's numbers have more digits than those of many languages, and so they go over the wire as texts: `{"N": "5"}`, and `{"NS": ["1", "2"]}` for a set.
    boto3 refuses anything else before it sends it.

    ## Example
    ```python
    import boto3

    client = boto3.client("dynamodb")
    client.put_item(TableName="orders", Item={"order_id": {"S": "o-1"}, "total": {"N": 5}})
    ```

    ## Use instead
    ```python
    import boto3

    client = boto3.client("dynamodb")
    client.put_item(TableName="orders", Item={"order_id": {"S": "o-1"}, "total": {"N": "5"}})
    ```

    ## Error
    ```text
    Invalid type for parameter ..., value: ..., type: <class '...'>, valid types: <class 'str'>
    ```

    ## Fix safety
    A number that is written down gets quotes, any other is wrapped in `str(...)`. It is safe: the call fails without it.

    ## Limits
    - Only what is no text on each path that sends it is reported.
    - A handle that comes from elsewhere is taken for a client where all the values beside the number are in wire form.
    - For a Table `{"N": 5}` is a map, and right.

    ## References
    - [AttributeValue](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html)
    """
    if sent.plain is True or not _is_for_a_client(sent):
        return
    for each in sent.deep:
        if each.surely and no_text(each.tag, each.value):
            message = f'"{each.tag}" of `{each.path}` holds no text, so boto3 refuses it; write the number in quotes or use str(...)'
            yield sent.finding(message, _quoted(sent, each), at=each.inner or each.place)


def _is_for_a_client(sent: Sent) -> bool:
    handle = sent.operation.handle
    if handle.plain is False and handle.evidence >= Evidence.CONFIGURED:
        return True
    return handle.evidence >= Evidence.SHAPED and all(is_typed(each.given) or no_text(each.tag, each.value) for each in sent.values)


def _quoted(sent: Sent, value: SentValue) -> Fix | None:
    """The number, or each number of a list that is written out, as text."""
    pen, held = Pen(sent.operation.facts.source), value.value
    code = pen.code(value.inner)
    if code is None:
        return None
    if value.tag == "NS":
        text = _NUMBER.sub(lambda found: pen.quoted(found[0], value.inner), code) if _LIST.fullmatch(code) else None
    elif is_number(held) and _NUMBER.fullmatch(code):
        text = pen.quoted(code, value.inner)
    else:
        text = f"str({code})" if type_of(held) in ("int", "float", "Decimal") else None
    return fix("Write the number as text", pen.replace(value.inner, text), safe=True) if text is not None else None
