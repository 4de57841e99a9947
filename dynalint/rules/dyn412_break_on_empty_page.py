"""Turns paging loops that end at an empty page into findings."""

from __future__ import annotations

from dynalint.facts import PagedRead
from dynalint.rule import Findings, rule


@rule(
    code="DYN412",
    name="break-on-empty-page",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html",
    proof="run",
    quiet_in_tests=True,
)
def break_on_empty_page(read: PagedRead) -> Findings:
    """A paging loop ends when a page is empty, though a filter may have emptied it and others follow.

    ## Why is this bad?
    A page is what DynamoDB reads at once, less what the filter drops. It is empty where none of that passes, and the next one may be full. Only
    a page without `LastEvaluatedKey` is the last. The loop works as long as hits lie close together, and then loses some.

    ## Example
    ```python
    import boto3
    from boto3.dynamodb.conditions import Attr, Key

    orders = boto3.resource("dynamodb").Table("orders")


    def open_orders(customer: str) -> list[dict]:
        wanted = {"KeyConditionExpression": Key("customer").eq(customer), "FilterExpression": Attr("state").eq("open"), "Limit": 10}
        found = []
        while True:
            page = orders.query(**wanted)
            if not page["Items"]:
                break
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                break
            wanted["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        return found
    ```

    ## Use instead
    ```python
    import boto3
    from boto3.dynamodb.conditions import Attr, Key

    orders = boto3.resource("dynamodb").Table("orders")


    def open_orders(customer: str) -> list[dict]:
        wanted = {"KeyConditionExpression": Key("customer").eq(customer), "FilterExpression": Attr("state").eq("open"), "Limit": 10}
        found = []
        while True:
            page = orders.query(**wanted)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                break
            wanted["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        return found
    ```

    ## Error
    ```text
    no error: the open order stands behind an empty page, and so it is not found
    ```

    ## Limits
    - Without a filter nothing is lost: an empty page is then the last.
    - Only `if` statements that end in `break` or `return` are looked at, not the condition of the loop itself.

    ## References
    - [Paginating table query results](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html)
    - [Scanning tables: paginating the results](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html)
    """
    pages = read.has_paginator or read.argument(read.start_key) is not None
    if pages and read.is_filtered is True:
        for stop in read.stops_at_empty_page:
            yield read.finding(f"a filter may empty a page that others follow, so this stops too early; stop where {read.next_key} is missing", at=stop)
