"""What flake8 does with findings, tried with flake8 itself: columns, noqa, options, workers, standard input."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dynalint
from dynalint.engine import check
from dynalint.flake8_plugin import MOST_SILENT, _Run
from dynalint.imports import _parsed, read
from dynalint.options import Options
from dynalint.report import text as report
from dynalint.surroundings import Surroundings
from tests.marked import ROOT, Fixture, fixtures
from tests.programs import BAD, BAD_LINE, GOOD, flake8, python, write

AUDIT_RULE = '''\
from __future__ import annotations

from dynalint.facts import Operation
from dynalint.rule import Findings, rule


@rule(code="DYN999", name="any-operation", group="audit", since="0.1.0", aws="")
def check(operation: Operation) -> Findings:
    """Any operation."""
    yield operation.finding("an operation")
'''


def codes(output: str) -> list[str]:
    return re.findall(r":\d+:\d+: (\w+)", output)


def test_reports_place_code_and_message(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": BAD, "good.py": GOOD})
    run = flake8(cwd=tmp_path)
    assert run.stdout.splitlines() == [report.line("./app.py", finding) for finding in check(BAD)]
    assert codes(run.stdout) == ["DYN101"]
    assert run.stdout.startswith(f"./app.py:{BAD_LINE}:")
    assert run.returncode == 1


def test_is_on_without_being_selected(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": BAD})
    assert codes(python("-m", "flake8", cwd=tmp_path).stdout) == ["DYN101"]
    assert f"dynalint: {dynalint.__version__}" in python("-m", "flake8", "--version", cwd=tmp_path).stdout


def by_options() -> dict[str, list[Fixture]]:
    """The fixtures that one run of flake8 can check together, by the flags for it."""
    groups: dict[str, list[Fixture]] = {}
    for fixture in fixtures():
        flags = (f"--dynalint-{name.replace('_', '-')}={value}" for name, value in fixture.option_texts.items())
        groups.setdefault(" ".join(flags), []).append(fixture)
    return groups


@pytest.mark.parametrize(("flags", "group"), by_options().items(), ids=lambda value: value if isinstance(value, str) else "")
def test_says_what_the_engine_says(flags: str, group: list[Fixture], tmp_path: Path) -> None:
    paths = {fixture: f"{fixture.path.stem}/{fixture.checked_as}" for fixture in group}
    write(tmp_path, {path: fixture.text for fixture, path in paths.items()})
    said = sorted(report.line(f"./{path}", finding) for fixture, path in paths.items() for finding in fixture.findings())
    # They are no project: none tells another of its tables.
    alone = ("--dynalint-project-tables=no", "--dynalint-follow-imports=no")
    assert sorted(flake8("--disable-noqa", *alone, *flags.split(), cwd=tmp_path).stdout.splitlines()) == said


@pytest.mark.parametrize("before", ["", "    ", "\t", 'x = "naïve"; ', 'x = "日本語"; ', 'x = "🙈🙉🙊"; '])
def test_column_counts_characters_from_one(tmp_path: Path, before: str) -> None:
    call = 'boto3.client("dynamodb").create_table(TableName="users", BillingMode="PROVISIONED")'
    text = f"import boto3\n{'if True:' if before.isspace() else ''}\n{before}{call}\n"
    write(tmp_path, {"app.py": text})
    columns = [int(column) for column in re.findall(r"app\.py:3:(\d+): DYN101", flake8(cwd=tmp_path).stdout)]
    finding = next(finding for finding in check(text) if finding.code == "DYN101")
    assert columns == [finding.span.column + 1]
    assert f"{before}{call}"[columns[0] - 1 :].startswith(("create_table(", "BillingMode=", '"PROVISIONED"'))


class TestNoqa:
    @pytest.mark.parametrize("line", range(3, BAD.count("\n") + 1))
    def test_silences_on_any_line_of_the_logical_line(self, tmp_path: Path, line: int) -> None:
        rows = BAD.splitlines()
        rows[line - 1] += "  # noqa: DYN101"
        write(tmp_path, {"app.py": "\n".join(rows)})
        assert flake8(cwd=tmp_path).stdout == ""

    @pytest.mark.parametrize(
        ("comment", "left"), [("noqa", []), ("noqa: DYN", []), ("noqa:DYN1,E501", []), ("noqa: DYN102", ["DYN101"]), ("no qa", ["DYN101"])]
    )
    def test_means_the_codes_that_it_names(self, tmp_path: Path, comment: str, left: list[str]) -> None:
        write(tmp_path, {"app.py": BAD.rstrip() + f"  # {comment}\n"})
        assert codes(flake8(cwd=tmp_path).stdout) == left

    def test_does_not_reach_beyond_the_logical_line(self, tmp_path: Path) -> None:
        write(tmp_path, {"app.py": BAD.replace("import boto3", "import boto3  # noqa: DYN101") + "\n# noqa: DYN101\n"})
        assert codes(flake8(cwd=tmp_path).stdout) == ["DYN101"]

    def test_silences_a_file(self, tmp_path: Path) -> None:
        write(tmp_path, {"app.py": "# flake8: noqa\n" + BAD})
        assert flake8(cwd=tmp_path).stdout == ""


class TestConfiguration:
    @pytest.mark.parametrize(
        ("file", "name", "value"),
        [
            ("setup.cfg", "dynalint-provisioned-tables", "users"),
            ("tox.ini", "dynalint_provisioned_tables", "orders, user*"),
            (".flake8", "dynalint-provisioned-tables", "\n    orders\n    users"),
        ],
    )
    def test_options_come_from_every_file_of_flake8(self, tmp_path: Path, file: str, name: str, value: str) -> None:
        write(tmp_path, {"app.py": BAD, file: f"[flake8]\n{name} = {value}\n"})
        assert flake8(cwd=tmp_path).stdout == ""

    def test_the_command_line_wins(self, tmp_path: Path) -> None:
        write(tmp_path, {"app.py": BAD, ".flake8": "[flake8]\ndynalint-provisioned-tables = users\n"})
        assert codes(flake8("--dynalint-provisioned-tables=orders", cwd=tmp_path).stdout) == ["DYN101"]

    def test_codes_in_a_file(self, tmp_path: Path) -> None:
        write(tmp_path, {"app.py": BAD, ".flake8": "[flake8]\nextend-ignore = DYN101\n"})
        assert flake8(cwd=tmp_path).stdout == ""

    def test_per_file_ignores(self, tmp_path: Path) -> None:
        write(tmp_path, {"app.py": BAD, "scripts/job.py": BAD, ".flake8": "[flake8]\nper-file-ignores =\n    scripts/*: DYN1\n"})
        assert [line.partition(":")[0] for line in flake8(cwd=tmp_path).stdout.splitlines()] == ["./app.py"]

    @pytest.mark.parametrize(
        ("option", "value", "takes"),
        [("check-tests", "maybe", "yes or no"), ("enable", "DYN101", "audit"), ("time-sensitive", "se$$ion", "letters"), ("tables", "a-b", "self.store")],
    )
    def test_a_bad_value_is_an_error_that_names_the_option(self, tmp_path: Path, option: str, value: str, takes: str) -> None:
        write(tmp_path, {"app.py": GOOD, "bad.cfg": f"[flake8]\ndynalint-{option} = {value}\n"})
        for words in ([f"--dynalint-{option}={value}"], ["--config=bad.cfg"]):
            run = flake8(*words, cwd=tmp_path)
            assert run.returncode == 2
            assert f"--dynalint-{option} takes " in run.stderr
            assert takes in run.stderr
            assert repr(value) in run.stderr
            assert "Traceback" not in run.stderr

    def test_every_option_is_in_the_help(self, tmp_path: Path) -> None:
        usage = flake8("--help", cwd=tmp_path).stdout
        assert all(f"--dynalint-{name.replace('_', '-')} " in usage for name in Options.__dataclass_fields__)


ALONE = ("", "--select=DYN", "--ignore=E501", "--select=DYN999", "--extend-select=DYN9 --ignore=E")
VALUES = ("audit", "DYN999", "any-operation")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The codes that each command line gives. One process runs them all: it has to import the rules anew, and one more."""
    folder = tmp_path_factory.mktemp("audit")
    write(folder, {"app.py": GOOD, "more/dyn999_any_operation.py": AUDIT_RULE})
    words = [*ALONE, *(f"--dynalint-enable={value} {more}=DYN999" for value in VALUES for more in ("--select", "--extend-ignore"))]
    code = (
        "import sys, dynalint.rules; dynalint.rules.__path__.append('more'); from flake8.main.cli import main\n"
        "for words in sys.argv[1:]: print('#', words, flush=True); main([*words.split(), '-j1', 'app.py'])"
    )
    run = python("-c", code, *words, cwd=folder)
    assert run.stderr == ""
    return {line: codes(text) for line, _, text in (part.partition("\n") for part in run.stdout.split("# ")[1:])}


class TestAudit:
    """Rules that are off by default, tried with one that fires everywhere."""

    @pytest.mark.parametrize("words", ALONE)
    def test_flake8_alone_cannot_switch_one_on(self, said: dict[str, list[str]], words: str) -> None:
        assert said[words] == []

    @pytest.mark.parametrize("value", VALUES)
    def test_our_own_option_does(self, said: dict[str, list[str]], value: str) -> None:
        assert said[f"--dynalint-enable={value} --select=DYN999"] == ["DYN999"]
        assert "DYN999" not in said[f"--dynalint-enable={value} --extend-ignore=DYN999"]


class TestWorkers:
    @pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
    def test_options_reach_them(self, tmp_path: Path, method: str) -> None:
        names = [f"app{number}.py" for number in range(6)]
        write(tmp_path, {**dict.fromkeys(names, BAD), "allowed.py": BAD.replace("users", "ledger")})
        code = (
            f"import multiprocessing, sys; multiprocessing.set_start_method({method!r})\n"
            "from flake8.main.cli import main; sys.exit(main(['-j2', '--select=DYN', '--dynalint-provisioned-tables=ledger']))"
        )
        run = python("-c", code, cwd=tmp_path)
        assert run.stderr == ""
        assert [line.split(": ")[0] for line in run.stdout.splitlines()] == [f"./{name}:{BAD_LINE}:{check(BAD)[0].span.column + 1}" for name in names]


class TestStandardInput:
    def test_the_display_name_is_the_path(self, tmp_path: Path) -> None:
        run = flake8("--stdin-display-name", "src/app.py", "-", cwd=tmp_path, text=BAD)
        assert run.stdout.startswith(f"src/app.py:{BAD_LINE}:")

    def test_the_display_name_says_what_is_a_test(self, tmp_path: Path) -> None:
        assert flake8("--stdin-display-name", "tests/test_app.py", "-", cwd=tmp_path, text=BAD).stdout == ""
        assert codes(flake8("--stdin-display-name", "tests/test_app.py", "--dynalint-check-tests=yes", "-", cwd=tmp_path, text=BAD).stdout) == ["DYN101"]


class TestFiles:
    @pytest.mark.parametrize(
        "data",
        [
            BAD.encode("utf-8-sig"),
            b"# coding: latin-1\n# \xe9\n" + BAD.encode(),
            BAD.replace("\n", "\r\n").encode(),
            BAD.replace("\n\n", "\n\f\n").encode(),
            BAD.rstrip().encode(),
        ],
        ids=["byte order mark", "latin-1", "CRLF", "form feed", "no newline at the end"],
    )
    def test_any_text_that_python_takes(self, tmp_path: Path, data: bytes) -> None:
        write(tmp_path, {"app.py": data})
        assert codes(flake8(cwd=tmp_path).stdout) == ["DYN101"]

    def test_broken_syntax_is_left_to_flake8(self, tmp_path: Path) -> None:
        write(tmp_path, {"app.py": BAD + "def\n"})
        assert codes(python("-m", "flake8", "--select=E9,DYN", cwd=tmp_path).stdout) == ["E999"]

    def test_libcst_is_not_imported_for_files_without_dynamodb(self, tmp_path: Path) -> None:
        write(tmp_path, {"app.py": "import os\n\nprint(os.environ)\n"})
        code = "import sys; from flake8.main.cli import main; print(main(['-j1', 'app.py']), 'libcst' in sys.modules)"
        assert python("-c", code, cwd=tmp_path).stdout == "0 False\n"


def test_modules_around_a_file_are_dropped_where_others_have_nothing_to_do_with_dynamodb(tmp_path: Path) -> None:
    run, speaks, silent = _Run(), Surroundings(), Surroundings()
    run.has_spoken = True  # what the tests hold is to be walked as ever
    speaks.ask("root", str(tmp_path))
    write(tmp_path, {"db.py": "X = 1\n"})
    read(str(tmp_path / "db.py"), speaks)
    kept = _parsed.cache_info().currsize
    run.note(speaks)
    for _ in range(MOST_SILENT - 1):
        run.note(silent)
    assert _parsed.cache_info().currsize == kept > 0
    run.note(silent)
    assert _parsed.cache_info().currsize == 0


def test_what_is_imported_for_the_first_file_that_speaks_is_walked_by_no_collection() -> None:
    code = (
        "import gc; from dynalint.flake8_plugin import _Run; from dynalint.surroundings import Surroundings\n"
        "run, speaks, before = _Run(), Surroundings(), gc.get_freeze_count(); speaks.ask('root', '/')\n"
        "run.note(Surroundings()); print(gc.get_freeze_count() - before)\n"
        "for _ in 'ab': run.note(speaks); print(gc.get_freeze_count() > 1000); gc.unfreeze()"
    )
    assert python("-c", code, cwd=ROOT).stdout.split() == ["0", "True", "False"]
