"""Turns billing modes that there are not into findings."""

from __future__ import annotations

import re

from dynalint.facts import TableDefinition, Value, alternatives, known_text
from dynalint.fixes.pen import Pen, fix
from dynalint.rule import Findings, rule

# How each mode begins in the minds of those who write it wrong, letters alone.
_MEANT = {"PAYPER": "PAY_PER_REQUEST", "PERREQUEST": "PAY_PER_REQUEST", "ONDEMAND": "PAY_PER_REQUEST", "PROVISION": "PROVISIONED"}
_MODES = frozenset(_MEANT.values())


@rule(
    code="DYN105",
    name="unknown-billing-mode",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html",
    fix="safe",
    proof="run",
)
def unknown_billing_mode(table: TableDefinition) -> Findings:
    """The billing mode is none that DynamoDB has.

    ## Why is this bad?
    The console, the price list and the documentation speak of on-demand capacity, the API calls it `PAY_PER_REQUEST`. Any other text is refused. boto3
    does not check it before it sends the request, and some emulators take it for PROVISIONED.

    ## Example
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="ON_DEMAND",
    )
    ```

    ## Use instead
    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Error
    ```text
    at 'billingMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]
    ```

    ## Fix safety
    The fix writes the mode that was meant. It is safe: the call fails without it. There is none where the text resembles neither mode, or is not
    written at the call.

    ## Limits
    - A mode of which one possible value is not known is not reported.

    ## References
    - [CreateTable: BillingMode](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html)
    """
    billing = table.billing
    wrong = _unknown_mode(billing.value) if billing is not None and billing.surely else None
    if billing is None or wrong is None:
        return
    meant = next((mode for start, mode in _MEANT.items() if re.sub("[^A-Z]", "", wrong.upper()).startswith(start)), None)
    mend = fix(f"Use {meant}", Pen(table.facts.source).replace_text(billing.place, meant), safe=True) if meant is not None else None
    yield table.finding(f"BillingMode {wrong!r} does not exist, so the call fails; use {meant or 'PAY_PER_REQUEST'}", mend, table.inside(billing.place))


def _unknown_mode(value: Value) -> str | None:
    """The first text among the possible values that is no mode, if all of them are known."""
    texts = [known_text(option) for option in alternatives(value)]
    return next((text for text in texts if text not in _MODES), None) if None not in texts else None
