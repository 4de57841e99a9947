"""Turns PynamoDB's models, and the calls that create their tables, into new tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dynalint.declared import OFF, PAY_PER_REQUEST, PROVISIONED, DeclaredTable, Index, at_least_one
from dynalint.facts.items import MODEL, Attribute, Item
from dynalint.facts.keys import KEY_TYPES
from dynalint.facts.makers import PYNAMODB, NewTable, Provisioned, is_switched_on, mode_of, pattern
from dynalint.facts.operation import Operation
from dynalint.model.record import ModelAttribute, ModelIndex, TableModel
from dynalint.model.values import Place, Time, Unknown, Value, known_text

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts

# PynamoDB's attributes and what DynamoDB stores of them (pynamodb/attributes.py).
KINDS = {
    "UnicodeAttribute": "S", "JSONAttribute": "S", "UTCDateTimeAttribute": "S", "NumberAttribute": "N", "VersionAttribute": "N", "TTLAttribute": "N",
    "BinaryAttribute": "B", "DiscriminatorAttribute": "S", "BooleanAttribute": "BOOL", "ListAttribute": "L", "MapAttribute": "M", "UnicodeSetAttribute": "SS",
    "NumberSetAttribute": "NS", "BinarySetAttribute": "BS",
}  # fmt: skip


def table_of_model(model: TableModel, facts: Facts) -> NewTable | None:
    """The table of a model; None where it stands for none of its own: it only lends its `Meta`, or has that of another model."""
    calls = [each for each in facts.model_operations if each.name == "create_table" and each.call.model is model]
    named = model.meta.get("table_name")
    if not calls and (named is None or model.meta_place is None):
        return None
    name = pattern(named.value) if named is not None else None
    ttl = expiry_of(model)
    mode = _meta_mode(model)
    indexes = tuple(_model_index(each) for each in model.indexes)
    is_whole = not model.open and [each.role for each in model.keys] in (["HASH"], ["HASH", "RANGE"])
    table = DeclaredTable(
        name=name,
        id=model.name,
        keys=tuple(each.stored for each in model.keys) if is_whole else (),
        types=_model_types(model),
        indexes=tuple(each for each in indexes if each is not None),
        has_all_indexes=not model.open and None not in indexes,
        billing=mode,
        ttl=ttl,
        maker=PYNAMODB.name,
        line=model.place.span.line,
    )
    value = named.value if named is not None and named.surely else None
    has_ttl = at_least_one((None if ttl is None else ttl != OFF, is_switched_on(value, facts)))
    # What no TTLAttribute tells of may still expire where somebody else makes the table.
    others = () if calls else tuple(each.stored for each in model.attributes if each.kind in ("NumberAttribute", "VersionAttribute") and not each.role)
    provisioned = tuple(_by_calls(calls, mode)) if calls else () if _is_made_elsewhere(value, facts) else tuple(_by_meta(model, mode, facts))
    return NewTable(PYNAMODB, facts, model.place, (model.name, *([name] if name else ())), table, provisioned, has_ttl, None, others)


def item_of_model(model: TableModel, facts: Facts) -> Item | None:
    """What the objects of a model are stored as; None where it stands for no table of its own."""
    made = table_of_model(model, facts)
    if made is None:
        return None
    named = model.meta.get("table_name")
    value = named.value if named is not None and named.surely else None
    elsewhere = facts.declared(value)
    declared = elsewhere if elsewhere is not None and elsewhere.ttl else made.table
    attributes = tuple(_stored(each, facts) for each in model.attributes)
    return Item(attributes, model.open, MODEL, None, model.place, known_text(value), made.words, (*made.keys, None)[0], facts, None, declared)


def _stored(attribute: ModelAttribute, facts: Facts) -> Attribute:
    value = Time("epoch") if attribute.kind == "TTLAttribute" else Unknown(f"what a {attribute.kind or 'class'} stores")
    own = attribute.place if attribute.place is not None and attribute.place.source is facts.source else None
    return Attribute(attribute.stored, value, KINDS.get(attribute.kind), True, own)


def expiry_of(model: TableModel) -> str | None:
    """The attribute by which the items of a model expire, OFF for none; None where it is not known."""
    return next((each.stored for each in model.attributes if each.kind == "TTLAttribute"), None if model.open else OFF)


def table_elsewhere(call: Operation) -> NewTable:
    """The table of a model of another module, where the finding on the model would stand: only what the call itself says is told here."""
    name = call.table_name
    mode = _call_mode(call)
    provisioned = (Provisioned(_spot(call), False),) if mode == PROVISIONED else ()
    ttl = expiry_of(call.model) if call.model is not None else None
    table = DeclaredTable(name=name, id=call.handle.named, billing=mode, ttl=ttl, maker=PYNAMODB.name, line=call.place.span.line)
    return NewTable(PYNAMODB, call.facts, call.place, (), table, provisioned)


def _by_calls(calls: Iterable[Operation], meta_mode: str | None) -> Iterator[Provisioned]:
    for call in calls:
        given = call.has("BillingMode")
        if given and _call_mode(call) == PROVISIONED:
            yield Provisioned(_spot(call), False)
        elif given is False and meta_mode == PROVISIONED:
            explicit = call.call.model is not None and "billing_mode" in call.call.model.meta
            yield Provisioned(call.place, not explicit)


def _by_meta(model: TableModel, mode: str | None, facts: Facts) -> Iterator[Provisioned]:
    if mode != PROVISIONED or model.meta_place is None:
        return
    entries = (model.meta.get(name) for name in ("billing_mode", "read_capacity_units", "write_capacity_units"))
    own = (each.place for each in entries if each is not None and each.place is not None and each.place.source is facts.source)
    yield Provisioned(next(own, model.meta_place), "billing_mode" not in model.meta)


def _spot(call: Operation) -> Place:
    argument = call.argument("BillingMode")
    return call.inside(argument.place if argument is not None else None) or call.place


def _call_mode(call: Operation) -> str | None:
    return mode_of(call.value("BillingMode"))


def _meta_mode(model: TableModel) -> str | None:
    """How the `Meta` of a model has its table billed. PynamoDB's own default is provisioned (pynamodb/connection/base.py)."""
    entry = model.meta.get("billing_mode")
    if entry is not None:
        return mode_of(entry.value) if entry.surely else None
    return None if model.meta_open else PROVISIONED


def _model_types(model: TableModel) -> tuple[tuple[str, str], ...]:
    keys = (*model.keys, *(each for index in model.indexes for each in index.keys))
    return tuple(dict.fromkeys((each.stored, kind) for each in keys if (kind := KINDS.get(each.kind, "")) in KEY_TYPES))


def _model_index(index: ModelIndex) -> Index | None:
    keys = tuple(each.stored for each in index.keys)
    return Index(index.stored, index.is_global, keys, keys[:1], index.projection) if index.stored is not None and keys else None


def _is_made_elsewhere(name: Value | None, facts: Facts) -> bool:
    """Does the project declare the table in a template, or call the model's `create_table` for an on-demand table?"""
    declared = facts.declared(name)
    return declared is not None and (declared.maker != PYNAMODB.name or declared.billing == PAY_PER_REQUEST)
