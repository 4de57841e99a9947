"""Turns items that are read from a table with TTL, and used whether they have expired or not, into findings."""

from __future__ import annotations

from dynalint.facts import ItemRead
from dynalint.rule import Findings, rule


@rule(
    code="DYN209",
    name="expired-item-read",
    group="audit",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html",
    proof="doc",
)
def expired_item_read(read: ItemRead) -> Findings:
    """An item of a table with TTL is read and used, and no code looks at when it expires.

    ## Why is this bad?
    TTL deletes an item within a few days after its time, not at it. Until then it is read like any other: a session goes on, a code is accepted again. Who
    reads it has to compare the attribute with the time. Where an item that is a little too old does no harm, as in a cache, nothing is wrong: so this rule
    is off by default.

    ## Example
    ```python
    import boto3

    client = boto3.client("dynamodb")
    sessions = boto3.resource("dynamodb").Table("sessions")


    def set_up() -> None:
        client.update_time_to_live(TableName="sessions", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"})


    def user_of(session_id: str) -> str | None:
        found = sessions.get_item(Key={"session_id": session_id})
        return found["Item"]["user"] if "Item" in found else None
    ```

    ## Use instead
    ```python
    import time

    import boto3

    client = boto3.client("dynamodb")
    sessions = boto3.resource("dynamodb").Table("sessions")


    def set_up() -> None:
        client.update_time_to_live(TableName="sessions", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"})


    def user_of(session_id: str) -> str | None:
        found = sessions.get_item(Key={"session_id": session_id})
        is_alive = "Item" in found and found["Item"]["expires_at"] > time.time()
        return found["Item"]["user"] if is_alive else None
    ```

    ## Limits
    - Which attribute TTL is switched on for must be known: [table knowledge](../tables.md).
    - The attribute's name, anywhere in the file but where items are written and TTL is switched on, and anywhere in other code of the project, counts as a
      look at it. A `query` or `scan` is not reported: filters on expiry are made in many ways.

    ## References
    - [Working with expired items and TTL](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html)
    """
    attribute = read.unread_expiry
    if attribute is not None:
        yield read.finding(f"expired items are read until TTL deletes them, which takes days; compare `{attribute}` with the time")
