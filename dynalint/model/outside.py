"""Turns parameters, attributes and calls of web frameworks and of Lambda into values that somebody outside of the program chose.

Such a value is an `Unknown` with an origin, and keeps it through what leaves its text as it is. Whatever may have looked at it takes the origin
away: a conversion, a model, a look-up in a table of the program's own, a comparison, a function whose name says that it checks. So an origin
says that nothing is known to stand between the request and here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import libcst as cst

from dynalint.model.tree import dotted, spoken, walk
from dynalint.model.values import Either, Origin, Sequence, Symbol, Text, Unknown, Value, known_text, origin_of, type_of
from dynalint.words import words

if TYPE_CHECKING:
    from dynalint.model.module import FunctionInfo, Module
    from dynalint.model.record import Arguments

EVENT = frozenset({"event", "_event", "lambda_event"})
CONTEXT = frozenset({"context", "_context", "ctx", "_ctx", "lambda_context", "_"})
REQUEST = "request"
"""The type of an object that stands for a whole HTTP request."""
# What of an event AWS itself, or another part of the system, has put there: records of streams and queues, EventBridge's detail, arguments that AppSync has
# held against its schema, properties in a template, claims that an authorizer has checked.
_FROM_INSIDE = frozenset(
    """
    Records records detail arguments info identity source prev stash ResourceProperties OldResourceProperties RequestType requestContext resource httpMethod
    stageVariables routeKey rawPath path isBase64Encoded version time account region id detail-type triggerSource userPoolId userName tasks
    """.split()
)
# What frameworks call the parts of a request that its sender chooses.
_PARTS = frozenset(
    """
    json args form values data query_params path_params cookies headers GET POST body json_body raw_body view_args query raw_event query_string_parameters
    multi_value_query_string_parameters path_parameters decoded_body params match_info uri_params get_json get_data to_dict rel_url
    """.split()
)
_REQUESTS = frozenset({"flask.request", "quart.request", "bottle.request", "sanic.request"})
# The types that frameworks have for a whole request.
_WHOLE = frozenset({"Request", "HttpRequest"})
_FRAMEWORKS = frozenset("flask quart fastapi starlette django rest_framework aiohttp sanic bottle falcon tornado pyramid chalice".split())
_VERBS = frozenset({"route", "get", "post", "put", "patch", "delete", "websocket", "api_route"})
_CURRENT = frozenset({"current_request", "current_event"})
# Types of the events that a client of an HTTP interface sends.
_HTTP_EVENTS = re.compile(r"^(?:dict|Dict|Mapping|MutableMapping|Any|object|APIGateway\w*|ALB\w*|LambdaFunctionUrl\w*|VPCLattice\w*|JSON\w*)$")
# Keys of the events that AWS's own services send, and those of a request over HTTP.
_SERVICE_EVENT = re.compile(r"""["'](?:Records|records|detail|detail-type|ResourceProperties|TaskToken|taskToken|triggerSource|awslogs|invokingEvent)["']""")
_HTTP_EVENT = re.compile(r"""["'](?:body|queryStringParameters|multiValueQueryStringParameters|pathParameters|httpMethod|rawQueryString)["']""")
_OPEN_TYPES = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "Any", "object", "JSON"})
# Methods after which a text, a list or a dict still holds what it held.
_SAME = frozenset(
    """
    strip lstrip rstrip lower upper title capitalize casefold removeprefix removesuffix encode decode split rsplit splitlines partition rpartition
    get pop setdefault copy json get_json get_data to_dict dict getlist getall form body read text items values keys multi_items next popitem
    get_query_string_value get_header_value
    """.split()
)
_FUNCTIONS = frozenset(
    """
    urllib.parse.unquote urllib.parse.unquote_plus urllib.parse.parse_qs urllib.parse.parse_qsl base64.b64decode base64.urlsafe_b64decode
    json.loads simplejson.loads orjson.loads ujson.loads html.unescape
    """.split()
)
# Words in the name of what looks at a value, and refuses it.
_CHECKING = frozenset(
    """
    validate validated validator validation valid invalid verify check checked ensure assert sanitize sanitise sanitized clean cleaned allowed allowlist
    whitelist permitted schema safe fullmatch match
    """.split()
)
# Words in the names of decorators that let only checked requests through.
_CHECKED_BEFORE = frozenset({"validate", "validator", "validation", "validated", "schema", "expect", "expects", "parser", "args", "json", "arguments"})
_MATCHING = frozenset({"match", "fullmatch"})
# Questions that say nothing of what is in a value.
_SAYS_LITTLE = frozenset(
    """
    isinstance len bool hasattr callable str get startswith endswith strip lower upper type print dict list set keys items values any all sorted loads getattr
    """.split()
)


def from_outside(name: str) -> Unknown:
    """A value that is chosen outside of the program."""
    return Unknown(f"from {name}", origin=Origin(name))


def trusted(value: Value) -> Value:
    """The value when it has been looked at."""
    return replace(value, origin=None) if isinstance(value, Unknown) and value.origin is not None else value


def declared(given: Value, value: Value) -> Value:
    """What an annotation says of a value: that it is a text says nothing of who wrote the text."""
    origin = origin_of(value)
    return replace(given, origin=origin) if origin is not None and isinstance(given, Unknown) and given.type == "str" else given


@lru_cache(maxsize=4096)
def is_checking(name: str) -> bool:
    """Does a function's name say that it refuses some of what it is given?"""
    return bool(set(words(name.rpartition(".")[2])) & _CHECKING)


# Where such values come into the program


def parameters(info: FunctionInfo, owned: bool) -> dict[str, Value]:
    """The parameters of a function that are chosen by whoever sends a request: those of a Lambda handler or of a route."""
    node = info.node
    if node is None or any(set(words(name.rpartition(".")[2])) & _CHECKED_BEFORE for name in info.decorators):
        return {}
    params = (*node.params.posonly_params, *node.params.params, *node.params.kwonly_params)
    names = [param.name.value for param in params]
    if not owned and len(names) == 2 and names[0] in EVENT and names[1] in CONTEXT:
        kind, text = _last_name(params[0].annotation), info.module.source.text
        is_service = _SERVICE_EVENT.search(text) is not None and _HTTP_EVENT.search(text) is None
        return {names[0]: from_outside("event")} if (kind is None or _HTTP_EVENTS.match(kind)) and not is_service else {}
    found: dict[str, Value] = {}
    frameworks = _frameworks(info.module)
    requests = _requests(info.module) if frameworks else frozenset()
    path = _route(node)
    for param in params:
        kind = _last_name(param.annotation)
        is_named = param.name.value == "request"
        said = dotted(param.annotation.annotation) if param.annotation is not None else None
        if said in requests or (is_named and (kind in _WHOLE or (kind is None and frameworks))):
            found[param.name.value] = Unknown("a request", REQUEST)
        elif path is not None and (value := _of_route(param, kind, path, "fastapi" in frameworks)) is not None:
            found[param.name.value] = value
    return found


def _route(node: cst.FunctionDef) -> str | None:
    """The path that a function is registered for with a web framework, None where it is for none."""
    for each in node.decorators:
        call = each.decorator
        if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) and call.func.attr.value in _VERBS and call.args:
            first = call.args[0].value
            if isinstance(first, cst.SimpleString) and (first.raw_value.startswith("/") or not first.raw_value):
                return first.raw_value
    return None


def _of_route(param: cst.Param, kind: str | None, path: str, is_fastapi: bool) -> Value | None:
    """What a parameter of a route holds: a text, a whole body, or nothing that this program has not looked at (None)."""
    name = param.name.value
    said = [spoken(below) for top in (param.default, param.annotation and param.annotation.annotation) if top is not None for below in walk(top)]
    if {"Depends", "Security", "Cookie", "BackgroundTasks"} & set(said) or _narrows(param):
        return None
    if re.search(rf"<(?:string:|path:|default:)?{name}>|\{{{name}(?::path|\+)?\}}", path) and kind in (None, "str"):
        return replace(from_outside(name), type="str")
    if not is_fastapi:
        return None
    if kind == "str":
        return replace(from_outside(name), type="str")
    return from_outside(name) if kind in _OPEN_TYPES else None


def _narrows(param: cst.Param) -> bool:
    """`Query(pattern=...)`: does the framework only let some texts through?"""
    parts = [part for part in (param.default, param.annotation.annotation if param.annotation is not None else None) if part is not None]
    keywords = {arg.keyword.value for part in parts for below in walk(part) if isinstance(below, cst.Call) for arg in below.args if arg.keyword is not None}
    return bool(keywords & {"pattern", "regex", "enum"})


def _last_name(annotation: cst.Annotation | None) -> str | None:
    """The type of an annotation, without its parameters and without None: the dict of `Optional[dict[str, Any]]`."""
    node = annotation.annotation if annotation is not None else None
    while True:
        if isinstance(node, cst.BinaryOperation):
            node = node.right if isinstance(node.left, cst.Name) and node.left.value == "None" else node.left
        elif isinstance(node, cst.Subscript):
            outer = (dotted(node.value) or "").rpartition(".")[2]
            inner = node.slice[0].slice
            if outer not in ("Optional", "Annotated", "List", "list") or not isinstance(inner, cst.Index):
                return outer
            node = inner.value
        elif isinstance(node, cst.SimpleString):
            return node.raw_value.rpartition(".")[2].partition("[")[0]
        else:
            return (dotted(node) or "?").rpartition(".")[2] if node is not None else None


def _frameworks(module: Module) -> frozenset[str]:
    """The web frameworks that a module imports."""
    found: set[str] = set()
    for node in module.outline.imports:
        base = getattr(node, "module", None)
        found |= {base.split(".")[0]} if base else {alias.name.split(".")[0] for alias in node.names}
    return frozenset(found & _FRAMEWORKS)


def _requests(module: Module) -> frozenset[str]:
    """What a module calls the types that frameworks have for a whole request: a model of its own may have that name too."""
    taken = ((node, alias) for node in module.outline.imports for alias in node.names if alias.name in _WHOLE)
    names = {alias.asname or alias.name for node, alias in taken if (getattr(node, "module", None) or "").split(".")[0] in _FRAMEWORKS}
    return frozenset(names | {f"{framework}.{name}" for framework in _frameworks(module) for name in _WHOLE})


# What becomes of them


def attribute(value: Value, name: str) -> Unknown | None:
    """An attribute of a request, or of what came with it; None for all else."""
    if isinstance(value, Symbol):
        if value.name in _REQUESTS:
            return from_outside(f"request.{name}") if name in _PARTS else None
        return Unknown("a request", REQUEST) if name in _CURRENT else None
    if not isinstance(value, Unknown):
        return None
    if name in _CURRENT and value.origin is None:
        return Unknown("a request", REQUEST)
    if value.type == REQUEST:
        return from_outside(f"request.{name}") if name in _PARTS else None
    if value.origin is None or name in _FROM_INSIDE:
        return None
    return Unknown(f"attribute {name} of {value.why}"[:160], origin=value.origin)


def index(value: Unknown, key: str | None) -> Unknown | None:
    """What stands under a key of what came from outside; None for all else."""
    if value.type == REQUEST and key is not None and key not in _FROM_INSIDE:
        return from_outside("event")  # app.current_event["body"]
    origin = under(value.origin, key)
    return Unknown(f"[{key or ''}] {value.why}"[:160], origin=origin) if origin is not None else None


def under(origin: Origin | None, key: str | None) -> Origin | None:
    """Who chose what stands under a key, where this one chose the rest."""
    return origin if key not in _FROM_INSIDE else None


def method(value: Value, name: str, arguments: Arguments) -> Value | None:
    """What a method of what came from outside returns, where it still is what came; None for all else."""
    if isinstance(value, Unknown) and value.type == REQUEST:
        return from_outside(f"request.{name}") if name in _PARTS or name in ("text", "read") or name.startswith("get_") else None
    origin = origin_of(value) if isinstance(value, Unknown | Text) else None
    if origin is None or name not in _SAME or (name == "get" and known_text(arguments.get(0)) in _FROM_INSIDE):
        return None
    if name in ("items", "multi_items"):
        return Sequence((), Sequence((Unknown("a key from outside", origin=origin), Unknown("a value from outside", origin=origin)), None, "tuple"))
    if name in ("keys", "values", "getlist", "split", "rsplit", "splitlines", "partition"):
        each = Unknown(f"{name}() of what is from outside", "str" if name != "values" else None, origin=origin)
        return Sequence((), each, "set" if name == "keys" else "list")
    return Unknown(f"{name}() of what is from outside", type_of(value) if name != "encode" else "bytes", origin=origin)


def function(name: str, value: Value) -> Unknown | None:
    """What a library's function returns that only reads what it is given in another form; None for all else."""
    if name in ("flask.request.get_json", "quart.request.get_json", "flask.request.get_data", "flask.request.to_dict", "quart.request.get_data"):
        return from_outside("request.json" if name.endswith("json") else "request.data")
    origin = origin_of(value) if name in _FUNCTIONS and isinstance(value, Unknown | Either) else None
    return Unknown("read from what is from outside", origin=origin) if origin is not None else None


# Tests


def looked_at(test: cst.BaseExpression) -> tuple[frozenset[str], frozenset[str]]:
    """The expressions, as texts, of which a test has seen what they hold: where it is true, and where it is false."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        if_true, if_false = looked_at(test.expression)
        return if_false, if_true
    if isinstance(test, cst.BooleanOperation):
        left, right = looked_at(test.left), looked_at(test.right)
        if isinstance(test.operator, cst.And):
            return left[0] | right[0], left[1] & right[1]
        return left[0] & right[0], left[1] | right[1]
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        return _compared(test)
    if isinstance(test, cst.Call):
        return _asked(test)
    if isinstance(test, cst.Name | cst.Subscript):
        return frozenset(), frozenset(texts(test))  # what is empty does no harm
    return frozenset(), frozenset()


def is_left_out(test: cst.BaseExpression, target: cst.BaseAssignTargetExpression) -> bool:
    """`key not in ALLOWED`, of each key: does whoever lists what passes the test look for what is not allowed?"""
    comparison = test.comparisons[0] if isinstance(test, cst.Comparison) and len(test.comparisons) == 1 else None
    return comparison is not None and isinstance(comparison.operator, cst.NotIn) and isinstance(test, cst.Comparison) and test.left.deep_equals(target)


def _compared(test: cst.Comparison) -> tuple[frozenset[str], frozenset[str]]:
    sign, right = test.comparisons[0].operator, test.comparisons[0].comparator
    subject = frozenset(texts(test.left))
    if isinstance(sign, cst.In | cst.Equal):
        return subject, frozenset()
    if isinstance(sign, cst.NotIn | cst.NotEqual):
        return frozenset(), subject
    if isinstance(sign, cst.Is) and isinstance(right, cst.Name) and right.value == "None":
        return subject, frozenset()
    return frozenset(), frozenset()


def _asked(call: cst.Call) -> tuple[frozenset[str], frozenset[str]]:
    """`pattern.fullmatch(x)`, `x.isidentifier()`, `is_allowed(x)`: what such a function asks is asked either way."""
    name = call.func.attr.value if isinstance(call.func, cst.Attribute) else call.func.value if isinstance(call.func, cst.Name) else ""
    if name in _SAYS_LITTLE:
        return frozenset(), frozenset()
    about = [arg.value for arg in call.args]
    if isinstance(call.func, cst.Attribute) and name.startswith("is"):
        about.append(call.func.value)
    seen = frozenset(text for node in about for text in texts(node))
    return seen, seen


def texts(node: cst.CSTNode) -> Iterator[str]:
    """An expression as it is written, if it is one that can be written again: a name, `event["field"]`, `body.get("field")`."""
    if isinstance(node, cst.Name):
        yield node.value
    elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in ("lower", "upper", "strip"):
        yield from texts(node.func.value)
    elif isinstance(node, cst.Subscript | cst.Attribute | cst.Call):
        yield cst.Module([]).code_for_node(node).replace("'", '"')


def only_matches(name: str) -> bool:
    """Does a function look at one text only, and at nothing else that came with it?"""
    return name.rpartition(".")[2] in _MATCHING
