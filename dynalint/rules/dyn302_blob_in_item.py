"""Turns writes of files, bodies, pickles and documents into findings."""

from __future__ import annotations

from dynalint.facts import Operation
from dynalint.rule import Findings, rule


@rule(
    code="DYN302",
    name="blob-in-item",
    group="guideline",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-use-s3-too.html",
)
def blob_in_item(operation: Operation) -> Findings:
    """A file, body, pickle or rendered document of unknown size is written into an item.

    ## Why is this bad?
    An item holds at most 400 KB, the names of its attributes included: the code works until somebody comes with a bigger file, and then the
    write fails. Until then each read and each change of the item is billed by its whole size, the file included, even where only another attribute is
    wanted. Amazon S3 is made for such objects; the item then holds the object's key.

    ## Example
    ```python
    import pickle

    import boto3

    table = boto3.resource("dynamodb").Table("models")


    def save(name: str, model: object) -> None:
        table.put_item(Item={"name": name, "model": pickle.dumps(model)})
    ```

    ## Use instead
    ```python
    import pickle

    import boto3

    table = boto3.resource("dynamodb").Table("models")
    bucket = boto3.resource("s3").Bucket("models")


    def save(name: str, model: object) -> None:
        bucket.put_object(Key=name, Body=pickle.dumps(model))
        table.put_item(Item={"name": name, "s3_key": name})
    ```

    ## Limits
    - Bytes are followed through variables, containers, `Binary`, f-strings and functions of the same module, not into other modules.
    - Compressed data is left alone, as AWS recommends it for large attributes; so are slices of the data, and a value whose length is compared
      with something.
    - Bytes that come from a parameter or from an unknown function are not reported, for they may be small.

    ## References
    - [Best practices for storing large items](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-use-s3-too.html)
    - [Quotas: item size](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)
    """
    for stored in operation.stored_blobs:
        if stored.blob.form in ("bytes", "text"):
            message = f"stores {stored.blob.what} in {stored.name}: an item ends at 400 KB and is billed by size; put it in S3, its key here"
            yield operation.finding(message, at=stored.place)
