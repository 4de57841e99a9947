"""Turns expiry attributes that count milliseconds into findings."""

from __future__ import annotations

import re

from dynalint.expiry import MILLISECONDS, faults, ttl_attributes
from dynalint.facts import Attribute, Item
from dynalint.findings import Fix
from dynalint.fixes.pen import Pen, fix
from dynalint.options import Options
from dynalint.rule import Findings, rule

_CALL = r"[\w.]+\((?:[^()]|\([^()]*\))*\)"
_SUM = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
# The whole value times a thousand, and nothing added to it behind.
_SCALED = re.compile(rf"\A(?P<whole>int\()?(?P<seconds>{_CALL}|{_SUM}(?:\.timestamp\(\))?)\s*\*\s*1_?000(?(whole)\))")


@rule(
    code="DYN204",
    name="ttl-in-milliseconds",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html",
    fix="unsafe",
    proof="doc",
    quiet_in_tests=True,
)
def ttl_in_milliseconds(item: Item, options: Options) -> Findings:
    """The attribute by which an item shall expire counts milliseconds, where TTL counts seconds.

    ## Why is this bad?

    Time to live (TTL) reads the Number as seconds since 1970. What `time.time() * 1000` gives is then a date some fifty thousand years
    ahead: the item is stored without an error, looks right at a glance, and is never deleted.

    ## Example

    ```python
    import time

    import boto3

    table = boto3.resource("dynamodb").Table("sessions")
    table.put_item(Item={"session_id": "s-1", "ttl": int((time.time() + 3600) * 1000)})
    ```

    ## Use instead

    ```python
    import time

    import boto3

    table = boto3.resource("dynamodb").Table("sessions")
    table.put_item(Item={"session_id": "s-1", "ttl": int(time.time() + 3600)})
    ```

    ## Fix safety

    Unsafe: code elsewhere may read the attribute as milliseconds. The fix takes `* 1000` away, where all of the value is multiplied by it; a sum such as
    `int(time.time() * 1000) + 60_000` has to be mended by hand.

    ## Limits

    - Which attributes are looked at is told in DYN203.
    - Only what is computed in the same file, or written as a number, is known to be milliseconds.

    ## References

    - [Computing time to live (TTL) in DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html)
    """
    for each in ttl_attributes(item, options):
        if MILLISECONDS in faults(each):
            yield item.finding(
                f"`{each.name}` is not in seconds, so TTL takes it for a date far ahead and never deletes the item", _in_seconds(item, each), at=each.place
            )


def _in_seconds(item: Item, attribute: Attribute) -> Fix | None:
    pen = Pen(item.operation.facts.source) if item.operation is not None else None
    scaled = _SCALED.fullmatch(pen.code(attribute.place) or "") if pen is not None else None
    if pen is None or scaled is None:
        return None
    seconds = scaled["seconds"]
    whole = seconds if seconds.startswith("int(") else f"int{seconds}" if re.fullmatch(_SUM, seconds) else f"int({seconds})"
    return fix("Take `* 1000` away", pen.replace(attribute.place, whole), safe=False)
