"""Limits of sources: at most so many requests in any span of time, seen from the server. No HTTP here.

By hand: aiolimiter, a leaky bucket, let 99 requests into a window of 50.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode

LONGEST_WAIT = 60.0
"""Seconds that a source may ask us to wait before its requests fail at once."""


class Pace:
    """At most `requests` in any `seconds`. One event loop; `clock` and `sleep` are there for tests.

    A place in the window is taken when a request begins and free again `seconds` after its answer came: whenever in
    between the server counted it, the next one in this place comes later than `seconds` after that.
    """

    def __init__(
        self,
        requests: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._requests = requests
        self._under_way = 0
        self._answered: deque[float] = deque()
        """When the requests were answered whose places are not free yet, oldest first."""
        self._news = asyncio.Event()
        self._order = asyncio.Lock()
        self._postponed_until = 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold a place for one request, first come, first served. Waits for it; raises PictureError (rate-limited)
        where the source asked to be left alone for more than a minute."""
        async with self._order:
            await self._wait_for_place()
            self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._answered.append(self._clock())
            self._news.set()

    async def _wait_for_place(self) -> None:
        while True:
            await self._wait_postponed()
            now = self._clock()
            while self._answered and self._answered[0] + self.seconds <= now:
                self._answered.popleft()
            if self._under_way + len(self._answered) < self._requests:
                return
            if self._answered:
                await self._sleep(self._answered[0] + self.seconds - now)
            else:
                self._news.clear()
                await self._news.wait()

    async def _wait_postponed(self) -> None:
        while (left := self.delay()) > 0:
            if left > LONGEST_WAIT:
                raise Resting(left)
            await self._sleep(left)

    def postpone(self, seconds: float) -> None:
        """The source asked for no request for so long."""
        self._postponed_until = max(self._postponed_until, self._clock() + seconds)

    def delay(self) -> float:
        """Seconds for which the source asked to be left alone; 0 where it did not."""
        return max(0.0, self._postponed_until - self._clock())


class Resting(PictureError):
    """A source rests for longer than anybody waits: for `seconds`."""

    def __init__(self, seconds: float) -> None:
        message = f"it asks to be left alone for {span(seconds)}; try again after that."
        super().__init__(ErrorCode.RATE_LIMITED, message)
        self.seconds = seconds


def span(seconds: float) -> str:
    """`40 s`, `5 min`, `2 h`: rounded up."""
    whole = max(1, int(seconds + 0.999))
    if whole < 120:
        return f"{whole} s"
    return f"{-(-whole // 60)} min" if whole < 7200 else f"{-(-whole // 3600)} h"
