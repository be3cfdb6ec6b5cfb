"""The dialogs of packs: what goes into one, and what would come out of one, before anything is done. Do no work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from soulspot_gallery.core.offline.pack_plan import PackPlan, Replace
from soulspot_gallery.core.offline.scope import Scope
from soulspot_gallery.gui.jobs.busy_dialog import BusyDialog, push_button
from soulspot_gallery.gui.look.wording import kind_words, size_words
from soulspot_gallery.gui.offline.offline_wording import fate_words, plan_sentence
from soulspot_gallery.gui.offline.readiness_dialog import NamedScope
from soulspot_gallery.gui.widgets.notices import muted_label, plain_label, title_label
from soulspot_gallery.gui.widgets.rows_model import Row, RowsModel
from soulspot_gallery.gui.widgets.text_table import TextTable

_ABOUT = (
    "A pack is one file with the whole pictures and a list of whose they are. It is for another machine with the same "
    "library; addresses of pictures are not in it."
)


class PackExportDialog(BusyDialog):
    """Which pictures go into a pack; the file is asked for next."""

    file_requested = Signal(object)
    """The Scope to pack: its file has yet to be chosen."""

    def __init__(self, scopes: Sequence[NamedScope], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export pack")
        self.resize(520, 300)
        self.choices = QButtonGroup(self)
        self._scopes = [each.scope for each in scopes]
        self.close_button = push_button("&Close", self.reject)
        self.export_button = push_button("&Export…", lambda: self.file_requested.emit(self.scope))
        self.export_button.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(title_label("What goes into the pack", 1.25))
        for number, each in enumerate(scopes):
            button = QRadioButton(f"&{number + 1}  {each.name.replace('&', '&&')}")
            self.choices.addButton(button, number)
            column.addWidget(button)
        self.choices.button(0).setChecked(True)
        column.addWidget(muted_label(_ABOUT))
        column.addStretch(1)
        for widget in (self.problem, self.said, self.working):
            column.addWidget(widget)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.export_button)
        column.addLayout(buttons)
        self.choices.button(0).setFocus()

    @property
    def scope(self) -> Scope:
        """What is chosen."""
        return self._scopes[self.choices.checkedId()]

    def follow(self) -> None:
        for button in self.choices.buttons():
            button.setEnabled(not self.busy)
        self.export_button.setEnabled(not self.busy)


class PackImportDialog(BusyDialog):
    """What of a pack would come in, and what stays out and why; carried out is what is shown."""

    look_requested = Signal(object)
    """The Replace by which to look at the pack again."""
    import_requested = Signal(object)
    """The PackPlan that is shown."""

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import pack")
        self.resize(760, 520)
        self.file = file
        self.plan: PackPlan | None = None
        self.summary = plain_label("Looking at the pack…")
        self.model = RowsModel(("What happens", "Kind", "Name", "Size", "Why"), parent=self)
        self.table = TextTable(self.model, "What is in the pack", stretched=4)
        for column, sample in ((0, "What happens  "), (1, "Playlist "), (2, "The Paper Lanterns and"), (3, "999 kB  ")):
            self.table.setColumnWidth(column, self.fontMetrics().horizontalAdvance(sample) + 14)
        self.whole = QCheckBox("Also in place of &whole pictures")
        self.locked = QCheckBox("Also in place of &locked ones")
        self.close_button = push_button("&Close", self.reject)
        self.import_button = push_button("&Import", self._import)
        self._lay_out()
        for box in (self.whole, self.locked):
            box.toggled.connect(self._look)
        self.follow()

    def _lay_out(self) -> None:
        replacing = QHBoxLayout()
        replacing.addWidget(self.whole)
        replacing.addWidget(self.locked)
        replacing.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.import_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(title_label(self.file.name, 1.25))
        column.addWidget(self.summary)
        column.addWidget(self.table, 1)
        column.addLayout(replacing)
        column.addWidget(muted_label("A picture that is replaced stays in the history of its entry."))
        for widget in (self.problem, self.said, self.working):
            column.addWidget(widget)
        column.addLayout(buttons)

    @property
    def may(self) -> Replace:
        """What may be replaced; locked ones never without whole ones."""
        if self.locked.isChecked():
            return Replace.LOCKED
        return Replace.WHOLE if self.whole.isChecked() else Replace.NOTHING

    def show_plan(self, plan: PackPlan, rows: Sequence[Row]) -> None:
        """What importing would do; `rows` are its lines (see `rows_of`)."""
        self.plan = plan
        self.summary.setText(plan_sentence(plan))
        self.model.set_rows(rows)
        self.follow()
        if self.import_button.isEnabled() and not self.whole.hasFocus() and not self.locked.hasFocus():
            self.import_button.setFocus()

    def show_imported(self, sentence: str) -> None:
        """The import has ended; its preview is of before."""
        self.plan = None
        self.show_said(sentence)
        self.close_button.setFocus()

    def follow(self) -> None:
        for box in (self.whole, self.locked):
            box.setEnabled(not self.busy)
        self.import_button.setEnabled(not self.busy and self.plan is not None and bool(self.plan.coming))
        (self.import_button if self.import_button.isEnabled() else self.close_button).setDefault(True)

    def _look(self) -> None:
        if self.locked.isChecked():
            self.whole.setChecked(True)
        if not self.busy:
            self.look_requested.emit(self.may)

    def _import(self) -> None:
        if self.plan is not None:
            self.import_requested.emit(self.plan)


def rows_of(plan: PackPlan) -> list[Row]:
    """The lines of a plan, what comes in first. For a thread: a pack may hold a hundred thousand."""
    ordered = sorted(plan.items, key=lambda item: not item.fate.comes_in)
    return [
        Row(
            (
                fate_words(item.fate),
                kind_words(item.packed.kind),
                item.packed.name,
                size_words(item.packed.bytes),
                item.reason,
            ),
            item,
        )
        for item in ordered
    ]
