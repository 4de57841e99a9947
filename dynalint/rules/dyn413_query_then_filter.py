"""Turns queries whose items Python picks by their sort key into findings."""

from __future__ import annotations

from dynalint.facts import Query
from dynalint.rule import Findings, rule

# What a key condition asks as well: as boto3's Key says it, and as an expression does.
_CONDITIONS = {
    "==": ("eq", "#key = :value"),
    "<": ("lt", "#key < :value"),
    "<=": ("lte", "#key <= :value"),
    ">": ("gt", "#key > :value"),
    ">=": ("gte", "#key >= :value"),
    "startswith": ("begins_with", "begins_with(#key, :value)"),
}


@rule(
    code="DYN413",
    name="query-then-filter",
    group="cost",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html",
    proof="doc",
)
def query_then_filter(query: Query) -> Findings:
    """All items of a partition are read, and Python keeps some of them by their sort key.

    ## Why is this bad?
    A query is billed for all that it reads. Items are stored in the order of their sort key, so a key condition on it reads only those that are wanted, and
    fewer pages of them. A test in Python comes when all of them are paid for.

    ## Example
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    orders = boto3.resource("dynamodb").Table("orders")


    def order(customer: str, number: str) -> dict | None:
        return orders.get_item(Key={"customer": customer, "number": number}).get("Item")


    def orders_since(customer: str, first: str) -> list[dict]:
        page = orders.query(KeyConditionExpression=Key("customer").eq(customer))
        found = [order for order in page["Items"] if order["number"] >= first]
        while "LastEvaluatedKey" in page:
            page = orders.query(KeyConditionExpression=Key("customer").eq(customer), ExclusiveStartKey=page["LastEvaluatedKey"])
            found += [order for order in page["Items"] if order["number"] >= first]
        return found
    ```

    ## Use instead
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    orders = boto3.resource("dynamodb").Table("orders")


    def order(customer: str, number: str) -> dict | None:
        return orders.get_item(Key={"customer": customer, "number": number}).get("Item")


    def orders_since(customer: str, first: str) -> list[dict]:
        wanted = {"KeyConditionExpression": Key("customer").eq(customer) & Key("number").gte(first)}
        page = orders.query(**wanted)
        found = page["Items"]
        while "LastEvaluatedKey" in page:
            page = orders.query(ExclusiveStartKey=page["LastEvaluatedKey"], **wanted)
            found += page["Items"]
        return found
    ```

    ## Limits
    - Which attribute is the sort key is known where the project declares the table ([table knowledge](../tables.md)), and where the module gives both keys to
      another operation on the same table.
    - Tests that no key condition can make, such as `!=` and `in`, are not reported, nor is a test that `or` joins to another.
    - Where all items are wanted too, or where they are sorted into several kinds, nothing is reported.

    ## References
    - [Key condition expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html)
    - [Best practices for querying and scanning data](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html)
    """
    ways = [_CONDITIONS[operator] for operator in query.sort_key_tests if operator in _CONDITIONS]
    if ways:
        built, text = ways[0]
        asked = f'Key("{query.sort_key}").{built}(...)' if query.handle.plain is not False else f'"{text}"'
        yield query.finding(f'the whole partition is read and billed, Python picks by "{query.sort_key}"; add {asked} to the key condition')
