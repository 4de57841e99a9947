"""Turns coroutines of aioboto3 and aiobotocore that nobody awaits into findings."""

from __future__ import annotations

from dynalint.facts import Unawaited
from dynalint.rule import Findings, rule


@rule(
    code="DYN807",
    name="unawaited-call",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/programming-with-python.html",
    proof="doc",
)
def unawaited_call(found: Unawaited) -> Findings:
    """A coroutine of aioboto3 or aiobotocore is used without `await`.

    ## Why is this bad?
    Nothing is sent before somebody awaits the coroutine. A write that stands alone never happens, and Python only warns, as it drops it; what reads
    the answer gets the coroutine, which has no `Items`.

    ## Example
    ```python
    import aioboto3

    session = aioboto3.Session()


    async def forget(user_id: str) -> None:
        async with session.resource("dynamodb") as dynamodb:
            users = await dynamodb.Table("users")
            users.delete_item(Key={"user_id": user_id})
    ```

    ## Use instead
    ```python
    import aioboto3

    session = aioboto3.Session()


    async def forget(user_id: str) -> None:
        async with session.resource("dynamodb") as dynamodb:
            users = await dynamodb.Table("users")
            await users.delete_item(Key={"user_id": user_id})
    ```
    `dynamodb.Table(...)` is a coroutine too, from aioboto3 8 on; `batch_writer()` and what makes clients and resources are entered by `async with`.

    ## Limits
    - Reported where the code shows that aioboto3 or aiobotocore makes the handle, or where the stubs' types say so.
    - A coroutine that is returned, kept, or given to anybody, as to `asyncio.gather`, is left alone.

    ## References
    - [Programming DynamoDB with Python](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/programming-with-python.html)
    - [aioboto3's usage](https://aioboto3.readthedocs.io/en/latest/usage.html)
    """
    match found.fate:
        case "dropped":
            yield found.finding(f"nobody awaits this {found.name}, so it is never sent; write await before it")
        case "taken apart":
            yield found.finding(f"without await {found.name} is a coroutine and not the answer, so this fails; await it first")
        case "in a plain with":
            yield found.finding("a batch writer of aioboto3 cannot be entered by with, so this fails; write async with")
        case "never entered":
            yield found.finding(f"a {found.name} of aioboto3 is only made by async with, so this fails; enter it first")
