"""Turns strongly consistent reads of global indexes into findings."""

from __future__ import annotations

from dynalint.facts import Const, PagedRead, alternatives, known_text, reads_global_index
from dynalint.rule import Findings, rule


@rule(
    code="DYN407",
    name="consistent-read-on-gsi",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html",
    proof="run",
)
def consistent_read_on_gsi(read: PagedRead) -> Findings:
    """A strongly consistent read is asked of a global index, which has none.

    ## Why is this bad?
    A global index is filled after the table, a moment later, and so DynamoDB refuses to read it with `ConsistentRead=True`. Local indexes and the table can be
    read so. Where the newest state is needed, read the keys from the index and then the items from the table; where it is not, leave the parameter out.

    ## Example
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    users = boto3.resource("dynamodb").Table("users")


    def is_taken(email: str = "ann@example.org") -> bool:
        return users.query(IndexName="email-gsi", KeyConditionExpression=Key("email").eq(email), ConsistentRead=True)["Count"] > 0
    ```

    ## Use instead
    ```python
    import boto3
    from boto3.dynamodb.conditions import Key

    users = boto3.resource("dynamodb").Table("users")


    def is_taken(email: str = "ann@example.org") -> bool:
        return users.query(IndexName="email-gsi", KeyConditionExpression=Key("email").eq(email))["Count"] > 0
    ```

    ## Error
    ```text
    Consistent reads are not supported on global secondary indexes
    ```

    ## Limits
    - That an index is a global one is known where the project declares the table ([table knowledge](../tables.md)), where `gsi` is a word of the index's name
      or of the variable that holds it, and where the query does not ask for the partition key of a table that the project declares.

    ## References
    - [Read consistency](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html)
    - [Query: ConsistentRead](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html)
    """
    argument = read.argument("ConsistentRead")
    if argument is None or not argument.surely or any(option != Const(True) for option in alternatives(argument.value)):
        return
    if reads_global_index(read) is True:
        name = known_text(read.value("IndexName"))
        index = f'"{name}" is a global index, it' if name is not None else "a global index"
        yield read.finding(f"{index} has no consistent reads, DynamoDB refuses this; leave ConsistentRead out", at=read.inside(argument.place))
