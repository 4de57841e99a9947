"""Turns the rules into the page that says what carries each claim of theirs: a run, or a document and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from dynalint.rule import Rule, rules
from tests.oracles.claims import claim, example_objections
from tests.oracles.known_wrong import SERVICES, UNABLE, WRONG
from tests.oracles.services import Boto3

_INTRODUCTION = """\
Every rule on correctness says that something fails, or is lost. [How that is tried](ground-truth.md) is one page; this one, which is
generated, lists what came of it.
"""
_RUN = """\
## Seen by running it

The example of each of these pages fails with the error that the page quotes, what to use instead does not, and neither do the silent
lines of the rule's fixture.

| rule | claim | confirmed by |
|---|---|---|
"""
# Rules of which the fixture is run by a test of its own -> by which, and what runs it.
_ELSEWHERE = {"DYN807": "`tests/test_async_clients.py`: aioboto3, in an environment of its own, and dynalite"}
_RUN_ELSEWHERE = """\
## Seen by running it in another environment

The marked lines of these rules' fixtures fail there, or never happen, and the silent ones go well.

| rule | claim | confirmed by |
|---|---|---|
"""
_WRONG = """\
## What the services get wrong

A service that accepts what DynamoDB refuses is no evidence against a rule. These are known, and each is asserted, so that a version that
mends one is noticed.

| rule | service | |
|---|---|---|
"""
_DOCUMENTED = """\
## Documented, and nothing else

Nothing that runs on a developer's machine can show these: data that never expires, a page that is never asked for, a price. AWS's word
is all there is.

| rule | claim | AWS's page |
|---|---|---|
"""


def claims_page(origin: str) -> str:
    """The text of `docs/claims.md`, which says on top where it comes from."""
    correctness = [rule for rule in rules() if rule.group == "correctness"]
    run = [rule for rule in rules() if rule.proof == "run"]
    documented = [rule for rule in correctness if rule.proof != "run" and rule.code not in _ELSEWHERE]
    elsewhere = [rule for rule in correctness if rule.code in _ELSEWHERE]
    wrong = [(rule, service, why) for rule in run for service in SERVICES if (why := (WRONG | UNABLE).get((service, rule.code)))]
    parts = [
        _RUN + _rows((_name(rule), rule.summary, ", ".join(_confirming(rule))) for rule in run),
        _RUN_ELSEWHERE + _rows((_name(rule), rule.summary, _ELSEWHERE[rule.code]) for rule in elsewhere),
        _WRONG + _rows((_name(rule), service, why) for rule, service, why in wrong),
        _DOCUMENTED + _rows((_name(rule), rule.summary, f"<{rule.aws}>") for rule in documented),
    ]
    return "\n".join([f"# What carries the claims\n\n{origin}\n", _INTRODUCTION, *parts])


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _name(rule: Rule) -> str:
    return f"{rule.code} {rule.name}"


def _confirming(rule: Rule) -> list[str]:
    by_boto3 = not list(example_objections(claim(rule), Boto3()))
    return ["boto3"] * by_boto3 + [service for service in SERVICES if (service, rule.code) not in WRONG | UNABLE]
