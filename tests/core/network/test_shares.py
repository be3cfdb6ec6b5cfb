"""Tests of the shares that hosts have of all connections, and of handing them out. The clock is the test's own."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from soulspot_gallery.core.network import shares as module
from soulspot_gallery.core.network.shares import LAPSE, Connections, Shares


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def shares(clock: Clock, in_all: int = 5) -> Shares:
    """Two a host."""
    return Shares(in_all, 2, clock)


def grown(given: Shares, host: str) -> int:
    """The share of a host that takes all it can get."""
    share = given.of(host)
    while given.grow(host):
        share += 1
    return share


def test_a_host_alone_has_no_more_than_a_host_may_have(clock: Clock) -> None:
    assert grown(shares(clock), "a") == 2


def test_together_they_have_no_more_than_the_limit(clock: Clock) -> None:
    given = shares(clock)
    assert [grown(given, host) for host in "abc"] == [2, 2, 1]


def test_each_has_one_at_least(clock: Clock) -> None:
    given = shares(clock, in_all=2)
    assert [grown(given, host) for host in "abc"] == [2, 1, 1]


def test_a_share_outlasts_a_short_rest(clock: Clock) -> None:
    given = shares(clock, in_all=3)
    assert grown(given, "a") == 2
    given.rest("a")
    clock.now += LAPSE / 2
    assert grown(given, "b") == 1
    assert given.of("a") == 2


def test_after_a_long_one_it_goes_to_the_others(clock: Clock) -> None:
    given = shares(clock, in_all=3)
    assert grown(given, "a") == 2
    given.rest("a")
    clock.now += LAPSE
    assert grown(given, "b") == 2
    assert grown(given, "a") == 1


def test_who_is_at_work_again_keeps_it(clock: Clock) -> None:
    given = shares(clock, in_all=3)
    assert grown(given, "a") == 2
    given.rest("a")
    assert given.of("a") == 2
    clock.now += 10 * LAPSE
    assert grown(given, "b") == 1


def test_who_comes_later_gets_from_who_has_two_more(clock: Clock) -> None:
    given = Shares(4, 4, clock)
    assert grown(given, "a") == 4
    assert grown(given, "b") == 2
    assert given.of("a") == 2
    assert grown(given, "c") == 1, "and not one to and fro"
    assert given.of("a") + given.of("b") == 3


def test_nothing_is_remembered_of_hosts_that_rest(clock: Clock) -> None:
    given = shares(clock)
    for number in range(1000):
        given.of(f"host{number}")
        given.rest(f"host{number}")
        clock.now += LAPSE / 10
    assert given.known <= 10


async def holds(given: Connections, host: str, held: list[str], until: asyncio.Event) -> None:
    await given.take(host)
    held.append(host)
    await until.wait()
    held.remove(host)
    given.give_back(host)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_waits_is_let_in_once_others_have_rested(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AGAIN", 0.01)
    given, held, of_a, of_b = Connections(3, 2, clock), list[str](), asyncio.Event(), asyncio.Event()
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        for host, event in (("a", of_a), ("a", of_a), ("b", of_b), ("b", of_b)):
            group.create_task(holds(given, host, held, event))
        await settle()
        assert held == ["a", "a", "b"]
        of_a.set()
        await asyncio.sleep(0.05)
        assert held == ["b"], "the others have only just ended"
        clock.now += LAPSE
        await asyncio.sleep(0.05)
        while held != ["b", "b"]:  # noqa: ASYNC110  # it looks by itself
            await asyncio.sleep(0.01)
        of_b.set()


async def test_what_another_host_got_is_not_handed_out_again(clock: Clock) -> None:
    given, held, done = Connections(4, 4, clock), list[str](), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        of_a = [asyncio.Event() for _ in range(6)]
        for event in of_a:
            group.create_task(holds(given, "a", held, event))
        await settle()
        assert held == ["a"] * 4
        for _ in range(3):
            group.create_task(holds(given, "b", held, done))
        await settle()
        for event in of_a[:4]:
            event.set()
        await settle()
        assert sorted(held) == ["a", "a", "b", "b"]
        for event in (*of_a, done):
            event.set()
    assert held == []


async def test_who_gives_up_waiting_leaves_nothing_behind(clock: Clock) -> None:
    given, held, done = Connections(1, 1, clock), list[str](), asyncio.Event()
    holder = asyncio.create_task(holds(given, "a", held, done))
    waiting = asyncio.create_task(holds(given, "a", held, done))
    await settle()
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    done.set()
    await holder
    async with asyncio.timeout(1):
        await given.take("a")
