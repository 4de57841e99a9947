"""Turns Decimals that are made of floats into findings."""

from __future__ import annotations

from dynalint.facts.decimals import InexactDecimal
from dynalint.rule import Findings, rule


@rule(
    code="DYN309",
    name="inexact-decimal",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html",
    fix="sometimes",
    proof="run",
)
def inexact_decimal(decimal: InexactDecimal) -> Findings:
    """A Decimal is made of a float, and holds all the digits that the float really has.

    ## Why is this bad?
    No binary float is exactly 0.1: `Decimal(0.1)` is 0.1000000000000000055511151231257827021181583404541015625. That has 55 digits, and a Number of
    DynamoDB has up to 38, so boto3 refuses to send it. A float of which the digits are fewer is stored with all of them.

    ## Example
    ```python
    from decimal import Decimal

    import boto3

    products = boto3.resource("dynamodb").Table("products")
    products.put_item(Item={"product_id": "p-1", "price": Decimal(9.99)})
    ```

    ## Use instead
    ```python
    from decimal import Decimal

    import boto3

    products = boto3.resource("dynamodb").Table("products")
    products.put_item(Item={"product_id": "p-1", "price": Decimal("9.99")})
    ```
    A float that is computed becomes `Decimal(str(x))`.

    ## Error
    ```text
    decimal.Inexact: [<class 'decimal.Inexact'>, <class 'decimal.Rounded'>]
    ```

    ## Fix safety
    The float is put in quotes. That is safe where the value is known to be sent, since the call fails as it is; elsewhere it changes what is computed with it,
    by as much as the float was wrong.

    ## Limits
    - Floats that are exact, such as `Decimal(0.5)`, are right and not reported.
    - `Decimal(0.1)` in a calculation, as a function's argument, or in a test, is reported only where the value itself reaches DynamoDB.
    - A float that is known only when the program runs, as in `Decimal(x)`, is not reported.

    ## References
    - [Data types: Number](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html)
    """
    shown = decimal.text if len(decimal.text) <= 20 else "..."
    consequence = "too many for DynamoDB" if decimal.is_refused else "and is stored with all of them"
    yield decimal.finding(f'Decimal({shown}) has all the digits of a float, {consequence}; use Decimal("{shown}")')
