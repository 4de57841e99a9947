"""Turns the arguments of operations into the attribute values that they send: items, keys, values for expressions, operands of conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from dynalint.facts.operation import Operation
from dynalint.facts.shapes import entry_value, untagged
from dynalint.findings import Finding, Fix
from dynalint.model.values import Condition, Const, Dict, Entry, KeyPart, Place, Sequence, Value, alternatives, known_text

Role = Literal["item", "key", "values", "key condition", "condition"]

_MAPS: dict[str, Role] = {"Item": "item", "Key": "key", "ExclusiveStartKey": "key", "ExpressionAttributeValues": "values"}
_CONDITIONS = ("KeyConditionExpression", "FilterExpression", "ConditionExpression")
# Parameters of old, in which each attribute has a dict with its value or values.
_LEGACY = ("AttributeUpdates", "Expected", "KeyConditions", "QueryFilter", "ScanFilter")


@dataclass(frozen=True, slots=True)
class SentValue:
    """One value that an operation sends."""

    path: str
    """Where it stands, beginning with its attribute or placeholder: `address.lines[0]`, without the type tags of the wire form."""
    given: Value
    """The value as the program gives it."""
    surely: bool
    """Is it sent whatever path the program takes, or where only some paths send something under this name, is it always this?"""
    operation: Operation = field(repr=False)
    place: Place | None = field(default=None, compare=False)
    """The argument or the entry that it is, or is a part of."""

    @property
    def plain(self) -> bool | None:
        """Are values to be given as Python objects, and not in wire form? None: don't know."""
        return self.operation.handle.plain

    @property
    def tag(self) -> str | None:
        """The type tag of the wire form; None for plain values."""
        return untagged(self.given)[0] if self.plain is not True else None

    @property
    def value(self) -> Value:
        """The value, out of its wire form."""
        return untagged(self.given)[1] if self.plain is not True else self.given

    @property
    def inner(self) -> Place | None:
        """The entry of the type tag, with the value out of its wire form."""
        given = self.given
        return given.entries[0].place if self.tag is not None and isinstance(given, Dict) else None

    @property
    def deep(self) -> Iterator[SentValue]:
        """The value and all that it holds, at any depth."""
        yield self
        if self.plain is True or self.tag in ("M", "L"):
            for part in self._parts():
                yield from part.deep

    def _parts(self) -> Iterator[SentValue]:
        held = self.value
        if isinstance(held, Dict):
            yield from _entries(held, f"{self.path}.", self.surely, self.operation, self.place)
        elif isinstance(held, Sequence):
            for index, each in enumerate(held.elements):
                yield SentValue(f"{self.path}[{index}]", each, self.surely, self.operation, self.place)
            if held.rest is not None:
                yield SentValue(f"{self.path}[]", held.rest, self.surely, self.operation, self.place)


@dataclass(frozen=True, eq=False)
class Sent:
    """What an operation sends under one parameter of its own, or of one element of its batch or transaction; or with one comparison."""

    operation: Operation
    role: Role
    parameter: str
    values: tuple[SentValue, ...]
    """One for each attribute, placeholder or operand."""
    open: bool
    """May there be others?"""
    table: Value | None
    place: Place | None
    condition: Condition | None = None
    """The comparison, where it is the operands of one."""

    @property
    def plain(self) -> bool | None:
        """Are values to be given as Python objects, and not in wire form? None: don't know."""
        return self.operation.handle.plain

    @property
    def deep(self) -> Iterator[SentValue]:
        """All values, and what they hold at any depth."""
        for each in self.values:
            yield from each.deep

    @property
    def stored(self) -> Iterator[SentValue]:
        """The values, at any depth, that boto3 has to turn from Python objects into types of DynamoDB, as far as they are sure.

        None where the program is prepared that boto3 raises TypeError.
        """
        is_tried = "TypeError" in self.operation.call.catches
        return (each for each in self.deep if each.surely) if self.plain is True and not is_tried else iter(())

    def finding(self, message: str, fix: Fix | None = None, at: Place | None = None) -> Finding:
        """A finding on a value or a parameter that stands in the call itself, or else on the operation."""
        return self.operation.finding_about(at, self.place, message, fix)


def sent_by(operation: Operation) -> Iterator[Sent]:
    """All that one operation sends."""
    for request, table in _requests(operation):
        for entry in request.entries:
            name = known_text(entry.key) or ""
            if name in _MAPS and isinstance(entry.value, Dict):
                yield _sent(operation, _MAPS[name], name, entry, entry.value, table)
            elif name in _CONDITIONS and isinstance(entry.value, Condition):
                yield from _compared(operation, name, entry, entry.value, table)
            elif name in _LEGACY and isinstance(entry.value, Dict):
                yield _sent(operation, "values", name, entry, _legacy(entry.value), table)
            elif name == "Parameters" and isinstance(entry.value, Sequence):
                numbered = tuple(Entry(Const(f"Parameters[{index}]"), each, True, entry.place) for index, each in enumerate(entry.value.elements))
                yield _sent(operation, "values", name, entry, Dict(numbered, entry.value.rest is not None), table)


def _sent(operation: Operation, role: Role, name: str, entry: Entry, value: Dict, table: Value | None) -> Sent:
    values = tuple(_entries(value, "", entry.surely, operation, None))
    return Sent(operation, role, name, values, value.open or any(known_text(each.key) is None for each in value.entries), table, entry.place)


def _entries(value: Dict, before: str, surely: bool, operation: Operation, place: Place | None) -> Iterator[SentValue]:
    """The entries of a dict.

    What only some paths set is sure where nothing else is in doubt. Nothing is, before an entry whose key is not known; nor in a dict that
    is made before the call and was given to something that may have changed it.
    """
    unknown = [index for index, entry in enumerate(value.entries) if known_text(entry.key) is None]
    last = unknown[-1] if unknown else -1
    for index, entry in enumerate(value.entries):
        is_set = entry.surely or index == last or not (value.open or unknown)
        is_kept = index >= last and (not value.lent or operation.inside(entry.place) is not None)
        yield SentValue(f"{before}{known_text(entry.key) or '...'}", entry.value, surely and is_set and is_kept, operation, entry.place or place)


def _compared(operation: Operation, parameter: str, entry: Entry, condition: Condition, table: Value | None) -> Iterator[Sent]:
    """The operands of each comparison in a condition."""
    for leaf in condition.leaves():
        part, *operands = leaf.operands or (None,)
        if not isinstance(part, KeyPart):
            continue
        if leaf.operator == "is_in":
            operands = [each for operand in operands if isinstance(operand, Sequence) for each in operand.elements]
        role: Role = "key condition" if part.builder == "Key" else "condition"
        path = known_text(part.name) or "an attribute"
        values = tuple(SentValue(path, each, True, operation, leaf.place) for each in operands if not isinstance(each, KeyPart))
        yield Sent(operation, role, parameter, values, False, table, entry.place, leaf)


def _legacy(value: Dict) -> Dict:
    """The values in a parameter of old, by their attributes."""
    found: list[Entry] = []
    for entry in value.entries:
        about = entry.value if isinstance(entry.value, Dict) else Dict()
        found += [Entry(entry.key, each.value, entry.surely and each.surely, each.place) for each in about.entries if each.key == Const("Value")]
        listed = entry_value(about, "AttributeValueList")
        found += [Entry(entry.key, each, entry.surely, entry.place) for each in (listed.elements if isinstance(listed, Sequence) else ())]
    return Dict(tuple(found), value.open, lent=value.lent or any(isinstance(entry.value, Dict) and entry.value.lent for entry in value.entries))


def _requests(operation: Operation) -> Iterator[tuple[Dict, Value | None]]:
    """The call's own parameters, and those of the elements of its transaction or batch; with the table that they are for."""
    given = operation.call.arguments
    # What is passed on some paths only is still all that is passed under its name.
    own = (Entry(Const(each.name), each.value, each.surely or not operation.call.open, each.place) for each in given.values())
    yield Dict(tuple(own)), operation.table_value
    if "TransactItems" in given:
        for action in _dicts_in(given["TransactItems"].value):
            for request in _dicts_under(action):
                yield request, entry_value(request, "TableName")
    if "Statements" in given:
        yield from ((request, None) for request in _dicts_in(given["Statements"].value))
    if "TransactStatements" in given:
        yield from ((request, None) for request in _dicts_in(given["TransactStatements"].value))
    requests = given["RequestItems"].value if "RequestItems" in given else None
    for entry in requests.entries if isinstance(requests, Dict) else ():
        if isinstance(entry.value, Dict):
            keys = entry_value(entry.value, "Keys")
            for key in _dicts_in(keys) if keys is not None else ():
                yield Dict((Entry(Const("Key"), key),)), entry.key
        for write in _dicts_in(entry.value):
            yield from ((request, entry.key) for request in _dicts_under(write))


def _dicts_in(value: Value) -> Iterator[Dict]:
    """The dicts in a list."""
    for each in (*value.elements, *(alternatives(value.rest) if value.rest is not None else ())) if isinstance(value, Sequence) else ():
        if isinstance(each, Dict):
            yield each


def _dicts_under(value: Dict) -> Iterator[Dict]:
    yield from (entry.value for entry in value.entries if isinstance(entry.value, Dict))
