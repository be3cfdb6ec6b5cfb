"""The dialog "Ready for offline": one number, what is missing and why, and what making it ready would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.offline.readiness import Lack, Missing, Readiness
from soulspot_gallery.core.offline.scope import Scope
from soulspot_gallery.gui.jobs.busy_dialog import BusyDialog, push_button
from soulspot_gallery.gui.look.wording import number_words
from soulspot_gallery.gui.offline.offline_wording import (
    HOW_KNOWN,
    cost_sentence,
    kinds_words,
    lack_words,
    percent_words,
    ready_sentence,
)
from soulspot_gallery.gui.widgets.notices import muted_label, plain_label, title_label
from soulspot_gallery.gui.widgets.rows_model import Row, RowsModel
from soulspot_gallery.gui.widgets.text_table import TextTable

_BAR = 10
"""Height of a bar in px."""


@dataclass(frozen=True, slots=True)
class NamedScope:
    """A choice of what is to be ready."""

    name: str
    scope: Scope


class ReadinessDialog(BusyDialog):
    scope_chosen = Signal(object)
    """A Scope to be counted."""
    make_requested = Signal(object)
    """The Readiness that is shown, to be made whole."""
    show_in_grid = Signal(object)
    """Keys of what is missing."""

    def __init__(self, scopes: Sequence[NamedScope], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Ready for offline")
        self.resize(600, 540)
        self.found: Readiness | None = None
        self.scopes = QComboBox()
        self.scopes.setAccessibleName("What is to be ready")
        for each in scopes:
            self.scopes.addItem(each.name, each.scope)
        self.percent, self.sentence = title_label("…", 2.4), plain_label("Counting…")
        self.bars = {kind: _Bar(kind) for kind in EntityType}
        self.model = RowsModel(("Missing", "Entries", "Can be had"), parent=self)
        self.table = TextTable(self.model, "What is missing", stretched=0)
        for column, sample in ((1, "100 000 Entries"), (2, "Can be had  ")):
            self.table.setColumnWidth(column, self.fontMetrics().horizontalAdvance(sample) + 14)
        self.cost, self.how = plain_label(), muted_label(HOW_KNOWN)
        self.grid_button = push_button("&Show in grid", self._show)
        self.close_button = push_button("&Close", self.reject)
        self.make_button = push_button("&Make ready", self._make)
        self._lay_out()
        self.scopes.currentIndexChanged.connect(lambda index: self.scope_chosen.emit(self.scope))
        self.table.selectionModel().selectionChanged.connect(lambda: self.follow())
        self.table.doubleClicked.connect(self._show)
        self.follow()

    def _lay_out(self) -> None:
        what = QLabel("&What is to be ready:")
        what.setBuddy(self.scopes)
        top = QHBoxLayout()
        top.addWidget(what)
        top.addWidget(self.scopes, 1)
        bars = QGridLayout()
        bars.setColumnStretch(1, 1)
        bars.setHorizontalSpacing(12)
        for row, bar in enumerate(self.bars.values()):
            for column, widget in enumerate((bar.name, bar.bar, bar.count)):
                bars.addWidget(widget, row, column, Qt.AlignmentFlag.AlignVCenter)
        buttons = QHBoxLayout()
        buttons.addWidget(self.grid_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.make_button)
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(16, 14, 16, 14)
        column_of_all.setSpacing(10)
        column_of_all.addLayout(top)
        column_of_all.addWidget(self.percent)
        column_of_all.addWidget(self.sentence)
        column_of_all.addLayout(bars)
        column_of_all.addWidget(self.table, 1)
        for each in (self.cost, self.how, self.problem, self.said, self.working):
            column_of_all.addWidget(each)
        column_of_all.addLayout(buttons)

    @property
    def scope(self) -> Scope:
        """What is chosen."""
        chosen = self.scopes.currentData()
        assert isinstance(chosen, Scope)
        return chosen

    def show_found(self, found: Readiness) -> None:
        """The numbers of the chosen scope."""
        self.found = found
        self.percent.setText(percent_words(found.whole))
        self.sentence.setText(ready_sentence(found))
        for bar in self.bars.values():
            bar.show_share(found)
        rows = [(lack, [each for each in found.missing if each.lack is lack]) for lack in Lack]
        self.model.set_rows([_row(lack, missing) for lack, missing in rows if missing])
        self.table.setVisible(bool(found.missing))
        self.cost.setText(cost_sentence(found.cost, len(found.missing)))
        self.how.setVisible(found.cost.pictures > 0)
        self.follow()

    def follow(self) -> None:
        found = self.found
        self.scopes.setEnabled(not self.busy)
        self.grid_button.setEnabled(not self.busy and bool(found and found.missing))
        self.make_button.setEnabled(not self.busy and bool(found and found.obtainable))
        (self.make_button if self.make_button.isEnabled() else self.close_button).setDefault(True)

    def _make(self) -> None:
        if self.found is not None:
            self.make_requested.emit(self.found)

    def _show(self) -> None:
        """The missing of the selected lines, else all."""
        if self.found is None:
            return
        chosen = [row.about for row in self.table.selected()]
        keys = [each.key for each in self.found.missing if not chosen or each.lack in chosen]
        self.show_in_grid.emit(keys)
        self.accept()


class _Bar:
    """One kind: its name, how much of it is ready, and that in words."""

    def __init__(self, kind: EntityType) -> None:
        self._kind = kind
        self.name, self.count = QLabel(kinds_words(kind)), QLabel()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(_BAR)

    def show_share(self, found: Readiness) -> None:
        share = found.kinds.get(self._kind)
        for widget in (self.name, self.bar, self.count):
            widget.setVisible(share is not None)
        if share is not None:
            self.bar.setValue(round(share.percent * 10))
            of = f"{number_words(share.ready)} of {number_words(share.possible)}"
            self.count.setText(f"{percent_words(share)}  ·  {of}")
            self.bar.setAccessibleName(f"{kinds_words(self._kind)} ready: {of}")


def _row(lack: Lack, missing: Sequence[Missing]) -> Row:
    return Row((lack_words(lack), number_words(len(missing)), "Yes" if lack.can_be_had else "No"), lack)
