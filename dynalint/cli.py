"""Turns a command line into what a command prints, and into an exit code: 0 clean, 1 findings, 2 trouble."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from dynalint import __doc__ as about
from dynalint import __version__
from dynalint.commands import TROUBLE, TroubleError
from dynalint.terminal import columns, visible

# As shells say it of what Ctrl-C has ended.
INTERRUPTED = 130
# The module of a command, below `commands`, has its name. With what it takes beside options, and what it does.
_COMMANDS = {
    "check": ("[PATH ...]", "report misuse of DynamoDB in Python files"),
    "baseline": ("[PATH ...]", "record today's findings, so that only new ones are reported"),
    "noqa": ("[PATH ...]", "silence today's findings by comments"),
    "explain": ("CODE ...", "show the page of a rule: why, example, what to do instead"),
    "rules": ("", "list all rules"),
    "reveal": ("FILE:LINE", "tell what dynalint knows about the expressions on a line, and why not more"),
    "tables": ("[FOLDER]", "tell what the project's templates and code say of its tables, and from where"),
    "server": ("", "be the language server of an editor: diagnostics, fixes and pages as you type"),
}


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that the words (by default, the program's own arguments) name."""
    _open_what_is_closed()
    _tolerate_any_text()
    try:
        try:
            words = sys.argv[1:] if words is None else words
            parsed = _parsed(words)
            code: int = parsed.run(parsed)
        finally:
            sys.stdout.flush()
    except TroubleError as error:
        print(f"dynalint: {visible(str(error))}", file=sys.stderr)
        return TROUBLE
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough.
        _write_no_more()
        return TROUBLE
    except OSError as error:
        _write_no_more()
        print(f"dynalint: {visible(f'{error.filename}: ' if error.filename else '')}{error.strerror or error}", file=sys.stderr)
        return TROUBLE
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = _parser(words)
    parsed, unknown = parser.parse_known_args(words)
    if unknown:
        from dynalint.words import did_you_mean

        given = unknown[0].partition("=")[0]
        meant = did_you_mean(given, parsed.command.known_flags()) if given.startswith("--") else None
        parsed.command.error(f"unrecognized arguments: {' '.join(unknown)}" + (f"; did you mean {meant}?" if meant else ""))
    return parsed


class _Command(argparse.ArgumentParser):
    def known_flags(self) -> list[str]:
        return [flag for action in self._actions for flag in action.option_strings]


class _Layout(argparse.HelpFormatter):
    """argparse makes one for each option, to look at it, and would have all of shutil imported to know how wide the terminal is."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=columns() - 2)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    epilog = "Exit code: 0 clean, 1 findings, 2 trouble."
    parser = argparse.ArgumentParser(prog="dynalint", description=about, epilog=epilog, allow_abbrev=False, formatter_class=_Layout)
    parser.add_argument("--version", action="version", version=f"dynalint {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Command)
    for name, (takes, line) in _COMMANDS.items():
        # Of all options, an error would be the last line of thirty.
        usage = f"dynalint {name} [options] {takes}".rstrip()
        command = commands.add_parser(name, usage=usage, help=line, description=line[0].upper() + line[1:] + ".", allow_abbrev=False, formatter_class=_Layout)
        if name in words:
            # Nobody waits for the modules of other commands.
            module = importlib.import_module(f"dynalint.commands.{name}")
            module.arguments(command)
            command.set_defaults(run=module.run, command=command)
    return parser


def _tolerate_any_text() -> None:
    """Findings quote code and paths, and a terminal's encoding may lack their letters."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _open_what_is_closed() -> None:
    """Who closes a standard stream (`>&-`) wants to hear, or say, nothing."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf8"))  # noqa: SIM115 - for as long as the process lives


def _write_no_more() -> None:
    """Python would complain once more when it closes standard output with something left to write."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
