"""Turns a put and the reads before it into races: what was read is written back, or what was not there is written, and nobody holds the others off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dynalint.facts.operation import Operation
from dynalint.facts.reads import PagedRead
from dynalint.facts.schemas import is_same_table
from dynalint.facts.shapes import is_open
from dynalint.model.record import Call
from dynalint.model.values import PARAMETER, Answer, Const, Dict, Entry, Unknown, Value, alternatives, answers_in, known_text, parts_of, source_of
from dynalint.words import words

# Nobody changes these once the item is there.
_FIXED = frozenset({"create", "created", "creation", "id", "uuid", "arn", "pk", "sk"})


def writes_back(put: Operation) -> Operation | None:
    """The read of the item that the program changed and now puts as a whole, in the same table and under the same key; None where none is known."""
    argument = put.argument("Item")
    for option in alternatives(argument.value) if argument is not None else ():
        for call in dict.fromkeys(answer.call for answer in _parts_that_stay(option)):
            read = _read(call, put)
            if read is not None and is_surely_of_same_table(put, read) and _is_changed(put, read, option) and _is_put_back(put, read, option):
                return read
    return None


def was_missing(put: Operation) -> Operation | None:
    """The read that has shown that there is no item where the program now puts one; None where none is known."""
    argument = put.argument("Item")
    for call in put.call.absent:
        read = _read(call, put)
        asks_for_one = read is not None and (read.name == "get_item" or PagedRead(call, put.facts).finds_one_item is True)
        if read is None or not asks_for_one or argument is None or not is_surely_of_same_table(put, read):
            continue
        if all(_same_key(put, read, option) is not False for option in alternatives(argument.value)) and not _is_put_again(put, argument.text):
            return read
    return None


def is_surely_of_same_table(one: Operation, two: Operation) -> bool:
    """Do both calls go to one table for sure: by its name, by where the name comes from, or by the handle's own name?"""
    if is_same_table(_given(one.table_value), _given(two.table_value)):
        return True
    if one.handle != two.handle or one.call.receiver != two.call.receiver or not one.call.receiver:
        return False
    names = [each.argument("TableName") for each in (one, two)]
    if any(name is not None for name in names):
        texts = [name.text if name is not None else "" for name in names]
        return texts[0] != "" and texts[0] == texts[1]
    return one.handle.kind == "table" and (one.call.function == two.call.function or one.call.receiver.startswith(("self.", "cls.")))


def _given(table: Value | None) -> Value | None:
    """The name of a table where it is handed to whoever makes the handle: what is handed, and not the parameter that takes it."""
    options = [option for option in alternatives(table) if not _is_parameter(option)] if table is not None else []
    return options[0] if len(options) == 1 else table


def _is_parameter(value: Value) -> bool:
    return isinstance(value, Unknown) and value.why.startswith(PARAMETER)


def _is_put_again(put: Operation, item: str) -> bool:
    """Did the same function put the same object before? Then it is there, and this one is meant to replace it."""
    earlier = (each for each in put.facts.operations if each.name == "put_item" and each.call.names == put.call.names and each.place.span < put.place.span)
    return any(is_surely_of_same_table(put, each) and (given := each.argument("Item")) is not None and given.text == item != "" for each in earlier)


def _read(call: Call, put: Operation) -> Operation | None:
    """The read, in whichever file of the project it stands."""
    return Operation(call, put.facts) if call.name in ("get_item", "query") else None


def _parts_that_stay(value: Value) -> Iterator[Answer]:
    """The item that was read, as a whole or in a dict with more, or those of its attributes that stand, or that are worked out, under their old names."""
    if isinstance(value, Answer) and value.is_item:
        yield value
    for entry in value.entries if isinstance(value, Dict) else ():
        for answer in (*answers_in(entry.value), *([source] if (source := source_of(entry.value)) is not None else [])):
            if entry.key == answer or (answer.attribute == known_text(entry.key) and not _FIXED & set(words(answer.attribute or ""))):
                yield answer


def _is_changed(put: Operation, read: Operation, item: Value) -> bool:
    """Did the program change what it read, or does the item that it puts hold anything else beside?"""
    if read.call in put.call.changed:
        return True
    key = read.value("Key")
    names = {known_text(entry.key) for entry in key.entries} if isinstance(key, Dict) else set()
    entries = item.entries if isinstance(item, Dict) else ()
    return any(known_text(entry.key) not in names and not _is_out_of(entry.value, read.call) for entry in entries)


def _is_out_of(value: Value, read: Call) -> bool:
    """Is it nothing but what was read, or what stands for it where it is missing?"""
    options = alternatives(value)
    if any(isinstance(option, Answer) and option.call is read for option in options):
        return True
    held = [each for option in options for each in parts_of(option)]
    return bool(held) and all(_is_out_of(each, read) for each in held)


def _is_put_back(put: Operation, read: Operation, item: Value) -> bool:
    """Is it put under the key that it was read by? A whole item holds that, unless it is among what was changed."""
    if not isinstance(item, Dict):
        return not _changes_key(read)
    same = _same_key(put, read, item)
    return same is True or (same is None and read.name == "query" and _holds_whole(item, read.call))


def _changes_key(read: Operation) -> bool:
    """Is the key among what is changed? Then another item is written."""
    key = read.value("Key")
    names = [known_text(entry.key) for entry in key.entries] if isinstance(key, Dict) else []
    texts = [place.source.slice(place.span) for place in read.use.changed]
    return any(name is not None and re.search(rf"\[[\"']{re.escape(name)}[\"']\]", text) for name in names for text in texts)


def _holds_whole(item: Dict, read: Call) -> bool:
    return any(isinstance(entry.key, Answer) and entry.key.call is read for entry in item.entries)


def _same_key(put: Operation, read: Operation, item: Value) -> bool | None:
    """Does the item have the key that was read? None: not known."""
    key = read.value("Key")
    if not isinstance(key, Dict) or is_open(key) or not isinstance(item, Dict):
        return None
    found: set[bool | None] = set()
    for entry in key.entries:
        name = known_text(entry.key) or ""
        other = item.entry(name)
        if other is None and _holds_whole(item, read.call):
            found.add(True)
        elif other is None and not is_open(item):
            return False
        else:
            found.add(None if other is None else _is_own(other.value, name, read.call) or _same_value(put, read, entry, other))
    return False if False in found else None if None in found else True


def _is_own(value: Value, name: str, read: Call) -> bool:
    """Is it the very attribute of the item that was read?"""
    return all(isinstance(option, Answer) and option.call is read and option.attribute == name for option in alternatives(value))


def _bare(value: Value) -> tuple[Value, ...]:
    """What a value may be, without the types that only some of the code annotates."""
    return tuple(Unknown(option.why, name=option.name) if isinstance(option, Unknown) else option for option in alternatives(value))


def _same_value(put: Operation, read: Operation, one: Entry, two: Entry) -> bool | None:
    """Do two entries hold the same? What is not known is the same where one function, or one object, writes it the same way."""
    if set(_bare(one.value)) != set(_bare(two.value)):
        return False
    if isinstance(one.value, Const):
        return True
    if put.call.names[:1] != read.call.names[:1] or one.place is None or two.place is None:
        return None
    texts = {place.source.slice(place.span).partition(":")[2].strip() for place in (one.place, two.place)}
    if put.call.names == read.call.names or all(text.startswith("self.") for text in texts):
        return len(texts) == 1
    # Whoever is given its arguments has the first function's parameters.
    passed = any(map(_is_parameter, alternatives(one.value))) and not any("." in text for text in texts)
    return True if passed else None
