"""SQLite engines on files: read-only, writing, never creating by accident; and waiting for another program's lock."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from soulspot_gallery.core.sqlite_logs import is_kept_from_writing, reading_uri

BUSY_SLICE = 0.25
"""Seconds SQLite waits for a lock before we are asked again: how quickly a wait can be cancelled."""


NO_CHECKPOINT = "PRAGMA wal_autocheckpoint=0"
"""For connections to a database whose log is another program's to tidy up."""


def file_engine(file: Path, mode: str, busy_timeout: float, *pragmas: str) -> sa.Engine:
    """An engine on a SQLite file. `mode` is SQLite's: ro, rw (never creates) or rwc; `busy_timeout` in seconds;
    each connection begins with the `pragmas`. For a folder that can't be written see `reading_uri`; there connections
    are not kept, as each sees what was there when it was made.

    Transactions are begun by hand (`immediate`), so that none starts as a reader and fails as a writer. Its errors name
    no values: among them are URLs with tokens, and an error that nobody expected ends in a report.
    """
    reading = mode == "ro"

    def connect() -> sqlite3.Connection:
        uri = reading_uri(file) if reading else f"{file.absolute().as_uri()}?mode={mode}"
        opened = sqlite3.connect(uri, uri=True, timeout=busy_timeout, isolation_level=None, check_same_thread=False)
        for pragma in pragmas:
            opened.execute(pragma)
        return opened

    pool = sa.NullPool if reading and is_kept_from_writing(file) else sa.QueuePool
    return sa.create_engine("sqlite://", creator=connect, poolclass=pool, hide_parameters=True)


def is_busy(problem: sa.exc.DBAPIError) -> bool:
    """True where another connection's lock was in the way."""
    code = getattr(problem.orig, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_short_of_room(problem: BaseException | None) -> bool:
    """True where the disk may be too full to write; SQLite says it in several ways."""
    code = getattr(getattr(problem, "orig", None), "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def remedy(problem: BaseException | None) -> str:
    """What to do about SQLite's trouble with the disk, to follow a sentence; empty where that is something else."""
    code = getattr(getattr(problem, "orig", None), "sqlite_errorcode", None)
    if code is None or code & 0xFF not in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return ""
    return " Free some space, or look whether its disk is in order, then take the work up again."


def is_undecodable(problem: sa.exc.DBAPIError) -> bool:
    """True where a TEXT value is no UTF-8; SQLite lets programs write such."""
    return "decode to UTF-8" in str(problem.orig)


def forgive_texts(connection: sa.Connection) -> None:
    """From now on this connection shows what is no UTF-8 with stand-ins (U+FFFD)."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.text_factory = lambda raw: raw.decode("utf-8", "replace")


@contextlib.contextmanager
def immediate(
    engine: sa.Engine, patience: float, waiting: Callable[[float], None] = lambda seconds: None
) -> Iterator[sa.Connection]:
    """A short write transaction, in which a server waits for a row up to `patience` seconds. SQLite takes the write
    lock at its beginning, waiting up to `patience` seconds and calling `waiting` with the seconds waited; what that
    raises ends the wait.

    Raises the driver's OperationalError (see `is_busy`) where the lock can't be had.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{patience:.0f}s'")
            yield connection
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        start = time.monotonic()
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                break
            except sa.exc.OperationalError as problem:
                waited = time.monotonic() - start
                if not is_busy(problem) or waited > patience:
                    raise
                waiting(waited)
        try:
            yield connection
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            driver = connection.connection.dbapi_connection
            if driver is not None and driver.in_transaction:  # SQLite has ended it itself where the disk is full
                connection.exec_driver_sql("ROLLBACK")
            raise
