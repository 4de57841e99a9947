"""Turns calls of Python's own functions, and of methods of dicts, lists and strings, into what they return and change."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

import libcst as cst

from dynalint.model import outside, times
from dynalint.model.frame import Frame
from dynalint.model.record import Arguments, Filter
from dynalint.model.values import (
    NONE,
    Answer,
    Blob,
    Compare,
    Const,
    Dict,
    Entry,
    Ref,
    Sequence,
    Test,
    Text,
    Time,
    Unknown,
    Value,
    alternatives,
    attribute_in,
    attributes_of,
    concatenated,
    element_of,
    join,
    join_all,
    known_text,
    origin_of,
    source_of,
    type_of,
)

# String methods after which an attribute still says what it said.
_SAME = frozenset(
    """
    lower upper strip lstrip rstrip casefold title split replace decode encode copy date isoformat timestamp
    """.split()
)
_ASKING = frozenset({"startswith", "endswith", "isdigit", "isupper", "islower"})
_NUMBERS = ("int", "float", "str", "Decimal", "bool", "round", "abs")


def function(name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value | None:
    """What a builtin function returns; None for one that is not followed."""
    first = arguments.get(0)
    loaded = frame.loaded(first) if first is not None else None
    if name == "dict":
        return _dict(arguments, loaded, node, frame)
    if name in ("list", "tuple", "set", "frozenset", "sorted", "reversed", "enumerate", "iter"):
        return _sequence(name, first, loaded, node, frame)
    if name in _NUMBERS and first is not None:
        return _rounded(frame.load(first)) if name == "round" and len(arguments.values) > 1 else conversion(name, first, frame)
    if name == "len":
        for option in alternatives(first) if first is not None else ():
            if isinstance(option, Answer) and option.is_items:
                frame.read(option, "len", "get", node)
        return Unknown("a length", "int", name=arguments.names[0] if arguments.names else "")
    if name == "zip":
        return Sequence((), Sequence(tuple(element_of(frame.loaded(each)) for each in arguments.positional), None, "tuple"))
    if name == "range":
        return Sequence((), Unknown("a number of a range", "int"))
    if name == "bytes" and isinstance(loaded, Blob):
        return loaded
    if name == "open":
        return Unknown("an open file", "text file" if "b" not in (known_text(arguments.get(1, "mode")) or "r") else "binary file")
    if name in ("isinstance", "issubclass", "callable", "hasattr", "bool", "any", "all"):
        return Unknown("a truth value", "bool")
    if name in ("max", "min", "sum"):
        return _extreme(name, arguments, loaded, frame)
    if name in ("repr", "hex", "bin", "oct", "chr", "ascii", "format", "input"):
        return Unknown(f"a result of {name}()", "str")
    if name in ("print", "setattr", "delattr"):
        return NONE
    if name in ("type", "id", "hash", "ord", "vars", "dir"):
        return Unknown(f"a result of {name}()")
    return None


def _dict(arguments: Arguments, loaded: Value | None, node: cst.CSTNode, frame: Frame) -> Value:
    if isinstance(loaded, Answer) and not arguments.keywords:
        return loaded
    made = _as_dict(loaded) if loaded is not None else Dict()
    for argument in arguments.keywords.values():
        made = made.with_entry(Entry(Const(argument.name), argument.value, argument.surely, argument.place))
    return frame.new(node, Dict(made.entries, made.open or arguments.open, made.origin, made.lent))


def _sequence(name: str, first: Value | None, loaded: Value | None, node: cst.CSTNode, frame: Frame) -> Value:
    kind: Any = {"tuple": "tuple", "set": "set", "frozenset": "set"}.get(name, "list")
    if loaded is None:
        return frame.new(node, Sequence((), None, kind))
    if name == "enumerate":
        return Sequence((), Sequence((Unknown("a count", "int"), element_of(loaded)), None, "tuple"))
    if isinstance(loaded, Answer):
        if loaded.is_items and name in ("sorted", "reversed"):
            frame.read(Answer(loaded.call), "others", "get", node)  # which comes first then, the first page does not tell
        return loaded
    if isinstance(loaded, Sequence) and name in ("list", "tuple"):
        return frame.new(node, Sequence(loaded.elements, loaded.rest, kind))
    return frame.new(node, Sequence((), element_of(loaded), kind))


def _extreme(name: str, arguments: Arguments, loaded: Value | None, frame: Frame) -> Value:
    values = [frame.load(value) for value in arguments.positional]
    if name != "sum" and len(values) > 1:
        return values[0] if all(value == values[0] for value in values) else _one_time(values)
    if loaded is None or name == "sum":
        return Unknown(f"a result of {name}()", "float" if isinstance(loaded, Sequence) and type_of(loaded.each) == "float" else None)
    return element_of(loaded)


def _one_time(values: list[Value]) -> Value:
    found = [value for value in values if isinstance(value, Time)]
    return found[0] if found else Unknown("the largest or smallest of several", of=source_of(*values))


def conversion(name: str, value: Value, frame: Frame) -> Value:
    """`int(x)`, `float(x)`, `str(x)` and their kind."""
    loaded = frame.load(value)
    time = times.of_all((loaded,), name if name not in ("round", "abs") else (type_of(loaded) or "int") if name == "abs" else "int")
    if time is not None:
        return time
    if isinstance(loaded, Answer):
        return loaded
    if isinstance(loaded, Blob) and name == "str":
        return Blob(loaded.what, loaded.form, "str")
    if isinstance(loaded, Const):
        return _converted(name, loaded)
    if name == "str" and type_of(loaded) == "str":
        return loaded
    kind = {"round": "int", "abs": type_of(loaded)}.get(name, name)
    return Unknown(f"converted by {name}()", kind, origin=origin_of(loaded) if name == "str" else None, of=source_of(loaded))


def _rounded(value: Value) -> Value:
    """`round(x, 2)`: of the type that it was."""
    return Unknown("rounded", type_of(value) if type_of(value) in ("int", "float", "Decimal") else None, of=source_of(value))


def _converted(name: str, value: Const) -> Value:
    types: dict[str, Any] = {"int": int, "float": float, "str": str, "bool": bool, "Decimal": Decimal, "round": round, "abs": abs}
    if name == "Decimal" and isinstance(value.value, float):
        # Decimal(0.1) holds all the digits that the float really has.
        return Const(Decimal(value.value))
    try:
        return Const(types[name](value.value))
    except (ValueError, TypeError, OverflowError, InvalidOperation):
        return Unknown(f"{name}() of something that it does not take", name)


def method(receiver: Value, loaded: Value, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value | None:
    """What a method of a dict, list, set, string or bytes returns; it changes the object in the state. None for other receivers, and where no dict has it."""
    if isinstance(loaded, Dict):
        if not hasattr(dict, name):
            return None
        return _dict_method(receiver, loaded, name, arguments, node, frame)
    if isinstance(loaded, Sequence):
        return _list_method(receiver, loaded, name, arguments, node, frame)
    if type_of(loaded) == "str" and not isinstance(loaded, Blob | Time):
        return _text_method(loaded, name, arguments, frame)
    return None


def _dict_method(receiver: Value, held: Dict, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
    ref = receiver if isinstance(receiver, Ref) else None
    first = arguments.get(0)
    text = known_text(first)
    if name == "update":
        changed = held.updated(_as_dict(frame.load(first))) if first is not None else held
        for argument in arguments.keywords.values():
            changed = changed.with_entry(Entry(Const(argument.name), argument.value, argument.surely, argument.place))
        _store(ref, Dict(changed.entries, changed.open or arguments.open, changed.origin, changed.lent), frame)
        return NONE
    if name in ("get", "pop", "setdefault") and first is not None:
        entry = held.entry(text) if text is not None else None
        default = arguments.positional[1] if len(arguments.positional) > 1 else NONE
        found: Value = entry.value if entry is not None else default
        if entry is None and (text is None or held.has(text) is not False):
            read = attribute_in(held, text) if text is not None else None
            found = join(default, read or Unknown(f"a value that may stand under {text!r}", origin=outside.under(held.origin, text)))
        elif entry is not None and not entry.surely:
            found = join(entry.value, default)
        if name == "pop":
            _store(ref, held.without(first), frame)
        if name == "setdefault" and entry is None:
            _store(ref, held.with_entry(Entry(first, default, True, frame.at(node))), frame)
        return found
    if name == "copy":
        return frame.new(node, held)
    if name == "items":
        pairs = tuple(Sequence((entry.key, entry.value), None, "tuple") for entry in held.entries)
        return Sequence((), join_all([*pairs, *([Unknown("an entry of a dict", origin=held.origin)] if held.open or not pairs else [])]))
    if name in ("values", "keys"):
        parts = [entry.value if name == "values" else entry.key for entry in held.entries]
        return Sequence((), join_all([*parts, *([Unknown("a part of a dict", origin=held.origin)] if held.open or not parts else [])]))
    if name == "clear":
        _store(ref, Dict(), frame)
    return Unknown(f"{name}() of a dict")


def _as_dict(value: Value) -> Dict:
    return value if isinstance(value, Dict) else attributes_of(value) if isinstance(value, Answer) else Dict((), True, origin_of(value))


def _store(ref: Ref | None, value: Value, frame: Frame) -> None:
    if ref is not None:
        frame.state.heap[ref] = value


def _list_method(receiver: Value, held: Sequence, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
    ref = receiver if isinstance(receiver, Ref) else None
    first = arguments.get(0)
    if name in ("append", "add", "appendleft") and first is not None:
        # In a loop nobody knows how often.
        _store(
            ref,
            held.with_element(first) if not frame.loops else Sequence(held.elements, first if held.rest is None else join(held.rest, first), held.kind),
            frame,
        )
        return NONE
    if name == "insert" and len(arguments.positional) > 1:
        _store(
            ref, Sequence((), join(held.each, arguments.positional[1]) if held.elements or held.rest is not None else arguments.positional[1], held.kind), frame
        )
        return NONE
    if name in ("extend", "update", "union") and first is not None:
        grown = held.extended(frame.loaded(first))
        grown = grown if not frame.loops else Sequence(held.elements, grown.each, held.kind) if grown != held else held
        if name == "union":
            return frame.new(node, grown)
        _store(ref, grown, frame)
        return NONE
    if name in ("pop", "popleft"):
        return held.each
    if name == "query" and first is not None:
        return _queried(receiver, held.each, first, node, frame)
    if name == "copy":
        return frame.new(node, held)
    if name == "clear":
        _store(ref, Sequence((), None, held.kind), frame)
        return NONE
    if name in ("sort", "reverse", "remove", "discard"):
        _store(ref, Sequence((), held.each, held.kind) if held.elements or held.rest is not None else held, frame)
        return NONE
    return Unknown(f"{name}() of a {held.kind}")


def _queried(receiver: Value, each: Value, text: Value, node: cst.CSTNode, frame: Frame) -> Value:
    """`frame.query("city == 'x'")` of a pandas frame."""
    column = re.match(r"\s*(\w+)", known_text(text) or "")
    for option in alternatives(each):
        if isinstance(option, Answer) and option.is_item and column is not None:
            option.call.use.filtered(Filter((Compare(option.step(column[1]), "==", Unknown("in a query string")),), frame.at(node), "a pandas query"))
    return receiver


def _text_method(value: Value, name: str, arguments: Arguments, frame: Frame) -> Value:
    known = known_text(value)
    first = arguments.get(0)
    if name == "format":
        return _formatted(known, arguments)
    if name == "join" and first is not None:
        return _joined(known, frame.load(first))
    if name == "encode":
        if isinstance(value, Blob):
            return Blob(value.what, value.form, "bytes")
        if known is not None:
            return Const(known.encode("utf8", "replace"))
        short = (isinstance(value, Unknown) and value.short) or (
            isinstance(value, Text) and len(value.parts) > 1 and not any(isinstance(part, Blob) for part in value.parts)
        )
        return Unknown("encoded text", "bytes", short)
    if known is not None and name in ("lower", "upper", "strip", "title", "capitalize", "lstrip", "rstrip") and not arguments.positional:
        return Const(getattr(known, name)())
    if known is not None and name in ("replace", "removeprefix", "removesuffix", "strip", "rstrip", "lstrip"):
        texts = [known_text(argument) for argument in arguments.positional]
        if all(text is not None for text in texts) and len(known) < 10_000:
            try:
                return Const(getattr(known, name)(*texts))
            except TypeError:
                return Unknown("a call that fails", "str")
    if name in ("split", "rsplit", "splitlines", "partition"):
        return Sequence((), Unknown("a part of a text", "str"))
    if name in ("startswith", "endswith", "isdigit", "isalpha"):
        return Unknown("a truth value", "bool")
    if name in ("find", "index", "count", "rfind"):
        return Unknown("a position", "int")
    return Unknown(f"{name}() of a text", "str")


def _formatted(template: str | None, arguments: Arguments) -> Value:
    if template is None or arguments.open:
        return Unknown("formatted", "str")
    import string

    pieces: list[Value] = []
    count = 0
    try:
        for text, name, spec, conversion in string.Formatter().parse(template):
            pieces.append(Const(text))
            if name is None:
                continue
            index = count if name == "" else int(name) if name.isdigit() else None
            count += name == ""
            value = arguments.get(index) if index is not None else arguments.get(10_000, name)
            plain = value is not None and not spec and not conversion and isinstance(value, Const | Text) and type_of(value) == "str"
            origin = origin_of(value) if value is not None else None
            pieces.append(value if plain and value is not None else Unknown("formatted into a string", "str", origin=origin))
    except ValueError:
        return Unknown("formatted", "str")
    return concatenated(*pieces)


def _joined(separator: str | None, over: Value) -> Value:
    if isinstance(over, Sequence) and separator is not None:
        pieces: list[Value] = []
        for index, element in enumerate([*over.elements, *([over.rest] if over.rest is not None else [])]):
            text = element if type_of(element) == "str" else Unknown("joined", "str", origin=origin_of(element))
            pieces += ([Const(separator)] if index else []) + [text]
        if over.rest is None:
            return concatenated(*pieces) if pieces else Const("")
        # How often the rest stands there is not known: more of it may follow.
        return concatenated(*pieces, Unknown("more of the same", "str"))
    return Unknown("joined", "str", origin=origin_of(over))


def answer_method(value: Answer, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value | None:
    """What a method of a response, an item or an attribute returns; None where that is not known."""
    first = arguments.get(0)
    key = known_text(first)
    if name in ("get", "pop", "setdefault") and key is not None:
        if not value.path:
            frame.read(value, key, name if name != "setdefault" else "get", node)
        default = arguments.positional[1] if len(arguments.positional) > 1 else NONE
        return _or_default(value.step(key), default)
    if name == "copy" or (name == "keys" and not value.path) or (name in _SAME and value.attribute is not None):
        return value
    if name in _ASKING and value.attribute is not None:
        return Test((Compare(value, name, first if first is not None else NONE),))
    if name == "__contains__" and first is not None and value.attribute is not None:
        return Test((Compare(value, "contains", first),))
    if name in ("sort", "reverse") and value.is_items:
        frame.read(Answer(value.call), "others", "get", node)
    if name in ("items", "values", "keys", "update", "append", "extend", "sort", "reverse"):
        return Unknown(f"{name}() of a part of a response")
    return None


def _or_default(answer: Answer, default: Value) -> Value:
    """An empty default adds nothing: there is nothing in it to filter or to write."""
    empty = default == NONE or (isinstance(default, Const) and not default.value) or isinstance(default, Ref | Sequence | Dict)
    return answer if empty else join(answer, default)
