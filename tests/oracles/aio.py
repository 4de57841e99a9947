"""Turns a file of coroutines into what each does under a real aioboto3: the error that it ends with, or what Python warns of. Run by another Python.

    python aio.py FILE ADDRESS

It imports nothing of this project: the Python that runs it has aioboto3 and little else. The answer is JSON, function by function.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import os
import runpy
import sys
import urllib.request
import warnings
from typing import Any

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}


def main(path: str, address: str) -> None:
    os.environ.update(ENVIRONMENT | {"AWS_ENDPOINT_URL_DYNAMODB": address})
    names = runpy.run_path(path)
    own = {name: value for name, value in names.items() if inspect.isfunction(value) and value.__module__ == "<run_path>"}
    print(json.dumps({name: outcome(function, address) for name, function in own.items()}))


def outcome(function: Any, address: str) -> str:
    """What becomes of one call on an empty table: nothing, an error, or the warning that a coroutine was never awaited."""
    with urllib.request.urlopen(f"{address}/fresh"):
        pass
    error = ""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            asyncio.run(play(function))
        except Exception as raised:  # whatever it is, it is the outcome
            error = f"{type(raised).__name__}: {raised}"
        gc.collect()  # what is left over is warned of now, and not in the next call
    return error or next((str(each.message) for each in heard if "never awaited" in str(each.message)), "")


async def play(function: Any) -> None:
    import aioboto3

    async with aioboto3.Session().client("dynamodb") as client:
        await client.create_table(
            TableName="users",
            KeySchema=[{"AttributeName": "user_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "user_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        result = function(client) if inspect.signature(function).parameters else function()
        if inspect.isawaitable(result):
            await result


if __name__ == "__main__":
    main(*sys.argv[1:])
