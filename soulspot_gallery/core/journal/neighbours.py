"""What the galleries on one computer agree on about sources, whichever library each has open: places in their windows
of requests, and rests. In a small file of its own, so that it holds after a crash as well. It is shared by processes
of one user; what holds for galleries that share a library is in `journal.together`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from soulspot_gallery.core.journal.database import JournalError
from soulspot_gallery.core.journal.request_windows import LEASE, LOOK, RequestWindows
from soulspot_gallery.core.network.hosts import NoOthers
from soulspot_gallery.core.sqlite_files import file_engine, immediate

T = TypeVar("T")

_LONGEST_REST = 24 * 3600.0
"""Seconds of rest that are believed: more is another clock, or another hand."""

_PATIENCE = 10.0
"""Seconds to wait for another gallery, which has the file for a millisecond at a time."""

_NEIGHBOURS = sa.MetaData()

# Questions to a source, each with its place in the source's window: taken until then, in s since 1970.
_place = sa.Table(
    "place",
    _NEIGHBOURS,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String, nullable=False, index=True),
    sa.Column("until", sa.Float, nullable=False),
)
# Until when a source asked to be left alone.
_rest = sa.Table(
    "rest",
    _NEIGHBOURS,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("until", sa.Float, nullable=False),
)


class Neighbours(RequestWindows, NoOthers):
    """Limits are manners, no data: where the file can't be used, or is damaged, the gallery goes by its own pace."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        """`clock`: s since 1970, the same for all; it is there for tests."""
        super().__init__("gallery-neighbours")
        self._file = file
        self._clock = clock
        self._engine: sa.Engine | None = None

    @asynccontextmanager
    async def place(self, source: str, requests: int, seconds: float) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as held:
            with contextlib.suppress(JournalError):
                await held.enter_async_context(super().place(source, requests, seconds))
            yield

    def leave_alone(self, source: str, seconds: float) -> None:
        """From now on no gallery here asks this source for so long."""
        insert = sqlite.insert(_rest).values(source=source, until=self._clock() + seconds)
        until = sa.func.max(_rest.c.until, insert.excluded.until)
        self._later(lambda session: session.execute(insert.on_conflict_do_update(["source"], set_={"until": until})))

    def resting(self, sources: Sequence[str]) -> dict[str, float]:
        """Seconds for which these sources asked to be left alone; without those that did not. Blocks."""
        try:
            return self._thread.submit(self._asked, lambda session: self._rests(session, sources)).result()
        except JournalError:
            return {}

    def close(self) -> None:
        """Wait for what is under way. Blocks."""
        self._thread.shutdown(wait=True)
        self._let_go()

    # -- on the thread

    def _asked(self, work: Callable[[sa.Connection], T]) -> T:
        try:
            with immediate(self._opened(), _PATIENCE) as session:
                return work(session)
        except (OSError, sa.exc.DBAPIError) as problem:
            self._let_go()
            if isinstance(problem, sa.exc.DatabaseError) and not isinstance(problem, sa.exc.OperationalError):
                with contextlib.suppress(OSError):  # damaged, and worth nothing a minute later
                    self._file.unlink(missing_ok=True)
            raise JournalError(f"The limits of sources can't be kept in {self._file}.") from problem

    def _opened(self) -> sa.Engine:
        if self._engine is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            engine = file_engine(self._file, "rwc", _PATIENCE, "PRAGMA synchronous=OFF")
            with immediate(engine, _PATIENCE) as session:
                _NEIGHBOURS.create_all(session)
            self._engine = engine
        return self._engine

    def _let_go(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def _rests(self, session: sa.Connection, sources: Sequence[str]) -> dict[str, float]:
        now = self._clock()
        told = sa.select(_rest.c.source, _rest.c.until).where(_rest.c.source.in_(list(sources)))
        return {source: until - now for source, until in session.execute(told) if 0 < until - now <= _LONGEST_REST}

    def _find_place(
        self, session: sa.Connection, source: str, requests: int, seconds: float
    ) -> tuple[int | None, float]:
        rest = self._rests(session, [source]).get(source, 0.0)
        if rest > 0:
            return None, rest
        now, longest, of = self._clock(), LEASE + seconds, _place.c.source == source
        # What lasts longer than any place can is of a clock that was set back since.
        over = sa.or_(_place.c.until <= now, _place.c.until > now + longest)
        session.execute(sa.delete(_place).where(of, over))
        count, first = session.execute(sa.select(sa.func.count(), sa.func.min(_place.c.until)).where(of)).one()
        if count >= requests:
            return None, min(first - now, LOOK)
        take = sa.insert(_place).values(source=source, until=now + longest).returning(_place.c.id)
        return int(session.execute(take).scalar_one()), 0.0

    def _hold(self, session: sa.Connection, number: int, seconds: float) -> None:
        session.execute(sa.update(_place).where(_place.c.id == number).values(until=self._clock() + seconds))
