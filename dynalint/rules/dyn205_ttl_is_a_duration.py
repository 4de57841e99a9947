"""Turns expiry attributes that say how long, not until when, into findings."""

from __future__ import annotations

from dynalint.expiry import DURATION, faults, ttl_attributes
from dynalint.facts import Item
from dynalint.options import Options
from dynalint.rule import Findings, rule


@rule(
    code="DYN205",
    name="ttl-is-a-duration",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html",
    proof="doc",
    quiet_in_tests=True,
)
def ttl_is_a_duration(item: Item, options: Options) -> Findings:
    """The attribute by which an item shall expire says how long it lives, where TTL needs the moment at which it ends.

    ## Why is this bad?

    In Redis or in the names of the internet a time to live is a duration. DynamoDB's is a moment, in seconds since 1970: `3600` is one
    o'clock on the first of January 1970. One would expect the item to vanish at once, but TTL leaves alone what expired more than five
    years ago. So the item stays for ever.

    ## Example

    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("sessions")
    table.put_item(Item={"session_id": "s-1", "ttl": 24 * 60 * 60})
    ```

    ## Use instead

    ```python
    import time

    import boto3

    table = boto3.resource("dynamodb").Table("sessions")
    table.put_item(Item={"session_id": "s-1", "ttl": int(time.time()) + 24 * 60 * 60})
    ```

    ## Limits

    - Which attributes are looked at is told in DYN203. Names that say a duration themselves (`expires_in`, `ttl_seconds`) are silent.
    - Nought and negative numbers are taken for "does not expire".
    - A number that comes from a parameter or from the environment may be anything: silent.

    ## References

    - [Computing time to live (TTL) in DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html)
    """
    for each in ttl_attributes(item, options):
        if DURATION in faults(each):
            yield item.finding(f"`{each.name}` is a duration, to TTL a date long past, which it never deletes; add it to int(time.time())", at=each.place)
