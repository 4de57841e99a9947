"""Turns values of types that DynamoDB does not have, sent to a Table, into findings."""

from __future__ import annotations

from dynalint.expiry import judged
from dynalint.facts import Sent, SentValue, type_of, unsupported
from dynalint.findings import Fix
from dynalint.fixes.pen import Pen, fix
from dynalint.options import Options
from dynalint.rule import Findings, rule

_INSTEAD = {
    "a datetime": "store .isoformat() or epoch seconds",
    "a date": "store .isoformat()",
    "a time": "store .isoformat()",
    "a timedelta": "store whole seconds",
    "a UUID": "store str(...)",
    "an empty set": "leave the attribute out",
    "a set of mixed types": "store a list",
    "a set of what DynamoDB has no sets of": "store a list",
    "a function": "call it",
}


@rule(
    code="DYN305",
    name="unsupported-type",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html",
    fix="sometimes",
    proof="run",
)
def unsupported_type(sent: Sent, options: Options) -> Findings:
    """A value is sent to a Table whose Python type has no DynamoDB type.

    ## Why is this bad?
    boto3 turns None, bool, int, Decimal, str, bytes, lists, tuples, dicts and sets of one type into types of DynamoDB, and raises TypeError for all else: dates
    and times, UUIDs, objects of your own classes. An empty set is sent, and DynamoDB refuses it.

    ## Example
    ```python
    import uuid
    from datetime import UTC, datetime

    import boto3

    orders = boto3.resource("dynamodb").Table("orders")
    orders.put_item(Item={"order_id": "o-1", "request": uuid.uuid4(), "ordered_at": datetime.now(UTC)})
    ```

    ## Use instead
    ```python
    import uuid
    from datetime import UTC, datetime

    import boto3

    orders = boto3.resource("dynamodb").Table("orders")
    orders.put_item(Item={"order_id": "o-1", "request": str(uuid.uuid4()), "ordered_at": datetime.now(UTC).isoformat()})
    ```

    ## Error
    ```text
    TypeError: Unsupported type "<... '...'>" for value

    TypeError: Infinity and NaN not supported

    One or more parameter values were invalid: An number set  may not be empty
    ```

    ## Fix safety
    Only a UUID is mended: it is wrapped in `str(...)`. It is safe: the call fails without it.

    ## Limits
    - Only what is of such a type on each path that sends it is reported. What comes out of other modules is not known.
    - A member of a plain `Enum` is not told from its value where it is written out, `State.OPEN`.
    - An empty set is reported where it is written in the item itself: one that has a name may be filled by somebody else.
    - Floats are reported by DYN304, and the attribute by which items expire by DYN203.

    ## References
    - [Data types](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html)
    - [boto3: DynamoDB types](https://docs.aws.amazon.com/boto3/latest/reference/customizations/dynamodb.html)
    """
    for each in sent.stored:
        what = unsupported(each.value)
        if what is not None and _is_meant(sent, each, what) and (each.place or each.path) not in judged(sent.operation, options):
            refuser = "DynamoDB" if what == "an empty set" else "boto3"
            advice = _INSTEAD.get(what, "store a type that DynamoDB has")
            yield sent.finding(f"`{each.path}` is {what}, which {refuser} refuses; {advice}", _as_text(sent, each), at=each.place)


def _is_meant(sent: Sent, value: SentValue, what: str) -> bool:
    """A set that is empty when it gets its name is most often filled later, and not always where that can be seen."""
    code = Pen(sent.operation.facts.source).code(value.place)
    return what != "an empty set" or (code is not None and "set(" in code)


def _as_text(sent: Sent, value: SentValue) -> Fix | None:
    if "[" in value.path or type_of(value.value) != "UUID":
        return None
    pen = Pen(sent.operation.facts.source)
    code = pen.code(value.place)
    return fix("Wrap it in str(...)", pen.replace(value.place, f"str({code})"), safe=True) if code is not None else None
