"""The hooks: a real git repository, in which pre-commit installs dynalint from its own repository, stops a commit, and mends what it can."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.marked import ROOT
from tests.programs import BAD, BAD_LINE, GOOD, write
from tests.programs import dynalint as command

pytestmark = pytest.mark.slow
IDENTITY = {f"GIT_{who}_{what}": "nobody@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
PACKAGED = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")


class Repository:
    """A git repository in a scratch folder, on which nothing of this machine's git and pre-commit settings has a say."""

    def __init__(self, folder: Path, cache: Path) -> None:
        folder.mkdir()
        self.folder = folder
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "FLAKE8"))}
        apart = {"PRE_COMMIT_HOME": str(cache), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        # What is imported is compiled then; most of what pre-commit installs never is.
        self._env = outside | IDENTITY | apart | {"PIP_NO_COMPILE": "1"}
        self.git("init", "--quiet")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, cwd=self.folder, env=self._env, capture_output=True, text=True, check=False)

    def git(self, *words: str) -> str:
        run = self.run("git", *words)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout.strip()

    def pre_commit(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "pre_commit", *words)

    def stage(self, **files: str) -> None:
        write(self.folder, {f"{name}.py": text for name, text in files.items()})
        self.git("add", "--all")


@pytest.fixture(scope="module")
def dynalint(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository that holds what an installation of dynalint needs, as it is in the working tree."""
    scratch = tmp_path_factory.mktemp("hook")
    repository = Repository(scratch / "dynalint", scratch / "cache")
    for name in PACKAGED:
        shutil.copy(ROOT / name, repository.folder)
    shutil.copytree(ROOT / "dynalint", repository.folder / "dynalint", ignore=shutil.ignore_patterns("__pycache__"))
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "-m", "dynalint")
    return repository


@pytest.fixture
def project(tmp_path: Path, dynalint: Repository) -> Repository:
    """Somebody's project. Its hooks are installed once for all tests, in the cache of the other repository."""
    return Repository(tmp_path / "project", dynalint.folder.parent / "cache")


def test_try_repo_reports_the_bad_file_only(dynalint: Repository, project: Repository) -> None:
    project.stage(bad=BAD, good=GOOD)
    run = project.pre_commit("try-repo", str(dynalint.folder), "dynalint", "--all-files")
    assert run.returncode == 1, run.stdout + run.stderr
    assert f"bad.py:{BAD_LINE}:" in run.stdout
    assert "DYN101" in run.stdout
    assert "good.py" not in run.stdout


def configured(dynalint: Repository, project: Repository, hook: str, *args: str) -> None:
    """The project with one of the hooks installed."""
    revision = dynalint.git("rev-parse", "HEAD")
    hooks = f"repos:\n- repo: {dynalint.folder}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n    args: [{', '.join(args)}]\n"
    write(project.folder, {".pre-commit-config.yaml": hooks})
    installed = project.pre_commit("install")
    assert installed.returncode == 0, installed.stdout + installed.stderr


@pytest.mark.parametrize(("hook", "option"), [("dynalint", "--provisioned-tables=ledger"), ("dynalint-flake8", "--dynalint-provisioned-tables=ledger")])
def test_a_bad_commit_is_stopped_and_a_good_one_passes(dynalint: Repository, project: Repository, hook: str, option: str) -> None:
    configured(dynalint, project, hook, option)
    project.stage(app=BAD, allowed=BAD.replace("users", "ledger"))
    stopped = project.run("git", "commit", "-m", "bad")
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert f"app.py:{BAD_LINE}:" in stopped.stderr + stopped.stdout
    assert "allowed.py" not in stopped.stderr + stopped.stdout

    project.stage(app=GOOD)
    passed = project.run("git", "commit", "-m", "good")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert project.git("log", "--format=%s") == "good"


def test_the_project_s_configuration_counts_and_what_it_excludes_is_left_out(dynalint: Repository, project: Repository) -> None:
    configured(dynalint, project, "dynalint")
    write(
        project.folder,
        {"pyproject.toml": '[tool.dynalint]\nextend-exclude = ["made"]\nprovisioned-tables = ["users"]\n', "made/app.py": BAD.replace("users", "x")},
    )
    project.stage(app=BAD, other=GOOD)
    passed = project.run("git", "commit", "-m", "good")
    assert passed.returncode == 0, passed.stdout + passed.stderr


def test_the_name_of_a_folder_around_the_project_excludes_nothing(tmp_path: Path) -> None:
    write(tmp_path / "build", {"shop/app.py": BAD, "shop/build/app.py": BAD})
    run = command("check", "--force-exclude=yes", "app.py", "build/app.py", cwd=tmp_path / "build" / "shop")
    assert [line.split(":")[0] for line in run.stdout.splitlines() if "DYN" in line] == ["app.py"]


def test_a_notebook_is_checked_too(dynalint: Repository, project: Repository) -> None:
    configured(dynalint, project, "dynalint")
    write(project.folder, {"app.ipynb": json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "source": BAD}]})})
    project.stage()
    stopped = project.run("git", "commit", "-m", "bad")
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert "DYN101" in stopped.stderr + stopped.stdout


def test_the_fixing_hook_mends_and_the_second_commit_passes(dynalint: Repository, project: Repository) -> None:
    text = (
        'import boto3\n\nboto3.resource("dynamodb").Table("orders").update_item(\n'
        '    Key={"pk": "1"}, UpdateExpression="SET status = :s", ExpressionAttributeValues={":s": "new"}\n)\n'
    )
    configured(dynalint, project, "dynalint-fix")
    project.stage(app=text, good=GOOD)
    stopped = project.run("git", "commit", "-m", "fixed")
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert "files were modified by this hook" in stopped.stderr + stopped.stdout
    mended = (project.folder / "app.py").read_text(encoding="utf8")
    assert mended.count("#status") == 2
    assert (project.folder / "good.py").read_text(encoding="utf8") == GOOD

    project.git("add", "--all")
    passed = project.run("git", "commit", "-m", "fixed")
    assert passed.returncode == 0, passed.stdout + passed.stderr


def test_the_fixing_hook_reports_what_it_must_not_mend(dynalint: Repository, project: Repository) -> None:
    configured(dynalint, project, "dynalint-fix")
    project.stage(app=BAD)
    stopped = project.run("git", "commit", "-m", "bad")
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert f"app.py:{BAD_LINE}:" in stopped.stderr + stopped.stdout
    assert (project.folder / "app.py").read_text(encoding="utf8") == BAD
