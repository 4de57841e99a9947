"""Turns the loops around an operation into whether it is sent once for each of many things that one request could carry."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dynalint.facts.operation import Operation
from dynalint.facts.shapes import encloses, parts
from dynalint.model.record import Loop
from dynalint.model.values import Answer, Dict, Handle, Sequence, Unknown, Value, alternatives, known_text
from dynalint.words import words

# A loop over so few literals saves nothing worth a word.
FEW = 3
# Who waits for the next one to come would have to wait for 25 of them.
_ENDLESS = frozenset({"consumer", "listen", "listener", "subscriber", "subscription", "poll", "tail", "follow"})
# What is said of one thing again and again while it goes on.
_STATE = frozenset("progress percent percentage status state step stage phase attempt retry processed done total current updated heartbeat".split())
# Another client for each region or account: no batch is sent by several.
_MADE = re.compile(r"^\s*(\w+)\s*=(?!=)\s*(.*(?:client|resource|ession)\(.*)$", re.MULTILINE)
_HEADER = re.compile(r"(?:async\s+)?for\s(?P<target>.+?)\sin\s(?P<over>.+?):[^\S\n]*(?:#[^\n]*)?(?:\n|$)", re.DOTALL)
_COMPREHENSION = re.compile(r"\sfor\s+(?P<target>[\w\s,()*]+?)\s+in\s(?P<over>.+?)(?:\sif\b.*|\sfor\b.*|[\])}]\s*)$", re.DOTALL)
_RANGE = re.compile(r"range\((?:\s*\d+\s*,)?\s*(\d+)\s*\)")
_NAME = re.compile(r"(?<![\w.\"'])[A-Za-z_]\w*")
_LITERAL = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_BINDINGS = (
    re.compile(r"\bfor\s+([\w\s,()*]+?)\s+in\b"),
    re.compile(r"^[^\S\n]*([\w,()*\t ]+?)\s*(?::[^=\n]+)?(?:[-+*/|&]|//)?=(?!=)", re.MULTILINE),
    re.compile(r"\bas\s+(\w+)"),
    re.compile(r"(\w+)\s*:="),
)
_BESIDE = re.compile(r"(?:else|elif|except|finally)\b")
_LEAVES = re.compile(r"(?:break|return|raise)\b")


def loop_over_many(operation: Operation, subject: str) -> Loop | None:
    """The `for` loop, or the comprehension, that sends the operation for each of many things, each time with another `subject`; None where none is known to.

    It has to stand in the same function: whether a helper's callers have many things is theirs to say. Loops that try again, that wait, that stop at the first
    hit, that wait for events, and what is sent from an `except` only, are not meant.
    """
    around = [loop for loop in operation.call.loops if loop.whole is not None and encloses(loop.place, operation.place)]
    return next((loop for loop in reversed(around) if _repeats(loop, operation) and _varies(loop, operation, subject)), None)


def _repeats(loop: Loop, operation: Operation) -> bool:
    text = operation.facts.source.slice(loop.place.span)
    header = _HEADER.match(text) or _COMPREHENSION.search(text)
    if loop.sleeps or header is None or _is_short(loop, header["over"]) or set(words(header["over"])[-1:]) & _ENDLESS:
        return False
    if any(isinstance(option, Handle) for option in alternatives(loop.over)) or _is_told(loop, operation.table_value):
        return False  # another table each time
    bound = _bound(text)
    if any(name == operation.call.receiver.partition(".")[0] and bound & set(_NAME.findall(right)) for name, right in _MADE.findall(text)):
        return False
    tries = loop.leaves and header["over"].lstrip().startswith("range(")
    return not tries and not _stands_aside(loop, operation) and not (loop.leaves and _ends_with_it(loop, operation))


def _is_short(loop: Loop, over: str) -> bool:
    counted = _RANGE.fullmatch(over.strip())
    if counted is not None:
        return int(counted[1]) <= FEW
    known = alternatives(loop.whole) if loop.whole is not None else ()
    return all(isinstance(option, Sequence) and option.rest is None and len(option.elements) <= FEW for option in known)


def _is_told(loop: Loop, table: Value | None) -> bool:
    return isinstance(table, Unknown) and table == loop.over


def _stands_aside(loop: Loop, operation: Operation) -> bool:
    """Is it sent only where something went wrong: from an `except` in the loop?"""
    lines = operation.facts.source.lines
    own = _indent(lines[operation.place.span.line - 1])
    for number in range(operation.place.span.line - 1, loop.place.span.line, -1):
        line = lines[number - 1]
        if line.strip() and _indent(line) < own:
            own = _indent(line)
            if line.lstrip().startswith("except"):
                return True
    return False


def _ends_with_it(loop: Loop, operation: Operation) -> bool:
    """Does the turn that sends it end the loop? Then it is sent once, for the one that was looked for."""
    lines = operation.facts.source.lines
    own = _indent(lines[operation.place.span.line - 1])
    beside = False
    for line in lines[(operation.call.whole or operation.place).span.end_line : loop.place.span.end_line]:
        if not line.strip() or line.lstrip().startswith("#") or _indent(line) > own:
            continue
        own, stripped = _indent(line), line.strip()
        beside = _BESIDE.match(stripped) is not None
        if not beside and _LEAVES.match(stripped):
            return True
    return _LEAVES.match(lines[operation.place.span.line - 1].strip()) is not None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _varies(loop: Loop, operation: Operation, subject: str) -> bool:
    """Is what is written or asked for another one in each turn? A state that is kept up to date is the same item all the time."""
    argument = operation.argument(subject)
    if argument is None or argument.place is None:
        return False
    if not encloses(loop.place, argument.place) or any(isinstance(each, Answer) and each.call is operation.call for each in _inside(argument.value)):
        return False  # it does not change, or it depends on the last answer
    source, bound = operation.facts.source, _bound(operation.facts.source.slice(loop.place.span))
    entries = argument.value.entries if isinstance(argument.value, Dict) else ()
    changing = [entry for entry in entries if entry.place is not None and _changes(source.slice(entry.place.span), bound)]
    if changing and all(set(words(known_text(entry.key) or "")) & _STATE for entry in changing):
        return False  # the news of one thing: `{"job_id": job_id, "progress": number}`
    return _changes(source.slice(argument.place.span), bound)


def _bound(loop: str) -> set[str]:
    """The names that a loop gives values to."""
    return {name for pattern in _BINDINGS for found in pattern.findall(loop) for name in re.findall(r"\w+", found)}


def _changes(written: str, bound: set[str]) -> bool:
    """Is it another value in each turn, by the names and calls in its text?"""
    bare = _LITERAL.sub(_holes, written)
    return "(" in bare or not bound.isdisjoint(_NAME.findall(bare))


def _holes(literal: re.Match[str]) -> str:
    """What stands in the braces of what may be an f-string."""
    return " " + " ".join(re.findall(r"\{([^{}]*)\}", literal[0])) + " "


def _inside(value: Value) -> Iterator[Value]:
    """A value and all that it holds."""
    yield value
    below = [each for entry in value.entries for each in (entry.key, entry.value)] if isinstance(value, Dict) else parts(value)
    for each in below:
        yield from _inside(each)
