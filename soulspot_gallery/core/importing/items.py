"""What a source names, and what could not be read of it: frozen data, the same for every kind of source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from soulspot_gallery.core.model import EntityType

Stop = Callable[[], bool]
"""Asked by whoever reads in a thread: whether nobody waits any more."""


class Stopped(Exception):
    """Reading was given up because nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class Item:
    """An artist, an album (with its artist) or a playlist, as a source names it.

    `url`: a public address of its picture. `origin`: where else the picture is (see `core.origins`). `source` is the
    word of SoulSpot's column: lower case for artists and albums, upper case for playlists.
    """

    kind: EntityType
    name: str
    artist: Item | None = None
    spotify_uri: str | None = None
    musicbrainz_id: str | None = None
    deezer_id: str | None = None
    year: int | None = None
    description: str | None = None
    url: str | None = None
    origin: str | None = None
    source: str = "local"


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the report. `left_out`: something was not added because of it; else it was put right."""

    where: str
    message: str
    left_out: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """All that a source names. `music_files`: stamp and facts by address, for the journal to spare the next reading."""

    source: str
    items: tuple[Item, ...] = ()
    problems: tuple[Problem, ...] = ()
    music_files: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)


def artist(name: str, **more: str | None) -> Item:
    """An artist of this name; `more` are fields of Item."""
    return Item(EntityType.ARTIST, name, **more)  # type: ignore[arg-type]
