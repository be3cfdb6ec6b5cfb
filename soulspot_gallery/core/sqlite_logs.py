"""The log that SQLite keeps beside a database: whoever only looks leaves none behind. Needs no SQLAlchemy."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path


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
