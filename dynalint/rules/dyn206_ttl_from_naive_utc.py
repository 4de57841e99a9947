"""Turns expiry attributes that are computed from a naive UTC time into findings."""

from __future__ import annotations

import re

from dynalint.expiry import NAIVE_UTC, expiries, faults
from dynalint.facts import Attribute, Item
from dynalint.findings import Fix
from dynalint.fixes.pen import Pen, fix
from dynalint.options import Options
from dynalint.rule import Findings, rule

# Where nothing but a timedelta is added, an aware time does as well as a naive one.
_UTCNOW = re.compile(
    r"(?<![\w.])(?P<module>\w+\.)?datetime\.utcnow\(\)(?=\.timestamp\(\)|\s*\+\s*(?:\w+\.)?timedelta\([^()]*\)\)\.timestamp\(\))",
)
_TIMEZONE = re.compile(r"^from datetime import [^\n]*\btimezone\b(?! as)", re.MULTILINE)


@rule(
    code="DYN206",
    name="ttl-from-naive-utc",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html",
    fix="safe",
    proof="doc",
    quiet_in_tests=True,
)
def ttl_from_naive_utc(item: Item, options: Options) -> Findings:
    """The attribute by which an item shall expire is the `timestamp()` of a naive UTC datetime.

    ## Why is this bad?

    `datetime.utcnow()` has no time zone, and `timestamp()` takes such a datetime for local time. So the number is off by the host's offset
    from UTC: right on a Lambda function, hours too late on a laptop west of Greenwich, hours too early east of it. There a short-lived item is
    expired before it is written.

    `datetime.now().timestamp()` is right, though it has no zone either: it is local time, and taken for it.

    ## Example

    ```python
    from datetime import datetime, timedelta, timezone

    import boto3

    table = boto3.resource("dynamodb").Table("sessions")
    table.put_item(Item={"session_id": "s-1", "ttl": int((datetime.utcnow() + timedelta(hours=1)).timestamp())})
    ```

    ## Use instead

    ```python
    from datetime import datetime, timedelta, timezone

    import boto3

    table = boto3.resource("dynamodb").Table("sessions")
    table.put_item(Item={"session_id": "s-1", "ttl": int((datetime.now(timezone.utc) + timedelta(hours=1)).timestamp())})
    ```

    ## Fix safety

    Safe: only `utcnow()` itself, or with a `timedelta` added, right before `.timestamp()` is rewritten, and only where `timezone` is imported or
    `datetime` is the module. On a host in UTC the value stays the same.

    ## Limits

    - Any attribute whose name speaks of an end is looked at, since the value is wrong for whatever it is meant.
    - A datetime that was computed in another file, or came in as a parameter, is not known to be naive.

    ## References

    - [Computing time to live (TTL) in DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html)
    - [datetime.utcnow()](https://docs.python.org/3/library/datetime.html#datetime.datetime.utcnow)
    """
    for each in expiries(item, options):
        if NAIVE_UTC in faults(each):
            yield item.finding(
                f"`{each.name}` is off by the host's UTC offset: utcnow() is naive; use datetime.now(timezone.utc)", _aware(item, each), at=each.place
            )


def _aware(item: Item, attribute: Attribute) -> Fix | None:
    pen = Pen(item.operation.facts.source) if item.operation is not None else None
    code = pen.code(attribute.place) if pen is not None else None
    naive = _UTCNOW.search(code) if code is not None else None
    if pen is None or code is None or naive is None or not (naive["module"] or _TIMEZONE.search(pen.source.text)):
        return None
    aware = _UTCNOW.sub(lambda found: f"{found['module'] or ''}datetime.now({found['module'] or ''}timezone.utc)", code)
    return fix("Use an aware datetime", pen.replace(attribute.place, aware), safe=True)
