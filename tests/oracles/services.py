"""Turns boto3, moto and dynalite into oracles: what they know, and what each is known not to know."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from unittest import mock

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws

from tests.oracles.stage import REGION, Oracle
from tests.wheels import CACHE

HERE = Path(__file__).parent


class _Body(BytesIO):
    """What botocore reads an answer from."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


@dataclass(frozen=True)
class Boto3:
    """boto3 and botocore with nothing behind them: whatever they send is answered with an empty success.

    So an error is one that they raise by themselves, and silence says nothing.
    """

    name: str = "boto3"

    def empty(self) -> AbstractContextManager[None]:
        return nullcontext()

    def answer(self, request: AWSPreparedRequest) -> AWSResponse:
        return AWSResponse(request.url, 200, HTTPHeaders(), _Body(b"{}"))


@dataclass(frozen=True)
class Moto:
    """moto, in this process. It is lenient: what it accepts is no evidence that DynamoDB does."""

    name: str = "moto"

    @contextmanager
    def empty(self) -> Iterator[None]:
        # What answers the library requests costs more to set up than a play, and botocore does not use that library.
        with mock.patch("moto.core.models.RESPONSES_METHODS", ()), mock_aws():
            yield

    def answer(self, request: AWSPreparedRequest) -> None:
        """Leave the answer to moto's own handler, which knows AWS's addresses only, whichever one the code has chosen."""
        request.url = f"https://dynamodb.{REGION}.amazonaws.com/"


@dataclass(frozen=True)
class Dynalite:
    """dynalite, the emulator that is strictest about tables and expressions, at an address of the loopback."""

    address: str
    name: str = "dynalite"

    @contextmanager
    def empty(self) -> Iterator[None]:
        with urllib.request.urlopen(f"{self.address}/fresh"):
            yield

    def answer(self, request: AWSPreparedRequest) -> None:
        request.url = f"{self.address}/"


class NoNodeError(RuntimeError):
    """There is no node here to run dynalite with."""


@contextmanager
def dynalite() -> Iterator[Oracle]:
    """A dynalite that answers as long as the context lasts.

    Raises NoNodeError where node or npm is not installed.
    """
    node = shutil.which("node")
    if node is None:
        raise NoNodeError("node is not installed, so dynalite cannot be asked")
    with subprocess.Popen(
        [node, HERE / "dynalite.cjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"NODE_PATH": str(_installed())}
    ) as process:
        assert process.stdout is not None
        try:
            yield Dynalite(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.terminate()


def _installed() -> Path:
    """The folder of node modules that the lock file names, installed once and then kept."""
    manifests = [HERE / "package.json", HERE / "package-lock.json"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in manifests)).hexdigest()[:12]
    home = CACHE / f"dynalite-{digest}"
    if not home.is_dir():
        npm = shutil.which("npm")
        if npm is None:
            raise NoNodeError("npm is not installed, so dynalite cannot be had")
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as attempt:
            for path in manifests:
                shutil.copy(path, attempt)
            subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=attempt, check=True, capture_output=True)
            _move(Path(attempt), home)
    return home / "node_modules"


def _move(attempt: Path, home: Path) -> None:
    """Give the finished folder its name; another worker may have been faster, with the same content."""
    (attempt / "whole").mkdir()
    (attempt / "node_modules").rename(attempt / "whole" / "node_modules")
    try:
        (attempt / "whole").rename(home)
    except OSError:
        if not home.is_dir():
            raise
