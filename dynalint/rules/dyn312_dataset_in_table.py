"""Turns data sets that are loaded into tables row by row into findings."""

from __future__ import annotations

from dynalint.facts import Operation
from dynalint.facts.datasets import dataset_of
from dynalint.rule import Findings, rule
from dynalint.words import words

_ROWS = {"DictReader": "a CSV file", "reader": "a CSV file"}
# What is loaded so that there is something to look at is small.
_TRIALS = frozenset({"seed", "seeder", "sample", "demo", "example", "fixture", "mock", "dummy", "fake", "test"})


@rule(
    code="DYN312",
    name="dataset-in-table",
    group="guideline",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Introduction.html",
)
def dataset_in_table(operation: Operation) -> Findings:
    """The rows of a data frame or a CSV file are loaded into a table.

    ## Why is this bad?
    DynamoDB finds single items by their key. Sums, joins and filters over all rows, which is what such sets are made for, read and bill the whole table each
    time, and each row costs a write. Data to be analysed belongs in S3, as Parquet for Athena or Redshift, and a table gets only what is looked up by key.

    ## Example
    ```python
    import boto3
    import pandas as pd

    readings = boto3.resource("dynamodb").Table("readings")


    def load(path: str) -> None:
        frame = pd.read_csv(path)
        with readings.batch_writer() as batch:
            for _, row in frame.iterrows():
                batch.put_item(Item={"sensor": row["sensor"], "at": int(row["at"]), "value": str(row["value"])})
    ```

    ## Use instead
    ```python
    import boto3
    import pandas as pd

    s3 = boto3.client("s3")


    def load(path: str, bucket: str) -> None:
        pd.read_csv(path).to_parquet("readings.parquet")
        s3.upload_file("readings.parquet", bucket, "readings/readings.parquet")
    ```
    Millions of items that are to be looked up by key come into a new table cheaper through DynamoDB's own import from S3.

    ## Limits
    - Recognised are `iterrows`, `itertuples`, `to_dict("records")` and the readers of `csv`, in the loop or by a name that is given before it.
    - Sets that are cut to a literal size (`.head(10)`, `[:100]`) are left alone, and so is what has a name such as seed, sample or demo.
    - How many rows there are is not known: a short list of products in a CSV file is reported too.

    ## References
    - [What is DynamoDB?](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Introduction.html)
    - [Import from S3](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.HowItWorks.html)
    """
    if operation.name not in ("put_item", "batch_write_item"):
        return
    said = {word for name in (operation.facts.source.path.rpartition("/")[2], *operation.table_words, *operation.call.names) for word in words(name)}
    rows = dataset_of(operation) if not said & _TRIALS else None
    if rows is not None:
        what = _ROWS.get(rows, "a data frame")
        yield operation.finding(f"the rows of {what} are loaded one by one; keep data for analysis in S3, in a table what is looked up by key")
