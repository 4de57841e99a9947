"""Facts: what a rule may ask of a module.

A rule takes one fact by its type: `Operation`, `Scan`, `Item`, `Expression` and so on (`Facts.of_kind`). Questions are answered with True, False or None for
"don't know"; rules speak only where the answer is known.
"""

from dynalint.declared import OFF, DeclaredTable, Index
from dynalint.facts.batches import Action, Batch, BatchRequest, BatchWriter, Repetition
from dynalint.facts.clients import Client
from dynalint.facts.coroutines import Unawaited, blocks_event_loop, swallowed_by
from dynalint.facts.decimals import InexactDecimal
from dynalint.facts.dumps import JsonDump
from dynalint.facts.expressions import BuiltCondition, Expression
from dynalint.facts.facts import Facts
from dynalint.facts.items import MODEL, NAMED, Attribute, Item
from dynalint.facts.keys import IndexDefinition, NamedList
from dynalint.facts.makers import NewTable, Provisioned
from dynalint.facts.operation import MethodCall, Operation, StoredBlob
from dynalint.facts.order import used_at_once
from dynalint.facts.outside import OutsideInput
from dynalint.facts.queries import KeyTest, Query, equal_in_filter, reads_global_index
from dynalint.facts.reads import FilterTest, ItemRead, PagedRead, Scan
from dynalint.facts.requests import Placeholders, Request
from dynalint.facts.schemas import Schema
from dynalint.facts.sent import Sent, SentValue
from dynalint.facts.shapes import TAGS, entry_value, untagged
from dynalint.facts.sizes import least_size, least_size_of
from dynalint.facts.statements import Statement
from dynalint.facts.tables import TableDefinition, Throughput, TtlSwitch, expiry_by
from dynalint.facts.targets import Target, targets_of
from dynalint.facts.unstorable import is_float, unsupported
from dynalint.facts.wire import is_number, is_plain, is_typed, no_text, tag_for
from dynalint.model.record import Argument, Filter
from dynalint.model.values import (
    NONE,
    Answer,
    Blob,
    Condition,
    Const,
    Dict,
    Either,
    Entry,
    Evidence,
    Handle,
    KeyPart,
    Place,
    Sequence,
    Text,
    Time,
    Unknown,
    Value,
    alternatives,
    known_text,
    type_of,
)
from dynalint.validation import Problem

__all__ = [
    "MODEL", "NAMED", "NONE", "OFF", "TAGS", "Action", "Answer", "Argument", "Attribute", "Batch", "BatchRequest", "BatchWriter", "Blob", "BuiltCondition",
    "Client", "Condition", "Const", "DeclaredTable", "Dict", "Either", "Entry", "Evidence", "Expression", "Facts", "Filter", "FilterTest", "Handle", "Index",
    "IndexDefinition", "InexactDecimal", "Item", "ItemRead", "JsonDump", "KeyPart", "KeyTest", "MethodCall", "NamedList", "NewTable", "Operation",
    "OutsideInput", "PagedRead", "Place", "Placeholders", "Problem", "Provisioned", "Query", "Repetition", "Request", "Scan", "Schema", "Sent", "SentValue",
    "Sequence", "Statement", "StoredBlob", "TableDefinition", "Target", "Text", "Throughput", "Time", "TtlSwitch", "Unawaited", "Unknown", "Value",
    "alternatives", "blocks_event_loop", "entry_value", "equal_in_filter", "expiry_by", "is_float", "is_number", "is_plain", "is_typed", "known_text",
    "least_size", "least_size_of", "no_text", "reads_global_index", "swallowed_by", "tag_for", "targets_of", "type_of", "unsupported", "untagged",
    "used_at_once",
]  # fmt: skip
