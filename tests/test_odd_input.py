"""What no program expects to find on a disk, and who stops listening: the command says what it has found, and ends in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dynalint.cli import main
from tests.programs import BAD, GOOD, write

NOBODY = 65534


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], str]:
    """The exit code, the paths with findings, and what is said on standard error."""
    code = main(["check", *words])
    out, err = capsys.readouterr()
    return code, list(dict.fromkeys(line.partition(":")[0] for line in out.splitlines())), err


@contextmanager
def not_as_root() -> Iterator[None]:
    """Whoever runs the tests as root may read anything; for a while, somebody else does."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


class TestOnDisk:
    def test_links_that_lead_nowhere_are_no_files_unless_they_are_named(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"app.py": BAD})
        (folder / ".#app.py").symlink_to("user@host.1234")
        (folder / "gone.py").symlink_to("nowhere.py")
        (folder / "round.py").symlink_to("round.py")
        assert said(capsys) == (1, ["app.py"], "")
        assert said(capsys, "gone.py", "round.py", "app.py") == (
            2,
            ["app.py"],
            "dynalint: gone.py: No such file or directory\ndynalint: round.py: Too many levels of symbolic links\n",
        )

    def test_a_link_to_a_file_is_one(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"real": BAD})
        (folder / "app.py").symlink_to("real")
        assert said(capsys) == (1, ["app.py"], "")

    def test_directories_named_like_files_are_walked(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"app.py/one.py": BAD, "book.ipynb/two.py": BAD})
        assert said(capsys) == (1, ["app.py/one.py", "book.ipynb/two.py"], "")
        assert said(capsys, "app.py") == (1, ["app.py/one.py"], "")

    def test_a_pipe_is_waited_for_only_where_it_is_named(self, folder: Path) -> None:
        write(folder, {"app.py": BAD, "use.py": "import pipe\n" + BAD})
        os.mkfifo(folder / "pipe.py")
        run = subprocess.run([sys.executable, "-m", "dynalint", "check"], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        assert (run.returncode, run.stderr) == (1, "")
        assert [line.partition(":")[0] for line in run.stdout.splitlines()] == ["app.py", "use.py"]

    def test_a_pipe_that_is_named_is_read_once(self, folder: Path) -> None:
        write(folder, {"app.py": BAD})
        words = f"{sys.executable} -m dynalint check <(cat app.py)"
        run = subprocess.run(["bash", "-c", words], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        assert (run.returncode, run.stderr) == (1, "")
        assert "DYN101" in run.stdout

    def test_what_may_not_be_read_is_said_and_the_rest_is_checked(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"app.py": BAD, "secret.py": BAD, "locked/app.py": BAD, "b/app.py": BAD})
        assert said(capsys)[0] == 1  # and all modules are imported: somebody else may not be allowed to
        folder.chmod(0o755)
        (folder / "secret.py").chmod(0)
        (folder / "locked").chmod(0)
        try:
            with not_as_root():
                walked, named = said(capsys), said(capsys, "locked/app.py", "locked", "b")
        finally:
            (folder / "locked").chmod(0o755)
        assert walked == (2, ["app.py", "b/app.py"], "dynalint: locked: Permission denied\ndynalint: secret.py: Permission denied\n")
        assert named == (2, ["b/app.py"], "dynalint: locked: Permission denied\ndynalint: locked/app.py: Permission denied\n")

    @pytest.mark.skipif(sys.platform == "darwin", reason="its file system has no such names")
    def test_names_that_are_no_text(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        for name in (b"n\xff\xfe.py", b"new\nline.py", b"sp ace.py", "naïve☃.py".encode()):
            (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_text(BAD)
        for form in ("text", "full", "json", "sarif", "html", "junit"):
            assert main(["check", f"--output-format={form}"]) == 1
            assert capsys.readouterr().out.count("DYN101") >= 4, form
        assert main(["check", "--fix", "--unsafe-fixes"]) == 0
        assert all(path.read_text() == GOOD for path in folder.iterdir() if path.is_file())

    def test_names_that_are_too_long(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder, {"app.py": BAD})
        assert said(capsys, "a" * 5000, "app.py") == (2, ["app.py"], f"dynalint: {'a' * 5000}: File name too long\n")

    def test_files_of_all_sizes(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        wide = f"x = '{'a' * 1_000_000}'\n"
        write(
            folder, {"empty.py": "", "empty.ipynb": "", "wide.py": wide, "wide_bad.py": wide + BAD, "one_line.py": BAD.replace("\n\n", ";").replace("\n", "")}
        )
        assert said(capsys) == (1, ["one_line.py", "wide_bad.py"], "")
        assert main(["check", "--output-format=full"]) == 1
        assert max(map(len, capsys.readouterr().out.splitlines())) < 200

    def test_a_file_that_goes_away_meanwhile(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        write(folder, {"app.py": BAD, "gone.py": BAD})
        read = Path.read_bytes

        def once(path: Path) -> bytes:
            data = read(path)
            if path.name == "gone.py":
                path.unlink()
            return data

        monkeypatch.setattr(Path, "read_bytes", once)
        assert said(capsys) == (2, ["app.py"], "dynalint: gone.py: No such file or directory\n")

    def test_a_current_directory_that_is_gone(self, folder: Path) -> None:
        (folder / "here").mkdir()
        words = f"cd here && rmdir ../here && exec {sys.executable} -m dynalint check"
        run = subprocess.run(["bash", "-c", words], cwd=folder, capture_output=True, text=True, check=False)
        assert (run.returncode, run.stderr) == (2, "dynalint: the current directory is gone\n")


class TestWhoStopsListening:
    @pytest.mark.parametrize("words", ["check --output-format=html", "check --diff --unsafe-fixes", "rules"])
    def test_a_reader_that_is_gone(self, folder: Path, words: str) -> None:
        write(folder, {"app.py": BAD})
        run = subprocess.Popen([sys.executable, "-m", "dynalint", *words.split()], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert run.stdout is not None
        run.stdout.close()
        assert run.stderr is not None
        assert run.stderr.read() == b""
        run.stderr.close()
        assert run.wait() == 2

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
    def test_a_disk_that_is_full(self, folder: Path) -> None:
        write(folder, {"app.py": BAD})
        with open("/dev/full", "w", encoding="utf8") as full:
            run = subprocess.run([sys.executable, "-m", "dynalint", "check"], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert (run.returncode, run.stderr) == (2, "dynalint: No space left on device\n")

    @pytest.mark.parametrize(("closed", "code"), [(">&-", 1), ("2>&-", 1), ("<&-", 1), ("- <&-", 0)])
    def test_a_standard_stream_that_is_closed(self, folder: Path, closed: str, code: int) -> None:
        write(folder, {"app.py": BAD})
        run = subprocess.run(["bash", "-c", f"{sys.executable} -m dynalint check {closed}"], cwd=folder, capture_output=True, text=True, check=False)
        assert (run.returncode, run.stderr) == (code, "")

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_an_interrupt_ends_it_at_once_and_quietly(self, folder: Path, jobs: int) -> None:
        slow = BAD + "".join(f"def f{number}(c):\n    c.scan(TableName='t{number}')\n" for number in range(5000))
        write(folder, {f"{number}.py": slow for number in range(16)})
        # A busy machine may take long until there is anything to interrupt; and who is started in the background is told to ignore it.
        begin = (
            "import pathlib, signal, sys, dynalint.cli, dynalint.commands.check; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "pathlib.Path('begun').touch(); sys.exit(dynalint.cli.main())"
        )
        words = [sys.executable, "-c", begin, "check", f"--jobs={jobs}"]
        with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as run:
            while not (folder / "begun").exists():
                time.sleep(0.1)
            time.sleep(1.5)
            assert run.poll() is None
            # As a terminal does it: to all processes that belong to the command.
            os.killpg(run.pid, signal.SIGINT)
            out, err = run.communicate(timeout=10)
        assert (run.returncode, out, err) == (130, b"", b"")
        with pytest.raises(ProcessLookupError):
            os.killpg(run.pid, 0)
