"""Turns items that should end, and say nowhere when, into findings."""

from __future__ import annotations

import re

from dynalint.expiry import expiries, is_expiry, kind, nested, other_writes, switched_on
from dynalint.facts import Item, Operation, known_text
from dynalint.options import Options
from dynalint.rule import Findings, rule

# An update that reckons with the item not being there yet.
_CREATES = re.compile(r"\bif_not_exists\b|(?<![#:\w])ADD\b", re.IGNORECASE)


@rule(
    code="DYN201",
    name="missing-ttl",
    group="guideline",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html",
)
def missing_ttl(item: Item, options: Options) -> Findings:
    """A time-sensitive item is written without an attribute that says when it expires.

    ## Why is this bad?

    Invitations, one-time tokens, sessions, locks and their like are worthless after a while, and some of them are dangerous: a forgotten
    verification code can still be tried. Without an expiry attribute DynamoDB never deletes such an item. The table grows for ever, is
    billed for it, and every scan reads the dead items too.

    With time to live (TTL) the deletion costs nothing and needs no job: the item says in a Number attribute, in epoch seconds, when it
    ends, and the table is told once the name of that attribute.

    ## Example

    ```python
    import boto3

    sessions = boto3.resource("dynamodb").Table("sessions")
    sessions.put_item(Item={"session_id": "s-1", "user_id": "u-1"})
    ```

    ## Use instead

    ```python
    import time

    import boto3

    sessions = boto3.resource("dynamodb").Table("sessions")
    sessions.put_item(Item={"session_id": "s-1", "user_id": "u-1", "ttl": int(time.time()) + 24 * 60 * 60})
    ```

    ## Limits

    - What a kind of data is, only names can tell: that of the table, of the variable that holds the item, of the partition key. They are read
      word by word, and the last word counts: `user_sessions` are sessions, a `session_config` is not, and `max_tokens` has nothing
      to do with it. The kinds are the option `--dynalint-time-sensitive`; `--dynalint-extend-time-sensitive` adds to them.
    - Any attribute whose name speaks of an end is taken for the expiry, whatever its value: `ttl`, `expiresAt`, `expiration_time`. For others see
      `--dynalint-extend-ttl-attributes`. The one that the project switches TTL on for ([table knowledge](../tables.md))
      counts under any name; where other writes of the file set that very attribute, no other one counts.
    - Records that are kept and only share the name are silent as far as their attributes tell them: lessons, trainings and matches are
      called sessions too, friendships and databases connections.
    - An item that may have attributes which are not seen, from a parameter, a model's `to_dict()` or a spread of something unknown, is silent.
    - An expiry that stands inside a map is DYN207's affair.
    - An `update_item` is reported only where it means to create the item (`if_not_exists`, `ADD`, `attribute_not_exists`) and no other write of
      the file may have set the expiry.
    - A dict that is named `<kind>_item` and goes nowhere, as in a snippet of documentation, is taken for an item.

    ## References

    - [Using time to live (TTL) in DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html)
    """
    found = kind(item, options)
    if found is not None and not item.open and not _ends(item, options) and not _ends_elsewhere(item, options):
        attribute = switched_on(item) or "ttl"
        yield item.finding(f"{found.replace('-', ' ')} item has no expiry attribute, so DynamoDB never deletes it; add `{attribute}` in epoch seconds")


def _ends(item: Item, options: Options) -> bool:
    """Does the item say when it ends? Where other writes set the attribute that the file switches on, no other one counts."""
    own = switched_on(item)
    if own is not None and any(each.attribute(own) for each in other_writes(item)):
        return item.attribute(own) is not None
    inside = (each for attribute in item.attributes for each in nested(attribute))
    return bool(expiries(item, options)) or any(is_expiry(each.name, options) for each in inside)


def _ends_elsewhere(item: Item, options: Options) -> bool:
    """May another write of the file have set when the item ends, or will it?"""
    if item.how == "update_item":
        return not _creates(item.operation) or any(each.open or expiries(each, options) for each in other_writes(item))
    return any(each.how == "update_item" and expiries(each, options) for each in other_writes(item))


def _creates(update: Operation | None) -> bool:
    """Is it an update that makes the item where there is none, and means to?"""
    if update is None:
        return False
    condition = known_text(update.value("ConditionExpression")) or ""
    if "attribute_not_exists" in condition and "attribute_exists" not in condition:
        return True
    return update.has("ConditionExpression") is False and _CREATES.search(known_text(update.value("UpdateExpression")) or "") is not None
