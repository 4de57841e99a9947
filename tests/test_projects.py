"""Each project in `fixtures/projects` has the findings that its marks say, and no others: under flake8, from the command, and in an editor.

A project is a folder of twelve files or more, with marks as in the fixtures of rules. It is copied before it is checked, and made the root of a repository;
its own `setup.cfg` or `pyproject.toml` may set options.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from dynalint.server.checks import Checker
from dynalint.server.folders import Place
from dynalint.settings import settings_at
from tests.marked import ROOT, marks_in
from tests.programs import dynalint, flake8

PROJECTS = sorted(path for path in (ROOT / "fixtures" / "projects").iterdir() if path.is_dir())
_LINE = re.compile(r"^(?:\./)?(.+?):(\d+):\d+: (DYN\d{3}) ", re.MULTILINE)
Spot = tuple[str, int, str]

each_project = pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """The project as the root of a repository."""
    target = tmp_path / project.name
    shutil.copytree(project, target)
    (target / ".git").mkdir()
    return target


def modules(project: Path) -> list[Path]:
    return sorted(project.rglob("*.py"))


def marked(project: Path, kinds: Iterable[str] = ("fires", "false")) -> list[Spot]:
    """Where something fires, known false alarms included."""
    return sorted(
        (path.relative_to(project).as_posix(), mark.line, mark.code)
        for path in modules(project)
        for mark in marks_in(path.read_text(encoding="utf8"))
        if mark.kind in kinds
    )


def found_in(output: str) -> list[Spot]:
    return sorted((path, int(line), code) for path, line, code in _LINE.findall(output))


@each_project
def test_a_project_is_one(project: Path) -> None:
    files = [path for path in project.rglob("*") if path.is_file()]
    assert len(files) >= 12
    verdicts = Counter(bool(list(marks_in(path.read_text(encoding="utf8")))) for path in modules(project))
    assert verdicts[True] >= 2, "two modules or more have findings"
    assert verdicts[False] >= 2, "two modules or more have none"


@each_project
def test_the_command_finds_what_is_marked(project: Path, copy: Path) -> None:
    assert found_in(dynalint("check", "--output-format=concise", "--jobs=1", ".", cwd=copy).stdout) == marked(project)


@each_project
def test_flake8_finds_what_is_marked(project: Path, copy: Path) -> None:
    assert found_in(flake8("-j1", ".", cwd=copy).stdout) == marked(project)


@each_project
def test_an_editor_shows_what_is_marked(project: Path, copy: Path) -> None:
    settings = settings_at(copy)
    found = [
        (name, finding.span.line, finding.code)
        for path in modules(copy)
        for name in [path.relative_to(copy).as_posix()]
        for finding in Checker(settings, Place(path, copy)).findings(path.read_text(encoding="utf8"))
    ]
    assert sorted(found) == marked(project)


@each_project
def test_without_the_project_less_is_known(project: Path, copy: Path) -> None:
    """The marks would say nothing of what is read elsewhere, if each file had the same findings alone."""
    alone = found_in(dynalint("check", "--output-format=concise", "--jobs=1", "--follow-imports=no", "--project-tables=no", ".", cwd=copy).stdout)
    assert alone != marked(project)
