"""What runs by itself, shown in the status bar: when the next cleanup plan is due, and a button where one is ready."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.schedule import ScheduledCleanup, keep_schedule, local_now, next_run
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui.jobs.jobs import Jobs
from soulspot_gallery.gui.look.wording import count_words
from soulspot_gallery.gui.messages import Messages
from soulspot_gallery.gui.widgets.line_label import LineLabel


class ScheduleDisplay(QWidget):
    """Keeps the schedule of one open library at a time; it ends with the jobs."""

    plan_wanted = Signal(object)
    """The CleanupPlan that the user wants to look at."""
    link_checked = Signal(object)
    """A ValidateResult of the background checks."""
    cleaned = Signal()
    """A plan was applied by itself: files and rows are others now."""

    def __init__(self, jobs: Jobs, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._messages = jobs, messages
        self._ready: ScheduledCleanup | None = None
        self._trouble = ""
        self.plan_button = QPushButton("A cleanup plan is &ready: look at it")
        self.plan_button.setAutoDefault(True)  # Return presses it, as Space does
        self.plan_button.clicked.connect(self._show_plan)
        self.plan_button.hide()
        self.label = LineLabel(role=QPalette.ColorRole.PlaceholderText)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.addWidget(self.plan_button)
        row.addWidget(self.label)

    def follow(self, service: ImageService) -> None:
        """Keep the schedule of this library until its jobs are ended."""
        self.clear()
        self.tell(service.settings)
        self._jobs.run_quietly(
            "schedule", lambda: keep_schedule(service, self._due, self._tell_trouble, on_link=self.link_checked.emit)
        )

    def tell(self, settings: Settings) -> None:
        """Say what is due, by these settings."""
        due = next_run(settings.cache_cleanup_schedule, local_now())
        cleanup = f"Next cleanup plan {due:%a %H:%M}" if due else "No scheduled cleanup"
        checked = settings.background_link_checks and not settings.offline
        links = "links are checked in the background" if checked else "links are not checked"
        self.label.setText(f"{cleanup} · {links}")

    def clear(self) -> None:
        """Say nothing; a plan that is ready belongs to the library that is left."""
        self._ready, self._trouble = None, ""
        self.plan_button.hide()
        self.label.setText("")

    def _due(self, cleanup: ScheduledCleanup) -> None:
        if cleanup.result is not None:
            files = count_words(cleanup.result.removed, "file")
            self._messages.notice(f"Scheduled cleanup: {files} moved to the trash. Undo brings them back.")
            self.cleaned.emit()
        elif cleanup.plan.items:
            self._ready = cleanup
            self.plan_button.setToolTip(cleanup.refused or "Nothing is removed before you have seen it")
            self.plan_button.show()

    def _tell_trouble(self, problem: GalleryError) -> None:
        if str(problem) != self._trouble:  # it is tried again every minute, and said once
            self._trouble = str(problem)
            self._messages.problem(self._trouble)

    def _show_plan(self) -> None:
        self.plan_button.hide()
        if self._ready is not None:
            self.plan_wanted.emit(self._ready.plan)
