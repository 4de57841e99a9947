"""Turns a put and the reads before it into races: what was read is written back, or what was not there is written, and nobody holds the others off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dynalint.facts.operation import Operation
from dynalint.facts.reads import PagedRead
from dynalint.facts.schemas import is_same_table
from dynalint.facts.shapes import is_open
from dynalint.model.record import Call
from dynalint.model.values import Answer, Const, Dict, Entry, Value, alternatives, known_text


def writes_back(put: Operation) -> Operation | None:
    """The read of the item that the program changed and now puts as a whole, in the same table and under the same key; None where none is known."""
    argument = put.argument("Item")
    for option in alternatives(argument.value) if argument is not None else ():
        if isinstance(option, Answer) and option.is_item:
            read = _read(option.call, put)
            if read is not None and is_surely_of_same_table(put, read) and _is_changed_before(put, option.call) and not _changes_key(read, option.call):
                return read
        for part in _parts_that_stay(option):
            read = _read(part.call, put)
            if read is not None and is_surely_of_same_table(put, read) and _is_changed_before(put, part.call) and _same_key(put, read, option) is True:
                return read
    return None


def was_missing(put: Operation) -> Operation | None:
    """The read that has shown that there is no item where the program now puts one; None where none is known."""
    argument = put.argument("Item")
    for call in put.call.absent:
        read = _read(call, put)
        asks_for_one = read is not None and (read.name == "get_item" or (isinstance(read, PagedRead) and read.finds_one_item is True))
        if read is None or not asks_for_one or argument is None or not is_surely_of_same_table(put, read):
            continue
        if all(_same_key(put, read, option) is not False for option in alternatives(argument.value)) and not _is_put_again(put, argument.text):
            return read
    return None


def is_surely_of_same_table(one: Operation, two: Operation) -> bool:
    """Do both calls go to one table for sure: by its name, by where the name comes from, or by the handle's own name?"""
    if is_same_table(one.table_value, two.table_value):
        return True
    if one.handle != two.handle or one.call.receiver != two.call.receiver or not one.call.receiver:
        return False
    names = [each.argument("TableName") for each in (one, two)]
    if any(name is not None for name in names):
        texts = [name.text if name is not None else "" for name in names]
        return texts[0] != "" and texts[0] == texts[1]
    return one.handle.kind == "table" and (one.call.function == two.call.function or one.call.receiver.startswith(("self.", "cls.")))


def _is_put_again(put: Operation, item: str) -> bool:
    """Did the same function put the same object before? Then it is there, and this one is meant to replace it."""
    earlier = (each for each in put.facts.operations if each.name == "put_item" and each.call.path == put.call.path and each.place.span < put.place.span)
    return any(is_surely_of_same_table(put, each) and (given := each.argument("Item")) is not None and given.text == item != "" for each in earlier)


def _read(call: Call, put: Operation) -> Operation | None:
    return next((each for each in put.facts.operations if each.call is call and each.name in ("get_item", "query")), None)


def _parts_that_stay(value: Value) -> Iterator[Answer]:
    """The attributes of an item that was read which stand in a new one under their old names."""
    for entry in value.entries if isinstance(value, Dict) else ():
        for option in alternatives(entry.value):
            bare = tuple(step for step in option.path if step != "()") if isinstance(option, Answer) else ()
            if isinstance(option, Answer) and option.attribute == known_text(entry.key) and bare[-1:] == (option.attribute,):
                yield option


def _is_changed_before(put: Operation, read: Call) -> bool:
    return any(place.span < put.place.span for place in read.use.changed)


def _changes_key(read: Operation, call: Call) -> bool:
    """Is the key among what is changed? Then another item is written."""
    key = read.value("Key")
    names = [known_text(entry.key) for entry in key.entries] if isinstance(key, Dict) else []
    texts = [read.facts.source.slice(place.span) for place in call.use.changed]
    return any(name is not None and re.search(rf"\[[\"']{re.escape(name)}[\"']\]", text) for name in names for text in texts)


def _same_key(put: Operation, read: Operation, item: Value) -> bool | None:
    """Does the item have the key that was read? None: not known."""
    key = read.value("Key")
    if not isinstance(key, Dict) or is_open(key) or not isinstance(item, Dict):
        return None
    found: set[bool | None] = set()
    for entry in key.entries:
        other = item.entry(known_text(entry.key) or "")
        if other is None and not is_open(item):
            return False
        found.add(None if other is None else _same_value(put, read, entry, other))
    return False if False in found else None if None in found else True


def _same_value(put: Operation, read: Operation, one: Entry, two: Entry) -> bool | None:
    """Do two entries hold the same? In one function, what is not known is the same where it is written the same way."""
    if one.value != two.value:
        return False
    if isinstance(one.value, Const):
        return True
    if put.call.path != read.call.path or one.place is None or two.place is None:
        return None
    texts = {put.facts.source.slice(place.span).partition(":")[2].strip() for place in (one.place, two.place)}
    return len(texts) == 1
