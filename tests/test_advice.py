"""A message names what the code is about, and what to do instead: what DYN401 advises depends on what Python asks of the items, and on the table."""

from __future__ import annotations

import pytest

from dynalint.engine import check
from dynalint.options import Options
from dynalint.source import Source

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
        ('each["city"] == wanted or each["name"] == wanted', "city or name", "a query for each of these, on an index of its own"),
        ('each["city"] == wanted or each["city"] == "Rome"', "city", 'query(IndexName="by-city", KeyConditionExpression=Key("city").eq(...))'),
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


ADVICE = [
    ('table.put_item(Item={"pk": "a", "tags": set()})', "DYN305", "`tags` is an empty set, which DynamoDB refuses; leave the attribute out"),
    ('table.put_item(Item={"pk": "a", "at": 1j})', "DYN305", "`at` is a complex number, which boto3 refuses; store a type that DynamoDB has"),
    ('table.get_item({"pk": 1})', "DYN709", "get_item takes keyword arguments only, so Python raises TypeError; write Key="),
    ('table.get_item({"pk": 1}, True)', "DYN709", "get_item takes keyword arguments only, so Python raises TypeError; name its arguments"),
    ('client.put_item("orders")', "DYN709", "put_item takes keyword arguments only, so Python raises TypeError; name its arguments"),
    (
        'client.get_paginator("scan").paginate(PageSize=5)',
        "DYN705",
        "paginate of scan has no parameter PageSize, so boto3 refuses the call; put it into PaginationConfig",
    ),
    ("table.scan(Whatever=1)", "DYN705", "scan has no parameter Whatever, so boto3 refuses the call; remove it"),
    ("table.scan(Item=1)", "DYN705", "scan has no parameter Item, so boto3 refuses the call; only put_item has it"),
    ("table.scan(ScanIndexForward=False)", "DYN705", "scan has no parameter ScanIndexForward, so boto3 refuses the call; only query has it"),
    ("table.batch_writer(1, 2)", "DYN709", "batch_writer takes no more than 1 positional argument, so Python raises TypeError; name its arguments"),
    (
        'table.scan(FilterExpression=Attr("a").eq(1) and Attr("b").eq(1))',
        "DYN605",
        "Python's and drops all conditions but one; use &, with parentheses around what it joins",
    ),
    ('table.scan(FilterExpression=not Attr("a").eq(1))', "DYN605", "Python's not makes False of a condition; use ~, with parentheses around what it negates"),
    (
        'table.scan(ReturnConsumedCapacity="ALL")',
        "DYN706",
        "DynamoDB refuses 'ALL' for ReturnConsumedCapacity; use INDEXES, TOTAL or NONE",
    ),
    ('table.scan(FilterExpression="a == :a")', "DYN604", "syntax error at =, so the call fails; instead of == write ="),
    ('table.scan(FilterExpression="a != :a")', "DYN604", "syntax error at !, so the call fails; instead of != write <>"),
    ('table.scan(FilterExpression="a = :a && b = :a")', "DYN604", "syntax error at &, so the call fails; instead of && write AND"),
    ('table.scan(FilterExpression="a = :a || b = :a")', "DYN604", "syntax error at |, so the call fails; instead of || write OR"),
    ('table.update_item(Key=KEY, UpdateExpression="SET a += :n")', "DYN604", "syntax error at +, so the call fails; instead of += write ADD, or a = a + :n"),
    ('table.update_item(Key=KEY, UpdateExpression="SET a -= :n")', "DYN604", "syntax error at -, so the call fails; instead of -= write a = a - :n"),
    ('table.scan(FilterExpression="a = 5")', "DYN604", "syntax error at 5, so the call fails; give the value as a :value in ExpressionAttributeValues"),
    ("table.scan(FilterExpression=\"a = 'x'\")", "DYN604", "syntax error at 'x', so the call fails; write a name without quotes, and a value as a :value"),
    ('table.scan(FilterExpression="first-name = :a")', "DYN604", "syntax error at -, so the call fails; such a name needs an #alias"),
    ('table.scan(FilterExpression="#first-name = :a")', "DYN604", "syntax error at -, so the call fails; an #alias is letters, digits and _"),
    ('table.scan(FilterExpression="a = :a b")', "DYN604", "syntax error at b, so the call fails; AND, OR or the end is expected"),
    ('table.scan(FilterExpression="a = :a SET b")', "DYN604", "syntax error at SET, so the call fails; AND, OR or the end is expected"),
    ('table.scan(FilterExpression="begin_with(a, :a)")', "DYN604", "begin_with() is no function here, so the call fails; did you mean begins_with?"),
    ('table.scan(FilterExpression="size(a)")', "DYN604", "size() cannot stand here, so the call fails; compare what it gives with something"),
    (
        'table.scan(FilterExpression="if_not_exists(a, :a) = :a")',
        "DYN604",
        "if_not_exists() cannot stand here, so the call fails; it belongs into UpdateExpression",
    ),
    ('table.update_item(Key=KEY, UpdateExpression="SET a = :a AND b = :b")', "DYN604", "syntax error at AND, so the call fails; separate changes with commas"),
    (
        'table.update_item(Key=KEY, UpdateExpression="SET a = :a, SET b = :b")',
        "DYN604",
        "syntax error at SET, so the call fails; write SET once, without a comma before it",
    ),
    (
        'table.update_item(Key=KEY, UpdateExpression="SET a = begins_with(a, :a)")',
        "DYN604",
        "begins_with() cannot stand here, so the call fails; it belongs into a condition",
    ),
    (
        'table.update_item(Key=KEY, UpdateExpression="SET a = :a SET b = :b")',
        "DYN611",
        "SET stands twice, so the call fails; write it once, with commas between the changes",
    ),
    ('table.update_item(Key=KEY, UpdateExpression="SET a.b = :a, a = :b")', "DYN611", "[a] overlaps with [a, b], so the call fails; leave one out"),
    ('table.update_item(Key=KEY, UpdateExpression="SET a = :a REMOVE a")', "DYN611", "[a] is named twice, so the call fails; leave one out"),
    (
        'table.update_item(Key=KEY, UpdateExpression="SET a.b = :a, a[0] = :b")',
        "DYN611",
        "[a, b] and [a, [0]] cannot both be, so the call fails: an attribute is a map or a list",
    ),
]


@pytest.mark.parametrize(("call", "code", "message"), ADVICE)
def test_advice_is_about_what_is_wrong(call: str, code: str, message: str) -> None:
    head = 'import boto3\nfrom boto3.dynamodb.conditions import Attr\n\nKEY = {"pk": "a"}\n'
    head += 'table, client = boto3.resource("dynamodb").Table("orders"), boto3.client("dynamodb")\n'
    assert said(f"{head}\n\ndef run():\n    return {call}\n", code) == [message]


MODEL = """\
from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model


class ByCity(GlobalSecondaryIndex):
    class Meta:
        projection = AllProjection()

    city = UnicodeAttribute(hash_key=True)


class Order(Model):
    class Meta:
        table_name = "orders"

    pk = UnicodeAttribute(hash_key=True)
    city = UnicodeAttribute()
    state = UnicodeAttribute()
    by_city = ByCity()


def found(wanted):
    return [each for each in Order.scan() if {test}]
"""


@pytest.mark.parametrize(
    ("test", "way"),
    [
        ("each.pk == wanted", "Order.query(...)"),
        ("each.city == wanted", "Order.by_city.query(...)"),
        ("each.state == wanted", "an index on it, and its query(...)"),
        ("each.state > wanted", "a query on an index sorted by it"),
        ("each.state in wanted", NO_KEY),
    ],
)
def test_how_to_read_only_the_items_of_a_model(test: str, way: str) -> None:
    (message,) = said(MODEL.replace("{test}", test), "DYN401")
    assert message.endswith(f"; use {way}")


@pytest.mark.parametrize(("name", "advice"), [("order", 'write "orders"'), ("invoices", "declare it, or correct the name")])
def test_a_table_that_nobody_declares_is_named_where_it_is_written(name: str, advice: str) -> None:
    text = f'import boto3\n{TABLE}\n\ndef forget(client):\n    boto3.client("dynamodb").delete_item(Key={{"status": {{"S": "a"}}}}, TableName="{name}")\n'
    (finding,) = (each for each in check(text, "app.py", Options(enable=("DYN755",))) if each.code == "DYN755")
    assert Source(text).slice(finding.span) == f'TableName="{name}"'
    assert finding.message == f'the project declares no table "{name}", DynamoDB finds none; {advice}'


@pytest.mark.parametrize(
    ("condition", "advice"),
    [
        ('"open" in Attr("state")', "is_in() or contains()"),
        ('"open" in Key("state")', "eq(), in a query for each value"),
        ('"open" not in Key("state")', "a filter with Attr"),
        ('Attr("state") != "open"', "ne()"),
        ('Key("state") != "open"', "a filter with Attr"),
        ('Key("state") == "open"', "eq()"),
    ],
)
def test_a_key_is_not_told_to_do_what_only_an_attribute_can(condition: str, advice: str) -> None:
    query = f'boto3.resource("dynamodb").Table("orders").query(KeyConditionExpression={condition})'
    text = f"import boto3\nfrom boto3.dynamodb.conditions import Attr, Key\n{query}\n"
    (message,) = said(text, "DYN607")
    assert message.endswith(f"not a condition; use {advice}")


WAY = """\
import boto3


def handler(event, context):
    {first}(event["field"])


def {first}(field):
    {second}(field)


def {second}(field):
    third(field)


def third(field):
    boto3.client("dynamodb").delete_item(TableName="t", Key={{"pk": {{"S": "a"}}}}, ConditionExpression=field + " > :a", ExpressionAttributeValues={{":a": 1}})
"""


@pytest.mark.parametrize(
    ("first", "second", "way"),
    [
        ("f" * 5, "s", "event -> fffff -> s -> third -> delete_item"),
        ("f" * 6, "s", "event -> ... -> s -> third -> delete_item"),
        ("first", "second", "event -> ... -> third -> delete_item"),
        ("f" * 90, "s", "event -> ... -> s -> third -> delete_item"),
    ],
)
def test_of_a_way_from_outside_as_much_is_shown_as_there_is_room_for(first: str, second: str, way: str) -> None:
    (message,) = said(WAY.format(first=first, second=second), "DYN802")
    assert message == f"{way}: whoever calls can rewrite ConditionExpression; use :values and fixed names"
    assert len(message) < 120
