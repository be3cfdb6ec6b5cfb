"""A dialog that asks for work and shows how it goes: what is being done, cancel, and a sentence at the end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from soulspot_gallery.core.model import Progress
from soulspot_gallery.gui.look.wording import number_words
from soulspot_gallery.gui.widgets.notices import information, plain_label, warning


class BusyDialog(QDialog):
    """It does no work itself: `show_busy` follows a job, `show_problem` or `show_said` end that."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.busy = False
        self._before: QWidget | None = None
        self.problem, self.said = warning(), information()
        self.doing = plain_label()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.cancel_button = push_button("Ca&ncel it", self.cancel_requested.emit)
        self.working = QWidget()
        line = QHBoxLayout(self.working)
        line.setContentsMargins(0, 0, 0, 0)
        bar = QVBoxLayout()
        bar.addWidget(self.doing)
        bar.addWidget(self.progress)
        line.addLayout(bar, 1)
        line.addWidget(self.cancel_button)
        for each in (self.problem, self.said, self.working):
            each.hide()

    def show_busy(self, progress: Progress) -> None:
        """How far the job is; nothing else can be started meanwhile."""
        if not self.busy:
            self._before = self.focusWidget()
        self.busy = True
        self._say("", "")
        count = f" {number_words(progress.done)}" if progress.done else ""
        of = f" of {number_words(progress.total)}" if progress.done and progress.total else ""
        self.doing.setText(f"{progress.doing}{':' if count else ' …'}{count}{of}")
        self.progress.setRange(0, progress.total)
        self.progress.setValue(progress.done)
        self.progress.setAccessibleName(progress.doing)
        self.working.show()
        self.follow()

    def show_problem(self, sentence: str) -> None:
        """The job did not succeed, for this reason."""
        self._end(sentence, "")

    def show_said(self, sentence: str) -> None:
        """The job has ended well; an empty sentence says nothing."""
        self._end("", sentence)

    def follow(self) -> None:
        """Enable what can be done now; for those who inherit."""

    def _end(self, problem: str, said: str) -> None:
        was_busy, self.busy = self.busy, False
        self.working.hide()
        self._say(problem, said)
        self.follow()
        if was_busy and self._before is not None:  # what is not enabled meanwhile loses the keyboard
            self._before.setFocus()

    def _say(self, problem: str, said: str) -> None:
        self.problem.say(problem)
        self.said.say(said)


def push_button(text: str, act: Callable[[], object]) -> QPushButton:
    """A button that Return presses only where it is the default."""
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: act())
    return button
