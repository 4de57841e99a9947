"""What templates say of tables is read as their makers mean it; no text takes long, grows, or raises."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dynalint.collector import paused
from dynalint.declared import OFF, Declared, DeclaredTable, Variable, Wanted, candidates, expires, held_by_all, joined
from dynalint.templates import cdk, cloudformation, described, serverless, terraform
from dynalint.templates.documents import Block, read_json, read_yaml
from tests.marked import ROOT

PROJECTS = ROOT / "fixtures" / "projects"


def stack(text: str) -> Declared:
    document = read_yaml(text)
    assert document is not None
    return cloudformation.tables_in(document, "template.yaml")


def one(declared: Declared) -> DeclaredTable:
    (table,) = declared.tables
    return table


TABLE = """
Parameters:
  Stage: {{Type: String, Default: dev}}
  Name: {{Type: String, Default: users}}
  Path: {{Type: "AWS::SSM::Parameter::Value<String>", Default: /users}}
  Mode: {{Type: String, Default: PROVISIONED, AllowedValues: [PROVISIONED, PAY_PER_REQUEST]}}
Resources:
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      KeySchema: [{{AttributeName: id, KeyType: HASH}}]
      AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}]
      {line}
"""


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("TableName: users", "users"),
        ("TableName: !Ref Name", "users"),
        ("TableName: {Ref: Name}", "users"),
        ("TableName: !Ref Path", "${Path}"),
        ('TableName: !Sub "${Stage}-users"', "${Stage}-users"),
        ('TableName: !Sub ["${Part}-users", {Part: !Ref Stage}]', "${Stage}-users"),
        ('TableName: {"Fn::Join": ["-", [!Ref Stage, users]]}', "${Stage}-users"),
        ("TableName: !If [A, users, users]", "users"),
        ("TableName: !If [A, users, people]", "${?}"),
        ("TableName: !ImportValue users", "${ImportValue}"),
        ("Tags: []", None),
    ],
)
def test_the_name_of_a_table_in_cloudformation(line: str, name: str | None) -> None:
    assert one(stack(TABLE.format(line=line))).name == name


@pytest.mark.parametrize(
    ("line", "ttl", "billing"),
    [
        ("TimeToLiveSpecification: {AttributeName: dies, Enabled: true}", "dies", "PROVISIONED"),
        ('TimeToLiveSpecification: {AttributeName: dies, Enabled: "true"}', "dies", "PROVISIONED"),
        ("TimeToLiveSpecification: {AttributeName: dies, Enabled: false}", OFF, "PROVISIONED"),
        ("TimeToLiveSpecification: {AttributeName: dies, Enabled: !Ref Stage}", None, "PROVISIONED"),
        ("TimeToLiveSpecification: !If [A, {AttributeName: dies, Enabled: true}, !Ref AWS::NoValue]", None, "PROVISIONED"),
        ("BillingMode: PAY_PER_REQUEST", OFF, "PAY_PER_REQUEST"),
        ("BillingMode: !Ref Mode", OFF, None),
    ],
)
def test_expiry_and_capacity_in_cloudformation(line: str, ttl: str | None, billing: str | None) -> None:
    table = one(stack(TABLE.format(line=line)))
    assert (table.ttl, table.billing) == (ttl, billing)


@pytest.mark.parametrize(
    "part", ["KeySchema: !Ref Stage", "KeySchema: [{AttributeName: id, KeyType: !If [A, HASH, RANGE]}]", "KeySchema: []", "Fn::Transform: {}"]
)
def test_keys_that_are_not_known(part: str) -> None:
    table = one(stack(f"Resources: {{Users: {{Type: 'AWS::DynamoDB::Table', Properties: {{{part}}}}}}}"))
    assert table.keys == ()
    assert not table.has_all_indexes


@pytest.mark.parametrize(
    ("replicas", "is_protected", "is_recoverable"),
    [
        ("[{Region: eu-west-1, DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}}]", True, True),
        ("[{Region: eu-west-1, DeletionProtectionEnabled: true}, {Region: eu-west-3}]", None, False),
        ("[{Region: eu-west-1}]", False, False),
        ("!Ref Regions", None, None),
    ],
)
def test_a_global_table_is_protected_by_its_replicas(replicas: str, is_protected: bool | None, is_recoverable: bool | None) -> None:
    keys = "KeySchema: [{AttributeName: id, KeyType: HASH}]"
    table = one(stack(f"Resources: {{Users: {{Type: 'AWS::DynamoDB::GlobalTable', Properties: {{{keys}, Replicas: {replicas}}}}}}}"))
    assert (table.is_protected, table.is_recoverable) == (is_protected, is_recoverable)


@pytest.mark.parametrize(
    ("properties", "billing"),
    [
        ("{}", "PAY_PER_REQUEST"),
        ("{ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 5}}", "PROVISIONED"),
        ("{ProvisionedThroughput: !Ref AWS::NoValue}", "PAY_PER_REQUEST"),
        ("{ProvisionedThroughput: !If [IsBig, {ReadCapacityUnits: 5, WriteCapacityUnits: 5}, !Ref AWS::NoValue]}", None),
    ],
)
def test_the_capacity_of_a_simple_table(properties: str, billing: str | None) -> None:
    assert one(stack(f"Resources: {{Users: {{Type: 'AWS::Serverless::SimpleTable', Properties: {properties}}}}}")).billing == billing


def test_an_environment_that_a_condition_decides_is_both() -> None:
    environment = "\n  F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {TABLE: !If [A, !Ref Users, other], T: !Ref Users}}}}"
    found = stack(TABLE.format(line="TableName: users") + environment)
    assert one(found).variables == ("T", "TABLE")
    assert [(each.name, each.text) for each in found.variables] == [("TABLE", "other")]
    assert candidates(joined([found]), Wanted(variable="T")) == found.tables
    assert candidates(joined([found]), Wanted(variable="TABLE")) == ()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("CodeUri: src/", "api/src:TABLE"),
        ("CodeUri: ./src", "api/src:TABLE"),
        ("CodeUri: ../lib", "lib:TABLE"),
        ("CodeUri: .", "api:TABLE"),
        ("CodeUri: ../", "TABLE"),
        ("CodeUri: ../../elsewhere", "TABLE"),
        ("CodeUri: s3://bucket/key", "TABLE"),
        ("CodeUri: {Bucket: a, Key: b}", "TABLE"),
        ("CodeUri: !Ref Where", "TABLE"),
        ("Code: src", "api/src:TABLE"),
        ("Code: {ZipFile: x}", "TABLE"),
        ("Handler: app.handler", "api/all:TABLE"),
    ],
)
def test_a_variable_is_set_for_the_code_of_its_function(code: str, name: str) -> None:
    function = f"F: {{Type: AWS::Serverless::Function, Properties: {{{code}, Environment: {{Variables: {{TABLE: !Ref Users}}}}}}}}"
    document = read_yaml(f"{TABLE.format(line='TableName: users')}  {function}\nGlobals: {{Function: {{CodeUri: all}}}}")
    assert document is not None
    assert one(cloudformation.tables_in(document, "api/template.yaml")).variables == (name,)


def test_what_describe_table_prints_and_create_table_takes() -> None:
    keys = '"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}]'
    printed = read_json(f'{{"Table": {{"TableName": "users", {keys}, "BillingModeSummary": {{"BillingMode": "PAY_PER_REQUEST"}}}}}}')
    taken = read_json(f'{{"TableName": "users", {keys}, "BillingMode": "PAY_PER_REQUEST"}}')
    assert printed is not None
    assert taken is not None
    for document in (printed, taken):
        table = one(described.tables_in(document, "users.json"))
        assert (table.name, table.keys, table.types, table.billing, table.ttl) == ("users", ("id",), (("id", "N"),), "PAY_PER_REQUEST", None)


@pytest.mark.parametrize(
    ("more", "ttl"),
    [
        ('{"TimeToLiveStatus": "ENABLED", "AttributeName": "dies"}', "dies"),
        ('{"TimeToLiveStatus": "ENABLING", "AttributeName": "dies"}', "dies"),
        ('{"TimeToLiveStatus": "DISABLING", "AttributeName": "dies"}', OFF),
        ('{"TimeToLiveStatus": "DISABLED"}', OFF),
        ('{"AttributeName": "dies"}', None),
        ("7", None),
    ],
)
def test_what_describe_time_to_live_prints_beside_the_table(more: str, ttl: str | None) -> None:
    table = '"TableName": "users", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]'
    for text in (f'{{"Table": {{{table}}}, "TimeToLiveDescription": {more}}}', f'{{"Table": {{{table}, "TimeToLiveDescription": {more}}}}}'):
        assert one(described.tables_in(read_json(text) or {}, "users.json")).ttl == ttl


@pytest.mark.parametrize(
    ("specification", "ttl"),
    [("", None), (', "TimeToLiveSpecification": {"AttributeName": "dies", "Enabled": true}', "dies"),
     (', "TimeToLiveSpecification": {"AttributeName": "dies", "Enabled": false}', OFF)],
)  # fmt: skip
def test_expiry_beside_a_request_for_a_table(specification: str, ttl: str | None) -> None:
    text = f'{{"TableName": "users", "KeySchema": [{{"AttributeName": "id", "KeyType": "HASH"}}]{specification}}}'
    assert one(described.tables_in(read_json(text) or {}, "users.json")).ttl == ttl


@pytest.mark.parametrize(
    ("block", "ttl"),
    [
        ("", OFF),
        ('ttl {\n attribute_name = "dies"\n enabled = true\n}', "dies"),
        ('ttl {\n attribute_name = "dies"\n enabled = false\n}', OFF),
        # The provider's default.
        ('ttl {\n attribute_name = "dies"\n}', OFF),
        ('ttl {\n attribute_name = "dies"\n enabled = var.short_lived\n}', None),
        ('dynamic "ttl" {\n for_each = var.ttl\n content {\n enabled = true\n attribute_name = "dies"\n}\n}', None),
    ],
)
def test_expiry_in_terraform(block: str, ttl: str | None) -> None:
    assert one(terraform.tables_in({"a.tf": f'resource "aws_dynamodb_table" "t" {{\n name = "users"\n hash_key = "id"\n {block}\n}}'})).ttl == ttl


@pytest.mark.parametrize(
    ("properties", "more", "ttl"),
    [
        ("", "", OFF),
        ("timeToLiveSpecification: { attributeName: 'dies', enabled: true }", "", "dies"),
        ("timeToLiveSpecification: { attributeName: 'dies', enabled: false }", "", OFF),
        ("timeToLiveSpecification: { attributeName: 'dies', enabled: props.isShortLived }", "", None),
        ("timeToLiveSpecification: specification", "", None),
        ("", "t.timeToLiveSpecification = { attributeName: 'dies', enabled: true };", None),
        ("", "t.addPropertyOverride('TimeToLiveSpecification.Enabled', false);", None),
    ],
)
def test_expiry_in_cdk(properties: str, more: str, ttl: str | None) -> None:
    head = "import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';\n"
    assert one(cdk.tables_in(f"{head}const t = new CfnTable(this, 'T', {{ {properties} }});\n{more}\n", "a.ts")).ttl == ttl


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("${self:custom.name}", "users"),
        ("${self:service}-${self:provider.stage}-users", "shop-${self:provider.stage}-users"),
        ("${self:custom.nowhere}-users", "${self:custom.nowhere}-users"),
        ("${self:custom.loop}-users", None),
        ("${opt:stage, 'dev'}-users", "${opt:stage, 'dev'}-users"),
        ("${file(other.yml):name}", "people"),
        ("${file(missing.yml):name}-users", "${file(missing.yml):name}-users"),
        ("${env:${self:custom.name}}-users", "${env:users}-users"),
    ],
)
def test_variables_of_serverless(value: str, name: str | None) -> None:
    resource = f'{{Type: AWS::DynamoDB::Table, Properties: {{TableName: "{value}"}}}}'
    custom = "custom: {name: users, loop: '${self:custom.loop}'}"
    text = f"service: shop\nprovider: {{name: aws, stage: dev}}\n{custom}\nresources: {{Resources: {{T: {resource}}}}}"
    document = read_yaml(text)
    assert document is not None
    assert serverless.is_serverless(document)
    found = one(serverless.tables_in(document, "serverless.yml", lambda path: read_yaml("name: people") if path == "other.yml" else None))
    assert name is None or found.name == name


def test_terraform_with_defaults_modules_and_what_sets_them() -> None:
    table = 'resource "aws_dynamodb_table" "t" {\n  name = var.name\n  hash_key = "id"\n}\nvariable "name" {\n  default = "users"\n}\n'
    assert one(terraform.tables_in({"m/a.tf": table})).name == "users"
    assert one(terraform.tables_in({"m/a.tf": table, "m/x.tfvars": 'name = "people"'})).name == "${var.name}"
    call = 'module "m" {\n  source = "./m"\n  name = "mine"\n}\n'
    assert one(terraform.tables_in({"m/a.tf": table, "b.tf": call})).name == "mine"
    assert one(terraform.tables_in({"m/a.tf": table, "b.tf": call, "c.tf": call.replace('"m"', '"n"', 1)})).name == "${var.name}"


def test_a_variable_of_a_merged_environment_is_not_overlooked() -> None:
    text = """
resource "aws_dynamodb_table" "users" {
  name = "users"
}
resource "aws_lambda_function" "a" {
  environment {
    variables = { TABLE = aws_dynamodb_table.users.name }
  }
}
resource "aws_lambda_function" "b" {
  environment {
    variables = merge(local.all, { TABLE = "x${var.y}" })
  }
}
"""
    assert [variable.name for variable in terraform.tables_in({"a.tf": text}).variables] == ["TABLE"]


ON_NUMBERS = "{ partitionKey: { name: 'id', type: ddb.AttributeType.NUMBER }, timeToLiveAttribute: 'gone' }"
CONSTANT = f"const props = {ON_NUMBERS};"


@pytest.mark.parametrize(
    ("before", "properties", "keys", "ttl"),
    [
        (CONSTANT, "props", ("id",), "gone"),
        (CONSTANT.replace("props =", "props: ddb.TableProps ="), "props", ("id",), "gone"),
        (CONSTANT, "{ ...props, timeToLiveAttribute: 'dies' }", ("id",), "dies"),
        (CONSTANT, "{ timeToLiveAttribute: 'dies', ...props }", ("id",), "gone"),
        (CONSTANT, "{ ...props, sortKey: key }", (), "gone"),
        (f"{CONSTANT} const key = {{ name: 'at', type: ddb.AttributeType.STRING }};", "{ ...props, sortKey: key }", ("id", "at"), "gone"),
        (f"{CONSTANT} const more = {{ ...props }};", "{ ...more }", ("id",), "gone"),
        # Nobody knows.
        (CONSTANT, "{ ...props, ...others }", (), None),
        (CONSTANT, "{ ...make(props) }", (), None),
        (f"{CONSTANT} function a() {{ const props = {{}}; }}", "props", (), None),
        (f"{CONSTANT} props.timeToLiveAttribute = 'dies';", "props", (), None),
        (f"{CONSTANT} function make(scope: Construct, props: ddb.TableProps) {{}}", "props", (), None),
        (f"{CONSTANT} const make = (props) => {{}};", "props", (), None),
        ("const props = { ...props };", "props", (), None),
    ],
)
def test_objects_of_a_stack_that_have_a_name(before: str, properties: str, keys: tuple[str, ...], ttl: str | None) -> None:
    text = f"import {{ aws_dynamodb as ddb }} from 'aws-cdk-lib';\n{before}\nnew ddb.Table(this, 'T', {properties});\n"
    table = one(cdk.tables_in(text, "a.ts"))
    assert (table.keys, table.ttl) == (keys, ttl)


def test_cdk_in_two_methods_with_one_name() -> None:
    text = """
import { Table, AttributeType as T } from 'aws-cdk-lib/aws-dynamodb';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
function a() { const t = new Table(this, 'A', { partitionKey: { name: 'a', type: AttributeType.STRING } }); }
function b() { const t = new Table(this, 'B', { partitionKey: { name: 'b', type: AttributeType.STRING } }); t.addGlobalSecondaryIndex(x()); }
const env = { TABLE: t.tableName };
"""
    found = cdk.tables_in(text, "stack.ts")
    assert [(table.id, table.keys, table.has_all_indexes, table.variables) for table in found.tables] == [("A", ("a",), False, ()), ("B", ("b",), False, ())]


class TestManyTables:
    """Only what holds for every table that a name may mean is known."""

    USERS = DeclaredTable("${Stage}-users", "Users", keys=("id",), types=(("id", "S"),), has_all_indexes=True, ttl="dies", path="a/template.yaml")
    ORDERS = DeclaredTable("${Stage}-orders", "Orders", keys=("id",), types=(("id", "N"),), has_all_indexes=True, ttl="dies", path="a/template.yaml")

    def test_what_they_agree_on(self) -> None:
        found = held_by_all([self.USERS, self.ORDERS])
        assert found is not None
        assert (found.name, found.keys, found.types, found.ttl) == (None, ("id",), (), "dies")

    def test_one_name_in_two_declarations_is_one_table(self) -> None:
        switched = DeclaredTable("${Stage}-users", ttl="gone", maker="update_time_to_live", path="b/setup.py")
        found = held_by_all([DeclaredTable("${Stage}-users", keys=("id",), ttl=OFF), switched])
        assert found is not None
        assert (found.keys, found.ttl) == (("id",), "gone")

    @pytest.mark.parametrize(
        ("declared", "ttl", "is_on"),
        [
            ([("cloudformation", OFF), ("update_time_to_live", None)], None, None),
            ([("cloudformation", "gone"), ("update_time_to_live", None)], "gone", True),
            ([("cloudformation", "gone"), ("update_time_to_live", OFF)], "gone", True),
            ([("cloudformation", OFF), ("create_table", None)], OFF, False),
            ([("create_table", None), ("update_time_to_live", OFF)], OFF, False),
            ([("cloudformation", None), ("create_table", None)], None, None),
            ([("create_table", None), ("describe-table", None)], None, False),
            ([], None, False),
        ],
    )
    def test_what_switches_expiry_outweighs_what_does_not_and_what_nobody_knows_is_not_off(
        self, declared: list[tuple[str, str | None]], ttl: str | None, is_on: bool | None
    ) -> None:
        tables = [DeclaredTable("users", keys=("id",), ttl=said, maker=maker, path=f"{at}.py") for at, (maker, said) in enumerate(declared)]
        found = held_by_all(tables)
        assert (found.ttl if found is not None else None, expires(tables)) == (ttl, is_on)

    def test_an_index_that_is_added_later_is_one_of_its_indexes(self) -> None:
        found = held_by_all([self.USERS, DeclaredTable("${Stage}-users", maker="update_table")])
        assert found is not None
        assert not found.has_all_indexes

    @pytest.mark.parametrize(
        ("text", "ids"),
        [
            ("dev-users", ["Users"]),
            ("${}-users", ["Users"]),
            ("users", []),
            ("-users", []),
            ("${}-${}", []),
            ("${}", []),
            ("${}-users-old", []),
            ("dev-people", []),
        ],
    )
    def test_what_a_text_may_mean(self, text: str, ids: list[str]) -> None:
        assert [table.id for table in candidates(Declared((self.USERS, self.ORDERS)), Wanted(text))] == ids

    def test_the_nearest_declaration_counts(self) -> None:
        near = DeclaredTable("users", "Near", path="shop/template.yaml")
        far = DeclaredTable("users", "Far", path="bank/template.yaml")
        found = {place: [table.id for table in candidates(Declared((near, far)), Wanted("users"), place)] for place in ("shop/src/app.py", "app.py")}
        assert found == {"shop/src/app.py": ["Near"], "app.py": ["Near", "Far"]}

    @pytest.mark.parametrize(
        ("near", "ids"),
        [
            ("a/app.py", ["Users"]),
            ("a/deep/app.py", ["Orders"]),
            ("b/app.py", []),
            # Code that any of them may use.
            ("shared/app.py", []),
            ("aa/app.py", []),
        ],
    )
    def test_a_variable_is_that_of_the_function_whose_code_it_is(self, near: str, ids: list[str]) -> None:
        users = DeclaredTable("users", "Users", variables=("a:TABLE",), path="template.yaml")
        orders = DeclaredTable("orders", "Orders", variables=("a/deep:TABLE", "TABLE"), path="template.yaml")
        declared = Declared((users, orders), (Variable("b:TABLE", path="template.yaml"),))
        assert [table.id for table in candidates(declared, Wanted(variable="TABLE"), near)] == ids

    def test_a_variable_of_another_text_there_makes_it_unclear(self) -> None:
        table = DeclaredTable("users", "Users", variables=("TABLE",), path="template.yaml")
        declared = joined([Declared((table,), (Variable("TABLE", None, "${Other}", "template.yaml"),))])
        assert candidates(declared, Wanted(variable="TABLE"), "app.py") == ()


READERS: dict[str, Callable[[str], object]] = {
    "yaml": lambda text: cloudformation.tables_in(read_yaml(text) or {}, "a"),
    "json": lambda text: described.tables_in(read_json(text) or {}, "a"),
    "serverless": lambda text: serverless.tables_in(read_yaml(text) or {}, "a", lambda path: Block()),
    "terraform": lambda text: terraform.tables_in({"a.tf": text}),
    "cdk": lambda text: cdk.tables_in(text, "a"),
}
BOMBS = {
    "aliases": "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)) + "Resources: *a59\n",
    "an alias in itself": "Resources: &a\n  b: *a\n",
    "brackets": "[" * 100_000,
    "braces": "{" * 100_000,
    "nested": "Resources: " + "{a: " * 5_000,
    "sub": "Resources: {T: {Type: 'AWS::DynamoDB::Table', Properties: {TableName: " + "!Sub [x, {x: " * 200 + "1" + "}]" * 200 + "}}}",
    "holes": 'resource "aws_dynamodb_table" "t" {\n name = "' + "${" * 20_000 + '"\n}',
    "one line": "x = " + "a." * 200_000,
    "quotes": '"' * 100_001,
    "heredoc": "a = <<EOF\n" * 5_000,
    "blocks": "a {\n" * 20_000,
    "loop of locals": "locals {\n a = local.b\n b = local.a\n}\n" + 'resource "aws_dynamodb_table" "t" {\n name = local.a\n}',
    "loop of modules": 'module "m" {\n source = "."\n x = var.x\n}\nvariable "x" {}\nresource "aws_dynamodb_table" "t" {\n name = var.x\n}',
    "types": "Resources: {T: {Type: {a: b}}, U: [1], V: 7, W: null}\nGlobals: 7\nParameters: [1]",
    "no text": "\0\udcff\ufeff\x85",
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("bomb", BOMBS)
def test_no_text_hangs_or_raises(bomb: str, reader: str) -> None:
    # As in a check: what other tests have left in this process is no matter of the reader's.
    with paused():
        start = time.process_time()
        READERS[reader](BOMBS[bomb])
    assert time.process_time() - start < 5


def _templates() -> list[Path]:
    return sorted(path for path in PROJECTS.rglob("*") if path.suffix in (".yml", ".yaml", ".json", ".tf", ".ts"))


@pytest.mark.parametrize("path", _templates(), ids=lambda path: path.relative_to(PROJECTS).as_posix())
def test_a_template_that_is_being_typed_raises_nothing(path: Path) -> None:
    text, dice = path.read_text(encoding="utf8"), random.Random(7)
    for _ in range(2):
        at, end = sorted(dice.randrange(len(text) + 1) for _ in range(2))
        for reader in READERS.values():
            reader(text[:at])
            reader(text[:at] + text[end:])
