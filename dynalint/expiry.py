"""Turns items that are written into what can be said of their expiry: the kind of data, the attribute that ends it, and what is wrong with its value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

from dynalint.facts import (
    MODEL,
    NAMED,
    Attribute,
    Blob,
    Const,
    Dict,
    Item,
    NewTable,
    Operation,
    Place,
    Sequence,
    Text,
    Time,
    TtlSwitch,
    Unknown,
    Value,
    alternatives,
    expiry_by,
    known_text,
    untagged,
)
from dynalint.language.kinds import is_kept, kind_named, says_something
from dynalint.options import Options
from dynalint.words import contains, words

# What a value can be instead of epoch seconds. Those with an article are no Number at all, or one that boto3 refuses.
FLOAT, TEXT, DATETIME, TIMEDELTA, BOOL, OTHER = "a float", "text", "a datetime", "a timedelta", "a bool", "no Number"
MILLISECONDS, DURATION, NAIVE_UTC = "milliseconds", "a duration", "naive UTC"

# Kinds whose ids are keys of other things too: of the messages of a session, the preferences of a connection.
_OFTEN_FOREIGN = frozenset({"session", "connection"})
# Beside `ttl` in a name that still means a point in time; with anything else it is a setting: `ttl_days`, `default_ttl`.
_TTL = frozenset(
    {
        "ttl", "time", "to", "live", "timestamp", "epoch", "at", "on", "expiry", "expiration", "expire", "dynamodb", "ddb", "item", "record", "date", "unix",
        "attribute",
    }
)  # fmt: skip
# What makes a name one of a duration, by intention, or of a setting.
_LASTS = frozenset({"ttl", "in", "second", "sec", "minute", "min", "hour", "day", "week", "month", "ms", "milli", "duration", "period"})
# The ttl of a name in the internet is a duration, and so is one among settings.
_OTHER_TTL = frozenset({"dns", "zone", "domain", "hostname", "cname", "nameserver", "mx", "packet", "config", "configuration", "setting", "policy", "rule"})
# The faults by which the attribute is no Number that DynamoDB could store and read as one.
NOT_A_NUMBER = frozenset({FLOAT, TEXT, DATETIME, TIMEDELTA, BOOL, OTHER})
_TAGS = {"S": TEXT, "BOOL": BOOL}
_TYPES = {"str": TEXT, "bool": BOOL, "float": FLOAT, "bytes": OTHER, "UUID": OTHER}
# September 2001, in seconds: no item is meant to have expired before. In milliseconds no item is meant to last so long.
_A_MOMENT = 1_000_000_000


def kind(item: Item, options: Options) -> str | None:
    """The time-sensitive kind of data that an item is, by the names of its table, its variable and its partition key; None for all others."""
    kinds = options.kinds
    tables = table_names(item)
    found = _first_kind(tables, kinds)
    if found is None and not says_something(tables):
        found = kind_named(_item_name(item), kinds)
    key = kind_named(item.key, kinds) if item.key is not None and item.operation is not None else None
    if found is None and key is not None and not (key in _OFTEN_FOREIGN and _has_many(item, tables)):
        found = key
    if found == "connection" and key != "connection":
        # Tables of connections are of friends, trains and databases too; those of a WebSocket have its id for a key.
        return None
    return found if found is not None and not is_kept(found, (attribute.name for attribute in item.attributes)) else None


def table_kind(table: NewTable, options: Options) -> str | None:
    """The time-sensitive kind of data that a table is made for."""
    kinds = options.kinds
    names, keys = table.words, table.keys
    found = _first_kind(names, kinds)
    key = kind_named(keys[0], kinds) if keys else None
    if found is None and not says_something(names):
        found = key
    if (found == "connection" and key != "connection") or (key in _OFTEN_FOREIGN and len(keys) > 1):
        return None
    return found if found is not None and not is_kept(found, keys) else None


def never_expires(table: NewTable, options: Options) -> bool:
    """Is TTL surely not switched on for a table, and is there no attribute that somebody else could switch it on for?"""
    return table.has_ttl is False and not any(is_expiry(name, options) for name in table.attributes)


def table_names(item: Item) -> tuple[str, ...]:
    """All that the code calls the table that an item goes into."""
    return (*_named(item), *(_of_receiver(item.operation) if item.operation is not None else ()))


def _named(item: Item) -> tuple[str, ...]:
    """The name of an item's table, or those of what holds its name: a variable, a setting."""
    if item.how == MODEL:
        return item.texts
    if item.operation is None:
        return ()
    if item.how in ("batch_write_item", "transact_write_items"):
        return (item.table,) if item.table is not None else ()
    return _said(item.operation)


def _said(operation: Operation) -> tuple[str, ...]:
    return operation.table_words[:-1] if operation.call.receiver else operation.table_words


def _of_receiver(operation: Operation) -> Iterator[str]:
    """The last part of `self.sessions_table`, where it names a table: `session.put_item` may be called on anything."""
    receiver = operation.call.receiver
    if not receiver or operation.handle.kind not in ("table", "batch_writer", "unknown") or operation.argument("TableName") is not None:
        return
    parts = receiver.split(".")
    last = parts[-2] if len(parts) > 1 and parts[-1].strip("_") == "table" else parts[-1]
    name = last.removesuffix("()")
    if "table" in words(name) or len(parts) > 1 or name.rstrip("_").endswith("s"):
        yield name


def _item_name(item: Item) -> str:
    if item.operation is None:
        return item.texts[0] if item.texts else ""
    argument = item.operation.argument("Item")
    return argument.text.rpartition(".")[2] if argument is not None else ""


def _first_kind(names: Iterable[str], kinds: tuple[str, ...]) -> str | None:
    return next((found for name in names if (found := kind_named(name, kinds)) is not None), None)


def _has_many(item: Item, tables: tuple[str, ...]) -> bool:
    """Does the table hold many things of one session, such as its messages? Its name then speaks of those, or its key has a second part."""
    made = item.operation.facts.definitions if item.operation is not None and item.table is not None else ()
    return says_something(tables) or any(len(definition.keys) > 1 for definition in made if definition.table_name == item.table)


@lru_cache(maxsize=4096)
def is_expiry(name: str, options: Options) -> bool:
    """Does an attribute's name say that the item ends, in whatever spelling?"""
    squeezed = re.sub(r"[\W_]", "", name).lower()
    return any(contains(name, each) or squeezed == re.sub(r"[\W_]", "", each).lower() for each in (*options.ttl_attributes, *options.extend_ttl_attributes))


def expiries(item: Item, options: Options) -> tuple[Attribute, ...]:
    """The attributes that say when an item ends."""
    own = {switched_on(item), *_may_be_switched_on(item)}
    # A model's TTLAttribute is one whatever its name.
    own |= {each.name for each in item.attributes if item.how == MODEL and isinstance(each.value, Time)}
    return tuple(attribute for attribute in item.attributes if attribute.name in own or is_expiry(attribute.name, options))


def ttl_attributes(item: Item, options: Options) -> tuple[Attribute, ...]:
    """The attributes by which DynamoDB's TTL shall delete an item.

    The one that the project switches on, else those named `ttl`. A mere `expires_at` is often a date of the business; it counts only in an
    item of a time-sensitive kind, and only where no other one is as TTL wants it. In a model, which might say so by a TTLAttribute, it does not count.
    """
    if item.how == NAMED:
        return ()
    own = switched_on(item)
    if own is not None:
        return tuple(attribute for attribute in item.attributes if attribute.name == own)
    found = expiries(item, options)
    named = tuple(attribute for attribute in found if is_ttl(attribute.name, options))
    if named:
        said = {word for text in (*table_names(item), *(each.name for each in item.attributes)) for word in words(text)}
        return named if said.isdisjoint(_OTHER_TTL) else ()
    if item.how == MODEL:
        return ()
    meant = tuple(attribute for attribute in found if _LASTS.isdisjoint(words(attribute.name)))
    return meant if kind(item, options) is not None and all(map(faults, found)) else ()


def is_ttl(name: str, options: Options) -> bool:
    """Is the name one for DynamoDB's TTL and nothing else?"""
    if any(contains(name, each) for each in options.extend_ttl_attributes):
        return True
    return (contains(name, "ttl") or contains(name, "time-to-live")) and _TTL.issuperset(words(name))


def switched_on(item: Item) -> str | None:
    """The name of the attribute that TTL is switched on for, on the item's table: in this file, or elsewhere in the project."""
    if item.how == NAMED:
        return None
    return expiry_by(_switches(item), item.declared)


def _may_be_switched_on(item: Item) -> Iterator[str | None]:
    """The names of the attributes of which it is not known whether TTL is switched on for them."""
    return (each.attribute for each in _switches(item) if each.is_on is None)


def _switches(item: Item) -> Iterator[TtlSwitch]:
    """What switches TTL in this file, on the item's table. Where neither name is known, it is the same table if the file makes no second one."""
    for each in item.facts.ttl_switches if item.how != NAMED else ():
        if each.table_name == item.table and (item.table is not None or not item.facts.makes_several_tables):
            yield each


def other_writes(item: Item) -> tuple[Item, ...]:
    """The other items of the file that may go into the same table: nothing says that it is another one, and they have the key in common."""
    others = item.facts.items if item.how != NAMED else ()
    return tuple(each for each in others if each.place != item.place and _may_share(each, item))


def _may_share(one: Item, other: Item) -> bool:
    mine, others = (set(_named(each)) for each in (one, other))
    apart = bool(mine) and bool(others) and mine.isdisjoint(others)
    return not apart and (one.open or other.open or one.attribute(other.key or "") is not None or other.attribute(one.key or "") is not None)


def judged(operation: Operation, options: Options) -> frozenset[Place | str]:
    """The attributes, by place or else by name, of which it is said already that items shall expire by them and that they are no Number."""
    items = (item for item in operation.facts.items if item.operation is operation)
    return frozenset(each.place or each.name for item in items for each in ttl_attributes(item, options) if faults(each) & NOT_A_NUMBER)


def nested(attribute: Attribute) -> Iterator[Attribute]:
    """What stands inside a map, at any depth."""
    value = attribute.value
    for entry in value.entries if isinstance(value, Dict) else ():
        name = known_text(entry.key)
        if name is not None:
            tag, inner = untagged(entry.value) if attribute.tag is not None else (None, entry.value)
            inside = Attribute(name, inner, tag, entry.surely, entry.place)
            yield inside
            yield from nested(inside)


def is_moment(attribute: Attribute) -> bool:
    """Is the value surely a point in time, written as a number?"""
    value = attribute.value
    if isinstance(value, Time):
        return value.form == "epoch"
    return isinstance(value, Const) and isinstance(value.value, int) and value.value >= _A_MOMENT


def faults(attribute: Attribute) -> frozenset[str]:
    """What is wrong with an attribute's value, whatever path the program takes, if DynamoDB's TTL shall delete by it."""
    options = [option for option in alternatives(attribute.value) if option != Const(None)]
    found = [frozenset(_faults(option, attribute.tag)) for option in options]
    return frozenset.intersection(*found) if found and attribute.tag != "NULL" else frozenset()


def _faults(value: Value, tag: str | None) -> Iterator[str]:
    if tag not in (None, "N"):
        yield _TAGS.get(tag, OTHER)
    elif isinstance(value, Time):
        yield from _faults_of_time(value, tag)
    elif isinstance(value, Const):
        yield from _faults_of_constant(value.value, tag)
    elif isinstance(value, Dict | Sequence | Blob):
        yield OTHER
    elif tag is None and isinstance(value, Text):
        yield TEXT
    elif tag is None and isinstance(value, Unknown) and value.type in _TYPES:
        yield _TYPES[value.type]


def _faults_of_time(value: Time, tag: str | None) -> Iterator[str]:
    if value.form in ("text", "datetime", "timedelta"):
        yield {"text": TEXT, "datetime": DATETIME}.get(value.form, TIMEDELTA)
        return
    if tag is None and value.type in ("str", "float"):
        yield _TYPES[value.type]
    if value.form == "duration":
        yield DURATION
    elif value.unit in ("ms", "us", "ns"):
        yield MILLISECONDS
    if value.form == "epoch" and value.zone == "utc":
        yield NAIVE_UTC


def _faults_of_constant(value: object, tag: str | None) -> Iterator[str]:
    if isinstance(value, str) and tag == "N" and re.fullmatch(r"-?\d+(\.\d+)?", value):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        yield BOOL if isinstance(value, bool) else TEXT if isinstance(value, str) else OTHER
        return
    if isinstance(value, float) and tag is None:
        yield FLOAT
    # Nought and less are a way to say that there is no end.
    if 0 < value < _A_MOMENT:
        yield DURATION
    elif value >= 1000 * _A_MOMENT:
        yield MILLISECONDS
