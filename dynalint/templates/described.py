"""Turns what `aws dynamodb describe-table` prints, or `create-table` is given, into the table that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dynalint.declared import OFF, PROVISIONED, Declared, DeclaredTable
from dynalint.templates.definitions import defined


def tables_in(document: Mapping[str, Any], path: str) -> Declared:
    """The table of a description, or of a request to create it: whoever wrote it down means it to be there."""
    table = document.get("Table", document.get("TableDescription", document))
    if not isinstance(table, Mapping) or not isinstance(name := table.get("TableName"), str) or not isinstance(table.get("KeySchema"), list):
        return Declared()
    is_request = table is document
    found = defined(table, lambda value: value)
    summary = table.get("BillingModeSummary")
    mode = summary.get("BillingMode") if isinstance(summary, Mapping) else PROVISIONED
    ttl = _ttl(document, table, found.ttl)
    described = replace(found, name=name, path=path, maker="create-table" if is_request else "describe-table", ttl=ttl, is_recoverable=None)
    return Declared((described if is_request else _billed(described, mode),))


def _ttl(document: Mapping[str, Any], table: Mapping[str, Any], specified: str | None) -> str | None:
    """What `describe-time-to-live` prints is kept beside the table, or in it, by who wants it all in one file. AWS's page on TimeToLiveDescription."""
    printed = document.get("TimeToLiveDescription", table.get("TimeToLiveDescription"))
    if not isinstance(printed, Mapping):
        # A description without one says nothing.
        return specified if "TimeToLiveSpecification" in table else None
    name, status = printed.get("AttributeName"), printed.get("TimeToLiveStatus")
    if status in ("DISABLED", "DISABLING"):
        return OFF
    return name if status in ("ENABLED", "ENABLING") and isinstance(name, str) else None


def _billed(table: DeclaredTable, mode: Any) -> DeclaredTable:
    """AWS's page on TableDescription: a table that was never on demand has no BillingModeSummary."""
    return replace(table, billing=mode if isinstance(mode, str) else None)
