"""Turns items that are taken for granted into findings."""

from __future__ import annotations

from dynalint.facts import ItemRead
from dynalint.rule import Findings, rule


@rule(
    code="DYN406",
    name="unchecked-item",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html",
    proof="run",
    quiet_in_tests=True,
)
def unchecked_item(read: ItemRead) -> Findings:
    """The item of a `get_item` is read with no look at whether there is one.

    ## Why is this bad?
    That no item has the key is no error: the response then has no `Item`, and its status is 200. The code that takes it for granted ends with a
    `KeyError`, for the user who deleted the account, the link that is out of date, the item that TTL removed.

    ## Example
    ```python
    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def name_of(user_id: str = "nobody") -> str:
        return users.get_item(Key={"user_id": user_id})["Item"]["name"]
    ```

    ## Use instead
    ```python
    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def name_of(user_id: str = "nobody") -> str | None:
        user = users.get_item(Key={"user_id": user_id}).get("Item")
        return user["name"] if user is not None else None
    ```

    ## Error
    ```text
    KeyError: 'Item'

    TypeError: 'NoneType' object is not subscriptable

    TypeError: 'NoneType' object is not a mapping

    TypeError: 'NoneType' object does not support item assignment

    AttributeError: 'NoneType' object has no attribute '...'
    ```

    ## Limits
    - `response.get("Item")` counts as a check, unless what it gives is taken apart at once, or where the function next speaks of it, in the same block.
    - An `except KeyError` counts as a check, for `get` an `except TypeError` or `AttributeError`, in the function or in one that calls it; an
      `except Exception` only in the function itself, and not where it does no more than tell of it and raise it again.
    - Whether an item must be there, since the program has just put it, is not known.

    ## References
    - [GetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html)
    """
    if read.is_checked is False and all(each.is_checked is not True for each in read.paths):
        if read.is_none_taken_apart:
            yield read.finding('.get("Item") is None where no item has the key, and taking it apart fails; test for None before')
        else:
            yield read.finding('["Item"] raises KeyError where no item has the key; use .get("Item") and test for None')
