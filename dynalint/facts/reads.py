"""Turns recorded reads into facts: which pages and items the program looks at, and what it asks of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dynalint.facts.filters import kept
from dynalint.facts.items import WRITES
from dynalint.facts.operation import Operation
from dynalint.facts.shapes import TAGS, encloses
from dynalint.model.granted import is_granted
from dynalint.model.record import Filter, Loop, Read
from dynalint.model.tree import At
from dynalint.model.values import Answer, Compare, Condition, Const, Place, Text, Value, alternatives, known_text, text_parts

# What a page says of the next one, and where the next read puts it.
_NEXT = {"list_tables": "LastEvaluatedTableName", "execute_statement": "NextToken"}
_START = {"list_tables": "ExclusiveStartTableName", "execute_statement": "NextToken"}
# What changes items, or takes them out of the table.
_CHANGES = frozenset({*WRITES, "delete_item", "batch_writer", "delete_table", "execute_statement", "batch_execute_statement"})
# Who catches one of these lives with a missing key.
_MISSED = frozenset({"KeyError", "LookupError"})
_NONE = frozenset({"TypeError", "AttributeError"})
_ANYTHING = frozenset({"Exception", "BaseException", "*"})
_FILTERS = ("FilterExpression", "ScanFilter", "QueryFilter")
_FROM_KEY = re.compile(r"\bWHERE\b.*=", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, eq=False)
class PagedRead(Operation):
    """A read that DynamoDB answers a page at a time: `scan`, `query`, `list_tables`, a PartiQL statement."""

    @property
    def has_paginator(self) -> bool:
        """Does boto3 turn the pages?"""
        return self.handle.kind == "paginator"

    @property
    def start_key(self) -> str:
        """The argument that says where the page begins."""
        return _START.get(self.name, "ExclusiveStartKey")

    @property
    def next_key(self) -> str:
        """The key of the response that says that there is a next page."""
        return _NEXT.get(self.name, "LastEvaluatedKey")

    @property
    def looks_for_more(self) -> bool:
        """Does the program ask whether there is a next page?"""
        return self.next_key in self.use.reads

    @property
    def is_handed_on(self) -> bool:
        """Does the whole response leave our sight, so that others may read the next page?"""
        return not self.use.escapes.isdisjoint({"return", "call", "kept"})

    @property
    def may_turn_pages(self) -> bool:
        """Is this, for all that is known, one of the calls of code that reads all pages?"""
        return self.has_paginator or self.looks_for_more or self.is_handed_on or self.has(self.start_key) is not False

    @property
    def is_filtered(self) -> bool | None:
        """Does DynamoDB drop some of the items that it reads?"""
        answers = [self.has(name) for name in _FILTERS]
        return True if True in answers else None if None in answers else False

    @property
    def limits_filtered(self) -> bool:
        """Does some path limit what is read, and drop some of it? Where neither is always given, the paths that give them may be others."""
        limit, filters = self.argument("Limit"), [self.argument(name) for name in _FILTERS]
        return limit is not None and any(each is not None and (limit.surely or each.surely) for each in filters)

    @property
    def finds_one_item(self) -> bool | None:
        """Is the whole primary key of the table given, so that there is one item at most? None: the condition is not known."""
        if self.name == "execute_statement":
            text = known_text(self.value("Statement"))
            return None if text is None or _FROM_KEY.search(text) else False
        if self.name != "query" or self.has("IndexName") is not False:
            return False
        equal = self._equal_keys
        return None if equal is None else equal > 1 or (equal == 1 and self.schema is not None and self.schema.sort_key is None)

    @property
    def _equal_keys(self) -> int | None:
        """How many key attributes must equal a value; None: the condition is not known."""
        condition = self.value("KeyConditionExpression")
        counts = [_equalities(option) for option in alternatives(condition)] if condition is not None else []
        known = [count for count in counts if count is not None]
        return min(known) if known and len(known) == len(counts) else None

    @property
    def page_loop(self) -> Loop | None:
        """The `while` around the read in which the program asks whether there is a next page."""
        loop = self.call.loops[-1] if self.call.loops else None
        if loop is None or loop.whole is not None:
            return None
        asked = (read.place for read in self.use.read if read.key == self.next_key)
        return loop if any(encloses(loop.place, place) for place in asked) else None

    @property
    def begins_anew(self) -> bool:
        """Is the first page what the next turn of the loop must read: because another call reads those that follow, or the items may be gone by then?"""
        loop = self.call.loops[-1]
        given_away = any(way.startswith("call") for way in self.use.escapes)
        # The loop may call functions in which others stand.
        inside = [other for other in self.facts.operations if encloses(loop.place, other.place) or any(each.place == loop.place for each in other.call.loops)]
        return given_away or any(other.name in _CHANGES or other.argument(self.start_key) is not None for other in inside)

    @property
    def stops_at_empty_page(self) -> tuple[Place, ...]:
        """Where the pages are left because one is empty, without a look at whether there is a next one."""
        asked = [read.place for read in self.use.read if read.key == self.next_key]
        return tuple(stop for stop in self.use.stops if not any(encloses(stop, place) for place in asked))

    @property
    def wants_any_item(self) -> bool:
        """Is one item enough, or the news that there is one? Where nothing is filtered, the first page tells."""
        listed = [read.place for read in self.use.read if read.key == "Items"]
        if listed and all(isinstance(place, At) and place.is_asked for place in listed):
            return True
        tests = {read.key for read in self.use.read if read.how == "test"}
        rest = {"call of Items", "return of Items"} & self.use.escapes
        return ("first" in self.use.reads and "others" not in self.use.reads) or (bool(tests) and not rest and not self.use.iterated)

    @property
    def has_any_condition(self) -> bool:
        """Is it a query that may ask for anything, as whoever calls it says, and that expects many items: a list is made of them, or given on?"""
        if self.name != "query" or self.argument("KeyConditionExpression") is None or self._equal_keys is not None or "first" in self.use.reads:
            return False
        return self.use.iterated or not self.use.escapes.isdisjoint({"call of Items", "return of Items"})

    @property
    def is_used(self) -> bool:
        """Is anything done with what was read?"""
        return not self.use.reads.isdisjoint({"Items", "Count", "TableNames"})

    @property
    def all_filters(self) -> tuple[Filter, ...]:
        """The Python code, in other modules too, that drops some of the items that were read; where items are only counted, none is dropped."""
        return tuple(each for each in self.use.filters if each.what != "a count" and not _is_inside(each))

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The code of this module that drops some of the items that were read. Who calls it from elsewhere may want all of them another time."""
        return tuple(each for each in self.all_filters if each.place.source is self.facts.source)

    @property
    def tests(self) -> tuple[FilterTest, ...]:
        """What the Python code asks of the items that it keeps."""
        return tuple(FilterTest(self._attribute(part.subject), _operator(part)) for each in self.filters for part in kept(each))

    @property
    def takes_either(self) -> bool:
        """Is an item kept that passes one of several tests?"""
        return any(each.any_of and not each.skips for each in self.filters)

    def _attribute(self, subject: Answer) -> tuple[str, ...]:
        steps = (step for step in subject.path[2:] if step != "()")
        if self.handle.plain is True:
            return tuple(steps)
        return tuple("*" if step == "L" else step for step in steps if step == "L" or step not in TAGS)


@dataclass(frozen=True, eq=False)
class ItemRead(Operation):
    """A `get_item`."""

    @property
    def is_checked(self) -> bool | None:
        """Does this path know that there may be no item? None: it does not read one.

        The first path runs the function for itself, and any exception that it catches will do. One that a caller catches has to be meant: a program that
        prints whatever went wrong has no answer to a missing item.
        """
        reads = [read for read in self.use.read if read.key == "Item"]
        # Once the metadata are taken out, an empty response is one without an item.
        asked = any(read.how != "index" and not _is_granted(read) for read in reads) or any(
            read.how == "pop" and read.key == "ResponseMetadata" for read in self.use.read
        )
        catching = _ANYTHING if self is self.paths[0] else frozenset()
        return asked or all(read.caught & (catching | (_MISSED if read.how == "index" else _NONE)) for read in reads) if reads else None

    @property
    def is_none_taken_apart(self) -> bool:
        """Is it None that fails where there is no item, because it is asked for by `get`?"""
        reads = [read for read in self.use.read if read.key == "Item"]
        return bool(reads) and all(read.how != "index" for read in reads)

    @property
    def unread_expiry(self) -> str | None:
        """The attribute that TTL deletes the item by, if it is known, the item is used, and no code of the project seems to look at the attribute."""
        name = self.facts.ttl_of(self.table_value)
        if name is None or "Item" not in self.use.reads:
            return None
        switches = {each.place.span for each in self.facts.ttl_switches if each.attribute == name}
        written = {each.place.span for item in self.facts.items for each in item.attributes if each.name == name and each.place is not None}
        mentions = re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", self.facts.source.text)
        elsewhere = self.facts.tables.is_mentioned(name) is not (False if self.facts.tables.is_project else None)
        is_looked_at = len(mentions) > len(switches) + len(written) or elsewhere
        return None if is_looked_at else name


@dataclass(frozen=True, eq=False)
class Scan(PagedRead):
    """A `scan`, by a Table, a client or a paginator."""


@dataclass(frozen=True, slots=True)
class FilterTest:
    """One question that Python asks of an item."""

    path: tuple[str, ...]
    """The attribute that it is about, and the way down into it, without the type tags of the wire form; empty for the item itself."""
    operator: str
    """`==`, `<`, `in`, `startswith`, `has` (the key is there), `true` (the value is truthy), and so on."""


def _is_granted(read: Read) -> bool:
    """Is what a `get` gives, None where there is no item, taken apart as if it were one?"""
    return read.how == "get" and not read.checked and isinstance(read.place, At) and is_granted(read.place)


def _operator(part: Compare) -> str:
    """What is asked; no key holds True or False, so that a comparison with one of these is no test that a key condition could make."""
    return "is" if isinstance(part.other, Const) and isinstance(part.other.value, bool) else part.operator


def _is_inside(found: Filter) -> bool:
    """Does it pick from a list in one item, and not from the items? `any()` asks such a list about its item."""
    return found.what != "any()" and all("*" in part.subject.path[2:] for part in found.parts)


def _equalities(condition: Value) -> int | None:
    """How many attributes a key condition compares with a value for being equal."""
    if isinstance(condition, Condition):
        return sum(leaf.operator == "eq" for leaf in condition.leaves())
    if isinstance(condition, Text) or known_text(condition) is not None:
        return "".join(part if isinstance(part, str) else "?" for part in text_parts(condition)).replace("<=", "").replace(">=", "").count("=")
    return None
