"""The page of a rule is a test: its example fires, its correction is silent, its fix mends, and it says all that a page has to say."""

from __future__ import annotations

import re

import pytest

from dynalint.engine import check
from dynalint.fixes.apply import fixed
from dynalint.options import Options
from dynalint.rule import Rule, rules

ORDER = ["Why is this bad?", "Example", "Use instead", "Error", "Fix safety", "Limits", "References"]
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)

pytestmark = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)


def options(rule: Rule) -> Options:
    return Options(enable=(rule.code,) if rule.group == "audit" else ())


def blocks(rule: Rule, section: str, language: str = "python") -> list[str]:
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", rule.section(section), re.MULTILINE | re.DOTALL)
    return found


def test_sections_are_there_in_their_order(rule: Rule) -> None:
    optional = {"Error": rule.proof == "run", "Fix safety": rule.fix != "none"}
    assert _HEADING.findall(rule.page) == [section for section in ORDER if optional.get(section, True)]
    assert all(rule.section(section) for section in _HEADING.findall(rule.page))


def test_example_fires_this_rule_and_no_other(rule: Rule) -> None:
    assert blocks(rule, "Example")
    for example in blocks(rule, "Example"):
        assert {finding.code for finding in check(example, options=options(rule))} == {rule.code}


def test_use_instead_is_silent(rule: Rule) -> None:
    assert blocks(rule, "Use instead")
    for correction in blocks(rule, "Use instead"):
        assert check(correction, options=options(rule)) == []


def test_fixes_mend_the_example(rule: Rule) -> None:
    for example in blocks(rule, "Example"):
        findings = check(example, options=options(rule))
        without = [finding.message for finding in findings if not finding.fix]
        done = fixed(example, lambda text: check(text, options=options(rule)), unsafe=True)
        assert [finding.message for finding in check(done.text, options=options(rule))] == without
        assert not done.refused


def test_error_is_quoted(rule: Rule) -> None:
    quoted = blocks(rule, "Error", "text")
    assert bool(quoted) == (rule.proof == "run")
    assert all(error.strip() for error in quoted)


def test_aws_has_the_word(rule: Rule) -> None:
    assert rule.aws.startswith("https://docs.aws.amazon.com/")
    assert rule.aws in rule.section("References")
