"""Turns queries that do not say which partition they read into findings."""

from __future__ import annotations

from dynalint.facts import Evidence, KeyTest, Query
from dynalint.rule import Findings, rule


@rule(
    code="DYN409",
    name="query-without-key",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html",
    proof="run",
)
def query_without_key(query: Query) -> Findings:
    """A query does not say which value the partition key has to equal.

    ## Why is this bad?
    A query reads one partition: the key condition must compare the partition key of the table or of the index, with `=` and nothing else. A condition on the
    sort key may be added, but does not do alone, and neither does a filter. DynamoDB refuses the call. What asks for an attribute that is no key needs an
    index of which that attribute is the partition key.

    ## Example
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    orders = boto3.resource("dynamodb").Table("orders")


    def orders_since(day: str = "2024-01-01") -> dict:
        return orders.query(KeyConditionExpression=Key("placed_at").gte(day))
    ```

    ## Use instead
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    orders = boto3.resource("dynamodb").Table("orders")


    def orders_since(customer: str = "ann", day: str = "2024-01-01") -> dict:
        return orders.query(KeyConditionExpression=Key("customer").eq(customer) & Key("placed_at").gte(day))
    ```

    ## Error
    ```text
    Query condition missed key schema element

    Query key condition not supported

    Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.
    ```

    ## Limits
    - Which attribute is the partition key is known where the project declares the table ([table knowledge](../tables.md)). Elsewhere a condition is reported
      only if it has no `=` at all.
    - Operators that no key condition may have are another mistake, and so are conditions that Python's `and` joins (DYN605).
    - Parameters that are not known may hold the condition, and so may a wrapper that is given the query.

    ## References
    - [Key condition expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html)
    - [Query](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html)
    """
    argument = query.argument("KeyConditionExpression") or query.argument("KeyConditions")
    place = query.inside(argument.place) if argument is not None else None
    conditions = query.key_conditions
    if query.handle.evidence < Evidence.CONFIGURED:
        return
    if query.surely_lacks("KeyConditionExpression", "KeyConditions"):
        yield query.finding("a query without a key condition is refused; say which value the partition key equals, or scan")
    elif conditions and query.partition_keys:
        missing = [key for key in query.partition_keys if all(KeyTest(key, "=") not in tests for tests in conditions)]
        if missing:
            of = "index" if query.has("IndexName") else "table"
            message = f'DynamoDB refuses this, the {of} has the partition key "{missing[0]}"; say which value it equals, or use an index'
            yield query.finding(message, at=place)
    elif conditions and all(test.operator != "=" for tests in conditions for test in tests):
        yield query.finding("the key condition has no =, DynamoDB refuses it; say which value the partition key equals", at=place)
