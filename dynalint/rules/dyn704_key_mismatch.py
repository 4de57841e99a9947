"""Turns keys and items that do not fit the definition of their table, and unknown indexes, into findings."""

from __future__ import annotations

from collections.abc import Iterator

from dynalint.facts import Dict, Operation, Place, Schema, Target, Value, known_text, targets_of
from dynalint.rule import Findings, rule

_TYPES = {"S": "text", "N": "a number", "B": "bytes", "BOOL": "true or false", "L": "a list", "M": "a map", "SS": "a set", "NS": "a set", "BS": "a set"}


@rule(
    code="DYN704",
    name="key-mismatch",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html",
    proof="run",
)
def key_mismatch(operation: Operation) -> Findings:
    """A key, an item or the name of an index does not fit the table as the project declares it.

    ## Why is this bad?
    A `Key` has all key attributes of the table, with the types of their definitions, and nothing else; an item has them among others, and where it has the
    key attribute of an index, that has its type too. DynamoDB refuses anything else, and an index that the table does not have. moto takes keys of a
    wrong type, and finds nothing.

    ## Example
    ```python
    import boto3

    dynamodb = boto3.resource("dynamodb")


    def make_table() -> None:
        dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": "customer", "AttributeType": "S"}, {"AttributeName": "number", "AttributeType": "N"}],
            BillingMode="PAY_PER_REQUEST",
        )


    def cancel(customer: str = "ann") -> None:
        dynamodb.Table("orders").delete_item(Key={"customer": customer})
    ```

    ## Use instead
    ```python
    import boto3

    dynamodb = boto3.resource("dynamodb")


    def make_table() -> None:
        dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": "customer", "AttributeType": "S"}, {"AttributeName": "number", "AttributeType": "N"}],
            BillingMode="PAY_PER_REQUEST",
        )


    def cancel(customer: str = "ann", number: int = 1) -> None:
        dynamodb.Table("orders").delete_item(Key={"customer": customer, "number": number})
    ```

    ## Error
    ```text
    The provided key element does not match the schema

    One or more parameter values were invalid: Missing the key

    One or more parameter values were invalid: Type mismatch for

    The table does not have the specified index
    ```

    ## Limits
    - A table is known where the module creates it, or the project declares it ([table knowledge](../tables.md)), and only by a name that is surely the same: a
      text, or an environment variable. Where a name may mean several tables, only what is wrong with all of them is said.
    - An index is called unknown only where all of the table's indexes are known, and the module never calls `update_table`.
    - Types are looked at where they are known. A value in a wrong form, `None` and empty text are other mistakes.

    ## References
    - [Core components: primary key](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html)
    - [GetItem: Key](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html)
    - [PutItem: Item](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html)
    """
    for target in targets_of(operation):
        schema = target.schema
        found = [next(_faults(target, value, schema), None) for value in target.values] if schema is not None else []
        if found and found[0] is not None and None not in found:
            message, place = found[0]
            yield operation.finding(message, at=operation.inside(place) or operation.inside(target.place))
    name, schema = known_text(operation.value("IndexName")), operation.schema
    if name is not None and schema is not None and schema.has_all_indexes and schema.index(name) is None and operation.name in ("query", "scan"):
        argument = operation.argument("IndexName")
        has = ", ".join(f'"{index.name}"' for index in schema.indexes) or "no index"
        where = schema.declared_in.rpartition("/")[2] or "create_table"
        message = f'{_called(operation.table_value)} has no index "{name}" but {has}, DynamoDB refuses it; name one of them, or add it to {where}'
        if len(message) >= 120:
            message = f'{_called(operation.table_value)} is created without an index "{name}", DynamoDB refuses it; name another, or add it to {where}'
        yield operation.finding(message, at=operation.inside(argument.place) if argument is not None else None)


def _called(table: Value | None) -> str:
    """The table as a message names it: where a function is called with several, its name says which is meant."""
    name = known_text(table) if table is not None else None
    return f'table "{name}"' if name else "the table"


def _faults(target: Target, value: Dict, schema: Schema) -> Iterator[tuple[str, Place | None]]:
    """What is wrong with one key or item, and where."""
    table = _called(target.table)
    keys = "the key " + " and ".join(f'"{key}"' for key in schema.keys)
    for key in schema.keys:
        if value.has(key) is False:
            yield f'the {target.what} lacks "{key}", but {table} has {keys}, DynamoDB refuses it; add it', None
    for entry in value.entries:
        name = known_text(entry.key)
        if name is None or not entry.surely:
            continue
        if target.what == "Key" and name not in schema.keys:
            yield f'the Key has "{name}", but {table} has {keys}, DynamoDB refuses it; leave it out', entry.place
        wanted, tags = schema.type_of(name), target.tags_of(entry)
        if wanted is not None and tags and wanted not in tags and "NULL" not in tags:
            yield f'"{name}" is {_TYPES.get(tags[0], tags[0])}, but {table} defines it as {_TYPES[wanted]}, DynamoDB refuses it; convert it', entry.place
