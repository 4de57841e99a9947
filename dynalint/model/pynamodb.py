"""Turns classes into the tables that they stand for where they are PynamoDB models, and calls of their methods into DynamoDB's operations."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from dynalint.model.frame import Frame
from dynalint.model.module import ClassModel
from dynalint.model.record import Argument, Arguments, ModelAttribute, ModelIndex, TableModel
from dynalint.model.state import State
from dynalint.model.tree import At, Chunk, Spot
from dynalint.model.values import NONE, Class, Const, Dict, Entry, Evidence, Handle, Instance, Place, Symbol, Unknown, Value, known_text

if TYPE_CHECKING:
    from dynalint.model.calls import Calls

LIBRARY = "pynamodb"
_MODEL = "pynamodb.models.Model"
_INDEXES = {"pynamodb.indexes.GlobalSecondaryIndex": True, "pynamodb.indexes.LocalSecondaryIndex": False}
_ATTRIBUTES = "pynamodb.attributes."
_PROJECTIONS = {"AllProjection": "ALL", "KeysOnlyProjection": "KEYS_ONLY", "IncludeProjection": "INCLUDE"}
# What PynamoDB says with constants of its own.
CONSTANTS = {
    "pynamodb.constants.PAY_PER_REQUEST_BILLING_MODE": "PAY_PER_REQUEST",
    "pynamodb.constants.PROVISIONED_BILLING_MODE": "PROVISIONED",
}

# Method of a model -> the operation that it sends, with DynamoDB's name for each parameter, in PynamoDB's order (pynamodb/models.py, 6.1).
OF_CLASS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "scan": (
        "scan",
        (
            ("filter_condition", "FilterExpression"),
            ("segment", "Segment"),
            ("total_segments", "TotalSegments"),
            ("limit", "Limit"),
            ("last_evaluated_key", "ExclusiveStartKey"),
            ("page_size", ""),
            ("consistent_read", "ConsistentRead"),
            ("index_name", "IndexName"),
        ),
    ),
    "query": (
        "query",
        (
            ("hash_key", "HashKey"),
            ("range_key_condition", "RangeKeyCondition"),
            ("filter_condition", "FilterExpression"),
            ("consistent_read", "ConsistentRead"),
            ("index_name", "IndexName"),
            ("scan_index_forward", "ScanIndexForward"),
            ("limit", "Limit"),
        ),
    ),
    "get": ("get_item", (("hash_key", "Key"), ("range_key", "RangeKey"), ("consistent_read", "ConsistentRead"))),
    "create_table": (
        "create_table",
        (
            ("wait", ""),
            ("read_capacity_units", "ReadCapacityUnits"),
            ("write_capacity_units", "WriteCapacityUnits"),
            ("billing_mode", "BillingMode"),
        ),
    ),
}
_OF_OBJECT = {"save": ("put_item", "Item"), "delete": ("delete_item", "Key")}
NAMES = frozenset({*OF_CLASS, *_OF_OBJECT})


def table_model(interpreter: Calls, model: ClassModel) -> TableModel | None:
    """The table that a class stands for; None where it is no model of PynamoDB's."""
    if model not in interpreter.models:
        interpreter.models[model] = None
        # Of a class that stands in a function or a branch, the body is not known.
        place = model.place
        if place is not None and _MODEL in outer_bases(model):
            interpreter.models[model] = (
                _made(interpreter, model, place) if model.module.is_checked else interpreter.abroad(lambda: _made(interpreter, model, place), None)
            )
    return interpreter.models[model]


def outer_bases(model: ClassModel) -> tuple[str, ...]:
    """The outer bases of a class whose module, or that of one of its base classes, speaks of PynamoDB; none of others."""
    if not any(LIBRARY in cls.module.source.text for cls in model.lineage()):
        return ()
    return model.outer_bases()


def _made(interpreter: Calls, model: ClassModel, place: Place) -> TableModel:
    lineage = model.lineage()
    attributes: dict[str, ModelAttribute] = {}
    indexes: dict[str, ModelIndex] = {}
    is_open = False
    for cls in reversed(lineage):
        for name, func, arguments, at in _declared(interpreter, cls):
            attribute = _attribute(name, func, arguments, at)
            if attribute is not None:
                attributes[name] = attribute
            elif (index := _index(interpreter, name, func)) is not None:
                indexes[name] = index
            else:
                # What is called here may make an attribute, or a key, that is not seen.
                is_open = True
    owner = next((cls for cls in lineage if "Meta" in cls.inner or "Meta" in cls.assigned), None)
    meta = _meta(interpreter, owner) if owner is not None else Dict()
    own = model.inner.get("Meta")
    return TableModel(
        model.name,
        place,
        {setting: entry for entry in meta.entries if (setting := known_text(entry.key)) is not None},
        class_name(own) if own is not None else None,
        tuple(attributes.values()),
        tuple(indexes.values()),
        meta.open,
        # Mixins of other libraries may bring attributes of their own.
        is_open or any(base not in (_MODEL, "object", "abc.ABC") for base in outer_bases(model)) or _is_open(lineage),
        frozenset(name for cls in lineage for name in cls.methods),
    )


def _is_open(lineage: Iterable[ClassModel]) -> bool:
    """Is there a base class of which nothing is known?"""
    outside = ((cls, base) for cls in lineage for base in cls.bases if cls.module.class_model(base) is None)
    return any(base != "object" and cls.full_name(base) is None for cls, base in outside)


def class_name(chunk: Chunk) -> Spot | None:
    """Where the name of the class stands that a piece defines."""
    node = chunk.nodes[0] if chunk.nodes else None
    return Spot.of_class(chunk.source, node) if isinstance(node, ast.ClassDef) else None


def _declared(interpreter: Calls, model: ClassModel) -> Iterator[tuple[str, Value, Arguments, At]]:
    """What the body of a class gives names to by calls: the name, what is called, and with what; where the name stands."""
    interpreter.class_body(model)
    frame = model.body
    if frame is None:
        return
    before = frame.chunk
    for chunk in dict.fromkeys(chunk for chunks in model.assigned.values() for chunk in chunks):
        frame.chunk = chunk
        try:
            for target, value in _assignments(chunk.body):
                if isinstance(value, cst.Call):
                    yield target.value, frame.load(interpreter.evaluate(value.func, frame)), interpreter.arguments(value.args, frame), At(chunk, target)
        except (cst.ParserSyntaxError, RecursionError):
            continue
    frame.chunk = before


def _assignments(nodes: Iterable[cst.CSTNode]) -> Iterator[tuple[cst.Name, cst.BaseExpression]]:
    """The names that the statements of a block surely give values to, with the values."""
    for line in nodes:
        for node in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(node, cst.Assign):
                yield from ((each.target, node.value) for each in node.targets if isinstance(each.target, cst.Name))
            elif isinstance(node, cst.AnnAssign) and isinstance(node.target, cst.Name) and node.value is not None:
                yield node.target, node.value


def _library_class(value: Value) -> tuple[str, ClassModel | None] | None:
    """The class of PynamoDB's that something is, or that it is derived from, with its own model where it is one of the project's."""
    if isinstance(value, Symbol):
        return (value.name, None) if value.name.startswith(LIBRARY) else None
    if isinstance(value, Class) and isinstance(value.node, ClassModel):
        found = next((base for base in outer_bases(value.node) if base.startswith(LIBRARY)), None)
        return (found, value.node) if found is not None else None
    return None


def _attribute(name: str, func: Value, arguments: Arguments, place: At) -> ModelAttribute | None:
    known = _library_class(func)
    if known is None or not known[0].startswith(_ATTRIBUTES):
        return None
    stored = arguments.keywords.get("attr_name")
    roles = (("HASH", "hash_key", 0), ("RANGE", "range_key", 1))
    role = next((role for role, keyword, at in roles if arguments.get(at, keyword) == Const(True)), "")
    # A class of the project's may have another type in DynamoDB than the one that it is made of.
    is_own = known[1] is not None and any("attr_type" in cls.assigned for cls in known[1].lineage())
    kind = "" if is_own else known[0].removeprefix(_ATTRIBUTES)
    return ModelAttribute(name, (known_text(stored.value) or name) if stored is not None else name, kind, role, place)


def _index(interpreter: Calls, name: str, func: Value) -> ModelIndex | None:
    known = _library_class(func)
    if known is None or known[0] not in _INDEXES or known[1] is None:
        return None
    attributes = [each for each in (_attribute(*one) for one in _declared(interpreter, known[1])) if each is not None and each.role]
    meta = _meta(interpreter, known[1])
    named, projection = meta.entry("index_name"), meta.entry("projection")
    # An index that gives no name has that of its attribute (pynamodb/indexes.py, Index.__set_name__).
    stored = name if named is None and not meta.open else known_text(named.value) if named is not None and named.surely else None
    shown = projection.value.name.rpartition(".")[2] if projection is not None and isinstance(projection.value, Symbol) else ""
    keys = tuple(sorted(attributes, key=lambda each: each.role != "HASH"))
    return ModelIndex(name, stored, _INDEXES[known[0]], keys, _PROJECTIONS.get(shown))


def _meta(interpreter: Calls, model: ClassModel) -> Dict:
    """What the `Meta` of a class holds, with what it takes from other such classes."""
    chunk = model.inner.get("Meta")
    if chunk is None:
        return Dict((), "Meta" in model.assigned)
    try:
        node = chunk.body[0] if chunk.body else None
    except (cst.ParserSyntaxError, RecursionError):
        return Dict((), True)
    if not isinstance(node, cst.ClassDef) or "Meta" in model.busy:
        return Dict((), True)
    found = Dict()
    model.busy.add("Meta")
    for base in reversed(chunk.nodes[0].bases if isinstance(chunk.nodes[0], ast.ClassDef) else []):
        found = found.updated(_meta_of_base(interpreter, model, ast.unparse(base)))
    model.busy.discard("Meta")
    return found.updated(_held(interpreter, model, chunk, node))


def _meta_of_base(interpreter: Calls, model: ClassModel, base: str) -> Dict:
    if base == "object":
        return Dict()
    head, _, rest = base.rpartition(".")
    owner = model.module.class_model(head) if rest == "Meta" and head else None
    if owner is not None:
        holder = next((cls for cls in owner.lineage() if "Meta" in cls.inner or "Meta" in cls.assigned), None)
        return _meta(interpreter, holder) if holder is not None else Dict((), True)
    plain = model.module.class_model(base)
    if plain is None or not plain.is_closed:
        return Dict((), True)
    found = Dict()
    for cls in reversed(plain.lineage()):
        interpreter.class_body(cls)
        for name in cls.assigned:
            value = cls.body.state.get(name) if cls.body is not None else None
            found = found.with_entry(Entry(Const(name), _said(value or Unknown("a setting")), True))
    return found


def _held(interpreter: Calls, model: ClassModel, chunk: Chunk, node: cst.ClassDef) -> Dict:
    module = model.module
    state = State(module.state, function=True)
    frame = Frame(module, chunk, state, module.frame.made, f"{model.name}.Meta", (node,), (model.name,))
    body = node.body.body
    interpreter.run_block(body, frame)
    places = {target.value: At(chunk, target) for target, _ in _assignments(body)}
    entries = (Entry(Const(name), _said(frame.frozen(value)), name in places, places.get(name)) for name, value in frame.state.names.items())
    return Dict(tuple(entries))


def _said(value: Value) -> Value:
    """What PynamoDB's constants stand for."""
    return Const(CONSTANTS[value.name]) if isinstance(value, Symbol) and value.name in CONSTANTS else value


def called_on_class(interpreter: Calls, cls: Class, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value | None:
    """What a method of PynamoDB's gives that is called on a model; None where it is none of those that are followed."""
    model = table_model(interpreter, cls.node) if name in OF_CLASS and isinstance(cls.node, ClassModel) else None
    if model is None or not isinstance(node, cst.Call):
        return None
    operation, parameters = OF_CLASS[name]
    return _sent(interpreter, model, operation, _translated(parameters, arguments, node, frame), node, frame)


def called_on_object(interpreter: Calls, instance: Instance, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value | None:
    """What a method of PynamoDB's gives that is called on an object of a model, or on an index of one; None for all others."""
    model = instance.cls.node
    if not isinstance(model, ClassModel) or name not in NAMES:
        return None
    if name in _OF_OBJECT:
        table = table_model(interpreter, model)
        return written(interpreter, table, name, arguments, node, frame) if table is not None else None
    if name in ("scan", "query") and isinstance(node, cst.Call) and any(base in _INDEXES for base in outer_bases(model)):
        return _of_index(interpreter, name, arguments, node, frame)
    return None


def written(interpreter: Calls, model: TableModel, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value | None:
    """Write down that an object of a model is saved or deleted."""
    func = node.func if isinstance(node, cst.Call) else None
    if not isinstance(func, cst.Attribute) or not isinstance(node, cst.Call):
        return None
    operation, subject = _OF_OBJECT[name]
    given = _translated((("condition", "ConditionExpression"),), arguments, node, frame)
    keywords = {**given.keywords, subject: Argument(subject, Unknown("an object of a model"), True, frame.at(func.value))}
    if model.open or any(each.kind == "VersionAttribute" for each in model.attributes):
        # A model with a version is only written where that is still the one that was read.
        keywords["ConditionExpression"] = Argument("ConditionExpression", Unknown("the version that was read"), not model.open)
    return _sent(interpreter, model, operation, Arguments((), keywords, given.open), node, frame)


def _of_index(interpreter: Calls, name: str, arguments: Arguments, node: cst.Call, frame: Frame) -> Value | None:
    """`User.email_index.query(...)`: the model is what the index is an attribute of."""
    index = node.func.value if isinstance(node.func, cst.Attribute) else None
    if not isinstance(index, cst.Attribute):
        return None
    owner = frame.load(interpreter.evaluate(index.value, frame))
    model = table_model(interpreter, owner.node) if isinstance(owner, Class) and isinstance(owner.node, ClassModel) else None
    if model is None:
        return None
    operation, parameters = OF_CLASS[name]
    given = _translated(parameters, arguments, node, frame)
    stored = next((each.stored for each in model.indexes if each.name == index.attr.value), None)
    named = Argument("IndexName", Const(stored) if stored is not None else Unknown("the name of an index"))
    return _sent(interpreter, model, operation, Arguments((), {**given.keywords, "IndexName": named}, given.open), node, frame)


def _translated(parameters: tuple[tuple[str, str], ...], arguments: Arguments, node: cst.Call, frame: Frame) -> Arguments:
    """The arguments by DynamoDB's names; None is PynamoDB's way to say that one is not given."""
    starred = any(each.star == "*" for each in node.args)
    nodes = [each.value for each in node.args if each.keyword is None and not each.star]
    keywords: dict[str, Argument] = {}
    for at, (name, translated) in enumerate(parameters):
        found = arguments.keywords.get(name)
        if found is None and at < len(arguments.positional):
            found = Argument(name, arguments.positional[at], not starred, frame.at(nodes[at]) if at < len(nodes) else None)
        elif found is not None and isinstance(found.place, At) and isinstance(found.place.node, cst.Arg):
            found = Argument(name, found.value, found.surely, frame.at(found.place.node.value), found.spread, found.text)
        if found is not None and translated and found.value != NONE:
            keywords[translated] = Argument(translated, found.value, found.surely, found.place, found.spread, found.text)
    return Arguments((), keywords, arguments.open)


def _sent(interpreter: Calls, model: TableModel, operation: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
    named = model.meta.get("table_name")
    table = named.value if named is not None and named.surely else Unknown("a table that the model does not name")
    handle = Handle("unknown", Evidence.TRACED, table, True, named=model.name)
    answer = interpreter.sent(handle, operation, arguments, node, frame, model)
    if operation in ("scan", "query"):
        # PynamoDB turns the pages, and gives the items one after the other.
        frame.read(answer, "Items", "index", node)
        return answer.step("Items")
    return answer.step("Item").step("()") if operation == "get_item" else Unknown(f"the result of {operation} of a model")
