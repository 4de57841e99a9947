"""Turns two operations of one function into whether the second surely follows the first, with nothing between them that waits."""

from __future__ import annotations

import re

from dynalint.facts.operation import Operation
from dynalint.facts.schemas import is_same_table
from dynalint.facts.tables import TableDefinition
from dynalint.model.context import follows
from dynalint.model.tree import At
from dynalint.model.values import Unknown

# Whatever the code between them calls it, somebody may wait there for the table.
_WAITS = re.compile(r"wait|sleep|active|status|describe|poll|ready|exist|retry|retries|backoff|until|^(?:re)?load$|ensure", re.IGNORECASE)
_ITEMS = frozenset(
    """
    put_item get_item update_item delete_item query scan batch_writer batch_write_item batch_get_item transact_write_items transact_get_items
    """.split()
)


def used_at_once(definition: TableDefinition) -> Operation | None:
    """The first operation that the same function does on a table it has just created, with no wait between."""
    near = (other for other in definition.facts.operations if other.name in _ITEMS and other.call.names == definition.call.names)
    first = next((other for other in near if _is_same_table(definition, other) and other.place.span > definition.place.span), None)
    return first if first is not None and _follows(definition, first) else None


def _is_same_table(one: Operation, two: Operation) -> bool:
    """In one function, what is made of one parameter is the same too."""
    table = one.table_value
    return is_same_table(table, two.table_value) or (isinstance(table, Unknown) and table.why.startswith("parameter") and table == two.table_value)


def _follows(first: Operation, second: Operation) -> bool:
    """Does the program come from the first to the second, and pass nothing that may wait?"""
    one, two = first.call.whole, second.call.whole
    names = follows(one, two) if isinstance(one, At) and isinstance(two, At) and one.source is two.source else None
    return names is not None and not any(_WAITS.search(name) for name in names)
