"""Turns the sessions, clients and resources that a module makes into facts: with which keys, for which endpoint, and in which function."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dynalint.findings import Finding
from dynalint.model.context import function_text, is_in_plain_with, is_only_taken_apart, is_taken_apart, parameter_names
from dynalint.model.outside import CONTEXT, EVENT
from dynalint.model.record import Argument, Creation
from dynalint.model.tree import At
from dynalint.model.values import Const, Handle, Value, alternatives, known_text, text_parts
from dynalint.words import words

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts

_KEYS = frozenset({"aws_access_key_id", "aws_secret_access_key", "aws_session_token"})
# The forms of keys that AWS gives out, examples in its documentation among them; and words that are no keys.
_ISSUED = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{12,}|[A-Za-z0-9/+]{40}")
_DUMMY = frozenset(
    """
    dummy test testing tester fake local localhost localstack mock mocked moto example sample placeholder your my changeme change me xxx xxxx xxxxx foo bar baz
    any anything none null empty not real key access secret id ignored unused na aws dynamodb dev development todo abc fill here insert replace
    """.split()
)
_DUMMY_PARTS = ("dummy", "fake", "mock", "test", "local", "example", "changeme", "placeholder")
# Endpoints that are AWS's own: public ones, those of accounts, of interface endpoints in a VPC, and of IPv6.
_AWS_HTTP = re.compile(r"^http://(?:[\w.-]+\.)?(?:dynamodb|ddb)(?:-fips)?\.[\w.-]*(?:amazonaws\.com(?:\.cn)?|api\.aws)(?::\d+)?/?$")
# What CloudFormation calls while it deploys, and never again.
_CUSTOM_RESOURCE = re.compile(r"RequestType|ResourceProperties|cfnresponse|PhysicalResourceId")


@dataclass(frozen=True, eq=False)
class Client:
    """A session that is made, or a client or a resource for DynamoDB."""

    creation: Creation
    facts: Facts = field(repr=False)

    @property
    def handle(self) -> Handle:
        """What is made."""
        return self.creation.handle

    def argument(self, name: str) -> Argument | None:
        """An argument, if it is known to be passed on some path."""
        return self.creation.arguments.get(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts that an argument is known to be, on some path."""
        argument = self.argument(name)
        options: tuple[Value, ...] = alternatives(argument.value) if argument is not None else ()
        return tuple(text for option in options if (text := known_text(option)) is not None)

    @property
    def written_secret(self) -> str | None:
        """The argument with a secret key that is written in the code; None where none is, or only a dummy."""
        return next((name for name in ("aws_secret_access_key", "aws_session_token") if self._holds_secret(name)), None)

    def _holds_secret(self, name: str) -> bool:
        """Is it a text of the form that AWS gives keys, on some path; or any other that is no dummy, on every path?"""
        argument, texts = self.argument(name), self.texts(name)
        known = argument is not None and len(texts) == len(alternatives(argument.value))
        return any(_is_issued(text) or (known and _is_secret(text)) for text in texts)

    @property
    def has_plain_http_endpoint(self) -> bool:
        """Is it given an endpoint of AWS's that begins with http:// on some path?"""
        argument = self.argument("endpoint_url")
        options = alternatives(argument.value) if argument is not None and self.handle.kind != "session" else ()
        return any(_AWS_HTTP.match("".join(part if isinstance(part, str) else "x" for part in text_parts(option))) for option in options)

    @property
    def is_for_dynamodb(self) -> bool:
        """Is it for DynamoDB? A session is, where this file makes a DynamoDB client or resource of a session."""
        return self.handle.kind != "session" or any(each.creation.has_session for each in self.facts.clients)

    @property
    def is_surely_remote(self) -> bool:
        """Does it speak to AWS, and to no emulator, for all that this file says?"""
        if self.handle.kind == "session":
            return all(each.handle.local is False for each in self.facts.clients if each.creation.has_session)
        return self.handle.local is False

    @property
    def speaks_plain_http(self) -> bool:
        """Is it told to do without TLS?"""
        ssl = self.argument("use_ssl")
        return self.is_surely_remote and ssl is not None and ssl.surely and ssl.value == Const(False) and self.argument("endpoint_url") is None

    @property
    def is_made_in_handler(self) -> bool:
        """Is it made anew in each call of a Lambda handler, although it does not depend on what the call is about?"""
        place = self.creation.place
        if not isinstance(place, At) or self.handle.kind == "session" or self.creation.open or _KEYS & self.creation.arguments.keys():
            return False
        names = parameter_names(place)
        if len(names) != 2 or names[0] not in EVENT or names[1] not in CONTEXT or self.creation.has_session:
            return False
        text = function_text(place)
        written = place.source.slice(place.span)
        # A global that is set once, and what is made for the account, the Region or the tenant of the event.
        return not (re.search(r"^\s+global\s", text, re.MULTILINE) or _CUSTOM_RESOURCE.search(text) or _depends(written))

    @property
    def is_never_entered(self) -> bool:
        """Is it of aioboto3 or aiobotocore, and used without the `async with` that alone makes it?"""
        place = self.creation.place
        if not isinstance(place, At) or self.handle.kind == "session" or not self.handle.is_async:
            return False
        return is_taken_apart(place) or is_in_plain_with(place) or is_only_taken_apart(place)

    def finding(self, message: str, argument: str = "") -> Finding:
        """A finding on an argument that stands in the call, or on the call."""
        given = self.argument(argument)
        inside = given is not None and given.place is not None and _holds(self.creation, given)
        return Finding((given.place if inside and given is not None and given.place is not None else self.creation.place).span, message)


def _is_issued(text: str) -> bool:
    return _ISSUED.fullmatch(text) is not None and len(set(text)) > 4


def _is_secret(text: str) -> bool:
    """Is a text a key, and not what somebody writes where any text will do?"""
    if len(text) < 8 or len(set(text)) <= 4 or not text.isprintable() or text.startswith(("<", "{", "$")):
        return False
    return not set(words(text)) & _DUMMY and not any(word in text.lower() for word in _DUMMY_PARTS)


def _holds(creation: Creation, given: Argument) -> bool:
    from dynalint.facts.shapes import encloses

    return given.place is not None and encloses(creation.place, given.place)


def _depends(call: str) -> bool:
    """Is the call given more than literals, constants and the environment?"""
    given = call.partition("(")[2]
    rest = re.sub(r"os\.environ(?:\.get)?|os\.getenv|\b[A-Z][A-Z0-9_]*\b|\b[a-z_]+\s*=|'[^']*'|\"[^\"]*\"|\b(?:True|False|None)\b", "", given)
    return re.search(r"[a-z_]\w*", rest) is not None
