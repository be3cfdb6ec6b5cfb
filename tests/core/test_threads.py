"""Tests of the two threads: reading does not wait for writing, and stoppable work is waited for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from soulspot_gallery.core.model import Progress
from soulspot_gallery.core.threads import Threads, from_thread, unbroken


async def test_reading_does_not_wait_for_writing() -> None:
    threads, go_on = Threads(), threading.Event()
    writing = asyncio.create_task(threads.write(go_on.wait, 20))
    await asyncio.sleep(0)
    assert await threads.read(lambda: "read") == "read"
    assert not writing.done()
    go_on.set()
    assert await writing
    threads.close()


async def test_writes_come_one_at_a_time_and_in_order() -> None:
    threads, order, busy = Threads(), list[int](), threading.Lock()

    def write(number: int) -> None:
        assert busy.acquire(blocking=False)
        order.append(number)
        busy.release()

    await asyncio.gather(*(threads.write(write, number) for number in range(50)))
    threads.close()
    assert order == list(range(50))


async def test_stoppable_work_is_asked_to_stop_and_waited_for() -> None:
    threads, started = Threads(), threading.Event()
    ended = list[bool]()

    def work(stop: Callable[[], bool]) -> None:
        started.set()
        pause = threading.Event()
        while not stop():
            pause.wait(0.005)
        ended.append(True)

    job = asyncio.create_task(threads.write_stoppably(work))
    await threads.read(started.wait, 20)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert ended == [True]
    threads.close()


async def test_what_work_raises_arrives() -> None:
    threads = Threads()

    def fail(stop: Callable[[], bool]) -> None:
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        await threads.write_stoppably(fail)
    threads.close()


def test_reports_arrive_on_the_loop_in_order_and_telling_a_closed_one_is_no_error() -> None:
    said = list[tuple[int, bool]]()
    main = threading.current_thread()

    async def listen() -> Callable[[Progress], None]:
        told = from_thread(lambda progress: said.append((progress.done, threading.current_thread() is main)))
        threads = Threads()
        for number in range(5):
            await threads.write(told, Progress("x", number))
        await asyncio.sleep(0)
        threads.close()
        return told

    told = asyncio.run(listen())
    assert said == [(number, True) for number in range(5)]
    told(Progress("nobody listens"))


async def test_a_busy_loop_is_woken_once_and_hears_the_newest_report() -> None:
    said, threads = list[int](), Threads()
    told = from_thread(lambda progress: said.append(progress.done))
    telling = threads.writer.submit(lambda: [told(Progress("x", number)) for number in range(1_000)])
    telling.result()  # the loop does nothing meanwhile
    await asyncio.sleep(0.01)
    threads.close()
    assert said == [999]


async def test_what_is_told_while_the_loop_hears_is_heard_too() -> None:
    said, threads = list[int](), Threads()

    def hear(progress: Progress) -> None:
        said.append(progress.done)
        if progress.done == 1:
            threads.writer.submit(told, Progress("x", 2)).result()

    told = from_thread(hear)
    await threads.write(told, Progress("x", 1))
    await asyncio.sleep(0.01)
    threads.close()
    assert said == [1, 2]


async def test_unbroken_work_ends_before_the_cancel_is_raised() -> None:
    ended = list[str]()

    async def work() -> None:
        await asyncio.sleep(0.01)
        ended.append("work")
        raise ValueError("seen by nobody, and no trouble")

    task = asyncio.create_task(unbroken(work()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["work"]
