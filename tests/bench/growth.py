"""Turns programs of growing size into how the cost grows: what is ten times as much should take ten times as long, and no more."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise

from dynalint.engine import check
from tests.bench.real import Texts, on_disk
from tests.bench.row import Row
from tests.bench.timing import Cost, apart, here, in_turns

_HEAD = 'import boto3\n\ntable = boto3.resource("dynamodb").Table("users")\n\n'
_FUNCTION = """
def handle_{number}(user, reason):
    item = {{"pk": user["id"], "sk": "reason#{number}", "note": reason}}
    if user.get("admin"):
        item["role"] = "admin"
    for tag in user["tags"]:
        item[tag] = True
    table.put_item(Item=item)
    found = table.get_item(Key={{"pk": user["id"], "sk": "reason#{number}"}}).get("Item")
    return found or item
"""


def long_file(lines: int) -> str:
    """A file of about so many lines, of functions that write and read."""
    return _HEAD + "".join(_FUNCTION.format(number=number) for number in range(lines // 10))


def many_operations(number: int) -> str:
    """One function with so many operations."""
    puts = "".join(f'    table.put_item(Item={{"pk": user, "sk": "{each}"}})\n' for each in range(number))
    return f"{_HEAD}def fill(user):\n{puts}"


def deep_calls(depth: int) -> str:
    """Functions that call each other, so many in a row, down to one that writes."""
    calls = "".join(f"def step_{each}(item):\n    return step_{each + 1}(dict(item, step={each}))\n\n" for each in range(depth))
    return f"{_HEAD}{calls}def step_{depth}(item):\n    table.put_item(Item=item)\n    return item\n"


def project(files: int) -> Texts:
    """So many modules in packages of ten: repositories that write, services that call them, a module that everybody imports."""
    texts = {"app/__init__.py": "", "app/db.py": _HEAD.replace("table =", "store =")}
    for number in range(files):
        package = f"app/part_{number // 10}"
        texts[f"{package}/__init__.py"] = ""
        if number % 10 == 0:
            texts[f"{package}/save_{number}.py"] = f"from app.db import store\n\ndef save_{number}(item):\n    store.put_item(Item=item)\n    return item\n"
        elif number % 10 < 4:
            other = number - number % 10
            call = f"from .save_{other} import save_{other}\n\ndef serve(user):\n    return save_{other}({{'pk': user, 'sk': 'a'}})\n"
            texts[f"{package}/service_{number}.py"] = call
        else:
            texts[f"{package}/plain_{number}.py"] = "import os\n\ndef join(*parts):\n    return os.path.join(*parts)\n" * 5
    return texts


def rows(rounds: int, quick: bool) -> Iterator[Row]:
    """Each kind of growth, by factors of ten."""
    check(long_file(10))  # imports what a first file imports
    kinds: tuple[tuple[str, Callable[[int], str], tuple[int, ...]], ...] = (
        ("lines", long_file, (1_000, 10_000) if quick else (1_000, 10_000, 100_000)),
        ("operations in a function", many_operations, (100, 1_000)),
        ("calls deep", deep_calls, (10, 100, 1_000)),
    )
    for name, make, sizes in kinds:
        yield from _grown(name, {size: partial(here, partial(check, make(size))) for size in sizes}, rounds)
    sizes = (50, 500) if quick else (500, 5_000)
    works: dict[int, Callable[[], Cost]] = {}
    with on_disk(project(sizes[0])) as small, on_disk(project(sizes[1])) as large:
        for size, folder in zip(sizes, (small, large), strict=True):
            command = [sys.executable, "-m", "dynalint", "check", "--isolated", "--exit-zero", "--jobs=1", "--no-cache", str(folder)]
            works[size] = partial(apart, command)
        yield from _grown("files in a project", works, rounds)


def _grown(name: str, works: Mapping[int, Callable[[], Cost]], rounds: int) -> Iterator[Row]:
    costs = in_turns(rounds, {str(size): work for size, work in works.items()})
    sizes = list(works)
    for small, large in pairwise(sizes):
        base = costs[str(small)]
        factor = large // small
        yield Row(f"{large:,} {name}", costs[str(large)], f"{factor} times {small:,}", Cost(base.seconds * factor), "<= 1.2")
