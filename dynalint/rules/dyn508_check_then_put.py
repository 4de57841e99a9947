"""Turns puts that follow a look at whether there is an item into findings."""

from __future__ import annotations

from dynalint.facts import Operation
from dynalint.facts.races import was_missing
from dynalint.rule import Findings, rule
from dynalint.words import words

# What is worked out again gives the same: it does no harm that two write it.
_HARMLESS = frozenset({"cache", "cached", "caching", "memo", "memoize"})


@rule(
    code="DYN508",
    name="check-then-put",
    group="suspicious",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html",
    proof="doc",
)
def check_then_put(operation: Operation) -> Findings:
    """An item is put because a read has found none, with no condition that there still is none.

    ## Why is this bad?
    Two requests that come together both find nothing, and both put: the second replaces the first one's item without a sound. What the check was to prevent,
    a name taken twice or a job done twice, happens when it is busy. A condition is checked by DynamoDB itself, together with the write, and saves the read.

    ## Example
    ```python
    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def register(user_id: str, name: str) -> bool:
        if "Item" in users.get_item(Key={"user_id": user_id}):
            return False
        users.put_item(Item={"user_id": user_id, "name": name})
        return True
    ```

    ## Use instead
    ```python
    import boto3

    users = boto3.resource("dynamodb").Table("users")


    def register(user_id: str, name: str) -> bool:
        try:
            users.put_item(Item={"user_id": user_id, "name": name}, ConditionExpression="attribute_not_exists(user_id)")
        except users.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        return True
    ```

    ## Limits
    - The read has to be of the same table and, as far as it is known, of the same key; that of an index is not meant, since no condition can look there.
    - A question that asks for more than whether there is an item (`if not item or item["expired"]:`) is left alone.
    - Caches are left alone: what is worked out twice is the same.
    - A check in another file, or in a function that is not followed, is not seen.
    - A function that puts whatever its callers give it is left alone, unless all of them have checked.

    ## References
    - [Condition expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html)
    """
    if operation.name != "put_item" or operation.handle.kind == "batch_writer" or not operation.surely_lacks("ConditionExpression", "Expected"):
        return
    said = {word for name in (*operation.table_words, *operation.call.names, operation.call.owner) for word in words(name)}
    # A function that others put other things with cannot know what this one needs.
    if not said & _HARMLESS and was_missing(operation) is not None and all(was_missing(each) is not None for each in operation.uses):
        yield operation.finding("the item may be there by now and is then replaced; put it with attribute_not_exists(...) as the condition")
