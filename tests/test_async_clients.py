"""What is said of coroutines that nobody awaits (DYN807) can be seen with aioboto3 itself.

aioboto3 wants a boto3 of its own, an older one than the rest of the tests: it lives in an environment of its own, which is made once and then kept.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.marked import ROOT, Fixture
from tests.oracles.services import Dynalite
from tests.wheels import CACHE

pytestmark = pytest.mark.slow

AIO = ("aioboto3==15.5.0", "aiobotocore[boto3]==2.25.1")
FIXTURE = Fixture(ROOT / "fixtures" / "rules" / "dyn807_unawaited_call.py")
SIGNS = ("was never awaited", "object has no attribute", "is not subscriptable", "does not support the context manager protocol", "can't be used in 'await'")


def _environment() -> Path:
    """The Python of an environment with aioboto3."""
    digest = hashlib.sha256(" ".join([*AIO, sys.version]).encode()).hexdigest()[:12]
    home = CACHE / f"aioboto3-{digest}"
    python = home / "bin" / "python"
    if not (home / "whole").exists():
        venv.create(home, clear=True)
        subprocess.run([sys.executable, "-m", "pip", f"--python={python}", "install", "--quiet", "--no-compile", *AIO], check=True)
        (home / "whole").touch()
    return python


@pytest.fixture(scope="module")
def outcomes(dynalite: Dynalite) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    words: list[str | Path] = [_environment(), ROOT / "tests" / "oracles" / "aio.py", FIXTURE.path, dynalite.address]
    run = subprocess.run(words, env=environment, capture_output=True, encoding="utf8", check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, str] = json.loads(run.stdout.splitlines()[-1])  # the fixture prints too
    return found


def _functions(marked: bool) -> list[str]:
    spots = [mark.line for mark in FIXTURE.marks]
    nodes = [node for node in ast.parse(FIXTURE.text).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node.name for node in nodes if any(node.lineno <= line <= (node.end_lineno or 0) for line in spots) is marked]


@pytest.mark.parametrize("name", _functions(marked=True))
def test_what_is_reported_fails_or_never_happens(name: str, outcomes: dict[str, str]) -> None:
    assert any(sign in outcomes[name] for sign in SIGNS), outcomes[name]


@pytest.mark.parametrize("name", _functions(marked=False))
def test_what_is_not_reported_runs(name: str, outcomes: dict[str, str]) -> None:
    assert outcomes[name] == ""
