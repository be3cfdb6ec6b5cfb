"""The table shapes of libraries: how SoulSpot names things, now and earlier, and the shape of the embedded library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from soulspot_gallery.core.library.names import NAMES, PATHS, TABLES, URLS, names_of
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
    found = names_of(kind, columns)
    if found is None:
        return None
    wanted = {"id", found.name, found.url, found.path, *found.provider_ids}
    clause = sa.table(
        found.table,
        *(sa.column(each, sa.String) for each in wanted | ({found.artist_id} if found.artist_id else set())),
        sa.column("updated_at", sa.DateTime),
    )
    has_updated_at = "updated_at" in columns[found.table]
    return Shape(kind, clause, found.name, found.url, found.path, has_updated_at, found.artist_id, found.provider_ids)


def wanted_text() -> str:
    """What a library must have, for error texts: all names that were ever in use."""
    return "; ".join(
        f"{' or '.join(TABLES[kind])} with "
        + ", ".join(" or ".join(names[kind]) for names in ({kind: ("id",)}, NAMES, URLS, PATHS))
        for kind in EntityType
    )


def found_text(columns: Mapping[str, frozenset[str]]) -> str:
    """What a library has instead, for error texts: the columns of tables that were looked for, else tables' names."""
    wanted = {table for tables in TABLES.values() for table in tables} & columns.keys()
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
