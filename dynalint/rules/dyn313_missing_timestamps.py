"""Turns new items that do not say when they were written into findings."""

from __future__ import annotations

from dynalint.facts import Item
from dynalint.rule import Findings, rule
from dynalint.words import words

# Verbs and nouns that say when; with one of the second kind beside them, or alone.
_DONE = frozenset("created create creation updated update modified modify changed inserted added written recorded registered joined last first".split())
_WHEN = frozenset("at on time timestamp date datetime ts dt epoch utc".split())
_ALONE = frozenset("timestamp created updated modified creation datetime time date createtime updatetime createdat updatedat".split())
# Items that are no records: links between others, locks, counters, and what another rule watches.
_OTHERS = frozenset(
    """
    lock mutex lease semaphore counter count sequence stat metric link edge relation mapping map index lookup cache config setting session token connection
    ratelimit limit state flag version schema migration seed sample demo example test
    """.split()
)
# What is deleted by itself is no record either.
_EXPIRES = frozenset({"ttl", "expire", "expiry", "expiration", "expiring"})
_FEWEST = 3


@rule(
    code="DYN313",
    name="missing-timestamps",
    group="audit",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html",
)
def missing_timestamps(item: Item) -> Findings:
    """A new item does not say when it was created or updated.

    ## Why is this bad?
    DynamoDB keeps no such dates. When something has gone wrong, nobody can say which items are from before and which from after; nor can what is old be found,
    exported or moved. The team's guideline asks for `created_at` and `updated_at`.

    ## Example
    ```python
    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def add(user_id: str, name: str, mail: str) -> None:
        users.put_item(Item={"user_id": user_id, "name": name, "mail": mail})
    ```

    ## Use instead
    ```python
    from datetime import datetime, timezone

    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def add(user_id: str, name: str, mail: str) -> None:
        now = datetime.now(timezone.utc).isoformat()
        users.put_item(Item={"user_id": user_id, "name": name, "mail": mail, "created_at": now, "updated_at": now})
    ```

    ## Limits
    - It is off by default: about two of three items in public code have no such attribute, and most of them do not need one.
    - Any attribute with words such as created, updated, timestamp or date counts, in any spelling, and so does one in a prefix of a key.
    - Items of one or two attributes are links, and left alone; so are items that expire, and by their names locks, counters, caches and settings.
    - Only items of which all attributes are known are reported, and only puts: what an update makes is not.

    ## References
    - [Core components](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html)
    """
    if item.how in ("named", "update_item") or item.open or len(item.attributes) < _FEWEST:
        return
    said = {word for text in item.texts for word in words(text)} | {word for each in item.attributes[:1] for word in words(each.name)}
    if not said & _OTHERS and not any(_says_when(each.name) or set(words(each.name)) & _EXPIRES for each in item.attributes):
        yield item.finding("the item does not say when it was written; add created_at and updated_at")


def _says_when(name: str) -> bool:
    found = set(words(name))
    return bool(found & _ALONE) or bool(found & _DONE and found & _WHEN) or bool(found & _WHEN - {"on"})
