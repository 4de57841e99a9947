"""Makes dynalint's own failures loud, and lends the oracles to the tests that ask for ground truth."""

import os
from collections.abc import Iterator

import pytest

from tests.oracles import services
from tests.oracles.stage import Oracle

# For every test and the programs that it starts: in a user's run an exception of a rule becomes a DYN000 finding; here it is raised.
os.environ["DYNALINT_RAISE"] = "1"


@pytest.fixture(scope="session")
def boto3_alone() -> Oracle:
    """boto3 with nothing behind it."""
    return services.Boto3()


@pytest.fixture(scope="session")
def moto() -> Oracle:
    """moto, in process."""
    return services.Moto()


@pytest.fixture(scope="session")
def dynalite() -> Iterator[Oracle]:
    """A running dynalite; where there is no node its tests are skipped, but never in continuous integration."""
    try:
        with services.dynalite() as oracle:
            yield oracle
    except services.NoNodeError as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
