"""Turns a seed, a Python installation or a list of wheels into texts to be checked: made up, damaged, and other people's."""

from __future__ import annotations

import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.programs import Writer
from tests.marked import ROOT

FIXTURES = ROOT / "fixtures"
# What is put into other people's files: they rarely speak of DynamoDB, and what does not is not looked at.
CALLS = (
    b"\nimport boto3\ntable = boto3.resource('dynamodb').Table('t')\ntable.put_item(Item={'a': 1.5})\n",
    b"\ndef _dynalint(self, *a, **k):\n    response = self.table.scan(FilterExpression='a = b')\n    return [x for x in response['Items'] if x['a'] == 1]\n",
)
# What an editor, a bad merge or a bad disk puts into a file.
SCRAPS = (
    b"\x00",
    b"\r",
    b"\r\n",
    b"\f",
    b"\t",
    b"\\\n",
    b"(",
    b")",
    b"[",
    b"}",
    b"'",
    b'"""',
    b"#",
    b":",
    b";",
    b"\xff",
    b"\xe2\x80\xae",
    b"\xef\xbb\xbf",
    b"# -*- coding: latin-1 -*-\n",
    b"lambda: ",
    b"async ",
    b"await ",
    b"yield ",
    b"*",
    b"**",
    b" := ",
    b"if ",
    b"else ",
    b"for x in ",
    b"@",
    b"return ",
    b"0x",
    b"1e999",
    b"f'{",
    b"<<<<<<< HEAD\n",
    "\N{PILE OF POO}".encode(),
    "\N{FULLWIDTH LATIN SMALL LETTER A}".encode(),
    b"# type: ignore",
    b"# noqa: DYN",
    b"global table\n",
    b"del table\n",
    b".scan()",
    b"['Items']",
    b"{**",
    b"None",
    b"table",
)


def programs(first: int) -> Iterator[tuple[str, bytes]]:
    """A program for each seed."""
    seed = first
    while True:
        yield f"program {seed}", Writer(random.Random(seed).choice).program().encode("utf8", "surrogatepass")
        seed += 1


def damaged(first: int) -> Iterator[tuple[str, bytes]]:
    """A fixture for each seed, with a few places that are not what they were."""
    files = sorted(FIXTURES.rglob("*.py"))
    seed = first
    while True:
        dice = random.Random(seed)
        path = dice.choice(files)
        yield f"{path.relative_to(ROOT)}, damage {seed}", damage(path.read_bytes(), dice)
        seed += 1


def damage(data: bytes, dice: random.Random) -> bytes:
    """The bytes with a few of them lost, doubled, moved, or replaced by a scrap."""
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        a = dice.randrange(len(data) + 1)
        b = min(len(data), a + dice.choice((0, 0, 1, 2, 5, 40, 400)))
        c = dice.randrange(len(data) + 1)
        data = dice.choice(
            (
                data[:a] + data[b:],
                data[:b] + data[a:],
                data[:a] + dice.choice(SCRAPS) + data[b:],
                data[:a] + dice.choice(SCRAPS) + data[b:],
                data[:c] + data[a:b] + data[c:],
                data[:a] + bytes(byte ^ 1 << dice.randrange(8) for byte in data[a : a + 1]) + data[a + 1 :],
            )
        )
    return data


def pythons() -> list[Path]:
    """The test suites of the Python that runs, and of others beside it; none where a distribution leaves them out."""
    own = Path(sysconfig.get_paths()["stdlib"]) / "test"
    others = own.parents[3].glob("*/lib/python3*/test") if len(own.parents) > 3 else ()
    return [folder for folder in dict.fromkeys((own, *sorted(others))) if (folder / "test_grammar.py").exists()]


def folder(path: Path) -> Iterator[tuple[str, bytes]]:
    """All Python files below a folder, bad syntax and strange encodings among them, each with a call of DynamoDB's behind it."""
    for index, file in enumerate(sorted(path.rglob("*.py"))):
        data = file.read_bytes()
        yield str(file), data + CALLS[index % 2]
