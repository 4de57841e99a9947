"""Turns scans whose items Python filters into findings, each with the query to write."""

from __future__ import annotations

import re

from dynalint.facts import FilterTest, Scan
from dynalint.rule import Findings, rule

# What a key condition can ask, too: as boto3's Key says it, and as an expression.
_CONDITIONS = {
    "==": ("eq", "{} = :value"),
    "<": ("lt", "{} < :value"),
    "<=": ("lte", "{} <= :value"),
    ">": ("gt", "{} > :value"),
    ">=": ("gte", "{} >= :value"),
    "startswith": ("begins_with", "begins_with({}, :value)"),
}
_NOT_IN_PLACEHOLDERS = re.compile(r"[^A-Za-z0-9_]")


@rule(
    code="DYN401",
    name="scan-then-filter",
    group="guideline",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html",
    models=True,
)
def scan_then_filter(scan: Scan) -> Findings:
    """A whole table is scanned, and then Python drops some of the items.

    ## Why is this bad?
    A scan reads every item of the table, and every item that is read is billed, sent and turned into Python objects, also those that the next line
    throws away. It gets slower and dearer with each item that anybody adds. A query reads only the items with the wanted key.

    ## Example
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("users")


    def in_team(team: str) -> list[dict]:
        users = []
        page = table.scan()
        users.extend(page["Items"])
        while "LastEvaluatedKey" in page:
            page = table.scan(ExclusiveStartKey=page["LastEvaluatedKey"])
            users.extend(page["Items"])
        return [user for user in users if user["team"] == team]
    ```

    ## Use instead
    With an index whose partition key is `team`, where the table's own is another:
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    table = boto3.resource("dynamodb").Table("users")


    def in_team(team: str) -> list[dict]:
        wanted = {"IndexName": "by-team", "KeyConditionExpression": Key("team").eq(team)}
        page = table.query(**wanted)
        users = page["Items"]
        while "LastEvaluatedKey" in page:
            page = table.query(ExclusiveStartKey=page["LastEvaluatedKey"], **wanted)
            users.extend(page["Items"])
        return users
    ```

    ## Limits
    - Items are followed through paging loops, paginators, containers and functions of the same module, not into other modules: many filters there pick each
      time the part of all items that belongs to one thing, and all parts together are all items.
    - Not meant are conditions that keep all items (guards, conversions, a partition in two), that leave out one item only in a loop, that remove duplicates,
      and items that are only counted.
    - Whether the table is so small, or the job so rare, that a scan does no harm, is not to be seen: silence the line, or the scripts by `per-file-ignores`.
    - The key schema is known where the project declares the table: [table knowledge](../tables.md).
    - What `Model.scan()` of PynamoDB gives is followed too, and so is an index's `scan()`.

    ## References
    - [Best practices for querying and scanning data](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html)
    - [Key condition expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html)
    """
    if not scan.filters or _is_wanted_whole(scan):
        return
    way_of = _way_of_model if scan.model is not None else _way
    ways = [(*way_of(test, scan), test) for test in scan.tests if test.path]
    equal = dict.fromkeys(test.path[0] for _, _, test in ways if test.operator == "==" and len(test.path) == 1)
    if scan.takes_either and len(equal) > 1:
        yield scan.finding(f"reads all items, Python drops some by {' or '.join(equal)}; use a query for each of these, on an index of its own")
    elif ways:
        _, way, test = min(ways, key=lambda each: each[0])
        yield scan.finding(f"reads all items, Python drops some by {'.'.join(test.path)}; use {way}")
    else:
        yield scan.finding("reads all items, Python drops some of them; use a query on a key, with an index on what is asked")


def _is_wanted_whole(scan: Scan) -> bool:
    """Does a caller of the function that scans want all that it returns? Then reading all is right, and it is for the others to read less."""
    callers = [path for path in scan.paths if len(path.call.path) > 1]
    return any(not path.all_filters for path in callers)


def _way_of_model(test: FilterTest, scan: Scan) -> tuple[int, str]:
    """The same in the words of PynamoDB, where an index is an attribute of the model."""
    name, model = test.path[0], scan.model
    if test.operator not in _CONDITIONS or len(test.path) != 1 or model is None:
        return 4, "a query on a key, or an index that holds the wanted items only"
    if test.operator != "==":
        return 3, "a query on an index sorted by it"
    if [each.name for each in model.keys[:1]] == [name]:
        return 0, f"{model.name}.query(...)"
    stored = next((each.stored for each in model.attributes if each.name == name), name)
    index = next((each for each in model.indexes if [key.stored for key in each.keys[:1]] == [stored]), None)
    return (2, "an index on it, and its query(...)") if index is None else (1, f"{model.name}.{index.name}.query(...)")


def _way(test: FilterTest, scan: Scan) -> tuple[int, str]:
    """How to read only the items that pass the test, and how far that is from the code: less is nearer."""
    name, schema = test.path[0], scan.schema
    condition = _CONDITIONS.get(test.operator) if len(test.path) == 1 else None
    if condition is None:
        return 4, "a query on a key, or an index that holds the wanted items only"
    method, expression = condition
    # The expression gives the attribute a placeholder: many names are reserved words.
    asked = f'Key("{name}").{method}(...)' if scan.handle.plain is not False else f'"{expression.format("#" + re.sub(_NOT_IN_PLACEHOLDERS, "", name))}"'
    if method != "eq":
        return 3, f"a query on an index sorted by it, with {asked}"
    if schema is not None and name == schema.partition_key:
        return 0, f"query(KeyConditionExpression={asked})"
    index = schema.index_on(name) if schema is not None else None
    return (
        (2, f"an index and query(KeyConditionExpression={asked})") if index is None else (1, f'query(IndexName="{index.name}", KeyConditionExpression={asked})')
    )
