"""Turns scans that DynamoDB filters into findings."""

from __future__ import annotations

from dynalint.facts import Scan, equal_in_filter
from dynalint.rule import Findings, rule


@rule(
    code="DYN402",
    name="scan-with-filter-expression",
    group="cost",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html",
    proof="doc",
    models=True,
)
def scan_with_filter_expression(scan: Scan) -> Findings:
    """A scan is filtered by DynamoDB, which reads the whole table first.

    ## Why is this bad?
    The filter works on what has been read: a scan with a filter takes the same read capacity, and nearly the same time, as one without. It looks like
    a search and is billed like an export, and more so with every item that is added. The page that it returns may even be empty although
    the table holds what is looked for.

    ## Example
    ```python
    import boto3

    dynamodb = boto3.client("dynamodb")


    def open_orders() -> list[dict]:
        pages = dynamodb.get_paginator("scan").paginate(
            TableName="orders", FilterExpression="#s = :s", ExpressionAttributeNames={"#s": "state"}, ExpressionAttributeValues={":s": {"S": "open"}}
        )
        return [order for page in pages for order in page["Items"]]
    ```

    ## Use instead
    With an index whose partition key is `state`:
    ```python
    import boto3

    dynamodb = boto3.client("dynamodb")


    def open_orders() -> list[dict]:
        pages = dynamodb.get_paginator("query").paginate(
            TableName="orders",
            IndexName="by-state",
            KeyConditionExpression="#s = :s",
            ExpressionAttributeNames={"#s": "state"},
            ExpressionAttributeValues={":s": {"S": "open"}},
        )
        return [order for page in pages for order in page["Items"]]
    ```

    ## Limits
    - Where the keys of the table are known ([table knowledge](../tables.md)) and the filter asks for an attribute to be equal to something, the index to use is
      named, or what to make one on.
    - A scan of an index is not meant: a sparse index holds few items.
    - A parallel scan (`Segment`) is: it bills the whole table as well, only sooner. Where that is wanted, as in an export, silence the line.
    - A filter that only some callers ask for is reported, too, and one of a scan that only some callers turn to an index.
    - Arguments in a dict that comes from another module are not known.
    - The `filter_condition` of PynamoDB's `Model.scan()` is one; the condition that it adds for a discriminator is not reported.

    ## References
    - [Scanning tables: filter expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html)
    - [Best practices for querying and scanning data](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html)
    """
    filtered = next((name for name in ("FilterExpression", "ScanFilter") if scan.argument(name) is not None), None)
    if filtered is not None and not scan.surely_has("IndexName"):
        said = "filter_condition" if scan.model is not None else filtered
        yield scan.finding(f"bills the whole table: {said} drops items after they are read; use {_way(scan)}")


def _way(scan: Scan) -> str:
    """How to read only the items that the filter keeps: by what the project has declared, else by what would have to be there."""
    equal, schema = equal_in_filter(scan), scan.schema
    if schema is None or not equal:
        return "query on a key or an index"
    if schema.partition_key in equal:
        return f"query by {schema.partition_key}"
    found = next(((index, name) for name in equal if (index := schema.index_on(name)) is not None), None)
    if found is None:
        return f"query, with an index on {equal[0]}"
    index, name = found
    return f'query on index "{index.name}" by {name}'
