"""Turns flags, `[tool.dynalint]` in pyproject.toml and flake8's files into the settings of a project: options, selection, walk, reporting and caching.

A flag wins over the same key in pyproject.toml, and that over the same key in a file of flake8's. Keys that none of them sets keep their defaults.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from dynalint.caching import Caching
from dynalint.options import OptionError, Options, flag
from dynalint.reporting import Reporting
from dynalint.selection import Selection
from dynalint.walk import Walk, anchored
from dynalint.words import did_you_mean

FLAKE8_FILES = ("setup.cfg", "tox.ini", ".flake8")
PYPROJECT = "pyproject.toml"
_PREFIX = flag("")
# The settings whose patterns are about paths below the folder of the file that they stand in.
_OF_PATHS = frozenset({"exclude", "extend_exclude"})
# The settings that flake8 has by the same names, for the same purpose.
_FLAKE8_OWN = _OF_PATHS | {"select", "extend_select", "ignore", "extend_ignore", "per_file_ignores"}


class SettingsError(ValueError):
    """A file or a flag says what it cannot say. The text says where, and what it takes."""


@dataclass(frozen=True)
class Layer:
    """What one file, or the command line, sets: texts by the names of fields, as flags would give them."""

    texts: Mapping[str, str]
    base: Path
    """The folder for which its patterns are written."""
    where: str = ""
    """The file, as an error names it; empty for the command line."""


@dataclass(frozen=True)
class Settings:
    """All that a project, or the caller, has set."""

    options: Options = field(default_factory=Options)
    selection: Selection = field(default_factory=Selection)
    walk: Walk = field(default_factory=Walk)
    reporting: Reporting = field(default_factory=Reporting)
    caching: Caching = field(default_factory=Caching)


SETTINGS: dict[str, Field[Any]] = {each.name: each for part in (Selection, Walk, Reporting, Caching, Options) for each in fields(part)}
_KEYS = {name.replace("_", "-"): name for name in SETTINGS}


def settings(layers: Sequence[Layer]) -> Settings:
    """The settings that layers give, the later ones winning. Raises SettingsError."""
    values: dict[str, Any] = {name: value for layer in layers for name, value in _values(layer)}
    parts = (Options, Selection, Walk, Reporting, Caching)
    options, selection, walk, reporting, caching = ({each.name: values[each.name] for each in fields(part) if each.name in values} for part in parts)
    return Settings(Options(**options), Selection(**selection), Walk(**walk), Reporting(**reporting), Caching(**caching))


def settings_at(folder: Path) -> Settings:
    """The settings that the files of a project give which a folder is in. Raises SettingsError."""
    return settings(layers_at(folder))


def layers_at(folder: Path) -> list[Layer]:
    """What the nearest files set at a folder or above it: first flake8's, then pyproject.toml. Raises SettingsError."""
    return [layer for layer in (_nearest(folder, FLAKE8_FILES), _nearest(folder, (PYPROJECT,))) if layer is not None]


def layer_of(path: Path) -> Layer:
    """What one file sets: a *.toml, or a file such as flake8 has. Raises SettingsError."""
    try:
        found = _read(path)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    if found is None:
        raise SettingsError(f"{path}: it has no section {'[tool.dynalint]' if path.suffix == '.toml' else '[flake8]'}")
    return found


def _nearest(folder: Path, files: Iterable[str]) -> Layer | None:
    for parent in (folder := folder.resolve(), *folder.parents):
        for path in (parent / name for name in files):
            if os.path.isfile(path):
                try:
                    found = _read(path)
                except OSError as error:
                    raise SettingsError(f"{path}: {error.strerror}") from error
                if found is not None:
                    return found
        if parent == _home():
            # flake8 looks no further either.
            return None
    return None


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None


def _read(path: Path) -> Layer | None:
    """What a file sets; None where it has no section for it."""
    found = _toml(path) if path.suffix == ".toml" else _ini(path)
    return Layer(found, path.resolve().parent, _shown(path)) if found is not None else None


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _toml(path: Path) -> dict[str, str] | None:
    import tomllib  # costs time to import, and so does configparser

    data = path.read_bytes()
    if path.name == PYPROJECT and b"dynalint" not in data:
        return None
    try:
        table = tomllib.loads(data.decode("utf8")).get("tool", {}).get("dynalint")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise SettingsError(f"{_shown(path)}: {error}") from error
    if table is None:
        return None
    if not isinstance(table, dict):
        raise SettingsError(f"{_shown(path)}: tool.dynalint takes a table")
    return texts_of(table, _shown(path))


def texts_of(table: Mapping[str, object], where: str) -> dict[str, str]:
    """What a table sets, of pyproject.toml or of an editor, as texts by the names of fields. Raises SettingsError."""
    return {_field(key, where): _text(key, value, where) for key, value in table.items()}


def _text(key: str, value: object, where: str) -> str:
    """The value of a key in pyproject.toml as a flag would spell it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(value)
    if isinstance(value, dict) and key == "per-file-ignores":
        return " ".join(f"{pattern}:{_text(f'{key}.{pattern}', selectors, where)}" for pattern, selectors in value.items())
    default = SETTINGS[_KEYS[key]].default if key in _KEYS else ()
    takes = "true or false" if isinstance(default, bool) else "a list of texts" if isinstance(default, tuple) else "a text"
    raise SettingsError(f"{where}: {key} takes {takes}, not {value!r}")


def _ini(path: Path) -> dict[str, str] | None:
    """What a file of flake8's sets for dynalint: keys with its prefix, and of the keys that both have what is about its rules."""
    import configparser

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf8"), str(path))
    except (configparser.Error, UnicodeDecodeError):
        # flake8 goes on without such a file too.
        return None
    if not parser.has_section("flake8"):
        return None
    found = {}
    for key, text in parser.items("flake8"):
        name = key.replace("_", "-")
        if name.startswith(_PREFIX):
            found[_field(name.removeprefix(_PREFIX), _shown(path), _PREFIX)] = text
        elif (own := name.replace("-", "_")) in _FLAKE8_OWN and (ours := _ours(own, text)):
            found.setdefault(own, ours)
    return found


def _ours(name: str, text: str) -> str:
    """Of a text in flake8's file what is about us."""
    if name in _OF_PATHS:
        return text
    words = [word for word in text.replace(",", " ").replace(":", ": ").split() if word.startswith("DYN") or word.endswith(":")]
    # A pattern without any code of ours says nothing.
    return " ".join(word for word, after in zip(words, [*words[1:], ":"], strict=False) if not (word.endswith(":") and after.endswith(":")))


def _field(key: str, where: str, prefix: str = "") -> str:
    """The name of the field that a key of a file sets. Raises SettingsError where there is none."""
    # Under flake8 there are the options alone.
    known = {option.name.replace("_", "-"): option.name for option in fields(Options)} if prefix else _KEYS
    if key in known:
        return known[key]
    meant = did_you_mean(key, known)
    raise SettingsError(f"{where}: there is no setting {prefix}{key}" + (f"; did you mean {prefix}{meant}?" if meant else ""))


def _values(layer: Layer) -> Iterator[tuple[str, object]]:
    for name, text in layer.texts.items():
        try:
            value = SETTINGS[name].metadata["parse"](name, text)
        except OptionError as error:
            # The error names the option as a flag of flake8's.
            shown = str(error).replace(f"--{_PREFIX}", "" if layer.where else "--", 1)
            raise SettingsError(f"{layer.where}: {shown}" if layer.where else shown) from error
        yield name, _placed(name, value, layer.base)


def _placed(name: str, value: Any, base: Path) -> Any:
    """The value, its patterns made ready for absolute paths, its path an absolute one."""
    if name in ("baseline", "cache_dir"):
        return str(base.absolute() / value) if value else ""
    if name in _OF_PATHS:
        return tuple(anchored(pattern, base) for pattern in value)
    if name == "per_file_ignores":
        return tuple((anchored(pattern, base), selectors) for pattern, selectors in value)
    return value
