"""The thread pool: order, cancellation, shutdown, and that no future stays unresolved."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator

import pytest

from soulspot_gallery import qt_executor
from soulspot_gallery.qt_executor import QtExecutor


@pytest.fixture
def executor() -> Iterator[QtExecutor]:
    """Two threads, shut down afterwards."""
    with QtExecutor(2) as executor:
        yield executor


class Gate:
    """Occupies a thread until it is opened."""

    def __init__(self, executor: QtExecutor) -> None:
        self._entered, self._open = threading.Event(), threading.Event()
        self.future = executor.submit(self._wait)
        assert self._entered.wait(10)

    def _wait(self) -> None:
        self._entered.set()
        assert self._open.wait(10)

    def open(self) -> None:
        self._open.set()


def test_returns_results_and_passes_arguments(executor: QtExecutor) -> None:
    assert executor.submit(divmod, 7, 2).result(10) == (3, 1)
    assert executor.submit(int, "101", base=2).result(10) == 5
    assert list(executor.map(str, range(50))) == [str(number) for number in range(50)]


def test_raises_what_the_job_raised_even_system_exit(executor: QtExecutor) -> None:
    with pytest.raises(ZeroDivisionError):
        executor.submit(divmod, 1, 0).result(10)
    with pytest.raises(SystemExit):
        executor.submit(sys.exit, 3).result(10)
    assert executor.submit(int, 1).result(10) == 1


def test_runs_in_as_many_threads_as_asked_for_and_no_more(executor: QtExecutor) -> None:
    both = threading.Barrier(2)
    threads = [executor.submit(lambda: (both.wait(10), threading.get_ident())[1]) for _ in range(20)]
    assert len({future.result(10) for future in threads}) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has SCHED_BATCH")
def test_its_threads_let_the_window_go_first(executor: QtExecutor) -> None:
    assert executor.submit(os.sched_getscheduler, 0).result(10) == os.SCHED_BATCH


def test_urgent_jobs_first_and_equal_ones_in_order() -> None:
    ran: list[str] = []
    with QtExecutor(1) as executor:
        gate = Gate(executor)
        executor.submit(ran.append, "first")
        executor.submit(ran.append, "second")
        executor.submit_with_priority(1, ran.append, "older thumbnail")
        executor.submit_with_priority(2, ran.append, "newer thumbnail")
        executor.submit_with_priority(-1, ran.append, "background")
        gate.open()
    assert ran == ["newer thumbnail", "older thumbnail", "first", "second", "background"]


def test_a_cancelled_job_does_not_run() -> None:
    ran: list[int] = []
    with QtExecutor(1) as executor:
        gate = Gate(executor)
        futures = [executor.submit(ran.append, number) for number in range(3)]
        assert futures[1].cancel()
        assert not gate.future.cancel()
        gate.open()
    assert ran == [0, 2]


def test_shutdown_resolves_ten_thousand_futures() -> None:
    executor = QtExecutor(2)
    gates = Gate(executor), Gate(executor)
    futures = [executor.submit(int, number) for number in range(10_000)]
    for gate in gates:
        threading.Timer(0.05, gate.open).start()
    executor.shutdown(wait=True, cancel_futures=True)
    assert all(future.cancelled() for future in futures)
    assert all(gate.future.done() for gate in gates)
    assert not concurrent.futures.wait(futures, timeout=10).not_done
    with pytest.raises(RuntimeError, match="shut down"):
        executor.submit(int)
    executor.shutdown(wait=True, cancel_futures=True)


def test_shutdown_without_cancelling_finishes_the_queue() -> None:
    executor = QtExecutor(1)
    gate = Gate(executor)
    futures = [executor.submit(int, number) for number in range(100)]
    executor.shutdown(wait=False)
    gate.open()
    executor.shutdown(wait=True)
    assert [future.result(0) for future in futures] == list(range(100))


def test_idle_threads_end_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt_executor, "LINGER", 0.001)
    with QtExecutor(2) as executor:
        for number in range(200):
            assert executor.submit(int, number).result(10) == number
            if number % 50 == 0:
                executor._queue.wait_for_workers()
                assert executor._pool.waitForDone(10_000)


def test_keeps_no_result_alive_while_idle(executor: QtExecutor) -> None:
    class Result:
        pass

    future = executor.submit(Result)
    seen = weakref.ref(future.result(10))
    del future
    executor.submit(int).result(10)
    executor.submit(int).result(10)
    gc.collect()
    assert seen() is None


def test_a_forgotten_executor_ends_its_threads_and_cancels_the_rest() -> None:
    executor = QtExecutor(1)
    queue = executor._queue
    gate = Gate(executor)
    waiting = executor.submit(int)
    gate.open()
    del executor
    gc.collect()
    assert queue.workers == 0
    assert waiting.done()


async def test_serves_an_asyncio_loop(executor: QtExecutor) -> None:
    loop = asyncio.get_running_loop()
    numbers = await asyncio.gather(*(loop.run_in_executor(executor, abs, -number) for number in range(500)))
    assert numbers == list(range(500))


async def test_cancelling_the_awaiting_task_cancels_a_waiting_job(executor: QtExecutor) -> None:
    gates = Gate(executor), Gate(executor)
    future = executor.submit(int)

    async def wait_for_it() -> int:
        return await asyncio.wrap_future(future)

    task = asyncio.create_task(wait_for_it())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    for gate in gates:
        gate.open()
    assert task.cancelled()
    assert future.cancelled()


def test_the_process_ends_cleanly_without_a_shutdown() -> None:
    code = (
        "import threading; from soulspot_gallery.qt_executor import QtExecutor\n"
        "executor = QtExecutor(2)\n"
        "jobs = [executor.submit(threading.Event().wait, 0.02) for _ in range(1000)]\n"
        "print(executor.submit_with_priority(1, int, 7).result())"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (result.returncode, result.stdout.strip(), result.stderr) == (0, "7", "")


def test_a_program_that_ends_in_an_error_shows_that_error_alone() -> None:
    """`weakref` may have been asked to clean up before Qt was: then Qt's objects are gone when the executor ends."""
    code = (
        "import weakref\n"
        "class Anything: pass\n"
        "anything = Anything(); weakref.finalize(anything, print)\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from soulspot_gallery.qt_executor import QtExecutor\n"
        "application, executor = QCoreApplication([]), QtExecutor()\n"
        "executor.submit(int).result()\n"
        "raise SystemExit('the error')\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (result.stderr, result.returncode) == ("the error\n", 1)


def test_needs_a_thread() -> None:
    with pytest.raises(ValueError, match="at least one"):
        QtExecutor(0)


def test_what_a_failed_job_was_given_is_let_go(executor: QtExecutor) -> None:
    """Without waiting for the collector of cycles: it may be a picture of a hundred megabytes."""

    class Picture:
        def fail(self) -> None:
            raise ValueError("broken")

    gc.disable()
    try:
        picture = Picture()
        left = weakref.ref(picture)
        future = executor.submit(picture.fail)
        del picture
        with pytest.raises(ValueError, match="broken"):
            future.result(10)
        del future
        executor.shutdown()
        assert left() is None
    finally:
        gc.enable()
