"""Turns the data of the installed botocore and boto3 into `dynalint/service/model.json`, the table that dynalint itself reads.

`python -m tests.distil` writes it; with `--check` it writes nothing, names what has changed and exits with 1.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import boto3.dynamodb.table
import botocore
from botocore import xform_name
from botocore.loaders import Loader
from botocore.paginate import Paginator
from botocore.waiter import Waiter

from tests.marked import ROOT

PATH = ROOT / "dynalint" / "service" / "model.json"
AGAIN = "read what has changed, then write the table again: python -m tests.distil"

Json = dict[str, Any]

_LEGACY = re.compile(r"<p>This is a legacy parameter\. Use <code>(\w+)</code> instead")
_KEPT = ("type", "enum", "min", "max", "pattern", "required")
_ELEMENT = ("member", "value")
# Java's words for sets of characters; Python has others.
_JAVA_ONLY = re.compile(r"\\p\{|\\u[dD][89a-fA-F]")
# The last argument of a method that ends in `**kwargs` and takes one more than its operation has.
_MORE = {"paginate": "PaginationConfig", "wait": "WaiterConfig"}


def distilled() -> Json:
    """The table, from what is installed."""
    loader = Loader()
    service = loader.load_service_model("dynamodb", "service-2")
    resources = Loader(extra_search_paths=boto3_data()).load_service_model("dynamodb", "resources-1")
    operations = service["operations"]
    shapes = service["shapes"]
    used = sorted(reachable(shapes, [operation["input"]["shape"] for operation in operations.values()]))
    waiters = loader.load_service_model("dynamodb", "waiters-2")["waiters"]
    return {
        "from": {"boto3": boto3.__version__, "botocore": botocore.__version__},
        "shapes": {name: distilled_shape(name, shapes) for name in used if reference(name, shapes) == name},
        "operations": {xform_name(name): operation["input"]["shape"] for name, operation in sorted(operations.items())},
        "paginators": sorted(xform_name(name) for name in loader.load_service_model("dynamodb", "paginators-1")["pagination"]),
        "waiters": {xform_name(name): xform_name(waiter["operation"]) for name, waiter in sorted(waiters.items())},
        "methods": methods(resources, waiters),
        "attributes": attributes(),
    }


def boto3_data() -> list[str]:
    """Where boto3 keeps its own models."""
    return [str(boto3.__path__[0]) + "/data"]


def reachable(shapes: Json, names: list[str]) -> set[str]:
    """The names of these shapes, and of all that they are made of."""
    waiting, seen = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            shape = shapes[name]
            waiting += [part["shape"] for part in (*shape.get("members", {}).values(), *(shape[key] for key in _ELEMENT if key in shape))]
    return seen


def reference(name: str, shapes: Json) -> str:
    """What stands for a shape where it is used: its name, or its type alone where nothing else is known of it."""
    plain = shapes[name].keys().isdisjoint({"enum", "min", "max", "pattern", "members", *_ELEMENT})
    kind: str = shapes[name]["type"]
    return kind if plain else name


def distilled_shape(name: str, shapes: Json) -> Json:
    """What dynalint needs of a shape; of a parameter's documentation, what to use instead of a legacy one."""
    shape = shapes[name]
    kept = {key: shape[key] for key in _KEPT if key in shape}
    if _JAVA_ONLY.search(kept.get("pattern", "")):
        del kept["pattern"]
    if "members" in shape:
        kept["members"] = {member: reference(value["shape"], shapes) for member, value in shape["members"].items()}
        legacy = {member: found[1] for member, value in shape["members"].items() if (found := _LEGACY.match(value.get("documentation", "")))}
        kept |= {"legacy": legacy} if legacy else {}
    element = next((shape[key]["shape"] for key in _ELEMENT if key in shape), None)
    return kept | ({"element": reference(element, shapes)} if element else {})


def methods(resources: Json, waiters: Json) -> Json:
    """For each kind of handle, its methods: those that send an operation, and those that are ordinary functions.

    An operation of a client is a method of the same name, and is not listed here.
    """
    client, table = boto3_client(), boto3_table()
    model = resources["resources"]["Table"]
    return {
        "client": functions(type(client), skip=set(client.meta.method_to_api_mapping)),
        "resource": {
            **{xform_name(name): sends(action) for name, action in resources["service"]["actions"].items()},
            **{
                name: {"takes": {xform_name(each["target"]): True for each in has["resource"]["identifiers"]}}
                for name, has in resources["service"]["has"].items()
            },
            **functions(type(boto3_resource()), skip=set()),
        },
        "table": {
            **{xform_name(name): sends(action) for name, action in model["actions"].items()},
            **{name: sends(model["load"]) for name in ("load", "reload")},
            **{f"wait_until_{xform_name(name)}": waits(waiter, waiters) for name, waiter in model["waiters"].items()},
            **functions(type(table), skip=set()),
        },
        "batch_writer": functions(boto3.dynamodb.table.BatchWriter, skip=set()),
        "paginator": {name: {"adds": [_MORE[name]]} for name in ("paginate",) if hasattr(Paginator, name)},
        "waiter": {name: {"adds": [_MORE[name]]} for name in ("wait",) if hasattr(Waiter, name)},
    }


def sends(action: Json) -> Json:
    """A method that sends an operation: which one, and what boto3 fills in."""
    request = action["request"]
    return {"sends": xform_name(request["operation"]), "fills": [each["target"] for each in request.get("params", ())]}


def waits(action: Json, waiters: Json) -> Json:
    """A method that waits for a table: the operation that it sends again and again."""
    operation = xform_name(waiters[action["waiterName"]]["operation"])
    return {"sends": operation, "fills": [each["target"] for each in action.get("params", ())], "adds": [_MORE["wait"]]}


def functions(cls: type, skip: set[str]) -> Json:
    """The methods of a class that say themselves what they take: for each argument, whether it is required."""
    found = {name: value for name in dir(cls) if not name.startswith("_") and name not in skip and inspect.isfunction(value := getattr(cls, name))}
    return {name: {"takes": taken} for name, value in found.items() if (taken := takes(value)) is not None}


def takes(function: Callable[..., object]) -> dict[str, bool] | None:
    """The arguments of a function, None where it takes any."""
    _, *parameters = inspect.signature(function).parameters.values()
    if any(each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD) for each in parameters):
        return None
    return {each.name: each.default is each.empty for each in parameters}


def attributes() -> dict[str, list[str]]:
    """For each kind of handle, what it has and what is no method."""
    handles = {"client": boto3_client(), "resource": boto3_resource(), "table": boto3_table()}
    return {
        kind: [name for name in dir(handle) if not name.startswith("_") and not callable(getattr(type(handle), name, None))] for kind, handle in handles.items()
    }


def boto3_client() -> Any:
    """A client, which asks for nothing."""
    return boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")


def boto3_resource() -> Any:
    """A service resource, which asks for nothing."""
    return boto3.resource("dynamodb", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")


def boto3_table() -> Any:
    """A Table, which asks for nothing until one of its attributes is read."""
    return boto3_resource().Table("none")


def committed() -> Json:
    """The table as it stands in the package."""
    table: Json = json.loads(PATH.read_text(encoding="utf8"))
    return table


def written(table: Json) -> str:
    """The table as JSON, one line for each entry, so that a change is easy to read."""
    sections = []
    for name, section in table.items():
        entries = section.items() if isinstance(section, dict) else ()
        rows = [f'"{key}": {json.dumps(value)}' for key, value in entries]
        body = "{\n" + ",\n".join(rows) + "\n}" if rows else json.dumps(section)
        sections.append(f'"{name}": {body}')
    return "{\n" + ",\n".join(sections) + "\n}\n"


def drift(old: Json, new: Json) -> list[str]:
    """What of the old table does not hold any more. What AWS has added since is no drift."""
    return [each for section in old if section != "from" for each in _drift(section, old[section], new.get(section))]


def _drift(path: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in old.items():
            yield from _drift(f"{path}.{key}", value, new[key]) if key in new else [f"{path}.{key} is gone"]
        # A constraint that was not there makes wrong what was right.
        yield from (f"{path}.{key} is new: {new[key]}" for key in new.keys() - old.keys() if key in ("enum", "min", "max", "pattern", "required"))
    elif isinstance(old, list) and isinstance(new, list) and not path.endswith((".required", ".fills")):
        yield from (f"{path} has no {value} any more" for value in old if value not in new)
    elif old != new:
        yield f"{path} was {old} and is {new}"


def main(check: bool) -> int:
    """Write the table, or only say what has changed."""
    new = distilled()
    if not check:
        PATH.write_text(written(new), encoding="utf8")
        return 0
    changes = drift(committed(), new)
    print("\n".join([*changes, AGAIN]) if changes else "the table agrees with what is installed")
    return 1 if changes else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
