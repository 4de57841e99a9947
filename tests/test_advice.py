"""A message names what the code is about, and what to do instead: what DYN401 advises depends on what Python asks of the items, and on the table."""

from __future__ import annotations

import pytest

from dynalint.engine import check

SCAN = """\
import boto3

table = boto3.resource("dynamodb").Table("orders")


def found(wanted):
    return [each for each in table.scan()["Items"] if {test}]
"""
TABLE = """

def make():
    boto3.client("dynamodb").create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "status", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "status", "AttributeType": "S"}, {"AttributeName": "city", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[
            {"IndexName": "by-city", "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
        ],
    )
"""
NO_KEY = "a query on a key, or an index that holds the wanted items only"
SORTED = "a query on an index sorted by it, with "


def said(text: str, code: str) -> list[str]:
    return [finding.message for finding in check(text, "app.py") if finding.code == code]


@pytest.mark.parametrize(
    ("test", "name", "way"),
    [
        ('each["status"] == "open"', "status", 'query(KeyConditionExpression=Key("status").eq(...))'),
        ('each["city"] == wanted', "city", 'query(IndexName="by-city", KeyConditionExpression=Key("city").eq(...))'),
        ('each["name"] == wanted', "name", 'an index and query(KeyConditionExpression=Key("name").eq(...))'),
        ('each["city"] == wanted and each["status"] == "open"', "status", 'query(KeyConditionExpression=Key("status").eq(...))'),
        ('each["total"] < 5', "total", f'{SORTED}Key("total").lt(...)'),
        ('each["total"] <= 5', "total", f'{SORTED}Key("total").lte(...)'),
        ('each["total"] > 5', "total", f'{SORTED}Key("total").gt(...)'),
        ('5 <= each["total"]', "total", f'{SORTED}Key("total").gte(...)'),
        ('each["name"].startswith("a")', "name", f'{SORTED}Key("name").begins_with(...)'),
        ('each["open"] == True', "open", NO_KEY),
        ('each["open"] is True', "open", NO_KEY),
        ('each["open"]', "open", NO_KEY),
        ('each["status"] != "open"', "status", NO_KEY),
        ('each["status"] in wanted', "status", NO_KEY),
        ('each["place"]["status"] == "open"', "place.status", NO_KEY),
    ],
)
def test_how_to_read_only_the_items_that_python_keeps(test: str, name: str, way: str) -> None:
    assert said(SCAN.replace("{test}", test) + TABLE, "DYN401") == [f"reads all items, Python drops some by {name}; use {way}"]


@pytest.mark.parametrize(
    ("expression", "names", "attribute"),
    [
        ("SET photo = :p", {}, "photo"),
        ("SET #p = :p", {"#p": "photo"}, "photo"),
        ("SET #p = :p", {"#q": "photo"}, "#p"),
        ("SET a = :a, photo = :p", {}, "photo"),
    ],
)
def test_which_attribute_an_update_gives_a_file(expression: str, names: dict[str, str], attribute: str) -> None:
    values = "{':p': open(path, 'rb').read(), ':a': 'a'}"
    call = f"UpdateExpression={expression!r}, ExpressionAttributeNames={names!r}, ExpressionAttributeValues={values}"
    (message,) = said(f"import boto3\n\n\ndef keep(path):\n    boto3.resource('dynamodb').Table('t').update_item(Key={{'id': 'a'}}, {call})\n", "DYN302")
    assert message.startswith(f"stores a file in {attribute}: ")
