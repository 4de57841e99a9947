"""Turns the text of a YAML or JSON file into plain values: dicts, lists, texts, numbers; CloudFormation's short tags in their long form.

What is too large, too deep, or no such document gives None. An alias is the very value that it stands for, so that no document grows by being read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

MOST_CHARACTERS = 2_000_000
MOST_DEPTH = 60
MOST_NODES = 200_000
_NUMBERS = {"tag:yaml.org,2002:int": int, "tag:yaml.org,2002:float": float}
_BARE = {"Ref": "Ref", "Condition": "Condition"}


class Block(dict[str, Any]):
    """A mapping that knows on which line each of its keys stands."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


def has_yaml() -> bool:
    """Is PyYAML there, which reads YAML? It comes with the extra `tables`."""
    try:
        import yaml  # noqa: F401
    except ImportError:
        return False
    return True


def read_yaml(text: str) -> Block | None:
    """The mapping in a YAML document; of several documents the first. None where there is none, or no PyYAML."""
    if len(text) > MOST_CHARACTERS:
        return None
    try:
        import yaml
    except ImportError:
        return None
    try:
        node = next(iter(_nodes(text, yaml)), None)
        found = _Values().value(node, 0) if node is not None else None
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError, _TooMuchError):
        return None
    return found if isinstance(found, Block) else None


def _nodes(text: str, yaml: Any) -> Iterator[Any]:
    """The documents in a text, not yet made into values."""
    yield from yaml.compose_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def read_json(text: str) -> Block | None:
    """The mapping in a JSON document; None where there is none."""
    if len(text) > MOST_CHARACTERS:
        return None
    try:
        found = json.loads(text)
        return _blocks(found, text, 0) if isinstance(found, dict) else None
    except (ValueError, RecursionError, _TooMuchError):
        return None


class _TooMuchError(Exception):
    """The document is too large or too deep."""


class _Values:
    """Nodes into values, each node once."""

    def __init__(self) -> None:
        self._done: dict[int, Any] = {}

    def value(self, node: Any, depth: int) -> Any:
        if id(node) in self._done:
            return self._done[id(node)]
        if depth > MOST_DEPTH or len(self._done) > MOST_NODES:
            raise _TooMuchError
        # What holds itself ends here.
        self._done[id(node)] = None
        found = self._done[id(node)] = self._tagged(node, self._plain(node, depth))
        return found

    def _plain(self, node: Any, depth: int) -> Any:
        if node.id == "scalar":
            return _scalar(node)
        if node.id == "sequence":
            return [self.value(each, depth + 1) for each in node.value]
        block = Block()
        merged: list[Any] = []
        for key, value in node.value:
            found = self.value(value, depth + 1)
            if key.tag == "tag:yaml.org,2002:merge":
                merged += found if isinstance(found, list) else [found]
            elif key.id == "scalar":
                block[str(key.value)] = found
                block.lines[str(key.value)] = key.start_mark.line + 1
        for other in merged:
            for name in other if isinstance(other, Block) else ():
                if name not in block:
                    block[name] = other[name]
                    block.lines[name] = other.lines.get(name, 1)
        return block

    @staticmethod
    def _tagged(node: Any, value: Any) -> Any:
        if not node.tag.startswith("!") or len(node.tag) < 2:
            return value
        block = Block()
        name = node.tag[1:]
        block[_BARE.get(name, f"Fn::{name}")] = value
        return block


def _scalar(node: Any) -> Any:
    if node.tag in _NUMBERS:
        try:
            return _NUMBERS[node.tag](node.value)
        except ValueError:
            return node.value
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value.lower() in {"true", "yes", "on"}
    return None if node.tag == "tag:yaml.org,2002:null" else node.value


def _blocks(value: Any, text: str, depth: int) -> Any:
    if depth > MOST_DEPTH:
        raise _TooMuchError
    if isinstance(value, list):
        return [_blocks(each, text, depth + 1) for each in value]
    if not isinstance(value, dict):
        return value
    block = Block()
    for name, each in value.items():
        block[name] = _blocks(each, text, depth + 1)
        if isinstance(each, dict) and "Type" in each:
            # JSON's parser tells no lines; the resources are what somebody is sent to.
            block.lines[name] = text.count("\n", 0, max(text.find(json.dumps(name) + ":"), 0)) + 1
    return block
