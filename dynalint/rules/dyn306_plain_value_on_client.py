"""Turns plain values and built conditions that are given to a low-level client into findings."""

from __future__ import annotations

from dynalint.facts import Const, Evidence, Sent, SentValue, is_number, is_plain, tag_for, type_of
from dynalint.findings import Fix
from dynalint.fixes.pen import Edits, Pen, fix
from dynalint.rule import Findings, rule

_IN_PLACE = frozenset({"str", "bytes", "bool"})


@rule(
    code="DYN306",
    name="plain-value-on-client",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html",
    fix="sometimes",
    proof="run",
)
def plain_value_on_client(sent: Sent) -> Findings:
    """A client is given plain Python values, or a condition built with `Key` and `Attr`.

    ## Why is this bad?
    A client, `boto3.client("dynamodb")`, is told the type of each value, as it goes over the wire: `{"S": "o-1"}`, `{"N": "5"}`. Conditions are texts. Plain
    values and built conditions are for Tables, `boto3.resource("dynamodb").Table("orders")`; boto3 refuses them before it sends anything.

    ## Example
    ```python
    import boto3

    client = boto3.client("dynamodb")
    client.put_item(TableName="orders", Item={"order_id": "o-1", "total": 5})
    ```

    ## Use instead
    ```python
    import boto3

    client = boto3.client("dynamodb")
    client.put_item(TableName="orders", Item={"order_id": {"S": "o-1"}, "total": {"N": "5"}})
    ```
    Or a Table, for which the values are right:
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")
    orders.put_item(Item={"order_id": "o-1", "total": 5})
    ```

    ## Error
    ```text
    Invalid type for parameter ..., value: ..., type: <class '...'>, valid types: <class '...'>

    Unknown parameter in ...: "...", must be one of: S, N, B, SS, NS, BS, M, L, NULL, BOOL

    Supplied AttributeValue is empty, must contain exactly one of the supported datatypes
    ```

    ## Fix safety
    The fix gives each value its type tag, where the types of all that are plain are known: texts, bytes, bools, None and numbers that are written down. In the
    call itself it is safe: the call fails without it. It is unsafe where the dict is made elsewhere, for it may be given to a Table as well.

    ## Limits
    - `resource.meta.client` takes what a Table takes. So where a client comes from elsewhere, its annotation included, it may be such a one: silent.
    - What is in doubt is not reported: values of unknown type, dicts that a serializer may have made, and a dict of one key, which may have a misspelt
      tag (DYN705).
    - One finding stands for all the plain values of an item, a key or the values of an expression.

    ## References
    - [AttributeValue](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html)
    - [boto3: DynamoDB resource and client](https://docs.aws.amazon.com/boto3/latest/guide/dynamodb.html)
    """
    if sent.plain is not False or sent.operation.handle.evidence not in (Evidence.TRACED, Evidence.CONFIGURED):
        return
    if sent.condition is not None:
        argument = sent.operation.argument(sent.parameter)
        place = sent.operation.inside(argument.place) if argument is not None else None
        message = f"a client takes {sent.parameter} as text, so boto3 refuses Key() and Attr(); write it as text or use a Table"
        yield sent.operation.finding(message, at=place)
        return
    found = [each for each in sent.deep if each.surely and is_plain(each.given)]
    if found:
        first = found[0]
        message = f'a client takes types with its values and refuses a plain `{first.path}`; write {{"{tag_for(first.given)}": ...}} or use a Table'
        yield sent.finding(message, _tagged(sent, found), at=first.place)


def _tagged(sent: Sent, values: list[SentValue]) -> Fix | None:
    pen = Pen(sent.operation.facts.source)
    # A dict that is made elsewhere may be given to a Table too.
    is_own = all(sent.operation.inside(each.place) is not None for each in values)
    return fix("Write the types of the values", *(_tag(pen, each) for each in values), safe=is_own)


def _tag(pen: Pen, value: SentValue) -> Edits | None:
    code, given = pen.code(value.place), value.given
    if code is None or "[" in value.path or "..." in value.path:
        return None
    if given == Const(None) and code == "None":
        code = "True"
    elif is_number(given) and isinstance(given, Const) and code == str(given.value):
        code = pen.quoted(code, value.place)
    elif type_of(given) not in _IN_PLACE:
        return None
    return pen.replace(value.place, f"{{{pen.quoted(tag_for(given) or '', value.place)}: {code}}}")
