"""Writes settings into their TOML file; a module of its own, since whoever only reads them needs no TOML writer."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from soulspot_gallery.core.errors import SettingsError
from soulspot_gallery.core.settings import Settings


def save_settings(file: Path, settings: Settings) -> None:
    """Write what differs from the defaults, keeping comments and order of the file. Raises SettingsError."""
    defaults = Settings()
    try:
        document = tomlkit.parse(file.read_text("utf-8-sig")) if file.exists() else tomlkit.document()
        for name in (each.name for each in dataclasses.fields(Settings)):
            value = getattr(settings, name)
            if value != getattr(defaults, name):
                document[name] = list(value) if isinstance(value, tuple) else value
            elif name in document:
                del document[name]
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(file.name + ".part")
        temporary.write_text(tomlkit.dumps(document), "utf-8")
        temporary.replace(file)
    except (OSError, UnicodeDecodeError, TOMLKitError) as problem:
        raise SettingsError(f"The settings can't be saved in {file}: {problem}.") from problem
