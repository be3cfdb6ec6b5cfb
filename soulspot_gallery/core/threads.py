"""The two threads that work on an open library: one reads, one writes; and how work there is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from soulspot_gallery.core.background import give_way
from soulspot_gallery.core.model import Progress, Report

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Reading never waits for a writer that waits for another program's lock."""

    def __init__(self) -> None:
        self.writer = ThreadPoolExecutor(1, "gallery-writer", give_way)
        self._reader = ThreadPoolExecutor(1, "gallery-reader", give_way)

    def close(self) -> None:
        """Wait for what runs, drop what waits. Blocks."""
        for executor in (self.writer, self._reader):
            executor.shutdown(wait=True, cancel_futures=True)

    async def write(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.writer, lambda: function(*args, **kwargs))

    async def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reader, lambda: function(*args, **kwargs))

    async def write_stoppably(self, work: Callable[[Callable[[], bool]], None]) -> None:
        """Run work that asks its argument whether to stop; when cancelled, wait for it to do so."""
        await _stoppably(lambda stop: self.write(work, stop))

    async def aside_stoppably(self, work: Callable[[Callable[[], bool]], T]) -> T:
        """As `write_stoppably`, for long work on files alone: in a thread beside those of the library."""
        return await _stoppably(lambda stop: asyncio.to_thread(work, stop))


async def _stoppably(start: Callable[[Callable[[], bool]], Awaitable[T]]) -> T:
    stop = threading.Event()
    running = asyncio.ensure_future(start(stop.is_set))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        await running
        raise


async def unbroken(work: Coroutine[object, object, T]) -> T:
    """Let this come to its end even where the caller is cancelled in between; the cancel is raised after it."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # seen; the cancel is what counts
        raise


def unheard(future: asyncio.Future[Any]) -> None:
    """Whatever this ends with, nobody is left who would hear it, and nobody needs to."""
    future.add_done_callback(lambda done: done.cancelled() or done.exception())


def begun(pages: Iterator[T]) -> Iterator[T]:
    """The same pages, the first one read: what is wrong with the question is said before anything is done."""
    first = list(itertools.islice(pages, 1))
    return itertools.chain(first, pages)


async def page_by_page(threads: Threads, pages: Iterator[T]) -> AsyncIterator[T]:
    """Page after page, each made in the thread that reads."""
    while page := await threads.read(lambda: list(itertools.islice(pages, 1))):
        yield page[0]


def from_thread(report: Report) -> Report:
    """The same report, callable from a thread; call this on the loop that is to hear it.

    A loop that has not come to the last one yet hears only the newest: it would be woken again and again, and each time
    wait for the thread that tells it. The last one is always heard, and now and then one twice.
    """
    loop, newest, waiting = asyncio.get_running_loop(), [Progress("")], threading.Event()

    def hear() -> None:
        waiting.clear()  # before it is read: what is told from now on is heard by another turn
        report(newest[0])

    def tell(progress: Progress) -> None:
        newest[0] = progress
        if not waiting.is_set():
            waiting.set()
            with contextlib.suppress(RuntimeError):  # The loop is closed: nobody listens any more.
                loop.call_soon_threadsafe(hear)

    return tell


def first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The one exception that ended a task group; the others were cancelled because of it."""
    problem: BaseException = group
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return problem
