"""Turns reserved words in expressions into findings."""

from __future__ import annotations

from dynalint.facts import Expression
from dynalint.fixes.aliases import aliased
from dynalint.language.reserved import reserved_words
from dynalint.rule import Findings, rule


@rule(
    code="DYN601",
    name="reserved-word",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html",
    fix="safe",
    proof="run",
)
def reserved_word(expression: Expression) -> Findings:
    """An attribute in an expression is named like a word that DynamoDB reserves.

    ## Why is this bad?
    The call fails, for every item. 573 words are reserved, in any case, among them `status`, `name`, `type`, `date`, `user`, `items`, `timestamp` and
    `ttl`; parts of a path count too, as in `info.name`. Where the error is caught and logged, as it often is, the update is just never made.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")
    orders.put_item(Item={"order_id": "1"})


    def ship(order_id: str = "1") -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET status = :s",
            ConditionExpression="attribute_exists(order_id)",
            ExpressionAttributeValues={":s": "shipped"},
        )
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")
    orders.put_item(Item={"order_id": "1"})


    def ship(order_id: str = "1") -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET #status = :s",
            ConditionExpression="attribute_exists(order_id)",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":s": "shipped"},
        )
    ```
    `Key("status")` and `Attr("status")` need no alias: boto3 gives them one.

    ## Error
    ```text
    Attribute name is a reserved keyword; reserved keyword: ...
    ```

    ## Fix safety
    The fix writes `#word` in the expression and defines it in `ExpressionAttributeNames`. It is safe: the call fails without it. It is left out where the
    expression or the names are not written in the call itself.

    ## Limits
    - Of a text that is put together, only what the code shows is looked at.
    - An f-string's `{name}` may hold a reserved word as well, which is not reported.
    - Statements of PartiQL are not looked at.

    ## References
    - [Reserved words in DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html)
    - [Expression attribute names](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html)
    """
    for found in reserved_words(expression.parsed.tokens):
        message = f'"{found.text}" is reserved, so the call fails; write #{found.text} and define it in ExpressionAttributeNames'
        yield expression.finding(message, found.start, found.end, aliased(expression, found.text, found.start, found.end))
