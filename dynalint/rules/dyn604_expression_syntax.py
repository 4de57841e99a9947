"""Turns expressions that DynamoDB cannot read into findings."""

from __future__ import annotations

from dynalint.facts import Expression
from dynalint.language.checks import CONDITION_FUNCTIONS, MOST_OPTIONS, UPDATE_FUNCTIONS
from dynalint.language.parser import MOST_BYTES
from dynalint.language.problems import Fault, Kind, Problem
from dynalint.language.tokens import SECTIONS, Token
from dynalint.rule import Findings, rule
from dynalint.words import did_you_mean

_FAULTS = (
    Fault.EMPTY,
    Fault.TOO_LONG,
    Fault.SYNTAX,
    Fault.KEYWORD_AS_NAME,
    Fault.REDUNDANT_PARENTHESES,
    Fault.UNKNOWN_FUNCTION,
    Fault.MISPLACED_FUNCTION,
    Fault.OPERAND_COUNT,
    Fault.OPERAND_TYPE,
    Fault.PATH_REQUIRED,
    Fault.SAME_OPERAND,
    Fault.TOO_MANY_OPERANDS,
)
# What other languages write, with DynamoDB's own.
_SIGNS = {"==": "=", "!=": "<>", "&&": "AND", "||": "OR", "+=": "ADD, or a = a + :n", "-=": "a = a - :n"}


@rule(
    code="DYN604",
    name="expression-syntax",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html",
    proof="run",
)
def expression_syntax(expression: Expression) -> Findings:
    """An expression is not in the language that DynamoDB reads.

    ## Why is this bad?
    The call fails, for every item. The language looks like SQL or Python and is neither: it has `=` and `<>`, but no `==` or `!=`; no literals, since each
    value is a `:value`; no `LIKE`, `IS NULL` or `+=`; and each section of an update, such as `SET`, is written once, with commas between its changes.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def raise_price(order_id: str = "1") -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET price += :more",
            ExpressionAttributeValues={":more": 5},
        )
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def raise_price(order_id: str = "1") -> None:
        orders.update_item(
            Key={"order_id": order_id},
            UpdateExpression="SET price = if_not_exists(price, :none) + :more",
            ExpressionAttributeValues={":more": 5, ":none": 0},
        )
    ```

    ## Error
    ```text
    Invalid ...: Syntax error; ...

    Invalid ...: The expression can not be empty;

    Invalid ...: Expression size has exceeded the maximum allowed size; expression size: ...

    Invalid ...: The expression has redundant parentheses;

    Invalid ...: Attribute name is a reserved keyword; reserved keyword: ...

    Invalid ...: Invalid function name; function: ...

    Invalid ...: The function is not allowed to be used this way in an expression; function: ...

    Invalid ...: Incorrect number of operands for operator or function; ...

    Invalid ...: Incorrect operand type for operator or function; ...

    Invalid ...: Operator or function requires a document path; operator or function: ...

    Invalid ...: The first operand must be distinct from the remaining operands for this operator or function; ...

    Invalid ...: The IN operator is provided with too many operands; number of operands: ...
    ```

    ## Limits
    - Of a text that is put together, nothing is said of what stands behind a part that is not known.
    - Of a text that only some paths send, its first word and its end are not looked at: more may be added there in time.
    - The types of values are not looked at: `begins_with(a, :n)` with a number fails too. Statements of PartiQL are not looked at either.

    ## References
    - [Comparison operator and function reference](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html)
    - [Using update expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html)
    - [Limits of expression parameters](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)
    """
    for problem in expression.parsed.of(*_FAULTS) if expression.is_whole else ():
        if expression.surely or _is_inside(expression.text, problem):
            yield expression.finding(_message(expression, problem), problem.start, problem.end)


def _is_inside(text: str, problem: Problem) -> bool:
    """Does it stand in the middle of the text, so that it stays, whatever else is added in front and behind?"""
    return problem.start > len(text) - len(text.lstrip()) and problem.end < len(text.rstrip()) and problem.fault is not Fault.TOO_LONG


def _message(expression: Expression, problem: Problem) -> str:
    name, shown = problem.text, _short(problem.text)
    match problem.fault:
        case Fault.EMPTY:
            what = f"{expression.kind} is an empty text, so the call fails; leave it out"
        case Fault.TOO_LONG:
            what = f"{problem.detail} bytes of expression, DynamoDB takes {MOST_BYTES}, so the call fails; use shorter aliases or split it"
        case Fault.KEYWORD_AS_NAME:
            what = f'"{shown}" is a keyword, so the call fails; write #{shown.lower()} and define it in ExpressionAttributeNames'
        case Fault.REDUNDANT_PARENTHESES:
            what = "two pairs of parentheses around the same, so the call fails; leave one out"
        case Fault.UNKNOWN_FUNCTION:
            what = f"{shown}() is no function here, so the call fails; {_function_advice(expression.kind, name)}"
        case Fault.MISPLACED_FUNCTION:
            what = f"{shown}() cannot stand here, so the call fails; {_place_advice(expression.kind, name)}"
        case Fault.OPERAND_COUNT:
            count = (CONDITION_FUNCTIONS | UPDATE_FUNCTIONS)[name]
            what = f"{shown}() with {problem.detail} operand{'s' if problem.detail != '1' else ''}, so the call fails; give it {count}"
        case Fault.OPERAND_TYPE:
            what = f"{shown}() cannot take this operand, so the call fails; give it a :value" + ("" if name == "attribute_type" else " or an attribute")
        case Fault.PATH_REQUIRED:
            what = f"{shown}() needs the name of an attribute here, so the call fails; give it no :value"
        case Fault.SAME_OPERAND:
            what = f"{shown} is given the same attribute twice, so the call fails; compare it with something else"
        case Fault.TOO_MANY_OPERANDS:
            what = f"IN takes {MOST_OPTIONS} operands and not {problem.detail}, so the call fails; split the list"
        case _:
            what = _syntax(expression, problem)
    return what


def _syntax(expression: Expression, problem: Problem) -> str:
    tokens = expression.parsed.tokens
    at = next(index for index, token in enumerate(tokens) if token.start == problem.start)
    token, before, after = tokens[at], tokens[at - 1] if at else None, tokens[min(at + 1, len(tokens) - 1)]
    if token.type == "end":
        return f"the expression ends too early, so the call fails; {problem.detail} is missing"
    return f"syntax error at {_short(token.text)}, so the call fails; {_advice(expression, token, before, after, problem.detail)}"


def _advice(expression: Expression, token: Token, before: Token | None, after: Token, expected: str) -> str:
    glued = [left.text + right.text for left, right in ((before, token), (token, after)) if left is not None and left.end == right.start]
    sign = next((each for each in glued if each in _SIGNS), None)
    if sign is not None:
        return f"instead of {sign} write {_SIGNS[sign]}"
    if token.type == "string":
        return "write a name without quotes, and a value as a :value"
    if token.type == "number" and "list index" not in expected:
        return "give the value as a :value in ExpressionAttributeValues"
    if expression.kind is Kind.UPDATE and token.is_keyword(*SECTIONS):
        return f"write {token.text.upper()} once, without a comma before it"
    if expression.kind is Kind.UPDATE and token.is_keyword("AND"):
        return "separate changes with commas"
    if token.text == "-" and before is not None and before.type == "alias" and before.end == token.start:
        return "an #alias is letters, digits and _"
    if token.text == "_" or (token.text == "-" and before is not None and before.end == token.start == after.start - 1 and before.type == "word"):
        return "such a name needs an #alias"
    return f"{expected} is expected"


def _function_advice(kind: Kind, name: str) -> str:
    known = UPDATE_FUNCTIONS if kind is Kind.UPDATE else CONDITION_FUNCTIONS
    meant = did_you_mean(name, known)
    return f"did you mean {meant}?" if meant else f"it has {', '.join(known)}" if kind is Kind.UPDATE else "look up those that there are"


def _place_advice(kind: Kind, name: str) -> str:
    if name in UPDATE_FUNCTIONS:
        return "it belongs into UpdateExpression"
    if kind is Kind.UPDATE:
        return "it belongs into a condition"
    return "compare what it gives with something" if name == "size" else "it is a condition by itself, compare it with nothing"


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:21] + "..."
