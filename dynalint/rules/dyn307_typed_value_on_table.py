"""Turns values in wire form that are given to a Table into findings."""

from __future__ import annotations

from dynalint.facts import Evidence, Sent, is_typed
from dynalint.rule import Findings, rule


@rule(
    code="DYN307",
    name="typed-value-on-table",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html",
    proof="run",
)
def typed_value_on_table(sent: Sent) -> Findings:
    """A Table is given values in the wire form of a client: `{"S": "text"}`.

    ## Why is this bad?
    A Table finds out the types of values by itself. To it `{"S": "o-1"}` is a map with one attribute `S`: as a key it is refused, as any other
    value it is stored or compared without a word, and whoever reads the item finds a dict where a text should be.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def order(order_id):
        return orders.get_item(Key={"order_id": {"S": order_id}}).get("Item")


    order("o-1")
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def order(order_id):
        return orders.get_item(Key={"order_id": order_id}).get("Item")


    order("o-1")
    ```

    ## Error
    ```text
    The provided key element does not match the schema

    One or more parameter values were invalid: Type mismatch for key

    One or more parameter values were invalid: ComparisonOperator ... is not valid for M AttributeValue type

    no error: a map is stored

    no error: nothing equals a map
    ```

    ## Limits
    - An item, and the values of an expression, are reported where all that they hold is in wire form. One map among others that has such a key may be data.
    - `{"N": 5}` is no wire form, for that has texts for numbers; it is taken for data.
    - A handle that comes from elsewhere without an annotation may be a class of your own that takes values in wire form: silent.

    ## References
    - [Data types](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html)
    - [boto3: DynamoDB resource and client](https://docs.aws.amazon.com/boto3/latest/guide/dynamodb.html)
    """
    if sent.plain is not True or sent.operation.handle.evidence < Evidence.CONFIGURED:
        return
    typed = [each for each in sent.values if each.surely and is_typed(each.given)]
    if typed and (sent.role in ("key", "key condition") or (len(typed) == len(sent.values) and not sent.open)):
        consequence = "matches no key" if sent.role in ("key", "key condition") else "equals nothing" if sent.role == "condition" else "is sent as a map"
        yield sent.finding(f"`{typed[0].path}` is in the wire form of a client, and {consequence}; give a Table the plain value", at=typed[0].place)
