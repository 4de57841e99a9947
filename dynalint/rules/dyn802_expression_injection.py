"""Turns expressions and names that a request's sender chooses into findings."""

from __future__ import annotations

from dynalint.facts import OutsideInput
from dynalint.rule import Findings, rule


@rule(
    code="DYN802",
    name="expression-injection",
    group="correctness",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeValues.html",
    proof="run",
)
def expression_injection(found: OutsideInput) -> Findings:
    """What somebody outside sends becomes a part of an expression.

    ## Why is this bad?
    DynamoDB reads it as an expression: `attribute_exists(price) OR price` before ` > :least` gives every order, and in an update it sets other
    attributes than were meant. A placeholder such as `:least` is a value whatever it holds.

    ## Example
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")


    def handler(event, context):
        response = orders.query(
            KeyConditionExpression="user_id = :me",
            FilterExpression=f"{event['field']} > :least",
            ExpressionAttributeValues={":me": "ann", ":least": 100},
        )
        return response["Items"] if "LastEvaluatedKey" not in response else []
    ```

    ## Use instead
    ```python
    import boto3

    orders = boto3.resource("dynamodb").Table("orders")
    FIELDS = {"price": "price", "weight": "weight"}


    def handler(event, context):
        response = orders.query(
            KeyConditionExpression="user_id = :me",
            FilterExpression="#field > :least",
            ExpressionAttributeNames={"#field": FIELDS[event["field"]]},
            ExpressionAttributeValues={":me": "ann", ":least": 100},
        )
        return response["Items"] if "LastEvaluatedKey" not in response else []
    ```

    ## Error
    ```text
    no error: the order below the limit is given too
    ```

    ## Limits
    - From outside comes what a Lambda handler is called with, but for what AWS or an authorizer has put there, and what Flask, FastAPI, Django, Chalice and
      Powertools for AWS Lambda give as a request. It is followed through functions of the project.
    - Whatever looks at it ends that: a comparison, a membership test, a look-up, a conversion to a number, a regular expression, a model, a function whose
      name says that it checks. It is not asked whether that was enough.
    - A name that is given as a placeholder's (`#field`), or to `Attr` and `Key`, is reported too where it is passed on as it came: it cannot change the
      expression, but asks about any attribute. What an update so sets is DYN803.

    ## References
    - [Expression attribute values](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeValues.html)
    - [Expression attribute names](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html)
    """
    if found.part == "expression":
        yield found.finding(f"whoever calls can rewrite {found.parameter}; use :values and fixed names")
    elif found.part == "parameter":
        yield found.finding(f"whoever calls writes {found.parameter}; write it here, from values that are checked")
    elif found.part == "request":
        yield found.finding("whoever calls writes the whole request; pass the arguments that are meant")
    elif found.part == "name":
        yield found.finding("whoever calls picks the attribute that is asked for; allow the names that are meant")
