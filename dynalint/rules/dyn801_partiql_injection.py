"""Turns PartiQL statements with values written into them into findings."""

from __future__ import annotations

from dynalint.facts.statements import Statement
from dynalint.rule import Findings, rule


@rule(
    code="DYN801",
    name="partiql-injection",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html",
    proof="run",
)
def partiql_injection(statement: Statement) -> Findings:
    """A value is written into a PartiQL statement.

    ## Why is this bad?
    Whoever chooses the value can end the literal with a quote and go on in PartiQL: `x' OR user_id = 'bob` reads the orders of Bob, and in an UPDATE or a
    DELETE other items are changed than were meant. Nobody needs bad intentions for the lesser fault: the name O'Neil makes the statement one that cannot be
    parsed.

    ## Example
    ```python
    import boto3

    client = boto3.client("dynamodb")


    def orders_of(user_id: str) -> list[dict]:
        response = client.execute_statement(Statement=f"SELECT * FROM orders WHERE user_id = '{user_id}'")
        return response["Items"] if "NextToken" not in response else []
    ```

    ## Use instead
    ```python
    import boto3

    client = boto3.client("dynamodb")


    def orders_of(user_id: str) -> list[dict]:
        response = client.execute_statement(Statement="SELECT * FROM orders WHERE user_id = ?", Parameters=[{"S": user_id}])
        return response["Items"] if "NextToken" not in response else []
    ```
    `batch_execute_statement` and `execute_transaction` take `Parameters` in each of their statements.

    ## Error
    ```text
    no error: the order of another user is given too
    ```

    ## Limits
    - The names of tables, indexes and attributes cannot be parameters, and are left alone; so are numbers that the same function makes, constants in capitals,
      and functions that double the quotes of what they write.
    - A value outside of quotes is reported only where the code shows what is written there.
    - What is surely one of several texts of the program itself is left alone.

    ## References
    - [ExecuteStatement](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html)
    """
    name = statement.interpolated
    if name is not None:
        shown = name if name.isidentifier() and len(name) <= 30 else "a value"
        yield statement.finding(f"{shown} is written into PartiQL, where a quote in it changes the statement; write ? and use Parameters")
