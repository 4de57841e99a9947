"""Turns a place of the program into the stretches of text that it is made of: name, value, comma, and the comment behind the comma.

The nodes say what there is and their spans say where; commas, parentheses and comments are looked up in the text between the spans.
Where that text is not what the nodes promise, there is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from dynalint.model.tree import At, Chunk
from dynalint.source import Source

Stretch = tuple[int, int]
"""From one index into the file's text to another."""

# What may stand between two nodes beside blanks: comments, and the signs that hold the nodes together or apart.
_SIGN = re.compile(r"#[^\r\n]*|\\(?=[\r\n])|\S")
_GAPS = {"first": re.compile(r"(?:\*\*)?\(*"), "between": re.compile(r"\)*,(?:\*\*)?\(*"), "last": re.compile(r"\)*,?"), "only": re.compile("")}
_REST_OF_LINE = re.compile(r"[ \t\f]{0,1000}+(?:#[^\r\n]*|\\)?(?=[\r\n])")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the name and the value of one argument or entry stand."""

    name: Stretch | None
    """None where the name is not simply written down."""
    quote: str
    """The quotes of the name; a keyword has none."""
    value: Stretch
    written: cst.BaseExpression
    """The value."""


@dataclass(frozen=True, slots=True)
class Part:
    """One argument of a call or entry of a dict, with all that belongs to it."""

    node: cst.CSTNode
    start: int
    """Before its parentheses and stars."""
    end: int
    stop: int
    """Behind its comma; `end` where it has none."""
    tail: int
    """Behind the comment that ends the line; `stop` where more code follows."""
    ends_line: bool
    """Does the line end there?"""


@dataclass(frozen=True)
class Row:
    """The arguments of a call or the entries of a dict, and the text between its brackets."""

    chunk: Chunk
    node: cst.Call | cst.Dict
    parts: tuple[Part, ...]
    inside: Stretch

    @property
    def source(self) -> Source:
        """The file."""
        return self.chunk.source

    def before(self, part: Part) -> str:
        """What stands before a part on its line."""
        spot = self.source.span(part.start, part.start)
        return self.source.lines[spot.line - 1][: spot.column]

    def starts_line(self, part: Part) -> bool:
        """Is the part the first thing on its line?"""
        return not self.before(part).strip()


def slot(place: At) -> Slot | None:
    """Where name and value stand at an argument, at an entry, or at the `params["x"]` of `params["x"] = value`."""
    chunk, node = place.chunk, place.node
    above = chunk.parent(node)
    if isinstance(node, cst.Arg) and node.keyword is not None and above is not None:
        start, _ = _stretch(chunk, node)
        name = (start, start + len(node.keyword.value))
        return _slot(chunk, (name, node.keyword.value, ""), (name[1], "="), node.value)
    if isinstance(node, cst.DictElement) and above is not None:
        return _slot(chunk, _key(chunk, node.key), (_stretch(chunk, node.key)[1], ":"), node.value)
    if isinstance(node, cst.Subscript) and isinstance(above, cst.AssignTarget) and len(node.slice) == 1:
        index, statement = node.slice[0].slice, chunk.parent(above)
        if isinstance(index, cst.Index) and isinstance(statement, cst.Assign) and len(statement.targets) == 1:
            return _slot(chunk, _key(chunk, index.value), (_stretch(chunk, node)[1], "="), statement.value)
    return None


def row(chunk: Chunk, node: cst.CSTNode | None) -> Row | None:
    """The arguments of a call, the entries of a dict; None for other nodes, and for a call of a generator that has no brackets of its own."""
    if not isinstance(node, cst.Call | cst.Dict) or chunk.parent(node) is None:
        return None
    start, end = _stretch(chunk, node)
    children = node.args if isinstance(node, cst.Call) else node.elements
    if isinstance(node, cst.Call):
        start = next((index for sign, index in _signs(chunk, _stretch(chunk, node.func)[1], end) if sign != ")"), end)
    cores = [_stretch(chunk, child) for child in children]
    edges = [start + 1, *(edge for core in cores for edge in core), end - 1]
    text = chunk.source.text
    if edges != sorted(edges) or text[start : start + 1] + text[end - 1 : end] not in ("()", "{}"):
        return None
    gaps = [list(_signs(chunk, *gap)) for gap in zip(edges[::2], edges[1::2], strict=True)]
    kinds = ["first", *["between"] * (len(cores) - 1), "last"] if cores else ["only"]
    if not all(_GAPS[kind].fullmatch("".join(sign for sign, _ in gap)) for kind, gap in zip(kinds, gaps, strict=True)):
        return None
    parts = (_part(text, *each) for each in zip(children, cores, gaps[:-1], gaps[1:], strict=True))
    return Row(chunk, node, tuple(parts), (start + 1, end - 1))


def _part(text: str, node: cst.CSTNode, core: Stretch, before: list[tuple[str, int]], after: list[tuple[str, int]]) -> Part:
    start = min([core[0], *(index for sign, index in before if sign in "(*")])
    end = max([core[1], *(index + 1 for sign, index in after if sign == ")")])
    stop = max([end, *(index + 1 for sign, index in after if sign == ",")])
    rest = _REST_OF_LINE.match(text, stop)
    return Part(node, start, end, stop, rest.end() if rest else stop, rest is not None)


def _slot(chunk: Chunk, name: tuple[Stretch, str, str] | None, sign: tuple[int, str], value: cst.BaseExpression) -> Slot | None:
    """The slot, if the text is what the nodes promise: the name as it should read, and one sign between name and value."""
    stretch = _stretch(chunk, value)
    signs = "".join(sign for sign, _ in _signs(chunk, sign[0], stretch[0]))
    if signs.strip("()") != sign[1] or (name is not None and chunk.source.text[slice(*name[0])] != name[1]):
        return None
    return Slot(name[0] if name else None, name[2] if name else "", stretch, value)


def _key(chunk: Chunk, key: cst.BaseExpression) -> tuple[Stretch, str, str] | None:
    return (_stretch(chunk, key), key.value, key.quote) if isinstance(key, cst.SimpleString) and "b" not in key.prefix else None


def _stretch(chunk: Chunk, node: cst.CSTNode) -> Stretch:
    span = chunk.span(node)
    return chunk.source.offset(span.line, span.column), chunk.source.offset(span.end_line, span.end_column)


def _signs(chunk: Chunk, start: int, end: int) -> Iterator[tuple[str, int]]:
    """What stands in a stretch between nodes, beside blanks and comments."""
    return ((match[0], match.start()) for match in _SIGN.finditer(chunk.source.text, start, end) if match[0][0] not in "#\\")
