"""What docs/security.md promises: code is read and never run, nothing else is read or asked, and no output turns on who reads it."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import subprocess
import sys
import time
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest

from dynalint.report import FORMATS
from tests.marked import ROOT
from tests.programs import BAD, write

PACKAGE = ROOT / "dynalint"
MODULES = sorted(PACKAGE.rglob("*.py"))
# What reaches other machines, runs programs, or makes objects of bytes. The server's pygls speaks through standard input and output alone.
# What they do with it: ask where libcst is installed, without importing it; read nodes of YAML, of which no object is made.
HARMLESS = {"cache.py": {"importlib.util"}, "templates/documents.py": {"yaml"}}
UNWANTED = {
    "socket",
    "ssl",
    "http",
    "urllib.request",
    "ftplib",
    "smtplib",
    "xmlrpc",
    "socketserver",
    "subprocess",
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "joblib",
    "ctypes",
    "runpy",
    "importlib.util",
    "imp",
    "code",
    "requests",
    "httpx",
    "yaml",
    "webbrowser",
    "asyncio.subprocess",
}
# `compile` is not among them: it makes code, and runs none.
CALLS = {"eval", "exec", "execfile", "os.system", "os.popen", "os.execv", "os.spawnv", "os.startfile"}
# Runs the command with a list of everything that Python is asked for on the way: files, modules, programs, connections.
WATCHED = """
import json, socket, sys
seen = []
def watch(event, arguments):
    if event in ("open", "import", "subprocess.Popen", "os.system", "exec") or event.startswith("socket."):
        seen.append((event, str(arguments[0] if event != "exec" else arguments[0].co_filename)))
def never(*_, **__):
    raise AssertionError("a connection")
socket.socket = socket.create_connection = socket.getaddrinfo = never
from dynalint.cli import main
sys.addaudithook(watch)
code = main(sys.argv[2:])
done = list(seen)
with open(sys.argv[1], "w") as file:
    json.dump([code, done], file)
"""


def watched(folder: Path, *words: str) -> tuple[int, list[tuple[str, str]], str]:
    """Exit code, what was asked of Python, and what was printed, by the command in a folder."""
    report = folder.parent / "watched.json"
    run = subprocess.run([sys.executable, "-c", WATCHED, str(report), *words], cwd=folder, capture_output=True, encoding="utf8", check=False)
    assert report.exists(), run.stderr
    code, seen = json.loads(report.read_text("utf8"))
    return code, [(event, what) for event, what in seen], run.stdout


class TestCodeIsOnlyRead:
    TRAP = "open('trap.txt', 'w').write('sprung')\nimport helper\nhelper.spring()\n" + BAD
    HELPER = "open('trap.txt', 'w').write('sprung')\ndef spring(): open('trap.txt', 'w').write('sprung')\nNAME = 'users'\n"

    def test_neither_a_file_nor_what_it_imports_is_run(self, tmp_path: Path) -> None:
        project = tmp_path / "project"
        write(project, {"app.py": self.TRAP, "helper.py": self.HELPER, "conftest.py": self.HELPER, "setup.py": self.HELPER, "sitecustomize.py": self.HELPER})
        code, seen, printed = watched(project, "check", "--jobs=1", ".")
        assert code == 1
        assert "DYN101" in printed
        assert not (project / "trap.txt").exists()
        assert ("import", "helper") not in seen
        assert not [what for event, what in seen if event == "exec" and str(project) in what]

    def test_no_connection_and_no_program(self, tmp_path: Path) -> None:
        project = tmp_path / "project"
        write(project, {"app.py": BAD})
        _, seen, _ = watched(project, "check", "--jobs=1", "--output-format=sarif", ".")
        assert not [(event, what) for event, what in seen if event.startswith("socket.") or event in ("subprocess.Popen", "os.system")]

    @pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
    def test_no_module_imports_or_calls_what_could(self, module: Path) -> None:
        unwanted = UNWANTED - HARMLESS.get(module.relative_to(PACKAGE).as_posix(), set())
        for node in ast.walk(ast.parse(module.read_text("utf8"))):
            if isinstance(node, ast.Import):
                assert not {alias.name for alias in node.names} & unwanted
            elif isinstance(node, ast.ImportFrom):
                assert node.module not in unwanted
                assert not {f"{node.module}.{alias.name}" for alias in node.names} & unwanted
            elif isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                assert name not in CALLS, f"{module}: {name}"
                assert name != "importlib.import_module" or module.name in {"rule.py", "cli.py", "__init__.py"}, f"{module} imports by name"


class TestNothingOutsideIsRead:
    @staticmethod
    def outside(folder: Path) -> list[str]:
        """The files that are read in the folder beside the project, while the project is checked."""
        _, seen, _ = watched(folder / "project", "check", "--jobs=1", ".")
        return [what for event, what in seen if event == "open" and str(folder / "outside") in str(Path(what).resolve())]

    def test_imports_that_lead_out(self, tmp_path: Path) -> None:
        app = "from ..outside import secret\nfrom ...outside.secret import NAME\nimport outside.secret\nfrom outside import *\n" + BAD.replace(
            '"users"', "NAME"
        )
        write(
            tmp_path,
            {
                "project/.git/HEAD": "",
                "project/app.py": app,
                "project/pkg/__init__.py": "",
                "project/pkg/app.py": app,
                "outside/__init__.py": "",
                "outside/secret.py": "NAME = 'x'\n",
            },
        )
        assert self.outside(tmp_path) == []

    def test_links_that_lead_out(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "project/.git/HEAD": "",
                "project/app.py": "from linked import NAME\nfrom folder.secret import NAME\n" + BAD,
                "outside/secret.py": "NAME = 'x'\n" + BAD,
            },
        )
        (tmp_path / "project" / "linked.py").symlink_to(tmp_path / "outside" / "secret.py")
        (tmp_path / "project" / "folder").symlink_to(tmp_path / "outside")
        assert self.outside(tmp_path) == [], "neither as what is imported nor as what is below a folder that is named"

    def test_the_watch_sees_what_is_read(self, tmp_path: Path) -> None:
        write(tmp_path, {"project/app.py": BAD})
        _, seen, _ = watched(tmp_path / "project", "check", "--jobs=1", ".")
        assert any(event == "open" and what.endswith("app.py") for event, what in seen)


class TestOutput:
    """Names and code of others come to a terminal, a page or a log: they stay text there."""

    EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m<script>alert(1)</script><img src=x onerror=alert(1)>\u202e\u2066\u200b\x08\r::error::x"
    # In a name of a file: neither `/` nor NUL, and short enough.
    FILE = "a\x1b[31m<script>x<b>\u202e\x08.py"

    @pytest.fixture(scope="class")
    @classmethod
    def project(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = tmp_path_factory.mktemp("evil")
        attribute = cls.EVIL.encode("unicode_escape").decode()
        text = (
            f"{BAD}\n# {cls.EVIL}\n".replace("\r", "")
            + f"boto3.client('dynamodb').create_table(TableName='{attribute}', KeySchemas=1, BillingMode='{attribute}')\n"
        )
        text += f"boto3.resource('dynamodb').Table('t').scan(FilterExpression='{attribute} = :v')  # {cls.EVIL}\n".replace("\r", "")
        write(folder, {cls.FILE: text})
        return folder

    @pytest.mark.parametrize("form", sorted(FORMATS))
    def test_no_sign_that_a_terminal_obeys(self, form: str, project: Path) -> None:
        run = subprocess.run(
            [sys.executable, "-m", "dynalint", "check", "--isolated", f"--output-format={form}", "."], cwd=project, capture_output=True, check=False
        )
        text = run.stdout.decode("utf8")
        assert "DYN101" in text
        wrong = {char for char in text if char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf")}
        assert not wrong, sorted(map(ascii, wrong))

    def test_a_page_has_no_script(self, project: Path) -> None:
        run = subprocess.run(
            [sys.executable, "-m", "dynalint", "check", "--isolated", "--output-format=html", "."], cwd=project, capture_output=True, check=False
        )
        tree = html5lib.parse(run.stdout.decode("utf8"), namespaceHTMLElements=False)
        elements = list(tree.iter())
        assert not [each.tag for each in elements if each.tag in ("script", "img", "iframe", "object", "embed", "link", "base")]
        assert not [name for each in elements if isinstance(each.tag, str) for name in each.attrib if str(name).lower().startswith("on")]

    def test_paths_in_sarif_are_relative(self, project: Path) -> None:
        run = subprocess.run(
            [sys.executable, "-m", "dynalint", "check", "--isolated", "--output-format=sarif", str(project)], cwd=project, capture_output=True, check=False
        )
        results = json.loads(run.stdout)["runs"][0]["results"]
        places = [place["physicalLocation"]["artifactLocation"] for each in results for place in each["locations"]]
        assert places
        assert {place["uriBaseId"] for place in places} == {"%SRCROOT%"}
        assert all("://" not in place["uri"] and not place["uri"].startswith("/") for place in places)
        assert str(project) not in run.stdout.decode("utf8")


@pytest.mark.skipif(not os.environ.get("DYNALINT_LONG"), reason="takes a minute: with DYNALINT_LONG set")
class TestRegularExpressions:
    """None takes more than its share of time on a text made for it: twenty thousand characters that are nearly what it looks for."""

    LENGTH = 20_000
    MOST_SECONDS = 0.5

    @staticmethod
    def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
        for module in MODULES:
            name = ".".join(module.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            if name.endswith("__main__"):
                continue
            for key, value in vars(importlib.import_module(name)).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield f"{name}.{key}", value
                elif name == "dynalint.gate" and isinstance(value, str) and not key.startswith("__"):
                    yield f"{name}.{key}", re.compile(value)  # compiled when it is needed

    @staticmethod
    def pumps(pattern: str) -> set[str]:
        """Pieces of texts that the pattern may run along without coming to an end."""
        words = set(re.findall(r"[A-Za-z_]{2,}|[^\w\s\\\[\]{}^$]", re.sub(r"\\[A-Za-z]|\(\?[P<:=!i][^>)]*", " ", pattern)))
        kept = sorted(words, key=lambda word: (len(word), word))
        kept = kept[:5] + kept[-2:]
        return {end.format(word.replace("{", "{{").replace("}", "}}")) for word in kept for end in ("{}", "{} ", "{}: ")} | {
            " ",
            "\t",
            "\n",
            "a",
            "a ",
            "a.",
            "1,",
            "(",
        }

    def test_in_time(self) -> None:
        slow = []
        seen = 0
        for name, pattern in self.patterns():
            for pump in self.pumps(pattern.pattern):
                text = pump * (self.LENGTH // len(pump)) + "\0"
                start = time.process_time()
                pattern.search(text)
                pattern.match(text)
                if (took := time.process_time() - start) > self.MOST_SECONDS:
                    slow.append(f"{name} takes {took:.1f} s on {pump!r} * n")
                seen += 1
        assert seen > 500
        assert slow == []


class TestPinnedPackages:
    """What continuous integration installs is known by its hashes, and is what pyproject.toml asks for."""

    PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    LISTS = ("lock.txt", "lock-oldest.txt")

    @staticmethod
    def pinned(name: str) -> dict[str, str]:
        """Versions by the names of the packages in a list, each of which has hashes."""
        entries = re.split(r"^(?=\w)", (ROOT / ".ci" / name).read_text("utf8"), flags=re.MULTILINE)[1:]
        assert entries
        assert all("--hash=sha256:" in entry for entry in entries)
        return {entry.partition("==")[0].lower(): entry.partition("==")[2].split()[0] for entry in entries}

    @pytest.mark.parametrize("name", LISTS)
    def test_all_that_is_asked_for_is_there(self, name: str) -> None:
        wanted = [*self.PROJECT["dependencies"], *(each for extra in ("lsp", "walk", "test", "lint") for each in self.PROJECT["optional-dependencies"][extra])]
        names = {re.split(r"[\[<>=!~; ]", each)[0].lower() for each in wanted} - {"dynalint"}
        assert names <= self.pinned(name).keys(), "run `bash .ci/lock`"

    def test_the_oldest_are_those_that_are_promised(self) -> None:
        promised = dict(re.findall(r"^([\w-]+)>=([\d.]+)", "\n".join(self.PROJECT["dependencies"]), re.MULTILINE))
        assert len(promised) == len(self.PROJECT["dependencies"])
        pinned = self.pinned("lock-oldest.txt")
        for name, version in promised.items():
            assert pinned[name].startswith(version), "run `bash .ci/lock`"
