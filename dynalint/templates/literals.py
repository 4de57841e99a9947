"""Turns the text of TypeScript or of Terraform into tokens, and tokens into the values that are written down: literals and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

MOST_CHARACTERS = 1_000_000
MOST_DEPTH = 40
Kind = Literal["text", "name", "number", "sign", "line"]


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a text, a number, a sign, or the end of a line."""

    kind: Kind
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name with its parts, such as `this.table.tableName`; what it stands for is for the reader to know."""

    path: str


@dataclass(frozen=True, slots=True)
class Computed:
    """Something that is worked out when it runs: the tokens from `start` to before `end`."""

    start: int = 0
    end: int = 0


_SPACE = re.compile(r"[ \t\r\f\v]+")
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:-[\w$]+)*")
_TS_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER = re.compile(r"\d[\w.]*")
_HEREDOC = re.compile(r"<<[-~]?([A-Za-z_]\w*)[ \t]*\r?\n")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def tokens(text: str, is_terraform: bool) -> list[Token]:
    """The tokens of a text, without comments; none of a text that is too long."""
    return list(_tokens(text, is_terraform)) if len(text) <= MOST_CHARACTERS else []


def _tokens(text: str, is_terraform: bool) -> Iterator[Token]:
    at, line, end = 0, 1, len(text)
    names = _NAME if is_terraform else _TS_NAME
    while at < end:
        letter = text[at]
        if letter == "\n":
            yield Token("line", "\n", line)
            at, line = at + 1, line + 1
        elif (space := _SPACE.match(text, at)) is not None:
            at = space.end()
        elif text.startswith("//", at) or (letter == "#" and is_terraform):
            at = _until(text, "\n", at)
        elif text.startswith("/*", at):
            stop = _until(text, "*/", at + 2) + 2
            line += text.count("\n", at, stop)
            at = stop
        elif is_terraform and (heredoc := _HEREDOC.match(text, at)) is not None:
            closing = re.compile(rf"^[ \t]*{heredoc[1]}[ \t]*$", re.MULTILINE).search(text, heredoc.end())
            stop = closing.end() if closing is not None else end
            yield Token("sign", "<<", line)
            line += text.count("\n", at, stop)
            at = stop
        elif letter in ('"' if is_terraform else "\"'`"):
            found, stop = _quoted(text, at, letter, is_terraform)
            yield Token("text", found, line)
            line += text.count("\n", at, stop)
            at = stop
        elif (name := names.match(text, at)) is not None:
            yield Token("name", name[0], line)
            at = name.end()
        elif (number := _NUMBER.match(text, at)) is not None:
            yield Token("number", number[0], line)
            at = number.end()
        else:
            sign = "=>" if text.startswith("=>", at) else "..." if text.startswith("...", at) else letter
            yield Token("sign", sign, line)
            at += len(sign)


def _until(text: str, what: str, at: int) -> int:
    found = text.find(what, at)
    return found if found >= 0 else len(text)


def _quoted(text: str, at: int, quote: str, is_terraform: bool) -> tuple[str, int]:
    """The text between quotes, and where it ends. What `${...}` holds is kept as it stands."""
    parts: list[str] = []
    has_holes = quote == "`" or is_terraform
    at += 1
    while at < len(text) and text[at] != quote:
        if text[at] == "\\":
            parts.append(_ESCAPES.get(text[at + 1 : at + 2], text[at + 1 : at + 2]))
            at += 2
        elif has_holes and text.startswith("${", at) and not (is_terraform and text.startswith("$${", at - 1)):
            stop = _closed(text, at + 2)
            parts.append("${" + re.sub(r"[{}]", "", text[at + 2 : stop - 1]).strip() + "}")
            at = stop
        elif text[at] == "\n" and quote != "`":
            # No text: a quote in a regular expression, say.
            return "".join(parts), at
        else:
            parts.append(text[at])
            at += 1
    return "".join(parts), at + 1


def _closed(text: str, at: int) -> int:
    """Where the `}` is behind which a hole ends."""
    depth, quote = 1, ""
    while at < len(text) and depth:
        letter = text[at]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        else:
            depth += (letter == "{") - (letter == "}")
        at += 1
    return at


class Reader:
    """Reads values out of tokens, from left to right."""

    def __init__(self, found: list[Token], is_terraform: bool) -> None:
        self._tokens = found
        self._is_terraform = is_terraform
        self.at = 0

    @property
    def is_done(self) -> bool:
        """Are there no more tokens?"""
        return self.at >= len(self._tokens)

    @property
    def token(self) -> Token:
        """The next token."""
        return self._tokens[self.at] if self.at < len(self._tokens) else Token("sign", "", 0)

    def taken(self) -> Token:
        """The next token, which is taken."""
        token = self.token
        self.at += 1
        return token

    def skips(self, *texts: str) -> bool:
        """Is the next token one of these? Then it is taken."""
        found = self.token.kind in ("sign", "name") and self.token.text in texts
        self.at += found
        return found

    def skip_lines(self) -> None:
        """Take the ends of lines."""
        while self.token.kind == "line":
            self.at += 1

    def value(self, depth: int = 0) -> Any:
        """The value that is written here: a text, number, truth, list, dict or Name; Computed where more stands here than a literal."""
        start = self.at
        found: Any = self._literal(depth)
        if not self._is_at_end():
            self.at = start
            return self._skipped()
        return found

    def _literal(self, depth: int) -> Any:
        if not self._is_terraform:
            self.skip_lines()
        token = self.taken()
        if token.kind == "text":
            return token.text
        if token.kind == "number":
            return int(token.text) if token.text.isdecimal() else float("nan")
        if token.kind == "name":
            return _WORDS[token.text] if token.text in _WORDS else self._name(token)
        if token.text == "[" and depth < MOST_DEPTH:
            return self._list(depth)
        if token.text == "{" and depth < MOST_DEPTH:
            return self.mapping(depth)
        self.at -= 1
        return self._skipped()

    def _skipped(self) -> Computed:
        start = self.at
        self._skip_expression()
        return Computed(start, self.at)

    def _name(self, token: Token) -> Any:
        path = [token.text]
        while self.token.text in (".", "?", "!") and self.token.kind == "sign":
            sign, follows = self.taken(), self.token
            if sign.text == "." and follows.kind in ("name", "number"):
                path.append(self.taken().text)
            elif sign.text == "?" and follows.text != ".":
                self.at -= 1
                break
        if self.token.text == "[" and self._is_terraform and self._tokens[self.at + 2 : self.at + 3] and self._tokens[self.at + 2].text == "]":
            # One of several that are alike: `aws_dynamodb_table.users[0].name`.
            self.at += 3
            while self.skips("."):
                path.append(self.taken().text)
        return Name(".".join(path))

    def _list(self, depth: int) -> list[Any]:
        found: list[Any] = []
        while not self.is_done:
            self.skip_lines()
            if self.skips("]"):
                break
            if self.skips("..."):
                found.append(self._skipped())
            else:
                found.append(self.value(depth + 1))
            self.skip_lines()
            self.skips(",")
        return found

    def mapping(self, depth: int = 0) -> dict[str, Any]:
        """A dict whose `{` has been taken. A spread, or a key that is computed, stands in it as the key `...`: what is spread, where it is one."""
        found: dict[str, Any] = {}
        while not self.is_done:
            self.skip_lines()
            if self.skips("}"):
                break
            key = self.taken()
            if key.kind in ("name", "text", "number") and self.skips(":", "="):
                found[key.text] = self.value(depth + 1)
            elif key.kind == "name" and self.token.text in (",", "}"):
                found[key.text] = Name(key.text)
            else:
                self.at -= key.text in ("{", "(", "[")
                skipped = self._skipped()
                # Of several nobody tells which of them wins.
                found["..."] = skipped if "..." not in found else Computed(0, 0)
            self.skip_lines()
            self.skips(",")
        return found

    def _is_at_end(self) -> bool:
        """Does nothing follow that belongs to the same expression?"""
        at = self.at
        while not self._is_terraform and at < len(self._tokens) and self._tokens[at].kind == "line":
            at += 1
        token = self._tokens[at] if at < len(self._tokens) else None
        return (
            token is None
            or token.kind == "line"
            or token.text in (",", "}", "]", ")", ";")
            or (not self._is_terraform and at > self.at and token.kind == "name")
        )

    def _skip_expression(self) -> None:
        """Go to the `,`, the closing bracket or, in Terraform, the end of the line that ends the expression."""
        depth = 0
        while not self.is_done:
            token = self.token
            if token.kind == "sign":
                if not depth and token.text in (",", "}", "]", ")", ";"):
                    return
                depth += (token.text in ("{", "[", "(")) - (token.text in ("}", "]", ")"))
            elif token.kind == "line" and not depth and self._is_terraform:
                return
            self.at += 1


_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
