"""What is said of PynamoDB and troposphere is what they do: models and templates are run, and seen to be what the rules say of their text."""

from __future__ import annotations

import ast
import inspect
import os
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import boto3
import pynamodb.attributes
import pytest
import troposphere.dynamodb
from moto import mock_aws
from pynamodb.connection.base import Connection
from pynamodb.models import Model

from dynalint.declared import DeclaredTable
from dynalint.engine import check
from dynalint.facts import Facts
from dynalint.facts.declarations import declarations
from dynalint.facts.models import KINDS
from dynalint.model.module import Module
from dynalint.model.pynamodb import CONSTANTS, OF_CLASS
from dynalint.options import Options
from dynalint.source import Source
from tests.oracles.stage import ENVIRONMENT

HEAD = """\
from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute, VersionAttribute
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE, PROVISIONED_BILLING_MODE
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

"""
UNITS = "read_capacity_units = 5\nwrite_capacity_units = 5"


@pytest.fixture
def aws() -> Iterator[Any]:
    """A client of moto's DynamoDB."""
    with mock.patch.dict(os.environ, ENVIRONMENT), mock_aws():
        yield boto3.client("dynamodb")


def model(meta: str = "", attributes: str = "", name: str = "Thing", call: str = "") -> str:
    settings = textwrap.indent(f'table_name = "{name.lower()}s"\nregion = "us-east-1"\n{meta}', "    ")
    body = textwrap.indent(f"class Meta:\n{settings}\nid = UnicodeAttribute(hash_key=True)\n{attributes}", "    ")
    return f"{HEAD}\nclass {name}(Model):\n{body}\n\n{call}\n"


def run(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "fixture"}
    exec(compile(text, "fixture.py", "exec"), names)
    return names


def codes(text: str) -> set[str]:
    return {finding.code for finding in check(text, "models.py")}


class TestPynamodb:
    @pytest.mark.parametrize(
        ("meta", "call"),
        [
            ("", ""),
            (UNITS, ""),
            ("billing_mode = 'PAY_PER_REQUEST'", ""),
            (f"billing_mode = PAY_PER_REQUEST_BILLING_MODE\n{UNITS}", ""),
            (f"billing_mode = PROVISIONED_BILLING_MODE\n{UNITS}", ""),
            ("", "billing_mode='PAY_PER_REQUEST'"),
            (UNITS, "billing_mode='PAY_PER_REQUEST'"),
            ("", "read_capacity_units=1, write_capacity_units=1"),
            ("billing_mode = 'PAY_PER_REQUEST'", "read_capacity_units=1, write_capacity_units=1"),
            (f"billing_mode = 'PAY_PER_REQUEST'\n{UNITS}", "billing_mode='PROVISIONED'"),
        ],
    )
    def test_a_table_is_provisioned_where_it_is_said_to_be(self, aws: Any, meta: str, call: str) -> None:
        text = model(meta, call=f"Thing.create_table({call})")
        run(text)
        made = aws.describe_table(TableName="things")["Table"].get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
        assert ("DYN106" in codes(text)) == (made == "PROVISIONED")

    @pytest.mark.parametrize(("attribute", "ends"), [("", False), ("ttl = TTLAttribute()", True), ("expires_at = NumberAttribute()", False)])
    def test_time_to_live_is_switched_on_where_it_is_said_to_be(self, aws: Any, attribute: str, ends: bool) -> None:
        text = model("billing_mode = 'PAY_PER_REQUEST'", attribute, "Session", "Session.create_table(wait=True)")
        run(text)
        switched = aws.describe_time_to_live(TableName="sessions")["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
        assert switched == ends
        assert ("DYN202" in codes(text)) != switched

    @pytest.mark.parametrize(
        "attribute",
        [
            "ttl = TTLAttribute()", "ttl = NumberAttribute()", "ttl = UTCDateTimeAttribute()", "ttl = UnicodeAttribute()", "ttl = BooleanAttribute()",
            "ttl = EpochAttribute()", "gone = UTCDateTimeAttribute(attr_name='ttl')", "ttl = ListAttribute()",
        ],
    )  # fmt: skip
    def test_what_time_to_live_looks_at_is_stored_as_a_number_or_reported(self, aws: Any, attribute: str) -> None:
        own = "class EpochAttribute(UTCDateTimeAttribute):\n    attr_type = 'N'\n    def serialize(self, value):\n        return '1893456000'\n\n\n"
        text = model("billing_mode = 'PAY_PER_REQUEST'", attribute, call="Thing.create_table(wait=True)").replace(HEAD, HEAD + own)
        names = run(text)
        name = attribute.partition(" ")[0]
        moment = datetime(2030, 1, 1, tzinfo=UTC)
        given = {"NumberAttribute": 1893456000, "UnicodeAttribute": "2030", "BooleanAttribute": True, "ListAttribute": [1]}
        thing = names["Thing"]("a")
        setattr(thing, name, next((value for kind, value in given.items() if kind in attribute), moment))
        thing.save()
        (stored,) = aws.scan(TableName="things")["Items"]
        assert ("DYN203" in codes(text)) == ("N" not in stored["ttl"])

    def test_a_ttl_attribute_refuses_what_would_be_no_moment(self, aws: Any) -> None:
        names = run(model("billing_mode = 'PAY_PER_REQUEST'", "ttl = TTLAttribute()"))
        for value in (1893456000, "2030-01-01", datetime(2030, 1, 1)):  # noqa: DTZ001 - naive on purpose
            with pytest.raises(ValueError, match=r"timezone-aware|must be a timedelta or datetime"):
                names["Thing"]("a", ttl=value)

    @staticmethod
    def sent(text: str, call: str) -> list[tuple[str, dict[str, Any]]]:
        """The operations that a piece of code sends."""
        names = run(text)
        requests: list[tuple[str, dict[str, Any]]] = []
        original = Connection._make_api_call

        def noted(self: Connection, name: str, arguments: dict[str, Any], *rest: Any) -> Any:
            requests.append((name, arguments))
            return original(self, name, arguments, *rest)

        with mock.patch.object(Connection, "_make_api_call", noted):
            exec(compile(call, "call.py", "exec"), names)
        return requests

    CREATED = model("billing_mode = 'PAY_PER_REQUEST'", "age = NumberAttribute(default=1)", call="Thing.create_table(wait=True)\nThing('a').save()")

    @pytest.mark.parametrize(
        ("call", "operation", "code"),
        [
            ("rows = len(list(Thing.scan()))", "Scan", "DYN410"),
            ("rows = sum(1 for _ in Thing.scan())", "Scan", "DYN410"),
            ("rows = Thing.count()", "DescribeTable", None),
            ("rows = Thing.count('a')", "Query", None),
            ("rows = list(Thing.scan(Thing.age > 1))", "Scan", "DYN402"),
            ("rows = [each for each in Thing.scan() if each.age > 1]", "Scan", "DYN401"),
            ("rows = list(Thing.query('a', filter_condition=Thing.age > 1))", "Query", None),
            ("for each in 'abcdef':\n    Thing(each).save()", "PutItem", "DYN501"),
            ("for each in 'abcdef':\n    Thing(each).delete()", "DeleteItem", "DYN501"),
            ("with Thing.batch_write() as batch:\n    for each in 'abcdef':\n        batch.save(Thing(each))", "BatchWriteItem", None),
            ("for each in ['a'] * 6:\n    print(Thing.get(each))", "GetItem", "DYN502"),
            ("rows = list(Thing.batch_get(['a', 'b']))", "BatchGetItem", None),
        ],
    )
    def test_a_method_sends_the_operation_that_is_spoken_of(self, aws: Any, call: str, operation: str, code: str | None) -> None:
        requests = [name for name, _ in self.sent(self.CREATED, call) if name != "DescribeTable" or operation == "DescribeTable"]
        assert set(requests) == {operation}
        assert codes(self.CREATED + call) == ({code} if code else set())
        assert len(requests) >= 6 or code not in ("DYN501", "DYN502")

    def test_a_condition_is_what_a_batch_could_not_send(self, aws: Any) -> None:
        text = model("billing_mode = 'PAY_PER_REQUEST'", "version = VersionAttribute()", call="Thing.create_table(wait=True)")
        call = "for each in 'abcdef':\n    Thing(each).save()"
        assert all("ConditionExpression" in arguments for name, arguments in self.sent(text, call) if name == "PutItem")
        assert codes(text + call) == set()

    def test_pages_are_turned_by_pynamodb(self, aws: Any) -> None:
        call = "Thing('b').save()\nThing('c').save()\nrows = list(Thing.scan(page_size=1))"
        assert [name for name, _ in self.sent(self.CREATED, call)].count("Scan") > 2
        assert codes(self.CREATED + call) == set()

    def test_an_index_without_a_name_has_that_of_its_attribute(self) -> None:
        index = "class ByAge(GlobalSecondaryIndex):\n    class Meta:\n        projection = AllProjection()\n    age = NumberAttribute(hash_key=True)\n"
        names = run(model(attributes=f"{index}\nby_age = ByAge()"))
        assert names["Thing"].by_age.Meta.index_name == "by_age"

    @pytest.mark.parametrize("name", OF_CLASS)
    def test_parameters_stand_in_the_order_that_is_known(self, name: str) -> None:
        known = [parameter for parameter, _ in OF_CLASS[name][1]]
        assert list(inspect.signature(getattr(Model, name)).parameters)[: len(known)] == known

    @pytest.mark.parametrize("name", KINDS)
    def test_attributes_are_stored_as_the_type_that_is_known(self, name: str) -> None:
        assert getattr(pynamodb.attributes, name).attr_type == KINDS[name]

    @pytest.mark.parametrize("name", CONSTANTS)
    def test_constants_stand_for_what_is_known(self, name: str) -> None:
        module, _, constant = name.rpartition(".")
        found = getattr(__import__(module, fromlist=[constant]), constant, None)
        assert found == CONSTANTS[name]


class TestTroposphere:
    HEAD = "from troposphere.dynamodb import AttributeDefinition, KeySchema, ProvisionedThroughput, Table\n\n"
    KEYS = "KeySchema=[KeySchema(AttributeName='id', KeyType='HASH')], AttributeDefinitions=[AttributeDefinition(AttributeName='id', AttributeType='S')]"
    UNITS = "ProvisionedThroughput=ProvisionedThroughput(ReadCapacityUnits=5, WriteCapacityUnits=5)"

    @pytest.mark.parametrize("more", [UNITS, f"BillingMode='PROVISIONED', {UNITS}", "BillingMode='PAY_PER_REQUEST'"])
    def test_a_table_is_provisioned_where_it_is_said_to_be(self, more: str) -> None:
        text = f"{self.HEAD}table = Table('Orders', {self.KEYS}, {more})\n"
        properties = run(text)["table"].to_dict()["Properties"]
        # The default is CloudFormation's: PROVISIONED, which troposphere goes by.
        assert ("DYN106" in codes(text)) == (properties.get("BillingMode", "PROVISIONED") == "PROVISIONED")

    def test_nothing_said_is_provisioned(self) -> None:
        text = f"{self.HEAD}table = Table('Orders', {self.KEYS})\n"
        with pytest.raises(ValueError, match="billing mode is provisioned"):
            run(text)["table"].to_dict()
        assert "DYN106" in codes(text)

    def test_its_tables_have_the_properties_that_are_read(self) -> None:
        known = {"BillingMode", "TableName", "TimeToLiveSpecification", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"}
        assert known <= troposphere.dynamodb.Table.props.keys()


CDK = """\
from aws_cdk import aws_dynamodb as dynamodb

def by(name):
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)

def build(scope):
    table = dynamodb.Table(scope, "Orders", partition_key=by("pk"), sort_key=by("sk"))
    table.add_local_secondary_index(index_name="by-total", sort_key=by("total"))
    table.add_global_secondary_index(index_name="by-state", partition_key=by("state"))
    table.add_global_secondary_index(index_name="by-day", partition_key=by("day"), sort_key=by("sk"))
"""
PULUMI = """\
import pulumi_aws as aws

TOTAL, STATE = {"name": "by-total", "range_key": "total"}, {"name": "by-state", "hash_key": "state"}
DAY = {"name": "by-day", "hash_key": "day", "range_key": "sk"}
aws.dynamodb.Table("orders", hash_key="pk", range_key="sk", local_secondary_indexes=[TOTAL], global_secondary_indexes=[STATE, DAY])
"""
TROPOSPHERE = """\
from troposphere.dynamodb import GlobalSecondaryIndex, KeySchema, LocalSecondaryIndex, Projection, Table

def index(of, name, *keys):
    return of(IndexName=name, KeySchema=list(keys), Projection=Projection(ProjectionType="ALL"))

PK, SK = KeySchema(AttributeName="pk", KeyType="HASH"), KeySchema(AttributeName="sk", KeyType="RANGE")
TOTAL = index(LocalSecondaryIndex, "by-total", PK, KeySchema(AttributeName="total", KeyType="RANGE"))
STATE = index(GlobalSecondaryIndex, "by-state", KeySchema(AttributeName="state", KeyType="HASH"))
DAY = index(GlobalSecondaryIndex, "by-day", KeySchema(AttributeName="day", KeyType="HASH"), SK)
Table("Orders", KeySchema=[PK, SK], LocalSecondaryIndexes=[TOTAL], GlobalSecondaryIndexes=[STATE, DAY])
"""


IMPORTS = "import pulumi_aws as aws\nimport troposphere.dynamodb\nfrom aws_cdk import aws_dynamodb as dynamodb\n\n"


def declared(text: str) -> DeclaredTable:
    module = Module(Source(text), ast.parse(text), Options())
    module.run()
    (table,) = declarations(Facts(module, Options())).tables
    return table


@pytest.mark.parametrize(
    "text",
    [
        'dynamodb.Table(scope, "T", time_to_live_attribute="until")',
        'aws.dynamodb.Table("t", ttl=aws.dynamodb.TableTtlArgs(attribute_name="until", enabled=True))',
        'aws.dynamodb.Table("t", ttl={"attributeName": "until", "enabled": True})',
        'troposphere.dynamodb.Table("T", TimeToLiveSpecification=troposphere.dynamodb.TimeToLiveSpecification(AttributeName="until", Enabled=True))',
    ],
)
def test_the_attribute_of_expiry_is_known_in_each_spelling(text: str) -> None:
    assert declared(f"{IMPORTS}{text}\n").ttl == "until"


@pytest.mark.parametrize(
    "text",
    [
        'dynamodb.Table(scope, "T", partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.NUMBER))',
        'dynamodb.CfnTable(scope, "T", attribute_definitions=[dynamodb.CfnTable.AttributeDefinitionProperty(attribute_name="id", attribute_type="N")])',
        'dynamodb.CfnTable(scope, "T", attribute_definitions=[{"attributeName": "id", "attributeType": "N"}])',
        'aws.dynamodb.Table("t", attributes=[aws.dynamodb.TableAttributeArgs(name="id", type="N")])',
        'troposphere.dynamodb.Table("T", AttributeDefinitions=[troposphere.dynamodb.AttributeDefinition(AttributeName="id", AttributeType="N")])',
    ],
)
def test_the_type_of_an_attribute_is_known_in_each_spelling(text: str) -> None:
    assert declared(f"{IMPORTS}{text}\n").types == (("id", "N"),)


@pytest.mark.parametrize(
    "text",
    ['dynamodb.Table(scope, id="T")', 'aws.dynamodb.Table(resource_name="T")', 'troposphere.dynamodb.Table(title="T")', 'troposphere.dynamodb.Table("T")'],
)
def test_what_the_program_itself_calls_a_table_is_known_by_each_name(text: str) -> None:
    assert declared(f"{IMPORTS}{text}\n").id == "T"


@pytest.mark.parametrize("text", [CDK, PULUMI, TROPOSPHERE], ids=["cdk", "pulumi", "troposphere"])
def test_local_indexes_have_the_partition_key_of_their_table(text: str) -> None:
    table = declared(text)
    assert table.keys == ("pk", "sk")
    keys = {index.name: (index.is_global, index.keys) for index in table.indexes}
    assert keys == {"by-total": (False, ("pk", "total")), "by-state": (True, ("state",)), "by-day": (True, ("day", "sk"))}
