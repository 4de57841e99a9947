"""Turns table definitions whose AttributeDefinitions do not go with their keys into findings."""

from __future__ import annotations

from collections.abc import Iterator

from dynalint.facts import IndexDefinition, NamedList, TableDefinition
from dynalint.rule import Findings, rule


@rule(
    code="DYN701",
    name="attribute-definitions-mismatch",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html",
    proof="run",
)
def attribute_definitions_mismatch(definition: TableDefinition) -> Findings:
    """A table definition defines an attribute that is in no key, or leaves out one that is.

    ## Why is this bad?
    `AttributeDefinitions` is not a schema of the items: it gives the types of the key attributes, of the table and of its indexes, and of nothing else.
    `create_table` is refused where an attribute is defined that no key has, and where a key has one that is not defined. Emulators look less closely.

    ## Example
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="users",
        KeySchema=[{"AttributeName": "user_id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "user_id", "AttributeType": "S"},
            {"AttributeName": "email", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Use instead
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="users",
        KeySchema=[{"AttributeName": "user_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "user_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Error
    ```text
    Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions

    Some AttributeDefinitions are not used

    Some index key attributes are not defined in AttributeDefinitions

    Invalid KeySchema: Some index key attribute have no definition
    ```

    ## Limits
    - A definition is called unused only where the keys of the table and of all its indexes are known.
    - `update_table` defines what it adds: there, only attributes that a new index has and the call does not define are reported. No emulator looks at them, the
      API reference says that they must be there.
    - Names that are not known entirely are passed over, and so are lists that are not known to their end.

    ## References
    - [CreateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html)
    - [UpdateTable: AttributeDefinitions](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html)
    - [Core components: primary key](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html)
    """
    defined = definition.attribute_definitions
    if defined.is_known:
        for key, index in _keys(definition):
            for each in key.elements:
                if each.name is not None and each.name not in defined.names:
                    message = f'key attribute "{each.name}" has no type, so {definition.name} fails; add it to AttributeDefinitions'
                    yield definition.finding(message, at=definition.spot(each.place, index))
    if definition.creates and _shows_all_keys(definition):
        keyed = {name for key, _ in _keys(definition) for name in key.names}
        for each in defined.elements:
            if each.name is not None and each.name not in keyed:
                message = f'"{each.name}" is defined but is in no key, so create_table fails; AttributeDefinitions are for keys only'
                yield definition.finding(message, at=definition.spot(each.place))


def _keys(definition: TableDefinition) -> Iterator[tuple[NamedList, IndexDefinition | None]]:
    """The keys of the table and of its indexes, as far as they are known."""
    if definition.creates:
        yield definition.key_schema, None
    yield from ((index.keys, index) for index in definition.indexes)


def _shows_all_keys(definition: TableDefinition) -> bool:
    """Are all keys of the table and its indexes known entirely?"""
    lists = all(each.is_whole for each in (definition.global_indexes, definition.local_indexes))
    return lists and all(key.is_known for key, _ in _keys(definition)) and definition.surely_lacks("VectorIndexes", "GlobalTableSourceArn")
