"""The oracles on claims of our own: they confirm what is true, object to what is not, and say plainly what they cannot tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import boto3
import pytest

from dynalint.rule import Check, Rule
from tests.marked import Fixture
from tests.oracles.claims import Claim, claim, confirms, example_objections, instead_objections, perform
from tests.oracles.known_wrong import SERVICES, UNABLE, WRONG, examples, mended
from tests.oracles.stage import Oracle, Outcome, play
from tests.oracles.units import marked_units, unit_objections

pytestmark = pytest.mark.slow


def throughput_on_demand() -> Any:
    """A table on demand is given provisioned throughput.

    ## Example

    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
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
    botocore.exceptions.ClientError: An error occurred (ValidationException) when calling the CreateTable operation:
    One or more parameter values were invalid:
    Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST
    ```
    """


def unknown_billing_mode() -> Any:
    """A billing mode that there is not.

    ## Example

    ```python
    import boto3

    def create_orders():
        return boto3.resource("dynamodb").create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
            BillingMode="ON_DEMAND",
        )
    ```

    ## Use instead

    ```python
    import boto3

    def create_orders():
        return boto3.resource("dynamodb").create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    ```

    ## Error

    ```text
    Value 'ON_DEMAND' at 'billingMode' failed to satisfy constraint: Member must satisfy enum value set
    ```
    """


def throughput_on_an_index() -> Any:
    """An index of a table on demand is given provisioned throughput.

    ## Example

    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}, {"AttributeName": "customer", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_customer",
                "KeySchema": [{"AttributeName": "customer", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Use instead

    ```python
    import boto3

    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}, {"AttributeName": "customer", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_customer",
                "KeySchema": [{"AttributeName": "customer", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    ```

    ## Error

    ```text
    ProvisionedThroughput should not be specified for index: by_customer when BillingMode is PAY_PER_REQUEST
    ```
    """


def float_in_item() -> Any:
    """A Table is given a float; the table itself is not shown.

    ## Example

    ```python
    import boto3

    boto3.resource("dynamodb").Table("orders").put_item(Item={"order_id": "a", "price": 9.99})
    ```

    ## Use instead

    ```python
    from decimal import Decimal

    import boto3

    boto3.resource("dynamodb").Table("orders").put_item(Item={"order_id": "a", "price": Decimal("9.99")})
    ```

    ## Error

    ```text
    TypeError: Float types are not supported. Use Decimal types instead.
    ```
    """


def too_many_puts() -> Any:
    """More than 25 puts in one batch.

    ## Example

    ```python
    import boto3

    boto3.resource("dynamodb").batch_write_item(RequestItems={"orders": [{"PutRequest": {"Item": {"order_id": str(n)}}} for n in range(26)]})
    ```

    ## Use instead

    ```python
    import boto3

    with boto3.resource("dynamodb").Table("orders").batch_writer() as batch:
        for n in range(26):
            batch.put_item(Item={"order_id": str(n)})
    ```

    ## Error

    ```text
    Member must have length less than or equal to 25
    ```
    """


def transaction_with_a_key_twice() -> Any:
    """One transaction acts on one item twice.

    ## Example

    ```python
    import boto3

    put = {"Put": {"TableName": "orders", "Item": {"order_id": {"S": "a"}}}}
    boto3.client("dynamodb").transact_write_items(TransactItems=[put, put])
    ```

    ## Use instead

    ```python
    import boto3

    put = {"Put": {"TableName": "orders", "Item": {"order_id": {"S": "a"}}}}
    boto3.client("dynamodb").transact_write_items(TransactItems=[put])
    ```

    ## Error

    ```text
    Transaction request cannot include multiple operations on one item
    ```
    """


CLAIMS = (throughput_on_demand, unknown_billing_mode, throughput_on_an_index, float_in_item, too_many_puts, transaction_with_a_key_twice)


def as_rule(page: Check) -> Rule:
    """A rule with this page, which finds nothing."""
    return Rule(page.__name__.replace("_", "-"), page.__name__, "correctness", since="0", aws="", check=page, proof="run")


RULES = {page: as_rule(page) for page in CLAIMS}


@pytest.mark.parametrize(("service", "rule"), examples(RULES.values()))
def test_bad_code_fails_as_its_page_quotes(service: str, rule: Rule, request: pytest.FixtureRequest) -> None:
    assert list(example_objections(claim(rule), request.getfixturevalue(service))) == []


@pytest.mark.parametrize(("service", "rule"), mended(RULES.values()))
def test_good_code_runs(service: str, rule: Rule, request: pytest.FixtureRequest) -> None:
    assert list(instead_objections(claim(rule), request.getfixturevalue(service))) == []


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("page", CLAIMS)
def test_bad_code_that_runs_is_an_objection(service: str, page: Check, request: pytest.FixtureRequest) -> None:
    right = claim(RULES[page])
    if (service, right.code) not in UNABLE:
        swapped = replace(right, examples=right.instead, instead=right.examples)
        assert "without an error" in " ".join(example_objections(swapped, request.getfixturevalue(service)))
        if (service, right.code) not in WRONG:
            assert "into an error" in " ".join(instead_objections(swapped, request.getfixturevalue(service)))


@pytest.mark.parametrize("service", ["boto3_alone", *SERVICES])
def test_another_error_than_the_page_quotes_is_an_objection(service: str, request: pytest.FixtureRequest) -> None:
    wrong = replace(claim(RULES[float_in_item]), errors=("TypeError: Float types are fine.",))
    assert "another error" in " ".join(example_objections(wrong, request.getfixturevalue(service)))


def test_boto3_alone_confirms_what_it_refuses_itself_and_nothing_else(boto3_alone: Oracle) -> None:
    confirmed = [page for page in CLAIMS if not list(example_objections(claim(RULES[page]), boto3_alone))]
    assert confirmed == [float_in_item]


@pytest.mark.parametrize(
    ("error", "quote", "same"),
    [
        ("TypeError: Float types are not\n  supported.", "Float types are not supported", True),
        ("Value 'A' at 'mode' failed: [PROVISIONED, PAY_PER_REQUEST]", "Value ... failed: [...]", True),
        ("b then a", "a...b", False),
        ("any character", "a.y", False),
    ],
)
def test_a_quote_leaves_out_what_changes_and_nothing_else(error: str, quote: str, same: bool) -> None:
    assert confirms(Outcome(error, "the code"), (quote,)) is same


def test_a_crash_of_moto_confirms_nothing(moto: Oracle) -> None:
    code = "import boto3\nboto3.resource('dynamodb').Table('t').scan(FilterExpression='a = :v')"
    outcome = play(moto, lambda: perform(code, {}))
    assert outcome.raised_by == "moto"
    assert not confirms(outcome, (outcome.error,))


def test_what_is_known_to_be_wrong_is_said_of_claims_that_are_tried() -> None:
    assert {claimed for _, claimed in WRONG | UNABLE if not claimed.startswith("DYN")} <= {rule.code for rule in RULES.values()}


class TestProps:
    """What stands in `fixtures/oracle` for a page: rows to read, arguments to call with, and the loss that no error tells of."""

    BAD = "from boto3.dynamodb.conditions import Attr\n\ndef find(table):\n    return table.scan(FilterExpression=Attr('a').eq(1) and Attr('b').eq(2))"
    GOOD = BAD.replace(") and Attr", ") & Attr")

    @staticmethod
    def before() -> None:
        for a in (1, 2):
            boto3.resource("dynamodb").Table("rows").put_item(Item={"pk": str(a), "a": a, "b": 2})

    @staticmethod
    def after(page: dict[str, Any]) -> None:
        assert page["find"](boto3.resource("dynamodb").Table("rows"))["Count"] == 1, "no error: a condition is dropped"

    @pytest.mark.parametrize("service", SERVICES)
    def test_loss_without_an_error_is_told_by_an_assertion(self, service: str, request: pytest.FixtureRequest) -> None:
        lost = Claim("lost", (self.BAD,), (self.GOOD,), ("no error: a condition is dropped",), {"before": self.before, "after": self.after})
        assert list(example_objections(lost, request.getfixturevalue(service))) == []
        assert list(instead_objections(lost, request.getfixturevalue(service))) == []


class TestTables:
    """Tables that nobody made: they fit what is asked of them, and only what may take them for granted gets one."""

    @pytest.mark.parametrize("service", SERVICES)
    @pytest.mark.parametrize(
        "call",
        [
            "table.get_item(Key={'id': 'a'})",
            "table.get_item(Key={'id': 'a', 'at': 1})",
            "table.put_item(Item={'id': b'a', 'sk': 1, 'n': 2}), table.get_item(Key={'id': b'a', 'sk': 1})",
            "table.update_item(Key={'id': 1}, UpdateExpression='SET n = :n', ExpressionAttributeValues={':n': 1})",
            "table.query(KeyConditionExpression=Key('id').eq(1) & Key('at').begins_with('2'))",
            "table.query(KeyConditionExpression=Key('at').lt(2) & Key('id').eq('a'))",
            "table.query(IndexName='by_email', KeyConditionExpression=Key('email').eq('a'))",
            "resource.batch_write_item(RequestItems={'orders': [{'PutRequest': {'Item': {'id': 1}}}, {'DeleteRequest': {'Key': {'id': 2}}}]})",
            "resource.batch_get_item(RequestItems={'orders': {'Keys': [{'id': 1, 'at': 'b'}]}, 'users': {'Keys': [{'name': 'a'}]}})",
            "table.scan()",
        ],
    )
    def test_a_table_fits_the_first_request(self, service: str, call: str, request: pytest.FixtureRequest) -> None:
        code = f"import boto3\nfrom boto3.dynamodb.conditions import Key\nresource = boto3.resource('dynamodb')\ntable = resource.Table('orders')\n{call}"
        assert play(request.getfixturevalue(service), lambda: perform(code, {})) == Outcome()

    @pytest.mark.parametrize("service", SERVICES)
    @pytest.mark.parametrize("call", ["describe_table(TableName='orders')", "delete_table(TableName='orders')"])
    def test_what_asks_whether_a_table_exists_is_told_the_truth(self, service: str, call: str, request: pytest.FixtureRequest) -> None:
        outcome = play(request.getfixturevalue(service), lambda: perform(f"import boto3\nboto3.client('dynamodb').{call}", {}))
        assert "ResourceNotFoundException" in outcome.error

    @pytest.mark.parametrize("service", SERVICES)
    def test_every_play_begins_without_tables(self, service: str, request: pytest.FixtureRequest) -> None:
        code = "import boto3\nclient = boto3.client('dynamodb')\nassert not client.list_tables()['TableNames']\nclient.scan(TableName='orders')"
        for _ in range(2):
            assert play(request.getfixturevalue(service), lambda: perform(code, {})) == Outcome()


class TestStage:
    def test_nothing_but_dynamodb_is_reached(self, boto3_alone: Oracle) -> None:
        outcome = play(boto3_alone, lambda: perform("import boto3\nboto3.client('s3').list_buckets()", {}))
        assert outcome.error == "ConnectionRefusedError: only DynamoDB is played here, not s3"

    def test_whatever_endpoint_the_code_names_is_not_reached(self, moto: Oracle, dynalite: Oracle) -> None:
        code = "import boto3\nboto3.client('dynamodb', endpoint_url='http://localhost:1', region_name='eu-north-1').list_tables()"
        assert [play(oracle, lambda: perform(code, {})) for oracle in (moto, dynalite)] == [Outcome(), Outcome()]

    def test_code_that_asks_for_ever_is_stopped(self, boto3_alone: Oracle) -> None:
        code = "import boto3\nclient = boto3.client('dynamodb')\nwhile True:\n    client.list_tables()"
        assert play(boto3_alone, lambda: perform(code, {})).error == "AssertionError: 100 requests, and no end"

    def test_the_credentials_and_the_profile_of_the_machine_are_not_seen(self, boto3_alone: Oracle, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_PROFILE", "production")
        code = "import boto3\nassert boto3.Session().get_credentials().access_key == 'testing'"
        assert play(boto3_alone, lambda: perform(code, {})) == Outcome()


FIXTURE = """\
import boto3
import nowhere  # not run: a module of the project

client = boto3.client("dynamodb")
client.list_tables(Limits=1)  # DYN705


def a_name_that_is_not_there():
    client.list_tables(  # DYN705
        Limits=1,
    )


def missed(limit=1, *names, **more):
    return [client.list_tables(Limits=limit)]  # todo: DYN705


async def paged():
    client.list_tables(Limit=1)  # false: DYN705


def from_outside(limit):
    client.list_tables(Limits=limit)  # DYN705


def elsewhere():  # not run: needs the module
    nowhere.list_tables()


def pages():
    yield client.list_tables()
    assert False, "reached"
"""


def test_a_fixture_falls_into_units_that_run_alone(tmp_path: Path, boto3_alone: Oracle) -> None:
    path = tmp_path / "dyn705_unknown_parameter.py"
    path.write_text(FIXTURE)
    found = list(marked_units(Fixture(path)))
    assert [(unit.name, sorted(unit.codes)) for unit in found] == [
        ("line 5", ["DYN705"]),
        ("a_name_that_is_not_there", ["DYN705"]),
        ("missed", ["DYN705"]),
        ("paged", []),
        ("pages", []),
    ]
    errors = [play(boto3_alone, partial(unit.run, {})).error.splitlines() for unit in found]
    refused = ["botocore.exceptions.ParamValidationError: Parameter validation failed:", 'Unknown parameter in input: "Limits", must be one of: ']
    assert [[line[: len(refused[-1])] if "Unknown" in line else line for line in lines] for lines in errors] == [
        refused,
        refused,
        refused,
        [],
        ["AssertionError: reached"],
    ]


def test_marked_code_that_runs_and_unmarked_code_that_fails_are_objections(tmp_path: Path, boto3_alone: Oracle, moto: Oracle) -> None:
    path = tmp_path / "dyn705_unknown_parameter.py"
    path.write_text(FIXTURE)
    quote = ('Unknown parameter in input: "Limits"',)
    told = {unit.name: [bool(unit_objections(unit, {}, errors, [boto3_alone, moto])) for errors in (quote, ())] for unit in marked_units(Fixture(path))}
    assert told == {
        "line 5": [False, True],
        "a_name_that_is_not_there": [False, True],
        "missed": [False, True],
        "paged": [True, False],
        "pages": [True, True],
    }


@pytest.mark.parametrize("service", SERVICES)
class TestBilling:
    """What the rules on billing take for granted of DynamoDB."""

    THROUGHPUT: ClassVar = {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}

    @staticmethod
    def orders(**billing: Any) -> Any:
        """What DynamoDB tells of a table made with nothing more said of its billing than this."""
        client = boto3.client("dynamodb")
        client.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
            **billing,
        )
        client.get_waiter("table_exists").wait(TableName="orders")
        return client.describe_table(TableName="orders")["Table"]

    def test_a_table_without_a_billing_mode_is_provisioned(self, service: str, request: pytest.FixtureRequest) -> None:
        def default() -> None:
            table = self.orders(**self.THROUGHPUT)
            assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
            assert table.get("BillingModeSummary", {"BillingMode": "PROVISIONED"})["BillingMode"] == "PROVISIONED"

        assert play(request.getfixturevalue(service), default) == Outcome()

    def test_a_table_on_demand_says_so_and_has_no_throughput(self, service: str, request: pytest.FixtureRequest) -> None:
        def on_demand() -> None:
            table = self.orders(BillingMode="PAY_PER_REQUEST")
            assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
            assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"

        assert play(request.getfixturevalue(service), on_demand) == Outcome()

    def test_a_table_with_neither_billing_mode_nor_throughput_is_refused(self, service: str, request: pytest.FixtureRequest) -> None:
        outcome = play(request.getfixturevalue(service), self.orders)
        assert "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED" in outcome.error


def test_expiry_in_a_type_that_boto3_does_not_take_never_leaves_the_machine(boto3_alone: Oracle) -> None:
    def put(value: object) -> str:
        return play(boto3_alone, lambda: boto3.resource("dynamodb").Table("sessions").put_item(Item={"id": "a", "ttl": value})).error  # type: ignore[dict-item]

    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert put(now.timestamp()) == "TypeError: Float types are not supported. Use Decimal types instead."
    assert put(now).startswith("TypeError: Unsupported type \"<class 'datetime.datetime'>\" for value")
    # Nothing but DynamoDB's documentation tells that an item with one of these never expires.
    assert [put(value) for value in (now.isoformat(), True, int(now.timestamp()) * 1000, 3600)] == [""] * 4
