"""Turns what the user set, from any front end, into one frozen `Options`; each option is declared once, here."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

TIME_SENSITIVE = (
    "invitation", "invite", "one-time-token", "one-time-code", "one-time-password", "one-time-link", "otp", "magic-link", "login-code", "login-token",
    "authorization-code", "session", "session-state", "verification", "email-confirmation", "password-reset", "password-reset-request", "reset-password",
    "forgot-password", "reset-token", "reset-code", "nonce", "oauth-state", "auth-state", "login-state", "csrf", "csrf-state", "code-verifier", "pkce",
    "lock", "lease", "mutex", "rate-limit", "rate-limiter", "cache", "presence", "connection", "websocket", "web-socket", "websocket-connection",
    "web-socket-connection", "ws-connection", "temporary-state", "temp-state", "temporary-token", "temporary-credential", "temporary-upload", "idempotency",
)  # fmt: skip
TTL_ATTRIBUTES = (
    "ttl", "time-to-live", "expire", "expires", "expired", "expiring", "expiry", "expiration", "expires-at", "expire-at", "expired-at", "expires-in",
    "expires-on", "exp", "valid-until", "valid-to", "delete-at", "delete-after", "delete-on", "remove-at", "remove-after", "purge-at", "purge-after",
)  # fmt: skip
TEST_PATHS = ("tests/*", "test/*", "*/tests/*", "*/test/*", "test_*.py", "*_test.py", "conftest.py")


class OptionError(ValueError):
    """An option has a value that it does not take. The text names the option and says what it takes."""


def names(name: str, value: str) -> tuple[str, ...]:
    """The parts of a list that commas or spaces separate."""
    return tuple(part for part in re.split(r"[,\s]+", value) if part)


def _words(name: str, value: str) -> tuple[str, ...]:
    found = names(name, value)
    for each in found:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", each):
            raise OptionError(f"--{flag(name)} takes names of letters, digits, - and _, separated by commas, not {each!r}")
    return found


def _python_names(name: str, value: str) -> tuple[str, ...]:
    found = names(name, value)
    for each in found:
        if not re.fullmatch(r"([^\W\d]|\*)[\w*]*(\.([^\W\d]|\*)[\w*]*)*", each):
            raise OptionError(f"--{flag(name)} takes Python names such as store or self.store, separated by commas, not {each!r}")
    return found


def yes_no(name: str, value: str) -> bool:
    """The truth of one of the words for it."""
    known = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
    if value.lower() not in known:
        raise OptionError(f"--{flag(name)} takes yes or no, not {value!r}")
    return known[value.lower()]


def _rules(name: str, value: str) -> tuple[str, ...]:
    from dynalint.rule import rules

    audit = {each for rule in rules() if rule.group == "audit" for each in (rule.code, rule.name)} | {"audit"}
    for each in names(name, value):
        if each not in audit:
            raise OptionError(f"--{flag(name)} takes codes or names of audit rules, or audit for all of them, not {each!r}")
    return names(name, value)


def option(default: object, parse: Callable[[str, str], object], takes: str, about: str) -> Any:
    """The field of one option: its default, what reads its text, and what the help says of it."""
    return field(default=default, metadata={"parse": parse, "takes": takes, "help": about})


def flag(name: str) -> str:
    """The name of an option on the command line of flake8, without its dashes."""
    return "dynalint-" + name.replace("_", "-")


@dataclass(frozen=True)
class Options:
    """What the user can set. All of it is text in configuration files; `parse` says what each text means."""

    enable: tuple[str, ...] = option(
        (), _rules, "CODES", "Audit rules to switch on, by code or name, or audit for all. Under flake8 nothing else does, whatever its select and ignore say."
    )
    provisioned_tables: tuple[str, ...] = option(
        (), names, "NAMES", "Tables that may have provisioned capacity; * stands for anything (DYN101, DYN102, DYN103)."
    )
    time_sensitive: tuple[str, ...] = option(
        TIME_SENSITIVE, _words, "WORDS", "Kinds of data that must expire, word by word as in table, variable and key names (DYN201, DYN202); replaces the list."
    )
    extend_time_sensitive: tuple[str, ...] = option((), _words, "WORDS", "More kinds of data that must expire, beside the list.")
    ttl_attributes: tuple[str, ...] = option(
        TTL_ATTRIBUTES, _words, "NAMES", "Attribute names that say when an item expires, in any spelling (DYN201 to DYN208); replaces the list."
    )
    extend_ttl_attributes: tuple[str, ...] = option((), _words, "NAMES", "More such attribute names, beside the list.")
    tables: tuple[str, ...] = option(
        (),
        _python_names,
        "NAMES",
        "Python names, dotted or not, that hold a boto3 Table even where dynalint cannot see it made; * stands for anything.",
    )
    clients: tuple[str, ...] = option(
        (),
        _python_names,
        "NAMES",
        "Python names, dotted or not, that hold a low-level DynamoDB client even where dynalint cannot see it made; * stands for anything.",
    )
    follow_imports: bool = option(True, yes_no, "yes|no", "Read the modules of the project that a file imports, to know what it takes from them.")
    project_tables: bool = option(
        True, yes_no, "yes|no", "Know the tables that the rest of the project declares, in templates, in other modules, or in dynalint-tables.json."
    )
    check_tests: bool = option(False, yes_no, "yes|no", "Check test code like the rest; else only rules of the group correctness speak there.")
    test_paths: tuple[str, ...] = option(
        TEST_PATHS, names, "PATTERNS", "Which paths are test code; * stands for anything, and a pattern without / is about the file's name."
    )

    @property
    def kinds(self) -> tuple[str, ...]:
        """All kinds of data that must expire."""
        return (*self.time_sensitive, *self.extend_time_sensitive)

    @classmethod
    def parse(cls, texts: Mapping[str, str | None]) -> Options:
        """Options from texts by field name; what is missing or None keeps its default.

        Raises OptionError for an unknown name, and for a text that the option does not take.
        """
        known = {each.name: each for each in fields(cls)}
        values: dict[str, Any] = {}
        for name, text in texts.items():
            if name not in known:
                raise OptionError(f"there is no option --{flag(name)}")
            if text is not None:
                values[name] = known[name].metadata["parse"](name, text)
        return cls(**values)

    def is_test(self, path: str) -> bool:
        """Is the file at this path test code?"""
        path = path.replace("\\", "/").removeprefix("./")
        name = path.rpartition("/")[2]
        return any(fnmatch.fnmatchcase(path if "/" in pattern else name, pattern) for pattern in self.test_paths)

    def may_be_provisioned(self, table: str | None) -> bool:
        """Did the user allow provisioned capacity for the table of this name?"""
        return table is not None and any(fnmatch.fnmatchcase(table, pattern) for pattern in self.provisioned_tables)

    def enables(self, code: str, name: str) -> bool:
        """Did the user switch this audit rule on?"""
        return bool({code, name, "audit"} & set(self.enable))
