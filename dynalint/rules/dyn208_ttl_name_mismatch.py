"""Turns expiry attributes of another name than the one that TTL is switched on for into findings."""

from __future__ import annotations

from dynalint.expiry import expiries, is_moment, is_ttl, kind, other_writes, switched_on
from dynalint.facts import Item
from dynalint.options import Options
from dynalint.rule import Findings, rule


@rule(
    code="DYN208",
    name="ttl-name-mismatch",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html",
    proof="doc",
    quiet_in_tests=True,
    models=True,
)
def ttl_name_mismatch(item: Item, options: Options) -> Findings:
    """The expiry attribute of an item is not the one that TTL is switched on for.

    ## Why is this bad?

    A table has one attribute for time to live (TTL), and its name must match to the letter: `expiresAt`, `expires_at` and `ttl` are three
    attributes. An item without the right one is never deleted.

    ## Example

    ```python
    import time

    import boto3

    client = boto3.client("dynamodb")
    client.update_time_to_live(TableName="sessions", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"})
    client.put_item(TableName="sessions", Item={"session_id": {"S": "s-1"}, "ttl": {"N": str(int(time.time()) + 3600)}})
    ```

    ## Use instead

    ```python
    import time

    import boto3

    client = boto3.client("dynamodb")
    client.update_time_to_live(TableName="sessions", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"})
    client.put_item(TableName="sessions", Item={"session_id": {"S": "s-1"}, "expires_at": {"N": str(int(time.time()) + 3600)}})
    ```

    ## Limits

    - TTL is switched on by an `update_time_to_live` in the same file, where it is surely for the item's table: by its name, or because the file makes no
      second table. Else it is where the project declares it ([table knowledge](../tables.md)); where a name may mean several tables, only if all have the
      same attribute.
    - Where any write of the file sets the right attribute, the others are silent: not every item of a table has to end (see DYN201 for those that have).
    - PynamoDB switches TTL on for a `TTLAttribute` only where it makes the table. Where the project declares the table with another attribute, that one counts.
    - Names other than `ttl` and `time_to_live` count where the value is surely a point in time, or the item of a time-sensitive kind.

    ## References

    - [Computing time to live (TTL) in DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html)
    """
    own = switched_on(item)
    if own is None or item.open or any(each.attribute(own) for each in (item, *other_writes(item))):
        return
    sensitive = kind(item, options) is not None
    for each in expiries(item, options):
        if sensitive or is_ttl(each.name, options) or is_moment(each):
            yield item.finding(f"TTL is switched on for `{own}`, not for `{each.name}`, so it never deletes this item; use the same name", at=each.place)
