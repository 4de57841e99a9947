"""Every Bad example of the guideline is reported where it stands, every Good one is silent.

`fixtures/guideline` holds the guideline, and each of its snippets, exactly as written there, in a file of its own.
"""

from __future__ import annotations

import re

import pytest

from dynalint.engine import check
from tests.marked import ROOT

FOLDER = ROOT / "fixtures" / "guideline"
_SNIPPET = re.compile(r"^### . (Good|Bad): ([^\n]+)\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# What each Bad snippet is there for, and the line that it stands on.
BAD = {
    "bad_storing_large_binary_data_in_dynamodb.py": ("DYN301", "    'content': base64.b64encode(large_pdf_bytes).decode('utf-8')  # Too large!"),
    "bad_using_provisioned_capacity_mode.py": ("DYN101", "    BillingMode='PROVISIONED',  # Don't use this"),
    "bad_missing_ttl_for_time_sensitive_data.py": ("DYN201", "invitation_item = {"),
    "bad_inefficient_query_patterns.py": ("DYN401", "response = users_table.scan()  # Expensive - scans all items"),
}
# The guideline does not say so, but that scan also reads no more than the first page.
BESIDES = {"bad_inefficient_query_patterns.py": {"DYN403"}}


def test_files_are_the_snippets_as_written() -> None:
    guideline = (FOLDER / "dynamodb-guideline.md").read_text(encoding="utf8")
    written = {f"{kind.lower()}_{re.sub('[^a-z0-9]+', '_', title.lower())}.py": code for kind, title, code in _SNIPPET.findall(guideline)}
    assert {path.name: path.read_text(encoding="utf8") for path in FOLDER.glob("*.py")} == written
    assert {name for name in written if name.startswith("bad_")} == set(BAD)


@pytest.mark.parametrize("name", BAD)
def test_bad_is_reported_where_it_stands(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf8")
    found = [(finding.code, text.splitlines()[finding.span.line - 1]) for finding in check(text, name)]
    assert [each for each in found if each[0] not in BESIDES.get(name, ())] == [BAD[name]]


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("good_*.py")))
def test_good_is_silent(name: str) -> None:
    assert check((FOLDER / name).read_text(encoding="utf8"), name) == []
