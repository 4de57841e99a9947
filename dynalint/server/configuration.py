"""Turns what a folder's files configure, and what the user set in the editor, into the settings for the files of that folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dynalint.settings import Layer, Settings, SettingsError, layers_at, settings, texts_of

EDITOR = "the editor's settings"


@dataclass
class Configuration:
    """What is set for each folder. Files are read anew each time: they are small, and so never out of date."""

    said: Mapping[str, object] = field(default_factory=dict)
    """What the editor said by itself, for all folders."""
    answered: dict[Path | None, Mapping[str, object]] = field(default_factory=dict)
    """What it answered when it was asked about a folder."""
    _good: dict[Path | None, Settings] = field(default_factory=dict)
    _wrong: dict[Path | None, str] = field(default_factory=dict)

    def settings(self, home: Path | None) -> tuple[Settings, str]:
        """The settings for files below a directory, and news for the user: why they are wrong, said once. Until then the last good ones count."""
        editor = {**self.said, **self.answered.get(home, self.answered.get(None, {}))}
        try:
            layers = layers_at(home) if home is not None else []
            own = Layer(texts_of(editor, EDITOR), home or Path.cwd(), EDITOR)
            self._good[home] = settings([*layers, own])
        except SettingsError as error:
            news = "" if self._wrong.get(home) == str(error) else str(error)
            self._wrong[home] = str(error)
            return self._good.get(home, Settings()), news
        self._wrong.pop(home, None)
        return self._good[home], ""
