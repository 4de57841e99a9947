"""Turns a command line of a real program into what it printed, and holds the code that the front ends are tried on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from dynalint.cache import FOLDER
from tests.nursery import program

# Reported as DYN101, and as nothing else, on its last line but one.
BAD = """\
import boto3

boto3.client("dynamodb").create_table(
    TableName="users",
    KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    BillingMode="PROVISIONED",
)
"""
BAD_LINE = BAD.count("\n") - 1
GOOD = BAD.replace("PROVISIONED", "PAY_PER_REQUEST").replace('    ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},\n', "")


def python(*words: str, cwd: Path, text: str | None = None, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run this Python with the words, in a folder. Programs that `tests.nursery` knows begin there."""
    command = [*program(words[1]), *words[2:]] if words[0] == "-m" else [sys.executable, *words]
    return subprocess.run(command, cwd=cwd, input=text, env=env, capture_output=True, encoding="utf8", check=False)


def flake8(*words: str, cwd: Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run flake8 with the words, in a folder, on DYN codes alone."""
    return python("-m", "flake8", "--select=DYN", *words, cwd=cwd, text=text)


def dynalint(*words: str, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command with the words, in a folder."""
    return python("-m", "dynalint", *words, cwd=cwd, env=env)


def listed(folder: Path) -> list[str]:
    """The names of what is in a folder, sorted, but for what dynalint keeps from one run to the next."""
    return sorted(path.name for path in folder.iterdir() if path.name != FOLDER)


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a folder, by their paths in it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
