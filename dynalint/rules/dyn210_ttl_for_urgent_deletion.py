"""Turns updates that leave to TTL what has to be gone at once into findings."""

from __future__ import annotations

from dynalint.expiry import is_expiry
from dynalint.facts import Dict, Item, known_text
from dynalint.options import Options
from dynalint.rule import Findings, rule
from dynalint.words import words

_AT_ONCE = frozenset({"erase", "erasure", "gdpr", "dsgvo", "ccpa", "forget", "forgotten", "wipe", "purge", "revoke", "revocation", "scrub", "shred"})
_DELETING = frozenset({"delete", "remove", "destroy", "close", "deactivate", "terminate"})
_PERSONS = frozenset({"account", "user", "customer", "person", "personal", "profile", "member", "subject", "tenant", "patient"})


@rule(
    code="DYN210",
    name="ttl-for-urgent-deletion",
    group="audit",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html",
    proof="guide",
)
def ttl_for_urgent_deletion(item: Item, options: Options) -> Findings:
    """Data that must be gone at once is only given an expiry.

    ## Why is this bad?
    TTL deletes in the background, typically within a few days after the expiry. Until then the item is read, queried and found by indexes as before: an
    account that was to be deleted is there, and a right that was revoked holds.

    ## Example
    ```python
    import time

    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def erase_user(user_id: str) -> None:
        users.update_item(
            Key={"user_id": user_id},
            UpdateExpression="SET #ttl = :now",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues={":now": int(time.time())},
        )
    ```

    ## Use instead
    ```python
    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def erase_user(user_id: str) -> None:
        users.delete_item(Key={"user_id": user_id})
    ```

    ## Limits
    - Off by default: only names tell what must be gone at once. Those of the functions are read that lead to the update: `erase`, `gdpr`, `purge`,
      `revoke` and the like, or `delete` and `remove` together with `account`, `user` and the like.
    - An update that sets anything else as well, such as a state that reads look at, is left alone, and so is a function that deletes items too.

    ## References
    - [Using time to live (TTL) in DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html)
    """
    operation = item.operation
    if operation is None or item.open or operation.is_beside("delete_item", "DeleteRequest", "Delete"):
        return
    key = operation.value("Key")
    keys = {known_text(entry.key) for entry in key.entries} if isinstance(key, Dict) else set()
    assigned = [each for each in item.attributes if each.name not in keys]
    name = next((name for name in operation.call.names if _is_urgent(name)), None)
    if name is not None and assigned and all(is_expiry(each.name, options) for each in assigned):
        yield item.finding(f"TTL deletes days later, and until then `{name}` has deleted nothing; use delete_item")


def _is_urgent(name: str) -> bool:
    found = set(words(name))
    return bool(found & _AT_ONCE) or bool(found & _DELETING and found & _PERSONS)
