"""Turns real code into how much of it the model knows: the kind of handle behind each operation, and the keys of each item that is written.

`python -m tests.coverage PATH...` prints both shares over the files that are no tests, and the commonest reasons for what is not known. A handle that only its
name makes one is not known. Of several program paths that lead to a place the one counts that knows the most. Items that are put as they were read are counted
apart: their keys are those of the table.
"""

from __future__ import annotations

import argparse
import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dynalint.analysis import model_of
from dynalint.engine import parse
from dynalint.facts import Answer, Dict, Evidence, Facts, Operation, Sequence, Unknown, Value, alternatives
from dynalint.facts.shapes import is_open
from dynalint.files import UndecodableError, below, decode, is_walked
from dynalint.gate import speaks_dynamodb
from dynalint.options import Options
from dynalint.source import Source

MOST_REASONS = 15
_WRITTEN = {"put_item": "Item", "batch_write_item": "RequestItems", "transact_write_items": "TransactItems"}
AS_READ = "as it was read"
_NAMES = re.compile(r"'[^']*'|\b(?:parameter|attribute|key) \S+|\S+(?= is not| of )")


@dataclass
class Share:
    """How many places there are, and why some of them are not known."""

    all: int = 0
    unknown: list[tuple[str, str]] = field(default_factory=list)
    """Why it is not known, and where."""

    def __str__(self) -> str:
        known = self.all - len(self.unknown)
        return f"{known} of {self.all}" + (f" ({known / self.all:.0%})" if self.all else "")

    def reasons(self) -> Iterator[str]:
        """The commonest reasons, each with how often it is the one, and where it is so first."""
        counted = Counter(why for why, _ in self.unknown)
        for why, count in counted.most_common(MOST_REASONS):
            yield f"{count:6}  {why}  {next(where for other, where in self.unknown if other == why)}"


def measure(paths: Iterable[Path], options: Options) -> tuple[Share, Share, int]:
    """The shares of operations whose handle's kind is known, and of written items whose keys are; how many items are put as they were read."""
    handles, items = Share(), Share()
    files = (file for path in paths for file in (map(Path, below(str(path), (".py",), is_walked)) if path.is_dir() else (path,)))
    for path in files:
        facts = None if options.is_test(str(path)) else _facts(path, options)
        for line, sites in sorted(_sites(facts).items()) if facts is not None else ():
            where = f"{path}:{line}"
            _count(handles, where, (_unknown_handle(each) for each in sites))
            if sites[0].name in _WRITTEN:
                _count(items, where, (_unknown_keys(each) for each in sites))
    as_read = [each for each in items.unknown if each[0] == AS_READ]
    return handles, Share(items.all - len(as_read), [each for each in items.unknown if each[0] != AS_READ]), len(as_read)


def _facts(path: Path, options: Options) -> Facts | None:
    try:
        text = decode(path.read_bytes())
    except (OSError, UndecodableError):
        return None
    tree = parse(text) if speaks_dynamodb(text) else None
    if not isinstance(tree, ast.Module):
        return None
    module = model_of(Source(text, str(path)), tree, options, path)
    module.run_with_importers()
    return Facts(module, options)


def _sites(facts: Facts) -> dict[int, list[Operation]]:
    found: dict[int, list[Operation]] = {}
    for operation in facts.operations:
        found.setdefault(operation.place.span.line, []).append(operation)
    return found


def _count(share: Share, where: str, reasons: Iterable[str | None]) -> None:
    listed = list(reasons)
    share.all += 1
    if None not in listed:
        share.unknown.append((_NAMES.sub("...", listed[-1] or ""), where))


def _unknown_handle(operation: Operation) -> str | None:
    """Why the kind of the handle is not known, None where it is."""
    handle = operation.handle
    if handle.kind != "unknown" and handle.evidence > Evidence.NAMED:
        return None
    return f"only named: {handle.why}" if handle.evidence <= Evidence.NAMED else f"of no certain kind: {handle.why}"


def _unknown_keys(operation: Operation) -> str | None:
    """Why not all attribute names of what is written are known, None where they are."""
    argument = operation.argument(_WRITTEN[operation.name])
    if argument is None:
        return "no such argument is seen"
    written = [each for option in alternatives(argument.value) for each in (alternatives(option) if operation.name == "put_item" else _puts(option))]
    if not written:
        return f"no item is seen: {_why(argument.value)}"
    return next((_why(each) for each in written if not isinstance(each, Dict) or is_open(each)), None)


def _puts(value: Value) -> Iterator[Value]:
    """The items in the requests of a batch or transaction; a delete is one whose keys are known."""
    held = [value]
    while held:
        each = held.pop()
        if isinstance(each, Dict):
            item = each.entry("Item") or each.entry("Key")
            if item is not None:
                yield from alternatives(item.value)
            else:
                held += [option for entry in each.entries for option in alternatives(entry.value)]
        elif isinstance(each, Sequence):
            held += [option for element in (*each.elements, *([each.rest] if each.rest is not None else [])) for option in alternatives(element)]


def _why(value: Value) -> str:
    if isinstance(value, Answer) and value.is_item:
        return AS_READ
    if isinstance(value, Unknown):
        return value.why
    return "a dict that may hold more" if isinstance(value, Dict) else type(value).__name__.lower()


def main() -> None:
    """Print both shares and the reasons for the rest."""
    parser = argparse.ArgumentParser(prog="python -m tests.coverage", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    handles, items, as_read = measure(parser.parse_args().paths, Options())
    print(f"items that are put as they were read: {as_read}")
    for title, share in (("operations whose handle is known", handles), ("written items whose keys are known", items)):
        print(f"{title}: {share}")
        print(*share.reasons(), sep="\n")


if __name__ == "__main__":
    main()
