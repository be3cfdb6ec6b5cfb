"""SoulSpot databases of three ages, made from tests/data and filled by plain sqlite3; knows nothing of the gallery."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.soulspot import soulspot_time

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Columns:
    """How one age names the table of a kind, and in it name, URL and path."""

    table: str
    name: str
    url: str
    path: str


@dataclass(frozen=True, slots=True)
class Age:
    """One schema that was in use."""

    name: str
    file: str
    kinds: dict[str, Columns]

    def make(self, file: Path) -> None:
        """Create the database, without rows, in WAL mode as a server leaves it."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript((DATA / self.file).read_text("utf-8"))
            connection.execute("PRAGMA journal_mode = WAL")

    def add(self, file: Path, kind: str, entity_id: str, name: str, url: str | None, path: str | None) -> None:
        """Insert a row; an album belongs to the artist whose id is `artist`."""
        names, now = self.kinds[kind], soulspot_time()
        row: dict[str, Any] = {"id": entity_id, names.name: name, names.url: url, names.path: path}
        row |= {"created_at": now, "updated_at": now}
        row |= {"artist_id": "artist"} if kind == "album" else {"source": "SPOTIFY"} if kind == "playlist" else {}
        marks = ", ".join("?" * len(row))
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(f"INSERT INTO {names.table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))

    def artwork(self, file: Path, kind: str) -> dict[str, tuple[str | None, str | None]]:
        """URL and path by id."""
        names = self.kinds[kind]
        with closing(sqlite3.connect(file)) as connection:
            rows = connection.execute(f"SELECT id, {names.url}, {names.path} FROM {names.table}").fetchall()
        return {entity_id: (url, path) for entity_id, url, path in rows}


AGES = (
    Age(
        "today",
        "soulspot_schema.sql",
        {
            "artist": Columns("soulspot_artists", "name", "image_url", "image_path"),
            "album": Columns("soulspot_albums", "title", "cover_url", "cover_path"),
            "playlist": Columns("playlists", "name", "cover_url", "cover_path"),
        },
    ),
    Age(
        "artwork names",
        "soulspot_artwork_names.sql",
        {
            "artist": Columns("soulspot_artists", "name", "artwork_url", "image_path"),
            "album": Columns("soulspot_albums", "title", "artwork_url", "artwork_path"),
            "playlist": Columns("playlists", "name", "artwork_url", "cover_path"),
        },
    ),
    Age(
        "first tables",
        "soulspot_first_tables.sql",
        {
            "artist": Columns("artists", "name", "artwork_url", "image_path"),
            "album": Columns("albums", "title", "artwork_url", "artwork_path"),
            "playlist": Columns("playlists", "name", "artwork_url", "cover_path"),
        },
    ),
)
