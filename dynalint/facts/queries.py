"""Turns queries into facts: what they ask of keys, what they filter by, and which keys they may ask about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from dynalint.facts.filters import kept
from dynalint.facts.keys import KEY_TYPES
from dynalint.facts.operation import Operation
from dynalint.facts.races import is_surely_of_same_table
from dynalint.facts.reads import PagedRead
from dynalint.facts.schemas import is_same_table
from dynalint.facts.shapes import untagged
from dynalint.language.parser import parse
from dynalint.language.problems import Kind
from dynalint.language.tokens import HOLE, template
from dynalint.language.tree import Between, Call, Comparison, Logic, Node, Path, walk
from dynalint.language.tree import Value as Word
from dynalint.model.values import Answer, Condition, Dict, KeyPart, Text, Value, alternatives, known_text, text_parts, type_of
from dynalint.words import words

# What boto3 calls the comparisons of key conditions, and what the legacy KeyConditions call them.
_OPERATORS = {"eq": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "between": "BETWEEN", "begins_with": "begins_with"}
_LEGACY = {"EQ": "=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">=", "BETWEEN": "BETWEEN", "BEGINS_WITH": "begins_with"}
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
KEY_OPERATORS = frozenset(_OPERATORS.values())
# The Python types of what DynamoDB stores as no key.
_NO_KEYS = frozenset({"bool", "NoneType", "dict", "list", "set", "tuple"})
# Partition keys that are no other item's: whoever has such a key has no use for a sort key.
_UNIQUE = frozenset({"id", "uuid", "guid"})


@dataclass(frozen=True, slots=True)
class KeyTest:
    """One test of a key condition."""

    name: str
    operator: str
    """`=`, `<`, `<=`, `>`, `>=`, `BETWEEN`, `begins_with`."""


@dataclass(frozen=True, eq=False)
class Query(PagedRead):
    """A `query`, by a Table, a client or a paginator."""

    @cached_property
    def key_conditions(self) -> tuple[tuple[KeyTest, ...], ...] | None:
        """The tests of the key condition, for each condition that it may be; None where one of them is not known entirely."""
        expression, legacy = self.argument("KeyConditionExpression"), self.argument("KeyConditions")
        if expression is not None and expression.surely:
            found = [self._tests(option) for option in alternatives(expression.value)]
        elif legacy is not None and legacy.surely and expression is None:
            found = [_legacy_tests(option) for option in alternatives(legacy.value)]
        else:
            return None
        known = tuple(each for each in found if each is not None)
        return known if len(known) == len(found) else None

    @property
    def filtered_attributes(self) -> tuple[frozenset[str], ...]:
        """The attributes that the filter names, for each filter that it may be: as far as they are known."""
        expression, legacy = self.argument("FilterExpression"), self.argument("QueryFilter")
        if expression is not None:
            return tuple(frozenset(self._filter_names(option)) for option in alternatives(expression.value))
        options = alternatives(legacy.value) if legacy is not None else ()
        return tuple(frozenset(_sure_keys(option) if isinstance(option, Dict) else ()) for option in options)

    @property
    def keys(self) -> tuple[str, ...]:
        """The key attributes of the table or index that is read, partition keys first; empty where they are not known."""
        if self.schema is None or self.has("IndexName") is None:
            return ()
        name = known_text(self.value("IndexName"))
        return self.schema.keys_of(name) if name is not None or self.has("IndexName") is False else ()

    @property
    def partition_keys(self) -> tuple[str, ...]:
        """Those that the key condition must name; empty where they are not known."""
        name = known_text(self.value("IndexName"))
        return self.schema.partition_keys_of(name) if self.schema is not None and self.keys else ()

    @property
    def finds_one_item(self) -> bool | None:
        """As for any read; also where other calls on the table show that the one attribute is its whole key, or its name lets think so (None)."""
        known, own = super().finds_one_item, self._partition_key
        if known is not False or own is None or self.schema is not None or self.has("IndexName") is not False:
            return known
        if any(self._is_whole_key(own, other) for other in self.facts.operations):
            return True
        return None if self._seems_unique(own) or self.facts.has_hash_only_table(own) else False

    def _is_whole_key(self, name: str, other: Operation) -> bool:
        """Does another operation on the table find, change or delete an item by this attribute alone?"""
        key = other.value("Key") if other.name in ("get_item", "delete_item", "update_item") else None
        return isinstance(key, Dict) and not key.open and [known_text(each.key) for each in key.entries] == [name] and is_surely_of_same_table(self, other)

    def _seems_unique(self, name: str) -> bool:
        """Is it called the identifier of what the table holds: `id`, or `request_id` in `requests`?"""
        found = words(name)
        if found[-1:] and found[-1] in _UNIQUE and len(found) < 2:
            return True
        held = {each[-1].removesuffix("s") for text in self.table_words if (each := [word for word in words(text) if word not in ("table", "name", "self")])}
        return len(found) == 2 and found[-1] in _UNIQUE and found[0] in held

    @cached_property
    def sort_key(self) -> str | None:
        """The sort key of the table or index that is read, as the definition says, or as other operations on the same table and index show."""
        if self.keys:
            rest = self.keys[len(self.partition_keys) :]
            return rest[0] if len(rest) == 1 else None
        own = self._partition_key
        found = {name for other in self.facts.operations if own is not None and other is not self for name in self._shown_by(other, own)}
        return found.pop() if len(found) == 1 else None

    @property
    def sort_key_tests(self) -> tuple[str, ...]:
        """The operators by which Python compares the sort key of the items and drops the others, where the key condition asks nothing of it.

        Where all items are wanted too, or are sorted into several kinds, none is dropped.
        """
        key, conditions = self.sort_key, self.key_conditions
        if key is None or not conditions or any(test.operator != "=" or test.name == key for tests in conditions for test in tests):
            return ()
        if len(self.filters) != 1 or not self.use.escapes.isdisjoint({"return of Items", "call of Items", "kept of Items"}):
            return ()
        parts = kept(self.filters[0])
        is_either = self.filters[0].any_of and not self.filters[0].skips
        if is_either or any(self._is_about_items(part.other) for part in parts):
            return ()
        return tuple(part.operator for part in parts if self._attribute(part.subject) == (key,))

    def _is_about_items(self, value: Value) -> bool:
        return any(isinstance(option, Answer) and option.call is self.call for option in alternatives(value))

    @property
    def _partition_key(self) -> str | None:
        """The attribute that the condition compares for being equal, where it asks for nothing else."""
        conditions = self.key_conditions
        names = {tuple((test.name, test.operator) for test in tests) for tests in conditions or ()}
        only = names.pop() if len(names) == 1 else ()
        return only[0][0] if len(only) == 1 and only[0][1] == "=" else None

    def _shown_by(self, other: Operation, partition_key: str) -> Iterator[str]:
        """The sort keys that another operation on the table shows for this partition key."""
        if not is_same_table(other.table_value, self.table_value):
            return
        if isinstance(other, Query) and self._reads_like(other):
            for tests in other.key_conditions or ():
                if KeyTest(partition_key, "=") in tests:
                    yield from (test.name for test in tests if test.name != partition_key)
        elif other.name in ("get_item", "delete_item", "update_item") and self.has("IndexName") is False:
            key = other.value("Key")
            names = _sure_keys(key) if isinstance(key, Dict) else ()
            if partition_key in names:
                yield from (name for name in names if name != partition_key)

    def _reads_like(self, other: Query) -> bool:
        """Is it surely the same index, or the table both times?"""
        if self.has("IndexName") is False:
            return other.has("IndexName") is False
        one, two = known_text(self.value("IndexName")), known_text(other.value("IndexName"))
        return one is not None and one == two

    @property
    def _names(self) -> Mapping[str, str]:
        return names_of(self)

    def _tests(self, condition: Value) -> tuple[KeyTest, ...] | None:
        if isinstance(condition, Condition):
            return _built_tests(condition)
        if not isinstance(condition, Text) and known_text(condition) is None:
            return None
        text = template(text_parts(condition))
        tree = parse(text, Kind.KEY_CONDITION, dict(self._names)).tree if HOLE not in text else None
        return _read_tests(tree, self._names) if tree is not None else None

    def _filter_names(self, condition: Value) -> Iterator[str]:
        if isinstance(condition, Condition):
            parts = (operand for leaf in condition.leaves() for operand in leaf.operands if isinstance(operand, KeyPart))
            yield from (name for part in parts if (name := known_text(part.name)) is not None)
        elif isinstance(condition, Text) or known_text(condition) is not None:
            text = template(text_parts(condition))
            paths = (node for node in walk(parse(text, Kind.FILTER, dict(self._names)).tree) if isinstance(node, Path))
            names = (path.head.resolved(self._names) for path in paths)
            yield from (name for name in names if name is not None and not name.startswith("#"))


def names_of(operation: Operation) -> Mapping[str, str]:
    """The `#names` that an operation is given, with what they stand for, as far as that is known."""
    given = operation.value("ExpressionAttributeNames")
    pairs = ((known_text(each.key), known_text(each.value)) for each in (given.entries if isinstance(given, Dict) else ()) if each.surely)
    return {alias: name for alias, name in pairs if alias is not None and name is not None}


def equal_in_filter(read: PagedRead) -> tuple[str, ...]:
    """The attributes that the filter compares for being equal, whatever else it asks; as far as they are known, whichever filter it is.

    Without those that can be no key for what they are compared with: it has to be text, a number or bytes (AWS's page on KeySchemaElement).
    """
    argument = read.argument("FilterExpression")
    if argument is None or read.model is not None:
        return ()
    names, given = names_of(read), read.value("ExpressionAttributeValues")
    values = {known_text(each.key): each.value for each in given.entries} if isinstance(given, Dict) else {}
    found = [tuple(_equal(option, names, values)) for option in alternatives(argument.value)]
    return tuple(name for name in dict.fromkeys(found[0]) if all(name in each for each in found))


def _equal(condition: Value, names: Mapping[str, str], values: Mapping[str | None, Value]) -> Iterator[str]:
    if isinstance(condition, Condition):
        part = condition.operands[0] if condition.operands else None
        if condition.operator == "and":
            yield from (name for each in condition.operands if isinstance(each, Condition) for name in _equal(each, names, values))
        elif condition.operator == "eq" and isinstance(part, KeyPart) and (known := known_text(part.name)) is not None and not {".", "["} & set(known):
            yield from [known] if _may_be_key(condition.operands[1]) else []
    elif isinstance(condition, Text) or known_text(condition) is not None:
        text = template(text_parts(condition))
        tree = parse(text, Kind.FILTER, dict(names)).tree if HOLE not in text else None
        parts = tree.conditions if isinstance(tree, Logic) and tree.operator == "AND" else (tree,)
        for each in parts:
            if not isinstance(each, Comparison) or each.operator != "=":
                continue
            if any(isinstance(node, Word) and _may_be_key(values.get(node.text)) for node in walk(each)):
                yield from (test.name for test in _read_tests(each, names) or ())


def _may_be_key(value: Value | None) -> bool:
    """May an attribute with this value be a key, for all that is known?"""
    tag, inner = untagged(value) if value is not None else (None, None)
    return tag in (None, *KEY_TYPES) and (inner is None or type_of(inner) not in _NO_KEYS)


def reads_global_index(read: PagedRead) -> bool | None:
    """Is the index that is read a global one? The definition says so, or its name, or that the query asks for another key than the table's."""
    argument = read.argument("IndexName")
    if argument is None or not argument.surely:
        return None
    name, schema = known_text(argument.value), read.schema
    index = schema.index(name) if schema is not None and name is not None else None
    if index is not None:
        return index.is_global
    said = [words(part) for option in alternatives(argument.value) for part in text_parts(option) if isinstance(part, str)]
    said = said if len(said) >= len(alternatives(argument.value)) else []
    if any("lsi" in each for each in said) or "lsi" in words(argument.text):
        return False
    if (said and all("gsi" in each for each in said)) or "gsi" in words(argument.text):
        return True
    conditions = read.key_conditions if isinstance(read, Query) else None
    if schema is not None and conditions and all(KeyTest(schema.partition_key, "=") not in tests for tests in conditions):
        return True
    return None


def _built_tests(condition: Condition) -> tuple[KeyTest, ...] | None:
    if condition.operator == "and":
        parts = [_built_tests(each) if isinstance(each, Condition) else None for each in condition.operands]
        known = [part for part in parts if part is not None]
        return tuple(test for part in known for test in part) if len(known) == len(parts) else None
    part = condition.operands[0] if condition.operands else None
    name = known_text(part.name) if isinstance(part, KeyPart) and part.builder == "Key" else None
    operator = _OPERATORS.get(condition.operator)
    return (KeyTest(name, operator),) if name is not None and operator is not None else None


def _read_tests(tree: Node, names: Mapping[str, str]) -> tuple[KeyTest, ...] | None:
    if isinstance(tree, Logic):
        parts = [_read_tests(each, names) if tree.operator == "AND" else None for each in tree.conditions]
        known = [part for part in parts if part is not None]
        return tuple(test for part in known for test in part) if len(known) == len(parts) else None
    operator, path = "", None
    if isinstance(tree, Comparison):
        operator, path = (tree.operator, tree.left) if isinstance(tree.left, Path) else (_MIRROR.get(tree.operator, tree.operator), tree.right)
    elif isinstance(tree, Between):
        operator, path = "BETWEEN", tree.operand
    elif isinstance(tree, Call) and tree.function.text == "begins_with" and tree.arguments:
        operator, path = "begins_with", tree.arguments[0]
    name = path.head.resolved(names) if isinstance(path, Path) and not path.is_nested else None
    return (KeyTest(name, operator),) if name is not None and operator in KEY_OPERATORS else None


def _legacy_tests(conditions: Value) -> tuple[KeyTest, ...] | None:
    if not isinstance(conditions, Dict) or conditions.open:
        return None
    found: list[KeyTest] = []
    for entry in conditions.entries:
        name = known_text(entry.key)
        operator = _LEGACY.get(known_text(asked.value) or "") if isinstance(entry.value, Dict) and (asked := entry.value.entry("ComparisonOperator")) else None
        if name is None or operator is None or not entry.surely:
            return None
        found.append(KeyTest(name, operator))
    return tuple(found)


def _sure_keys(value: Dict) -> tuple[str, ...]:
    return tuple(name for entry in value.entries if entry.surely and (name := known_text(entry.key)) is not None)
