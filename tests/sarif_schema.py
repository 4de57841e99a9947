"""Turns a package of the npm registry into the schema of SARIF 2.1.0: downloaded once, told by its hash."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from tests.wheels import CACHE

# The schema as the SARIF committee published it in the catalogue of schemas; Microsoft's matchers for Jest carry it. MIT.
PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
MEMBER = "package/lib/schemas/sarif-2.1.0-rtm.5.json"
DIGEST = "2d99159ae54a3eea97f81781cff48780548657c35949f4b7f25e99a2ba4de4f8"


class NoNpmError(RuntimeError):
    """The schema is not in the cache, and there is no npm to fetch it."""


def schema() -> dict[str, Any]:
    """The schema. Raises NoNpmError; ValueError for another text than the one that is meant."""
    path = CACHE / f"sarif-{DIGEST[:12]}.json"
    if not path.exists():
        _download(path)
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != DIGEST:
        raise ValueError(f"{path} is not the schema that is meant")
    found: dict[str, Any] = json.loads(data)
    return found


def _download(path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NoNpmError("npm is not installed, so the schema of SARIF cannot be had")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        subprocess.run([npm, "pack", PACKAGE, "--silent"], cwd=folder, check=True, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            member = archive.extractfile(MEMBER)
            assert member is not None
            attempt = Path(folder) / "schema.json"
            attempt.write_bytes(member.read())
        # Another worker may have been faster, with the same text.
        attempt.replace(path)
