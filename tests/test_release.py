"""What is released: a wheel and an sdist with all that they need and no more, which work where there is nothing else."""

from __future__ import annotations

import email
import importlib.metadata
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from email.message import Message
from pathlib import Path

import pytest

import dynalint
from tests.marked import ROOT
from tests.programs import BAD, GOOD, python, write

DATA = {"py.typed", "language/reserved_words.txt", "report/html.css", "service/model.json"}


def test_the_top_level_is_what_was_promised() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf8", check=False)
    if listed.returncode:
        pytest.skip("no repository")
    top = {line.partition("/")[0] for line in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} == {"LICENSE", "README.md", "docs", "dynalint", "fixtures", "pyproject.toml", "tests"}


def test_the_changelog_is_about_this_version() -> None:
    assert f"\n## {dynalint.__version__}" in (ROOT / "docs/changelog.md").read_text("utf8")
    assert importlib.metadata.version("dynalint") == dynalint.__version__


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with both packages; the wheel is made of the sdist."""
    pytest.importorskip("build", reason="the extra release is not installed")
    folder = tmp_path_factory.mktemp("dist")
    run = python("-m", "build", f"--outdir={folder}", ".", cwd=ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.mark.slow
class TestPackages:
    def metadata(self, wheel: Path) -> Message:
        with zipfile.ZipFile(wheel) as archive:
            name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            return email.message_from_bytes(archive.read(name))

    def test_twine_takes_them(self, built: Path) -> None:
        run = python("-m", "twine", "check", "--strict", *map(str, built.iterdir()), cwd=ROOT)
        assert run.returncode == 0, run.stdout
        assert run.stdout.count("PASSED") == 2

    def test_the_wheel_holds_the_package_and_nothing_else(self, wheel: Path) -> None:
        with zipfile.ZipFile(wheel) as archive:
            names = {name for name in archive.namelist() if ".dist-info/" not in name}
        package = ROOT / "dynalint"
        source = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"}
        assert names == {f"dynalint/{name}" for name in source}
        assert source >= DATA

    def test_the_metadata_is_true(self, wheel: Path) -> None:
        told = self.metadata(wheel)
        assert told["Version"] == dynalint.__version__
        assert (told["License-Expression"], told["License-File"]) == ("MIT", "LICENSE")
        assert {"flake8<8,>=7", "libcst>=1.1"} == {each for each in told.get_all("Requires-Dist", []) if "extra ==" not in each}
        tried = {f"Programming Language :: Python :: 3.{minor}" for minor in (11, 12, 13)}
        assert {each for each in told.get_all("Classifier", []) if "Python :: 3." in each} >= tried
        # There is no public address, and none is made up.
        assert told.get_all("Project-URL", []) == []

    def test_the_description_has_no_link_that_leads_nowhere(self, wheel: Path) -> None:
        text = str(self.metadata(wheel).get_payload())
        targets = re.findall(r"\]\(([^)\s]+)\)", text)
        assert [target for target in targets if not target.startswith("https://")] == []
        # Nothing but links is another.
        assert text == re.sub(r"\[([^]\n]+)\]\((?!https:)[^)\s]+\)", r"\1", (ROOT / "README.md").read_text("utf8"))
        assert "| DYN401 | scan-then-filter | guideline |" in text

    def test_the_wheel_works_where_there_is_nothing_else(self, wheel: Path, tmp_path: Path) -> None:
        venv.create(tmp_path / "venv", symlinks=True)
        programs = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
        write(tmp_path, {"code/app.py": BAD})

        def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run([str(programs / program), *words], cwd=tmp_path / "code", capture_output=True, encoding="utf8", check=False)

        # What is imported is compiled then; most of what is installed never is.
        words = ["install", "-q", "--no-compile", "--disable-pip-version-check", str(wheel)]
        installed = python("-m", "pip", f"--python={programs / 'python'}", *words, cwd=tmp_path)
        assert installed.returncode == 0, installed.stderr
        assert run("dynalint", "--version").stdout == f"dynalint {dynalint.__version__}\n"
        assert f"dynalint: {dynalint.__version__}" in run("flake8", "--version").stdout.replace("\n", " ")
        assert run("flake8", "--select=DYN", "app.py").stdout == run("dynalint", "check", "app.py").stdout != ""
        assert "<style>" in run("dynalint", "check", "--output-format=html", "app.py").stdout
        assert run("dynalint", "explain", "DYN601").stdout.startswith("# reserved-word (DYN601)")
        assert "pip install 'dynalint[lsp]'" in run("dynalint", "server").stderr
        api = "import dynalint; print(dynalint.fix(open('app.py').read(), unsafe=True).text, end='')"
        assert run("python", "-c", api).stdout == GOOD

    def test_the_sdist_can_run_the_tests(self, built: Path, tmp_path: Path) -> None:
        with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
            archive.extractall(tmp_path, filter="data")
        (source,) = tmp_path.iterdir()
        # All of them are collected, without which two files could not be chosen; what a failed assertion would say need not be worked out for all.
        words = ["-q", "-n0", "--assert=plain", "-p", "no:cacheprovider", "-k", "test_guideline or test_gate"]
        run = python("-m", "pytest", *words, cwd=source)
        assert run.returncode == 0, run.stdout[-2000:]
