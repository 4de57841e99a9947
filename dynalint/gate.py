"""Turns a text into a yes or no: does it speak DynamoDB at all? Most files don't, and cost nothing more.

Sound by construction: every operation that any rule can speak of is called by one of these method names, and the only other thing a
rule speaks of is a dict named `<kind>_item`.
"""

from __future__ import annotations

import re

from dynalint.service.operations import OPERATIONS

# What every operation's name ends with, and so what most other words of a file do not contain.
_DISTINCT = sorted(OPERATIONS - {"scan", "query", "describe_table", "delete_table", "list_tables"})
# `scan` and `query` belong to many libraries: a file that calls them must also say something of DynamoDB's own.
HOT = re.compile(
    r"\b(?:" + "|".join(_DISTINCT) + r")\b"
    r"|\bget_paginator\b|\.paginate\b"
    r"|\bscan\b|\bquery\b"
    r"|_item[ \t]*(?::[^=\n]*)?=[ \t]*(?:\{|dict\b)"
)
_FIRST = re.compile(
    r"dynamo|_item\b|_table\b|batch_write|_writer\b|table\.scan|_items\b|_statement\b|(?i:table\w*[\])'\"]*\.scan)|FilterExpression|KeyCondition|LastEvaluatedKey|get_paginator|Table\(|(?i:dynamo)"
)
_SECOND = HOT


def speaks_dynamodb(text: str) -> bool:
    """Could any rule have a finding in this text?"""
    return _FIRST.search(text) is not None and _SECOND.search(text) is not None
