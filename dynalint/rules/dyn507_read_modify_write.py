"""Turns items that are read, changed and put back as a whole into findings."""

from __future__ import annotations

from dynalint.facts import Operation
from dynalint.facts.races import writes_back
from dynalint.rule import Findings, rule
from dynalint.words import words

# Who moves all data does it while nobody else writes.
_MOVES = frozenset({"migrate", "migration", "backfill", "upgrade", "repair", "seed"})


@rule(
    code="DYN507",
    name="read-modify-write",
    group="suspicious",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html",
    proof="doc",
)
def read_modify_write(operation: Operation) -> Findings:
    """An item is read, changed in Python and put back as a whole, whatever became of it in between.

    ## Why is this bad?
    Two requests that read the same item at the same time each put their own version back, and the one that comes last wins: the other's change is gone, though
    both were answered with success. A `put_item` replaces all attributes, also those that this code never looked at.

    ## Example
    ```python
    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def add_points(user_id: str, points: int) -> None:
        user = users.get_item(Key={"user_id": user_id}).get("Item")
        if user:
            user["points"] += points
            users.put_item(Item=user)
    ```

    ## Use instead
    ```python
    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def add_points(user_id: str, points: int) -> None:
        users.update_item(
            Key={"user_id": user_id},
            UpdateExpression="ADD points :points",
            ExpressionAttributeValues={":points": points},
        )
    ```
    Where the new value has to be worked out in Python, keep a version number in the item, and put it with `ConditionExpression="version = :read"`: who comes
    second is told so, reads again and tries again.

    ## Limits
    - An item that is put together anew counts where an attribute of the old one stands in it, or is worked out, under its old name and the key is the same.
    - Only a put in the table that was read is meant, and not one under another key.
    - Files and functions with a name such as migrate or backfill are left alone, and so is what a batch writer puts.
    - That a lock holds all others off cannot be seen.
    - In a function that puts whatever its callers give it, the finding names the caller that has read what it puts.

    ## References
    - [Working with items: conditional writes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html)
    - [PutItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html)
    """
    if operation.name != "put_item" or operation.handle.kind == "batch_writer" or not operation.surely_lacks("ConditionExpression", "Expected"):
        return
    said = {word for name in (operation.facts.source.path, *operation.call.names) for word in words(name)}
    if said & _MOVES or writes_back(operation) is None:
        return
    # What others put here is theirs: who reads first is told by name.
    everyone = len(operation.call.path) == 1 or all(writes_back(each) is not None for each in operation.uses)
    reader = operation.call.path[0]
    told = f"{reader}()" if reader.isidentifier() else "the module"
    what = "the item was read, changed and put back" if everyone else f"{told} has this put back what it read"
    yield operation.finding(f"{what}: what others changed meanwhile is lost; use update_item or a condition")
