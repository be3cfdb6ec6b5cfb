"""QThreadPool as a `concurrent.futures.Executor`: most urgent job first, every future resolved. Knows no job by name.

One QRunnable a job would cost 20 to 56 µs, leave futures unresolved after `QThreadPool.clear()` or leak without
autoDelete. So a few runnables drain a heap of ours; one that finds nothing for LINGER seconds ends, the next job
starts another.
"""

from __future__ import annotations

import heapq
import itertools
import os
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import shiboken6
from PySide6.QtCore import QRunnable, QThreadPool

from soulspot_gallery.core.background import give_way

DEFAULT_PRIORITY = 0
LINGER = 5.0
"""Seconds for which an idle thread waits for the next job."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(order=True, slots=True)
class _Job:
    """`order` is (-priority, number): the heap's smallest is the most urgent, then the oldest."""

    order: tuple[int, int]
    future: Future[Any] = field(compare=False)
    work: Callable[[], Any] = field(compare=False)


class _Queue:
    """What executor and workers share; the workers know nothing else, so a forgotten executor can be collected."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.jobs: list[_Job] = []
        self.workers = 0
        self.idle = 0
        self.closed = False

    def next_job(self) -> _Job | None:
        """Wait for a job; None means that the worker which asked is no longer counted and has to end."""
        with self.changed:
            while not self.jobs:
                self.idle += 1
                asked = not self.closed and self.changed.wait(LINGER)
                self.idle -= 1
                if not asked and not self.jobs:
                    self.workers -= 1
                    self.changed.notify_all()
                    return None
            return heapq.heappop(self.jobs)

    def take_all(self) -> list[_Job]:
        with self.changed:
            jobs, self.jobs = self.jobs, []
            return jobs

    def close(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def wait_for_workers(self) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.workers == 0)


class _Worker(QRunnable):
    def __init__(self, queue: _Queue) -> None:
        super().__init__()
        self._queue = queue

    def run(self) -> None:
        give_way()
        while (job := self._queue.next_job()) is not None:
            _run(job)
            del job  # do not keep a result alive while waiting


def _run(job: _Job) -> None:
    if not job.future.set_running_or_notify_cancel():
        return
    try:
        result = job.work()
    except BaseException as error:  # whatever it is, it belongs to the one who waits; SystemExit would end the process
        job.future.set_exception(error)
        del job  # the error holds this frame: a cycle, which would keep what the work was given
    else:
        job.future.set_result(result)


def _cancel(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.cancel():
            job.future.set_running_or_notify_cancel()  # tells `concurrent.futures.wait` too


def _abandon(queue: _Queue, pool: QThreadPool) -> None:
    """The executor is gone or the interpreter ends: a thread must not come back into a dying interpreter."""
    queue.close()
    _cancel(queue.take_all())
    queue.wait_for_workers()
    if shiboken6.isValid(pool):  # Qt may have ended first, and its objects with it
        pool.waitForDone()


class QtExecutor(Executor):
    """Runs calls in `max_workers` threads of a QThreadPool of its own (default: one per processor, at most 4).

    A higher priority runs first; of the same priority, the oldest. For "newest first" give a growing number.
    Needs no QApplication. End it with `shutdown(wait=True, cancel_futures=True)` before the event loop closes.
    """

    def __init__(self, max_workers: int | None = None) -> None:
        workers = min(4, os.cpu_count() or 1) if max_workers is None else max_workers
        if workers < 1:
            raise ValueError("An executor needs at least one thread.")
        self._max_workers = workers
        self._numbers = itertools.count()
        self._queue = _Queue()
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(workers)
        self._finalizer = weakref.finalize(self, _abandon, self._queue, self._pool)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn(*args, **kwargs)` with DEFAULT_PRIORITY. Raises RuntimeError after `shutdown`."""
        return self.submit_with_priority(DEFAULT_PRIORITY, fn, *args, **kwargs)

    def submit_with_priority(
        self, priority: int, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """As `submit`; a higher `priority` runs sooner. For a coroutine: `await asyncio.wrap_future(...)`."""
        future: Future[T] = Future()
        job = _Job((-priority, next(self._numbers)), future, lambda: fn(*args, **kwargs))
        queue = self._queue
        with queue.changed:
            if queue.closed:
                raise RuntimeError("The executor has been shut down.")
            heapq.heappush(queue.jobs, job)
            starts = len(queue.jobs) > queue.idle and queue.workers < self._max_workers
            queue.workers += starts
            queue.changed.notify()
        if starts:
            self._pool.start(_Worker(queue))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  # Executor's
        """Take no more jobs. `cancel_futures` cancels those that have not begun; `wait` until the rest is done.

        May be called again, from any thread but the executor's own.
        """
        self._queue.close()
        if cancel_futures:
            _cancel(self._queue.take_all())
        if wait:
            self._queue.wait_for_workers()
            self._pool.waitForDone()
            self._finalizer.detach()
