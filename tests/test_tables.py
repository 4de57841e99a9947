"""What a project declares of its tables is found, within its root and within bounds; `dynalint tables` shows it and writes it down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dynalint.cli import main
from dynalint.declared import Declared, DeclaredTable, Index, Variable
from dynalint.engine import check
from dynalint.options import Options
from dynalint.tables_file import NAME, TablesError, declared_in, text_of
from dynalint.templates import documents
from tests.programs import write

TEMPLATE = """\
Resources:
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: users
      KeySchema: [{AttributeName: mail, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: mail, AttributeType: S}]
"""
APP = 'import boto3\n\n\ndef forget():\n    boto3.resource("dynamodb").Table("users").delete_item(Key={"id": "a"})\n'
SETUP = """\
import boto3


def set_up(client):
    make(client, "users")


def make(client, name):
    boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "mail", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "mail", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
"""


def codes(folder: Path, **options: str) -> list[str]:
    path = folder / "app.py"
    return [finding.code for finding in check(path.read_text(encoding="utf8"), str(path), Options.parse(options), beside=path)]


def project(folder: Path, files: dict[str, str]) -> Path:
    root = folder / "project"
    write(root, {"app.py": APP, ".git/HEAD": "", **files})
    return root


@pytest.mark.parametrize("name", ["template.yaml", "infra/users.yml", "cdk.out/Users.template.json"])
def test_a_template_of_the_project_is_read(name: str, tmp_path: Path) -> None:
    text = TEMPLATE if not name.endswith(".json") else json.dumps(documents.read_yaml(TEMPLATE))
    root = project(tmp_path, {name: text})
    assert codes(root) == ["DYN704"]
    assert codes(root, project_tables="no") == []


@pytest.mark.parametrize("name", ["node_modules/a.yaml", ".hidden/a.yaml", "tests/a.yaml", "../a.yaml", "venv/a.yaml"])
def test_what_is_not_the_projects_own_is_not_read(name: str, tmp_path: Path) -> None:
    assert codes(project(tmp_path, {name: TEMPLATE})) == []


def test_a_link_that_leaves_the_project_is_not_followed(tmp_path: Path) -> None:
    root = project(tmp_path, {"../elsewhere/a.yaml": TEMPLATE})
    (root / "a.yaml").symlink_to(tmp_path / "elsewhere" / "a.yaml")
    (root / "folder").symlink_to(tmp_path / "elsewhere")
    assert codes(root) == []


def test_a_table_that_another_module_creates(tmp_path: Path) -> None:
    root = project(tmp_path, {"setup_tables.py": SETUP})
    assert codes(root) == ["DYN704"]
    assert codes(root, follow_imports="no") == []


def test_an_index_that_another_module_adds(tmp_path: Path) -> None:
    app = APP.replace('delete_item(Key={"id": "a"})', 'scan(IndexName="by-age", Limit=1, ExclusiveStartKey=x)')
    update = "import boto3\n\n\ndef grow(name):\n    boto3.client('dynamodb').update_table(TableName=name, GlobalSecondaryIndexUpdates=[])\n"
    assert codes(project(tmp_path / "a", {"app.py": app, "setup_tables.py": SETUP})) == ["DYN704"]
    assert codes(project(tmp_path / "b", {"app.py": app, "setup_tables.py": SETUP, "grow.py": update})) == []


INDEXED = f"""{TEMPLATE}      GlobalSecondaryIndexes:
        - {{IndexName: by-team, KeySchema: [{{AttributeName: team, KeyType: HASH}}], Projection: {{ProjectionType: ALL}}}}
"""
SCAN = """\
import boto3
from boto3.dynamodb.conditions import Attr


def find(x, given):
    values = {{":x": x, ":yes": True, ":null": {{"NULL": True}}}}
    return boto3.resource("dynamodb").Table("users").scan(FilterExpression={condition}, ExpressionAttributeValues=values, **given)
"""


@pytest.mark.parametrize(
    ("condition", "advice"),
    [
        ('"team = :x"', 'query on index "by-team" by team'),
        ('"age > :x AND :x = team"', 'query on index "by-team" by team'),
        ('"team = :x AND mail = :x"', "query by mail"),
        ('"age = :x"', "query, with an index on age"),
        ('Attr("age").gt(x) & (Attr("team").eq(x) & Attr("age").lt(x))', 'query on index "by-team" by team'),
        ('"age = :x" if x else Attr("team").eq(x) & Attr("age").eq(x)', "query, with an index on age"),
        # Not for all that is wanted, or of no attribute that a key can be.
        *(
            (condition, "query on a key or an index")
            for condition in (
                '"team = :x OR mail = :x"', '"NOT team = :x"', '"team <> :x"', '"team > :x"', '"team.name = :x"', '"begins_with(team, :x)"', "x",
                'Attr("team").eq(x) | Attr("age").eq(x)', '~Attr("team").eq(x)', 'Attr("team.name").eq(x)', 'Attr(x).eq(x)', '"#t = :x"',
                'Attr("team").eq(x) if given else Attr("age").eq(x)', 'Attr("age").eq(True)', 'Attr("age").eq(None)', '"age = :yes"', '"age = :null"',
            )
        ),
    ],
)  # fmt: skip
def test_a_filtered_scan_is_told_which_index_there_is(condition: str, advice: str, tmp_path: Path) -> None:
    path = project(tmp_path, {"app.py": SCAN.format(condition=condition), "template.yaml": INDEXED}) / "app.py"
    said = [finding.message for finding in check(path.read_text(encoding="utf8"), str(path), Options(), beside=path) if finding.code == "DYN402"]
    assert said == [f"bills the whole table: FilterExpression drops items after they are read; use {advice}"]


SESSIONS = SETUP.replace('"users"', '"sessions"').replace("mail", "id")
SWITCHED = """\
import boto3


def set_up({parameter}):
    boto3.client("dynamodb").update_time_to_live(TableName={table}, TimeToLiveSpecification={{"Enabled": {enabled}, "AttributeName": {name}}})
"""


@pytest.mark.parametrize(
    ("table", "enabled", "name", "found"),
    [
        ('"sessions"', "True", '"ttl"', []),
        ('"sessions"', "False", '"ttl"', ["DYN202"]),
        ('"nonces"', "True", '"ttl"', ["DYN202"]),
        # Nobody knows.
        ('"sessions"', "given", '"ttl"', []),
        ('"sessions"', "True", "given", []),
        ("given", "True", '"ttl"', []),
        ("given", "False", '"ttl"', ["DYN202"]),
    ],
)
def test_expiry_that_another_module_switches(table: str, enabled: str, name: str, found: list[str], tmp_path: Path) -> None:
    text = SWITCHED.format(parameter="given", table=table, enabled=enabled, name=name)
    assert codes(project(tmp_path, {"app.py": SESSIONS, "expiry.py": text})) == found


@pytest.mark.parametrize(("enabled", "found"), [("true", []), ("false", ["DYN202"]), ("!Ref IsShortLived", [])])
def test_expiry_that_a_template_switches(enabled: str, found: list[str], tmp_path: Path) -> None:
    more = f"      TimeToLiveSpecification: {{AttributeName: ttl, Enabled: {enabled}}}\n"
    template = TEMPLATE.replace("TableName: users", "TableName: sessions").replace("mail", "id") + more
    assert codes(project(tmp_path, {"app.py": SESSIONS, "template.yaml": template})) == found


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    root = project(tmp_path, {"template.yaml": TEMPLATE})
    assert codes(root) == ["DYN704"]
    (root / "template.yaml").write_text(TEMPLATE.replace("mail", "id"), encoding="utf8")
    assert codes(root) == []


def test_without_pyyaml_less_is_known_and_the_command_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, {"template.yaml": TEMPLATE})
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    assert codes(root) == []
    assert main(["tables", "--isolated", str(root)]) == 0
    assert "pip install dynalint[tables]" in capsys.readouterr().err


def test_what_is_written_down_is_read_instead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, {"template.yaml": TEMPLATE})
    assert main(["tables", "--isolated", "--write", str(root)]) == 0
    written = (root / NAME).read_text(encoding="utf8")
    (root / "template.yaml").unlink()
    assert codes(root) == ["DYN704"]
    (root / NAME).write_text(written.replace("mail", "id"), encoding="utf8")
    assert codes(root) == []
    assert main(["tables", "--isolated", str(root)]) == 0
    assert "template.yaml:2: users (Users)\n    key: id (S)\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "{}", '{"version": 1}', '{"version": 1, "tables": [7]}', '{"version": 1, "tables": [{"nam": "a"}]}',
        '{"version": 1, "tables": [{"name": 7}]}', '{"version": 1, "tables": [{"keys": "id"}]}', '{"version": 1, "tables": [{"types": {"id": "T"}}]}',
        '{"version": 1, "tables": [{"indexes": [{}]}]}', '{"version": 1, "tables": [], "other_variables": [["a"]]}', "[" * 100_000,
    ],
)  # fmt: skip
def test_a_damaged_file_is_told_by_the_command_and_silent_in_a_check(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, {NAME: text, "template.yaml": TEMPLATE})
    assert codes(root) == []
    assert main(["tables", "--isolated", str(root)]) == 2
    assert "is no list of tables" in capsys.readouterr().err


def test_the_file_holds_all_that_is_known() -> None:
    index = Index("by-age", True, ("age", "id"), ("age",), "ALL")
    table = DeclaredTable("users", "Users", ("T",), ("id",), (("id", "S"),), (index,), True, "PROVISIONED", "", False, True, "terraform", "a/b.tf", 7)
    declared = Declared((table, DeclaredTable(path="z")), (Variable("T", path="x"),))
    assert declared_in(text_of(declared)) == declared
    assert text_of(declared_in(text_of(declared))) == text_of(declared)
    with pytest.raises(TablesError):
        declared_in(text_of(declared).replace('"line": 7', '"line": "7"'))
