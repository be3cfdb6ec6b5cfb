"""Manners towards hosts: how many requests at a time, when to wait, when to leave one alone. No HTTP here.

A host goes through three states: open; *postponed*, because it said Retry-After; *paused*, because it kept failing
(then one request is let through after a while, and what becomes of that decides).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.shares import Connections

_LOOK = 0.03
"""Seconds between looks for a slot that other galleries have."""


@dataclass(frozen=True, slots=True)
class Manners:
    """Limits of the gate; times in seconds.

    `failures` pictures in a row that end in a network error or a 5xx pause a host for `pause`, twice as long each time
    until `longest_pause`. Retry-After up to `longest_wait` is waited for, longer fails at once; a host that asks for
    patience `refusals` times in a row is left alone for `longest_pause`.
    """

    in_all: int = 10
    per_host: int = 4
    failures: int = 8
    pause: float = 30.0
    longest_pause: float = 300.0
    longest_wait: float = 60.0
    refusals: int = 12


class LeftAlone(PictureError):
    """The host is not contacted for now: it is paused or postponed."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A host is left alone for so many seconds: `paused`, because it kept failing, else because it asked for that."""

    seconds: float
    why: ErrorCode
    paused: bool


@dataclass(frozen=True, slots=True)
class Slots:
    """Leave for one request, by its `numbers`. `trial`: it shows whether a host that was paused is back; None: nobody
    else knows."""

    numbers: tuple[int, ...]
    trial: bool | None


class Others(Protocol):
    """What several galleries agree on, so that limits and rests hold for them together; see `journal.together`."""

    async def take(self, host: str, per_host: int, in_all: int) -> Slots | Rest | None: ...
    def give_back(self, slots: Slots) -> None: ...
    def rest(self, host: str, rest: Rest) -> None: ...
    def is_back(self, host: str) -> None: ...
    def place(self, source: str, requests: int, seconds: float) -> AbstractAsyncContextManager[None]:
        """Leave for one question to a source that takes so many in so many seconds: waited for, or Resting where the
        source rests for long."""
        ...

    def leave_alone(self, source: str, seconds: float) -> None: ...
    def resting(self, sources: Sequence[str]) -> dict[str, float]: ...


class NoOthers:
    """For a gallery that is alone: whatever it asks, it has leave."""

    async def take(self, host: str, per_host: int, in_all: int) -> Slots | Rest | None:
        return Slots((), trial=None)

    def give_back(self, slots: Slots) -> None:
        pass

    def rest(self, host: str, rest: Rest) -> None:
        pass

    def is_back(self, host: str) -> None:
        pass

    def place(self, source: str, requests: int, seconds: float) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    def leave_alone(self, source: str, seconds: float) -> None:
        pass

    def resting(self, sources: Sequence[str]) -> dict[str, float]:
        return {}


ALONE = NoOthers()


@dataclass(slots=True)
class _Host:
    users: int = 0
    failures: int = 0
    refusals: int = 0
    pauses: int = 0
    why: ErrorCode = ErrorCode.NETWORK
    paused_until: float = 0.0
    postponed_until: float = 0.0
    trying: bool = field(default=False)
    """One request is out to see whether a paused host is back."""
    resting_for_all: bool = False
    """The other galleries take it for paused."""


class HostGate:
    """Lets requests through, host by host, and no more of a host at a time than its share of the connections. One event
    loop; `clock` and `sleep` are there for tests."""

    def __init__(
        self,
        manners: Manners,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        others: Others = ALONE,
    ) -> None:
        self._manners = manners
        self.others = others
        self._clock = clock
        self._sleep = sleep
        self._all = asyncio.Semaphore(manners.in_all)
        self._connections = Connections(manners.in_all, manners.per_host, clock)
        self._hosts: dict[str, _Host] = {}

    def _host(self, key: str) -> _Host:
        host = self._hosts.get(key)
        if host is None:
            host = self._hosts[key] = _Host()
        return host

    @asynccontextmanager
    async def slot(self, key: str) -> AsyncIterator[None]:
        """Hold one of the host's and one of all slots. Waits for them and for a Retry-After that is short enough;
        raises LeftAlone at once where the host is paused or postponed for longer."""
        host = self._host(key)
        host.users += 1
        trying = False
        try:
            slots = await self._admitted(key, host)
            try:
                trying = self._starts_trial(key, host)
                yield
            finally:
                self.others.give_back(slots)
                self._all.release()
                self._connections.give_back(key)
        finally:
            host.users -= 1
            if trying:
                host.trying = False
            self._forget_idle(key, host)

    async def _admitted(self, key: str, host: _Host) -> Slots:
        """Return with both slots held, here and with the others, and the host open."""
        while True:
            await self._wait_postponed(key, host)
            self._refuse_paused(key, host)
            await self._connections.take(key)
            try:
                await self._all.acquire()
            except BaseException:
                self._connections.give_back(key)
                raise
            try:
                slots = await self._leave_of_others(key, host)
            except BaseException:
                self._all.release()
                self._connections.give_back(key)
                raise
            # While we queued, others may have learnt better.
            if slots is not None and host.postponed_until <= self._clock():
                return slots
            if slots is not None:
                self.others.give_back(slots)
            self._all.release()
            self._connections.give_back(key)

    async def _leave_of_others(self, key: str, host: _Host) -> Slots | None:
        """Leave for one request; None where the host rests, of which all is learnt then."""
        while True:
            found = await self.others.take(key, self._manners.per_host, self._manners.in_all)
            if isinstance(found, Slots):
                if found.trial:
                    host.resting_for_all = True
                    host.failures = max(host.failures, self._manners.failures)
                elif found.trial is False and host.failures >= self._manners.failures:
                    host.failures = 0  # another gallery has seen it back
                return found
            if isinstance(found, Rest):
                self._learn(host, found)
                return None
            await self._sleep(_LOOK * random.uniform(0.5, 1.5))

    def _learn(self, host: _Host, rest: Rest) -> None:
        until = self._clock() + rest.seconds
        if rest.paused:
            host.failures = max(host.failures, self._manners.failures)
            host.paused_until, host.why = max(host.paused_until, until), rest.why
        else:
            host.postponed_until = max(host.postponed_until, until)

    async def _wait_postponed(self, key: str, host: _Host) -> None:
        while (left := host.postponed_until - self._clock()) > 0:
            if left > self._manners.longest_wait:
                raise LeftAlone(
                    ErrorCode.RATE_LIMITED, f"{key} asks to be left alone for {_span(left)}; try again after that."
                )
            await self._sleep(left)

    def _refuse_paused(self, key: str, host: _Host) -> None:
        left = host.paused_until - self._clock()
        if left > 0 or host.trying:
            raise LeftAlone(host.why, f"{key} keeps failing and is paused for now; try again in {_span(left)}.")

    def _starts_trial(self, key: str, host: _Host) -> bool:
        self._refuse_paused(key, host)
        if host.failures < self._manners.failures:
            return False
        host.trying = True
        return True

    def _forget_idle(self, key: str, host: _Host) -> None:
        """Drop what nothing is remembered of, so that memory does not grow with the number of hosts."""
        if host.users == 0 and not (host.failures or host.refusals) and host.postponed_until <= self._clock():
            self._hosts.pop(key, None)

    def answered(self, key: str) -> None:
        """The host gave an answer that is neither its failure nor a call for patience: anything but 5xx and 429."""
        host = self._hosts.get(key)
        if host is not None and (host.pauses or host.resting_for_all):
            self.others.is_back(key)
            host.resting_for_all = False
        if host is not None and (host.failures or host.refusals):
            host.failures = host.refusals = host.pauses = 0
            host.paused_until = 0.0
            host.trying = False

    def failed(self, key: str, why: ErrorCode) -> None:
        """A picture could not be had because of the host: network error or 5xx, all attempts together count once."""
        host = self._host(key)
        host.failures += 1
        host.why = why
        now = self._clock()
        if host.failures >= self._manners.failures and host.paused_until <= now:
            pause = min(self._manners.pause * 2**host.pauses, self._manners.longest_pause)
            host.paused_until = now + pause
            host.pauses = min(host.pauses + 1, 10)
            self.others.rest(key, Rest(pause, why, paused=True))

    def retry_after(self, key: str, seconds: float) -> None:
        """The host asked not to be contacted for so long."""
        host = self._host(key)
        host.refusals += 1
        if host.refusals >= self._manners.refusals:
            seconds = max(seconds, self._manners.longest_pause)
        host.postponed_until = max(host.postponed_until, self._clock() + seconds)
        self.others.rest(key, Rest(seconds, ErrorCode.RATE_LIMITED, paused=False))

    def delay(self, key: str) -> float:
        """Seconds until the host may be contacted; 0 for at once."""
        host = self._hosts.get(key)
        if host is None:
            return 0.0
        return max(0.0, max(host.postponed_until, host.paused_until) - self._clock())

    @property
    def known(self) -> int:
        """How many hosts something is remembered of."""
        return len(self._hosts)

    def paused(self) -> tuple[str, ...]:
        """The hosts that are postponed or paused, by name."""
        return tuple(sorted(key for key in self._hosts if self.delay(key) > 0))


def _span(seconds: float) -> str:
    """`40 s`, `5 min`, `2 h`: rounded up."""
    seconds = max(1, int(seconds + 0.999))
    if seconds < 120:
        return f"{seconds} s"
    return f"{-(-seconds // 60)} min" if seconds < 7200 else f"{-(-seconds // 3600)} h"
