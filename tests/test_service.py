"""The service table agrees with the installed botocore and boto3, and what is validated with it agrees with botocore's own validator."""

from __future__ import annotations

import copy
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import boto3.dynamodb.table
import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from dynalint.model.record import Argument
from dynalint.model.values import Const, Dict, Entry, Sequence, Value
from dynalint.service import limits, model
from dynalint.service import operations as followed
from dynalint.validation import SEEN_BY_BOTO3, problems
from dynalint.words import did_you_mean, is_respelt
from tests import distil
from tests.distil import Json
from tests.oracles.stage import Oracle, play

SERVICE = Loader().load_service_model("dynamodb", "service-2")
SERVICE_MODEL = ServiceModel(SERVICE, "dynamodb")


class TestTheTable:
    def test_nothing_of_it_has_changed_in_what_is_installed(self) -> None:
        changes = distil.drift(distil.committed(), distil.distilled())
        assert not changes, "\n".join([*changes, distil.AGAIN])

    def test_it_is_written_as_the_script_writes_it(self) -> None:
        assert distil.written(distil.committed()) == distil.PATH.read_text(encoding="utf8")

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("shapes.ScanInput.members.FilterExpresion", "string"),
            ("shapes.ScanInput.members.Limit", "string"),
            ("shapes.ScanInput.required", []),
            ("shapes.KeyType.enum", ["HASH", "RANGE", "SORT"]),
            ("shapes.WriteRequests.max", 26),
            ("shapes.IndexName.pattern", ".*"),
            ("shapes.ScanInput.legacy.ScanFilter", "KeyConditionExpression"),
            ("operations.scan_table", "ScanInput"),
            ("operations.query", "ScanInput"),
            ("paginators", ["batch_get_item"]),
            ("waiters.table_exists", "list_tables"),
            ("methods.table.batch_write_item", {"sends": "batch_write_item", "fills": []}),
            ("methods.table.scan.fills", []),
            ("methods.batch_writer.put_item.takes.ConditionExpression", False),
            ("attributes.table", ["items"]),
        ],
    )
    def test_a_wrong_table_is_found_out(self, path: str, value: object) -> None:
        wrong = copy.deepcopy(distil.committed())
        set_at(wrong, path, value)
        assert [change for change in distil.drift(wrong, distil.distilled()) if change.startswith(path)]

    @pytest.mark.parametrize("path", ["shapes.WriteRequests.max", "shapes.IndexName.pattern", "shapes.KeySchemaElement.required", "shapes.KeyType.enum"])
    def test_a_constraint_that_is_new_is_a_change(self, path: str) -> None:
        without = copy.deepcopy(distil.committed())
        set_at(without, path, None)
        assert [change for change in distil.drift(without, distil.distilled()) if change.startswith(path)]

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("shapes.ScanInput.members.Hint", "string"),
            ("shapes.KeyType.enum", ["HASH", "RANGE", "SORT"]),
            ("operations.scan_faster", "ScanInput"),
            ("shapes.New", {"type": "list"}),
        ],
    )
    def test_what_aws_adds_is_no_change(self, path: str, value: object) -> None:
        newer = copy.deepcopy(distil.committed())
        set_at(newer, path, value)
        assert distil.drift(distil.committed(), newer) == []

    def test_it_is_small(self) -> None:
        assert distil.PATH.stat().st_size < 60_000


def set_at(table: Json, path: str, value: object) -> None:
    """Put a value somewhere in the table; None takes away what is there."""
    *way, last = path.split(".")
    for step in way:
        table = table[step]
    if value is None:
        del table[last]
    else:
        table[last] = value


class TestWhatTheModelSays:
    def test_operations_are_those_of_a_client(self) -> None:
        assert {xform_name(name) for name in SERVICE["operations"]} == model.operations().keys()

    def test_legacy_parameters_are_those_whose_documentation_begins_so(self) -> None:
        found = {(name, parameter.name) for name, taken in model.operations().items() for parameter in taken.members.values() if parameter.is_legacy}
        assert found == {
            (xform_name(name), member)
            for name, operation in SERVICE["operations"].items()
            for member, value in SERVICE["shapes"][operation["input"]["shape"]]["members"].items()
            if value.get("documentation", "").startswith("<p>This is a legacy parameter.")
        }
        assert model.operations()["scan"].members["ScanFilter"].instead == "FilterExpression"

    def test_a_table_knows_its_name_and_its_methods_do_not_ask_for_it(self) -> None:
        scan = model.methods("table")["scan"]
        assert "TableName" not in scan.parameters
        assert scan.filled == {"TableName"}
        assert model.methods("client")["scan"].parameters["TableName"].required

    def test_paginators_take_what_their_operation_takes(self) -> None:
        taken = model.methods("paginator", "query")["paginate"].parameters
        assert taken.keys() == {*model.operations()["query"].members, "PaginationConfig"}

    def test_every_pageable_operation_is_one(self) -> None:
        assert model.pageable() <= model.operations().keys()
        assert set(model.waiters().values()) <= model.operations().keys()

    def test_shapes_say_what_the_service_model_says(self) -> None:
        definition = model.operations()["create_table"].members["KeySchema"].shape.element
        assert definition.members["KeyType"].shape.enum == ("HASH", "RANGE")
        assert (definition.members["AttributeName"].shape.min, definition.members["AttributeName"].shape.max) == (1, 255)
        assert all(member.required for member in definition.members.values())


class TestHandles:
    """What boto3's own objects have, and how they take positional arguments."""

    HANDLES: ClassVar[dict[model.Kind, Callable[[], Any]]] = {
        "client": distil.boto3_client,
        "resource": distil.boto3_resource,
        "table": distil.boto3_table,
        "batch_writer": lambda: distil.boto3_table().batch_writer(),
        "paginator": lambda: distil.boto3_client().get_paginator("scan"),
        "waiter": lambda: distil.boto3_client().get_waiter("table_exists"),
    }

    @pytest.mark.parametrize("kind", model.KINDS)
    def test_names_are_those_of_the_object(self, kind: model.Kind) -> None:
        has = {name for name in dir(self.HANDLES[kind]()) if not name.startswith("_")}
        # What botocore's own machinery keeps in public names.
        private = {"paginator": {"PAGE_ITERATOR_CLS", "result_keys"}, "waiter": {"config", "name"}}.get(kind, set())
        assert model.methods(kind).keys() | model.attributes(kind) == has - private

    @pytest.mark.parametrize(
        ("kind", "name"), [(kind, name) for kind in model.KINDS for name in model.methods(kind) if name not in ("close", "generate_presigned_url")]
    )
    def test_more_positional_arguments_than_it_takes_are_a_type_error(self, kind: model.Kind, name: str, boto3_alone: Oracle) -> None:
        takes = model.methods(kind)[name].positional
        outcome = play(boto3_alone, lambda: getattr(self.HANDLES[kind](), name)(*["scan"] * ((takes or 0) + 1)))
        if name == "Table":  # says so in words of its own
            assert outcome.error.startswith("IndexError")
        else:
            assert outcome.error.startswith("TypeError") == (takes is not None), outcome.error


class TestTheNamesThatTheModelOfTheCodeKnows:
    """`operations.py` lists by hand what tells DynamoDB's calls from others: all of it must exist."""

    @pytest.mark.parametrize("name", sorted(followed.DISTINCT))
    def test_distinct_parameters_exist(self, name: str) -> None:
        method = model.methods("client").get(name) or model.methods("table")[name]
        assert followed.DISTINCT[name] <= method.parameters.keys()

    def test_methods_are_those_of_boto3(self) -> None:
        assert model.methods("table").keys() == followed.TABLE_METHODS
        assert model.methods("resource").keys() == followed.RESOURCE_METHODS
        assert model.methods("batch_writer").keys() == followed.BATCH_METHODS

    def test_pageable_operations_are_those_of_botocore(self) -> None:
        assert model.pageable() >= followed.PAGEABLE

    def test_response_keys_exist(self) -> None:
        outputs = [SERVICE["shapes"][operation["output"]["shape"]] for operation in SERVICE["operations"].values() if "output" in operation]
        assert {name for output in outputs for name in output["members"]} >= followed.RESPONSE_KEYS


class TestLimits:
    """Where AWS's own text, which botocore holds, gives a limit, it gives this one."""

    @pytest.mark.parametrize(
        ("value", "where", "says"),
        [
            (limits.ITEM_BYTES // limits.KB, "BatchWriteItem", "individual items can be up to {} KB"),
            (limits.PARTITION_KEY_BYTES, "BatchWriteItem", "For a partition key, the limit is {} bytes"),
            (limits.SORT_KEY_BYTES, "BatchWriteItem", "for a sort key, the limit is {} bytes"),
            (limits.BATCH_WRITES, "BatchWriteItem", "up to {} item put or delete operations"),
            (limits.BATCH_WRITE_BYTES // limits.MB, "BatchWriteItem", "up to {}MB of data"),
            (limits.BATCH_KEYS, "BatchGetItem", "as many as {} items"),
            (limits.BATCH_GET_BYTES // limits.MB, "BatchGetItem", "up to {} MB of data"),
            (limits.TRANSACTION_BYTES // limits.MB, "TransactWriteItems", "cannot exceed {} MB"),
            (limits.PAGE_BYTES // limits.MB, "Scan", "maximum dataset size limit of {} MB"),
            (limits.GLOBAL_INDEXES, "CreateTableInput.GlobalSecondaryIndexes", "(the maximum is {})"),
            (limits.LOCAL_INDEXES, "CreateTableInput.LocalSecondaryIndexes", "(the maximum is {})"),
            (limits.KEYS_OF_A_KIND, "CreateTableInput.GlobalSecondaryIndexes", "up to {0} partition keys and up to {0} sort keys"),
            (limits.PROJECTED_ATTRIBUTES, "Projection.NonKeyAttributes", "must not exceed {}"),
        ],
    )
    def test_it_is_what_aws_says(self, value: int, where: str, says: str) -> None:
        shape, _, member = where.partition(".")
        found = SERVICE["shapes"][shape]["members"][member] if member else SERVICE["operations"][shape]
        assert says.format(value) in re.sub("<[^>]+>", "", found["documentation"])

    def test_what_dynamodb_alone_requires_is_not_required_by_the_model(self) -> None:
        for operation, (names, unless) in limits.REQUIRED_BY_DYNAMODB.items():
            members = model.operations()[operation].members
            assert not any(members[name].required for name in (*names, *unless))


def value_of(python: object) -> Value:
    """A Python value as the model of the code has it when it is written out."""
    if isinstance(python, dict):
        return Dict(tuple(Entry(Const(key), value_of(value)) for key, value in python.items()))
    if isinstance(python, list):
        return Sequence(tuple(value_of(each) for each in python))
    assert python is None or isinstance(python, str | bytes | int | float)
    return Const(python)


# Values in wire form. Those in none, and numbers that are not texts, are other rules' business.
TAGGED = st.sampled_from(
    [{"S": "a"}, {"S": 5}, {"BOOL": "true"}, {"NULL": None}, {"SS": "a"}, {"SS": ["a", 1]}, {"B": 1}, {"L": {}}, {"L": [{"M": {"a": {"BOOL": 1}}}]}, {"M": []}]
)
ANYTHING = st.sampled_from([None, "", "a", "HASH", 0, 1, -1, 10**7, 0.5, True, b"x", {}, [], {"a": {"S": "a"}}, ["a"]])


def values(shape: model.Shape, depth: int) -> st.SearchStrategy[Any]:
    """Values for a shape, most of them right."""
    right: st.SearchStrategy[Any]
    if shape.name == "AttributeValue":
        return TAGGED
    match shape.type:
        case "structure":
            right = arguments(shape.members, depth - 1)
        case "map":
            right = st.dictionaries(st.sampled_from(["orders", "users"]), values(shape.element, depth - 1) if depth else st.just({}), max_size=2)
        case "list":
            right = st.lists(values(shape.element, depth - 1) if depth else st.just({}), max_size=2)
        case "string":
            right = st.sampled_from([*shape.enum, "abc", "", "x" * 40])
        case "integer" | "long" | "double":
            right = st.integers(-1, 30)
        case "boolean":
            right = st.booleans()
        case "timestamp":
            # Whether a text is a date is not looked into.
            return st.sampled_from(["2030-01-01", 0, None, {}, ["a"]])
        case "blob":
            right = st.just(b"x")
        case "anything":
            right = st.none()
    return st.integers(0, 9).flatmap(lambda luck: right if luck else ANYTHING)


def arguments(members: Mapping[str, model.Parameter], depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments for these parameters, some of them missing, some unknown."""
    if depth < 0:
        return st.just({})
    names = st.sets(st.sampled_from([*members, "Unknown", "tablename"]), max_size=5) if members else st.just(set[str]())
    required = {name for name, each in members.items() if each.required}
    chosen = st.tuples(names, st.sets(st.sampled_from(sorted(required))) if required else st.just(set[str]())).map(lambda pair: pair[0] | (required - pair[1]))

    def filled(given_names: set[str]) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries({name: values(members[name].shape, depth) if name in members else ANYTHING for name in sorted(given_names)})

    return chosen.flatmap(filled)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """An operation of DynamoDB with arguments."""
    name = draw(st.sampled_from(sorted(SERVICE["operations"])))
    return name, draw(arguments(model.operations()[xform_name(name)].members, 3))


REPORT = [
    (re.compile(r'Missing required parameter in (\S+): "(.+)"'), "missing"),
    (re.compile(r'Unknown parameter in (\S+): "(.+?)", must'), "unknown"),
    (re.compile(r"Invalid type for parameter (\S+)(), value"), "type"),
    (re.compile(r"Invalid length for parameter (\S+)(), value"), "short"),
    (re.compile(r"Invalid value for parameter (\S+)(), value"), "low"),
]


def botocore_says(operation: str, given_arguments: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What botocore's validator reports: fault, path and name."""
    shape = SERVICE_MODEL.operation_model(operation).input_shape
    assert shape is not None
    for line in ParamValidator().validate(given_arguments, shape).generate_report().splitlines():
        found = [(fault, match[1].removeprefix("input"), match[2]) for pattern, fault in REPORT if (match := pattern.match(line))]
        assert len(found) == 1, line
        yield found[0]


class TestAgainstBotocore:
    @settings(max_examples=400, deadline=None)
    @given(calls())
    def test_what_boto3_refuses_is_what_botocores_validator_reports(self, call: tuple[str, dict[str, Any]]) -> None:
        operation, passed = call
        method = model.methods("client")[xform_name(operation)]
        given_arguments = {name: Argument(name, value_of(value)) for name, value in passed.items()}
        ours = [each for each in problems(method, given_arguments, False, False) if each.refuser == "boto3"]
        # A parameter whose name is misspelt is not said to be missing as well.
        misspelt = {("missing", each.path, each.instead) for each in ours if each.fault == "unknown"}
        assert {(each.fault, each.path, each.name) for each in ours} == {*botocore_says(operation, passed)} - misspelt

    def test_no_other_fault_is_said_to_be_seen_by_boto3(self) -> None:
        assert {fault for _, fault in REPORT} == SEEN_BY_BOTO3


class TestDidYouMean:
    NAMES = ("TableName", "Key", "Limit", "FilterExpression", "KeyConditionExpression", "ScanIndexForward")

    @pytest.mark.parametrize(
        ("name", "meant"),
        [
            ("table_name", "TableName"),
            ("tablename", "TableName"),
            ("TabelName", "TableName"),
            ("Keys", "Key"),
            ("FilterExpresion", "FilterExpression"),
            ("ScanForward", "ScanIndexForward"),
            ("Filter", "FilterExpression"),
            ("Forward", "ScanIndexForward"),
            ("Table", "TableName"),
            ("e", None),
            ("KeyConditions", None),
            ("TimeToLiveSpecification", None),
            ("", None),
        ],
    )
    def test_near_names_and_far_ones(self, name: str, meant: str | None) -> None:
        assert did_you_mean(name, self.NAMES) == meant

    def test_only_case_and_signs_are_another_spelling(self) -> None:
        assert is_respelt("table_name", "TableName")
        assert not is_respelt("TableNames", "TableName")


def test_the_table_is_json_that_anybody_can_read() -> None:
    assert json.loads(distil.PATH.read_text(encoding="utf8")).keys() == {"from", "shapes", "operations", "paginators", "waiters", "methods", "attributes"}


def test_the_batch_writer_takes_no_more_than_boto3s_does() -> None:
    for name, method in model.methods("batch_writer").items():
        assert list(inspect.signature(getattr(boto3.dynamodb.table.BatchWriter, name)).parameters)[1:] == list(method.parameters)
