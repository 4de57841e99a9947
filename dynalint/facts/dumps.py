"""Turns what is written as JSON into facts: the items out of responses that `json` meets there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dynalint.facts.operation import Operation
from dynalint.facts.races import is_surely_of_same_table
from dynalint.facts.shapes import parts
from dynalint.findings import Finding
from dynalint.model.record import Dump
from dynalint.model.values import Answer, Const, Dict, Either, Value, alternatives, type_of

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts

# The parts of responses that hold items.
_WITH_ITEMS = frozenset({"get_item", "query", "scan", "batch_get_item", "transact_get_items", "execute_statement"})
_NUMBERS = frozenset({"int", "float", "Decimal"})


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

    def holds_number(self, answer: Answer) -> str | None:
        """An attribute of which this file writes numbers into the table that the answer came from; None where none is known."""
        read = next((each for each in self.facts.operations if each.call is answer.call), None)
        if read is None or read.has("ProjectionExpression") is not False or read.has("AttributesToGet") is not False:
            return None
        written = (item for item in self.facts.items if item.operation is not None and _is_same_table(item.operation, read))
        return next((each.name for item in written for each in item.attributes if each.tag in (None, "N") and _is_number(each.value, each.tag)), None)

    def finding(self, message: str) -> Finding:
        """A finding on the call."""
        return Finding(self.dump.place.span, message)


def _answers(value: Value) -> Iterator[Answer]:
    """What surely is a response or a part of one: where it may also be a list, a dict or something unknown, a function that converts it has had it."""
    if isinstance(value, Answer):
        yield value
    elif isinstance(value, Either):
        if all(isinstance(option, Answer | Const) for option in value.options):
            yield from (option for option in value.options if isinstance(option, Answer))
    elif isinstance(value, Dict):
        for entry in value.entries:
            yield from _answers(entry.value)
    else:
        for part in parts(value):
            yield from _answers(part)


def _is_item(answer: Answer) -> bool:
    return answer.call.name in _WITH_ITEMS and (not answer.path or answer.path in (("Items",), ("Items", "*"), ("Item",)))


def _is_same_table(write: Operation, read: Operation) -> bool:
    one, two = write.call, read.call
    return is_surely_of_same_table(write, read) or (one.handle == two.handle and one.receiver == two.receiver != "" and write.handle.kind == "table")


def _is_number(value: Value, tag: str | None) -> bool:
    return tag == "N" or all(type_of(option) in _NUMBERS for option in alternatives(value))
