"""Turns tables for data that should end, on which nobody switches TTL, into findings."""

from __future__ import annotations

from dynalint.expiry import never_expires, table_kind
from dynalint.facts import NewTable
from dynalint.options import Options
from dynalint.rule import Findings, rule


@rule(
    code="DYN202",
    name="table-without-ttl",
    group="guideline",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-how-to.html",
)
def table_without_ttl(table: NewTable, options: Options) -> Findings:
    """A table for time-sensitive items is created, and TTL is never switched on for it.

    ## Why is this bad?

    `create_table` has no parameter for time to live (TTL): it takes a second call. Without it DynamoDB looks at no attribute and deletes
    nothing, even if each item says when it expires. The table fills with dead sessions, tokens or locks, and all of them are stored and
    scanned for money.

    ## Example

    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="invitations",
        KeySchema=[{"AttributeName": "invitation_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "invitation_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Use instead

    ```python
    import boto3

    client = boto3.client("dynamodb")
    client.create_table(
        TableName="invitations",
        KeySchema=[{"AttributeName": "invitation_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "invitation_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName="invitations")
    client.update_time_to_live(TableName="invitations", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
    ```

    ## Limits

    - What a table is for, only its names and that of its partition key can tell; see DYN201 for how they are read.
    - An `update_time_to_live` in Python code of the project silences the rule, if it is for this table or for one whose name is not known, and so does a
      template that switches TTL on for a table of this name: [table knowledge](../tables.md). `Enabled: False` is no switching on; where it is not known what
      stands there, nothing is said.
    - CDK, troposphere and Pulumi say it where they make the table. A PynamoDB model has a `TTLAttribute`; where it has a number of an expiry's name instead,
      and the file does not call its `create_table`, whoever makes the table may have switched TTL on for that.

    ## References

    - [Enable time to live (TTL) in DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-how-to.html)
    """
    found = table_kind(table, options)
    if found is not None and never_expires(table, options):
        yield table.finding(f"table of {found.replace('-', ' ')} items never gets TTL, so none of them is deleted; {table.maker.expiry}")
