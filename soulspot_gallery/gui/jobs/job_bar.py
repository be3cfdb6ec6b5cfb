"""The one place that shows long work: a line for each job that runs, then its summary. One with failures stays until it
is dismissed; others go by themselves."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from soulspot_gallery.gui.jobs.job_rows import EndedRow, RunningRow, ending_words
from soulspot_gallery.gui.jobs.jobs import Job, Jobs
from soulspot_gallery.gui.widgets.notices import muted_label

PATIENCE_MS = 250
"""A job that is done sooner does not flicker through the bar."""
_MOST_ENDED = 3
PASSING_MS = 8000
"""How long a summary stays that asks for nothing."""
_PAUSE_CHECK_MS = 1000


def paused_words(hosts: tuple[str, ...]) -> str:
    """`Paused: i.scdn.co. It goes on ...`; empty for no host."""
    if not hosts:
        return ""
    names = ", ".join(hosts[:3]) + (f" and {len(hosts) - 3} more" if len(hosts) > 3 else "")
    return f"Paused: {names}. It goes on by itself when the host answers again."


class JobBar(QFrame):
    """Follows a Jobs object; hidden while there is nothing to show. `paused_hosts` is asked while jobs run."""

    details_requested = Signal(object)
    """A Job whose failures someone wants to see; its `result` is the report."""
    emptied = Signal()
    """The line that had the keyboard is gone, and there is none to take it."""

    def __init__(
        self, jobs: Jobs, paused_hosts: Callable[[], tuple[str, ...]] = lambda: (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("jobBar")
        self.setAccessibleName("Jobs")
        self._paused_hosts = paused_hosts
        self.running: dict[Job, RunningRow] = {}
        self.ended: list[EndedRow] = []
        self.paused = muted_label()
        self.paused.hide()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(14, 9, 10, 9)
        self._layout.setSpacing(9)
        self._layout.addWidget(self.paused)
        self._pause_check = QTimer(self, interval=_PAUSE_CHECK_MS)
        self._pause_check.timeout.connect(self._look_for_pauses)
        jobs.started.connect(self._on_started)
        jobs.changed.connect(self._on_changed)
        jobs.finished.connect(self._on_finished)
        self.hide()

    def dismiss_all(self) -> None:
        """Drop all summaries."""
        for row in list(self.ended):
            self._drop(row)

    def _on_started(self, job: Job) -> None:
        if not job.shown:
            return
        for ended in [row for row in self.ended if row.job.name == job.name]:
            self._drop(ended)
        row = RunningRow(job, self)
        row.hide()
        self.running[job] = row
        self._layout.insertWidget(self._layout.indexOf(self.paused), row)
        self._pause_check.start()
        patience = QTimer(row, singleShot=True, interval=PATIENCE_MS)
        patience.timeout.connect(lambda: self._reveal(row))
        patience.start()

    def _reveal(self, row: RunningRow) -> None:
        row.show()
        self._follow()

    def _on_changed(self, job: Job) -> None:
        if row := self.running.get(job):
            row.refresh()

    def _on_finished(self, job: Job) -> None:
        row = self.running.pop(job, None)
        if row is None:
            return
        had_keyboard = row.cancel_button.hasFocus()
        ended = self._keep(job) if ending_words(job) else None
        if ended is not None and had_keyboard:
            ended.dismiss_button.setFocus()
        self._remove(row)
        if had_keyboard and ended is None:
            self.emptied.emit()
        if not self.running:
            self._pause_check.stop()
        self._look_for_pauses()

    def _keep(self, job: Job) -> EndedRow:
        for passing in [row for row in self.ended if not row.failures]:
            self._drop(passing)
        row = EndedRow(job, self)
        row.details_button.clicked.connect(lambda: self.details_requested.emit(job))
        row.dismiss_button.clicked.connect(lambda: self._drop(row))
        self.ended.append(row)
        self._layout.addWidget(row)
        row.show()
        for oldest in self.ended[:-_MOST_ENDED]:
            self._drop(oldest)
        if not row.failures:
            passing_away = QTimer(row, interval=PASSING_MS)
            passing_away.timeout.connect(lambda: self._pass_away(row))
            passing_away.start()
        QAccessible.updateAccessibility(QAccessibleEvent(row.label, QAccessible.Event.Alert))
        return row

    def _pass_away(self, row: EndedRow) -> None:
        """Not under the hand of someone who is about to use it; then a little later."""
        if not row.underMouse() and not row.dismiss_button.hasFocus():
            self._drop(row)

    def _drop(self, row: EndedRow) -> None:
        if row not in self.ended:
            return
        had_keyboard = row.dismiss_button.hasFocus() or row.details_button.hasFocus()
        self.ended.remove(row)
        if had_keyboard and self.ended:
            self.ended[-1].dismiss_button.setFocus()
        self._remove(row)
        if had_keyboard and not self.ended:
            self.emptied.emit()

    def _remove(self, row: QWidget) -> None:
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._follow()

    def _look_for_pauses(self) -> None:
        text = paused_words(self._paused_hosts()) if self.running else ""
        self.paused.setText(text)
        self.paused.setVisible(bool(text))
        self._follow()

    def _follow(self) -> None:
        """Be seen while a line is: `isHidden`, as a bar that is hidden itself has no visible line."""
        rows: list[QWidget] = [*self.running.values(), *self.ended]
        self.setVisible(any(not row.isHidden() for row in rows))
