"""Turns what makes, declares, shapes or names a handle into a `Handle`, with the evidence for it."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from dataclasses import replace

import libcst as cst

from dynalint.model.record import Arguments
from dynalint.model.tree import dotted, unquoted
from dynalint.model.values import (
    NONE,
    Answer,
    Blob,
    Class,
    Condition,
    Const,
    Dict,
    Evidence,
    Function,
    Handle,
    Instance,
    KeyPart,
    Method,
    Pages,
    Sequence,
    Symbol,
    Test,
    Text,
    Time,
    Unknown,
    Value,
    alternatives,
    join_all,
    known_text,
)
from dynalint.options import Options
from dynalint.service.operations import COMMON, DISTINCT, PAGEABLE, TABLE_METHODS
from dynalint.words import words

_SESSIONS = frozenset(
    """
    boto3.Session boto3.session.Session aioboto3.Session aioboto3.session.Session botocore.session.get_session botocore.session.Session
    aiobotocore.session.get_session aiobotocore.session.AioSession aiobotocore.get_session
    """.split()
)
_MAKERS = frozenset({"client", "resource", "create_client"})
_PACKAGES = ("boto3", "aioboto3", "botocore", "aiobotocore")
_STUBS = re.compile(r"^(?:mypy_boto3|types_boto3|types_aioboto3|types_aiobotocore)_dynamodb(?:\.|$)")
_ANNOTATED: dict[str, Handle] = {
    "DynamoDBClient": Handle("client", Evidence.ANNOTATED, None, False),
    "Client": Handle("client", Evidence.ANNOTATED, None, False),
    "DynamoDBServiceResource": Handle("resource", Evidence.ANNOTATED, None, True),
    "ServiceResource": Handle("resource", Evidence.ANNOTATED, None, True),
    "Table": Handle("table", Evidence.ANNOTATED, None, True),
    "_Table": Handle("table", Evidence.ANNOTATED, None, True),
    "BatchWriter": Handle("batch_writer", Evidence.ANNOTATED, None, True),
    "ScanPaginator": Handle("paginator", Evidence.ANNOTATED, None, False, operation="scan"),
    "QueryPaginator": Handle("paginator", Evidence.ANNOTATED, None, False, operation="query"),
}
# Values that are surely no handle, whatever their names say.
_NEVER = (Const, Text, Dict, Sequence, Time, Blob, Answer, Pages, Test, Condition, KeyPart, Class, Function)
_LOCAL = re.compile(
    r"^https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal|dynamodb(?:-local)?|localstack|dynamo(?:-local)?|local-dynamodb)(?::\d+)?/?$"
)
_DYNAMO_WORDS = frozenset({"dynamodb", "dynamo", "ddb"})
# What batch writers take, and what they are called where they are passed on.
_BATCHED = {"put_item": {"Item"}, "delete_item": {"Key"}}
_WRITERS = frozenset({"batch", "batcher", "writer", "bw"})


def is_local(endpoint: Value | None) -> bool | None:
    """Does an endpoint lie on this machine? None where it is not known, False where none is given."""
    if endpoint is None or endpoint == NONE:
        return False
    options = alternatives(endpoint)
    found = {bool(_LOCAL.match(text)) if (text := known_text(option)) is not None else None for option in options if option != NONE}
    if NONE in options:
        found.add(False)  # no endpoint is AWS's own
    return found.pop() if len(found) == 1 else None


# What `boto3.Session` takes by position (boto3/session.py).
SESSION_PARAMETERS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "region_name")


def made_by_boto(receiver: Value, name: str, arguments: Arguments, text: str) -> Handle | Value | None:
    """The handle that a call of boto3 or one of its kin makes; None for any other call."""
    if isinstance(receiver, Symbol) and not (name == "get_paginator" and known_text(arguments.get(0)) == "scan"):
        return _of_symbol(receiver.name if not name else f"{receiver.name}.{name}", arguments)
    if isinstance(receiver, Handle):
        return _of_handle(receiver, name, arguments)
    if isinstance(receiver, Method) and receiver.name == "meta" and isinstance(receiver.receiver, Handle):
        return None
    if isinstance(receiver, Unknown) and name in _MAKERS and (service := arguments.get(0, "service_name")) is not None:
        # `session.client("dynamodb")` of a session that came from elsewhere.
        return _service(name, service, arguments, Evidence.TRACED, False) if known_text(service) == "dynamodb" else None
    if isinstance(receiver, Unknown | Symbol) and name == "get_paginator" and known_text(arguments.get(0, "operation_name")) == "scan":
        # Of AWS's services only DynamoDB has a paginator of that name.
        return Handle("paginator", Evidence.SHAPED, None, None, operation="scan")
    if isinstance(receiver, Unknown) and name == "Table" and len(arguments.positional) + len(arguments.keywords) == 1 and _named(text):
        return Handle("table", Evidence.NAMED, arguments.get(0, "name"), True, named=_spoken(arguments))
    return None


def _spoken(arguments: Arguments) -> str:
    """What the code calls the table's name."""
    keyword = arguments.keywords.get("name")
    return arguments.names[0] if arguments.names else keyword.text if keyword is not None else ""


def _of_symbol(name: str, arguments: Arguments) -> Value | None:
    head, _, last = name.rpartition(".")
    package = name.split(".", maxsplit=1)[0]
    is_async = package.startswith("aio")
    if name in _SESSIONS:
        return Handle("session", Evidence.TRACED, is_async=is_async)
    if package in _PACKAGES and last in _MAKERS and (service := arguments.get(0, "service_name")) is not None:
        return _service(last, service, arguments, Evidence.TRACED, is_async)
    if name == "boto3.dynamodb.table.BatchWriter":
        return Handle("batch_writer", Evidence.TRACED, arguments.get(0, "table_name"), True)
    if last == "Table" and len(arguments.positional) + len(arguments.keywords) == 1 and _named(head):
        return Handle("table", Evidence.NAMED, arguments.get(0, "name"), True)
    return None


def _service(maker: str, service: Value, arguments: Arguments, evidence: Evidence, is_async: bool) -> Value | None:
    names = {known_text(option) for option in alternatives(service)}
    if names == {None} and any(isinstance(option, Unknown) for option in alternatives(service)):
        return Unknown("a client of a service that is not known")
    if "dynamodb" not in names:
        return Unknown(f"a client of {', '.join(str(name) for name in names)}", "another service")
    endpoint = arguments.keywords.get("endpoint_url")
    unsure = arguments.open if endpoint is None else not endpoint.surely
    local = None if unsure else is_local(endpoint.value if endpoint is not None else None)
    given = Dict()
    if maker == "resource":
        return Handle("resource", evidence, None, True, is_async, local, None, given)
    return Handle("client", evidence, None, False, is_async, local, None, given)


def _of_handle(handle: Handle, name: str, arguments: Arguments) -> Value | None:
    if handle.kind == "session" and name in _MAKERS and (service := arguments.get(0, "service_name")) is not None:
        return _service(name, service, arguments, handle.evidence, handle.is_async)
    if handle.kind in ("resource", "unknown") and name == "Table":
        return replace(handle, kind="table", table=arguments.get(0, "name") or Unknown("no table name"), plain=True, named=_spoken(arguments))
    if name == "get_paginator" and (operation := known_text(arguments.get(0, "operation_name"))) is not None:
        return replace(handle, kind="paginator", operation=operation) if operation in PAGEABLE else Unknown(f"a paginator of {operation}")
    if name == "get_waiter":
        return replace(handle, kind="waiter", operation=known_text(arguments.get(0, "waiter_name")))
    if name in ("__aenter__", "__enter__"):
        return handle
    return None


def meta_client(handle: Handle) -> Handle:
    """`resource.meta.client`: a client that takes plain values."""
    return replace(handle, kind="client", plain=True, table=None)


def annotation_handle(annotation: cst.BaseExpression, lookup: Callable[[str], Value]) -> Handle | None:
    """The handle that a type annotation promises, in quotes or not, optional or not."""
    for name in _annotation_names(annotation):
        head, _, rest = name.partition(".")
        known = lookup(head)
        full = f"{known.name}.{rest}" if isinstance(known, Symbol) and rest else known.name if isinstance(known, Symbol) else name
        last = full.split(".")[-1]
        if full in _SESSIONS:
            return Handle("session", Evidence.ANNOTATED, is_async=full.startswith("aio"))
        if _STUBS.match(full) and last in _ANNOTATED:
            return replace(_ANNOTATED[last], is_async="aio" in full.split(".")[0])
        # Not imported under TYPE_CHECKING in this file, but a name that only the stubs have.
        if last in ("DynamoDBClient", "DynamoDBServiceResource") and not isinstance(known, Class):
            return _ANNOTATED[last]
        if full.endswith("boto3.resources.factory.dynamodb.Table") or name in ("dynamodb.Table", "boto3.dynamodb.Table"):
            return _ANNOTATED["Table"]
    return None


def _annotation_names(node: cst.BaseExpression) -> list[str]:
    if isinstance(node, cst.SimpleString):
        inner = unquoted(node)
        return _annotation_names(inner) if inner is not None else []
    if isinstance(node, cst.BinaryOperation):
        return [*_annotation_names(node.left), *_annotation_names(node.right)]
    if isinstance(node, cst.Subscript) and (dotted(node.value) or "").split(".")[-1] in ("Optional", "Annotated", "Union", "ClassVar", "Final"):
        return [name for part in node.slice if isinstance(part.slice, cst.Index) for name in _annotation_names(part.slice.value)]
    name = dotted(node)
    return [name] if name is not None else []


def handle_of(value: Value, operation: str, arguments: Arguments, text: str, options: Options) -> Handle | None:
    """The DynamoDB handle that an operation is called on, None where it is none, or where nothing says that it is one."""
    known = [option for option in alternatives(value) if isinstance(option, Handle)]
    if known:
        merged = _checked(_merged(known), operation)
        doubtful = any(isinstance(option, Unknown) for option in alternatives(value))
        return replace(merged, local=None) if merged is not None and doubtful and merged.local else merged
    if isinstance(value, Method) and value.name == "meta":
        return None
    if any(isinstance(option, Unknown) and option.type == "mock" for option in alternatives(value)):
        return None
    if all(isinstance(option, _NEVER) for option in alternatives(value) if option != NONE) and value != NONE:
        return None
    if any(isinstance(option, Unknown) and option.type == "another service" for option in alternatives(value)):
        return None
    if isinstance(value, Instance) and value.cls.node is not None and getattr(value.cls.node, "is_closed", False):
        return None
    why = next((option.why for option in alternatives(value) if isinstance(option, Unknown)), str(value))
    keywords = set(arguments.keywords)
    # Every parameter of AWS begins with a capital letter; any other is somebody's own.
    if any(not keyword[:1].isupper() for keyword in keywords - {"overwrite_by_pkeys"}) or (arguments.positional and operation != "paginate"):
        return None
    configured = _configured(text, options)
    if configured is not None:
        return configured
    if keywords == _BATCHED.get(operation) and set(words(text)) & _WRITERS and not set(words(text)) & {"table", "client"}:
        return Handle("batch_writer", Evidence.SHAPED, None, True, why=why)  # a `with` of somebody else's may have entered it
    if keywords & DISTINCT[operation] if operation in DISTINCT else False:
        return _shaped(Evidence.SHAPED, operation, arguments, why)
    named = _named(text) or _named(value.name if isinstance(value, Symbol) else "")
    if named and not _is_other_library(value):
        return _shaped(Evidence.NAMED, operation, arguments, why)
    if operation not in COMMON and operation == "batch_writer" and set(words(text)) & {"table"}:
        return _shaped(Evidence.NAMED, operation, arguments, why)
    return None


def _checked(handle: Handle, operation: str) -> Handle | None:
    if handle.kind in ("session", "waiter"):
        return None
    return handle


def _merged(handles: list[Handle]) -> Handle:
    """One handle for several that a name may hold: what they agree on."""
    first = handles[0]
    if all(handle == first for handle in handles):
        return first
    tables = [handle.table for handle in handles]
    return replace(
        first,
        kind=first.kind if all(handle.kind == first.kind for handle in handles) else "unknown",
        evidence=min(handle.evidence for handle in handles),
        table=join_all(table for table in tables if table is not None) if all(table is not None for table in tables) else None,
        plain=first.plain if all(handle.plain == first.plain for handle in handles) else None,
        local=first.local if all(handle.local == first.local for handle in handles) else None,
    )


def _configured(text: str, options: Options) -> Handle | None:
    for patterns, kind in ((options.tables, "table"), (options.clients, "client")):
        if any(fnmatch.fnmatchcase(text, pattern) or text.endswith("." + pattern) for pattern in patterns):
            return Handle("table", Evidence.CONFIGURED, None, True) if kind == "table" else Handle("client", Evidence.CONFIGURED, None, False)
    return None


def _shaped(evidence: Evidence, operation: str, arguments: Arguments, why: str) -> Handle:
    """A handle whose kind is read off the call: a client is told the table's name, a Table knows it."""
    if "TableName" in arguments.keywords and operation in TABLE_METHODS:
        return Handle("client", evidence, None, None, why=why)
    if operation in TABLE_METHODS and not arguments.open:
        return Handle("table", evidence, None, True, why=why)
    return Handle("unknown", evidence, None, None, why=why)


def _named(text: str) -> bool:
    """Does a Python name say that it holds a DynamoDB handle? The last word counts: `users_table`, `dynamodb`, `ddb_client`."""
    last = re.split(r"[.\[]", text.replace("()", ""))[-1].rstrip("]")
    found = words(last)
    if not found:
        return False
    if set(found) & _DYNAMO_WORDS:
        return True
    return found[-1] == "table" or (found[-1] in ("client", "resource") and bool(set(words(text)) & _DYNAMO_WORDS))


def _is_other_library(value: Value) -> bool:
    """Was the thing made by a library that is not boto3's kin? Its name then says nothing."""
    return isinstance(value, Symbol) and value.name.split(".")[0] in (
        "sqlalchemy",
        "pyarrow",
        "astropy",
        "happybase",
        "pyiceberg",
        "rich",
        "pandas",
        "op",
        "alembic",
        "google",
        "azure",
        "psycopg2",
        "sqlite3",
        "tinydb",
    )
