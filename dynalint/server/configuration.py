"""Turns a folder's configuration, and what the user set in the editor, into the options for the files of that folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dynalint.options import OptionError, Options, flag

Settings = Mapping[str, object]


@dataclass
class Configuration:
    """What is set for each folder. Files are read anew each time: they are small, and never out of date."""

    said: Settings = field(default_factory=dict)
    """What the editor said by itself, for all folders."""
    answered: dict[Path | None, Settings] = field(default_factory=dict)
    """What it answered when it was asked about a folder."""
    _good: dict[Path | None, Options] = field(default_factory=dict)
    _wrong: dict[Path | None, str] = field(default_factory=dict)

    def options(self, home: Path | None) -> tuple[Options, str]:
        """The options for files below a directory, and news for the user: why they are wrong, said once. Until then the last good ones count."""
        settings = {**self.said, **self.answered.get(home, self.answered.get(None, {}))}
        try:
            self._good[home] = Options.parse(texts(settings))
        except OptionError as error:
            why = str(error).replace(f"--{flag('')}", "")
            news = "" if self._wrong.get(home) == why else why
            self._wrong[home] = why
            return self._good.get(home, Options()), news
        self._wrong.pop(home, None)
        return self._good[home], ""


def texts(settings: Settings) -> dict[str, str | None]:
    """An editor's settings, which are JSON, as the texts that options are made of. Raises OptionError."""
    return {name.replace("-", "_"): _text(name, value) for name, value in settings.items()}


def _text(name: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ",".join(value)
    raise OptionError(f"{name} takes a text, a list of texts, or true and false, not {value!r}")
