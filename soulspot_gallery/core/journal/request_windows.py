"""A source's window of requests, kept where several galleries see it: a place is taken, held, and free again in time.

Where it is kept, and how one gallery after the other gets at it, is for those who derive from this.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import sqlalchemy as sa

from soulspot_gallery.core.journal.database import JournalError
from soulspot_gallery.core.network.pacing import LONGEST_WAIT, Resting

T = TypeVar("T")

LOOK = 0.25
"""Seconds at most between looks for a place."""

LEASE = 15.0
"""Seconds for which a place is held without a sign of life: then the gallery that took it has died."""

_SIGNS = LEASE / 3


class RequestWindows:
    """Belongs to one event loop, which it never blocks; a thread of its own talks to the database."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, name)

    @asynccontextmanager
    async def place(self, source: str, requests: int, seconds: float) -> AsyncIterator[None]:
        """A place in a source's window, from before the question until `seconds` after its answer; see `Others`."""
        while True:
            number, left = await self._told(lambda session: self._find_place(session, source, requests, seconds))
            if number is not None:
                break
            if left > LONGEST_WAIT:
                raise Resting(left)
            await asyncio.sleep(left + 0.01)
        signs = asyncio.create_task(self._give_signs(number, LEASE + seconds))
        try:
            yield
        finally:
            signs.cancel()
            self._later(lambda session: self._hold(session, number, seconds))

    async def _give_signs(self, number: int, seconds: float) -> None:
        while True:
            await asyncio.sleep(_SIGNS)
            self._later(lambda session: self._hold(session, number, seconds))

    async def _told(self, work: Callable[[sa.Connection], T]) -> T:
        return await asyncio.wrap_future(self._thread.submit(self._asked, work))

    def _later(self, work: Callable[[sa.Connection], Any]) -> None:
        def told() -> None:
            with contextlib.suppress(JournalError):  # the next that waits for its answer says so
                self._asked(work)

        with contextlib.suppress(RuntimeError):  # closed: the session has gone, and its locks with it
            self._thread.submit(told)

    # -- on the thread

    def _asked(self, work: Callable[[sa.Connection], T]) -> T:
        """Do this with a connection. Raises JournalError."""
        raise NotImplementedError

    def _find_place(
        self, session: sa.Connection, source: str, requests: int, seconds: float
    ) -> tuple[int | None, float]:
        """The number of the place that is taken now, for `LEASE + seconds` at first; or None, and the seconds until
        there may be one."""
        raise NotImplementedError

    def _hold(self, session: sa.Connection, number: int, seconds: float) -> None:
        """The place is taken for so long from now."""
        raise NotImplementedError
