"""Turns selectors, as in `--select correctness --ignore DYN402`, into the codes that are reported in a file.

A selector is a code, the beginning of codes, the name of a rule, a group of rules, or `all`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from dynalint.noqa import UNUSED_NOQA
from dynalint.options import OptionError, Options, flag, names, option
from dynalint.rule import GROUPS, rules
from dynalint.walk import matches
from dynalint.words import did_you_mean

# What is said of a file, not by a rule: whatever is selected, but where it is ignored by its code.
OWN_CODES = frozenset({"DYN000", "DYN001", UNUSED_NOQA})
_EVERY = "all"
_DEFAULT = "DYN"
_RULE_FILE = re.compile(r"(dyn\d+)_(\w+)")


def _selectors(name: str, value: str) -> tuple[str, ...]:
    for each in names(name, value):
        _require_meaning(name, each)
    return names(name, value)


def _ignores(name: str, value: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, tuple[str, ...]] = {}
    pattern = ""
    for word in names(name, value.replace(":", ": ")):
        if word.endswith(":"):
            pattern = word[:-1]
            found.setdefault(pattern, ())
        elif not pattern:
            break
        else:
            _require_meaning(name, word)
            found[pattern] += (word,)
    if "" in found or not all(found.values()) or (value.strip() and not found):
        raise OptionError(f"--{flag(name)} takes pairs such as tests/*:DYN402, not {value!r}")
    return tuple(found.items())


@dataclass(frozen=True)
class Selection:
    """Which rules speak. What is selected and ignored by the same breadth is ignored; what is narrower wins: `--ignore DYN4 --select DYN402`."""

    select: tuple[str, ...] = option(
        (), _selectors, "RULES", "Rules to report: codes, beginnings of codes, names, groups, or all. Without it, all but those of the group audit."
    )
    extend_select: tuple[str, ...] = option((), _selectors, "RULES", "More rules to report, beside those selected or reported by default.")
    ignore: tuple[str, ...] = option((), _selectors, "RULES", "Rules not to report.")
    extend_ignore: tuple[str, ...] = option((), _selectors, "RULES", "More rules not to report.")
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = option(
        (), _ignores, "PATTERN:RULES", "Rules not to report in some files; * stands for anything, and a pattern without / is about the file's name."
    )

    def codes(self, path: Path, options: Options) -> frozenset[str]:
        """The codes that are reported in a file, of the audit only those that were asked for by more than a beginning."""
        ignored = [_codes(each) for each in self._ignored_in(path)]
        audits = [rule.code for rule in rules() if rule.group == "audit" and options.enables(rule.code, rule.name)]
        chosen = [*(self.select or (_DEFAULT,)), *self.extend_select, *audits]
        # What is ignored together with as much, or more, than was selected is ignored.
        reported = (code for each in chosen for code in meant(each) if not any(code in wide and not _codes(each) < wide for wide in ignored))
        return frozenset(reported) | self.own_codes(path)

    def own_codes(self, path: Path) -> frozenset[str]:
        """Those of the codes that no rule has which are reported in a file."""
        return OWN_CODES - set(self._ignored_in(path))

    def _ignored_in(self, path: Path) -> tuple[str, ...]:
        here = (each for pattern, selectors in self.per_file_ignores if matches(path, pattern) for each in selectors)
        return (*self.ignore, *self.extend_ignore, *here)


def enabled(options: Options, codes: frozenset[str]) -> Options:
    """The options with the audit rules switched on that are among the codes."""
    return replace(options, enable=tuple(sorted({*options.enable, *codes})))


@cache
def names_by_code() -> dict[str, str]:
    """The names of all rules by their codes, read from the names of their files: to import them all costs time. Codes that no rule has have none."""
    import pkgutil  # costs time to import

    from dynalint import rules as folder

    found = (_RULE_FILE.fullmatch(entry.name) for entry in pkgutil.iter_modules(folder.__path__))
    return dict.fromkeys(sorted(OWN_CODES), "") | {each[1].upper(): each[2].replace("_", "-") for each in found if each is not None}


def _require_meaning(name: str, selector: str) -> None:
    codes = names_by_code()
    if selector == _EVERY or selector in GROUPS or selector in codes.values() or any(code.startswith(selector) for code in codes):
        return
    meant = did_you_mean(selector, [_EVERY, *GROUPS, *codes, *filter(None, codes.values())])
    advice = f"; did you mean {meant}?" if meant else ""
    raise OptionError(f"--{flag(name)} takes codes, beginnings of codes, names and groups of rules, not {selector!r}{advice}")


@cache
def _codes(selector: str) -> frozenset[str]:
    """All codes that a selector stands for."""
    return frozenset(rule.code for rule in rules() if selector in (_EVERY, rule.group, rule.name) or rule.code.startswith(selector))


@cache
def meant(selector: str) -> frozenset[str]:
    """The codes that a selector selects: the beginning of codes leaves audit rules out, unless it stands for nothing else."""
    codes = _codes(selector)
    if selector in codes or not selector.startswith("DYN"):
        return codes
    return frozenset(rule.code for rule in rules() if rule.code in codes and rule.group != "audit") or codes
