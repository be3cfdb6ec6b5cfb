"""The table shapes of libraries: how SoulSpot names things, now and earlier, and the shape of the embedded library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from soulspot_gallery.core.model import EntityType


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a kind of entity stands: its table and the columns that matter here."""

    kind: EntityType
    table: sa.TableClause
    name: str
    url: str
    path: str
    has_updated_at: bool
    artist_id: str | None = None
    provider_ids: tuple[str, ...] = ()


# Newest names first; the first that is there counts. Read the columns, not `alembic_version`: it can hold two rows.
# The README's table of schemas says which combinations were tried; tests/data has a database of each age.
_TABLES = {
    EntityType.ARTIST: ("soulspot_artists", "artists"),
    EntityType.ALBUM: ("soulspot_albums", "albums"),
    EntityType.PLAYLIST: ("playlists",),
}
_NAMES = {EntityType.ARTIST: ("name",), EntityType.ALBUM: ("title",), EntityType.PLAYLIST: ("name",)}
_URLS = {
    EntityType.ARTIST: ("image_url", "artwork_url"),
    EntityType.ALBUM: ("cover_url", "artwork_url"),
    EntityType.PLAYLIST: ("cover_url", "artwork_url"),
}
_PATHS = {
    EntityType.ARTIST: ("image_path", "artwork_path"),
    EntityType.ALBUM: ("cover_path", "artwork_path"),
    EntityType.PLAYLIST: ("cover_path", "artwork_path"),
}

_PROVIDER_IDS = ("spotify_uri", "deezer_id", "tidal_id", "musicbrainz_id")
"""Columns with an entity's name at a provider; which of them a library has depends on its age."""


def recognise(columns: Mapping[str, frozenset[str]]) -> dict[EntityType, Shape] | None:
    """The shapes of a library with these columns by table, or None where it is no SoulSpot library."""
    shapes = {}
    for kind in EntityType:
        shape = _recognise_kind(kind, columns)
        if shape is None:
            return None
        shapes[kind] = shape
    return shapes


def _recognise_kind(kind: EntityType, columns: Mapping[str, frozenset[str]]) -> Shape | None:
    for table in _TABLES[kind]:
        there = columns.get(table, frozenset())
        name, url, path = (
            next((each for each in wanted[kind] if each in there), None) for wanted in (_NAMES, _URLS, _PATHS)
        )
        if "id" in there and name and url and path:
            artist_id = "artist_id" if kind is EntityType.ALBUM and "artist_id" in there else None
            provider_ids = tuple(each for each in _PROVIDER_IDS if each in there)
            clause = sa.table(
                table,
                *(
                    sa.column(each, sa.String)
                    for each in {"id", name, url, path, *provider_ids} | ({artist_id} if artist_id else set())
                ),
                sa.column("updated_at", sa.DateTime),
            )
            return Shape(kind, clause, name, url, path, "updated_at" in there, artist_id, provider_ids)
    return None


def wanted_text() -> str:
    """What a library must have, for error texts: all names that were ever in use."""
    return "; ".join(
        f"{' or '.join(_TABLES[kind])} with "
        + ", ".join(" or ".join(names[kind]) for names in ({kind: ("id",)}, _NAMES, _URLS, _PATHS))
        for kind in EntityType
    )


def found_text(columns: Mapping[str, frozenset[str]]) -> str:
    """What a library has instead, for error texts: the columns of tables that were looked for, else tables' names."""
    wanted = {table for tables in _TABLES.values() for table in tables} & columns.keys()
    if wanted:
        return "; ".join(f"{table} with {', '.join(sorted(columns[table]))}" for table in sorted(wanted))
    return ", ".join(sorted(columns)) or "no tables"


def is_own(columns: Mapping[str, frozenset[str]]) -> bool:
    """True for a library that the gallery made: only there may it add rows. SoulSpot's tables have more columns."""
    return all(columns.get(name) == frozenset(table.c.keys()) for name, table in EMBEDDED.tables.items())


EMBEDDED = sa.MetaData()
"""The embedded library: SoulSpot's tables, as far as artwork is concerned."""


def _text(length: int) -> sa.types.TypeEngine[str]:
    """SoulSpot's lengths, which SQLite does not keep to; a server would, and refuse a long name."""
    return sa.String(length).with_variant(sa.Text(), "postgresql")


def _times() -> tuple[sa.Column[datetime], sa.Column[datetime]]:
    return sa.Column("created_at", sa.DateTime, nullable=False), sa.Column("updated_at", sa.DateTime, nullable=False)


sa.Table(
    "soulspot_artists",
    EMBEDDED,
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("name", _text(255), nullable=False, index=True),
    sa.Column("spotify_uri", _text(255), unique=True),
    sa.Column("musicbrainz_id", _text(36), unique=True),
    sa.Column("deezer_id", _text(50), unique=True),
    sa.Column("source", _text(20), nullable=False, server_default="local"),
    sa.Column("image_url", _text(512)),
    sa.Column("image_path", _text(512)),
    *_times(),
)
sa.Table(
    "soulspot_albums",
    EMBEDDED,
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("title", _text(255), nullable=False, index=True),
    sa.Column("artist_id", sa.ForeignKey("soulspot_artists.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("spotify_uri", _text(255), unique=True),
    sa.Column("musicbrainz_id", _text(36), unique=True),
    sa.Column("deezer_id", _text(50), unique=True),
    sa.Column("release_year", sa.Integer),
    sa.Column("source", _text(20), nullable=False, server_default="local"),
    sa.Column("cover_url", _text(512)),
    sa.Column("cover_path", _text(512)),
    *_times(),
)
sa.Table(
    "playlists",
    EMBEDDED,
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("name", _text(255), nullable=False, index=True),
    sa.Column("description", sa.Text),
    sa.Column("source", _text(50), nullable=False, server_default="MANUAL"),
    sa.Column("spotify_uri", _text(255), unique=True),
    sa.Column("cover_url", _text(512)),
    sa.Column("cover_path", _text(512)),
    *_times(),
)
