"""Turns index definitions that DynamoDB cannot make into findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dynalint.facts import IndexDefinition, TableDefinition
from dynalint.rule import Findings, rule
from dynalint.service.limits import GLOBAL_INDEXES, LOCAL_INDEXES


@rule(
    code="DYN703",
    name="invalid-index",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html",
    proof="run",
)
def invalid_index(definition: TableDefinition) -> Findings:
    """An index is defined that its table cannot have.

    ## Why is this bad?
    Each sort of index has its conditions, and the whole `create_table` is refused where one is not kept. A local index shares the partition key of its
    table and sorts by another attribute, so the table has to have a sort key, and so has the index. `NonKeyAttributes` belong to the projection `INCLUDE`,
    which needs them, and to no other. Names are unique among all indexes of a table. A table has at most 20 global indexes, unless AWS has raised the
    quota, and 5 local ones. `update_table` creates or deletes one index a call. moto takes nearly all of it.

    ## Example
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}, {"AttributeName": "placed_at", "AttributeType": "S"}],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by-date",
                "KeySchema": [{"AttributeName": "order_id", "KeyType": "HASH"}, {"AttributeName": "placed_at", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Use instead
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}, {"AttributeName": "order_id", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "customer", "AttributeType": "S"},
            {"AttributeName": "order_id", "AttributeType": "S"},
            {"AttributeName": "placed_at", "AttributeType": "S"},
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by-date",
                "KeySchema": [{"AttributeName": "customer", "KeyType": "HASH"}, {"AttributeName": "placed_at", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Error
    ```text
    Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex

    Index KeySchema does not have a range key for index

    Index KeySchema does not have the same leading hash key as table KeySchema for index

    Duplicate index name

    ProjectionType is ALL, but NonKeyAttributes is specified

    ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified

    ProjectionType is INCLUDE, but NonKeyAttributes is not specified

    GlobalSecondaryIndex count exceeds the per-table limit of 20

    Number of LocalSecondaryIndexes exceeds per-table limit of 5

    List of GlobalSecondaryIndexes is empty

    List of LocalSecondaryIndexes is empty
    ```

    ## Limits
    - The number of global indexes is a quota that AWS raises on request: silence the line where it was raised.
    - Whether the attributes of all projections are more than 100 is not counted.
    - No emulator confirms that INCLUDE needs attributes, and that `update_table` makes one index a call: AWS's documentation says so.

    ## References
    - [Quotas and limits](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)
    - [Local secondary indexes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html)
    - [UpdateTable: GlobalSecondaryIndexUpdates](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html)
    """
    for index in definition.indexes:
        message = _projection_fault(index)
        if message is not None:
            yield definition.finding(message, at=definition.spot(index.projection.place, index))
    yield from _counted(definition)
    yield from _repeated(definition)
    for index, message in _local_faults(definition):
        yield definition.finding(message, at=definition.spot(index.place, index))


def _projection_fault(index: IndexDefinition) -> str | None:
    kind, lists = index.projection.kind, index.projection.lists_attributes
    if kind == "INCLUDE" and lists is False:
        return f"{index.shown} includes attributes and names none, DynamoDB refuses it; add NonKeyAttributes, or use KEYS_ONLY"
    if kind in ("ALL", "KEYS_ONLY") and lists is True:
        return f"{index.shown} projects {kind} and lists NonKeyAttributes, DynamoDB refuses it; they go with INCLUDE only"
    return None


def _counted(definition: TableDefinition) -> Findings:
    for indexes, name, most in (
        (definition.global_indexes, "GlobalSecondaryIndexes", GLOBAL_INDEXES),
        (definition.local_indexes, "LocalSecondaryIndexes", LOCAL_INDEXES),
    ):
        count, place = len(indexes.elements), definition.inside(indexes.place)
        if count > most:
            quota = ", unless AWS has raised the quota" if indexes.elements[0].is_global else ""
            yield definition.finding(f"{count} indexes in {name}, a table has {most} at most{quota}; let some serve several queries", at=place)
        elif indexes.is_given and indexes.is_whole and not count:
            yield definition.finding(f"DynamoDB refuses an empty list of {name}; leave the argument out", at=place)
    if definition.index_changes > 1:
        message = f"{definition.index_changes} indexes are created or deleted at once, DynamoDB refuses that; make one update_table of each"
        yield definition.finding(message)


def _repeated(definition: TableDefinition) -> Findings:
    seen: Counter[str] = Counter()
    for index in definition.indexes:
        if index.name is not None:
            seen[index.name] += 1
            if seen[index.name] == 2:
                yield definition.finding(f'two indexes are named "{index.name}", DynamoDB refuses that; rename one', at=definition.spot(index.place, index))


def _local_faults(definition: TableDefinition) -> Iterator[tuple[IndexDefinition, str]]:
    table = definition.key_schema
    partition_keys = table.of_kind("HASH")
    has_no_sort_key = table.is_whole and [each.kind for each in table.elements] == ["HASH"]
    for index in definition.local_indexes.elements:
        kinds, own = [each.kind for each in index.keys.elements], index.keys.of_kind("HASH")
        if has_no_sort_key:
            yield index, f"{index.shown} is local, so its table needs a sort key; add one, or make the index global"
            return
        if index.keys.is_whole and kinds == ["HASH"]:
            yield index, f"{index.shown} is local and has no sort key, DynamoDB refuses it; add the attribute to sort by"
        elif own and partition_keys and own[0] != partition_keys[0]:
            yield index, f'{index.shown} is local, so its partition key must be the table\'s, "{partition_keys[0]}"; make it global, or change it'
