"""The page of the cleanup dialog that shows the plan: filter, table, totals, warnings, brakes. Moves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from soulspot_gallery.core.model import Brake, CleanupPlan, Reason
from soulspot_gallery.gui.cleanup.brake_panels import BrakePanel, WarningsArea
from soulspot_gallery.gui.cleanup.plan_model import PlanModel, orders
from soulspot_gallery.gui.cleanup.plan_table import PlanTable
from soulspot_gallery.gui.cleanup.plan_thumbnails import PlanThumbnails
from soulspot_gallery.gui.cleanup.ticks import Ticks
from soulspot_gallery.gui.filtering.filter_chip import FilterChip
from soulspot_gallery.gui.jobs.background import Background
from soulspot_gallery.gui.look.wording import (
    brake_sentence,
    count_words,
    last_copy_sentence,
    number_words,
    reason_words,
    size_words,
)
from soulspot_gallery.gui.widgets.notices import muted_label, title_label, warning

_SORTED_AT_ONCE = 2000
"""So many files are sorted within a few ms; larger plans are sorted ahead, in a thread, before a heading is clicked."""

_IDLE_MS = 300
"""After which the plan is on the screen."""

BrakesFor = Callable[[CleanupPlan, frozenset[str]], tuple[Brake, ...]]


class CleanupPlanPage(QWidget):
    """`ticked` and `confirmed` say what stands on the page; `changed` is emitted when `may_apply` may have changed."""

    changed = Signal()

    def __init__(
        self, ticks: Ticks, brakes_for: BrakesFor, local_file: Callable[[str], Path], executor: Executor
    ) -> None:
        super().__init__()
        self.plan, self._ticks = ticks.plan, ticks
        self.ticked = frozenset[str]()
        self._brakes_for = brakes_for
        self._holding: tuple[Brake, ...] = ()
        self.thumbnails = PlanThumbnails(local_file, executor, self)
        self.model = PlanModel(ticks, self.thumbnails, self)
        self.table = PlanTable(self.model, self)
        self.thumbnails.arrived.connect(self.table.repaint_picture)
        self._background = Background(executor, self)
        if len(ticks.plan.items) > _SORTED_AT_ONCE:
            QTimer.singleShot(_IDLE_MS, self, self._sort_ahead)
        self.problem = warning()
        self.totals = title_label(scale=1.15)
        self.totals.setWordWrap(False)
        self.untouched, self.detail = muted_label(), muted_label()
        self.last_copies = warning()
        self.brakes = {brake: BrakePanel(brake) for brake in Brake}
        self.warnings = WarningsArea([self.last_copies, *self.brakes.values()])
        self.filters = QButtonGroup(self)
        self.tick_button = self._tick_button()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.follow_ticks)
        self.model.ticks_changed.connect(self._soon.start)
        for panel in self.brakes.values():
            panel.check.toggled.connect(self.changed)
        self.table.selectionModel().currentRowChanged.connect(lambda index: self._tell(index.row()))
        self._lay_out()
        self._tell(self.table.currentIndex().row())
        self.follow_ticks()

    @property
    def confirmed(self) -> frozenset[Brake]:
        """The brakes that hold and were looked at."""
        return frozenset(brake for brake in self._holding if self.brakes[brake].check.isChecked())

    @property
    def may_apply(self) -> bool:
        return bool(self.ticked) and self.confirmed == frozenset(self._holding)

    def follow_ticks(self) -> None:
        """Bring totals, warnings and brakes up to the ticks, at once."""
        self._soon.stop()
        self.ticked, totals = self._ticks.paths(), self._ticks.totals()
        self.totals.setText(f"{count_words(totals.files, 'file')} ticked, {size_words(totals.bytes)}")
        stays = self.plan.managed - totals.files
        self.untouched.setText(f"{number_words(max(stays, 0))} of {count_words(self.plan.managed, 'file')} stay")
        self.last_copies.say(last_copy_sentence(totals.last_copies, totals.unsure_copies))
        self._holding = self._brakes_for(self.plan, self.ticked) if self.ticked else ()
        for brake, panel in self.brakes.items():
            if brake in self._holding:
                panel.follow(brake_sentence(brake, self.plan, totals.files), totals.files)
            else:
                panel.release()
        self.warnings.fit(self.height())
        self.changed.emit()

    def show_reason(self, reason: Reason | None) -> None:
        self.model.show_reason(reason)
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _filter(self, reason: Reason | None, *_: object) -> None:
        self.show_reason(reason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.warnings.fit(self.height())

    def showEvent(self, event: QShowEvent) -> None:
        self.thumbnails.pixel_ratio = self.devicePixelRatioF()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():  # minimised, it is shown again as it was
            self.thumbnails.stop()
        super().hideEvent(event)

    def _sort_ahead(self) -> None:
        self._background.run(partial(orders, self.plan), self.model.know)

    def _tell(self, row: int) -> None:
        """Path and evidence of the current row: what its tool tips say, for those who use the keyboard."""
        item = self.model.item(row) if 0 <= row < self.model.rowCount() else None
        self.detail.setText(f"{item.path}: {item.evidence}" if item else "")

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.problem)
        layout.addLayout(self._filter_row())
        nothing = self._nothing()
        layout.addWidget(self.table, 1)
        layout.addWidget(nothing, 1)
        self.table.setVisible(bool(self.plan.items))
        nothing.setVisible(not self.plan.items)
        layout.addWidget(self.detail)
        totals = QHBoxLayout()
        totals.addWidget(self.totals)
        totals.addStretch(1)
        totals.addWidget(self.untouched)
        self.untouched.setWordWrap(False)
        layout.addLayout(totals)
        layout.addWidget(self.warnings)
        self.problem.hide()

    def _nothing(self) -> QWidget:
        """What stands in the table's place where there is nothing to clean up."""
        page = QWidget()
        layout = QVBoxLayout(page)
        headline = title_label("There is nothing to clean up")
        days = count_words(self.plan.max_age_days, "day")
        why = muted_label(f"Every file is a whole picture, in use, and was used within the last {days}.")
        layout.addStretch(1)
        for label in (headline, why):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addStretch(2)
        return page

    def _filter_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(QLabel("Show:"))
        choices: Iterable[Reason | None] = (None, *(reason for reason in Reason if self._ticks.reasons[reason]))
        for reason in choices:
            count = len(self.plan.items) if reason is None else self._ticks.reasons[reason]
            button = FilterChip(f"{'All' if reason is None else reason_words(reason)}  {number_words(count)}")
            button.setChecked(reason is None)
            button.clicked.connect(partial(self._filter, reason))
            self.filters.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.tick_button)
        return row

    def _tick_button(self) -> QPushButton:
        button = QPushButton("&Tick")
        button.setAutoDefault(False)
        menu = QMenu(button)
        menu.addAction("As &suggested", self.model.tick_suggested)
        menu.addAction("&All", lambda: self.model.tick_reason(None))
        menu.addAction("&Nothing", lambda: self.model.untick_reason(None))
        for verb, act in (("Tick", self.model.tick_reason), ("Untick", self.model.untick_reason)):
            menu.addSeparator()
            for reason in Reason:
                count = self._ticks.reasons[reason]
                text = f"{verb}: {reason_words(reason)} ({number_words(count)})"
                menu.addAction(text, partial(act, reason)).setEnabled(count > 0)
        button.setMenu(menu)
        button.setEnabled(bool(self.plan.items))
        return button


def plan_headline(plan: CleanupPlan) -> str:
    """What was looked at, and what of it is listed."""
    listed = number_words(len(plan.items))
    when = plan.made_at.astimezone()
    return (
        f"{listed} of {count_words(plan.managed, 'file')} are listed, as they stood at {when:%H:%M on %d %B %Y}. "
        f"Nothing has been changed yet: only what is ticked will go, and each file is checked again before it does."
    )
