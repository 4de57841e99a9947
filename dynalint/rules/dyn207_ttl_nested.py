"""Turns expiry attributes that stand inside a map into findings."""

from __future__ import annotations

from dynalint.expiry import expiries, is_expiry, is_moment, is_ttl, kind, nested
from dynalint.facts import Item
from dynalint.options import Options
from dynalint.rule import Findings, rule


@rule(
    code="DYN207",
    name="ttl-nested",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html",
    proof="doc",
    quiet_in_tests=True,
)
def ttl_nested(item: Item, options: Options) -> Findings:
    """The only expiry attribute of an item stands inside a map, where TTL does not look.

    ## Why is this bad?

    Time to live (TTL) looks for its attribute at the top level of the item, and nowhere else. An item whose `ttl` has slipped into `data` or `meta` is
    stored without an error and never deleted.

    ## Example

    ```python
    import time

    import boto3

    table = boto3.resource("dynamodb").Table("events")
    table.put_item(Item={"event_id": "e-1", "meta": {"source": "web", "ttl": int(time.time()) + 3600}})
    ```

    ## Use instead

    ```python
    import time

    import boto3

    table = boto3.resource("dynamodb").Table("events")
    table.put_item(Item={"event_id": "e-1", "meta": {"source": "web"}, "ttl": int(time.time()) + 3600})
    ```

    ## Limits

    - Only values that are surely a point in time are reported: a nested `ttl` that is a duration belongs to somebody else.
    - Names other than `ttl` and `time_to_live` count only in items of a time-sensitive kind (see DYN201): a nested `expires_at` is most often that of
      an access token.
    - An item that may have attributes which are not seen is silent.

    ## References

    - [Computing time to live (TTL) in DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html)
    """
    if item.operation is None or item.open or expiries(item, options):
        return
    sensitive = kind(item, options) is not None
    for around in item.attributes:
        for each in nested(around):
            if (is_ttl(each.name, options) or (sensitive and is_expiry(each.name, options))) and is_moment(each):
                yield item.finding(
                    f"`{each.name}` stands inside `{around.name}`, where TTL never looks, so the item stays for ever; put it at the top level", at=each.place
                )
