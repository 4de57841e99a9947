"""What the oracles are known to get wrong, claim by claim, so that they are not asked, and so that a version which mends it is noticed.

A claim is a rule's code, or the name of a claim of the tests' own. What an oracle accepts is never evidence against a rule: the
rest of the services decide, and at least one of them must confirm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from _pytest.mark import ParameterSet

from dynalint.rule import Rule

SERVICES = ("moto", "dynalite")

# (oracle, claim): what it does instead of failing as DynamoDB does; it accepts the corrected code all the same.
WRONG: dict[tuple[str, str], str] = {
    ("moto", "DYN104"): "refuses it in words of its own",
    ("moto", "DYN105"): "takes any other mode for PROVISIONED",
    ("moto", "DYN408"): "filters by keys",
    ("moto", "DYN504"): "takes any number of writes in one batch_write_item",
    ("moto", "DYN307"): "crashes where a key is a map",
    ("moto", "DYN506"): "takes a put and a delete of one item in one batch",
    ("moto", "DYN608"): "takes an attribute that is absent for one that is None",
    ("moto", "throughput-on-demand"): "refuses it in words of its own",
    ("moto", "unknown-billing-mode"): "takes any other mode for PROVISIONED",
    ("moto", "DYN704"): "refuses a key that lacks an attribute in words of its own",
    ("moto", "DYN702"): "takes a key with its sort key first",
    ("moto", "DYN703"): "takes a local index on a table without a sort key",
    ("moto", "too-many-puts"): "puts 26 items in one batch_write_item",
    ("moto", "throughput-on-an-index"): "ignores an index's throughput when the table is on demand",
}

# (oracle, claim): what the oracle has not got, so that the corrected code fails on it too.
UNABLE: dict[tuple[str, str], str] = {
    ("dynalite", "transaction-with-a-key-twice"): "has no transactions",
    ("dynalite", "DYN801"): "has no PartiQL",
}


def examples(rules: Iterable[Rule]) -> list[ParameterSet]:
    """Test cases of a service and a rule whose example must fail there."""
    return list(_cases(rules, WRONG | UNABLE))


def mended(rules: Iterable[Rule]) -> list[ParameterSet]:
    """Test cases of a service and a rule whose corrected example must run there."""
    return list(_cases(rules, UNABLE))


def _cases(rules: Iterable[Rule], wrong: dict[tuple[str, str], str]) -> Iterator[ParameterSet]:
    for rule in rules:
        for service in SERVICES:
            reason = wrong.get((service, rule.code))
            # Strict: an oracle that has learnt it since must leave the list.
            marks = [pytest.mark.xfail(reason=f"{service} {reason}", raises=AssertionError, strict=True)] if reason else []
            yield pytest.param(service, rule, marks=marks, id=f"{service}-{rule.code}")
