"""Turns what is written as JSON into facts: the items out of responses that `json` meets there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dynalint.facts.shapes import parts
from dynalint.findings import Finding
from dynalint.model.record import Dump
from dynalint.model.values import Answer, Dict, Either, Unknown, Value, alternatives, type_of

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts

# The parts of responses that hold items.
_WITH_ITEMS = frozenset({"get_item", "query", "scan", "batch_get_item", "transact_get_items", "execute_statement"})
# The types of which json knows how to write them.
_WRITABLE = frozenset({"str", "bool", "NoneType"})


@dataclass(frozen=True, eq=False)
class JsonDump:
    """A `json.dump` or `json.dumps`."""

    dump: Dump
    facts: Facts = field(repr=False)

    @property
    def is_plain(self) -> bool:
        """Is it Python's own json, which is not told what to do with types that it does not know?"""
        return self.dump.function in ("json.dumps", "json.dump") and not self.dump.open and not self.dump.keywords & {"default", "cls"}

    @property
    def items(self) -> tuple[Answer, ...]:
        """The responses of Tables, and the items out of them, that are written as they came."""
        return tuple(each for each in _answers(self.dump.value) if _is_item(each) and each.call.handle.plain is True and not each.call.use.changed)

    def may_hold_numbers(self, answer: Answer) -> bool:
        """May the items hold numbers? Not where this file puts items, and all of them are known to have none."""
        written = [item for item in self.facts.items if item.how != "named"]
        closed = all(not item.open and all(type_of(each.value) in _WRITABLE for each in item.attributes) for item in written)
        return not written or not closed

    def finding(self, message: str) -> Finding:
        """A finding on the call."""
        return Finding(self.dump.place.span, message)


def _answers(value: Value) -> Iterator[Answer]:
    """What surely is a response or a part of one: beside something unknown it may have been converted."""
    if isinstance(value, Answer):
        yield value
    elif isinstance(value, Dict):
        for entry in value.entries:
            yield from _answers(entry.value)
    elif not (isinstance(value, Either) and any(isinstance(option, Unknown) for option in alternatives(value))):
        for part in parts(value):
            yield from _answers(part)


def _is_item(answer: Answer) -> bool:
    return answer.call.name in _WITH_ITEMS and (not answer.path or answer.path in (("Items",), ("Items", "*"), ("Item",)))
