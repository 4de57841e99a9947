"""What the interpreter writes down: each operation that a program path reaches, and what becomes of its response."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dynalint.model.values import Compare, Dict, Entry, Handle, KeyPart, Origin, Place, Ref, Value


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call: by keyword, or out of `**params`; `surely` is False where only some paths pass it."""

    name: str
    value: Value
    surely: bool = True
    place: Place | None = field(default=None, compare=False)
    spread: bool = False
    """Does it come out of a `**params`?"""
    text: str = ""
    """The dotted name that was passed, where it was one: `invitation_item`."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Python code that keeps only those items of a response that pass a test."""

    parts: tuple[Compare, ...]
    place: Place
    what: str
    """How it filters: a comprehension, a for loop, filter(), next(), any(), a pandas mask."""
    any_of: bool = field(default=False, compare=False)
    """Is it enough that one part holds?"""
    skips: bool = field(default=False, compare=False)
    """Do the items that pass go away, as with `if item["done"]: continue`?"""


@dataclass(frozen=True, slots=True)
class Read:
    """A key that is read from a response: by `response["Item"]` ("index"), `.get("Item")` ("get") or `"Item" in response` ("in")."""

    key: str
    how: str
    place: Place
    caught: frozenset[str] = field(default=frozenset(), compare=False)
    """The exceptions that are caught around it, by their last names."""
    checked: bool = field(default=False, compare=False)
    """Was the key asked for before, on this path?"""


@dataclass(eq=False)
class Use:
    """What the program does with one response, in any order."""

    read: list[Read] = field(default_factory=list)
    escapes: set[str] = field(default_factory=set)
    """How it leaves our sight: "return", "call" or "kept" for the whole response; "return of Items", "call of an item" and the like for parts."""
    filters: list[Filter] = field(default_factory=list)
    iterated: bool = False
    changed: list[Place] = field(default_factory=list)
    """Where the program changes an item that it read."""
    stops: list[Place] = field(default_factory=list)
    """Where a loop ends because a page has no items."""

    @property
    def reads(self) -> set[str]:
        """The keys that are read, in any way."""
        return {read.key for read in self.read}

    def filtered(self, one: Filter) -> None:
        """Write down a filter, once for each place."""
        if all(other.place != one.place or other.what != one.what for other in self.filters):
            self.filters.append(one)


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop that a call stands in: what one turn gets, where it stands, and over what it goes."""

    over: Value
    place: Place
    whole: Value | None = None
    target: Any = field(default=None, repr=False, compare=False)
    sleeps: bool = False
    """Does a turn wait? Then the loop is slow on purpose."""
    leaves: bool = False
    """Can a turn end the loop, as it does where something is tried until it works?"""


@dataclass(eq=False)
class Call:
    """One DynamoDB operation, on one program path. Loops overwrite it with what the later turns know."""

    name: str
    handle: Handle
    receiver: str
    place: Place
    arguments: dict[str, Argument]
    open: bool
    """May it have arguments that are not listed?"""
    positional: int
    function: str
    loops: tuple[Loop, ...]
    path: tuple[str, ...]
    """The functions through which the interpreter came here, outermost first; one name alone where it started in that function."""
    whole: Place | None = None
    """The entire call, from the receiver to the closing parenthesis."""
    catches: frozenset[str] = frozenset()
    """The exceptions that the `try` statements around the call catch, by their last names; "*" for a bare except."""
    expected_to_fail: bool = False
    """Does it stand in `with pytest.raises(...)`?"""
    absent: frozenset[Call] = frozenset()
    """The reads whose item is known not to be there where this call stands: `if "Item" not in response:`."""
    changed: frozenset[Call] = frozenset()
    """The reads whose item the program had changed when it came here."""
    owner: str = ""
    """The class whose method makes the call."""
    model: TableModel | None = None
    """The PynamoDB model of which it is a method. Its arguments go by the names that DynamoDB has for them."""
    via: tuple[Place, ...] = ()
    """The calls of functions through which the interpreter came here, outermost first; they may stand in other files."""
    within: tuple[str, ...] = ()
    """The functions around the first of `path` in the code, outermost first."""
    use: Use = field(default_factory=Use)
    vetted: frozenset[str] = frozenset()
    """Where what came from outside has been looked at before the call."""
    origin: Origin | None = None
    """Who outside of the program chooses the arguments that are not listed."""
    put_in: Ref | None = None
    """The object with what the program has put into the item that was read, on the path that it is on."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all functions that lead here: those of `path`, and before them those in which the first of these is defined."""
        return (*self.within, *self.path)


@dataclass(frozen=True, slots=True)
class ModelAttribute:
    """An attribute that a PynamoDB model, or an index of one, declares."""

    name: str
    """What Python calls it."""
    stored: str
    """What DynamoDB calls it."""
    kind: str
    """The class of PynamoDB's that it is made of: `UnicodeAttribute`; empty for one of the project's that stores something else than that."""
    role: str = ""
    """HASH or RANGE for an attribute of the key."""
    place: Place | None = field(default=None, compare=False)
    """Where it is given its name."""


@dataclass(frozen=True, slots=True)
class ModelIndex:
    """An index that a PynamoDB model declares."""

    name: str
    """What Python calls it."""
    stored: str | None
    """What DynamoDB calls it, where it is known."""
    is_global: bool
    keys: tuple[ModelAttribute, ...]
    """Its key attributes, partition key first."""
    projection: str | None = None
    """KEYS_ONLY, INCLUDE or ALL, where it is known."""


@dataclass(frozen=True, eq=False)
class TableModel:
    """A class that is a PynamoDB model: the table that it stands for."""

    name: str
    place: Place
    """Its name."""
    meta: dict[str, Entry]
    """What its `Meta` holds; `surely` is False where only some paths set it."""
    meta_place: Place | None
    """The name of its own `Meta`."""
    attributes: tuple[ModelAttribute, ...]
    indexes: tuple[ModelIndex, ...]
    meta_open: bool = False
    """May the `Meta` hold what is not listed?"""
    open: bool = False
    """May there be attributes that are not listed?"""
    methods: frozenset[str] = frozenset()
    """The methods of its own, and of its base classes in the project."""

    @property
    def keys(self) -> tuple[ModelAttribute, ...]:
        """The attributes of the primary key, partition key first."""
        return tuple(sorted((each for each in self.attributes if each.role), key=lambda each: each.role != "HASH"))


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to a declared table after it is made: an attribute that is set, or a method that is called."""

    name: str
    value: Value | None
    """What the attribute is set to; the second argument of a method."""
    about: str
    """The first argument of a method, where it is a text."""
    arguments: dict[str, Argument] = field(default_factory=dict, compare=False)
    place: Place | None = None


@dataclass(eq=False)
class Declaration:
    """A table that CDK, troposphere or Pulumi is told to make."""

    maker: str
    """The full name of what makes it: `aws_cdk.aws_dynamodb.Table`."""
    positional: tuple[Value, ...]
    arguments: dict[str, Argument]
    open: bool
    """May it have arguments that are not listed?"""
    place: Place
    """The name of the class that is called."""
    whole: Place
    changes: list[Change] = field(default_factory=list)
    variables: set[str] = field(default_factory=set)
    """The environment variables that some code finds the table by."""
    asked_for: Place | None = None
    """The call in another module by which the program comes to it."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The evaluated arguments of any call."""

    positional: tuple[Value, ...] = ()
    keywords: dict[str, Argument] = field(default_factory=dict)
    open: bool = False
    """May there be more: by *args or **kwargs of unknown content?"""
    names: tuple[str, ...] = ()
    """What the expressions that stand as positional arguments are called, "" where they have no name."""
    spread: tuple[Value, ...] = ()
    """What stands behind the ** of arguments whose content is not known."""
    said: tuple[str, ...] = ()
    """All names and texts in the first argument's expression."""

    def get(self, index: int, name: str = "") -> Value | None:
        """The argument at a position, or of a name."""
        if index < len(self.positional):
            return self.positional[index]
        return self.keywords[name].value if name in self.keywords else None

    @property
    def values(self) -> tuple[Value, ...]:
        """All of them."""
        return (*self.positional, *(argument.value for argument in self.keywords.values()))


@dataclass(frozen=True, slots=True)
class Creation:
    """A session, client or resource that is made, with what it is given."""

    handle: Handle
    arguments: dict[str, Argument]
    open: bool
    place: Place
    has_session: bool
    """Is it made by a session of the program's own, and not by `boto3.client` or `boto3.resource`, however the code calls these?"""


@dataclass(frozen=True, slots=True)
class Dump:
    """A value that is turned into JSON."""

    value: Value
    place: Place
    keywords: frozenset[str]
    open: bool
    function: str
    """The full name of what does it: `json.dumps`."""


@dataclass(frozen=True, slots=True)
class Misuse:
    """`Key("a") == "x"`: Python's own operator on half a condition, which builds none."""

    part: KeyPart
    operator: str
    other: Value
    place: Place


@dataclass(frozen=True, slots=True)
class NamedDict:
    """A dict that is given a name: `invitation_item = {...}`, with what it held when its function ended."""

    name: str
    value: Dict
    place: Place
    function: str
    ref: Value
