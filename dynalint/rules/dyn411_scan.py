"""Turns every scan into a finding."""

from __future__ import annotations

from dynalint.facts import Scan
from dynalint.rule import Findings, rule


@rule(
    code="DYN411",
    name="scan",
    group="audit",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html",
    proof="doc",
    models=True,
)
def scan_at_all(scan: Scan) -> Findings:
    """A table or an index is scanned.

    ## Why is this bad?
    A scan reads, and bills, all that there is, and takes the longer the more that is. In a request that a user waits for it is nearly always a query that
    lacks an index. Where a whole table is wanted, as for an export or a migration, nothing is wrong with it, and so this rule is off by default: it
    is for projects that want to know of every scan, and say by `noqa` which of them are meant.

    ## Example
    ```python
    import boto3

    dynamodb = boto3.client("dynamodb")


    def all_orders() -> list[dict]:
        return [order for page in dynamodb.get_paginator("scan").paginate(TableName="orders") for order in page["Items"]]
    ```

    ## Use instead
    ```python
    import boto3

    dynamodb = boto3.client("dynamodb")


    def orders_of(customer: str) -> list[dict]:
        pages = dynamodb.get_paginator("query").paginate(
            TableName="orders", KeyConditionExpression="customer = :c", ExpressionAttributeValues={":c": {"S": customer}}
        )
        return [order for page in pages for order in page["Items"]]
    ```

    ## Limits
    - PartiQL statements that DynamoDB answers by a scan are not looked at.

    ## References
    - [Best practices for querying and scanning data](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html)
    """
    yield scan.finding("a scan reads and bills all there is; use a query, or say here why everything is wanted")
