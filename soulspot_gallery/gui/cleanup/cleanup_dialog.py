"""The cleanup dialog: the plan, then how the work goes, then what came of it. Asks by signals; does no work itself."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from functools import cached_property, partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from soulspot_gallery.core.model import CleanupResult, Progress, Removal, RestoreResult
from soulspot_gallery.gui.cleanup.plan_export import plan_csv, result_csv, write_csv
from soulspot_gallery.gui.cleanup.plan_page import BrakesFor, CleanupPlanPage, plan_headline
from soulspot_gallery.gui.cleanup.result_page import CleanupResultPage
from soulspot_gallery.gui.cleanup.ticks import Ticks
from soulspot_gallery.gui.jobs.background import Background
from soulspot_gallery.gui.look.wording import count_words, number_words, size_words
from soulspot_gallery.gui.widgets.notices import confirmation, muted_label, title_label

_SOON_MS = 10
"""After which the dialog is on the screen, and the window has had a turn."""


class _BusyPage(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.doing, self.numbers = title_label(scale=1.2), muted_label()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(60, 0, 60, 0)
        layout.addStretch(1)
        for widget in (self.doing, self.bar, self.numbers):
            layout.addWidget(widget)
        layout.addStretch(2)

    def show_progress(self, progress: Progress) -> None:
        self.doing.setText(progress.doing)
        self.bar.setAccessibleName(progress.doing)
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        parts = [f"{number_words(progress.done)} of {number_words(progress.total)}"] if progress.total else []
        parts += [f"{number_words(progress.failed)} failed"] if progress.failed else []
        self.numbers.setText(", ".join(parts))


class CleanupDialog(QDialog):
    """Show it with `open()` or `show()`; Escape and Close hide it, work that runs goes on."""

    apply_requested = Signal(object, object, object, object)
    """CleanupPlan, frozenset[str] of ticked paths, frozenset[Brake] confirmed, Removal."""

    undo_requested = Signal(str)
    cancel_requested = Signal()
    trash_requested = Signal()

    def __init__(
        self,
        ticks: Ticks,
        brakes_for: BrakesFor,
        local_file: Callable[[str], Path],
        executor: Executor,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Clean up the cache")
        self.setModal(False)
        self.resize(1000, 680)
        self._ticks, self._receipt = ticks, ""
        plan = self._plan = ticks.plan
        self._result: CleanupResult | None = None
        self._applied: tuple[frozenset[str], Removal] = (frozenset(), Removal.TRASH)
        self._background = Background(executor, self)
        self._make_plan_page = partial(CleanupPlanPage, ticks, brakes_for, local_file, executor)
        self.pages = QStackedWidget()
        self.title, self.subtitle = title_label("What can go from the cache"), muted_label(plan_headline(plan))
        self.said = muted_label()
        self._make_buttons()
        self._lay_out()
        self._show_buttons()
        QTimer.singleShot(_SOON_MS, self, self._show_plan)

    # The pages are made when they are needed, the plan's when the dialog is seen already: all of it at once would hold
    # up what goes on in the window beside.

    @cached_property
    def plan_page(self) -> CleanupPlanPage:
        page = self._make_plan_page()
        page.changed.connect(self._follow)
        self.pages.addWidget(page)
        return page

    @cached_property
    def busy_page(self) -> _BusyPage:
        page = _BusyPage()
        self.pages.addWidget(page)
        return page

    @cached_property
    def result_page(self) -> CleanupResultPage:
        page = CleanupResultPage()
        self.pages.addWidget(page)
        return page

    def _make_buttons(self) -> None:
        self.export_button = self._button("&Export…", self._export)
        self.permanent_button = self._button("&Delete for good…", self._ask_permanent)
        self.trash_view_button = self._button("Show &trash…", self.trash_requested.emit)
        self.undo_button = self._button("&Undo", self._undo)
        self.cancel_button = self._button("&Cancel", self.cancel_requested.emit)
        self.close_button = self._button("&Close", self.reject)
        self.trash_button = self._button("&Move to trash", lambda: self._apply(Removal.TRASH))
        self.trash_button.setDefault(True)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, self._export)

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.export_button, self.trash_view_button):
            buttons.addWidget(button)
        buttons.addWidget(self.said, 1)
        for button in (
            self.permanent_button, self.undo_button, self.cancel_button, self.close_button, self.trash_button,
        ):  # fmt: skip
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        for widget in (self.title, self.subtitle):
            layout.addWidget(widget)
        layout.addWidget(self.pages, 1)
        layout.addLayout(buttons)

    # what the front end tells

    def show_busy(self, progress: Progress) -> None:
        self.busy_page.show_progress(progress)
        if self.pages.currentWidget() is not self.busy_page:
            self._show_page(self.busy_page)

    def show_result(self, result: CleanupResult) -> None:
        self._result = result
        self._receipt = result.receipt if result.removed and self._applied[1] is Removal.TRASH else ""
        self.result_page.show_result(result, self._applied[1])
        self._show_page(self.result_page)

    def show_restored(self, result: RestoreResult) -> None:
        self._receipt = ""
        self.result_page.show_restored(result)
        self._show_page(self.result_page)

    def show_error(self, sentence: str) -> None:
        """Back to the plan (or, after an Undo, to the result) with the sentence above it."""
        if self._result is None:
            self.plan_page.problem.say(sentence)
            self._show_page(self.plan_page)
        else:
            self.result_page.restored.say(sentence)
            self._show_page(self.result_page)

    # what the buttons do

    def _apply(self, removal: Removal) -> None:
        self.plan_page.follow_ticks()
        if not self.plan_page.may_apply:
            return
        self._applied = (self.plan_page.ticked, removal)
        self.plan_page.problem.hide()
        self.show_busy(Progress("Starting the cleanup …"))
        self.apply_requested.emit(self._plan, self.plan_page.ticked, self.plan_page.confirmed, removal)

    def _ask_permanent(self) -> None:
        self.plan_page.follow_ticks()
        totals = self._ticks.totals()
        lost = totals.last_copies + totals.unsure_copies
        consequence = "There will be no Undo."
        if lost:
            consequence += f" {count_words(lost, 'picture')} in use may be lost for ever: no other copy is known."
        question = f"Delete {count_words(totals.files, 'file')} ({size_words(totals.bytes)}) for good?"
        box = confirmation(self, question, consequence, "Delete for good")
        box.accepted.connect(lambda: self._apply(Removal.PERMANENT))
        box.open()

    def _undo(self) -> None:
        self.show_busy(Progress("Bringing the files back …"))
        self.undo_requested.emit(self._receipt)

    def _export(self) -> None:
        if isinstance(self.pages.currentWidget(), _BusyPage):
            return
        dialog = QFileDialog(self, "Export as CSV", "cleanup.csv", "CSV (*.csv)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        dialog.open()

    def export_to(self, file: Path) -> None:
        """Write what the page shows to this file, in the background, and say how it went."""
        plan, result, ticked = self._plan, self._result, self._ticks.paths()
        applied = self._applied[0]

        def work() -> str:
            try:
                write_csv(file, plan_csv(plan, ticked) if result is None else result_csv(plan, applied, result))
            except OSError as problem:
                return f"{file.name} could not be written: {problem.strerror}. Choose another place."
            return f"Exported to {file.name}."

        self._background.run(work, self.said.setText)

    # which page is shown, and which buttons there are

    def _show_plan(self) -> None:
        if isinstance(self.pages.currentWidget(), _BusyPage | CleanupResultPage):
            return
        self._show_page(self.plan_page)
        (self.plan_page.table if self._plan.items else self.close_button).setFocus()

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self._show_buttons()

    def _show_buttons(self) -> None:
        """Those of the page; before there is one, the plan's."""
        page = self.pages.currentWidget()
        busy, result = isinstance(page, _BusyPage), isinstance(page, CleanupResultPage)
        plan = not (busy or result)
        self.title.setVisible(not result)
        self.subtitle.setVisible(plan)
        for button in (self.trash_button, self.permanent_button):
            button.setVisible(plan)
        self.cancel_button.setVisible(busy)
        self.export_button.setVisible(not busy)
        self.undo_button.setVisible(bool(self._receipt) and result)
        self.trash_view_button.setVisible(result and self._applied[1] is Removal.TRASH)
        self.said.clear()
        if result:
            self.close_button.setDefault(True)
            self.close_button.setFocus()
        elif plan:
            self.trash_button.setDefault(True)
        self._follow()

    def _follow(self) -> None:
        page = self.pages.currentWidget()
        may = isinstance(page, CleanupPlanPage) and page.may_apply
        self.trash_button.setEnabled(may)
        self.permanent_button.setEnabled(may)
        self.export_button.setEnabled(bool(self._plan.items))
