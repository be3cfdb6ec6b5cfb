"""A database as SoulSpot's own migrations leave it, filled through plain sqlite3; knows nothing of the gallery."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

SCHEMA = Path(__file__).resolve().parent.parent / "data" / "soulspot_schema.sql"

_COLUMNS = {
    "artist": ("soulspot_artists", "name", "image_url", "image_path"),
    "album": ("soulspot_albums", "title", "cover_url", "cover_path"),
    "playlist": ("playlists", "name", "cover_url", "cover_path"),
}


def soulspot_time(moment: datetime | None = None) -> str:
    """A moment (default: now) as SoulSpot writes it: naive UTC with six digits of a second."""
    moment = datetime.now(UTC) if moment is None else moment
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says of its picture."""

    name: str
    url: str | None
    path: str | None
    updated_at: str


@dataclass(frozen=True, slots=True)
class SoulspotDatabase:
    """A handle by path: every call opens and closes a connection of its own, so nothing stays locked."""

    path: Path

    def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement, commit, and return its rows."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")
            return connection.execute(statement, values).fetchall()

    def schema(self) -> list[tuple[Any, ...]]:
        """Every object as SQLite keeps it, to tell whether anything was changed."""
        return self.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")

    def switch_to_wal(self) -> None:
        """The journal mode of a database that SoulSpot has used."""
        self.execute("PRAGMA journal_mode = WAL")

    def add_artist(
        self, name: str = "Artist", url: str | None = None, path: str | None = None, entity_id: str | None = None
    ) -> str:
        """Insert an artist and return its id (default: a new uuid4)."""
        return self._insert("artist", {"name": name, "image_url": url, "image_path": path}, entity_id)

    def add_album(
        self,
        title: str = "Album",
        url: str | None = None,
        path: str | None = None,
        entity_id: str | None = None,
        artist_id: str | None = None,
    ) -> str:
        """Insert an album and return its id. Without `artist_id` an artist is inserted for it."""
        artist_id = self.add_artist() if artist_id is None else artist_id
        values = {"title": title, "artist_id": artist_id, "cover_url": url, "cover_path": path}
        return self._insert("album", values, entity_id)

    def add_playlist(
        self, name: str = "Playlist", url: str | None = None, path: str | None = None, entity_id: str | None = None
    ) -> str:
        """Insert a playlist and return its id."""
        values = {"name": name, "source": "spotify", "cover_url": url, "cover_path": path}
        return self._insert("playlist", values, entity_id)

    def add_track(self, title: str, artist_id: str, album_id: str | None, playlists: Iterable[str] = ()) -> str:
        """Insert a track, put it at the end of these playlists, and return its id."""
        track, now = str(uuid4()), soulspot_time()
        self.execute(
            "INSERT INTO soulspot_tracks"
            " (id, title, artist_id, album_id, duration_ms, disc_number, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, 1, 1, ?, ?)",
            *(track, title, artist_id, album_id, now, now),
        )
        for playlist in playlists:
            statement = "INSERT INTO playlist_tracks (playlist_id, track_id, position, added_at) VALUES (?, ?, 1, ?)"
            self.execute(statement, playlist, track, now)
        return track

    def row(self, kind: str, entity_id: str) -> Row:
        """The row of that kind (`artist`, `album`, `playlist`) and id; LookupError where there is none."""
        table, name, url, path = _COLUMNS[kind]
        rows = self.execute(f"SELECT {name}, {url}, {path}, updated_at FROM {table} WHERE id = ?", entity_id)
        if not rows:
            raise LookupError(f"no {kind} has the id {entity_id}")
        return Row(*rows[0])

    def set_artwork(self, kind: str, entity_id: str, url: str | None, path: str | None) -> None:
        """Write both artwork columns, as SoulSpot does behind the gallery's back."""
        table, _, url_column, path_column = _COLUMNS[kind]
        statement = f"UPDATE {table} SET {url_column} = ?, {path_column} = ?, updated_at = ? WHERE id = ?"
        self.execute(statement, url, path, soulspot_time(), entity_id)

    def delete(self, kind: str, entity_id: str) -> None:
        self.execute(f"DELETE FROM {_COLUMNS[kind][0]} WHERE id = ?", entity_id)

    def _insert(self, kind: str, values: dict[str, str | None], entity_id: str | None) -> str:
        entity_id = str(uuid4()) if entity_id is None else entity_id
        now = soulspot_time()
        whole = {"id": entity_id, **values, "created_at": now, "updated_at": now}
        marks = ", ".join("?" * len(whole))
        self.execute(f"INSERT INTO {_COLUMNS[kind][0]} ({', '.join(whole)}) VALUES ({marks})", *whole.values())
        return entity_id


def soulspot_database(path: Path) -> SoulspotDatabase:
    """Create the database file at `path`, with SoulSpot's schema and no rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA synchronous = OFF;" + SCHEMA.read_text("utf-8"))
    return SoulspotDatabase(path)
