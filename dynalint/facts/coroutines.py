"""Turns calls into facts about who waits for them, and who hears of their errors: coroutines without an await, event loops that stand still."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from dynalint.facts.clients import Client
from dynalint.facts.items import WRITES
from dynalint.facts.operation import MethodCall, Operation
from dynalint.findings import Finding
from dynalint.model.context import (
    is_awaited,
    is_awaited_by_name,
    is_called,
    is_dropped,
    is_in_async,
    is_in_plain_with,
    is_only_taken_apart,
    is_taken_apart,
    swallowing,
)
from dynalint.model.tree import At
from dynalint.model.values import Evidence
from dynalint.service.operations import OPERATIONS
from dynalint.source import Span

# Methods of aioboto3 and aiobotocore that return coroutines, beside the operations. Those that make paginators, waiters and batch writers do not.
_COROUTINES = frozenset({*OPERATIONS, "Table", "wait", "wait_until_exists", "wait_until_not_exists"}) - {"batch_writer", "paginate"}
_BROAD = frozenset({"", "Exception", "BaseException"})
_SERVICE = frozenset({"ClientError", "BotoCoreError"})
_DELETES = frozenset({"delete_item"})


@dataclass(frozen=True, eq=False)
class Unawaited:
    """A coroutine, or another thing that only `await` or `async with` brings to life, which the program uses without."""

    name: str
    """The method, or what it would make: a client, a resource."""
    fate: Literal["dropped", "taken apart", "in a plain with", "never entered"]
    """What becomes of it: it is a statement of its own; it is used as if it were the answer; a `with` enters it; nothing does."""
    span: Span

    def finding(self, message: str) -> Finding:
        """A finding on the method's name, or on the call that makes the client."""
        return Finding(self.span, message)


def unawaited_of(calls: Iterable[MethodCall], clients: Iterable[Client]) -> Iterator[Unawaited]:
    """All that nobody waits for, among the method calls and the clients of a module."""
    for call in calls:
        if call.handle.is_async and call.handle.evidence >= Evidence.ANNOTATED and (fate := _fate(call)) is not None:
            yield Unawaited(call.name, fate, call.place.span)
    for client in clients:
        if client.is_never_entered:
            yield Unawaited(client.handle.kind, "never entered", client.creation.place.span)


def _fate(call: MethodCall) -> Literal["dropped", "taken apart", "in a plain with"] | None:
    place = call.call.whole
    if not isinstance(place, At) or not is_called(place, call.name):
        return None
    if call.name == "batch_writer":
        return "in a plain with" if is_in_plain_with(place) else None
    if call.name not in _COROUTINES:
        return None
    if is_dropped(place):
        return "dropped"
    return "taken apart" if is_taken_apart(place) or is_only_taken_apart(place) else None


def blocks_event_loop(operation: Operation) -> bool:
    """Does a coroutine call it directly, on something that boto3 has made, so that all others wait for the answer too?"""
    place, handle = operation.place, operation.handle
    if handle.is_async or not isinstance(place, At) or operation.name == "batch_writer":
        return False
    # Of a handle that is not known, an answer that is read at once says that it is no coroutine.
    if handle.evidence < Evidence.ANNOTATED and (handle.evidence < Evidence.SHAPED or not operation.use.reads or is_awaited_by_name(place)):
        return False
    if any(each.handle.is_async for each in operation.paths):
        return False
    name = "paginate" if handle.kind == "paginator" else operation.name
    return is_called(place, name) and is_in_async(place) and not is_awaited(place)


def swallowed_by(operation: Operation) -> str | None:
    """What drops the error of a write without a word: the exception that is caught, "" for all; None where nothing does."""
    place = operation.place
    if operation.name not in WRITES and operation.name not in _DELETES:
        return None
    # With a condition, one of the service's errors is the answer that was asked for.
    broad = _BROAD if operation.has("ConditionExpression") is not False or operation.has("Expected") is not False else _BROAD | _SERVICE
    return swallowing(place, broad) if isinstance(place, At) else None
