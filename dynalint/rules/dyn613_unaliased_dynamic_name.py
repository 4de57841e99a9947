"""Turns update expressions that are put together from names without aliases into findings."""

from __future__ import annotations

from collections.abc import Iterator

from dynalint.facts import Expression, Request, Value, alternatives, known_text
from dynalint.facts.requests import holes, pieces
from dynalint.language.parser import Parsed, parse
from dynalint.language.problems import Kind
from dynalint.language.reserved import is_reserved
from dynalint.language.tokens import HOLE
from dynalint.language.tree import Action, Gap, Name, Node, Path, Update, walk
from dynalint.language.tree import Value as ValuePlaceholder
from dynalint.rule import Findings, rule


@rule(
    code="DYN613",
    name="unaliased-dynamic-name",
    group="suspicious",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html",
    proof="doc",
)
def unaliased_dynamic_name(request: Request) -> Findings:
    """An update expression is put together from attribute names, as in `f"{name} = :{name}"`, without a `#`.

    ## Why is this bad?
    It works until one of the names is among the 573 reserved words (`status`, `name`, `date`, `ttl` ...), or has a dash, a dot or a blank in it: then the whole
    update fails. And where the names come from a request, whoever sends it chooses what else the expression does.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def change(order_id: str, fields: dict) -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in fields),
            ExpressionAttributeValues={f":{name}": value for name, value in fields.items()},
        )
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def change(order_id: str, fields: dict) -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in fields),
            ExpressionAttributeNames={f"#{name}": name for name in fields},
            ExpressionAttributeValues={f":{name}": value for name, value in fields.items()},
        )
    ```
    Placeholders take letters, digits and `_` only: for any other names number them (`#n0`, `:v0`).

    ## Limits
    - Only names beside a value that is put together as well are meant: `f"SET {name} = :value"` often is given names of the program's own.
    - Where `ExpressionAttributeNames` is passed and not all of it is used for other parts, the names may be aliases: nothing is said.
    - Names that the program checks against a list of its own are reported too: that none of them is reserved is seen by nobody.
    - Of an expression that is cut afterwards, as `text[:-2]` does, nothing is known.

    ## References
    - [Expression attribute names](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html)
    - [Reserved words in DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html)
    """
    for expression in request.expressions:
        if expression.kind is Kind.UPDATE and not _may_have_aliases(request, expression):
            start, end = next(_stretches(expression), (0, 0))
            if end:
                message = "names are put in without #aliases, so the update fails for the first reserved word; write #name and define it"
                yield expression.finding(message, start, end)


def _may_have_aliases(request: Request, expression: Expression) -> bool:
    """May what is put in be a `#alias`? Not where none is given, or each that is given is used elsewhere in the text."""
    given = request.names
    used = {token.text for parsed in (expression.parsed, *(parsed for _, parsed, _ in _pieces(expression))) for token in parsed.aliases}
    return not given.complete or not (request.is_sure or bool(given.entries)) or not used.issuperset(given.keys)


def _stretches(expression: Expression) -> Iterator[tuple[int, int]]:
    """Where names are put in: at a hole of the text, or in one of the pieces that a hole may be."""
    for action in _actions(expression.parsed):
        if not _is_harmless(holes(expression), expression.text, action.path.start):
            yield action.path.start, action.path.end
    for at, parsed, inner in _pieces(expression):
        if any(not _is_harmless(inner, parsed.text, action.path.start) for action in _actions(parsed)):
            yield at, at + 1


def _pieces(expression: Expression) -> Iterator[tuple[int, Parsed, tuple[Value, ...]]]:
    """What a hole may be, as far as that is a text in turn: where the hole is, the text as a section, and what is known of its own holes."""
    places = (index for index, char in enumerate(expression.text) if char == HOLE)
    for at, value in zip(places, holes(expression), strict=False):
        for text, inner in pieces(value):
            yield at, parse("SET " + text, Kind.UPDATE), inner


def _actions(parsed: Parsed) -> list[Action]:
    actions = parsed.tree.actions if isinstance(parsed.tree, Update) else ()
    return [action for action in actions if _has_open_name(action) and action.value is not None and any(map(_is_open_placeholder, walk(action.value)))]


def _has_open_name(action: Action) -> bool:
    path = action.path
    return isinstance(path, Gap) or (isinstance(path, Path) and any(isinstance(step, Name) and not step.text.strip(HOLE) for step in path.steps))


def _is_open_placeholder(node: Node) -> bool:
    return isinstance(node, ValuePlaceholder) and HOLE in node.text


def _is_harmless(known: tuple[Value, ...], text: str, start: int) -> bool:
    """Is all that the hole may hold known, and none of it reserved?"""
    index = text[:start].count(HOLE)
    names = [known_text(option) for option in alternatives(known[index])] if index < len(known) else [None]
    return all(name is not None and name.isidentifier() and not is_reserved(name) for name in names)
