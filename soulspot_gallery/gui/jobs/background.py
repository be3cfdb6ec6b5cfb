"""Runs small work (decoding, writing an export) in an injected executor and hands the results over on the GUI thread.

Asks its futures with a timer instead of a signal from the worker: nothing of Qt is touched outside the GUI thread, so a
dialog that is gone before its work is done can't be hit by it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer

Result = TypeVar("Result")
_INTERVAL_MS = 20


class Background(QObject):
    """`run(work, deliver)`: `deliver` gets what `work` returned, or is not called where that was cancelled.

    `work` must not raise; a failure is a value of its result.
    """

    def __init__(self, executor: Executor, parent: QObject) -> None:
        super().__init__(parent)
        self._executor = executor
        self._waiting: list[tuple[Future[object], Callable[[object], None]]] = []
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self._deliver)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def run(self, work: Callable[[], Result], deliver: Callable[[Result], None]) -> None:
        try:
            future = self._executor.submit(work)
        except RuntimeError:  # the executor has been shut down: the program is ending
            return
        self._waiting.append((future, deliver))  # type: ignore[arg-type]
        self._timer.start()

    def cancel(self) -> None:
        """Forget all that was asked for; what runs already ends by itself."""
        for future, _ in self._waiting:
            future.cancel()
        self._waiting.clear()
        self._timer.stop()

    def _deliver(self) -> None:
        ready = [each for each in self._waiting if each[0].done()]
        self._waiting = [each for each in self._waiting if not each[0].done()]
        if not self._waiting:
            self._timer.stop()
        for future, deliver in ready:
            try:
                result = future.result()
            except CancelledError:
                continue
            deliver(result)
