"""How SoulSpot's databases of any age call what matters here; plain names, so that reading needs no SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from soulspot_gallery.core.model import EntityType

# Newest names first; the first that is there counts. Read the columns, not `alembic_version`: it can hold two rows.
# The README's table of schemas says which combinations were tried; tests/data has a database of each age.
TABLES = {
    EntityType.ARTIST: ("soulspot_artists", "artists"),
    EntityType.ALBUM: ("soulspot_albums", "albums"),
    EntityType.PLAYLIST: ("playlists",),
}
NAMES = {EntityType.ARTIST: ("name",), EntityType.ALBUM: ("title",), EntityType.PLAYLIST: ("name",)}
URLS = {
    EntityType.ARTIST: ("image_url", "artwork_url"),
    EntityType.ALBUM: ("cover_url", "artwork_url"),
    EntityType.PLAYLIST: ("cover_url", "artwork_url"),
}
PATHS = {
    EntityType.ARTIST: ("image_path", "artwork_path"),
    EntityType.ALBUM: ("cover_path", "artwork_path"),
    EntityType.PLAYLIST: ("cover_path", "artwork_path"),
}
_PROVIDER_IDS = ("spotify_uri", "deezer_id", "tidal_id", "musicbrainz_id")
"""Columns with an entity's name at a provider; which of them a library has depends on its age."""


class Names(NamedTuple):
    """The table of a kind of entity and its columns, as a library calls them. `artist_id` for albums alone."""

    table: str
    name: str
    url: str
    path: str
    artist_id: str | None
    provider_ids: tuple[str, ...]


def names_of(kind: EntityType, columns: Mapping[str, frozenset[str]]) -> Names | None:
    """What a library with these columns by table calls this kind; None where it is no SoulSpot library."""
    for table in TABLES[kind]:
        there = columns.get(table, frozenset())
        name, url, path = (_first(each[kind], there) for each in (NAMES, URLS, PATHS))
        if "id" in there and name and url and path:
            artist_id = "artist_id" if kind is EntityType.ALBUM and "artist_id" in there else None
            return Names(table, name, url, path, artist_id, tuple(each for each in _PROVIDER_IDS if each in there))
    return None


def _first(wanted: Iterable[str], there: frozenset[str]) -> str | None:
    return next((each for each in wanted if each in there), None)
