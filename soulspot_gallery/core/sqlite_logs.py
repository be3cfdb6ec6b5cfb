"""The log that SQLite keeps beside a database: whoever only looks leaves none behind. Needs no SQLAlchemy."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

_WAL = 2
_WRITE_VERSION = 18
"""The byte of a database's header that says how it is written; `_WAL` stands for a log beside it."""


def is_kept_from_writing(file: Path) -> bool:
    """Whether nothing can be laid beside this database, as on a volume that is mounted read-only."""
    return not os.access(file.absolute().parent, os.W_OK)


def reading_uri(file: Path) -> str:
    """The URI for one connection that reads this database.

    In WAL mode SQLite lays a log beside a database that nobody has open, even to read it. Where it can't, and no log is
    there, all that was ever written is in the file, which is read as it stands.
    """
    uri = f"{file.absolute().as_uri()}?mode=ro"
    return f"{uri}&immutable=1" if is_kept_from_writing(file) and _is_closed(file) else uri


def _is_closed(file: Path) -> bool:
    try:
        with file.open("rb") as database:
            header = database.read(_WRITE_VERSION + 1)
    except OSError:  # SQLite says what is wrong with it
        return False
    return header[_WRITE_VERSION:] == bytes([_WAL]) and not has_log(file)


def has_log(file: Path) -> bool:
    """Whether a database in WAL mode has its log beside it: it is open somewhere, or was not closed."""
    return file.with_name(file.name + "-wal").exists()


def drop_empty_log(file: Path) -> None:
    """Have SQLite remove an empty log that looking at the database has made; one that holds anything stays.

    A reader can't remove it; a writer that closes last does. Nothing is written, and whoever uses the database
    meanwhile keeps the log.
    """
    log = file.with_name(file.name + "-wal")
    with contextlib.suppress(OSError, sqlite3.Error):
        if log.stat().st_size == 0:
            with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as last:
                last.execute("SELECT 1 FROM sqlite_master")
