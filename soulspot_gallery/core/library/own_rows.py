"""Rows of a library of our own: read with all that tells two of them apart, added, and completed. Statements only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from soulspot_gallery.core.library.schema import EMBEDDED
from soulspot_gallery.core.model import EntityType

_TABLES = {
    EntityType.ARTIST: EMBEDDED.tables["soulspot_artists"],
    EntityType.ALBUM: EMBEDDED.tables["soulspot_albums"],
    EntityType.PLAYLIST: EMBEDDED.tables["playlists"],
}
# Fields of OwnRow that a table names differently.
_NAMED = {
    EntityType.ARTIST: {"url": "image_url", "path": "image_path"},
    EntityType.ALBUM: {"name": "title", "url": "cover_url", "path": "cover_path", "year": "release_year"},
    EntityType.PLAYLIST: {"url": "cover_url", "path": "cover_path"},
}
_FIELDS = (
    "id", "name", "artist_id", "spotify_uri", "musicbrainz_id", "deezer_id", "year", "description", "source", "url",
    "path",
)  # fmt: skip
_FILLED = ("spotify_uri", "musicbrainz_id", "deezer_id", "year", "description", "url")


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row as it stands or is to stand; None where its table has no such column or nothing in it.

    `source` in SoulSpot's words: lower case for artists and albums, upper case for playlists.
    """

    kind: EntityType
    id: str
    name: str
    artist_id: str | None = None
    spotify_uri: str | None = None
    musicbrainz_id: str | None = None
    deezer_id: str | None = None
    year: int | None = None
    description: str | None = None
    source: str = "local"
    url: str | None = None
    path: str | None = None


def read(connection: sa.Connection) -> list[OwnRow]:
    """Every row of the library, in no order within a kind."""
    found = list[OwnRow]()
    for kind, table in _TABLES.items():
        columns = _columns(kind)
        query = sa.select(*(table.c[column].label(field) for field, column in columns.items()))
        found += [OwnRow(kind, **row._mapping) for row in connection.execute(query)]
    return found


def add(connection: sa.Connection, rows: Iterable[OwnRow]) -> None:
    """Add new rows, artists before their albums. What is there already stays as it is."""
    now = datetime.now(UTC).replace(tzinfo=None)
    by_kind: dict[EntityType, list[Mapping[str, Any]]] = {kind: [] for kind in EntityType}
    for row in rows:
        values = {column: getattr(row, field) for field, column in _columns(row.kind).items()}
        by_kind[row.kind].append({**values, "created_at": now, "updated_at": now})
    for kind, values_of_kind in by_kind.items():
        if values_of_kind:
            insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(_TABLES[kind])
            connection.execute(insert.on_conflict_do_nothing(), values_of_kind)


def complete(connection: sa.Connection, rows: Sequence[OwnRow]) -> None:
    """Fill columns that are empty with what these rows know; nothing that is there is overwritten."""
    now = datetime.now(UTC).replace(tzinfo=None)
    for row in rows:
        table, columns = _TABLES[row.kind], _columns(row.kind)
        values: dict[str, Any] = {
            columns[field]: sa.func.coalesce(table.c[columns[field]], getattr(row, field))
            for field in _FILLED
            if field in columns and getattr(row, field) is not None
        }
        if values:
            connection.execute(sa.update(table).where(table.c.id == row.id).values(**values, updated_at=now))


def _columns(kind: EntityType) -> dict[str, str]:
    """The column by field of OwnRow, for the fields that the table has."""
    named, table = _NAMED[kind], _TABLES[kind]
    return {field: column for field in _FIELDS if (column := named.get(field, field)) in table.c}
