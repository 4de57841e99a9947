"""One module for each command of `dynalint`: its `arguments`, and `run`, which does the work and gives the exit code."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from dynalint.options import Options
from dynalint.settings import SETTINGS, Layer, Settings, SettingsError, layer_of, layers_at, settings

CLEAN, FINDINGS, TROUBLE = 0, 1, 2


class TroubleError(Exception):
    """The command cannot do what it was asked for. The text says why, to the user."""


def option_arguments(parser: argparse.ArgumentParser) -> None:
    """A flag for each field of `Options`, and those that say which files set more of them."""
    files = parser.add_argument_group("configuration")
    files.add_argument("--config", type=Path, metavar="FILE", help="a file to read instead of pyproject.toml and flake8's files that are found")
    files.add_argument("--isolated", action="store_true", help="read no configuration files")
    setting_arguments(parser, "settings of the rules", fields(Options))


def setting_arguments(parser: argparse.ArgumentParser, title: str, wanted: Iterable[Field[Any]]) -> None:
    """A flag for each of these fields. One that takes a list may be given more than once."""
    group = parser.add_argument_group(title)
    for each in wanted:
        flag, about = "--" + each.name.replace("_", "-"), each.metadata["help"].replace("%", "%%")
        group.add_argument(flag, dest=each.name, action="append", metavar=each.metadata["takes"], help=about)


def parsed_settings(parsed: argparse.Namespace) -> Settings:
    """The settings that flags and files give. Raises TroubleError for a value that one of them does not take."""
    texts = {name: _together(name, given) for name in SETTINGS if (given := getattr(parsed, name, None)) is not None}
    try:
        here = Path.cwd()
    except FileNotFoundError as error:
        raise TroubleError("the current directory is gone") from error
    if parsed.isolated and parsed.config is not None:
        raise TroubleError("--isolated reads no configuration files, so it does not go with --config")
    try:
        found = [] if parsed.isolated else layers_at(here) if parsed.config is None else [layer_of(parsed.config)]
        return settings([*found, Layer(texts, here)])
    except SettingsError as error:
        raise TroubleError(str(error)) from error


def _together(name: str, given: list[str]) -> str:
    return ",".join(given) if isinstance(SETTINGS[name].default, tuple) else given[-1]
