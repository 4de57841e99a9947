"""Turns limits that are met before the filter is into findings."""

from __future__ import annotations

from dynalint.facts import PagedRead
from dynalint.rule import Findings, rule


@rule(
    code="DYN405",
    name="limit-with-filter",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html",
    proof="run",
    quiet_in_tests=True,
)
def limit_with_filter(read: PagedRead) -> Findings:
    """One page is read with a limit and a filter, and the limit counts what is read, not what is found.

    ## Why is this bad?
    DynamoDB reads as many items as the limit says, and only then drops those that the filter does not want. With `Limit=1` the question is whether the
    very first item passes, whatever that is. The answer looks like "there is none", and no error says that nobody looked further.

    ## Example
    ```python
    import boto3
    from boto3.dynamodb.conditions import Attr, Key

    orders = boto3.resource("dynamodb").Table("orders")


    def open_orders(customer: str) -> list[dict]:
        page = orders.query(KeyConditionExpression=Key("customer").eq(customer), FilterExpression=Attr("state").eq("open"), Limit=10)
        return page["Items"]
    ```

    ## Use instead
    ```python
    import boto3
    from boto3.dynamodb.conditions import Attr, Key

    orders = boto3.resource("dynamodb").Table("orders")


    def open_orders(customer: str) -> list[dict]:
        wanted = {"KeyConditionExpression": Key("customer").eq(customer), "FilterExpression": Attr("state").eq("open")}
        page = orders.query(**wanted)
        found = page["Items"]
        while len(found) < 10 and "LastEvaluatedKey" in page:
            page = orders.query(ExclusiveStartKey=page["LastEvaluatedKey"], **wanted)
            found += page["Items"]
        return found[:10]
    ```
    Better still is an index whose key is what the filter asks for.

    ## Error
    ```text
    no error: the open order is not among the ten that are read, and so it is not found
    ```

    ## Limits
    - Paginators, paging loops and responses that are handed on whole are not meant: there the limit is the size of a page.
    - Where neither is always given, the paths that give them may be others, so that they are not reported.

    ## References
    - [Scanning tables: limiting the number of items](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html)
    - [Query: Limit](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html)
    """
    if read.limits_filtered and read.finds_one_item is not True and not any(each.may_turn_pages for each in read.paths):
        yield read.finding(f"the limit is met before the filter drops items, so hits are missed; read on while there is {read.next_key}")
