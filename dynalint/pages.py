"""Turns rules, and what dynalint says of itself, into pages: what there is to know of one code, for terminals, reports and editors alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from dynalint.markup import Paragraph, blocks
from dynalint.noqa import UNUSED_NOQA
from dynalint.rule import GROUPS, Rule, rules
from dynalint.words import did_you_mean

Level = Literal["error", "warning", "note"]
PROOF = {
    "run": "the lines that its fixture marks fail with the error quoted below when they are run",
    "doc": "AWS's documentation",
    "guide": "the team's DynamoDB guideline",
}
_LEVELS: dict[str, Level] = {"guideline": "warning", "cost": "warning", "suspicious": "warning", "audit": "note"}


@dataclass(frozen=True)
class Page:
    """What there is to know of one code. `body` is Markdown; `facts` are the rows of the table above it."""

    code: str
    name: str
    group: str
    summary: str
    body: str
    fix: str = "none"
    since: str = "0.1.0"
    aws: str = ""
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def level(self) -> Level:
        """How bad it is, for formats that ask: what fails, or could not be checked, is an error."""
        return _LEVELS.get(self.group, "error")

    @property
    def why(self) -> str:
        """What the page says first below its summary; the summary where it says no more."""
        paragraphs = [block.text for block in blocks(self.body) if isinstance(block, Paragraph)]
        return paragraphs[1] if len(paragraphs) > 1 else self.summary

    @property
    def markdown(self) -> str:
        """The whole page."""
        head, _, rest = self.body.partition("\n\n")
        table = "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in self.facts)])
        return "\n\n".join(part for part in (f"# {self.name} ({self.code})", head, table if self.facts else "", rest) if part) + "\n"


# They are no rules: no fact gives rise to them, and nothing switches them off.
OURSELVES = (
    Page(
        "DYN000",
        "internal-error",
        "internal",
        "a rule failed on this file, a bug of dynalint, please report it; or a part of it is too much to check; the rest is still checked",
        "A rule failed on this file: a bug of dynalint. Or a part of the file is too much to check: it takes too many steps, is nested too deeply, or is "
        "Python that libcst does not know. The message says which. All other rules still speak, of the rest of the file.\n\n"
        "## What to do\nWhere a rule failed, please report it, with the message, which names the rule and the place in dynalint, and with the code, if you "
        "may show it. Where a part is too much, know that nothing in it is checked; code made by a program is best excluded.",
    ),
    Page(
        "DYN001",
        "unparsable",
        "internal",
        "the command cannot decode or parse the file, so nothing in it is checked; silent under flake8, which says so itself",
        "The command cannot decode or parse the file, so nothing in it is checked. flake8 says so itself, as E902 or E999.\n\n"
        "## What to do\nSee that the Python that dynalint runs on can read the file: code of a newer Python needs a newer Python here too.",
    ),
    Page(
        UNUSED_NOQA,
        "unused-noqa",
        "internal",
        "a `noqa` names a code of which there is nothing to silence; only with `--report-unused-noqa`",
        "A `noqa` names a code of which there is nothing to silence. It stays silent for ever, and hides what somebody adds to the statement later.\n\n"
        "## What to do\nTake the code out of the comment: `dynalint check --report-unused-noqa --fix` does. It is only reported where that is asked for, and a "
        "code only if its rule speaks in the file: what is silent because it was not looked for may be needed elsewhere.",
        "safe",
    ),
)


@cache
def pages() -> dict[str, Page]:
    """All pages, by code, in the order of the codes."""
    return {page.code: page for page in (*OURSELVES, *map(_page, rules()))}


def page(code: str) -> Page:
    """The page of a code; a bare one for a code that nobody has described."""
    return pages().get(code) or Page(code, code.lower(), "internal", "", "")


def asked(word: str) -> Page | None:
    """The page that somebody means by a code or a name, however it is written."""
    wanted = word.strip().replace("_", "-").casefold()
    return next((each for each in pages().values() if wanted in {each.code.casefold(), each.name}), None)


def alike(word: str) -> str | None:
    """The code or name that somebody may have meant by a word that is neither: the first code that begins so, or what is near."""
    begins = (code for code in pages() if word and code.startswith(word.upper()))
    return next(begins, None) or did_you_mean(word, [text for each in pages().values() for text in (each.code, each.name)])


def _page(rule: Rule) -> Page:
    facts = (
        ("Group", f"`{rule.group}`: {GROUPS[rule.group]}"),
        ("Since", rule.since),
        ("Fix", rule.fix),
        ("Proof", PROOF[rule.proof]),
        ("AWS", f"<{rule.aws}>"),
    )
    return Page(rule.code, rule.name, rule.group, rule.summary, rule.page, rule.fix, rule.since, rule.aws, facts)
