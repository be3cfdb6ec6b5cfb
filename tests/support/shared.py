"""A library on the PostgreSQL that `packaging/test.py` started, with its image root; and galleries that share them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from soulspot_gallery.core.service import ImageService, Opening
from soulspot_gallery.core.settings import Settings
from support.gallery import Gallery
from support.image_server import ImageServer

_COUNT_WRITES = """
CREATE TABLE written (id text, path text, at timestamptz DEFAULT clock_timestamp());
CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO public.written (id, path) VALUES (NEW.id, NEW.cover_path); RETURN NEW; END $$;
CREATE TRIGGER note_write AFTER UPDATE ON soulspot_albums FOR EACH ROW EXECUTE FUNCTION note_write();
"""


@dataclass(frozen=True, slots=True)
class SharedLibrary:
    """A database of its own in the server whose socket lies in `folder`; pictures in `images`."""

    folder: str
    database: str
    images: Path
    server: ImageServer

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres:geheim@/{self.database}?host={self.folder}"

    def execute(self, statement: str, *values: Any) -> list[Any]:
        """Run one statement, commit, and return its rows."""
        with psycopg.connect(host=self.folder, user="postgres", dbname=self.database) as connection:
            done = connection.execute(statement.encode(), values or None)
            return done.fetchall() if done.description else []

    def settings(self) -> Settings:
        return Settings(allowed_hosts=(self.server.host,))

    def service(self) -> Opening:
        """A gallery on this library; each has a data folder of its own, as on another machine."""
        return ImageService.open(self.url, self.images, self.images.parent / uuid4().hex, self.settings())

    def add_albums(self, urls: list[str]) -> list[str]:
        """Albums of one artist; their ids. From now on what is written to albums is counted, see `writes`."""
        ids, artist = [uuid4().hex for _ in urls], uuid4().hex
        self.execute(_COUNT_WRITES)
        now = "created_at, updated_at) VALUES (%s, %s, now(), now())"
        self.execute(f"INSERT INTO soulspot_artists (id, name, {now}", artist, "Artist")
        with psycopg.connect(host=self.folder, user="postgres", dbname=self.database) as connection:
            connection.cursor().executemany(
                "INSERT INTO soulspot_albums (id, title, artist_id, cover_url, created_at, updated_at)"
                " VALUES (%s, %s, %s, %s, now(), now())",
                [
                    (each, f"Album {number}", artist, url)
                    for number, (each, url) in enumerate(zip(ids, urls, strict=True))
                ],
            )
        return ids

    def writes(self) -> dict[str, int]:
        """How often each album's row was written."""
        return dict(self.execute("SELECT id, count(*) FROM written GROUP BY id"))

    @contextmanager
    def out_of_reach(self) -> Iterator[None]:
        """Whoever is connected to the database loses it, and nobody gets in any more until the end of this."""
        with psycopg.connect(host=self.folder, user="postgres", dbname="postgres", autocommit=True) as connection:
            allow = f'ALTER DATABASE "{self.database}" ALLOW_CONNECTIONS '
            connection.execute(f"{allow} false".encode())
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.database]
            )
            try:
                yield
            finally:
                connection.execute(f"{allow} true".encode())

    def gallery(self) -> Gallery:
        """The program set up for this library, as on a machine of its own."""
        home = self.images.parent / uuid4().hex
        home.mkdir()
        environment = {"SOULSPOT_GALLERY_ALLOWED_HOSTS": self.server.host}
        return Gallery(home, ("--library", self.url, "--image-root", str(self.images)), environment)


@contextmanager
def database_on_server() -> Iterator[tuple[str, str]]:
    """The folder of the server's socket, and the name of a new database that is gone in the end."""
    folder, name = os.environ["SOULSPOT_TEST_POSTGRES"], f"t{uuid4().hex}"
    with psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield folder, name
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
