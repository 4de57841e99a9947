"""Turns Python code and an oracle into the outcome: the error that the code ends with when the oracle answers its requests."""

from __future__ import annotations

import functools
import json
import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, Protocol
from unittest import mock

import boto3
import botocore
import botocore.handlers
import botocore.loaders
import moto
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError

from tests.oracles.tables import fitting

REGION = "us-east-1"
# An example that pages for ever is stopped; no honest one sends half as many.
MOST_REQUESTS = 100
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


# The operation and what is sent with it -> the parameters of `create_table` for each table that it takes for granted.
Made = Callable[[str, Mapping[str, Any]], Iterable[dict[str, Any]]]


class Oracle(Protocol):
    """Something that knows what DynamoDB, or boto3, does with a request."""

    @property
    def name(self) -> str: ...

    def empty(self) -> AbstractContextManager[None]:
        """A service without tables, for one play."""

    def answer(self, request: AWSPreparedRequest) -> AWSResponse | None:
        """The answer to a request, or None where botocore shall send it on to `request.url`, which the oracle may have changed."""


@dataclass(frozen=True)
class Outcome:
    """The error that code ended with, as the last line of a traceback says it, and who raised it; nothing where all went well."""

    error: str = ""
    raised_by: Literal["", "the code", "boto3", "moto"] = ""


def play(oracle: Oracle, code: Callable[[], object], made: Made = fitting) -> Outcome:
    """Run the code on an empty service.

    Tables that it takes for granted are made as it first asks for them, by default with keys that fit what it asks.
    """
    with _staged(oracle, made):
        try:
            code()
        except Exception as error:  # whatever it is, it is the outcome
            return Outcome("".join(traceback.format_exception_only(error)).strip(), _raiser(error))
    return Outcome()


@contextmanager
def _staged(oracle: Oracle, made: Made) -> Iterator[None]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | ENVIRONMENT
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        mock.patch("botocore.session.create_loader", _loader),
        mock.patch("time.sleep"),
        mock.patch.object(botocore.handlers, "BUILTIN_HANDLERS", [("before-send", _before_send), *botocore.handlers.BUILTIN_HANDLERS]),
        mock.patch.object(_Stage, "playing", _Stage(oracle, made)),
        oracle.empty(),
        mock.patch("boto3.DEFAULT_SESSION", _session()),
    ):
        yield


class _Stage:
    """Stands between the code and the oracle: each request of botocore passes here just before it would leave the machine."""

    playing: _Stage | None = None
    """The stage of the play that runs."""

    def __init__(self, oracle: Oracle, made: Made) -> None:
        self.oracle = oracle
        self.made = made
        self.tables: set[str] = set()
        self.requests = 0

    def __call__(self, event_name: str, request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
        service, operation = event_name.split(".")[1:]
        if service != "dynamodb":
            raise ConnectionRefusedError(f"only DynamoDB is played here, not {service}")
        self.requests += 1
        if self.requests > MOST_REQUESTS:
            raise AssertionError(f"{MOST_REQUESTS} requests, and no end")
        assert isinstance(request.body, bytes)
        self._make_tables(operation, json.loads(request.body))
        return self.oracle.answer(request)

    def _make_tables(self, operation: str, body: dict[str, object]) -> None:
        if operation == "CreateTable":
            self.tables.add(str(body.get("TableName")))
        for definition in self.made(operation, body):
            if definition["TableName"] not in self.tables:
                self.tables.add(definition["TableName"])
                with suppress(ClientError):  # a name or a key that no table can have: the answer to the request itself will say so
                    _client().create_table(**definition)


def _before_send(event_name: str, request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
    assert _Stage.playing is not None
    return _Stage.playing(event_name, request)


# Kept from play to play, as most of the cost of a play: code asks them for clients of its own, and changes neither.


class _Session(boto3.Session):
    """A session that makes the same client and the same resource once: code uses them, and registers nothing with them."""

    def client(self, *words: Any, **named: Any) -> Any:
        return _once(super().client, words, named)

    def resource(self, *words: Any, **named: Any) -> Any:
        return _once(super().resource, words, named)


_made: dict[tuple[object, ...], Any] = {}


def _once(make: Callable[..., Any], words: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What is made of these words; where one of them is more than a word, as a configuration is, it is made anew."""
    if not all(isinstance(each, str | bool | None) for each in (*words, *named.values())):
        return make(*words, **named)
    key = (make.__name__, words, *sorted(named.items()))
    if key not in _made:
        _made[key] = make(*words, **named)
    return _made[key]


@functools.cache
def _session() -> boto3.Session:
    """The default session."""
    return _Session()


@functools.cache
def _client() -> Any:
    """What makes the tables that are taken for granted."""
    return _session().client("dynamodb")


@functools.cache
def _loader(search_path: str | None = None) -> botocore.loaders.Loader:
    """The loader of botocore's service models."""
    return botocore.loaders.create_loader(search_path)


def _raiser(error: Exception) -> Literal["the code", "boto3", "moto"]:
    files = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    if any(file.is_relative_to(_folder(moto)) for file in files):
        return "moto"  # a crash: what moto has to say as a service, botocore raises
    return "boto3" if any(files[-1].is_relative_to(_folder(package)) for package in (boto3, botocore)) else "the code"


def _folder(package: ModuleType) -> Path:
    return Path(str(package.__file__)).parent
