"""A page of the dialog "Add to library": a source is named, and what it brings is shown before it is added."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from soulspot_gallery.gui.adding.import_forms import ImportForm
from soulspot_gallery.gui.adding.import_preview import Preview
from soulspot_gallery.gui.jobs.busy_dialog import push_button
from soulspot_gallery.gui.look.wording import count_words
from soulspot_gallery.gui.widgets.notices import muted_label, plain_label, title_label
from soulspot_gallery.gui.widgets.rows_model import RowsModel
from soulspot_gallery.gui.widgets.text_table import TextTable

_HINT = "Nothing is added before you have seen what it is."


class ImportPage(QWidget):
    changed = Signal()
    look_requested = Signal(object)
    """An Asked."""

    add_requested = Signal(object)
    """The ImportPlan that is shown."""

    def __init__(self, title: str, form: ImportForm) -> None:
        super().__init__()
        self.form = form
        self.preview: Preview | None = None
        self.look_button = push_button("&Look at it", self._look)
        self.summary = plain_label(_HINT)
        self.added = RowsModel(("Kind", "Name", "Artist", "Picture"), parent=self)
        self.added_table = TextTable(self.added, "What will be added", stretched=1)
        self.problems = RowsModel(("Where", "What was found there"), parent=self)
        self.problem_table = TextTable(self.problems, "What could not be read", stretched=1)
        self.problem_table.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # paths begin alike
        self.problem_label = muted_label()
        for column, sample in ((0, "Playlist "), (2, "The Paper Lanterns and more"), (3, "By its link ")):
            self.added_table.setColumnWidth(column, self.fontMetrics().horizontalAdvance(sample) + 14)
        self.problem_table.setColumnWidth(0, self.fontMetrics().horizontalAdvance("m") * 22)
        self._lay_out(title)
        form.changed.connect(self._forget)
        self._show(None)

    def _lay_out(self, title: str) -> None:
        line = QHBoxLayout()
        line.addWidget(self.summary, 1)
        line.addWidget(self.look_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(title_label(title, 1.25))
        column.addWidget(self.form)
        column.addLayout(line)
        column.addWidget(self.added_table, 3)
        column.addWidget(self.problem_label)
        column.addWidget(self.problem_table, 2)
        self._rest = QWidget()
        column.addWidget(self._rest, 1)

    @property
    def lookable(self) -> bool:
        return self.form.asked is not None

    @property
    def addable(self) -> bool:
        return self.preview is not None and not self.preview.plan.is_empty

    def show_preview(self, preview: Preview) -> None:
        """What the source brings, and what of it can't be read."""
        self._show(preview)
        self.summary.setText(preview.sentence)

    def show_done(self) -> None:
        """The plan has been carried out; what could not be read stays to be looked at."""
        problems = self.preview.problems if self.preview else ()
        self._show(None)
        self._show_problems(len(problems))
        self.problems.set_rows(problems)
        self.summary.setText(_HINT)

    def add(self) -> None:
        if self.preview is not None:
            self.add_requested.emit(self.preview.plan)

    def _look(self) -> None:
        if (asked := self.form.asked) is not None:
            self.look_requested.emit(asked)

    def _forget(self) -> None:
        """Another source: what was shown is of the one before."""
        self._show(None)
        self.summary.setText(_HINT)
        self.changed.emit()

    def _show(self, preview: Preview | None) -> None:
        self.preview = preview
        self.added.set_rows(preview.added if preview else ())
        self.problems.set_rows(preview.problems if preview else ())
        self.added_table.setVisible(bool(preview and preview.added))
        self._show_problems(len(preview.problems) if preview else 0)

    def _show_problems(self, count: int) -> None:
        self.problem_label.setText(f"{count_words(count, 'line')} about what could not be read as it is:")
        self.problem_label.setVisible(count > 0)
        self.problem_table.setVisible(count > 0)
        self._rest.setVisible(self.added_table.isHidden() and not count)
