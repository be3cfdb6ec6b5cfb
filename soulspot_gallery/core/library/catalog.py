"""The library: rows in, Entities out; compare-and-set of the two artwork columns. No picture, no DDL of ours."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from soulspot_gallery.core.disk import database_trouble
from soulspot_gallery.core.errors import LibraryError, PictureError
from soulspot_gallery.core.library import own_rows
from soulspot_gallery.core.library.own_rows import OwnRow
from soulspot_gallery.core.library.schema import Shape
from soulspot_gallery.core.library.track_lists import TrackTables, artists_and_albums, files_of
from soulspot_gallery.core.model import Entity, EntityType, ErrorCode
from soulspot_gallery.core.postgres import (
    Turns,
    is_kept_waiting,
    trouble_with,
)
from soulspot_gallery.core.sqlite_files import (
    forgive_texts,
    immediate,
    is_busy,
    is_undecodable,
)
from soulspot_gallery.core.sqlite_logs import drop_empty_log

READ_PATIENCE = 5.0
"""Seconds a reader waits for a lock; in WAL mode there is none to wait for."""

WRITE_PATIENCE = 60.0
"""Seconds a writer waits: SoulSpot was measured to hold the write lock for 30.9 s."""

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class RowChange:
    """The artwork columns of a row: `entity` is the row as it was read, `url` and `path` what they become."""

    entity: Entity
    url: str | None
    path: str | None


def no_wait(seconds: float) -> None:
    """The `waiting` callback of callers that do not watch."""


class Library:
    """An open library. Methods block; call them off the event loop. One reader and one writer thread at a time."""

    def __init__(
        self,
        name: str,
        reader: sa.Engine,
        writer: sa.Engine,
        shapes: dict[EntityType, Shape],
        file: Path | None = None,
        *,
        own: bool = False,
        tracks: TrackTables | None = None,
    ) -> None:
        """Use `open_library`."""
        self.name = name
        self.own = own
        self.shared: sa.Engine | None = None
        """Where the journal of a library lives that several galleries write to; None: one gallery at a time."""
        self._file = file
        self.key = hashlib.sha256(name.encode()).hexdigest()[:16]
        self._had_log = True
        self._turns: Turns | None = None
        self._reader = reader
        self._writer = writer
        self._shapes = shapes
        self._tracks = tracks
        self._compare_and_set = {kind: _compare_and_set(shape) for kind, shape in shapes.items()}

    def note_log(self, *, had_log: bool) -> None:
        """Say whether the database had a log beside it before it was opened; without one, none is left."""
        self._had_log = had_log

    def share(self, turns: Turns) -> None:
        """From now on this library is one of those that have their journal with them: writers take turns."""
        self.shared, self._turns = self._writer, turns

    def turn(self) -> AbstractContextManager[bool]:
        """Hold off the other writers of a shared library for some milliseconds: see `Turns.turn`. Nobody else writes to
        any other, where no turn begins. Raises LibraryError."""
        return contextlib.nullcontext(False) if self._turns is None else self._turns.turn()

    def close(self) -> None:
        if self._turns is not None:
            self._turns.close()
        # A writer that closes last would copy the log into the database, which is its server's to do; a reader can't.
        self._writer.dispose()
        self._reader.dispose()
        if self._file is not None and not self._had_log:
            drop_empty_log(self._file)

    def entities(self, kinds: Iterable[EntityType] = ()) -> list[Entity]:
        """All entities of these kinds (default: all), in no order within a kind. Raises LibraryError."""
        wanted = frozenset(kinds) or frozenset(EntityType)
        return [entity for kind in EntityType if kind in wanted for entity in self._read(kind, None)]

    def pages(self, kinds: Iterable[EntityType] = (), size: int = 1000) -> Iterator[list[Entity]]:
        """As `entities`, read as it is asked for, at most `size` at a time, by kind and then by id. Raises
        LibraryError."""
        wanted = frozenset(kinds) or frozenset(EntityType)
        for kind in EntityType:
            column = self._shapes[kind].table.c.id
            query = self._columns(kind).where(column.is_not(None)).order_by(column).limit(size)
            rows = self._rows(query) if kind in wanted else ()
            while rows:
                yield _entities(kind, rows)
                rows = self._rows(query.where(column > rows[-1][0])) if len(rows) == size else ()

    def count(self, kinds: Iterable[EntityType] = ()) -> int:
        """How many rows of these kinds there are (default: of all). Raises LibraryError."""
        wanted = frozenset(kinds) or frozenset(EntityType)
        tables = [shape.table for kind, shape in self._shapes.items() if kind in wanted]
        return sum(int(self._rows(sa.select(sa.func.count()).select_from(table))[0][0]) for table in tables)

    def count_links(self, kinds: Iterable[EntityType] = ()) -> int:
        """How many of them have a URL. Raises LibraryError."""
        wanted = frozenset(kinds) or frozenset(EntityType)
        columns = [shape.table.c[shape.url] for kind, shape in self._shapes.items() if kind in wanted]
        return sum(int(self._rows(sa.select(sa.func.count()).where(column != ""))[0][0]) for column in columns)

    def find(self, kind: EntityType, ids: Iterable[str]) -> list[Entity]:
        """The entities of one kind with these ids; unknown ids are left out. Raises LibraryError."""
        wanted, found = sorted(set(ids)), list[Entity]()
        for start in range(0, len(wanted), _CHUNK):
            found += self._read(kind, self._shapes[kind].table.c.id.in_(wanted[start : start + _CHUNK]))
        return found

    @property
    def knows_tracks(self) -> bool:
        """Whether it says which tracks are on a playlist."""
        return self._tracks is not None

    def members(self, playlists: Iterable[str]) -> dict[EntityType, frozenset[str]]:
        """The ids of the artists and albums of the tracks on these playlists; none where the library knows no tracks.
        Raises LibraryError."""
        wanted, artists, albums = sorted(set(playlists)), set[str](), set[str]()
        for start in range(0, len(wanted) if self._tracks else 0, _CHUNK):
            assert self._tracks is not None
            for artist, album in self._rows(artists_and_albums(self._tracks, wanted[start : start + _CHUNK])):
                artists.update([str(artist)] if artist else [])
                albums.update([str(album)] if album else [])
        return {EntityType.ARTIST: frozenset(artists), EntityType.ALBUM: frozenset(albums)}

    def music_files(self, kind: EntityType, entity_id: str, limit: int = 20) -> list[str]:
        """Paths of music files of an album or artist, a few, as the server that scanned them wrote them: they may lead
        nowhere on this computer. Raises LibraryError."""
        query = None if self._tracks is None else files_of(self._tracks, kind, entity_id)
        return [] if query is None else [str(row[0]) for row in self._rows(query.limit(limit))]

    def naming(self, paths: Iterable[str]) -> list[Entity]:
        """The entities whose path column holds one of these texts, spelled exactly so. Raises LibraryError."""
        wanted, found = sorted(set(paths)), list[Entity]()
        for kind, shape in self._shapes.items():
            for start in range(0, len(wanted), _CHUNK):
                found += self._read(kind, shape.table.c[shape.path].in_(wanted[start : start + _CHUNK]))
        return found

    def paths(self) -> list[str | None]:
        """What the path columns hold, as it stands there: a text or None for each entity. Raises LibraryError."""
        found = list[str | None]()
        for shape in self._shapes.values():
            rows = self._rows(sa.select(shape.table.c.id, shape.table.c[shape.path]))
            found += [_text(path) for entity_id, path in rows if entity_id]
        return found

    def provider_ids(self) -> frozenset[str]:
        """What providers call any entity: `4Z8W…` for `spotify:artist:4Z8W…`. Raises LibraryError."""
        found = set[str]()
        for shape in self._shapes.values():
            columns = [shape.table.c[name] for name in shape.provider_ids]
            for row in self._rows(sa.select(*columns)) if columns else ():
                found.update(re.split("[:/]", text)[-1] for value in row if (text := _text(value)))
        return frozenset(found)

    def identifiers(self, kind: EntityType, ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """What providers call these entities, by id and then by column (`spotify_uri`, `musicbrainz_id` ...); columns
        that this library does not have, and empty ones, are left out. Raises LibraryError."""
        shape, wanted, found = self._shapes[kind], sorted(set(ids)), dict[str, dict[str, str]]()
        columns = [shape.table.c[name] for name in shape.provider_ids]
        for start in range(0, len(wanted) if columns else 0, _CHUNK):
            query = sa.select(shape.table.c.id, *columns)
            for row in self._rows(query.where(shape.table.c.id.in_(wanted[start : start + _CHUNK]))):
                pairs = zip(shape.provider_ids, row[1:], strict=True)
                found[str(row[0])] = {name: text for name, value in pairs if (text := _text(value))}
        return found

    def require_writable(self) -> None:
        """Raises LibraryError where the rows of a SQLite file can only be read; a server's rights are its own."""
        if self._file is not None and not all(os.access(each, os.W_OK) for each in (self._file, self._file.parent)):
            raise LibraryError(
                f"The library {self.name} is read-only; let this user write the file and its folder, then try again."
            )

    def change(self, changes: Sequence[RowChange], waiting: Callable[[float], None] = no_wait) -> list[bool]:
        """Compare-and-set each row in one short transaction; False where a row is no longer as it was read.

        Waits up to 60 s for another program's lock, calling `waiting` with the seconds waited.
        Raises PictureError (database-busy, database); then no row is changed.
        """
        try:
            with immediate(self._writer, WRITE_PATIENCE, waiting) as connection:
                return [self._change(connection, change) for change in changes]
        except sa.exc.DBAPIError as problem:
            if is_busy(problem) or is_kept_waiting(problem):
                raise PictureError(
                    ErrorCode.DATABASE_BUSY,
                    f"Another program kept {self.name} locked for {WRITE_PATIENCE:.0f} s; try again when it is done.",
                ) from problem
            written = f"The library {self.name} can't be written"
            own = PictureError(ErrorCode.DATABASE, trouble(self.name, self._file, "written", problem))
            raise (database_trouble(problem.orig, written) or own) from problem

    def own_rows(self) -> list[OwnRow]:
        """Every row with its identifiers, of a library of our own (`own`). Raises LibraryError."""
        try:
            with self._reader.connect() as connection:
                return own_rows.read(connection)
        except sa.exc.DBAPIError as problem:
            raise LibraryError(trouble(self.name, self._file, "read", problem)) from problem

    def add(
        self, new: Sequence[OwnRow], completed: Sequence[OwnRow] = (), waiting: Callable[[float], None] = no_wait
    ) -> None:
        """Add rows and complete others in one transaction, to a library of our own. Raises LibraryError; then nothing
        is added."""
        if not self.own:
            raise LibraryError(
                f"{self.name} is the database of a SoulSpot server, to which the gallery adds nothing; "
                "leave out --library to add to your own library."
            )
        try:
            with immediate(self._writer, WRITE_PATIENCE, waiting) as connection:
                own_rows.add(connection, new)
                own_rows.complete(connection, completed)
        except sa.exc.DBAPIError as problem:
            raise LibraryError(trouble(self.name, self._file, "written", problem)) from problem

    def _change(self, connection: sa.Connection, change: RowChange) -> bool:
        shape, old = self._shapes[change.entity.kind], change.entity
        values = {"of": old.id, "old_url": old.url, "old_path": old.path, "url": change.url, "path": change.path}
        now = {"now": datetime.now(UTC).replace(tzinfo=None)} if shape.has_updated_at else {}
        return connection.execute(self._compare_and_set[change.entity.kind], values | now).rowcount == 1

    def _read(self, kind: EntityType, where: sa.ColumnElement[bool] | None) -> list[Entity]:
        query = self._columns(kind)
        return _entities(kind, self._rows(query if where is None else query.where(where)))

    def _columns(self, kind: EntityType) -> sa.Select[Any]:
        shape, columns = self._shapes[kind], self._shapes[kind].table.c
        artist: sa.ColumnElement[str] | sa.Null = sa.null()
        source: sa.FromClause = shape.table
        if shape.artist_id:
            artists = self._shapes[EntityType.ARTIST]
            artist = artists.table.c[artists.name]
            source = shape.table.outerjoin(artists.table, columns[shape.artist_id] == artists.table.c.id)
        query = sa.select(columns.id, columns[shape.name], artist, columns[shape.url], columns[shape.path])
        return query.select_from(source)

    def _rows(self, query: sa.Select[Any]) -> Sequence[Sequence[Any]]:
        try:
            with self._reader.connect() as connection:
                try:
                    return connection.execute(query).all()
                except sa.exc.OperationalError as problem:
                    if not is_undecodable(problem):
                        raise
                    # One text that is none must not hide all others. Slower, so only where it is needed.
                    forgive_texts(connection)
                    return connection.execute(query).all()
        except sa.exc.DBAPIError as problem:
            raise LibraryError(trouble(self.name, self._file, "read", problem)) from problem


def _entities(kind: EntityType, rows: Iterable[Sequence[Any]]) -> list[Entity]:
    # An entity without an id can't be named, so it can't be shown either. Other NULLs are lived with.
    return [
        Entity(kind, str(row[0]), _text(row[1]) or "", _text(row[2]), _text(row[3]), _text(row[4]))
        for row in rows
        if row[0]
    ]


def _compare_and_set(shape: Shape) -> sa.Update:
    columns = shape.table.c
    values: dict[str, sa.BindParameter[object]] = {shape.url: sa.bindparam("url"), shape.path: sa.bindparam("path")}
    if shape.has_updated_at:
        values["updated_at"] = sa.bindparam("now")
    return (
        sa.update(shape.table)
        .where(
            columns.id == sa.bindparam("of"),
            columns[shape.url].is_not_distinct_from(sa.bindparam("old_url")),
            columns[shape.path].is_not_distinct_from(sa.bindparam("old_path")),
        )
        .values(values)
    )


def _text(value: object) -> str | None:
    """A column's text: SQLite columns hold what they like, whatever their type says."""
    if value is None or isinstance(value, str):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def trouble(name: str, file: Path | None, done: str, problem: sa.exc.DBAPIError) -> str:
    """Why the library can't be read or written, as a sentence; a server (no `file`) has its own."""
    if file is None:
        return trouble_with(name, problem)
    if is_busy(problem):
        return f"The library {name} is locked by another program; close that or try again later."
    return f"The library {name} can't be {done}: {problem.orig}."
