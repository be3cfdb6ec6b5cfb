"""Makes a library that several galleries share: tables, journal and task queue in one PostgreSQL database."""

from __future__ import annotations

import sqlalchemy as sa

from soulspot_gallery.core.errors import LibraryError
from soulspot_gallery.core.journal.database import create_journal
from soulspot_gallery.core.journal.together import create_rests
from soulspot_gallery.core.library.schema import EMBEDDED, is_own, recognise
from soulspot_gallery.core.postgres import SCHEMA, lock_number, parse_url, server_engine, shown_url, trouble_with

_MAKING = lock_number("making")


def create_shared_library(library: str, queue_tables: str) -> str:
    """Make what is not there yet, in one transaction; what is there stays as it is. The library's name.

    `library`: the URL of an empty database, or of a library made so before (after an update of the gallery).
    `queue_tables`: the statements that make those of the task queue. Raises LibraryError; then nothing was made.
    """
    url = parse_url(library)
    engine, name = server_engine(url), shown_url(url)
    try:
        with engine.begin() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING)))
            _require_ours(connection, name)
            EMBEDDED.create_all(connection)
            create_journal(connection)
            create_rests(connection)
            _create_queue(connection, queue_tables)
    except sa.exc.DBAPIError as problem:
        raise LibraryError(trouble_with(name, problem)) from problem
    finally:
        engine.dispose()
    return name


def _create_queue(connection: sa.Connection, statements: str) -> None:
    if sa.inspect(connection).has_table("procrastinate_jobs", schema=SCHEMA):
        return
    # Many statements at once, in which a % is a %: past SQLAlchemy, on the same connection.
    cursor = connection.connection.cursor()
    cursor.execute(f"SET LOCAL search_path = {SCHEMA}")
    cursor.execute(statements)
    cursor.execute("SET LOCAL search_path TO DEFAULT")
    cursor.close()


def _require_ours(connection: sa.Connection, name: str) -> None:
    inspector = sa.inspect(connection)
    columns = {
        table: frozenset(column["name"] for column in inspector.get_columns(table))
        for table in inspector.get_table_names()
    }
    if columns and not is_own(columns):
        what = "the database of a SoulSpot server" if recognise(columns) else "a database with other tables"
        raise LibraryError(f"{name} is {what}, to which the gallery adds nothing; name an empty database.")
