"""What the window relies on in its event loop, on each kind of loop that this platform can run."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import httpx_aiohttp
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog
from support.image_server import ImageServer

from soulspot_gallery.gui import event_loop
from soulspot_gallery.gui.event_loop import QtLoop, new_event_loop

KINDS = ["CompletionLoop"] if sys.platform == "win32" else ["DescriptorLoop", "NotifierLoop"]
if sys.platform == "darwin":
    KINDS.remove("DescriptorLoop")


@pytest.fixture(params=KINDS)
def runner(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[asyncio.Runner]:
    """A runner over one kind of loop."""
    kind: Callable[[QApplication], QtLoop] = getattr(event_loop, request.param)
    with asyncio.Runner(loop_factory=lambda: kind(qapp)) as runner:
        yield runner


async def add(left: int, right: int) -> int:
    await asyncio.sleep(0.001)
    return left + right


def test_new_event_loop_is_one_of_them(qapp: QApplication) -> None:
    loop = new_event_loop()
    assert type(loop).__name__ == KINDS[0]
    loop.close()
    assert loop.is_closed()


def test_without_an_application_it_says_so() -> None:
    code = (
        "from soulspot_gallery.gui.event_loop import new_event_loop as n\ntry: n()\nexcept RuntimeError as e: print(e)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (result.stdout.strip(), result.stderr) == ("The event loop of the window needs a QApplication.", "")


def test_runs_until_complete_again_and_again(runner: asyncio.Runner) -> None:
    for number in range(5):
        assert runner.run(add(number, 1)) == number + 1


def test_passes_on_what_the_coroutine_raises(runner: asyncio.Runner) -> None:
    async def fail() -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        runner.run(fail())
    assert runner.run(add(1, 1)) == 2


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_ends_for_what_is_no_exception(runner: asyncio.Runner, error: type[BaseException]) -> None:
    def leave() -> None:
        raise error

    async def main() -> None:
        asyncio.get_running_loop().call_soon(leave)
        await asyncio.sleep(10)

    with pytest.raises(error):
        runner.run(main())


def test_two_runners_one_after_the_other(qapp: QApplication) -> None:
    for _ in range(2):
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            assert runner.run(add(2, 3)) == 5


def test_callbacks_and_timers_run_in_order(runner: asyncio.Runner) -> None:
    async def main() -> list[str]:
        loop, ran = asyncio.get_running_loop(), list[str]()
        loop.call_later(0.03, ran.append, "30 ms")
        loop.call_later(0.01, ran.append, "10 ms")
        loop.call_at(loop.time(), ran.append, "now")
        loop.call_soon(ran.append, "first")
        loop.call_soon(ran.append, "second").cancel()
        loop.call_soon(ran.append, "third")
        await asyncio.sleep(0.05)
        return ran

    assert runner.run(main()) == ["first", "third", "now", "10 ms", "30 ms"]


def test_a_timer_is_never_early(runner: asyncio.Runner) -> None:
    async def main() -> list[float]:
        loop, late = asyncio.get_running_loop(), list[float]()
        for number in range(20):
            due = loop.time() + number * 0.0013
            await asyncio.sleep(due - loop.time())
            late.append(loop.time() - due)
        return late

    assert min(runner.run(main())) >= -time.get_clock_info("monotonic").resolution - 0.0001


def test_cancelled_timers_are_disarmed_and_forgotten(runner: asyncio.Runner) -> None:
    async def main() -> tuple[int, bool, list[str]]:
        loop, ran = asyncio.get_running_loop(), list[str]()
        assert isinstance(loop, QtLoop)
        for _ in range(2000):
            loop.call_later(30, ran.append, "never").cancel()
        loop.call_later(0.001, ran.append, "cancelled in time").cancel()
        await asyncio.sleep(0.01)
        await asyncio.to_thread(int)  # one more iteration without any timer
        return len(loop._scheduled), loop._alarm.isActive(), ran

    waiting, armed, ran = runner.run(main())
    assert waiting < 100
    assert not armed
    assert ran == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has SCHED_BATCH")
def test_threads_of_the_loop_let_the_window_go_first(runner: asyncio.Runner) -> None:
    async def main() -> tuple[int, int]:
        return os.sched_getscheduler(0), await asyncio.to_thread(os.sched_getscheduler, 0)

    assert runner.run(main()) == (os.SCHED_OTHER, os.SCHED_BATCH)


def test_slow_callbacks_lose_no_timer(runner: asyncio.Runner) -> None:
    async def slow(number: int) -> int:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0.001 * number)
        busy_until = loop.time() + 3 * event_loop.BUDGET
        while loop.time() < busy_until:
            pass
        await asyncio.sleep(0.001)
        return number

    async def main() -> list[int]:
        return await asyncio.gather(*(slow(number) for number in range(8)))

    assert runner.run(main()) == list(range(8))


def test_timeouts_work(runner: asyncio.Runner) -> None:
    async def main() -> None:
        async with asyncio.timeout(0.01):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        runner.run(main())


def test_calls_from_threads_arrive_even_while_nothing_else_happens(runner: asyncio.Runner) -> None:
    async def main() -> int:
        loop, count, done = asyncio.get_running_loop(), 0, asyncio.Event()

        def arrive() -> None:
            nonlocal count
            count += 1
            if count == 4000:
                done.set()

        def send() -> None:
            for _ in range(1000):
                loop.call_soon_threadsafe(arrive)

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        await asyncio.wait_for(done.wait(), 20)
        for thread in threads:
            thread.join()
        lonely = loop.create_future()
        threading.Timer(0.05, lambda: loop.call_soon_threadsafe(lonely.set_result, None)).start()
        await lonely
        return count

    assert runner.run(main()) == 4000


def test_a_slot_of_qt_starts_a_task_while_the_loop_is_idle(runner: asyncio.Runner) -> None:
    async def main() -> int:
        tasks = list[asyncio.Task[int]]()
        clicked = asyncio.Event()

        def on_click() -> None:
            tasks.append(asyncio.ensure_future(add(20, 22)))
            clicked.set()

        QTimer.singleShot(5, on_click)
        await clicked.wait()
        return await tasks[0]

    assert runner.run(main()) == 42


@pytest.mark.parametrize("transport", [httpx.AsyncHTTPTransport, httpx_aiohttp.AiohttpTransport])
def test_real_http(runner: asyncio.Runner, image_server: ImageServer, transport: Callable[[], Any]) -> None:
    body = bytes(range(256)) * 8000
    url = image_server.serve("/cover.jpg", body)

    async def main() -> list[bytes]:
        async with httpx.AsyncClient(transport=transport(), trust_env=False) as client:
            answers = await asyncio.gather(*(client.get(url) for _ in range(12)))
            with pytest.raises(httpx.TransportError):
                await client.get("http://127.0.0.1:9/")
            return [answer.content for answer in answers]

    assert runner.run(main()) == [body] * 12


def test_a_server_and_half_closed_streams(runner: asyncio.Runner) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.read()).upper())
        writer.close()
        await writer.wait_closed()

    async def main() -> bytes:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"cover" * 100_000)
            writer.write_eof()
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            return answer

    assert runner.run(main()) == b"COVER" * 100_000


def test_executors(runner: asyncio.Runner) -> None:
    async def main() -> list[int]:
        loop = asyncio.get_running_loop()
        return await asyncio.gather(*(loop.run_in_executor(None, abs, -number) for number in range(100)))

    before = threading.active_count()
    assert runner.run(main()) == list(range(100))
    assert threading.active_count() > before
    runner.close()
    assert threading.active_count() == before


def test_an_error_in_a_callback_is_told_and_the_others_run(runner: asyncio.Runner) -> None:
    told = list[BaseException | None]()

    async def main() -> list[int]:
        loop, ran = asyncio.get_running_loop(), list[int]()
        loop.set_exception_handler(lambda loop, context: told.append(context.get("exception")))
        loop.call_soon(lambda: 1 // 0)
        loop.call_soon(ran.append, 1)
        await asyncio.sleep(0.005)
        return ran

    assert runner.run(main()) == [1]
    assert [type(error) for error in told] == [ZeroDivisionError]


def test_an_error_in_a_forgotten_task_is_told(runner: asyncio.Runner) -> None:
    told = list[str]()

    async def fail() -> None:
        raise LookupError

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context["message"]))
        task = asyncio.create_task(fail())
        await asyncio.sleep(0.005)
        del task
        gc.collect()

    runner.run(main())
    assert told == ["Task exception was never retrieved"]


def test_stop_lets_the_iteration_finish(runner: asyncio.Runner) -> None:
    loop, ran = runner.get_loop(), list[str]()
    loop.call_soon(loop.stop)
    loop.call_soon(ran.append, "same iteration")
    loop.run_forever()
    assert ran == ["same iteration"]
    loop.call_soon(ran.append, "stopped before it began")
    loop.stop()
    loop.run_forever()
    assert ran == ["same iteration", "stopped before it began"]
    assert not loop.is_running()


def test_qt_can_end_it_too(runner: asyncio.Runner, qapp: QApplication) -> None:
    async def main() -> None:
        QTimer.singleShot(0, qapp.quit)
        await asyncio.sleep(10)

    with pytest.raises(RuntimeError, match="stopped before Future completed"):
        runner.run(main())
    assert runner.run(add(1, 2)) == 3


def test_between_runs_nothing_runs(runner: asyncio.Runner, qapp: QApplication) -> None:
    loop, ran = runner.get_loop(), list[str]()
    loop.call_soon(ran.append, "late")
    loop.call_soon_threadsafe(ran.append, "later")
    qapp.processEvents()
    assert ran == []
    runner.run(add(1, 2))
    assert ran == ["late", "later"]


def test_async_generators_are_closed(runner: asyncio.Runner) -> None:
    closed = list[str]()

    async def numbers() -> AsyncIterator[int]:
        try:
            for number in range(10):
                yield number
        finally:
            await asyncio.sleep(0)
            closed.append("closed")

    kept = numbers()

    async def begin() -> int:
        return await anext(kept)

    assert runner.run(begin()) == 0
    assert closed == []
    runner.close()
    assert closed == ["closed"]


def test_a_dialog_inside_a_task_does_not_lose_the_others(runner: asyncio.Runner, image_server: ImageServer) -> None:
    url = image_server.serve("/cover.jpg", b"cover")

    async def worker(number: int) -> int:
        async with httpx.AsyncClient(trust_env=False) as client:
            for _ in range(3):
                await asyncio.sleep(0.002)
                assert (await client.get(url)).content == b"cover"
        return number

    async def main() -> tuple[list[int], list[int], bool]:
        finished = list[int]()
        workers = [asyncio.create_task(worker(number)) for number in range(4)]
        dialog = QDialog()
        for each in workers:
            each.add_done_callback(lambda task: finished.append(task.result()))
        asyncio.gather(*workers).add_done_callback(lambda _: dialog.accept())
        opener = asyncio.current_task()
        dialog.exec()  # nested loop, in the middle of this task's step
        during = list(finished)
        return during, await asyncio.gather(*workers), asyncio.current_task() is opener

    during, results, same_task = runner.run(main())
    assert sorted(during) == results == [0, 1, 2, 3]
    assert same_task


def test_a_nested_loop_outside_tasks_goes_on_too(runner: asyncio.Runner) -> None:
    async def main() -> int:
        loop, dialog = asyncio.get_running_loop(), QDialog()

        async def later() -> int:
            await asyncio.sleep(0.005)
            dialog.accept()
            return 7

        loop.call_soon(dialog.exec)
        return await asyncio.create_task(later())

    assert runner.run(main()) == 7


def test_stopping_from_within_a_nested_loop_leaves_both(runner: asyncio.Runner) -> None:
    async def main() -> str:
        dialog = QDialog()
        asyncio.get_running_loop().call_soon(dialog.exec)
        await asyncio.sleep(0.005)
        return "left"

    assert runner.run(main()) == "left"


def test_busy_tasks_starve_neither_qt_nor_sockets(runner: asyncio.Runner, image_server: ImageServer) -> None:
    url = image_server.serve("/cover.jpg", b"cover")

    async def main() -> tuple[bytes, int]:
        ticks, stop = 0, False

        def tick() -> None:
            nonlocal ticks
            ticks += 1

        async def spin() -> None:
            while not stop:  # noqa: ASYNC110  # being busy is the point
                await asyncio.sleep(0)

        timer = QTimer()
        timer.timeout.connect(tick)
        timer.start(0)
        spinners = [asyncio.create_task(spin()) for _ in range(200)]
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(url)
        while ticks < 10:  # noqa: ASYNC110
            await asyncio.sleep(0)
        stop = True
        await asyncio.gather(*spinners)
        timer.stop()
        return answer.content, ticks

    content, ticks = runner.run(main())
    assert content == b"cover"
    assert ticks >= 10


def test_slow_callbacks_are_named_in_debug_mode(runner: asyncio.Runner, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_debug(True)
        loop.slow_callback_duration = 0.0
        await asyncio.sleep(0)
        loop.set_debug(False)

    runner.run(main())
    assert "seconds" in caplog.text


INTERRUPTED = """
import asyncio, os, signal, sys, threading
from PySide6.QtWidgets import QApplication
from soulspot_gallery.gui.event_loop import new_event_loop

application = QApplication([])

async def stay():
    try:
        print("ready", flush=True)
        await asyncio.sleep(30)
    finally:
        print("cleaned up", flush=True)

async def cling():
    try:
        print("ready", flush=True)
        await asyncio.sleep(30)
    except asyncio.CancelledError:
        print("ready", flush=True)
        await asyncio.sleep(30)

try:
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(stay() if sys.argv[1] == "stay" else cling())
except KeyboardInterrupt:
    print("interrupted", flush=True)
    os._exit(3)
"""


def _interrupt(what: str, times: int) -> tuple[int, str, str]:
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, what], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(times):
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
    try:
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    return process.returncode, out, err


@pytest.mark.skipif(sys.platform == "win32", reason="a SIGINT to one process only")
def test_ctrl_c_ends_an_idle_loop() -> None:
    assert _interrupt("stay", 1) == (3, "cleaned up\ninterrupted\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="a SIGINT to one process only")
def test_a_second_ctrl_c_ends_a_task_that_clings() -> None:
    assert _interrupt("cling", 2) == (3, "interrupted\n", "")


def test_the_old_handler_of_ctrl_c_is_back_afterwards(runner: asyncio.Runner) -> None:
    before: object = signal.getsignal(signal.SIGINT)
    descriptor = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(descriptor)

    async def during() -> object:
        return signal.getsignal(signal.SIGINT)

    assert runner.run(during()) is not before
    assert signal.getsignal(signal.SIGINT) is before
    assert signal.set_wakeup_fd(descriptor) == descriptor
