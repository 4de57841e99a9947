"""Turns floats that are sent to a Table into findings."""

from __future__ import annotations

from dynalint.expiry import judged
from dynalint.facts import Sent, is_float
from dynalint.options import Options
from dynalint.rule import Findings, rule


@rule(
    code="DYN304",
    name="float-in-item",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html",
    proof="run",
)
def float_in_item(sent: Sent, options: Options) -> Findings:
    """A float is sent to a Table, which takes none.

    ## Why is this bad?
    A Number of DynamoDB is decimal and has up to 38 digits; a float is binary, and most of them are no such number exactly. boto3 does not round in secret: it
    raises TypeError before it sends anything. That holds for items, keys, values of expressions and operands of `Key` and `Attr`, however
    deep the float stands in lists, dicts and sets.

    ## Example
    ```python
    import time

    import boto3

    products = boto3.resource("dynamodb").Table("products")
    products.put_item(Item={"product_id": "p-1", "price": 9.99, "updated_at": time.time()})
    ```

    ## Use instead
    ```python
    import time
    from decimal import Decimal

    import boto3

    products = boto3.resource("dynamodb").Table("products")
    products.put_item(Item={"product_id": "p-1", "price": Decimal("9.99"), "updated_at": int(time.time())})
    ```
    A float that is computed becomes `Decimal(str(x))`, and `json.loads(text, parse_float=Decimal)` makes none in the first place.

    ## Error
    ```text
    TypeError: Float types are not supported. Use Decimal types instead.
    ```

    ## Limits
    - Only what is a float on each path that sends it is reported: literals, `float()`, clocks, what is computed from those, names annotated as float. None or a
      whole number in its place on some paths changes nothing.
    - A dict that is handed to a function of another module before it is sent is left alone, for it may be converted there.
    - The attribute by which items expire is what DYN203 reports.
    - What comes out of other modules, out of JSON or numpy, is not known to be a float.
    - Clients take numbers as text and are another matter (DYN308), but `resource.meta.client` takes what a Table takes.

    ## References
    - [Data types: Number](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html)
    - [boto3: DynamoDB types](https://docs.aws.amazon.com/boto3/latest/reference/customizations/dynamodb.html)
    """
    for each in sent.stored:
        if is_float(each.value) and (each.place or each.path) not in judged(sent.operation, options):
            yield sent.finding(f"`{each.path}` is a float, which boto3 refuses to send; use an int or Decimal(str(...))", at=each.place)
