"""Turns a file that flake8 has read into errors that flake8 reports: the plugin behind the entry point `DYN`."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar, Protocol

from dynalint import __version__
from dynalint.collector import spare
from dynalint.engine import check
from dynalint.noqa import audible
from dynalint.options import OptionError, Options, flag
from dynalint.source import Source
from dynalint.surroundings import Disk, Surroundings

# After as many files that say nothing of DynamoDB what is remembered for those that do is dropped.
MOST_SILENT = 10


class _Run:
    """What the files of one run share; flake8's processes live as long as that."""

    def __init__(self) -> None:
        self.disk = Disk()
        self.has_spoken = False
        self.silent = MOST_SILENT
        """So many files in a row said nothing."""

    def note(self, around: Surroundings) -> None:
        """One more file is checked, with these questions asked about it. Each full garbage collection walks all that is kept, and flake8 has many."""
        if around.asked and not self.has_spoken:
            self.has_spoken = True
            spare()  # what was imported for the first that spoke
        self.silent = 0 if around.asked else self.silent + 1
        if self.silent == MOST_SILENT:
            from dynalint.imports import forget  # is loaded, since a file before spoke

            forget()


_RUN = _Run()


class OptionManager(Protocol):
    """What we use of flake8's own class of this name; importing it would cost more than it tells."""

    parser: argparse.ArgumentParser

    def add_option(self, *names: str, **settings: Any) -> None:
        """Add an option of the command line and of the configuration files."""


class Plugin:
    """One file under flake8. The parameters are flake8's: it hands over what their names ask for.

    Nothing is kept on the class: the options travel in flake8's own namespace, into forked and into spawned workers.
    """

    name: ClassVar = "dynalint"
    version: ClassVar = __version__

    def __init__(self, tree: ast.Module, lines: Sequence[str], filename: str, options: argparse.Namespace) -> None:
        self._source = Source("".join(lines), filename)
        self._tree = tree
        self._options = options

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        """Register each field of `Options`. All are text here, so that one parser serves every front end."""
        for option in fields(Options):
            about = option.metadata["help"].replace("%", "%%")
            manager.add_option(f"--{flag(option.name)}", default=None, metavar=option.metadata["takes"], parse_from_config=True, help=about)

    @staticmethod
    def parse_options(manager: OptionManager, options: argparse.Namespace, filenames: Sequence[str]) -> None:
        """Put the parsed options where `__init__` finds them; a bad value ends flake8 as its own options do."""
        texts = {option.name: getattr(options, flag(option.name).replace("-", "_")) for option in fields(Options)}
        try:
            options.dynalint = Options.parse(texts)
        except OptionError as error:
            manager.parser.error(str(error))

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """The findings as flake8 takes them; it adds 1 to each column itself."""
        path = self._source.path
        beside = Path(path) if path not in ("-", "stdin") else None
        around = Surroundings(_RUN.disk)
        findings = check(self._source.text, path, self._options.dynalint, self._tree, beside=beside, around=around)
        _RUN.note(around)
        for finding in findings if self._options.disable_noqa else audible(self._source, findings):
            yield finding.span.line, finding.span.column, f"{finding.code} {finding.message}", type(self)
