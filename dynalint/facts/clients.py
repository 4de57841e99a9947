"""Turns the sessions, clients and resources that a module makes into facts: with which keys, for which endpoint, and in which function."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dynalint.findings import Finding
from dynalint.model.context import function_text, parameter_names
from dynalint.model.record import Argument, Creation
from dynalint.model.tree import At
from dynalint.model.values import Const, Handle, Value, alternatives, known_text

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts

_KEYS = frozenset({"aws_access_key_id", "aws_secret_access_key", "aws_session_token"})
_EVENT = frozenset({"event", "_event", "lambda_event"})
_CONTEXT = frozenset({"context", "_context", "ctx", "_ctx", "lambda_context", "_"})
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
    def is_for_dynamodb(self) -> bool:
        """Is it for DynamoDB? A session is, where this file makes a DynamoDB client or resource of a session."""
        return self.handle.kind != "session" or any(each.handle.kind != "session" and each.creation.receiver != "boto3" for each in self.facts.clients)

    @property
    def is_surely_remote(self) -> bool:
        """Does it speak to AWS, and to no emulator, for all that this file says?"""
        if self.handle.kind == "session":
            return all(each.handle.local is False for each in self.facts.clients if each.handle.kind != "session")
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
        if len(names) != 2 or names[0] not in _EVENT or names[1] not in _CONTEXT or self.creation.receiver != "boto3":
            return False
        text = function_text(place)
        written = place.source.slice(place.span)
        # A global that is set once, and what is made for the account, the Region or the tenant of the event.
        return not (re.search(r"^\s+global\s", text, re.MULTILINE) or _CUSTOM_RESOURCE.search(text) or _depends(written))

    def finding(self, message: str, argument: str = "") -> Finding:
        """A finding on an argument that stands in the call, or on the call."""
        given = self.argument(argument)
        inside = given is not None and given.place is not None and _holds(self.creation, given)
        return Finding((given.place if inside and given is not None and given.place is not None else self.creation.place).span, message)


def _holds(creation: Creation, given: Argument) -> bool:
    from dynalint.facts.shapes import encloses

    return given.place is not None and encloses(creation.place, given.place)


def _depends(call: str) -> bool:
    """Is the call given more than literals, constants and the environment?"""
    rest = re.sub(r"os\.environ(?:\.get)?|os\.getenv|boto3\.\w+|\b[A-Z][A-Z0-9_]*\b|\b[a-z_]+\s*=|'[^']*'|\"[^\"]*\"|\b(?:True|False|None)\b", "", call)
    return re.search(r"[a-z_]\w*", rest) is not None
