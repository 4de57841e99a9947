"""What is marked in `fixtures/projects` fails on the tables that the project itself declares, and what stands beside it and is not marked does not."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import boto3
import pytest

from dynalint.rule import rules
from tests.marked import ROOT, marks_in
from tests.oracles.claims import claim
from tests.oracles.known_wrong import SERVICES
from tests.oracles.projects import NUMBER, TEXT, Case, Proof, Stage, case_objections, cases

pytestmark = pytest.mark.slow

PROJECTS = sorted(path for path in (ROOT / "fixtures" / "projects").iterdir() if path.is_dir())
ERRORS = {rule.code: claim(rule).errors for rule in rules() if rule.proof == "run"}
NO_ERROR = "no error: "


def text_is_stored(module: ModuleType, stage: Stage) -> None:
    """A text raises nothing. That TTL passes over all that is no Number, AWS's page says."""
    module.as_text(TEXT)
    (item,) = boto3.client("dynamodb").scan(TableName=stage.environment["SESSIONS_TABLE"])["Items"]
    assert "N" in item["dies_at"], f"{NO_ERROR}text is stored"


def more_is_shown(module: ModuleType, stage: Stage) -> None:
    """Who chooses the projection chooses what he is shown."""
    table = boto3.resource("dynamodb").Table(stage.environment["ORDERS_TABLE"])
    table.put_item(Item={"order_id": TEXT, "article": "chair", "note": "pays late"})
    event = {"pathParameters": {"id": TEXT}, "queryStringParameters": {"fields": "article, note"}}
    shown, _ = module.handler(event, None)
    assert "note" not in shown, f"{NO_ERROR}the note is shown"


def another_is_deleted(module: ModuleType, stage: Stage) -> None:
    """Who chooses a part of the condition makes it true."""
    orders = boto3.resource("dynamodb").Table(stage.environment["ORDERS_TABLE"])
    orders.put_item(Item={"order_id": TEXT, "article": "chair"})
    module.OrderRepository().delete_where(TEXT, "attribute_exists(order_id) OR article", "table")
    assert "Item" in orders.get_item(Key={"order_id": TEXT}), f"{NO_ERROR}an order for something else is deleted"


# What raises nothing, or stands in a method: how its damage is seen.
PROOFS: Mapping[str, Proof] = {
    "sam/src/sessions/expiring.py:as_text": text_is_stored,
    "requests/functions/search.py:fetch": more_is_shown,
    "requests/shop/data/repository.py:OrderRepository": another_is_deleted,
}
# Arguments that their names do not tell, for all functions of a module.
GIVEN: Mapping[str, Mapping[str, object]] = {
    "requests/functions/search.py": {"event": {"pathParameters": {"id": TEXT}, "queryStringParameters": {"fields": "article"}}},
}
# What no function does, and why that has to be believed otherwise.
NOT_RUN = {
    "pynamodb/shop/models/log.py": "DYN203 of a model: `tests/test_makers.py` stores objects of such classes and looks at what DynamoDB has",
}


def module_of(case: Case) -> str:
    return str(case).rpartition(":")[0]


CASES = [case for project in PROJECTS for case in cases(project)]
MARKED = [case for case in CASES if case.codes & ERRORS.keys() and module_of(case) not in NOT_RUN]
SILENT = [case for case in CASES if not case.codes and case.path in {each.path for each in MARKED} and str(case) not in PROOFS]


def given(case: Case) -> Mapping[str, object]:
    return GIVEN.get(module_of(case), {})


@pytest.mark.parametrize("case", MARKED, ids=str)
def test_a_marked_line_of_a_project_fails_on_the_tables_that_the_project_declares(case: Case, request: pytest.FixtureRequest) -> None:
    proof = PROOFS.get(str(case))
    errors = tuple(error for code in sorted(case.codes & ERRORS.keys()) for error in ERRORS[code]) + ((NO_ERROR,) if proof is not None else ())
    oracles = (request.getfixturevalue(name) for name in reversed(SERVICES))
    assert case_objections(case, oracles, errors, given(case), proof) == []


@pytest.mark.parametrize("case", SILENT, ids=str)
def test_a_function_beside_it_that_is_not_marked_runs_on_them(case: Case, request: pytest.FixtureRequest) -> None:
    oracles = (request.getfixturevalue(name) for name in reversed(SERVICES))
    assert case_objections(case, oracles, (), given(case)) == []


def test_all_marks_that_claim_an_error_are_tried() -> None:
    tried = {(case.path, code) for case in MARKED for code in case.codes}
    claimed = {(path, mark.code) for project in PROJECTS for path in project.rglob("*.py") for mark in marks_in(path.read_text("utf8")) if mark.code in ERRORS}
    left = sorted(path.relative_to(ROOT / "fixtures" / "projects").as_posix() for path, code in claimed - tried)
    assert left == sorted(NOT_RUN)


def test_numbers_and_texts_are_told_apart_by_the_tables() -> None:
    """Else an argument of the wrong type would fail in the place of what is claimed."""
    case = next(case for case in MARKED if str(case) == "cdk/app/sell.py:sell_for_text")
    assert Stage(case).arguments(lambda show, seat: None, {}) == [TEXT, NUMBER]
