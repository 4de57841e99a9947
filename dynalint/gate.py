"""Turns a text into a yes or no: does it speak DynamoDB at all? Most files don't, and cost nothing more.

Sound by construction: an operation is called by its method's name, and is DynamoDB's by a word that stands in the file: a parameter or a
response's key that only DynamoDB has, the service's name, or a name that the user configured. Beside operations, rules only speak of
clients that are made, and of dicts named `<kind>_item`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dynalint.options import Options
from dynalint.service.operations import COMMON, OPERATIONS, OTHER

# The expressions are texts: each costs time to compile, and `re` keeps those that were needed.
_DISTINCT = sorted(OPERATIONS - COMMON)
_CAMEL = sorted(re.sub(r"_([a-z])", lambda match: match[1].upper(), name) for name in _DISTINCT)
# Methods that no other service's client has.
_OWN_CALL = r"\b(?:" + "|".join(_DISTINCT) + r")\b"
# Those that shops and lists have too; and what DynamoDB's are given, by name, in a dict, or in one that is unpacked.
_ITEM_CALLS = ["delete_item", "get_item", "put_item", "update_item"]
_ALONE = sorted(set(_DISTINCT).difference(_ITEM_CALLS))
_ITEM_PARAMETER = r"\b(?:Key|Item|TableName)\b[\"']?\s*[=:\]]|_item\w*[\"']?\)?\s*\(\s*\*\*"
# Methods that other libraries have too, and those names of JavaScript's that people type by mistake.
_PLAIN = ["paginate", "get_paginator", "get_waiter", r"update(?=\s*\(\s*(?:[A-Z]\w*\s*=|\*\*))"]
# Without those that the clients of many services have, and with two more of classes that are read like a model.
_COMMON_CALL = r"\.\s*(?:" + "|".join([*sorted(COMMON), *_PLAIN, *_CAMEL, "batch_get", "batch_write"]) + r")\b"
_SHARED_CALL = r"\.\s*(?:" + "|".join([*sorted(COMMON | OTHER), *_PLAIN, *_CAMEL]) + r")\b"
# Annotations, like the names below, have an end: else a line of many such words is read to its end from each of them.
_NAMED_ITEM = r"_item[ \t]{0,80}(?::[^=\n]{0,400})?=[ \t]*(?:\{|dict\b)"
# A client or resource that is made: what it is given may be worth a word, whoever uses it.
_CLIENT = r"\b(?:client|resource)\(\s*(?:service_name\s*=\s*)?[\"']dynamodb[\"']"
# Half a condition: the other half, or Python's own operator, follows. Each begins with what can be searched for.
_BUILDERS = (r"Key\((?<!\wKey\()", r"Attr\((?<!\wAttr\()")
# Words of DynamoDB's own, one of which stands in every file whose shared methods are DynamoDB's, but for those that say its name.
_WORDS = (
    "LastEvaluatedKey", "ExclusiveStart", "KeyCondition", "KeySchema", "BillingMode", "TotalSegments", "AttributesToGet", "AttributeDefinitions",
    "ProvisionedThroughput", "StreamSpecification", "FilterExpression", "ProjectionExpression", "ExpressionAttribute", "ScanFilter", "QueryFilter",
    "ScanIndexForward", "SecondaryIndex", '"Items"', "'Items'",
)  # fmt: skip
# The names of tables; those of other databases begin in the middle of a word.
_TABLE_NAME = r"(?:\b|Global|Source|Target|Evaluated|Start)TableName"
# What may be a parameter of the methods that many a service's client has, such as `tag_resource`, beside a table's name.
_OTHER_WORD = "ExclusiveStartBackupArn"
_READ = r"\.\s*(?:scan|query)\b"
_TABLE_READ = rf"(?i:table)\w{{0,80}}(?:\(\))?[\]'\")]*\s*{_READ}"
# One of these, beside DynamoDB's name, stands in every file that makes tables by CDK, troposphere or Pulumi, or that has models of PynamoDB's.
_MAKERS = ("aws_dynamodb", "troposphere", "pulumi", "pynamodb")
# What makes a table. A class that is derived from one that does may have any name; CDK's are told first where to stand.
_CONSTRUCT = r"Table(?:V2)?\s*\("
_SCOPED = r"\b[A-Z]\w*\s*\(\s*(?:self|scope|stack)\b"
_CONSTRUCT_INIT = r"(?:super\(\)|Table(?:V2)?)\s*\.\s*__init__\s*\("
_DERIVED = r"^class[ \t]+(\w+)[ \t]*\("
# A class that is read like a model: files that use the models of another module need not say whose they are.
_MODEL_CALL = r"\b(?:[A-Z]\w*|cls)\s*\.\s*(?:\w+\s*\.\s*)?(?:scan|batch_get|batch_write|create_table)\s*\("
_MODEL_HOT = r"\b(?:[A-Z]\w*|cls)\s*\.\s*get\s*\(|\.\s*(?:save|delete)\s*\("
# A dict has no longer name.
_MOST_LETTERS = 80
# What makes a piece of a file worth parsing, in a file that speaks DynamoDB.
HOT = f"{_OWN_CALL}|{_SHARED_CALL}|{'|'.join(_BUILDERS)}"
# What else is worth it, but not to look for who calls it.
MAKES_CLIENT = _CLIENT
# One of these stands in every text that `_OWN_CALL` or `_NAMED_ITEM` finds something in. Plain search costs a fiftieth of a regular expression's.
_IN_OWN = ("_item", "batch_writer", "time_to_live", "_continuous_backups")


def speaks_dynamodb(text: str, options: Options | None = None) -> bool:
    """Could any rule have a finding in this text?"""
    options = options or Options()
    has_own = any(part in text for part in _IN_OWN)
    if has_own and (_has_own_call(text, _ALONE) or next(_expiring_items(text, options), None) is not None):
        return True
    # Where the user named handles, any shared method may be DynamoDB's.
    is_named = bool(options.tables or options.clients) or _is_named(text)
    if has_own and _has_own_call(text, _ITEM_CALLS) and (is_named or re.search(_ITEM_PARAMETER, text)):
        return True
    if is_named and any(maker in text for maker in _MAKERS):
        return True
    # Calls before words: all that begin with a dot are found in the time that three words take.
    has_call = re.search(_COMMON_CALL, text) is not None
    if (has_call or _has_condition(text) or _has_other(text, is_named)) and (is_named or _has_word(text)):
        return True
    return has_call and re.search(_MODEL_CALL, text) is not None


def hot_here(text: str, options: Options) -> tuple[str, ...]:
    """What else makes a piece of this file worth parsing, for what it uses beside boto3, and for its dicts that are named as items which shall expire."""
    models = _MAKERS[-1] in text
    made = (makes_table(text), _CONSTRUCT_INIT) if _has_constructs(text) else ()
    items = {rf"\b{name}\b" for name in _expiring_items(text, options)}
    return (*made, *((_MODEL_HOT,) if models or re.search(_MODEL_CALL, text) else ()), *sorted(items))


def makes_table(text: str) -> str:
    """An expression for what makes a table of CDK's, troposphere's or Pulumi's in this file, its own classes that may be derived from theirs among it."""
    if not _has_constructs(text):
        return _CONSTRUCT
    names = sorted(set(re.findall(_DERIVED, text, re.MULTILINE)))
    return "|".join([_CONSTRUCT, _SCOPED, *((rf"\b(?:{'|'.join(names)})\s*\(",) if names else ())])


def _has_constructs(text: str) -> bool:
    return any(maker in text for maker in _MAKERS[:-1])


def _expiring_items(text: str, options: Options) -> Iterator[str]:
    """The names of dicts that are taken for items of a kind that shall expire."""
    matches = list(re.finditer(_NAMED_ITEM, text)) if "_item" in text else []
    if not matches:
        return
    from dynalint.language.kinds import kind_named  # costs time to import

    for found in matches:
        name = re.search(r"\w*$", text[max(0, found.start() - _MOST_LETTERS) : found.start()])
        if name is not None and kind_named(name[0], options.kinds) is not None:
            yield f"{name[0]}_item"


def _has_own_call(text: str, names: list[str]) -> bool:
    return any(name in text for name in names) and re.search(rf"\b(?:{'|'.join(names)})\b", text) is not None


def _has_condition(text: str) -> bool:
    return ("Key(" in text or "Attr(" in text) and any(re.search(each, text) for each in _BUILDERS)


def _has_other(text: str, is_named: bool) -> bool:
    """Is a client made, or asked for what the clients of many services do?"""
    if (is_named or _OTHER_WORD in text or _has_table_name(text)) and re.search(_SHARED_CALL, text):
        return True
    return is_named and ("client(" in text or "resource(" in text) and re.search(_CLIENT, text) is not None


def _is_named(text: str) -> bool:
    lower = text.lower()
    # PynamoDB's name is one of these words too; `InvalidDB` is none.
    return "ynamo" in lower or ("ddb" in lower and any(word in text for word in ("ddb", "Ddb", "DDB")))


def _has_word(text: str) -> bool:
    # To ignore case takes ten times as long as to find what is called.
    return any(word in text for word in _WORDS) or _has_table_name(text) or (re.search(_READ, text) is not None and re.search(_TABLE_READ, text) is not None)


def _has_table_name(text: str) -> bool:
    # The tables of Glue, Timestream and Athena are each in a database.
    return "TableName" in text and "DatabaseName" not in text and re.search(_TABLE_NAME, text) is not None
