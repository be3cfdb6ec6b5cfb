"""Heartbeats on event loops: how long a loop was held up, told from what a busy machine does to every loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

PERIOD = 0.005
WORTH_TELLING = 0.01

_SCHEDULED = Path("/proc/thread-self/schedstat")
"""Linux: ns that this thread ran, and that it had to wait for a processor."""


class Late(NamedTuple):
    """A beat that came `length` later than due. Meanwhile its thread computed for `busy`, and for `denied` there was
    no processor for it (0 where the system does not tell). All in s."""

    came: float
    length: float
    busy: float
    denied: float


async def beat(late: list[Late]) -> None:
    """Note each beat that comes later than due by more than WORTH_TELLING."""
    last, busy, denied = time.monotonic(), time.thread_time(), _denied()
    while True:
        await asyncio.sleep(PERIOD)
        now, busy_now, denied_now = time.monotonic(), time.thread_time(), _denied()
        if now - last - PERIOD > WORTH_TELLING:
            late.append(Late(now, now - last - PERIOD, busy_now - busy, denied_now - denied))
        last, busy, denied = now, busy_now, denied_now


@contextlib.contextmanager
def bare_heartbeat() -> Iterator[list[Late]]:
    """The late beats of a loop that has nothing else to do, in a thread beside: it waits for Python as ours does."""
    late, stop = list[Late](), threading.Event()

    async def until_stopped() -> None:
        beating = asyncio.create_task(beat(late))
        while not stop.is_set():  # noqa: ASYNC110  # a stop from another thread
            await asyncio.sleep(0.1)
        beating.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(until_stopped()), name="bare heartbeat")
    thread.start()
    try:
        yield late
    finally:
        stop.set()
        thread.join()


def held_up(ours: Iterable[Late], bare: Iterable[Late]) -> float:
    """How long our loop was held up at most, in s: by its own computing, and by waiting for anything else but a
    processor, beyond what the bare loop had to wait at the time."""
    others = list(bare)
    return max((_by_itself(each, others) for each in ours), default=0.0)


def _by_itself(late: Late, others: Iterable[Late]) -> float:
    start = late.came - late.length - PERIOD
    near = (each for each in others if each.came > start and each.came - each.length - PERIOD < late.came)
    waited = late.length - late.busy - late.denied - max((each.length for each in near), default=0.0)
    return late.busy + max(0.0, waited)


def _denied() -> float:
    try:
        return int(_SCHEDULED.read_bytes().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0
