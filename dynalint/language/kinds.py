"""Turns the names that code gives a table, an item and its key into the time-sensitive kind of data that they stand for.

English puts the thing itself last: a `user_session_table` holds sessions, a `session_config` is a configuration, a `cache_stats` is none of a
cache's entries. So a kind has to stand at a name's end, before words that say nothing (`id`, `item`, `table`, `prod`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from dynalint.words import words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words after a kind that leave it what it is.
_AFTER = _words(
    "table tbl db ddb dynamo dynamodb store storage name id uuid key pk token code item record entry row data info object obj dict payload attribute"
    " prod production dev develop development stage staging test testing qa uat local sandbox beta demo v us eu ap sa ca east west north south central"
)
# Words of a table's name that say nothing of what is in it.
_SAYS_NOTHING = _AFTER | _words(
    "self cls get my the app main single core base common shared global default primary project boto aws resource client handle batch writer new env"
)
# What `lockname` and `sessionid` end with, where somebody left out the gap.
_GLUED = ("id", "name", "key", "token", "code", "table")


@dataclass(frozen=True)
class _Lookalike:
    """Records that are kept, and share the name of a kind that is not."""

    before: frozenset[str] = frozenset()
    """Words before the kind: `training_sessions`."""
    beside: frozenset[str] = frozenset()
    """Words in the names of the item's attributes."""
    message: frozenset[str] = frozenset()
    """Whole names of attributes: the item is one of many things that belong to one of the kind."""
    exact: frozenset[str] = frozenset()
    """Names of attributes, letter by letter, that belong to a program whose items are kept."""
    needs: frozenset[str] = frozenset()
    """Words of which one must be in the names of the attributes, where the kind's own name is too common."""


_EVER = _words("archive archived audit audited completed finished past historical history old previous report")
_SESSION = _Lookalike(
    before=_words(
        "training workout therapy study exam quiz charging parking tutoring coaching photo recording interview lab class course conference event game match"
        " meeting practice counseling mentoring gym yoga fitness exercise learning lesson reading sleep meditation driving riding trip work shift focus"
        " pomodoro play poker trading court voting poll survey research checkout payment consultation treatment speech race racing telemetry"
    ),
    beside=_words(
        "score result grade rating feedback title topic subject description note recording audio video photo image transcript student teacher tutor patient"
        " doctor therapist coach trainer instructor speaker mentor attendee participant quiz question answer lesson course class exercise workout game puzzle"
        " player winner price amount cost payment invoice booking booked schedule scheduled start started end ended complete completed finish finished"
        " duration distance latitude longitude sensor vehicle charger energy"
    ),
    message=_words("role content message text prompt response query"),
)
_INVITATION = _Lookalike(beside=_words("rsvp guest wedding venue"))
_LOOKALIKES = {
    "session": _SESSION,
    "invitation": _INVITATION,
    "invite": _INVITATION,
    "connection": _Lookalike(
        before=_words(
            "db database jdbc odbc sql social friend data source datasource train flight oauth integration bank vpn direct network api external partner"
        ),
        beside=_words(
            "string host hostname port database password dsn driver jdbc schema warehouse provider credential secret oauth refresh scope institution bank"
            " integration friend follower requester receiver recipient accepted departure arrival"
        ),
    ),
    "verification": _Lookalike(
        before=_words("document identity kyc face facial source fact age address employment income"),
        beside=_words("result score document verifier reviewer confidence similarity discrepancy face selfie passport license"),
        needs=_words("code token otp pin link"),
    ),
    "presence": _Lookalike(before=_words("web digital social brand market"), beside=_words("event sensor confidence")),
    # Terraform takes its locks off itself, and keeps the digest of its state beside them for good: the key is always LockID.
    "lock": _Lookalike(
        before=_words("door smart bike gate pad cylinder terraform terragrunt opentofu tofu tf tfstate state"),
        beside=_words("locked battery firmware door manufacturer mac serial model"),
        exact=_words("LockID"),
    ),
    "lease": _Lookalike(
        before=_words("property car vehicle apartment office rental land"),
        beside=_words("tenant landlord property rent deposit apartment vehicle monthly unit start end"),
    ),
    "nonce": _Lookalike(before=_words("account wallet"), beside=_words("wallet chain blockchain")),
}


@lru_cache(maxsize=4096)
def kind_named(name: str, kinds: tuple[str, ...]) -> str | None:
    """The kind that a name says something is of, word by word, whatever the spelling; the longest where there are several."""
    have = _apart(words(name), kinds)
    return next((kind for kind in sorted(kinds, key=len, reverse=True) if _is_head(kind, have)), None)


def says_something(names: Iterable[str]) -> bool:
    """Does one of a table's names say what is in it?"""
    return any(word not in _SAYS_NOTHING and not word.isdigit() for name in names for word in words(name))


def is_kept(kind: str, attributes: Iterable[str]) -> bool:
    """Do an item's attributes tell that it only shares its name with the kind: a lesson, not a login session?"""
    lookalike = _LOOKALIKES.get(kind.rpartition("-")[2], _Lookalike())
    names = tuple(attributes)
    said = {word for name in names for word in words(name)}
    own = not lookalike.exact.isdisjoint(names) or not lookalike.message.isdisjoint(name.lower() for name in names)
    return own or not lookalike.beside.isdisjoint(said) or (bool(lookalike.needs) and lookalike.needs.isdisjoint(said))


def _is_head(kind: str, have: tuple[str, ...]) -> bool:
    phrase = words(kind)
    for end in range(len(have), 0, -1):
        start = end - len(phrase)
        if have[start:end] == phrase:
            lookalike = _LOOKALIKES.get(phrase[-1], _Lookalike())
            return (_EVER | lookalike.before).isdisjoint(have[:start])
        if have[end - 1] not in _AFTER and not have[end - 1].isdigit():
            return False
    return False


def _apart(have: tuple[str, ...], kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The words, with those taken apart that are a kind and `id` or `name` without a gap."""
    parts: list[str] = []
    for word in have:
        glued = next((ending for ending in _GLUED if word.endswith(ending) and word.removesuffix(ending) in kinds), None)
        parts += [word.removesuffix(glued), glued] if glued else [word]
    return tuple(parts)
