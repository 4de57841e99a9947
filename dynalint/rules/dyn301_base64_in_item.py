"""Turns writes of base64 text into findings."""

from __future__ import annotations

from dynalint.facts import Operation
from dynalint.rule import Findings, rule


@rule(
    code="DYN301",
    name="base64-in-item",
    group="guideline",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-use-s3-too.html",
)
def base64_in_item(operation: Operation) -> Findings:
    """A file, or other bytes of unknown size, is written into an item as base64 text.

    ## Why is this bad?
    An item holds at most 400 KB, the names of its attributes included, so the write fails with the first file that is too big, and what is
    written and read is billed by its size. Base64 makes both worse: four characters for three bytes. And it is not needed: boto3 takes
    `bytes` (or `Binary`) as they are, and encodes them itself on the way.

    ## Example
    ```python
    import base64

    import boto3

    table = boto3.resource("dynamodb").Table("documents")


    def save(name: str, path: str) -> None:
        with open(path, "rb") as file:
            text = base64.b64encode(file.read()).decode()
        table.put_item(Item={"name": name, "content": text})
    ```

    ## Use instead
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("documents")
    bucket = boto3.resource("s3").Bucket("documents")


    def save(name: str, path: str) -> None:
        bucket.upload_file(path, name)
        table.put_item(Item={"name": name, "s3_key": name})
    ```

    ## Limits
    - Base64 is followed through variables, containers, f-strings, JSON and functions of the same module, not into other modules.
    - Digests, keys, signatures, tokens and other values that are short by how they are made or by what they are called are not meant, nor is
      `urlsafe_b64encode`, which makes cursors. A value whose length is compared with something is left alone.
    - A value that stays small, though nothing in the code says so, is reported. Give it as `bytes`.

    ## References
    - [Best practices for storing large items](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-use-s3-too.html)
    - [Quotas: item size](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)
    """
    for stored in operation.stored_blobs:
        if stored.blob.form == "base64":
            message = f"base64 in {stored.name} is a third larger than bytes, which boto3 encodes itself; keep files in S3, their keys here"
            yield operation.finding(message, at=stored.place)
