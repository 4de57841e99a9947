"""Turns keys of tables and indexes that DynamoDB cannot make into findings."""

from __future__ import annotations

from collections import Counter

from dynalint.facts import IndexDefinition, NamedList, TableDefinition
from dynalint.rule import Findings, rule
from dynalint.service.limits import KEYS_OF_A_KIND


@rule(
    code="DYN702",
    name="invalid-key-schema",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html",
    proof="run",
)
def invalid_key_schema(definition: TableDefinition) -> Findings:
    """The key of a table or an index has its attributes in a wrong order, too many of them, or one of them twice.

    ## Why is this bad?
    A key is a list with an order: first the partition key (`HASH`), then the sort key (`RANGE`), if there is one. Anything else is refused when the table is
    created, so it fails in the one moment in which nobody has tried it before. moto takes most of it.

    ## Example
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "placed_at", "KeyType": "RANGE"}, {"AttributeName": "customer", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "placed_at", "AttributeType": "S"}, {"AttributeName": "customer", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Use instead
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}, {"AttributeName": "placed_at", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": "placed_at", "AttributeType": "S"}, {"AttributeName": "customer", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Error
    ```text
    Invalid KeySchema: The first KeySchemaElement is not a HASH key type

    Invalid KeySchema: The second KeySchemaElement is not a RANGE key type

    Both the Hash Key and the Range Key element in the KeySchema have the same name

    failed to satisfy constraint: Member must have length less than or equal to 2
    ```

    ## Limits
    - A global index may have four partition keys and four sort keys; how they may be mixed is not looked into, but for the first.
    - Elements whose name or type is not known are passed over. A type that does not exist, such as `hash`, is DYN706.

    ## References
    - [CreateTable: KeySchema](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html)
    - [KeySchemaElement](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_KeySchemaElement.html)
    """
    if definition.creates:
        yield from _faults(definition, definition.key_schema, None)
    for index in definition.indexes:
        yield from _faults(definition, index.keys, index)


def _faults(definition: TableDefinition, key: NamedList, index: IndexDefinition | None) -> Findings:
    of, is_global = ("the table", False) if index is None else (index.shown, index.is_global)
    elements = key.elements
    most = KEYS_OF_A_KIND if is_global else 1
    excess = [kind for kind in ("HASH", "RANGE") if sum(each.kind == kind for each in elements) > most]
    twice = [name for name, count in Counter(key.names).items() if count > 1]
    place = definition.spot(key.place, index)
    if elements and elements[0].kind == "RANGE":
        yield definition.finding(f"the key of {of} must begin with its HASH attribute, DynamoDB refuses it; put that first", at=place)
    elif twice:
        yield definition.finding(f'the key of {of} has "{twice[0]}" twice, DynamoDB refuses it; leave the second out', at=place)
    elif len(elements) > 2 * most:
        yield definition.finding(f"the key of {of} has {len(elements)} attributes, DynamoDB allows {2 * most}; use an index for the others", at=place)
    elif excess:
        instead = "make the second RANGE" if excess == ["HASH"] and not is_global else "leave the others out"
        yield definition.finding(f"the key of {of} has more than {most} {excess[0]}, DynamoDB refuses it; {instead}", at=place)
