"""Turns expiry attributes that are no Number into findings."""

from __future__ import annotations

from dynalint.expiry import BOOL, DATETIME, FLOAT, OTHER, TEXT, TIMEDELTA, faults, ttl_attributes
from dynalint.facts import MODEL, Attribute, Item
from dynalint.findings import Fix
from dynalint.fixes.pen import Pen, fix
from dynalint.options import Options
from dynalint.rule import Findings, rule

_REFUSED = (FLOAT, DATETIME, TIMEDELTA)


@rule(
    code="DYN203",
    name="ttl-not-a-number",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html",
    fix="safe",
    proof="run",
    quiet_in_tests=True,
    models=True,
)
def ttl_not_a_number(item: Item, options: Options) -> Findings:
    """The attribute by which an item shall expire is not a Number.

    ## Why is this bad?

    Time to live (TTL) looks at Numbers only. An ISO date, any other text, a bool or a map is stored without a word, and the item is never
    deleted. A float, a datetime or a timedelta does not get that far: boto3 has no DynamoDB type for them and raises.

    ## Example

    ```python
    import time

    import boto3

    table = boto3.resource("dynamodb").Table("sessions")
    table.put_item(Item={"session_id": "s-1", "ttl": time.time() + 3600})
    ```

    ## Use instead

    ```python
    import time

    import boto3

    table = boto3.resource("dynamodb").Table("sessions")
    table.put_item(Item={"session_id": "s-1", "ttl": int(time.time() + 3600)})
    ```

    ## Error

    ```text
    TypeError: Float types are not supported. Use Decimal types instead.

    TypeError: Unsupported type "<class '...'>" for value
    ```

    Text raises nothing: it is stored, and TTL passes over it.

    ## Fix safety

    Only a float is mended: it is wrapped in `int(...)`. Nothing that worked is changed, since a Table refuses floats.

    ## Limits

    - The attribute is the one that the project switches TTL on for ([table knowledge](../tables.md)), else one that is named `ttl` or `time_to_live`. Others,
      such as `expires_at`, are often dates of the business: they are looked at only in items of a time-sensitive kind (see DYN201), and only
      where no other one is a Number.
    - Of an attribute of a PynamoDB model its class says what DynamoDB stores: text of a `UTCDateTimeAttribute`, a Number of a `TTLAttribute`. A
      `NumberAttribute` is right as far as it is seen. Only the one that TTL is switched on for, and those named `ttl` or `time_to_live`, are looked at.
    - `{"N": str(...)}` is how a client writes a Number, and right. Whether TTL honours a fraction in it is not documented; it is silent.
    - Among settings, and in tables of names of the internet, `ttl` means something else: silent.
    - `None` is taken for "does not expire".

    ## References

    - [Computing time to live (TTL) in DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html)
    """
    for each in ttl_attributes(item, options):
        found = faults(each)
        for what in (*_REFUSED, TEXT, BOOL, OTHER):
            if what in found:
                consequence = "which boto3 refuses to store" if what in _REFUSED else "so TTL never deletes the item"
                advice = "make it a TTLAttribute" if item.how == MODEL else "make it a whole Number of epoch seconds"
                yield item.finding(f"`{each.name}` is {what}, {consequence}; {advice}", _in_int(item, each, what), at=each.place)
                break


def _in_int(item: Item, attribute: Attribute, what: str) -> Fix | None:
    if what != FLOAT or item.operation is None:
        return None
    pen = Pen(item.operation.facts.source)
    code = pen.code(attribute.place)
    return fix("Wrap it in int(...)", pen.replace(attribute.place, f"int({code})"), safe=True) if code is not None else None
