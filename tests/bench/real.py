"""Turns the pinned wheels into texts to measure with, and texts into files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from dynalint.gate import speaks_dynamodb
from tests.wheels import wheels

Texts = dict[str, str]
# As many files as the command is measured on: a large repository.
FILES = 12_000


@dataclass(frozen=True)
class Real:
    """Texts of real code, by their paths."""

    moto: Texts
    silent: Texts
    """Code without DynamoDB that the gate lets go, as most code is."""
    dense: Texts
    """Code of all wheels with DynamoDB that passes the gate."""
    mistaken: Texts
    """Code without DynamoDB that passes the gate all the same."""
    project: Texts
    """12,000 files, some with DynamoDB."""
    silent_project: Texts
    """As many without."""


def real_code(every: int = 1) -> Real:
    """What there is to measure with, from the pinned wheels; of each part, every such file."""
    texts = {wheel: dict(wheel.texts(wheel.members())) for wheel in wheels()}
    named = {wheel.name: each for wheel, each in texts.items()}
    passing = [(wheel, path, text) for wheel, each in texts.items() for path, text in each.items() if speaks_dynamodb(text)]
    loud = {path for _, path, _ in passing}
    # Those with DynamoDB come first in the list of wheels' names only by chance: take them from all alike.
    whole = {f"{wheel.name}/{path}": text for wheel, each in texts.items() for path, text in each.items()}
    quiet = {path: text for path, text in whole.items() if path.partition("/")[2] not in loud}
    return Real(
        moto=_some(named["moto"], every),
        silent=_some({path: text for path, text in named["django"].items() if not speaks_dynamodb(text)}, every),
        dense=_some({path: text for wheel, path, text in passing if wheel.speaks_dynamodb}, every),
        mistaken=_some({path: text for wheel, path, text in passing if not wheel.speaks_dynamodb}, every),
        project=_some(_to_number(whole, FILES), every),
        silent_project=_some(_to_number(quiet, FILES), every),
    )


@contextmanager
def on_disk(texts: Texts) -> Iterator[Path]:
    """A folder with the texts in files of these paths: a project of its own."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        (folder / ".git").mkdir()
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode("utf8", "surrogatepass"))
        yield folder


def _some(texts: Texts, every: int) -> Texts:
    return dict(list(texts.items())[::every])


def _to_number(texts: Texts, number: int) -> Texts:
    """So many of the texts, from all parts of the list alike."""
    paths = list(texts)
    return {paths[index * len(paths) // number]: texts[paths[index * len(paths) // number]] for index in range(min(number, len(paths)))}
