"""A library with its image root and a server for it, for tests of the engine and of the command line."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from soulspot_gallery.core.files.checks import FileChecks
from soulspot_gallery.core.files.store import Store
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.library.opening import open_library
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.service import ImageService, Opening
from soulspot_gallery.core.settings import Settings
from support import pictures
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase

_ARTWORK = {"image_url", "image_path", "cover_url", "cover_path", "updated_at"}


@dataclass(frozen=True, slots=True)
class World:
    """`images` lies beside the library; the gallery's own state goes to `data`."""

    library: SoulspotDatabase
    server: ImageServer

    @property
    def images(self) -> Path:
        return self.library.path.parent / "images"

    @property
    def data(self) -> Path:
        return self.library.path.parent.parent / "data"

    def service(self) -> Opening:
        """The engine on this library, with leave to contact the server."""
        return ImageService.open(self.library.path, self.images, self.data, self.settings())

    def settings(self) -> Settings:
        return Settings(allowed_hosts=(self.server.host,))

    def opened(self) -> Opened:
        """What the engine opens, without the engine. To be closed with `close`."""
        library, store = open_library(self.library.path), Store(self.images)
        journal = Journal.open(self.data / "journals" / f"{library.key}.db")
        return Opened(library, store, journal, FileChecks(store, journal))

    def picture(self, path: str, content: bytes | None = None) -> str:
        """A file under the image root, a whole WebP unless told otherwise, two days old; returns its path."""
        file = self.images / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pictures.webp() if content is None else content)
        two_days_ago = time.time() - 2 * 86_400
        os.utime(file, (two_days_ago, two_days_ago))
        return path

    def files(self) -> dict[str, bytes]:
        """Every file under the image root but those in the gallery's own folder."""
        return {
            file.relative_to(self.images).as_posix(): file.read_bytes()
            for file in sorted(self.images.rglob("*"))
            if file.is_file() and ".soulspot-gallery" not in file.relative_to(self.images).parts
        }

    def rows(self) -> list[str]:
        """All rows of the library, without the columns that the gallery may write."""
        rows = []
        with closing(sqlite3.connect(self.library.path)) as connection:
            connection.row_factory = sqlite3.Row
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                for row in connection.execute(f'SELECT * FROM "{table}"'):
                    kept = {name: row[name] for name in row.keys() if name not in _ARTWORK}  # noqa: SIM118
                    rows.append(f"{table} {kept}")
        return rows

    def unnamed(self) -> set[str]:
        """The pictures in our layout that their rows do not name."""
        named = set[str]()
        for table, column in (
            ("soulspot_artists", "image_path"),
            ("soulspot_albums", "cover_path"),
            ("playlists", "cover_path"),
        ):
            named |= {path for (path,) in self.library.execute(f"SELECT {column} FROM {table}") if path}
        ours = {path for path in self.files() if len(path.split("/")) == 3 and len(path.split("/")[1]) == 2}
        return ours - named

    def assert_sound(self) -> None:
        """No temporary file, nothing kept aside, and no picture in our layout that its row does not name."""
        assert not [path for path in self.files() if path.endswith(".part")]
        assert not list((self.images / ".soulspot-gallery").rglob("*.old"))
        assert not self.unnamed()


def close(opened: Opened) -> None:
    opened.store.end_writing()
    opened.journal.close()
    opened.library.close()


def cache_path(kind: str, entity_id: str) -> str:
    """Where the gallery writes, put down here once more so that a change shows."""
    return f"{kind}s/{entity_id[:2]}/{entity_id}.webp"
