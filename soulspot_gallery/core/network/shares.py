"""How many connections each host may have, so that those at work stay within the limit of all. No HTTP here.

A pool keeps its connections to each host it talked to, so a limit on requests at a time is not one on connections: ten
requests at a time, four of them to a host, leave twenty open to five hosts. With a share for each host, ten are opened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

LAPSE = 2.0
"""Seconds without any request after which a host's share goes to the others. Its connections are kept longer, should it
be asked again; so many more can be open meanwhile, but idle."""

_AGAIN = 0.5
"""Seconds after which one who waits for a connection looks whether there is another share by now."""


class Shares:
    """Each host has one connection at least, and two hosts that want more come to differ by one at most."""

    def __init__(self, in_all: int, per_host: int, clock: Callable[[], float]) -> None:
        self._in_all, self._per_host, self._clock = in_all, per_host, clock
        self._shares: dict[str, int] = {}
        self._resting: dict[str, float] = {}
        """Since when a host has had no request, the longest first."""

    @property
    def known(self) -> int:
        """How many hosts have a share."""
        return len(self._shares)

    def of(self, host: str) -> int:
        """The host's share, which is now in use: it does not lapse before `rest`."""
        self._resting.pop(host, None)
        if host not in self._shares:
            self._lapse()
            if sum(self._shares.values()) >= self._in_all:
                self._take_one(at_least=2)
            self._shares[host] = 1
        return self._shares[host]

    def grow(self, host: str) -> bool:
        """Give the host one connection more: one that is left, or one of a host that has two more."""
        self._lapse()
        share = self._shares[host]
        if share >= self._per_host:
            return False
        if sum(self._shares.values()) >= self._in_all and not self._take_one(at_least=share + 2):
            return False
        self._shares[host] += 1
        return True

    def rest(self, host: str) -> None:
        """The host has no request now."""
        self._resting.pop(host, None)
        self._resting[host] = self._clock()
        self._lapse()

    def _take_one(self, at_least: int) -> bool:
        """From the host that has most, if it has that many."""
        most = max(self._shares, key=self._shares.__getitem__, default="")
        if self._shares.get(most, 0) < at_least:
            return False
        self._shares[most] -= 1
        return True

    def _lapse(self) -> None:
        """Take their shares from those that rested for long."""
        while self._resting:
            host, since = next(iter(self._resting.items()))
            if self._clock() - since < LAPSE:
                return
            del self._resting[host], self._shares[host]


@dataclass(slots=True)
class _Line:
    """Those who have a connection of one host or wait for it. `permits` are the semaphore's, free or taken."""

    slots: asyncio.Semaphore
    permits: int
    people: int = 0


class Connections:
    """Hands out the shares: a connection for each request, to be given back."""

    def __init__(self, in_all: int, per_host: int, clock: Callable[[], float]) -> None:
        self._shares = Shares(in_all, per_host, clock)
        self._lines: dict[str, _Line] = {}

    async def take(self, host: str) -> None:
        """Wait for one of the host's connections. `give_back` it."""
        line = self._lines.get(host)
        if line is None:
            share = self._shares.of(host)
            line = self._lines[host] = _Line(asyncio.Semaphore(share), share)
        line.people += 1
        try:
            while line.slots.locked():
                if self._shares.grow(host):
                    line.permits += 1
                    line.slots.release()
                try:
                    async with asyncio.timeout(_AGAIN):
                        await line.slots.acquire()
                        return
                except TimeoutError:
                    continue
            await line.slots.acquire()
        except BaseException:
            self._leave(host, line)
            raise

    def give_back(self, host: str) -> None:
        line = self._lines[host]
        if line.permits > self._shares.of(host):  # another host has got it
            line.permits -= 1
        else:
            line.slots.release()
        self._leave(host, line)

    def _leave(self, host: str, line: _Line) -> None:
        line.people -= 1
        if not line.people:
            del self._lines[host]
            self._shares.rest(host)
