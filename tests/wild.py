"""Turns pinned wheels of real code into findings, and compares them with the recorded list: what does a change do to real code?

`python -m tests.wild` exits with 1 where findings differ from `fixtures/wild/findings.tsv`, where there is one in code without DynamoDB, where a
rule crashes (DYN000), and where a file takes too long. With `--update` it writes the list anew; the verdicts and notes of what is still found stay.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dynalint.engine import INTERNAL_ERROR, check
from dynalint.findings import Finding
from tests.wheels import WILD, Wheel, wheels

FINDINGS = WILD / "findings.tsv"
HEADER = "wheel\tpath\tline\tcode\tverdict\tnote\n"
SECONDS_A_FILE = 10.0
FILES_A_TASK = 100
# A file that is not done by now never will be: the worker says where it is and ends.
GIVE_UP_AFTER = 120.0

Check = Callable[[str, str], list[Finding]]


@dataclass(frozen=True, order=True)
class Row:
    """One finding in one wheel, and what a person who has looked at the place says of it."""

    wheel: str
    path: str
    line: int
    code: str
    verdict: str = field(default="", compare=False)
    note: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.wheel}\t{self.path}\t{self.line}\t{self.code}\t{self.verdict}\t{self.note}\n"


@dataclass(frozen=True)
class Survey:
    """What was found in some files, and what must not happen to any."""

    rows: tuple[Row, ...] = ()
    troubles: tuple[str, ...] = ()
    files: int = 0


def survey(wild: Iterable[Wheel], check: Check = check, jobs: int = 1, seconds: float = SECONDS_A_FILE) -> Survey:
    """Check every Python file of the wheels."""
    tasks = [(wheel, members[at : at + FILES_A_TASK]) for wheel in wild for members in [wheel.members()] for at in range(0, len(members), FILES_A_TASK)]
    work = partial(_survey, check, seconds)
    if jobs == 1:
        parts = [work(task) for task in tasks]
    else:
        with ProcessPoolExecutor(jobs) as pool:
            parts = list(pool.map(work, tasks))
    return Survey(
        rows=tuple(sorted(row for part in parts for row in part.rows)),
        troubles=tuple(sorted(trouble for part in parts for trouble in part.troubles)),
        files=sum(part.files for part in parts),
    )


def _survey(check: Check, seconds: float, task: tuple[Wheel, list[str]]) -> Survey:
    wheel, members = task
    rows: list[Row] = []
    troubles: list[str] = []
    for path, text in wheel.texts(members):
        faulthandler.dump_traceback_later(GIVE_UP_AFTER, exit=True)
        start = time.process_time()
        findings = check(text, path)
        took = time.process_time() - start
        faulthandler.cancel_dump_traceback_later()
        rows += [Row(wheel.name, path, finding.span.line, finding.code) for finding in findings]
        troubles += [f"{wheel.name} {path}:{each.span.line}: {each.code} {each.message}" for each in findings if each.code == INTERNAL_ERROR]
        if findings and not wheel.speaks_dynamodb:
            troubles.append(f"{wheel.name} {path}:{findings[0].span.line}: {findings[0].code} in code without DynamoDB")
        if took > seconds:
            troubles.append(f"{wheel.name} {path}: took {took:.1f} s, and no file may take more than {seconds:g}")
    return Survey(tuple(rows), tuple(troubles), len(members))


def recorded(path: Path) -> list[Row]:
    """The rows of a recorded list; none where there is no list yet."""
    if not path.is_file():
        return []
    rows = (line.split("\t") for line in path.read_text("utf8").splitlines()[1:])
    return [Row(wheel, place, int(line), code, verdict, note) for wheel, place, line, code, verdict, note in rows]


def differences(found: Iterable[Row], known: Iterable[Row]) -> Iterator[str]:
    """What is found and not recorded, and what is recorded and not found."""
    new, gone = Counter(found), Counter(known)
    yield from (f"+ {row.wheel} {row.path}:{row.line} {row.code}" for row in sorted((new - gone).elements()))
    yield from (f"- {row.wheel} {row.path}:{row.line} {row.code} {row.verdict} {row.note}".rstrip() for row in sorted((gone - new).elements()))


def write(path: Path, found: Iterable[Row]) -> None:
    """Record what is found, with the verdict and the note that a row already has."""
    known = {row: row for row in recorded(path)}
    path.write_text(HEADER + "".join(str(known.get(row, row)) for row in sorted(found)), "utf8")


def main(arguments: list[str]) -> int:
    """Survey the pinned wheels; 0 where all is as recorded."""
    parser = argparse.ArgumentParser(prog="python -m tests.wild", description="Compare what is found in pinned wheels of real code with the recorded list.")
    parser.add_argument("--update", action="store_true", help="write the list anew; verdicts and notes of what is still found stay")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="worker processes (default: one for each processor)")
    parsed = parser.parse_args(arguments)
    return report(survey(wheels(), jobs=parsed.jobs), FINDINGS, update=parsed.update)


def report(found: Survey, path: Path, *, update: bool) -> int:
    """Print what differs from the recorded list and what went wrong; 0 where there is neither."""
    if update:
        write(path, found.rows)
    wrong = [*differences(found.rows, recorded(path)), *found.troubles]
    print("\n".join([*wrong, f"{len(found.rows)} findings in {found.files} files of real code, {len(wrong) or 'nothing'} amiss"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
