"""Turns items that are written as JSON, numbers and all, into findings."""

from __future__ import annotations

from dynalint.facts.dumps import JsonDump
from dynalint.rule import Findings, rule


@rule(
    code="DYN314",
    name="decimal-to-json",
    group="suspicious",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html",
    proof="run",
)
def decimal_to_json(dump: JsonDump) -> Findings:
    """Items of a Table that hold numbers are given to `json.dumps`, which cannot write them.

    ## Why is this bad?
    A Table returns each number as a `Decimal`, whatever it was put as, and Python's `json` knows no `Decimal`. The same holds for sets. It works in tests with
    items that have none, and ends in a TypeError, most often in the last line of a handler, with the first item that has one.

    ## Example
    ```python
    import json

    import boto3

    users = boto3.resource("dynamodb").Table("users")
    users.put_item(Item={"user_id": "ann", "points": 5})


    def handler(user_id: str = "ann") -> str:
        response = users.get_item(Key={"user_id": user_id})
        return json.dumps(response.get("Item"))
    ```

    ## Use instead
    ```python
    import json

    import boto3

    users = boto3.resource("dynamodb").Table("users")
    users.put_item(Item={"user_id": "ann", "points": 5})


    def handler(user_id: str = "ann") -> str:
        response = users.get_item(Key={"user_id": user_id})
        return json.dumps(response.get("Item"), default=float)
    ```
    `default=str` keeps all digits, and writes sets and dates too.

    ## Error
    ```text
    TypeError: Object of type Decimal is not JSON serializable
    ```

    ## Limits
    - Reported where this file itself writes a number into the same table; what other programs write is not known.
    - What passes through a function that may convert it is left alone, and so is an item of which the program changes attributes.
    - Clients return numbers as text, and are not meant. `simplejson` and Flask's `jsonify` know Decimal.

    ## References
    - [Data types](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html)
    """
    if dump.is_plain and any(dump.holds_number(answer) is not None for answer in dump.items):
        yield dump.finding("json cannot write the Decimals that a Table returns for numbers; give it default=str, or convert them before")
