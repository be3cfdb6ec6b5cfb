"""The two kinds of line in the job bar: one for a job that runs, one for what it left to say. Show; decide nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from soulspot_gallery.core.model import Progress
from soulspot_gallery.gui.jobs.jobs import Job, JobState
from soulspot_gallery.gui.jobs.pace import Pace, rate_words, time_left_words
from soulspot_gallery.gui.look.state_marks import Shape, Tone, is_dark, shape_pixmap, tone_colour
from soulspot_gallery.gui.widgets.line_label import LineLabel
from soulspot_gallery.gui.widgets.notices import plain_label

_FINE = 1000
_ICON = 16


def counts_words(progress: Progress, pace: Pace) -> str:
    """`120 of 300 · 3 failed · 12 a second · about 20 s left`, as far as it is known."""
    counts = ""
    if progress.total:
        counts = f"{progress.done:,} of {progress.total:,}"
    elif progress.done:
        counts = f"{progress.done:,}"
    failed = f"{progress.failed:,} failed" if progress.failed else ""
    left = time_left_words(pace.seconds_left) if progress.done < progress.total else ""
    return " · ".join(part for part in (counts, failed, rate_words(pace.rate), left) if part)


def ending_words(job: Job) -> str:
    """What the bar says of a job that has ended; empty where nothing is to be said."""
    if job.state is JobState.CANCELLED:
        done = counts_words(Progress("", job.progress.done, job.progress.total), Pace())
        return f"{job.title}: cancelled after {done}." if job.progress.done else f"{job.title}: cancelled."
    return job.summary.text if job.summary is not None else ""


class RunningRow(QWidget):
    """What a job does, how far it is, and Cancel."""

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self.title = LineLabel(job.title)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.doing = LineLabel(role=QPalette.ColorRole.PlaceholderText)
        self.counts = plain_label()
        self.counts.setWordWrap(False)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(job.title)
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setAccessibleName(f"Cancel: {job.title}")
        self.cancel_button.setAutoDefault(True)  # Return presses it, as Space does
        self.cancel_button.clicked.connect(self._cancel)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(10)
        layout.setVerticalSpacing(5)
        layout.addWidget(self.title, 0, 0)
        layout.addWidget(self.doing, 0, 1)
        layout.addWidget(self.counts, 0, 2)
        layout.addWidget(self.bar, 1, 0, 1, 3)
        layout.addWidget(self.cancel_button, 0, 3, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        layout.setColumnStretch(1, 1)
        self.refresh()

    def refresh(self) -> None:
        """Show where the job stands."""
        progress = self.job.progress
        doing = "" if progress.doing == self.job.title else progress.doing
        self.doing.setText(doing)
        self.counts.setText(counts_words(progress, self.job.pace))
        if progress.total:
            self.bar.setRange(0, _FINE)
            self.bar.setValue(min(_FINE, progress.done * _FINE // progress.total))
        else:
            self.bar.setRange(0, 0)
        self.bar.setAccessibleDescription(" · ".join(part for part in (doing, self.counts.text()) if part))

    def _cancel(self) -> None:
        # not disabled: that would throw the keyboard elsewhere
        self.cancel_button.setText("Stopping…")
        self.job.cancel()


class EndedRow(QWidget):
    """The summary of a job that has ended, until it is dismissed."""

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self._icon = QLabel()
        self.label = plain_label(ending_words(job))
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.failures = job.summary.failures if job.summary is not None else 0
        self.details_button = QPushButton("Show failures")
        self.details_button.setAccessibleName(f"Show failures: {job.title}")
        self.details_button.setVisible(self.failures > 0)
        self.dismiss_button = QPushButton("Dismiss")
        self.dismiss_button.setAccessibleName(f"Dismiss: {self.label.text()}")
        for button in (self.details_button, self.dismiss_button):
            button.setAutoDefault(True)  # Return presses it, as Space does
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._icon)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.details_button)
        layout.addWidget(self.dismiss_button)
        self._draw_icon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()

    def _draw_icon(self) -> None:
        shape, tone = Shape.CHECK, Tone.GOOD
        if self.job.state is JobState.CANCELLED:
            shape, tone = Shape.NO_ENTRY, Tone.QUIET
        elif self.failures:
            shape, tone = Shape.CROSS, Tone.WARNING
        colour = tone_colour(tone, dark=is_dark(self.palette()))
        self._icon.setPixmap(shape_pixmap(shape, _ICON, self.devicePixelRatioF(), colour))
