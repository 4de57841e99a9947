"""Turns paging loops that read the same page again into findings."""

from __future__ import annotations

from dynalint.facts import PagedRead
from dynalint.rule import Findings, rule


@rule(
    code="DYN404",
    name="paging-without-start-key",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html",
    proof="run",
    quiet_in_tests=True,
)
def paging_without_start_key(read: PagedRead) -> Findings:
    """A loop asks whether there is a next page, and then reads the first one again.

    ## Why is this bad?
    A page begins where `ExclusiveStartKey` says, and without it at the beginning. The loop gets the same items in every turn, and as the first page always
    has a `LastEvaluatedKey` it never ends. With little data there is only one page, so that nobody notices.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def all_orders() -> list[dict]:
        found = []
        while True:
            page = orders.scan(Limit=5)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def all_orders() -> list[dict]:
        found = []
        begin = {}
        while True:
            page = orders.scan(Limit=5, **begin)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            begin = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    ```

    ## Error
    ```text
    no error: the first page is read again and again
    ```

    ## Limits
    - A loop that changes or deletes what it reads may read the first page again for good reason: one that writes, or gives the items to functions of
      other modules, is not reported.
    - Only `while` loops are looked at.

    ## References
    - [Paginating table query results](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html)
    """
    if read.page_loop is not None and not read.begins_anew and all(_begins_at_the_first_page(each) for each in read.paths):
        yield read.finding(f"without {read.start_key} every turn of this loop reads the first page again; pass it {read.next_key}")


def _begins_at_the_first_page(read: PagedRead) -> bool:
    return not read.has_paginator and not read.is_handed_on and read.has(read.start_key) is False
