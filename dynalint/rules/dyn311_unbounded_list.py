"""Turns lists in items that only ever grow into findings."""

from __future__ import annotations

from dynalint.facts import Expression
from dynalint.facts.counters import has_condition, is_bounded, list_growths
from dynalint.rule import Findings, rule


@rule(
    code="DYN311",
    name="unbounded-list",
    group="audit",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html",
    proof="doc",
)
def unbounded_list(expression: Expression) -> Findings:
    """A list in an item grows with each update, and nothing says how long it may become.

    ## Why is this bad?
    An item has room for 400 KB. Each `list_append` costs as much as writing the whole item, more every time, until the update is refused and the item can
    take no more. Histories, messages and logs are better items of their own, with the time in the sort key.

    ## Example
    ```python
    import boto3

    chats = boto3.resource("dynamodb").Table("chats")


    def say(chat_id: str, text: str) -> None:
        chats.update_item(
            Key={"chat_id": chat_id},
            UpdateExpression="SET messages = list_append(if_not_exists(messages, :none), :more)",
            ExpressionAttributeValues={":none": [], ":more": [text]},
        )
    ```

    ## Use instead
    ```python
    import time

    import boto3

    messages = boto3.resource("dynamodb").Table("messages")


    def say(chat_id: str, text: str) -> None:
        messages.put_item(Item={"chat_id": chat_id, "sent_at": time.time_ns(), "text": text})
    ```
    Where the list belongs into the item, bound it: `ConditionExpression="size(messages) < :most"`.

    ## Limits
    - It is off by default: whether the list is short, such as the roles of a user, cannot be seen.
    - A condition that asks for the `size` of something counts as a bound; one that is not known may be.
    - Lists that grow in Python and are put back as a whole are not reported, nor is `ADD` to a set.

    ## References
    - [Constraints: item size](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)
    - [Update expressions: list_append](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html)
    """
    if has_condition(expression) is None or is_bounded(expression) is not False:
        return
    for growth in list_growths(expression):
        yield expression.finding(
            "the list grows until the item is full at 400 KB; make its elements items, or ask for its size in a condition", growth.start, growth.end
        )
