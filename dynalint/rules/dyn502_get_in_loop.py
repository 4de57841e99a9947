"""Turns items that a loop reads one by one into findings."""

from __future__ import annotations

from dynalint.facts import ItemRead
from dynalint.facts.loops import loop_around_function, loop_over_many
from dynalint.rule import Findings, rule


@rule(
    code="DYN502",
    name="get-in-loop",
    group="guideline",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html",
    models=True,
)
def get_in_loop(read: ItemRead) -> Findings:
    """A loop reads many items with one `get_item` for each.

    ## Why is this bad?
    Each request waits for its answer before the next one is sent, so a page with fifty names takes fifty round trips. `batch_get_item` takes 100 keys at a
    time, from several tables too, and costs the same.

    ## Example
    ```python
    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def names(user_ids: list[str]) -> list[str]:
        found = []
        for user_id in user_ids:
            item = users.get_item(Key={"user_id": user_id}).get("Item", {})
            found.append(item.get("name", "?"))
        return found
    ```

    ## Use instead
    ```python
    import boto3

    dynamodb = boto3.resource("dynamodb")


    def names(user_ids: list[str]) -> list[str]:
        found = {}
        for start in range(0, len(user_ids), 100):
            wanted = {"users": {"Keys": [{"user_id": each} for each in user_ids[start : start + 100]]}}
            while wanted:
                response = dynamodb.batch_get_item(RequestItems=wanted)
                found |= {item["user_id"]: item["name"] for item in response["Responses"].get("users", [])}
                wanted = response.get("UnprocessedKeys")
        return [found.get(each, "?") for each in user_ids]
    ```
    No key may stand in one request twice, and the items come in any order.

    ## Limits
    - Loops that follow a chain (the key is what the last item said), that try again, that wait or that go over three things or fewer are not meant.
    - The loop has to stand in the function of the read, or in the one that this is defined in. `while` loops and functions that a loop calls from elsewhere
      are not reported: what stands between the loop and the read is seldom only the read.
    - A key that is the same in all turns is not reported, nor is one that is built outside of the loop.
    - `Model.get()` of PynamoDB is a read, and `Model.batch_get()` the batch.

    ## References
    - [BatchGetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html)
    """
    where = "the loop" if loop_over_many(read, "Key", "RangeKey") is not None else None
    if where is None and loop_around_function(read, "Key") is not None:
        where = f"the loop that calls {read.call.function}()"
    if where is not None:
        better = "batch_get" if read.model is not None else "batch_get_item"
        yield read.finding(f"{where} sends one request for each item it reads; {better} takes 100 keys in one")
