"""The event loop of the window: qasync's, with asyncio's own queues back inside. No policy and no global state.

qasync 0.28 makes a Qt timer, notifier or signal of every call. That is slow, keeps cancelled timers armed, loses tasks
under a nested `exec()`, swallows Ctrl-C on 3.11, forgets async generators and hangs at shutdown on 3.14. So this takes
from qasync the stay in `QApplication.exec()` (start, stop, close, error handlers, on Windows the completion port), and
from asyncio the ready queue, the heap of timers, the self-pipe and the default executor. One iteration is asyncio's:
look at sockets and timers, run what is there; after BUDGET seconds Qt has its turn, even in the middle of an iteration.

Where sockets are heard: on Linux one notifier on the epoll descriptor; on macOS a notifier for each descriptor, since
nobody could try a kqueue under Cocoa; on Windows qasync's poller thread, with a notifier on the self-pipe for threads
and Ctrl-C.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import math
import os
import selectors
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from types import FrameType
from typing import Any

from PySide6.QtCore import QCoreApplication, QSocketNotifier, Qt, QTimer

os.environ["QT_API"] = "pyside6"  # qasync obeys it, and would load another binding where a user has set one

import qasync  # type: ignore[import-untyped]

from soulspot_gallery.core.background import give_way

BUDGET = 0.002
"""Seconds that callbacks may take before Qt paints and hears the mouse; a callback is never interrupted."""
_LONGEST_ALARM = 86_400.0
_MANY_CANCELLED = 100
_SWITCH_INTERVAL = 0.001
"""Seconds after which a thread that computes lets the loop's in, which asks several times a frame. With Python's own
5 ms, frames were late while another thread read 100,000 rows. With 0.2 ms it was held up for a quarter longer by a
recache, a check of links and a scroll together (59 ms instead of 46), and no less by reading."""
_log = logging.getLogger(__name__)

if sys.platform == "win32":
    _QasyncLoop: Any = qasync.QIOCPEventLoop
else:
    _QasyncLoop: Any = qasync.QSelectorEventLoop


def new_event_loop() -> asyncio.AbstractEventLoop:
    """A loop for `asyncio.Runner(loop_factory=new_event_loop)`; from then on threads take turns more often. Raises
    RuntimeError without a QApplication."""
    application = QCoreApplication.instance()
    if application is None:
        raise RuntimeError("The event loop of the window needs a QApplication.")
    sys.setswitchinterval(_SWITCH_INTERVAL)
    loop: asyncio.AbstractEventLoop
    if sys.platform == "win32":
        loop = CompletionLoop(application)
    elif sys.platform == "linux":
        loop = DescriptorLoop(application)
    else:
        loop = NotifierLoop(application)
    return loop


class QtLoop(_QasyncLoop):  # type: ignore[misc]  # qasync has no types
    """What all platforms share: asyncio's queues, run in batches from Qt's events."""

    # asyncio's own again; qasync replaces each of them.
    run_until_complete = asyncio.BaseEventLoop.run_until_complete
    call_later = asyncio.BaseEventLoop.call_later
    call_soon_threadsafe = asyncio.BaseEventLoop.call_soon_threadsafe
    run_in_executor = asyncio.BaseEventLoop.run_in_executor
    set_default_executor = asyncio.BaseEventLoop.set_default_executor
    _add_callback = asyncio.BaseEventLoop._add_callback  # type: ignore[attr-defined]

    _scheduled: list[Any]
    _timer_cancelled_count: int
    _selector: Any

    def __init__(self, application: QCoreApplication) -> None:
        self._todo = 0  # handles of the current iteration that have not run yet
        self._running_handles = False
        self._raised: BaseException | None = None
        self._pump = QTimer()
        self._pumping = False
        self._alarm = QTimer()
        self._alarm_at = math.inf
        super().__init__(application)
        self._pump.timeout.connect(self._run_batch)
        self._alarm.setSingleShot(True)
        self._alarm.setTimerType(Qt.TimerType.PreciseTimer)
        self._alarm.timeout.connect(self._on_alarm)
        self.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio", initializer=give_way))

    # What asyncio's queues need to wake Qt. Invariant: while foreign code runs, a handle in the queue means that the
    # pump is on, and a timer in the heap that the alarm is set; so a nested exec() anywhere keeps everything going.

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        handle = asyncio.BaseEventLoop.call_soon(self, callback, *args, context=context)
        self._wake()
        return handle

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        timer = asyncio.BaseEventLoop.call_at(self, when, callback, *args, context=context)
        if self._scheduled[0] is timer:
            self._set_alarm()
        return timer

    def _wake(self) -> None:
        if not self._pumping:
            self._pumping = True
            self._pump.start(0)

    def _rest(self) -> None:
        if self._pumping:
            self._pumping = False
            self._pump.stop()

    def _on_alarm(self) -> None:
        self._alarm_at = math.inf
        self._collect_timers()  # now: the batch may have a rest of the last iteration to run first
        self._run_batch()

    def _set_alarm(self) -> None:
        """Set the one Qt timer to the earliest timer that nobody has cancelled."""
        heap = self._scheduled
        while heap and heap[0]._cancelled:
            heapq.heappop(heap)._scheduled = False
            self._timer_cancelled_count -= 1
        if not heap:
            if self._alarm_at != math.inf:
                self._alarm_at = math.inf
                self._alarm.stop()
        elif heap[0]._when != self._alarm_at:
            self._alarm_at = heap[0]._when
            seconds = min(max(0.0, self._alarm_at - self.time()), _LONGEST_ALARM)
            self._alarm.start(math.ceil(seconds * 1000))

    def _sweep_cancelled(self) -> None:
        """A client with timeouts cancels nearly every timer it sets: do not keep them until they would be due."""
        if self._timer_cancelled_count < _MANY_CANCELLED or self._timer_cancelled_count * 2 < len(self._scheduled):
            return
        for timer in self._scheduled:
            timer._scheduled = not timer._cancelled
        self._scheduled = [timer for timer in self._scheduled if timer._scheduled]
        heapq.heapify(self._scheduled)
        self._timer_cancelled_count = 0

    # Running

    def _look_at_sockets(self) -> None:
        """Put what the sockets have to say into the ready queue, without waiting."""

    def _look(self) -> None:
        """Begin an iteration: what sockets and timers have to say joins the queue."""
        self._look_at_sockets()
        self._collect_timers()
        self._todo = len(self._ready)

    def _collect_timers(self) -> None:
        self._sweep_cancelled()
        end = self.time() + self._clock_resolution
        while self._scheduled and self._scheduled[0]._when < end:
            timer = heapq.heappop(self._scheduled)
            timer._scheduled = False
            if timer._cancelled:
                self._timer_cancelled_count -= 1
            else:
                self._ready.append(timer)
        self._set_alarm()

    def _run_handles(self) -> None:
        ready = self._ready
        now = self.time()
        deadline = now + BUDGET
        while now < deadline:
            if self._todo <= 0:
                if self._stopping:
                    break
                self._look()
                if not self._todo:
                    self._rest()
                    break
            self._todo -= 1
            handle = ready.popleft()
            if ready:
                self._wake()
            before = now
            if not handle._cancelled:
                handle._run()
            now = self.time()
            if self._debug and now - before >= self.slow_callback_duration:
                _log.warning("%r took %.3f seconds", handle, now - before)

    def _run_batch(self) -> None:
        """Run callbacks for BUDGET seconds. Comes from Qt only: by the pump, the alarm or a notifier."""
        if not self.is_running():
            return
        self._rest()  # Qt does not fire a timer inside its own slot: a nested exec() needs one that was started anew
        # Inside a nested exec() of a task that is itself in the middle of a step: step aside for the others.
        outer_task, outer = asyncio.current_task(self), self._running_handles
        try:
            self._running_handles = True
            if outer_task is not None:
                asyncio.tasks._leave_task(self, outer_task)
            self._run_handles()
        except BaseException as error:  # SystemExit, KeyboardInterrupt: Qt would swallow them
            self._raised = error
            self._stopping = True
            self._todo = 0
        finally:
            if outer_task is not None:
                asyncio.tasks._enter_task(self, outer_task)
            self._running_handles = outer
        if self._stopping and self._todo <= 0:
            super().stop()
        elif self._ready:
            self._wake()

    def run_forever(self) -> int:
        """Run until `stop()`, or until Qt is told to quit. Raises what a callback raised if it was no Exception."""
        self._check_closed()
        try:
            status: int = super().run_forever()
        finally:
            self._stopping = False
            self._todo = 0
            error, self._raised = self._raised, None
        if error is not None:
            raise error
        return status

    def stop(self) -> None:
        """Leave `run_forever` once the callbacks of this iteration have run; before it: after one iteration."""
        self._stopping = True
        self._wake()

    def close(self) -> None:
        super().close()
        self._rest()
        self._alarm.stop()

    def _before_run_forever(self) -> None:
        super()._before_run_forever()
        self._old_hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook)
        self._hear_signals()
        self._look()  # a stop() that came before counts after this iteration
        self._wake()

    def _after_run_forever(self) -> None:
        self._unhear_signals()
        sys.set_asyncgen_hooks(*self._old_hooks)
        super()._after_run_forever()

    # Ctrl-C: Qt waits in C, where no Python signal handler runs. The wake-up descriptor ends the wait.

    def _hear_signals(self) -> None:
        self._old_interrupt: Any = None
        if threading.current_thread() is not threading.main_thread():
            return
        self._old_wakeup = signal.set_wakeup_fd(self._csock.fileno(), warn_on_full_buffer=False)
        handler = signal.getsignal(signal.SIGINT)
        if callable(handler):
            self._old_interrupt = handler
            self._our_interrupt = self._on_interrupt  # one object, to be recognised later
            signal.signal(signal.SIGINT, self._our_interrupt)

    def _unhear_signals(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        signal.set_wakeup_fd(self._old_wakeup)
        if self._old_interrupt is not None and signal.getsignal(signal.SIGINT) is self._our_interrupt:
            signal.signal(signal.SIGINT, self._old_interrupt)

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        try:
            self._old_interrupt(number, frame)
        except BaseException as error:
            if self._running_handles:
                raise  # into the callback that runs, as asyncio does
            # At the first instruction of some slot of Qt's, which would print and forget it.
            self._raised = error
            self.stop()


if sys.platform == "win32":

    class CompletionLoop(QtLoop):
        """Windows: sockets through qasync's poller of the completion port, threads through the self-pipe."""

        def __init__(self, application: QCoreApplication) -> None:
            super().__init__(application)
            self._notifier = QSocketNotifier(self._ssock.fileno(), QSocketNotifier.Type.Read)
            self._notifier.activated.connect(self._on_self_pipe)

        def _on_self_pipe(self) -> None:
            try:
                while self._ssock.recv(4096):
                    pass
            except (BlockingIOError, InterruptedError):
                pass
            self._run_batch()

        def close(self) -> None:
            self._notifier.setEnabled(False)
            super().close()

else:

    class SelectorLoop(QtLoop):
        """POSIX: asyncio's readers and writers over a selector."""

        _add_reader = asyncio.SelectorEventLoop._add_reader  # type: ignore[attr-defined]
        _remove_reader = asyncio.SelectorEventLoop._remove_reader  # type: ignore[attr-defined]
        _add_writer = asyncio.SelectorEventLoop._add_writer  # type: ignore[attr-defined]
        _remove_writer = asyncio.SelectorEventLoop._remove_writer  # type: ignore[attr-defined]

    class DescriptorLoop(SelectorLoop):
        """Linux: one notifier on the epoll descriptor hears all sockets."""

        def __init__(self, application: QCoreApplication) -> None:
            super().__init__(application)
            self._close_self_pipe()  # it hangs on qasync's selector, which has a notifier for each descriptor
            self._selector.close()
            self._selector = selectors.DefaultSelector()
            self._make_self_pipe()
            self._notifier = QSocketNotifier(self._selector.fileno(), QSocketNotifier.Type.Read)
            self._notifier.activated.connect(self._run_batch)
            self._notifier.setEnabled(False)

        def _look_at_sockets(self) -> None:
            self._process_events(self._selector.select(0))

        def _before_run_forever(self) -> None:
            super()._before_run_forever()
            self._notifier.setEnabled(True)

        def _after_run_forever(self) -> None:
            self._notifier.setEnabled(False)
            super()._after_run_forever()

    class NotifierLoop(SelectorLoop):
        """Other POSIX systems: qasync's selector, one notifier for each descriptor and direction."""

        def __init__(self, application: QCoreApplication) -> None:
            self._activated: dict[int, int] = {}
            super().__init__(application)

        def _process_event(self, key: selectors.SelectorKey, mask: int) -> None:
            """Called by qasync's selector. Collected by descriptor, as a notifier may speak twice an iteration."""
            self._activated[key.fd] = self._activated.get(key.fd, 0) | mask
            self._wake()

        def _look_at_sockets(self) -> None:
            activated, self._activated = self._activated, {}
            keys = self._selector.get_map()
            self._process_events([(keys[fd], mask & keys[fd].events) for fd, mask in activated.items() if fd in keys])
