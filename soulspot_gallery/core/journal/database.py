"""The journal's database: opened, set aside where it is damaged, read in chunks, written in short transactions."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from soulspot_gallery.core.errors import CannotOpen
from soulspot_gallery.core.journal import tables as t
from soulspot_gallery.core.journal.reserve import Reserve
from soulspot_gallery.core.postgres import SCHEMA, shown_url, trouble_with
from soulspot_gallery.core.sqlite_files import file_engine, immediate, is_short_of_room, remedy

_PATIENCE = 60.0
_VERSION = "version"
CHUNK = 500
"""So many values are named in one statement at most."""

_PAGE = 2000
"""So many rows are made in one go."""

_FEW = 100
"""A table of so many rows is read whole rather than asked for more values than that."""


class JournalError(CannotOpen):
    """The journal can't be read or written: no space, no permission."""


class JournalDatabase:
    """An open journal as a database. Methods block; call them off the event loop. Safe to use from several threads."""

    def __init__(self, engine: sa.Engine, notice: str | None, reserve: Reserve) -> None:
        """Use `open`."""
        self._engine = engine
        self._reserve = reserve
        self.notice = notice

    @classmethod
    def open(cls, file: Path) -> Self:
        """Open or create the journal; a damaged or newer one is set aside (see `notice`) and a new one begun.

        Raises JournalError where there can be none: no space, no permission.
        """
        reserve, notice = Reserve.beside(file), None
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                engine = _engine_in(reserve, file)
            except (sa.exc.DatabaseError, _Newer, _Damaged) as problem:
                if isinstance(problem, sa.exc.OperationalError):
                    raise
                aside = _set_aside(file)
                state = "was written by a newer version" if isinstance(problem, _Newer) else "is damaged"
                notice = f"The journal {state}; it was set aside as {aside.name} and a new one begun."
                engine = _engine_in(reserve, file)
            reserve.keep()
            return cls(engine, notice, reserve)
        except (OSError, sa.exc.DBAPIError) as problem:
            why = problem.orig if isinstance(problem, sa.exc.DBAPIError) else problem.strerror or problem
            raise JournalError(f"The gallery's journal {file} can't be used: {why}.{remedy(problem)}") from problem

    @classmethod
    def on_server(cls, engine: sa.Engine) -> Self:
        """The journal of a library that several galleries share, made by `create_journal`. Raises JournalError."""
        journal = cls(engine.execution_options(schema_translate_map={None: SCHEMA}), None, Reserve.none())
        version = journal._rows(sa.select(t.meta.c.value).where(t.meta.c.key == _VERSION))
        if not version or int(version[0].value) != t.VERSION:
            raise JournalError(
                "The journal of this shared library was made by another version of the gallery; use the same version "
                "on all machines, and init-library after an update."
            )
        return journal

    def close(self) -> None:
        self._engine.dispose()

    @property
    def shared(self) -> bool:
        """Whether other galleries write to this journal as well."""
        return self._engine.dialect.name != "sqlite"

    def make_room(self) -> bool:
        """Give up the reserve, because a disk is full; False where it is given up already."""
        return self._reserve.give_up()

    def _among(
        self, query: sa.Select[Any], column: sa.ColumnElement[str], values: Sequence[str]
    ) -> Iterator[sa.Row[Any]]:
        """The rows whose column holds one of these values; databases limit how many can be named at once."""
        for start in range(0, len(values), CHUNK):
            yield from self._rows(query.where(column.in_(values[start : start + CHUNK])))

    def get(self, key: str) -> str | None:
        """A small fact that was kept under this key."""
        rows = self._rows(sa.select(t.meta.c.value).where(t.meta.c.key == key))
        return rows[0][0] if rows else None

    def set(self, key: str, value: str) -> None:
        """Keep a small fact, in place of what was there."""
        self._upsert(t.meta, [{"key": key, "value": value}])

    def _among_few(self, query: sa.Select[Any], column: sa.Column[str], values: Sequence[str]) -> Iterator[sa.Row[Any]]:
        """As `_among`, of a table that has few rows in most journals, or none: to name values takes longer than to read
        them all."""
        if len(values) > _FEW and len(rows := self._rows(query.limit(_FEW + 1))) <= _FEW:
            wanted = frozenset(values)
            yield from (row for row in rows if row._mapping[column] in wanted)
        else:
            yield from self._among(query, column, values)

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        return list(self._each(query))

    def _each(self, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
        """The rows one after the other, for whoever keeps something smaller of each; other threads get their turn
        between pages, and the interpreter is held for milliseconds only."""
        try:
            with self._engine.connect() as connection:
                for page in connection.execute(query).partitions(_PAGE):
                    yield from page
        except sa.exc.DBAPIError as problem:
            raise self._trouble("read", problem) from problem

    @contextlib.contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        try:
            with immediate(self._engine, _PATIENCE) as connection:
                yield connection
        except sa.exc.DBAPIError as problem:
            raise self._trouble("written", problem) from problem

    def _trouble(self, done: str, problem: sa.exc.DBAPIError) -> JournalError:
        if self.shared:
            return JournalError(trouble_with(shown_url(self._engine.url), problem))
        return JournalError(f"The gallery's journal can't be {done}: {problem.orig}.{remedy(problem)}")

    def _upsert(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self._write_somehow(lambda connection: self._upsert_with(connection, table, rows))

    def _upsert_with(self, connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """As `_upsert`, within a transaction."""
        if rows:
            # In one order, so that galleries which write the same rows at the same time do not block each other.
            keys = [column.name for column in table.primary_key]
            in_order = sorted(rows, key=lambda row: [row[key] for key in keys])
            connection.execute(_upsert_into(table, self._engine.dialect.name), in_order)

    def _write_somehow(self, work: Callable[[sa.Connection], object]) -> None:
        """Write; where the disk is full, with the room of the reserve."""
        try:
            with self._write() as connection:
                work(connection)
        except JournalError as problem:
            if not (is_short_of_room(problem.__cause__) and self.make_room()):
                raise
            with self._write() as connection:
                work(connection)


def create_journal(connection: sa.Connection) -> None:
    """Make the journal's tables in their schema on a server, those that are not there yet."""
    connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
    own = connection.execution_options(schema_translate_map={None: SCHEMA})
    t.METADATA.create_all(own)
    own.execute(_upsert_into(t.meta, "postgresql"), [{"key": _VERSION, "value": str(t.VERSION)}])


class _Newer(Exception):
    """The journal was written by a newer gallery."""


class _Damaged(Exception):
    """The journal can be opened, but not all of it is there."""


def _engine_in(reserve: Reserve, file: Path) -> sa.Engine:
    try:
        return _engine(file)
    except sa.exc.OperationalError as problem:
        if not (is_short_of_room(problem) and reserve.give_up()):
            raise
        return _engine(file)


def _engine(file: Path) -> sa.Engine:
    engine = file_engine(file, "rwc", 1.0)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version > t.VERSION:
                raise _Newer
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            if version < t.VERSION:
                t.METADATA.create_all(connection)
                connection.exec_driver_sql(f"PRAGMA user_version={t.VERSION}")
            # A page that is damaged, or tables that are not ours, show here and not in the middle of a job.
            if (found := connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()) != "ok":
                raise _Damaged(found)
            if set(t.METADATA.tables) - set(sa.inspect(connection).get_table_names()):
                raise _Damaged
    except BaseException:
        engine.dispose()
        raise
    return engine


def _set_aside(file: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    aside = file.with_name(f"{file.name}.{stamp}.aside")
    file.replace(aside)
    for end in ("-wal", "-shm"):
        log = file.with_name(file.name + end)
        if log.exists():
            log.replace(aside.with_name(aside.name + end))
    return aside


@cache
def _upsert_into(table: sa.Table, dialect: str) -> sa.Insert:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    keys = [column.name for column in table.primary_key]
    values = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keys}
    upsert: sa.Insert = insert.on_conflict_do_update(index_elements=keys, set_=values)
    return upsert
