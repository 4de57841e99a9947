"""Turns clients that are made with secrets out of the code into findings."""

from __future__ import annotations

from dynalint.facts import Client
from dynalint.rule import Findings, rule


@rule(
    code="DYN804",
    name="hard-coded-credentials",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/IAM/latest/UserGuide/securing_access-keys.html",
    proof="doc",
    quiet_in_tests=True,
)
def hard_coded_credentials(client: Client) -> Findings:
    """A secret key for DynamoDB is written in the code.

    ## Why is this bad?
    Whoever reads the code, or any older version of it, can read, change and delete what the key's owner can, from anywhere. Such keys do not expire by
    themselves, and changing one means a release.

    ## Example
    ```python
    import boto3

    dynamodb = boto3.resource("dynamodb", aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")


    def forget(user_id: str) -> None:
        dynamodb.Table("users").delete_item(Key={"user_id": user_id})
    ```

    ## Use instead
    ```python
    import boto3

    dynamodb = boto3.resource("dynamodb")


    def forget(user_id: str) -> None:
        dynamodb.Table("users").delete_item(Key={"user_id": user_id})
    ```
    boto3 finds the credentials of the role that a function, a container or an instance runs under, and on a developer's machine those of a profile.
    Deactivate a key that was committed: taking it out of the code leaves it in the history.

    ## Limits
    - Words such as `dummy`, `test` and `local` are no keys, and neither is anything that is given together with an endpoint that is not AWS's, or not known:
      DynamoDB Local wants keys and reads none.
    - Keys that come from the environment, a file or a service are never meant.

    ## References
    - [Secure access keys](https://docs.aws.amazon.com/IAM/latest/UserGuide/securing_access-keys.html)
    - [Credentials in boto3](https://boto3.amazonaws.com/v1/documentation/api/latest/guide/credentials.html)
    """
    if client.is_for_dynamodb and client.is_surely_remote and (name := client.written_secret) is not None:
        yield client.finding("whoever reads this code has its secret key; leave keys to boto3's credential chain, and revoke this one", name)
