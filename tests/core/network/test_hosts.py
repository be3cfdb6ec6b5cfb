"""The gate: limits, Retry-After, pauses. The clock is the test's own, nobody really waits."""

from __future__ import annotations

import asyncio

import pytest

from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.hosts import HostGate, LeftAlone, Manners
from soulspot_gallery.core.network.shares import LAPSE

MANNERS = Manners(in_all=5, per_host=2, failures=3, pause=30.0, longest_pause=100.0, longest_wait=60.0, refusals=4)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(clock: Clock) -> HostGate:
    return HostGate(MANNERS, clock, clock.sleep)


async def hold(gate: HostGate, key: str, log: list[str], until: asyncio.Event) -> None:
    async with gate.slot(key):
        log.append(key)
        await until.wait()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def fail(gate: HostGate, key: str, times: int = MANNERS.failures) -> None:
    for _ in range(times):
        async with gate.slot(key):
            gate.failed(key, ErrorCode.SERVER)


async def test_limits_per_host_and_in_all(gate: HostGate) -> None:
    log: list[str] = []
    done = asyncio.Event()
    tasks = [asyncio.create_task(hold(gate, key, log, done)) for key in ["a"] * 4 + ["b"] * 4 + ["c"] * 4]
    await settle()
    assert sorted(log) == ["a", "a", "b", "b", "c"]  # those who wait for a host hold none of the slots of all
    done.set()
    await asyncio.gather(*tasks)
    assert len(log) == 12


async def test_a_waiter_that_is_cancelled_leaves_no_slot_behind(gate: HostGate) -> None:
    log: list[str] = []
    done = asyncio.Event()
    tasks = [asyncio.create_task(hold(gate, "a", log, done)) for _ in range(6)]
    await settle()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    done.set()
    await asyncio.gather(*(hold(gate, key, log, done) for key in ["a"] * 3 + ["b"] * 3))
    assert len(log) == 8


async def test_a_short_retry_after_is_waited_for(gate: HostGate, clock: Clock) -> None:
    gate.retry_after("a", 40.0)
    assert gate.paused() == ("a",)
    async with gate.slot("b"):
        assert clock.now == 1000.0
    async with gate.slot("a"):
        assert clock.now == 1040.0
    assert gate.paused() == ()


async def test_a_long_retry_after_fails_at_once_while_others_go_on(gate: HostGate, clock: Clock) -> None:
    gate.retry_after("a", 61.0)
    with pytest.raises(LeftAlone) as caught:
        async with gate.slot("a"):
            pass
    assert caught.value.code is ErrorCode.RATE_LIMITED
    assert "61 s" in str(caught.value)
    async with gate.slot("b"):
        assert clock.now == 1000.0


async def test_those_in_the_queue_learn_of_a_retry_after(gate: HostGate, clock: Clock) -> None:
    log: list[str] = []
    done = asyncio.Event()
    tasks = [asyncio.create_task(hold(gate, "a", log, done)) for _ in range(3)]
    await settle()
    assert log == ["a", "a"]
    gate.retry_after("a", 30.0)
    done.set()
    await asyncio.gather(*tasks)
    assert clock.now == 1030.0


async def test_a_host_that_asks_for_patience_again_and_again_is_left_alone(gate: HostGate) -> None:
    for _ in range(MANNERS.refusals - 1):
        async with gate.slot("a"):
            gate.retry_after("a", 1.0)
    gate.answered("a")  # one good answer, and it starts over
    for _ in range(MANNERS.refusals):
        async with gate.slot("a"):
            gate.retry_after("a", 1.0)
    assert gate.delay("a") == MANNERS.longest_pause


async def test_failures_in_a_row_pause_a_host(gate: HostGate, clock: Clock) -> None:
    await fail(gate, "a", MANNERS.failures - 1)
    gate.answered("a")
    await fail(gate, "a", MANNERS.failures - 1)
    assert gate.paused() == ()
    await fail(gate, "a", 1)
    assert gate.paused() == ("a",)
    with pytest.raises(LeftAlone) as caught:
        async with gate.slot("a"):
            pass
    assert caught.value.code is ErrorCode.SERVER
    assert clock.now == 1000.0


async def test_a_paused_host_is_tried_with_one_request(gate: HostGate, clock: Clock) -> None:
    await fail(gate, "a")
    clock.now += MANNERS.pause
    async with gate.slot("a"):
        with pytest.raises(LeftAlone):
            async with gate.slot("a"):
                pass
        gate.answered("a")
        async with gate.slot("a"):
            pass
    assert gate.paused() == ()


async def test_each_pause_is_longer_up_to_a_limit(gate: HostGate, clock: Clock) -> None:
    await fail(gate, "a")
    pauses = []
    for _ in range(4):
        pauses.append(gate.delay("a"))
        clock.now += gate.delay("a")
        await fail(gate, "a", 1)
    assert pauses == [30.0, 60.0, 100.0, 100.0]


async def test_a_trial_that_is_cancelled_lets_another_one_through(gate: HostGate, clock: Clock) -> None:
    await fail(gate, "a")
    clock.now += MANNERS.pause
    log: list[str] = []
    task = asyncio.create_task(hold(gate, "a", log, asyncio.Event()))
    await settle()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with gate.slot("a"):
        log.append("second")
    assert log == ["a", "second"]


async def test_nothing_is_remembered_of_hosts_that_behave(gate: HostGate) -> None:
    for number in range(1000):
        async with gate.slot(f"host-{number}"):
            gate.answered(f"host-{number}")
    assert gate.known == 0
    gate.retry_after("a", 5.0)
    assert gate.known == 1


async def test_a_host_goes_beyond_its_share_once_the_others_have_rested(gate: HostGate, clock: Clock) -> None:
    """Three hosts hold all five; then one is left, of which there were two at a time, and another that had one."""
    log: list[str] = []
    done = asyncio.Event()
    tasks = [asyncio.create_task(hold(gate, key, log, done)) for key in "aabbc"]
    await settle()
    done.set()
    await asyncio.gather(*tasks)
    for seconds, most in ((0.0, 1), (LAPSE, 2)):
        clock.now += seconds
        done, log[:] = asyncio.Event(), []
        tasks = [asyncio.create_task(hold(gate, "c", log, done)) for _ in range(3)]
        await settle()
        assert log == ["c"] * most
        done.set()
        await asyncio.gather(*tasks)
