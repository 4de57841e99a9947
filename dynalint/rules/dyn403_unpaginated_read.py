"""Turns reads of which only the first page is used into findings."""

from __future__ import annotations

from dynalint.facts import PagedRead
from dynalint.rule import Findings, rule


@rule(
    code="DYN403",
    name="unpaginated-read",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html",
    proof="doc",
    quiet_in_tests=True,
)
def unpaginated_read(read: PagedRead) -> Findings:
    """Only the first page of what a read finds is used.

    ## Why is this bad?
    A `query` or `scan` stops when it has read 1 MB, and `list_tables` after 100 names. What it has not come to is left out, and nothing fails: the
    response only says so by `LastEvaluatedKey`. A filter works on what was read, so with one even an empty page may be followed by hits. Such code
    passes all tests and goes wrong on the day when the data have grown.

    ## Example
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    table = boto3.resource("dynamodb").Table("orders")


    def orders_of(customer: str) -> list[dict]:
        return table.query(KeyConditionExpression=Key("customer").eq(customer))["Items"]
    ```

    ## Use instead
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    table = boto3.resource("dynamodb").Table("orders")


    def orders_of(customer: str) -> list[dict]:
        wanted = {"KeyConditionExpression": Key("customer").eq(customer)}
        page = table.query(**wanted)
        orders = page["Items"]
        while "LastEvaluatedKey" in page:
            page = table.query(ExclusiveStartKey=page["LastEvaluatedKey"], **wanted)
            orders += page["Items"]
        return orders
    ```
    A Table has no paginator, but its client has, and it takes plain values, too:
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    table = boto3.resource("dynamodb").Table("orders")


    def orders_of(customer: str) -> list[dict]:
        paginator = table.meta.client.get_paginator("query")
        pages = paginator.paginate(TableName=table.name, KeyConditionExpression=Key("customer").eq(customer))
        return [order for page in pages for order in page["Items"]]
    ```

    ## Limits
    - Whoever is given the whole response may read on, and so may the caller of a function that returns it: both are believed to, unless all callers that the
      project has use the first page alone.
    - A `Limit` asks for one page, so it is believed to be meant; with a filter it is DYN405.
    - A query for the whole primary key finds one item. Which key is the whole one is known only where the condition names two attributes, where the same
      module creates the table or finds, changes or deletes items by that key alone, and believed of the identifier of what the table holds: `id`, or
      `order_id` in `orders`. A query for any other partition key that has no sort key is reported where all its items are used.
    - The first item, or whether there is one, is on the first page, unless a filter is there. It is enough that one caller of the function wants more.
    - Arguments that are not known may hold the start key.
    - What is read from an emulator on this machine is believed to be little.

    ## References
    - [Paginating table query results](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html)
    - [Paginating a scan](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html)
    - [ListTables: Limit](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html)
    """
    if all(_stops_early(each) for each in read.uses) and any(each.is_used and _wants_all(each) for each in read.uses):
        size = "100 names" if read.name == "list_tables" else "1 MB"
        yield read.finding(f"only the first page ({size}) of this {read.name} is used, the rest is lost silently; read on while there is {read.next_key}")


def _stops_early(read: PagedRead) -> bool:
    """Is the first page read alone, where there may be others?"""
    if read.handle.local is True or read.may_turn_pages or read.has("Limit") is not False:
        return False
    return read.finds_one_item is False or read.has_any_condition


def _wants_all(read: PagedRead) -> bool:
    """Is more wanted than the first page surely has?"""
    return read.is_filtered is True or not read.wants_any_item
