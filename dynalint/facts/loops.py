"""Turns the loops around an operation into whether it is sent once for each of many things that one request could carry."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dynalint.facts.operation import Operation
from dynalint.facts.shapes import encloses, parts
from dynalint.model.context import bound_names, enclosing_function, ends_loop, is_all_of_turn, is_in_handler, iterated_text, turned_names, used_names
from dynalint.model.record import Loop
from dynalint.model.tree import At
from dynalint.model.values import Answer, Dict, Handle, Place, Sequence, Unknown, Value, alternatives, known_text
from dynalint.words import words

# A loop over so few literals saves nothing worth a word.
FEW = 3
# Who waits for the next one to come would have to wait for 25 of them.
_ENDLESS = frozenset({"consumer", "listen", "listener", "subscriber", "subscription", "poll", "tail", "follow"})
# What is said of one thing again and again while it goes on.
_STATE = frozenset("progress percent percentage status state step stage phase attempt retry processed done total current updated heartbeat".split())
# Another client for each region or account: no batch is sent by several.
_MADE = re.compile(r"^[^\S\n]*(\w+)[^\S\n]*=(?!=)[^\S\n]*(.*(?:client|resource|ession)\(.*)$", re.MULTILINE)
_RANGE = re.compile(r"range\((?:\s*\d+\s*,)?\s*(\d+)\s*\)")
_FIRST = re.compile(r"\[\s*:\s*(\d+)\s*\]$")
_NAME = re.compile(r"[A-Za-z_]\w*")


def loop_over_many(operation: Operation, *subjects: str) -> Loop | None:
    """The `for` loop, or the comprehension, that sends the operation for each of many things, each time with another value of a subject; else None.

    It has to stand in the same function. Loops that try again, that wait, that stop at the first hit, that wait for events, and what is sent from an `except`
    only, are not meant.
    """
    around = [loop for loop in operation.call.loops if loop.whole is not None and encloses(loop.place, operation.place)]
    found = (loop for loop in reversed(around) if isinstance(loop.place, At) and any(_sends_each(loop, loop.place, operation, each) for each in subjects))
    return next(found, None)


def _sends_each(loop: Loop, place: At, operation: Operation, subject: str) -> bool:
    return _repeats(loop, place, operation, operation.call.whole, _told(operation, subject)) and _varies(place, operation, subject)


def loop_around_function(operation: Operation, subject: str) -> Loop | None:
    """The loop that calls the operation's function for each of many things, where both stand in one function, and the inner one is there for that loop.

    It has no loop of its own, and does nothing else with DynamoDB: what takes several steps for each thing cannot be sent together.
    """
    call, whole, argument = operation.call.via[-1] if operation.call.via else None, operation.call.whole, operation.argument(subject)
    if not isinstance(call, At) or not isinstance(whole, At) or argument is None or not _is_told_of_each(argument.value):
        return None
    own = enclosing_function(whole)
    outer = enclosing_function(At(whole.chunk, own)) if own is not None else None
    if own is None or outer is None or enclosing_function(call) is not outer or is_in_handler(whole, At(whole.chunk, own)):
        return None
    if any(encloses(loop.place, operation.place) for loop in operation.call.loops) or _is_beside_others(operation, own):
        return None
    around = (loop for loop in reversed(operation.call.loops) if loop.whole is not None and isinstance(loop.place, At) and encloses(loop.place, call))
    found = (
        loop
        for loop in around
        if isinstance(loop.place, At) and _repeats(loop, loop.place, operation, call, used_names(call)) and _is_given(loop.place, call)
    )
    return next(found, None)


def loop_of_callers(operation: Operation, subject: str) -> Loop | None:
    """The loop that does nothing but call the operation's function for each of many things, where every caller that is known stands in a loop too.

    The function has no loop of its own, and does nothing else with DynamoDB: what takes several steps for each thing cannot be sent together.
    """
    whole, argument, uses = operation.call.whole, operation.argument(subject), operation.uses
    own = enclosing_function(whole) if isinstance(whole, At) else None
    if own is None or not isinstance(whole, At) or argument is None or is_in_handler(whole, At(whole.chunk, own)):
        return None
    if any(encloses(loop.place, operation.place) for each in uses for loop in each.call.loops):
        return None
    if _is_beside_others(operation, own):
        return None
    found = [_loops_on_the_way(each, subject) for each in uses]
    near = (loop for use, loops in zip(uses, found, strict=True) for call, loop in loops if call is use.call.via[-1] and _is_all(loop, call))
    return next(near, None) if all(found) else None


def _loops_on_the_way(operation: Operation, subject: str) -> list[tuple[At, Loop]]:
    """The loops on one way to an operation that call what leads there for each of many things, with those calls, nearest first."""
    argument = operation.argument(subject)
    if argument is None or not _is_told_of_each(argument.value):
        return []
    return [
        (call, loop)
        for call in reversed(operation.call.via)
        for loop in reversed(operation.call.loops)
        if isinstance(call, At) and isinstance(loop.place, At) and loop.whole is not None and encloses(loop.place, call)
        if _repeats(loop, loop.place, operation, call, used_names(call)) and _is_given(loop.place, call)
    ]


def _is_all(loop: Loop, call: At) -> bool:
    return isinstance(loop.place, At) and is_all_of_turn(call, loop.place)


def _is_given(loop: At, call: At) -> bool:
    """Is the function called with something else in each turn?"""
    return bool(bound_names(loop) & used_names(call))


def _is_beside_others(operation: Operation, function: object) -> bool:
    """Are there other operations in the same function?"""
    return bool(operation.facts.places_in_functions.get(function, set()) - {operation.place.span})


def _is_told_of_each(value: Value) -> bool:
    """May it be another one in each turn? What is known entirely is the same all the time."""
    return any(isinstance(each, Unknown | Answer) or (isinstance(each, Dict) and each.open) for each in _inside(value))


def _told(operation: Operation, subject: str) -> frozenset[str]:
    """The names that say what is written or asked for."""
    argument = operation.argument(subject)
    return used_names(argument.place) if argument is not None and isinstance(argument.place, At) else frozenset()


def _repeats(loop: Loop, place: At, operation: Operation, whole: Place | None, told: frozenset[str]) -> bool:
    """Does a turn of the loop come to `whole`, the operation or the call that leads to it, once for each of many things?

    `told` are the names that say which thing it is.
    """
    over = iterated_text(place)
    if loop.sleeps or not over or _is_short(loop, over) or set(words(over)[-1:]) & _ENDLESS:
        return False
    if any(isinstance(option, Handle) for option in alternatives(loop.over)) or _is_told(loop, operation.table_value) or _names_table(place, operation):
        return False  # another table each time
    bound, receiver = bound_names(place), operation.call.receiver.partition(".")[0]
    made = _MADE.findall(place.source.slice(place.span)) if receiver in bound else []
    if any(name == receiver and bound & set(_NAME.findall(right)) for name, right in made):
        return False
    # Who tries again until it works counts the turns, and asks for the same thing in each.
    tries = loop.leaves and over.startswith("range(") and not told & turned_names(place)
    aside = isinstance(whole, At) and (is_in_handler(whole, place) or (loop.leaves and ends_loop(whole, place)))
    return not tries and not aside


def _is_short(loop: Loop, over: str) -> bool:
    counted = _RANGE.fullmatch(over.strip())
    if counted is not None:
        return int(counted[1]) <= FEW
    part = _FIRST.search(over.strip())
    if part is not None:
        return int(part[1]) <= FEW
    known = alternatives(loop.whole) if loop.whole is not None else ()
    return all(isinstance(option, Sequence) and option.rest is None and len(option.elements) <= FEW for option in known)


def _is_told(loop: Loop, table: Value | None) -> bool:
    return isinstance(table, Unknown) and table == loop.over


def _names_table(loop: At, operation: Operation) -> bool:
    """Does each turn say anew which table it is?"""
    name = operation.argument("TableName")
    if name is None or known_text(name.value) is not None or not isinstance(name.place, At):
        return False
    return encloses(loop, name.place) and bool(bound_names(loop) & used_names(name.place))


def _is_made_of_turn(place: At, operation: Operation, subject: str) -> bool:
    """Does a function make the arguments, `**self._put(row)`, of what a turn gives it, and nothing that is the state of one thing?"""
    argument, whole = operation.argument(subject), operation.call.whole
    if argument is None or not argument.spread or not isinstance(whole, At) or not _is_told_of_each(argument.value):
        return False
    if isinstance(argument.place, At) and enclosing_function(argument.place) is enclosing_function(whole):
        return False  # it is written out here, above the loop
    entries = argument.value.entries if isinstance(argument.value, Dict) else ()
    told = used_names(whole) - {operation.call.receiver.partition(".")[0]}
    return bool(bound_names(place) & told) and not any(set(words(known_text(entry.key) or "")) & _STATE for entry in entries)


def _varies(place: At, operation: Operation, subject: str) -> bool:
    """Is what is written or asked for another one in each turn? A state that is kept up to date is the same item all the time."""
    argument = operation.argument(subject)
    if _is_made_of_turn(place, operation, subject):
        return True
    if argument is None or not isinstance(argument.place, At):
        return False
    if not encloses(place, argument.place) or any(isinstance(each, Answer) and each.call is operation.call for each in _inside(argument.value)):
        return False  # it does not change, or it depends on the last answer
    changing = {*bound_names(place), "()"}
    entries = argument.value.entries if isinstance(argument.value, Dict) else ()
    changed = [entry for entry in entries if isinstance(entry.place, At) and changing & used_names(entry.place)]
    if changed and all(set(words(known_text(entry.key) or "")) & _STATE for entry in changed):
        return False  # the news of one thing: `{"job_id": job_id, "progress": number}`
    return bool(changing & used_names(argument.place))


def _inside(value: Value) -> Iterator[Value]:
    """A value and all that it holds."""
    yield value
    below = [each for entry in value.entries for each in (entry.key, entry.value)] if isinstance(value, Dict) else parts(value)
    for each in below:
        yield from _inside(each)
