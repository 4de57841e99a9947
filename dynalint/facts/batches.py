"""Turns batches and transactions into their requests: how many there are, which of them surely travel together, and what becomes of those left undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, islice, takewhile

from dynalint.facts.operation import Operation
from dynalint.facts.shapes import entry_value, is_open
from dynalint.model.context import function_text, is_one_block, is_statement, statement_text
from dynalint.model.told import is_only_told
from dynalint.model.tree import At
from dynalint.model.values import Answer, Const, Dict, Place, Sequence, Value, alternatives, known_text, parts_of
from dynalint.service.limits import BATCH_WRITES
from dynalint.service.model import Shape, operations

# Which argument holds the requests of an operation; which key of the response names those that were left undone.
_REQUESTS = {
    "batch_write_item": "RequestItems",
    "batch_get_item": "RequestItems",
    "transact_write_items": "TransactItems",
    "transact_get_items": "TransactItems",
}
_UNPROCESSED = {"batch_write_item": "UnprocessedItems", "batch_get_item": "UnprocessedKeys"}
_HANDED_ON = frozenset({"return", "call", "kept"})
# What only tells people; nobody reads a key out of it again.
_LOGGING = re.compile(r"\A(?:p?print|(?:[\w.]*\.)?_*log(?:ger|ging)?(?:\.\w+)?)\(", re.IGNORECASE)
# AWS says of all but transact_get_items that they refuse an item that is asked for twice.
_ONCE = ("batch_write_item", "batch_get_item", "transact_write_items")
# A key attribute is a text, a number or bytes.
_SCALARS = (str, int, bytes)

Key = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Action:
    """One write or read of a batch or transaction that is surely sent."""

    table: Value | None
    key: Dict | None
    """The whole key, where one is given."""
    item: Dict | None
    """The item, where it is a put."""
    place: Place | None = field(default=None, compare=False)
    """Where a finding about it stands."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """Two requests of one batch that are about the same item."""

    first: Action
    second: Action
    key: Key
    """The attributes that show it, with their values."""


@dataclass(frozen=True, eq=False)
class Batch(Operation):
    """Requests that are sent together: a batch, a transaction, or what a batch writer collects."""

    @property
    def pairs(self) -> Iterator[tuple[Action, Action]]:
        """The pairs of requests that surely stand in one request to DynamoDB which refuses to touch an item twice."""
        return iter(())

    @property
    def repetitions(self) -> Iterator[Repetition]:
        """The pairs that are about the same item, as far as literal values show it."""
        for first, second in self.pairs:
            key = self._shared_key(first, second)
            if key:
                yield Repetition(first, second, key)

    def _shared_key(self, first: Action, second: Action) -> Key | None:
        if not self._is_one_table(first, second):
            return None
        names = self._key_names(first, second)
        if names is not None:
            one, two = _literals(first.key or first.item, names), _literals(second.key or second.item, names)
            return one if one == two else None
        # Two items that are the same in every attribute have the same key, whichever it is.
        whole = _whole(first.item)
        return whole if whole is not None and whole == _whole(second.item) else None

    def _is_one_table(self, first: Action, second: Action) -> bool:
        one, two = known_text(first.table), known_text(second.table)
        return first.table is not None and (first.table is second.table or (one is not None and one == two))

    def _key_names(self, first: Action, second: Action) -> tuple[str, ...] | None:
        """The names of the key attributes: those of the schema, or of a request that gives the whole key."""
        schema = self.facts.schema(first.table) if first.table is not None else None
        if schema is not None:
            return schema.keys
        given = first.key or second.key
        names = tuple(known_text(entry.key) for entry in given.entries if entry.surely) if given is not None and not is_open(given) else ()
        return tuple(name for name in names if name is not None) or None


@dataclass(frozen=True, eq=False)
class BatchRequest(Batch):
    """A `batch_write_item`, `batch_get_item`, `transact_write_items` or `transact_get_items`."""

    @property
    def most(self) -> int:
        """How many requests DynamoDB takes in one call."""
        shape = operations()[self.name].members[_REQUESTS[self.name]].shape
        shape = shape.element if shape.type == "map" else shape
        listed: Shape = shape.members["Keys"].shape if "Keys" in shape.members else shape
        assert listed.max is not None
        return listed.max

    @property
    def count(self) -> int:
        """How many requests there surely are, at the least."""
        return min((sum(len(each.elements) for _, each in _lists(option)) for option in self._sent), default=0)

    @property
    def _sent(self) -> tuple[Value, ...]:
        """What the requests may be; not what a later turn of a loop sends again, as the first has to come through before."""
        value = self.value(_REQUESTS[self.name])
        options = alternatives(value) if value is not None else ()
        return tuple(option for option in options if not (isinstance(option, Answer) and option.call is self.call))

    @property
    def unprocessed(self) -> str | None:
        """The key of the response that holds what was left undone; None for a transaction, which leaves nothing undone."""
        return _UNPROCESSED.get(self.name)

    @property
    def is_unprocessed_ignored(self) -> bool | None:
        """Does nobody do anything about what was left undone? None: somebody may, out of our sight."""
        if self.unprocessed is None or self.use.escapes & _HANDED_ON:
            return False
        if self.unprocessed in self.use.reads:
            return self.is_unprocessed_only_told
        if self._is_dumped:
            return None
        whole = self.call.whole
        if not isinstance(whole, At):
            return None
        seen = self.use.reads or is_statement(whole)
        if self.call.function == "<module>" and not seen:
            return None  # who imports the module may read it
        # Where nothing of it was seen to be read, and the function names the key, it may be read in a way that is not followed.
        return True if seen or self.unprocessed not in function_text(whole) else None

    @property
    def is_unprocessed_only_told(self) -> bool:
        """Is what was left undone read, but only to be counted or logged?"""
        places = [read.place for read in self.use.read if read.key == self.unprocessed]
        return bool(places) and all(isinstance(place, At) and is_only_told(place) for place in places)

    @property
    def _is_dumped(self) -> bool:
        """Is the whole response turned into JSON for others to read, and not for a log?"""
        dumps = (dump for dump in self.facts.module.dumps.values() if _holds_response(dump.value, self))
        return any(not isinstance(dump.place, At) or not _LOGGING.match(statement_text(dump.place)) for dump in dumps)

    @property
    def pairs(self) -> Iterator[tuple[Action, Action]]:
        """All requests travel together."""
        return combinations(self._actions, 2) if self.name in _ONCE else iter(())

    @property
    def _actions(self) -> tuple[Action, ...]:
        lists = _lists(self._sent[0]) if len(self._sent) == 1 else ()
        return tuple(action for table, each in lists for element in each.elements if (action := self._action(table, element)) is not None)

    def _action(self, table: Value | None, element: Value) -> Action | None:
        if not isinstance(element, Dict):
            return None
        if self.name == "batch_get_item":
            return Action(table, element, None, None)
        # One entry, whose key says what is to be done: PutRequest, Update, ConditionCheck.
        surely = [entry for entry in element.entries if entry.surely]
        inner = surely[0].value if len(surely) == 1 and not is_open(element) else None
        if not isinstance(inner, Dict):
            return None
        key, item = entry_value(inner, "Key"), entry_value(inner, "Item")
        return Action(
            table if table is not None else entry_value(inner, "TableName"),
            key if isinstance(key, Dict) else None,
            item if isinstance(item, Dict) else None,
            self.inside(surely[0].place),
        )


@dataclass(frozen=True, eq=False)
class BatchWriter(Batch):
    """A `batch_writer`: it sends what it has collected whenever these are 25 writes, and at its end."""

    @property
    def keeps_last(self) -> bool | None:
        """Does it drop all but the last write of each item? None: don't know."""
        return self.has("overwrite_by_pkeys")

    def _is_one_table(self, first: Action, second: Action) -> bool:
        return True

    @property
    def pairs(self) -> Iterator[tuple[Action, Action]]:
        """Pairs of its first 25 writes, where one comes surely after the other: no flush can part them."""
        if self.keeps_last is not False:
            return
        for one, two in combinations(self._first_writes, 2):
            first, second = one.call.whole, two.call.whole
            if one.call.loops == two.call.loops and isinstance(first, At) and isinstance(second, At) and is_one_block(first, second):
                yield _written(one), _written(two)

    @property
    def _first_writes(self) -> tuple[Operation, ...]:
        """Its writes in its own function, from top to bottom, as far as none of them can come after a flush on their first turn."""
        mine, others = self._writes
        if any(each.call.loops != mine[0].call.loops for each in others) if mine else True:
            return ()
        following = takewhile(lambda each: each.call.loops == mine[0].call.loops, mine)
        return tuple(islice(following, max(0, BATCH_WRITES - len(others))))

    @property
    def _writes(self) -> tuple[list[Operation], list[Operation]]:
        """What the very run of the function writes with it, and what the functions write that it calls."""
        calls = self.facts.module.calls
        runs = {call: _run_of(key) for key, call in calls.items()}
        run = runs[self.call]
        writes = [each for each in self.facts.operations if each.handle.kind == "batch_writer" and each.handle.table == self.handle.table]
        own = [each for each in writes if runs[each.call] == run and each.place.span > self.place.span]
        others = [each for each in writes if runs[each.call] != run and run and runs[each.call][: len(run)] == run]
        following = (each.place.span for each in self.facts.operations if isinstance(each, BatchWriter) and runs[each.call] == run)
        end = min((span for span in following if span > self.place.span), default=None)
        return [each for each in own if end is None or each.place.span < end], others


def _run_of(key: object) -> tuple[object, ...]:
    """Under which calls of functions the model wrote a call down: no two runs of a function share them."""
    assert isinstance(key, tuple)
    run: tuple[object, ...] = key[1]
    return run


def _written(operation: Operation) -> Action:
    key, item = operation.value("Key"), operation.value("Item")
    return Action(operation.handle.table, key if isinstance(key, Dict) else None, item if isinstance(item, Dict) else None, operation.place)


def _lists(value: Value) -> Iterator[tuple[Value | None, Sequence]]:
    """The lists of requests that are surely there, each with its table; those of a transaction name theirs one by one."""
    if isinstance(value, Sequence):
        yield None, value
    elif isinstance(value, Dict):
        for entry in value.entries:
            held = entry_value(entry.value, "Keys") if isinstance(entry.value, Dict) else entry.value
            if entry.surely and isinstance(held, Sequence):
                yield entry.key, held


def _literals(value: Dict | None, names: tuple[str, ...]) -> Key | None:
    """The values of these attributes, where all are literal."""
    found = [(name, entry_value(value, name)) for name in names] if value is not None else []
    known = tuple((name, each) for name, each in found if each is not None and _is_literal(each))
    return known if len(known) == len(names) else None


def _whole(item: Dict | None) -> Key | None:
    """All attributes of an item, where all are known and literal."""
    if item is None or is_open(item) or not all(entry.surely for entry in item.entries):
        return None
    return _literals(item, tuple(sorted(name for entry in item.entries if (name := known_text(entry.key)) is not None)))


def _is_literal(value: Value) -> bool:
    """Is it a text, a number or bytes, in wire form or not?"""
    if isinstance(value, Dict):
        return not is_open(value) and len(value.entries) == 1 and value.entries[0].surely and _is_literal(value.entries[0].value)
    return isinstance(value, Const) and isinstance(value.value, _SCALARS)


def _holds_response(value: Value, operation: Operation) -> bool:
    if isinstance(value, Answer):
        return not value.path and value.call is operation.call
    return any(_holds_response(part, operation) for part in parts_of(value))
