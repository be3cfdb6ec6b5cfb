"""What the galleries of a shared library agree on about hosts: slots for requests, and rests; see `network.hosts`.

A slot is a lock of this process's session, so it is free again when the process ends, however it ends. How long a host
rests is told by the server's clock. Hosts are numbers here, not names.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from soulspot_gallery.core.journal.database import JournalError
from soulspot_gallery.core.journal.request_windows import LEASE, LOOK, RequestWindows
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.hosts import Rest, Slots
from soulspot_gallery.core.postgres import SCHEMA, lock_number, shown_url, trouble_with
from soulspot_gallery.core.threads import unheard

T = TypeVar("T")

SHARED = sa.MetaData(schema=SCHEMA)

# Until when a host is left alone, in s since 1970 by the server's clock. `paused`: it kept failing, and after that time
# one request is let through; else it asked for patience itself.
_rest = sa.Table(
    "rest",
    SHARED,
    sa.Column("host", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("paused", sa.Boolean, primary_key=True),
    sa.Column("until", sa.Float, nullable=False),
    sa.Column("why", sa.String, nullable=False),
)
# Questions to a source, each with its place in the source's window of requests: taken until then.
_place = sa.Table(
    "place",
    SHARED,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("source", sa.BigInteger, nullable=False, index=True),
    sa.Column("until", sa.Float, nullable=False),
)
_NOW = sa.func.extract("epoch", sa.func.clock_timestamp()).cast(sa.Float)


def create_rests(connection: sa.Connection) -> None:
    """Make the table that this needs, where it is not there yet."""
    SHARED.create_all(connection)


class Together(RequestWindows):
    """Belongs to one event loop, which it never blocks; a thread of its own talks to the server. `close` at the end."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__("gallery-together")
        self._engine = engine
        self._session: sa.Connection | None = None
        self._held = set[int]()

    async def take(self, host: str, per_host: int, in_all: int) -> Slots | Rest | None:
        """One of the host's slots and one of all, how long it rests, or None while others have them all.

        Raises JournalError.
        """
        taking = self._thread.submit(self._asked, lambda session: self._take(session, host, per_host, in_all))
        answer = asyncio.wrap_future(taking)
        try:
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            unheard(answer)
            taking.add_done_callback(self._give_up)
            raise

    def give_back(self, slots: Slots) -> None:
        self._later(lambda session: self._release(session, slots))

    def rest(self, host: str, rest: Rest) -> None:
        """From now on nobody asks this host for so long."""
        values = {"host": lock_number("host", host), "paused": rest.paused, "why": rest.why.value}
        insert = postgresql.insert(_rest).values(**values, until=_NOW + rest.seconds)
        until = sa.func.greatest(_rest.c.until, insert.excluded.until)
        longer = insert.on_conflict_do_update(
            index_elements=["host", "paused"], set_={"until": until, "why": insert.excluded.why}
        )
        self._later(lambda session: session.execute(longer))

    def is_back(self, host: str) -> None:
        """The host answers again."""
        gone = sa.delete(_rest).where(_rest.c.host == lock_number("host", host), _rest.c.paused)
        self._later(lambda session: session.execute(gone))

    def leave_alone(self, source: str, seconds: float) -> None:
        """From now on nobody asks this source for so long."""
        self.rest(_name_of(source), Rest(seconds, ErrorCode.RATE_LIMITED, paused=False))

    def resting(self, sources: Sequence[str]) -> dict[str, float]:
        """Seconds for which these sources asked to be left alone; without those that did not. Blocks."""
        found = {each: self._thread.submit(self._asked, partial(_rest_of, each)).result() for each in sources}
        return {source: left for source, left in found.items() if left > 0}

    def close(self) -> None:
        """Wait for what is under way, give back everything. Blocks."""
        self._thread.shutdown(wait=True)
        self._drop_session()

    # -- on the thread

    def _take(self, session: sa.Connection, host: str, per_host: int, in_all: int) -> Slots | Rest | None:
        rests: Any = session.execute(_rests_of(lock_number("host", host))).one()
        paused, postponed, why = rests
        if postponed > 0 or paused > 0:
            return Rest(max(postponed, paused), ErrorCode(why or ErrorCode.RATE_LIMITED), paused=paused > 0)
        # After a pause one request shows whether the host is back.
        numbers = [lock_number("slot", host, str(each)) for each in range(1 if why else per_host)]
        first = self._lock_one(session, numbers)
        if first is None:
            return None
        second = self._lock_one(session, [lock_number("slot of all", str(each)) for each in range(in_all)])
        if second is None:
            self._unlock(session, first)
            return None
        return Slots((first, second), trial=bool(why))

    def _find_place(
        self, session: sa.Connection, source: str, requests: int, seconds: float
    ) -> tuple[int | None, float]:
        of, alone = lock_number("source", source), lock_number("places", source)
        rest = _rest_of(source, session)
        if rest > 0:
            return None, rest
        session.execute(sa.select(sa.func.pg_advisory_lock(alone)))
        try:
            session.execute(sa.delete(_place).where(_place.c.source == of, _place.c.until < _NOW))
            taken = sa.select(sa.func.count(), sa.func.min(_place.c.until) - _NOW).where(_place.c.source == of)
            count, left = tuple(session.execute(taken).one())
            if count >= requests:
                return None, min(max(0.0, float(left)), LOOK)
            values = {"source": of, "until": _NOW + LEASE + seconds}
            return int(session.execute(sa.insert(_place).values(values).returning(_place.c.id)).scalar_one()), 0.0
        finally:
            session.execute(sa.select(sa.func.pg_advisory_unlock(alone)))

    def _hold(self, session: sa.Connection, number: int, seconds: float) -> None:
        session.execute(sa.update(_place).where(_place.c.id == number).values(until=_NOW + seconds))

    def _lock_one(self, session: sa.Connection, numbers: list[int]) -> int | None:
        """The first that is free, of those that this session does not hold itself: its own it could lock again."""
        free = [each for each in numbers if each not in self._held]
        random.shuffle(free)
        if not free:
            return None
        got: int | None = session.execute(
            sa.select(sa.case(*((sa.func.pg_try_advisory_lock(each), sa.cast(each, sa.BigInteger)) for each in free)))
        ).scalar_one()
        if got is not None:
            self._held.add(got)
        return got

    def _unlock(self, session: sa.Connection, number: int) -> None:
        self._held.discard(number)
        session.execute(sa.select(sa.func.pg_advisory_unlock(number)))

    def _release(self, session: sa.Connection, slots: Slots) -> None:
        for number in slots.numbers:
            if number in self._held:
                self._unlock(session, number)

    def _asked(self, work: Callable[[sa.Connection], T]) -> T:
        try:
            if self._session is None:
                self._session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return work(self._session)
        except sa.exc.DBAPIError as problem:
            self._drop_session()
            raise JournalError(trouble_with(shown_url(self._engine.url), problem)) from problem

    def _give_up(self, taking: Future[Slots | Rest | None]) -> None:
        if not taking.cancelled() and taking.exception() is None and isinstance(slots := taking.result(), Slots):
            self.give_back(slots)

    def _drop_session(self) -> None:
        self._held.clear()
        if self._session is not None:
            with contextlib.suppress(sa.exc.DBAPIError):
                self._session.invalidate()
                self._session.close()
            self._session = None


def _name_of(source: str) -> str:
    """What a source's rest is known by; its host may rest for other reasons."""
    return f"source {source}"


def _rest_of(source: str, session: sa.Connection) -> float:
    """Seconds for which the source asked to be left alone."""
    _, rest, _ = tuple(session.execute(_rests_of(lock_number("host", _name_of(source)))).one())
    return float(rest)


def _rests_of(host: int) -> sa.Select[Any]:
    """Seconds that the host is paused and postponed, and why it was paused; in any case one row."""
    columns = _rest.c
    left = sa.func.coalesce(sa.func.max(columns.until).filter(columns.paused) - _NOW, 0.0)
    patience = sa.func.coalesce(sa.func.max(columns.until).filter(~columns.paused) - _NOW, 0.0)
    why = sa.func.max(columns.why).filter(columns.paused)
    return sa.select(left, patience, why).where(columns.host == host)
