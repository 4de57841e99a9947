"""Turns scans that only count into findings."""

from __future__ import annotations

from dynalint.facts import Scan, known_text
from dynalint.rule import Findings, rule


@rule(
    code="DYN410",
    name="count-by-scan",
    group="cost",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html",
    proof="doc",
    models=True,
)
def count_by_scan(scan: Scan) -> Findings:
    """A table is scanned only to count its items.

    ## Why is this bad?
    To count is to read: with `Select="COUNT"`, too, every item is read and billed, and only the number is sent. A dashboard that shows it every minute pays
    for the whole table every minute, and waits for it.

    ## Example
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("users")


    def how_many() -> int:
        page = table.scan(Select="COUNT")
        count = page["Count"]
        while "LastEvaluatedKey" in page:
            page = table.scan(Select="COUNT", ExclusiveStartKey=page["LastEvaluatedKey"])
            count += page["Count"]
        return count
    ```

    ## Use instead
    DynamoDB counts by itself, about every six hours:
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("users")


    def about_how_many() -> int:
        table.reload()
        return table.item_count
    ```
    Where that is too old, keep a counter: an item that a transaction adds one to whenever it puts an item.

    ## Limits
    - A scan with a filter is DYN402: no number that DynamoDB keeps says how many items pass.
    - Items that are collected first and counted then are not seen to be only counted.
    - PynamoDB's `Model.count()` asks `describe_table` for the number, and with a key it counts by a query: it is right.

    ## References
    - [TableDescription: ItemCount](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html)
    - [Scanning tables: counting the items in the results](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html)
    """
    if scan.is_filtered is False and scan.has("Limit") is False and _only_counts(scan):
        kept = "count(), which asks describe_table" if scan.model is not None else "ItemCount of describe_table"
        yield scan.finding(f"a whole table is read and billed to count its items; use {kept}, or keep a counter")


def _only_counts(scan: Scan) -> bool:
    """Is the number of items all that the program wants to know, and not just whether there are any?"""
    if known_text(scan.value("Select")) == "COUNT":
        return not scan.wants_any_item
    reads, ways = scan.use.reads, scan.use.escapes - {"return of Count", "call of Count"}
    counted = "len" in reads if "Items" in reads else "Count" in reads
    return counted and not (scan.wants_any_item or scan.is_handed_on or scan.use.iterated or scan.use.filters or any(" of " in way for way in ways))
