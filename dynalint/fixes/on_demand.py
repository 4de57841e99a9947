"""Turns a table with provisioned capacity into the fix that makes it on-demand."""

from __future__ import annotations

from dynalint.facts import TableDefinition
from dynalint.findings import Fix
from dynalint.fixes.pen import Edits, Pen, fix

_MODE = "PAY_PER_REQUEST"


def on_demand(table: TableDefinition) -> Fix | None:
    """Set the mode and drop all throughput; None where some throughput cannot be seen, or the mode is not written here."""
    pen = Pen(table.facts.source)
    billing, own = table.billing, table.argument("ProvisionedThroughput")
    of_indexes = [each.place for each in table.throughputs if each.of_index]
    changes: tuple[Edits | None, ...]
    if billing is not None:
        changes = pen.replace_text(billing.place, _MODE), pen.remove(*(each.place for each in table.throughputs))
    elif own is not None:
        # The one argument takes the place of the other.
        changes = pen.rename(own.place, "BillingMode"), pen.replace(own.place, pen.quoted(_MODE, own.place)), pen.remove(*of_indexes)
    else:
        changes = pen.add_argument(table.call.whole, "BillingMode", pen.quoted(_MODE, table.call.whole)), pen.remove(*of_indexes)
    return fix("Make the table on-demand", *changes, safe=False) if table.shows_throughput else None
