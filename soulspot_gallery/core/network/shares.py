"""How many connections each host may have, so that those of all hosts together stay within the limit. No HTTP here.

A pool keeps its connections to each host it talked to, so a limit on requests at a time is not one on connections: ten
requests at a time, four of them to a host, leave twenty open to five hosts.
"""

from __future__ import annotations

from collections.abc import Callable

LAPSE = 2.0
"""Seconds without any request after which a host's share goes to the others."""


class Shares:
    """Each host has one connection at least; it gets another one only while all hosts have fewer than `in_all`."""

    def __init__(self, in_all: int, per_host: int, clock: Callable[[], float]) -> None:
        self._in_all, self._per_host, self._clock = in_all, per_host, clock
        self._shares: dict[str, int] = {}
        self._resting: dict[str, float] = {}
        """Since when a host has had no request, the longest first."""

    def of(self, host: str) -> int:
        """The host's share, which is now in use: it does not lapse before `rest`."""
        self._resting.pop(host, None)
        return self._shares.setdefault(host, 1)

    def grow(self, host: str) -> bool:
        """Give the host one connection more, if there is one."""
        self._lapse()
        if self._shares[host] >= self._per_host or sum(self._shares.values()) >= self._in_all:
            return False
        self._shares[host] += 1
        return True

    def rest(self, host: str) -> None:
        """The host has no request now."""
        self._resting.pop(host, None)
        self._resting[host] = self._clock()
        self._lapse()

    @property
    def known(self) -> int:
        """How many hosts have a share."""
        return len(self._shares)

    def _lapse(self) -> None:
        """Take their shares from those that rested for long."""
        while self._resting:
            host, since = next(iter(self._resting.items()))
            if self._clock() - since < LAPSE:
                return
            del self._resting[host], self._shares[host]
