"""Turns command lines into processes that have imported dynalint and flake8 before they begin: most of the time of a short run is imports.

A process of its own, the nursery, imports them once and forks for each command line; `program()` is what tests start in the place of `python -m`. Such
a run has its own process, standard streams, environment and working directory. What it cannot show, what is imported when, and how signals and
terminals end a program, is tried with `python -m` itself.
"""

from __future__ import annotations

import atexit
import importlib
import io
import json
import os
import runpy
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NoReturn

_NEEDED = ("concurrent.futures.process", "configparser", "flake8.main.cli", "pathspec", "dynalint.cli", "dynalint.flake8_plugin", "dynalint.server.app")
# Modules that `python -m` may be asked for.
_KNOWN = {"dynalint", "flake8"}
_BEGINNING = threading.Lock()
_SHIM = """\
import json, os, socket, struct, sys
said = json.dumps([sys.argv[2:], os.getcwd(), dict(os.environ)]).encode()
with socket.socket(socket.AF_UNIX) as nursery:
    nursery.connect(sys.argv[1])
    nursery.sendmsg([struct.pack("I", len(said))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("3i", 0, 1, 2))])
    nursery.sendall(said)
    code = nursery.recv(1)
sys.exit(code[0] if code else 70)
"""


def program(module: str) -> list[str]:
    """The first words of a command line that does what `python -m MODULE` does."""
    if module not in _KNOWN or not hasattr(os, "fork"):
        return [sys.executable, "-m", module]
    return [sys.executable, "-I", "-S", "-c", _SHIM, _nursery(), module]


def _nursery() -> str:
    """The socket of the nursery of this process, begun by the first thread that needs it."""
    with _BEGINNING:
        return _begun()


@cache
def _begun() -> str:
    folder = tempfile.TemporaryDirectory(prefix="nursery")
    path = str(Path(folder.name) / "socket")
    process = subprocess.Popen([sys.executable, "-m", "tests.nursery", path], cwd=Path(__file__).parent.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"

    def end() -> None:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
        folder.cleanup()

    atexit.register(end)
    return path


def main(path: str) -> None:
    """Fork for each connection, until standard input ends."""
    import select

    _import_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen(64)
        print("ready", flush=True)
        while sys.stdin.buffer not in select.select([door, sys.stdin.buffer], [], [])[0]:
            visitor, _ = door.accept()
            with visitor:
                if not os.fork():
                    door.close()
                    _run(visitor)


def _import_all() -> None:
    """Import what the programs import sooner or later, and run all rules once."""
    for name in _NEEDED:
        importlib.import_module(name)
    from dynalint.engine import check
    from tests.programs import BAD

    check(BAD)


def _run(visitor: socket.socket) -> NoReturn:
    """Run what the visitor asks for, in this process, and tell the visitor the exit code."""
    code = 70
    try:
        head, data, _, _ = visitor.recvmsg(4, socket.CMSG_SPACE(3 * 4))
        said = b""
        while len(said) < struct.unpack("I", head)[0]:
            said += visitor.recv(1 << 16)
        (module, *words), folder, environment = json.loads(said)
        for number, stream in enumerate(struct.unpack("3i", data[0][2])):
            os.dup2(stream, number)
            os.close(stream)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _open_streams()
        sys.argv = [module, *words]
        # As `python -m` does it.
        sys.path[0] = folder
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        visitor.sendall(bytes([code]))
        os._exit(code)


def _open_streams() -> None:
    """Standard streams as Python opens them: buffered (no read or write falls short), encoded as the environment says, and errors never silent."""
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "").partition(":")
    encoding, errors = encoding or "utf8", errors or "strict"
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), encoding, errors)
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), encoding, errors)
    sys.stderr = io.TextIOWrapper(io.BufferedWriter(io.FileIO(2, "w", closefd=False)), encoding, "backslashreplace", line_buffering=True)


if __name__ == "__main__":
    main(sys.argv[1])
