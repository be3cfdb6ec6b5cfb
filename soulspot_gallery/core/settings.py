"""Every setting, declared once with default, label, unit and range; read from TOML and SOULSPOT_GALLERY_* variables."""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import platformdirs
from cronsim import CronSim, CronSimError

from soulspot_gallery.core.errors import SettingsError
from soulspot_gallery.core.model import EntityType

APPLICATION = "soulspot-gallery"
ENVIRONMENT_PREFIX = "SOULSPOT_GALLERY_"
_HOST_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):(\d{1,5})")

_ENTRIES = {
    "allowed_hosts": (_HOST_PORT, 'a list of "host:port"'),
    "providers": (re.compile(r"[a-z0-9][a-z0-9-]{0,39}"), "a list of names of sources"),
    "provider_urls": (re.compile(r"[a-z0-9][a-z0-9-]{0,39}=https?://[^\s@?#]+"), 'a list of "name=http://host/path"'),
}
"""What an entry of a list looks like, and what the list is called in error texts."""

ColourChoice = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Declared:
    """What the settings form and the error texts know of a setting. `unit` is for people: px, s, days; `example`:
    an entry of a list."""

    label: str
    group: str
    unit: str = ""
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    help: str = ""
    example: str = ""


def _setting(default: Any, label: str, group: str, **more: Any) -> Any:
    return field(default=default, metadata={"declared": Declared(label, group, **more)})


def _default_threads() -> int:
    return min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Sizes in px (longest side, never enlarged), times in the unit that is declared."""

    cache_dir: str = _setting("", "Image folder", "Cache", help="Empty: the images folder beside the library.")
    cache_images_locally: bool = _setting(
        True,
        "Keep shown pictures",
        "Cache",
        help="Off: showing and syncing store nothing; a recache still does.",
    )
    artist_image_size: int = _setting(300, "Artist pictures", "Cache", unit="px", minimum=16, maximum=4096)
    album_image_size: int = _setting(500, "Album covers", "Cache", unit="px", minimum=16, maximum=4096)
    playlist_image_size: int = _setting(400, "Playlist covers", "Cache", unit="px", minimum=16, maximum=4096)
    webp_quality: int = _setting(85, "WebP quality", "Cache", minimum=1, maximum=100)
    cache_max_age_days: int = _setting(90, "Old after", "Cleanup", unit="days", minimum=0, maximum=36500)
    cache_cleanup_schedule: str = _setting(
        "0 3 * * *", "Cleanup schedule", "Cleanup", help="Five cron fields; empty switches the schedule off."
    )
    cache_cleanup_apply: bool = _setting(
        False,
        "Apply by itself",
        "Cleanup",
        help="Off: a scheduled plan is only prepared. Never passes a brake.",
    )
    trash_days: int = _setting(30, "Keep trash for", "Cleanup", unit="days", minimum=0, maximum=36500)
    history_pictures: int = _setting(
        10,
        "Former pictures kept",
        "Cleanup",
        minimum=1,
        maximum=1000,
        help="For each artist, album and playlist whose picture was changed by hand.",
    )
    quality_small_percent: int = _setting(
        60,
        "Too small below",
        "Quality",
        unit="%",
        minimum=0,
        maximum=100,
        help="Of the size that is kept of its kind. 0: no picture is too small.",
    )
    quality_sharpness: int = _setting(
        45,
        "Blurry below",
        "Quality",
        minimum=0,
        maximum=100,
        help="Sharpness from 0 to 100: drawn and photographed covers have 60 to 90, enlarged thumbnails 20 to 45.",
    )
    quality_square_percent: int = _setting(
        5, "Not square from", "Quality", unit="%", minimum=1, maximum=100, help="The part by which the sides differ."
    )
    quality_border_percent: int = _setting(
        3, "Framed from", "Quality", unit="%", minimum=1, maximum=50, help="The part of a side that is frame or bar."
    )
    link_check_days: int = _setting(
        7,
        "Leave out links checked within",
        "Network",
        unit="days",
        minimum=0,
        maximum=36500,
        help="By “Validate all links”; what is selected is always asked. 0: every link is asked every time.",
    )
    max_connections: int = _setting(10, "Connections", "Network", minimum=1, maximum=64)
    max_keepalive_connections: int = _setting(10, "Connections kept open", "Network", minimum=0, maximum=64)
    request_timeout: int = _setting(30, "Time limit of a request", "Network", unit="s", minimum=1, maximum=600)
    allowed_hosts: tuple[str, ...] = _setting(
        (),
        "Private hosts allowed",
        "Network",
        help="host:port pairs in your own network that may be contacted.",
        example="nas.local:8080",
    )
    offline: bool = _setting(
        False, "Work offline", "Network", help="On: no request leaves the gallery; what is here is shown."
    )
    background_link_checks: bool = _setting(
        True, "Check links in the background", "Network", help="A few links a minute, when nothing else runs."
    )
    providers: tuple[str, ...] = _setting(
        ("cover-art-archive", "deezer", "musicbrainz", "wikimedia"),
        "Sources, in their order",
        "Sources",
        help="The first that has a picture gives it; a source that is not listed is never asked.",
        example="deezer",
    )
    provider_urls: tuple[str, ...] = _setting(
        (),
        "Stand-ins for sources",
        "Sources",
        help="name=URL pairs: servers of your own that answer in place of an interface.",
        example="deezer=http://nas.local:8080/deezer",
    )
    conversion_threads: int = dataclasses.field(
        default_factory=_default_threads,
        metadata={"declared": Declared("Conversion threads", "Cache", minimum=1, maximum=4)},
    )
    local_url_prefix: str = _setting("/artwork/local", "URL prefix of local pictures", "Other programs")
    placeholder_url_prefix: str = _setting("/static/images", "URL prefix of placeholders", "Other programs")
    theme: ColourChoice = _setting(  # noqa: RUF009 (a field, like all others)
        "system", "Colours", "Window", choices=("system", "light", "dark")
    )

    def image_size(self, kind: EntityType) -> int:
        """Longest side in px for pictures of this kind."""
        return {
            EntityType.ARTIST: self.artist_image_size,
            EntityType.ALBUM: self.album_image_size,
            EntityType.PLAYLIST: self.playlist_image_size,
        }[kind]


def declared(name: str) -> Declared:
    """How the setting of this name was declared; KeyError where there is none."""
    return _FIELDS[name].metadata["declared"]  # type: ignore[no-any-return]


_FIELDS = {each.name: each for each in dataclasses.fields(Settings)}
_DEFAULTS = Settings()


def _wanted(name: str) -> str:
    """The values a setting takes, for error texts."""
    known = declared(name)
    default = getattr(_DEFAULTS, name)
    if known.choices:
        return "one of " + ", ".join(known.choices)
    if isinstance(default, bool):
        return "true or false"
    if isinstance(default, int):
        return f"a whole number from {known.minimum} to {known.maximum}"
    if name in _ENTRIES:
        return _ENTRIES[name][1]
    return "a cron line of five fields, or empty" if name == "cache_cleanup_schedule" else "a text"


def _is_cron(line: str) -> bool:
    try:
        CronSim(line, datetime.now(UTC))
    except CronSimError:
        return False
    return True


def _check(name: str, value: Any, where: str) -> Any:
    """The value in the setting's own type; SettingsError names key, value and range."""
    wrong = SettingsError(f"{where}: {name} = {value!r} is not possible; it takes {_wanted(name)}.")
    default, known = getattr(_DEFAULTS, name), declared(name)
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise wrong
    elif isinstance(default, int):
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong
        if not (known.minimum or 0) <= value <= (known.maximum or value):
            raise wrong
        if name == "conversion_threads":
            return min(value, os.cpu_count() or 1)
    elif isinstance(default, tuple):
        if not isinstance(value, list | tuple):
            raise wrong
        if not all(isinstance(each, str) and _ENTRIES[name][0].fullmatch(each) for each in value):
            raise wrong
        return tuple(value)
    elif (
        not isinstance(value, str)
        or (known.choices and value not in known.choices)
        or (name == "cache_cleanup_schedule" and value and not _is_cron(value))
    ):
        raise wrong
    return value


def _from_text(name: str, text: str) -> Any:
    """A value of an environment variable in the type of its setting; left as text where it does not fit."""
    default = getattr(_DEFAULTS, name)
    if isinstance(default, bool):
        return {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False,
                "off": False}.get(text.strip().lower(), text)  # fmt: skip
    if isinstance(default, int):
        return int(text) if re.fullmatch(r"\s*-?\d+\s*", text) else text
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def check_settings(values: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The values, checked, in their own types. `where` opens the error text. Raises SettingsError."""
    for name in values:
        if name not in _FIELDS:
            near = difflib.get_close_matches(name, _FIELDS, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise SettingsError(f"{where}: there is no setting called {name!r}.{hint}")
    return {name: _check(name, value, where) for name, value in values.items()}


def load_settings(file: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Defaults, overridden by the file (where there is one), overridden by the environment (default: the process's).

    Raises SettingsError for a file that can't be read or a wrong value.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    try:
        values |= check_settings(tomllib.loads(file.read_text("utf-8-sig")), f"Settings file {file}")
    except FileNotFoundError:
        pass
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"The settings file {file} can't be read: {problem}.") from problem
    except tomllib.TOMLDecodeError as problem:
        raise SettingsError(f"The settings file {file} is not TOML: {problem}.") from problem
    for name in _FIELDS:
        variable = ENVIRONMENT_PREFIX + name.upper()
        if variable in environment:
            values |= check_settings({name: _from_text(name, environment[variable])}, f"Variable {variable}")
    return Settings(**values)


def default_settings_file() -> Path:
    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False)) / "settings.toml"


def default_data_dir() -> Path:
    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))
