"""Turns filters of queries that name key attributes into findings."""

from __future__ import annotations

from dynalint.facts import Query
from dynalint.rule import Findings, rule


@rule(
    code="DYN408",
    name="filter-on-key",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html",
    proof="run",
)
def filter_on_key(query: Query) -> Findings:
    """A query filters on an attribute of its own key.

    ## Why is this bad?
    What is asked of the keys belongs into the key condition, and there it reads less. In the filter of a query DynamoDB refuses the attributes of the key
    that the query reads by: those of the table or, with `IndexName`, those of the index. moto lets it pass, so tests do not tell.

    ## Example
    ```python
    import boto3
    from boto3.dynamodb.conditions import Attr, Key

    orders = boto3.resource("dynamodb").Table("orders")


    def invoices_of(customer: str = "ann") -> dict:
        condition = Key("customer").eq(customer) & Key("sk").gt("A")
        return orders.query(KeyConditionExpression=condition, FilterExpression=Attr("sk").begins_with("INVOICE#"))
    ```

    ## Use instead
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    orders = boto3.resource("dynamodb").Table("orders")


    def invoices_of(customer: str = "ann") -> dict:
        return orders.query(KeyConditionExpression=Key("customer").eq(customer) & Key("sk").begins_with("INVOICE#"))
    ```

    ## Error
    ```text
    Filter Expression can only contain non-primary key attributes: Primary key attribute

    QueryFilter can only contain non-primary key attributes: Primary key attribute
    ```

    ## Limits
    - Which attributes are the keys is known where the project declares the table ([table knowledge](../tables.md)); elsewhere only those that the key
      condition names are.
    - In the filter of a scan keys are allowed, and in that of a query of an index the keys of the table are, if the index has others.

    ## References
    - [Filter expressions for the Query operation](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html)
    - [Key condition expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html)
    """
    conditions = query.key_conditions or ((),)
    if query.has("IndexName") is None:
        return
    keys = [frozenset(query.keys) or frozenset(test.name for test in tests) for tests in conditions]
    bad = [filtered & key for filtered in query.filtered_attributes for key in keys]
    if bad and all(bad):
        name = min(bad[0])
        argument = query.argument("FilterExpression") or query.argument("QueryFilter")
        message = f'"{name}" is a key attribute of this query, DynamoDB refuses it in the filter; ask for it in the key condition'
        yield query.finding(message, at=query.inside(argument.place) if argument is not None else None)
