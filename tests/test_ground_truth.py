"""What the rules on correctness claim can be seen by running it: pages and fixtures fail where they say, with the error that they quote."""

from __future__ import annotations

from functools import partial

import pytest

from dynalint.rule import Rule, rules
from tests.marked import fixtures
from tests.oracles.claims import claim, confirms, example_objections, instead_objections, perform
from tests.oracles.known_wrong import SERVICES, UNABLE, WRONG, examples, mended
from tests.oracles.stage import Oracle, play
from tests.oracles.units import Unit, fixed_units, marked_units, unit_objections

pytestmark = pytest.mark.slow

RUN = {rule.code: rule for rule in rules() if rule.proof == "run"}


ERRORS = {code: claim(rule).errors for code, rule in RUN.items()}
FIXTURES = [(RUN[fixture.code], fixture) for fixture in fixtures() if fixture.code in RUN]
UNITS = [(rule, unit) for rule, fixture in FIXTURES for unit in (*marked_units(fixture), *fixed_units(fixture))]


def test_there_is_something_to_try() -> None:
    assert RUN


@pytest.mark.parametrize(("service", "rule"), examples(RUN.values()))
def test_the_example_of_a_page_fails_as_quoted(service: str, rule: Rule, request: pytest.FixtureRequest) -> None:
    assert list(example_objections(claim(rule), request.getfixturevalue(service))) == []


@pytest.mark.parametrize(("service", "rule"), mended(RUN.values()))
def test_what_a_page_says_to_use_instead_runs(service: str, rule: Rule, request: pytest.FixtureRequest) -> None:
    assert list(instead_objections(claim(rule), request.getfixturevalue(service))) == []


@pytest.mark.parametrize("rule", RUN.values(), ids=RUN)
def test_what_boto3_refuses_by_itself_is_what_the_page_quotes(rule: Rule, boto3_alone: Oracle) -> None:
    for example in claim(rule).examples:
        outcome = play(boto3_alone, partial(perform, example, claim(rule).props))
        assert outcome.raised_by != "boto3" or confirms(outcome, ERRORS[rule.code]), outcome.error


@pytest.mark.parametrize("rule", RUN.values(), ids=RUN)
def test_a_service_confirms(rule: Rule) -> None:
    assert any((service, rule.code) not in WRONG | UNABLE for service in SERVICES), "a claim that nothing can run is proof='doc'"


@pytest.mark.parametrize("rule", RUN.values(), ids=RUN)
def test_fixtures_hold_both_code_that_must_fail_and_code_that_must_not(rule: Rule) -> None:
    own = [unit for each, unit in UNITS if each is rule]
    assert any(rule.code in unit.codes for unit in own), "no function without parameters is marked"
    assert any(not unit.codes for unit in own), "no function without parameters is silent"


@pytest.mark.parametrize(("rule", "unit"), UNITS, ids=[f"{unit.path.stem}-{unit.name}" for _, unit in UNITS])
def test_a_part_of_a_fixture_fails_where_it_is_marked_and_only_there(rule: Rule, unit: Unit, request: pytest.FixtureRequest) -> None:
    errors = tuple(error for code in sorted(unit.codes & RUN.keys()) for error in ERRORS[code])
    able = tuple(name for name in SERVICES if (name, rule.code) not in UNABLE)
    oracles = (request.getfixturevalue(name) for name in (("boto3_alone", *able) if errors else able))
    assert unit_objections(unit, claim(rule).props, errors, oracles) == []


def test_what_is_known_to_be_wrong_is_said_of_claims_that_are_tried() -> None:
    assert {claimed for _, claimed in WRONG | UNABLE if claimed.startswith("DYN")} <= RUN.keys()
