"""Limits of sources: never more in a window than allowed, seen from the server, whatever the network does."""

from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.pacing import Pace, span


class Clock:
    """Time that passes when somebody sleeps: the sleepers wake in their order."""

    def __init__(self) -> None:
        self.now = 100.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._number = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self._number += 1
        woken = asyncio.Event()
        self._sleepers.append((self.now + seconds, self._number, woken))
        await woken.wait()

    async def run(self, *tasks: asyncio.Task[None]) -> None:
        """Let time pass until all tasks are done."""
        while not all(task.done() for task in tasks):
            for _ in range(20):
                await asyncio.sleep(0)
            if self._sleepers:
                self._sleepers.sort()
                at, _, woken = self._sleepers.pop(0)
                self.now = max(self.now, at)
                woken.set()
        for task in tasks:
            task.result()


def most_in_window(times: list[float], seconds: float) -> int:
    """The most that came within any span of less than `seconds`."""
    times = sorted(times)
    return max(sum(start <= each < start + seconds - 1e-9 for each in times) for start in times)


async def arrivals(pace: Pace, clock: Clock, delays: list[tuple[float, ...]]) -> list[float]:
    """When requests reach the server whose way there and back takes these seconds, asked after a third number."""
    seen = list[float]()

    async def ask(there: float, back: float, after: float = 0.0) -> None:
        if after:
            await clock.sleep(after)
        async with pace.turn():
            await clock.sleep(there)
            seen.append(clock.now)
            await clock.sleep(back)

    await clock.run(*(asyncio.create_task(ask(*each)) for each in delays))
    return seen


@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9), st.floats(0, 40)), min_size=1, max_size=30),
)
def test_no_window_holds_more_than_its_limit(requests: int, delays: list[tuple[float, ...]]) -> None:
    async def check() -> None:
        clock = Clock()
        seen = await arrivals(Pace(requests, 5.0, clock, clock.sleep), clock, delays)
        assert len(seen) == len(delays)
        assert most_in_window(seen, 5.0) <= requests

    asyncio.run(check())


async def test_deezers_window_is_used_to_the_full() -> None:
    clock = Clock()
    delays: list[tuple[float, ...]] = [(random.uniform(0.01, 0.05), 0.01) for _ in range(200)]
    start = clock.now
    seen = await arrivals(Pace(50, 5.0, clock, clock.sleep), clock, delays)
    assert most_in_window(seen, 5.0) == 50
    assert max(seen) - start < 3 * 5.0 + 1


async def test_who_comes_later_waits_as_well() -> None:
    clock = Clock()
    seen = await arrivals(Pace(1, 5.0, clock, clock.sleep), clock, [(0.0, 0.0), (0.0, 0.0, 4.5), (0.0, 0.0, 12.0)])
    assert [round(each - seen[0], 6) for each in seen] == [0.0, 5.0, 12.0]


async def test_a_place_is_given_back_when_a_request_fails_or_is_cancelled() -> None:
    clock = Clock()
    pace = Pace(1, 1.0, clock, clock.sleep)

    async def fail() -> None:
        async with pace.turn():
            raise LookupError

    async def ask() -> None:
        async with pace.turn():
            pass

    held = asyncio.Event()

    async def hold() -> None:
        async with pace.turn():
            held.set()
            await asyncio.Event().wait()

    with pytest.raises(LookupError):
        await fail()
    waiting = asyncio.create_task(ask())
    await asyncio.sleep(0)
    waiting.cancel()
    holding = asyncio.create_task(hold())
    while not held.is_set():
        await clock.run(asyncio.create_task(clock.sleep(0.5)))
    holding.cancel()
    await clock.run(asyncio.create_task(ask()))


async def test_a_source_that_asks_for_rest_gets_it() -> None:
    clock = Clock()
    pace = Pace(10, 1.0, clock, clock.sleep)
    pace.postpone(30)
    start = clock.now
    (seen,) = await arrivals(pace, clock, [(0.0, 0.0)])
    assert seen - start >= 30
    pace.postpone(1800)
    with pytest.raises(PictureError, match="left alone for 30 min") as refused:
        async with pace.turn():
            pass
    assert refused.value.code is ErrorCode.RATE_LIMITED
    assert pace.delay() == 1800


def test_spans_are_said_in_fitting_units() -> None:
    assert [span(each) for each in (0.2, 61.5, 300, 7300)] == ["1 s", "62 s", "5 min", "3 h"]
