"""Turns an attribute's name that an expression writes out into edits that put a `#name` there and define it."""

from __future__ import annotations

from itertools import chain, count

from dynalint.facts import Expression, known_text
from dynalint.findings import Fix
from dynalint.fixes.pen import Edits, Pen, fix

_NAMES = "ExpressionAttributeNames"


def aliased(expression: Expression, word: str, start: int, end: int) -> Fix | None:
    """The fix that gives a word of the expression an alias; None where the text or the names are not written in the call itself."""
    names = expression.names
    if names is None or names.open or expression.written is None:
        return None
    keys = [known_text(entry.key) for entry in names.entries]
    if None in keys:
        return None
    known = (known_text(entry.key) for entry in names.entries if entry.surely and known_text(entry.value) == word)
    alias = next((key for key in known if key is not None), None)
    new = alias or next(name for name in _candidates(word) if name not in keys and name not in expression.text)
    edit = expression.written.replace(start, end, new)
    defined = () if alias is not None else _definition(expression, new, word)
    return fix(f"Write {new}", (edit,) if edit is not None else None, defined, safe=True)


def _candidates(word: str) -> chain[str]:
    return chain([f"#{word}"], (f"#{word}{number}" for number in count(2)))


def _definition(expression: Expression, alias: str, word: str) -> Edits | None:
    operation = expression.operation
    pen = Pen(operation.facts.source)
    entry = expression.request.entry(_NAMES)
    if entry is not None:
        # A dict from elsewhere may serve other calls, which must not be given names that they don't use.
        return pen.add_entry(operation.inside(entry.place), alias, pen.quoted(word, entry.place))
    where = expression.request_place
    code = f"{{{pen.quoted(alias, where)}: {pen.quoted(word, where)}}}"
    if where is operation.call.whole:
        return pen.add_argument(where, _NAMES, code)
    return pen.add_entry(operation.inside(where), _NAMES, code)
