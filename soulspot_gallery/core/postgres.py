"""PostgreSQL servers: URLs without their secrets, engines, turns at writing, and what went wrong as a sentence."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator

import sqlalchemy as sa

from soulspot_gallery.core.errors import LibraryError

SCHEMA = "gallery"
"""The schema in a shared library's database that holds the journal and the task queue."""

PATIENCE = 60.0
"""Seconds to wait for a row or a turn that somebody else has."""

_DRIVER = "postgresql+psycopg"
_NAMES = ("postgresql", "postgres", _DRIVER)
_PORT = 5432
_ALIVE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Of libpq, in seconds: a machine that went away is noticed within a minute, and with it end its locks."""

_BUSY = {"55P03", "40P01", "40001"}  # a lock not had in time, a deadlock, a transaction that would not be in order
_NO_RIGHT = "42501"


def parse_url(text: str) -> sa.URL:
    """The URL of a PostgreSQL database. Raises LibraryError, which never repeats what was typed: it holds passwords."""
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in _NAMES or not url.database:
        raise LibraryError(
            "This is no URL of a library; write postgresql+psycopg://user@server/database, or the path of a file."
        )
    return url.set(drivername=_DRIVER)


def shown_url(url: sa.URL) -> str:
    """The canonical URL: server, port and database, with neither user nor password nor options."""
    hosts = url.query.get("host", ())
    host = (url.host or (hosts if isinstance(hosts, str) else ",".join(hosts)) or "localhost").lower()
    port = url.port or url.query.get("port") or _PORT
    return f"postgresql://{host}:{port}/{url.database}"


def server_engine(url: sa.URL) -> sa.Engine:
    """An engine on a server; nothing is asked of it yet. Raises LibraryError where psycopg is not installed."""
    try:
        return sa.create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=_ALIVE)
    except ImportError:
        raise LibraryError(
            "Libraries on PostgreSQL need the optional package: pip install 'soulspot-gallery[postgres]'."
        ) from None


def is_kept_waiting(problem: sa.exc.DBAPIError) -> bool:
    """True where another connection's lock was in the way."""
    return getattr(problem.orig, "sqlstate", None) in _BUSY


def trouble_with(name: str, problem: sa.exc.DBAPIError) -> str:
    """What is wrong with the server of this library, and what to do."""
    state, said = getattr(problem.orig, "sqlstate", None), _said(problem)
    if state is None and _answered(problem):
        return (
            f"The server of the library {name} refuses the connection ({said}); check the user, the password "
            "(PGPASSWORD, ~/.pgpass or in the URL) and the name of the database, which createdb makes."
        )
    if state == _NO_RIGHT:
        return f"This user lacks a right in the library {name} ({said}); let its owner grant it."
    if state is None or state.startswith(("08", "57P")):
        return f"The server of the library {name} can't be reached ({said}); check its URL, and that the server runs."
    return f"The library {name} can't be used: {said}."


def _said(problem: sa.exc.DBAPIError) -> str:
    """What the server said, without the statement that it said it to, and without the ways that lead to a refusal."""
    said = " ".join(str(problem.orig).partition("\nLINE ")[0].split())
    return said.rpartition("FATAL: ")[2].strip()[:300].rstrip(".")


def _answered(problem: sa.exc.DBAPIError) -> bool:
    """Whether a server is there that lets nobody in; of that there is no state, and the words are in its language."""
    connection = getattr(problem.orig, "pgconn", None)
    return "FATAL: " in str(problem.orig) or bool(connection is not None and connection.needs_password)


class Turns:
    """One at a time of all galleries on a server's database writes files and rows, for some milliseconds.

    A turn is a lock of a session, so it ends with the process that has it, however that ends. Whoever has the turn
    and finds something half done knows for that reason that nobody is at it any more. One thread.
    """

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._session: sa.Connection | None = None
        self._taken = False

    @contextlib.contextmanager
    def turn(self) -> Iterator[bool]:
        """Waits for the turn up to 60 s; True where it begins here, False within another. Raises LibraryError."""
        if self._taken:
            yield False
            return
        try:
            session = self._begin()
        except sa.exc.DBAPIError as problem:
            self.close()
            if is_kept_waiting(problem):
                raise LibraryError(
                    f"Another gallery has been writing to {self._name} for {PATIENCE:.0f} s; try again when it is done."
                ) from problem
            raise LibraryError(trouble_with(self._name, problem)) from problem
        self._taken = True
        try:
            yield True
        finally:
            self._taken = False
            try:
                session.execute(_UNLOCK)
            except sa.exc.DBAPIError:  # the session has ended, and the turn with it
                self.close()

    def close(self) -> None:
        if self._session is not None:
            with contextlib.suppress(sa.exc.DBAPIError):
                self._session.invalidate()
                self._session.close()
            self._session = None

    def _begin(self) -> sa.Connection:
        for last in (False, True):
            if self._session is None:
                self._session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                self._session.exec_driver_sql(f"SET lock_timeout = '{PATIENCE:.0f}s'")
            try:
                self._session.execute(_LOCK)
                break
            except sa.exc.DBAPIError as problem:
                # A session that lay idle may have been ended by the server or the network.
                if last or is_kept_waiting(problem):
                    raise
                self.close()
        assert self._session is not None
        return self._session


def lock_number(*names: str) -> int:
    """The number of an advisory lock, in the signed 64 bits that PostgreSQL takes."""
    return int.from_bytes(hashlib.sha256("\0".join(("soulspot-gallery", *names)).encode()).digest()[:8], signed=True)


_TURN = lock_number("turn")
_LOCK = sa.select(sa.func.pg_advisory_lock(_TURN))
_UNLOCK = sa.select(sa.func.pg_advisory_unlock(_TURN))
