"""Makes dynalint's own failures loud, and lends the oracles to the tests that ask for ground truth."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.oracles.stage import Oracle

# For every test and the programs that it starts: in a user's run an exception of a rule becomes a DYN000 finding; here it is raised.
os.environ["DYNALINT_RAISE"] = "1"

# boto3 and moto are imported late: what further Pythons are asked needs neither.


@pytest.fixture(scope="session")
def boto3_alone() -> Oracle:
    """boto3 with nothing behind it."""
    from tests.oracles.services import Boto3

    return Boto3()


@pytest.fixture(scope="session")
def moto() -> Oracle:
    """moto, in process."""
    from tests.oracles.services import Moto

    return Moto()


@pytest.fixture(scope="session")
def dynalite() -> Iterator[Oracle]:
    """A running dynalite; where there is no node its tests are skipped, but never in continuous integration."""
    from tests.oracles import services

    try:
        with services.dynalite() as oracle:
            yield oracle
    except services.NoNodeError as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
