"""What an expression may stand for: small frozen values, each of which prints as one short line.

Nothing here guesses. `Unknown` says why something is not known; `Dict` and `Sequence` say whether there may be more in them than is
listed; `Either` lists what the branches of the program disagree on. Questions are answered with yes, no or "don't know" (None).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol

from dynalint.source import Source, Span

if TYPE_CHECKING:
    from dynalint.model.record import Call, Declaration

MOST_ALTERNATIVES = 6
# What follows this in an expression belongs to the name of a placeholder, which DynamoDB takes for nothing else.
_PLACEHOLDER = re.compile(r"[#:]\w*$")
MOST_ELEMENTS = 200
# So begins the reason of what is unknown because nobody is seen to give it.
PARAMETER = "parameter "
# No text that is put together is longer: doubling comes to any length in a few lines.
MOST_TEXT = 1_000_000
# A value that is no object, and so is compared part by part, has no more parts than this, and none that is nested deeper.
MOST_PARTS = 2_000
MOST_LEVELS = 150
# A dict that grows statement by statement keeps as many entries; those before are "don't know".
MOST_ENTRIES = 2_000


class Place(Protocol):
    """Where something stands; its span is worked out only when somebody asks."""

    @property
    def span(self) -> Span:
        """The stretch of the file's text."""

    @property
    def source(self) -> Source:
        """The file."""


class Evidence(IntEnum):
    """How we know that something is a DynamoDB handle, weakest first."""

    NONE = 0
    NAMED = 1
    SHAPED = 2
    CONFIGURED = 3
    ANNOTATED = 4
    TRACED = 5


@dataclass(frozen=True, slots=True)
class Origin:
    """Where somebody outside of the program chooses a value: `event`, `request.args`."""

    name: str
    via: str = field(default="", compare=False)
    """The function that wrote it into a text."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is known but the reason; at best the type, that it is surely short, and what the world outside calls it.

    `name` is that of an environment variable or a setting, and `default` the text in its place where it is not set; of a length, `name` is what was
    measured. `origin` says who chose it, where that was somebody outside of the program and nothing is known to have looked at it since. `of` is the
    attribute of an item that it was worked out from, where it was.
    """

    why: str = "not followed"
    type: str | None = None
    short: bool = False
    name: str = ""
    origin: Origin | None = None
    default: str = field(default="", compare=False, repr=False)
    of: Answer | None = field(default=None, repr=False)

    @property
    def is_variable(self) -> bool:
        """Is it what an environment variable holds?"""
        return bool(self.name) and (self.why == "an environment variable" or self.why.startswith("os.environ["))

    def __str__(self) -> str:
        return f"{self.type or '?'} ({self.why})" + (f" from outside: {self.origin.name}" if self.origin is not None else "")


@dataclass(frozen=True, slots=True)
class Const:
    """A value that is known entirely. `exact` keeps True, 1 and 1.0 apart, which Python calls equal."""

    value: str | bytes | int | float | complex | bool | Decimal | None
    exact: type = field(default=object, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "exact", type(self.value))

    def __str__(self) -> str:
        text = repr(self.value)
        return text if len(text) <= 60 else text[:57] + "..."


@dataclass(frozen=True, slots=True)
class Text:
    """A string of known pieces and holes, as an f-string or a concatenation makes it."""

    parts: tuple[str | Value, ...]

    def __str__(self) -> str:
        return "f" + repr("".join(part if isinstance(part, str) else "{" + str(part) + "}" for part in self.parts))


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a dict, with its value. `surely` is False where only some branches of the program set it."""

    key: Value
    value: Value
    surely: bool = True
    place: Place | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.key}{'' if self.surely else '?'}: {self.value}"


@dataclass(frozen=True, slots=True)
class Dict:
    """A dict. Where `open`, it may hold keys that are not listed; `origin` says who chose those. Where `lent`, somebody may have changed what is listed."""

    entries: tuple[Entry, ...] = ()
    open: bool = False
    origin: Origin | None = None
    lent: bool = False

    def entry(self, key: str) -> Entry | None:
        """The entry of a key, if it is listed."""
        wanted = Const(key)
        return next((entry for entry in reversed(self.entries) if entry.key == wanted), None)

    def has(self, key: str) -> bool | None:
        """Does the dict hold the key? None: don't know."""
        entry = self.entry(key)
        if entry is not None:
            return True if entry.surely else None
        return None if self.open or any(not isinstance(e.key, Const) for e in self.entries) else False

    def without(self, key: Value) -> Dict:
        """The dict once a key was taken out."""
        return Dict(tuple(entry for entry in self.entries if entry.key != key), self.open, self.origin, self.lent)

    def with_entry(self, entry: Entry) -> Dict:
        """The dict after `d[key] = value`."""
        entries = (*self._without(entry.key), entry)
        is_whole = len(entries) <= MOST_ENTRIES
        return Dict(entries if is_whole else entries[-MOST_ENTRIES:], self.open or not is_whole, self.origin, self.lent)

    def _without(self, key: Value) -> Iterable[Entry]:
        """The entries but for that of a known key."""
        if not isinstance(key, Const):
            return self.entries
        # Each statement that sets a key comes by here, with all keys so far: not the place for the general comparison.
        value, exact = key.value, key.exact
        return [e for e in self.entries if not (isinstance(e.key, Const) and e.key.value == value and e.key.exact is exact)]

    def with_entries(self, entries: Iterable[Entry]) -> Dict:
        """The dict after one such statement for each entry."""
        added = tuple(entries)
        if len(added) == 1:
            return Dict((*self._without(added[0].key), added[0]), self.open, self.origin, self.lent)
        listed: dict[object, Entry] = {}
        for entry in (*self.entries, *added):
            _put(listed, entry)
        return Dict(tuple(listed.values()), self.open, self.origin, self.lent) if added else self

    def updated(self, other: Dict) -> Dict:
        """The dict after `d.update(other)`."""
        if not self.entries and len(other.entries) <= MOST_ELEMENTS:
            return Dict(other.entries, self.open or other.open, self.origin or other.origin, self.lent or other.lent)
        kept = self
        if other.open and self.entries:
            # What is not listed there may say otherwise.
            doubt = Unknown("it may be overwritten")
            doubted = tuple(Entry(entry.key, join(entry.value, doubt), entry.surely, entry.place) for entry in self.entries)
            kept = Dict(doubted, self.open, self.origin, self.lent)
        listed: dict[object, Entry] = {}
        for entry in kept.entries:
            _put(listed, entry)
        for entry in other.entries:
            old = listed.get(entry.key) if isinstance(entry.key, Const) and isinstance(entry.key.value, str) else None
            if old is not None and not entry.surely:
                entry = Entry(entry.key, join(old.value, entry.value), old.surely, None)
            _put(listed, entry)
        is_open = kept.open or other.open or len(listed) > MOST_ELEMENTS
        return Dict(tuple(listed.values())[-MOST_ELEMENTS:], is_open, self.origin or other.origin, self.lent or other.lent)

    def __str__(self) -> str:
        shown = [str(entry) for entry in self.entries[:12]] + ["..."] * (self.open or len(self.entries) > 12)
        return "{" + ", ".join(shown) + "}"


def _put(listed: dict[object, Entry], entry: Entry) -> None:
    """Add an entry behind the others, in place of one with the same known key. Of two keys that are not known none replaces the other."""
    key: object = entry.key if isinstance(entry.key, Const) else len(listed)
    listed.pop(key, None)
    listed[key] = entry


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list, tuple or set: its first elements, then any number of others that are all alike `rest`."""

    elements: tuple[Value, ...] = ()
    rest: Value | None = None
    kind: Literal["list", "tuple", "set"] = "list"

    @property
    def each(self) -> Value:
        """What one element may be."""
        return (
            join_all([*self.elements, *([self.rest] if self.rest is not None else [])])
            if self.elements or self.rest is not None
            else Unknown("element of an empty list")
        )

    def with_element(self, element: Value) -> Sequence:
        """The list after `append(element)`."""
        if self.rest is None and len(self.elements) < MOST_ELEMENTS:
            return Sequence((*self.elements, element), None, self.kind)
        return Sequence(self.elements, element if self.rest is None else join(self.rest, element), self.kind)

    def extended(self, other: Value) -> Sequence:
        """The list after `extend(other)`."""
        if isinstance(other, Sequence):
            joined = self
            for element in other.elements:
                joined = joined.with_element(element)
            if other.rest is not None:
                joined = Sequence(joined.elements, other.rest if joined.rest is None else join(joined.rest, other.rest), joined.kind)
            return joined
        element = element_of(other)
        return Sequence(self.elements, element if self.rest is None else join(self.rest, element), self.kind)

    def __str__(self) -> str:
        shown = [str(element) for element in self.elements[:6]] + ["..."] * (len(self.elements) > 6)
        shown += [f"{self.rest}*"] if self.rest is not None else []
        left, right = {"list": ("[", "]"), "tuple": ("(", ")"), "set": ("{", "}")}[self.kind]
        return left + ", ".join(shown) + right


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values: the branches of the program disagree."""

    options: tuple[Value, ...]

    def __str__(self) -> str:
        return " | ".join(str(option) for option in self.options)


@dataclass(frozen=True, slots=True, eq=False)
class Ref:
    """A mutable object, found in the state's heap; two names for one object hold the same Ref."""

    id: object = field(repr=False)

    def __str__(self) -> str:
        return "object"


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something of another module, by its full name: `boto3.client`, `time.time`."""

    name: str

    def __str__(self) -> str:
        return f"symbol {self.name}"


@dataclass(frozen=True, slots=True)
class Function:
    """A function or lambda of this module. `scope` is the frame that it was defined in."""

    name: str
    node: object
    scope: object = field(default=None, compare=False)
    owner: object = None

    def __str__(self) -> str:
        return f"function {self.name}"


@dataclass(frozen=True, slots=True)
class Class:
    """A class of this module."""

    name: str
    node: object = field(default=None)

    def __str__(self) -> str:
        return f"class {self.name}"


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of this module; what is not among its attributes is asked of the class."""

    cls: Class
    attributes: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        return f"{self.cls.name} object"


@dataclass(frozen=True, slots=True)
class Method:
    """An attribute of a value that is about to be called: `table.scan`, `text.format`."""

    receiver: Value
    name: str

    def __str__(self) -> str:
        return f"{self.receiver}.{self.name}"


@dataclass(frozen=True, slots=True)
class Handle:
    """A way to DynamoDB: client, resource, Table, batch writer or paginator, and how we know that it is one.

    `plain` says whether values are given as Python objects (Table, resource, `resource.meta.client`) or in wire form ({"S": ...}).
    """

    kind: Literal["session", "client", "resource", "table", "batch_writer", "paginator", "waiter", "unknown"]
    evidence: Evidence
    table: Value | None = None
    plain: bool | None = None
    is_async: bool = False
    local: bool | None = None
    """Does it speak to an endpoint on this machine (DynamoDB Local, LocalStack)?"""
    operation: str | None = None
    """The operation that a paginator pages."""
    arguments: Dict = Dict()
    """What it was made with, as far as rules ask: the overwrite_by_pkeys of a batch writer."""
    named: str = field(default="", compare=False)
    """What the code calls the table's name: `USERS_TABLE`, or the environment variable that holds it."""
    why: str = field(default="", compare=False, repr=False)
    """Why no more is known of where it comes from, where its shape or name alone makes it a handle."""

    def __str__(self) -> str:
        what = f" {self.table}" if self.table is not None else ""
        return f"{self.kind}{what} ({self.evidence.name.lower()}{', async' if self.is_async else ''}{', local' if self.local else ''})"


@dataclass(frozen=True, slots=True)
class Answer:
    """Something out of an operation's response: () is all of it, ("Items", "*", "name") the name of one of its items.

    The step "()" stands for a conversion that keeps what the item is about: `User.from_item(item)`.
    """

    call: Call = field(repr=False)
    path: tuple[str, ...] = ()

    @property
    def is_items(self) -> bool:
        """Is it the list of items?"""
        return self.path == ("Items",)

    @property
    def is_item(self) -> bool:
        """Is it one item, converted or not?"""
        bare = tuple(step for step in self.path if step != "()")
        return bare in (("Items", "*"), ("Item",))

    @property
    def attribute(self) -> str | None:
        """The name of the item's attribute that this is, or that it is a part of."""
        bare = tuple(step for step in self.path if step != "()")
        if len(bare) > 2 and bare[:2] == ("Items", "*"):
            return bare[2]
        return bare[1] if len(bare) > 1 and bare[0] == "Item" else None

    def step(self, key: str) -> Answer:
        """What stands under a key of this."""
        return Answer(self.call, (*self.path, key)) if len(self.path) < 8 else self

    def __str__(self) -> str:
        return f"{self.call.name} response" + "".join(f"[{step}]" for step in self.path)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a paginated operation: each is a response."""

    call: Call = field(repr=False)

    def __str__(self) -> str:
        return f"pages of {self.call.name}"


@dataclass(frozen=True, slots=True)
class Test:
    """The answer to a question about items: `item["status"] == "open"`. All parts must hold, unless `any_of`."""

    parts: tuple[Compare, ...]
    any_of: bool = False

    def __str__(self) -> str:
        return "test " + (" or " if self.any_of else " and ").join(str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison of an item's attribute: `==`, `!=`, `<`, `in`, `has` (the key is there), `true` (the value is truthy), ..."""

    subject: Answer
    operator: str
    other: Value

    def __str__(self) -> str:
        return f"{self.subject} {self.operator}" + (f" {self.other}" if self.other != NONE else "")


@dataclass(frozen=True, slots=True)
class Time:
    """A point or a stretch of time. `form` says as what, `unit` and `type` how the number is written.

    zone: "local" for naive local time, "utc" for naive UTC (whose .timestamp() is wrong by the host's offset), "aware" else.
    """

    form: Literal["epoch", "datetime", "duration", "timedelta", "text"]
    unit: Literal["s", "ms", "us", "ns", "min", "?"] = "s"
    type: str = "int"
    zone: Literal["local", "utc", "aware", "?"] = "aware"

    def __str__(self) -> str:
        naive = ", naive utc" if self.zone == "utc" else ""
        return f"{self.form} {self.unit} {self.type}{naive}" if self.form in ("epoch", "duration") else f"{self.form}{naive}"


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes or text of a size that nobody limits: what it is (`what`), and what it was turned into (`form`).

    form: "bytes", "base64", "text" or "compressed"; `guarded` where its length was tested before.
    """

    what: str
    form: Literal["bytes", "base64", "text", "compressed"] = "bytes"
    type: Literal["bytes", "str"] = "bytes"

    def __str__(self) -> str:
        return f"{self.form} of {self.what}" if self.form != "bytes" else f"bytes of {self.what}"


@dataclass(frozen=True, slots=True)
class KeyPart:
    """`Key("name")` or `Attr("name")`, before it is compared with anything."""

    builder: Literal["Key", "Attr"]
    name: Value
    place: Place | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.builder}({self.name})"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition built from `Key` and `Attr`: a comparison, or others joined by and, or, not."""

    operator: str
    operands: tuple[Value, ...]
    place: Place | None = field(default=None, compare=False)

    def leaves(self) -> Iterator[Condition]:
        """The comparisons in it."""
        if self.operator in ("and", "or", "not"):
            for operand in self.operands:
                if isinstance(operand, Condition):
                    yield from operand.leaves()
        else:
            yield self

    def __str__(self) -> str:
        return f"{self.operator}({', '.join(str(operand) for operand in self.operands)})"


@dataclass(frozen=True, slots=True)
class Construct:
    """A table as CDK, troposphere or Pulumi declares it, and the resource that CDK makes of it: `table.node.default_child`."""

    declaration: Declaration = field(repr=False)

    def __str__(self) -> str:
        return f"table of {self.declaration.maker.partition('.')[0]}"


Value = (
    Unknown
    | Const
    | Text
    | Dict
    | Sequence
    | Either
    | Ref
    | Symbol
    | Function
    | Class
    | Instance
    | Method
    | Handle
    | Answer
    | Pages
    | Test
    | Time
    | Blob
    | KeyPart
    | Condition
    | Construct
)

NONE = Const(None)


def alternatives(value: Value) -> tuple[Value, ...]:
    """What a value may be: its options, or itself alone."""
    return value.options if isinstance(value, Either) else (value,)


def something(value: Either) -> tuple[Value, ...]:
    """What a value may be where a part of it is taken: None has none."""
    return tuple(option for option in value.options if option != NONE)


def attributes_of(answer: Answer) -> Dict:
    """An item that was read as a dict: one entry stands for all of its attributes, whatever their names."""
    each = answer.step("*")
    return Dict((Entry(each, each, False),) if answer.is_item else (), True)


def attribute_in(value: Dict, name: str) -> Answer | None:
    """What an attribute of an item is that was read, and is part of the dict as a whole."""
    wholes = [entry.key for entry in value.entries if isinstance(entry.key, Answer) and entry.key == entry.value and entry.key.path[-1:] == ("*",)]
    return Answer(wholes[-1].call, wholes[-1].path[:-1]).step(name) if wholes else None


def join(one: Value, two: Value) -> Value:
    """What is known where one program path gives one value, and another path the other."""
    if one == two:
        return one
    if isinstance(one, Dict) and isinstance(two, Dict):
        return _join_dicts(one, two)
    if isinstance(one, Sequence) and isinstance(two, Sequence) and one.kind == two.kind:
        return _join_sequences(one, two)
    if isinstance(one, Instance) and isinstance(two, Instance) and one.cls == two.cls:
        # What only one path has set is asked of the class again, which knows all that any method sets.
        other = dict(two.attributes)
        return Instance(one.cls, tuple((name, join(value, other[name])) for name, value in one.attributes if name in other))
    options: dict[Value, None] = {}
    for option in (*alternatives(one), *alternatives(two)):
        # A value that grows from turn to turn of a loop contains the value that it had before.
        options.setdefault(option)
    if len(options) > MOST_ALTERNATIVES:
        kept = [option for option in options if isinstance(option, Answer | Handle | Pages | Ref)]
        return Either((*kept[:MOST_ALTERNATIVES], Unknown("one of many values"))) if kept else Unknown("one of many values", type_of(one))
    return Either(tuple(options)) if len(options) > 1 else next(iter(options))


def join_all(values: Iterable[Value]) -> Value:
    """What is known where each of several paths gives one of these."""
    joined: Value | None = None
    for value in values:
        joined = value if joined is None else join(joined, value)
    return Unknown("no value") if joined is None else joined


def _join_dicts(one: Dict, two: Dict) -> Dict:
    entries: list[Entry] = []
    right = {entry.key: entry for entry in two.entries if isinstance(entry.key, Const)}
    for entry in one.entries:
        other = right.pop(entry.key, None) if isinstance(entry.key, Const) else None
        if other is not None:
            # Written in two places, it stands in none of them alone.
            place = entry.place if entry.place == other.place else None
            entries.append(Entry(entry.key, join(entry.value, other.value), entry.surely and other.surely, place))
        else:
            entries.append(Entry(entry.key, entry.value, False, entry.place))
    entries += (Entry(entry.key, entry.value, False, entry.place) for entry in right.values())
    known = {entry.key for entry in entries}
    entries += (Entry(e.key, e.value, False, e.place) for e in two.entries if not isinstance(e.key, Const) and e.key not in known)
    return Dict(tuple(entries), one.open or two.open, one.origin or two.origin, one.lent or two.lent)


def _join_sequences(one: Sequence, two: Sequence) -> Sequence:
    if one.rest is None and two.rest is None and len(one.elements) == len(two.elements):
        return Sequence(tuple(join(a, b) for a, b in zip(one.elements, two.elements, strict=True)), None, one.kind)
    shared = 0
    for a, b in zip(one.elements, two.elements, strict=False):
        if a != b:
            break
        shared += 1
    others = [*one.elements[shared:], *two.elements[shared:], *(rest for rest in (one.rest, two.rest) if rest is not None)]
    return Sequence(one.elements[:shared], join_all(others), one.kind)


def element_of(value: Value) -> Value:
    """What one turn of a loop over the value gets."""
    if isinstance(value, Either):
        return join_all(element_of(option) for option in value.options)
    if isinstance(value, Sequence):
        return value.each
    if isinstance(value, Pages):
        return Answer(value.call)
    if isinstance(value, Answer):
        return value.step("*")
    if isinstance(value, Dict):
        keys = [entry.key for entry in value.entries]
        return join_all([*keys, *([Unknown("key of a dict", origin=value.origin)] if value.open or not keys else [])])
    if isinstance(value, Const) and isinstance(value.value, str):
        return Unknown("a character", "str")
    return Unknown("element of something unknown", origin=value.origin if isinstance(value, Unknown) else None)


def parts_of(value: Value) -> list[Value]:
    """The values that a value directly holds, as far as objects may stand among them."""
    if isinstance(value, Dict):
        return [entry.value for entry in value.entries]
    if isinstance(value, Sequence):
        return [*value.elements, *([value.rest] if value.rest is not None else [])]
    if isinstance(value, Either):
        return list(value.options)
    if isinstance(value, Instance):
        return [held for _, held in value.attributes]
    return [value.receiver] if isinstance(value, Method) else []


def is_large(value: Value) -> bool:
    """Has a value more parts, or deeper ones, than anybody writes out? A value that is made of itself twice comes to any number in a few lines."""
    waiting, seen = [(value, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > MOST_PARTS or depth > MOST_LEVELS:
            return True
        inner = parts_of(part)
        if isinstance(part, Condition):
            inner = list(part.operands)
        elif isinstance(part, Text):
            inner = [each for each in part.parts if not isinstance(each, str)]
        elif isinstance(part, Test):
            inner = [each.other for each in part.parts]
        waiting += [(each, depth + 1) for each in inner]
    return False


_TYPES: dict[type, Callable[[Any], str | None]] = {
    Const: lambda value: type(value.value).__name__,
    Text: lambda value: "str",
    Unknown: lambda value: value.type,
    Dict: lambda value: "dict",
    Sequence: lambda value: value.kind,
    Time: lambda value: {"epoch": value.type, "duration": value.type, "text": "str"}.get(value.form, value.form),
    Blob: lambda value: value.type,
}


def type_of(value: Value) -> str | None:
    """The name of the Python type that a value surely has, None where it is not known."""
    if isinstance(value, Either):
        types = {type_of(option) for option in value.options}
        return types.pop() if len(types) == 1 else None
    return _TYPES.get(type(value), lambda _: None)(value)


def known_text(value: Value | None) -> str | None:
    """The string that a value surely is."""
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def text_parts(value: Value) -> tuple[str | Value, ...]:
    """A value as pieces of a string."""
    if isinstance(value, Text):
        return value.parts
    return (value.value,) if isinstance(value, Const) and isinstance(value.value, str) else (value,)


def concatenated(*values: Value) -> Value:
    """The string that the values make together; entirely known where all of them are."""
    parts: list[str | Value] = []
    for value in values:
        for part in text_parts(value):
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
    if sum(len(part) for part in parts if isinstance(part, str)) > MOST_TEXT:
        return Unknown("a very long text", "str")
    if all(isinstance(part, str) for part in parts):
        return Const("".join(part for part in parts if isinstance(part, str)))
    return Text(tuple(parts[:MOST_ELEMENTS]))


def origin_of(value: Value) -> Origin | None:
    """Who outside of the program chooses a value: all of it, the keys of a dict, or a part of a text that is more than a placeholder's name."""
    if isinstance(value, Either):
        return next((origin for option in value.options if (origin := origin_of(option)) is not None), None)
    if isinstance(value, Unknown):
        return value.origin
    if isinstance(value, Dict):
        return value.origin or next((origin for entry in value.entries if (origin := origin_of(entry.key)) is not None), None)
    return _origin_of_text(value) if isinstance(value, Text) else None


def _origin_of_text(text: Text) -> Origin | None:
    before = ""
    for part in text.parts:
        if isinstance(part, str):
            before = part
        elif not _PLACEHOLDER.search(before):
            if (origin := origin_of(part)) is not None:
                return origin
            before = ""
    return None


def source_of(*values: Value) -> Answer | None:
    """The attribute of an item that one of these values is, or that it was worked out from."""
    options = [option for value in values for option in alternatives(value)]
    found = (option if isinstance(option, Answer) and option.attribute is not None else getattr(option, "of", None) for option in options)
    return next((each for each in found if each is not None), None)


def answers_in(value: Value, depth: int = 3) -> Iterator[Answer]:
    """What of responses a value holds, in its containers too."""
    for option in alternatives(value):
        if isinstance(option, Answer):
            yield option
        elif depth:
            for part in parts_of(option):
                yield from answers_in(part, depth - 1)
