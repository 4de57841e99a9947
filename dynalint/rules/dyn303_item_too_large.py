"""Turns items and keys that are surely too large into findings."""

from __future__ import annotations

from collections.abc import Iterator

from dynalint.facts import Place, Sent, least_size, least_size_of
from dynalint.rule import Findings, rule
from dynalint.service.limits import ITEM_BYTES, KB, PARTITION_KEY_BYTES, SORT_KEY_BYTES


@rule(
    code="DYN303",
    name="item-too-large",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html",
    proof="run",
)
def item_too_large(sent: Sent) -> Findings:
    """An item is larger than 400 KB, or a key than DynamoDB allows.

    ## Why is this bad?
    DynamoDB refuses an item of more than 400 KB, the names of its attributes included, a partition key of more than 2048 bytes, and a sort key of more than
    1024. Texts are counted in UTF-8.

    ## Example
    ```python
    import boto3

    pages = boto3.resource("dynamodb").Table("pages")
    pages.put_item(Item={"page_id": "p-1", "padding": "x" * 500_000})
    ```

    ## Use instead
    ```python
    import boto3

    pages = boto3.resource("dynamodb").Table("pages")
    pages.put_item(Item={"page_id": "p-1", "s3_key": "pages/p-1"})
    ```
    Amazon S3 takes what is larger; the item then holds the object's key.

    ## Error
    ```text
    Item size has exceeded the maximum allowed size

    Item size to update has exceeded the maximum allowed size

    One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes

    One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes
    ```

    ## Limits
    - Only what the code spells out is counted: literals, and texts and bytes that are repeated up to a million times. What is not known counts nothing.
    - Sort keys, and keys in an item, are known as such where the project declares the table: [table knowledge](../tables.md).
    - Of an update the values are looked at one by one, since the item that is there is not known.
    - Files and bodies of any size are DYN302's business.

    ## References
    - [Quotas: item size, partition and sort keys](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)
    - [Item sizes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html)
    """
    keys = list(_keys_too_large(sent))
    for name, size, limit, at in keys:
        yield sent.finding(f"key `{name}` has {size} bytes and DynamoDB refuses more than {limit}; use a shorter one, a digest for example", at=at)
    updates = sent.operation.name == "update_item" and sent.parameter == "ExpressionAttributeValues"
    size = least_size(sent) if sent.role == "item" else max(map(least_size_of, sent.values), default=0) if updates else 0
    if size > ITEM_BYTES and not keys:
        yield sent.finding(f"the item has at least {size // KB} KB and DynamoDB refuses more than 400 KB; put the large part in S3, its key here")


def _keys_too_large(sent: Sent) -> Iterator[tuple[str, int, int, Place | None]]:
    schema = sent.operation.facts.schema(sent.table)
    for each in sent.values if sent.role in ("item", "key") else ():
        is_sort = schema is not None and each.path == schema.sort_key
        if is_sort or sent.role == "key" or (schema is not None and each.path == schema.partition_key):
            size, limit = least_size_of(each), SORT_KEY_BYTES if is_sort else PARTITION_KEY_BYTES
            if size > limit:
                yield each.path, size, limit, each.place
