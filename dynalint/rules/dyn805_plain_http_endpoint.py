"""Turns clients that speak to DynamoDB without TLS into findings."""

from __future__ import annotations

from dynalint.facts import Client
from dynalint.rule import Findings, rule


@rule(
    code="DYN805",
    name="plain-http-endpoint",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/inter-network-traffic-privacy.html",
    proof="doc",
    quiet_in_tests=True,
)
def plain_http_endpoint(client: Client) -> Findings:
    """DynamoDB is spoken to over plain HTTP.

    ## Why is this bad?
    Items and keys travel as text that anybody on the way can read and change. The signature of a request protects neither the answer nor a session
    token, which stands in a header. DynamoDB's endpoints, but those for FIPS, still answer over HTTP, so nothing fails.

    ## Example
    ```python
    import boto3

    dynamodb = boto3.resource("dynamodb", region_name="eu-west-1", endpoint_url="http://dynamodb.eu-west-1.amazonaws.com")


    def forget(user_id: str) -> None:
        dynamodb.Table("users").delete_item(Key={"user_id": user_id})
    ```

    ## Use instead
    ```python
    import boto3

    dynamodb = boto3.resource("dynamodb", region_name="eu-west-1")


    def forget(user_id: str) -> None:
        dynamodb.Table("users").delete_item(Key={"user_id": user_id})
    ```
    boto3 knows the endpoint of each Region, and uses HTTPS. For an endpoint of your own, as an interface endpoint of a VPC, write `https://`.

    ## Limits
    - Endpoints on this machine or in the same network, such as DynamoDB Local, are never meant: only names that are AWS's.
    - An endpoint is known where its beginning is written in the code; one from the environment is not.

    ## References
    - [Securing DynamoDB connections](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/inter-network-traffic-privacy.html)
    - [Endpoints and their protocols](https://docs.aws.amazon.com/general/latest/gr/ddb.html)
    """
    if client.has_plain_http_endpoint:
        yield client.finding("items and session tokens travel readably over http; write https, or leave the endpoint to boto3", "endpoint_url")
    elif client.speaks_plain_http:
        yield client.finding("without TLS items and session tokens travel readably; leave use_ssl out", "use_ssl")
