"""One module for each command of `dynalint`: its `arguments`, and `run`, which does the work and gives the exit code."""

from __future__ import annotations

import argparse
from dataclasses import fields

from dynalint.options import OptionError, Options, flag

CLEAN, FINDINGS, TROUBLE = 0, 1, 2


class TroubleError(Exception):
    """The command cannot do what it was asked for. The text says why, to the user."""


def option_arguments(parser: argparse.ArgumentParser) -> None:
    """A flag for each field of `Options`."""
    group = parser.add_argument_group("settings of the rules")
    for option in fields(Options):
        name = "--" + option.name.replace("_", "-")
        group.add_argument(name, dest=option.name, metavar=option.metadata["takes"], help=option.metadata["help"].replace("%", "%%"))


def parsed_options(parsed: argparse.Namespace) -> Options:
    """The options that these flags set. Raises TroubleError for a value that an option does not take."""
    try:
        return Options.parse({option.name: getattr(parsed, option.name) for option in fields(Options)})
    except OptionError as error:
        # The error names the option as flake8 spells it; here it has no prefix.
        raise TroubleError(str(error).replace(f"--{flag('')}", "--")) from error
