"""A page of the dialog "Add to library": a URI or URL is added as it stands, words are searched and one is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.sources.sync_reports import Candidate, SearchReport
from soulspot_gallery.gui.jobs.busy_dialog import push_button
from soulspot_gallery.gui.look.wording import count_words, kind_words
from soulspot_gallery.gui.sources.source_wording import names_one
from soulspot_gallery.gui.widgets.notices import muted_label, plain_label, title_label
from soulspot_gallery.gui.widgets.rows_model import Row, RowsModel
from soulspot_gallery.gui.widgets.text_table import TextTable

_HINT = "The sources that are switched on are asked, in your order (File, Sources…)."
_KINDS = (
    ("Artists and albums", None),
    ("Artists", EntityType.ARTIST),
    ("Albums", EntityType.ALBUM),
    ("Playlists", EntityType.PLAYLIST),
)


class FindPage(QWidget):
    changed = Signal()
    look_requested = Signal(str, object)
    """Search words, and EntityType or None."""

    add_requested = Signal(str, object)
    """A URI or URL, and EntityType or None."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QLineEdit()
        self.words.setPlaceholderText("Daft Punk Discovery   or   https://www.deezer.com/album/302127")
        self.words.setAccessibleName("URI, URL or search words")
        self.words.setClearButtonEnabled(True)
        self.kind = QComboBox()
        self.kind.setAccessibleName("What to search for")
        for text, kind in _KINDS:
            self.kind.addItem(text, kind)
        self.look_button = push_button("&Search", self._look)
        self.summary = plain_label(_HINT)
        self.problem_label = muted_label()
        self.model = RowsModel(("Name", "Artist", "Kind", "Source"), parent=self)
        self.table = TextTable(self.model, "What was found", stretched=0)
        self.table.setSelectionMode(TextTable.SelectionMode.SingleSelection)
        self.table.setSortingEnabled(False)  # in the order of the sources, the best fitting first
        for column, sample in ((1, "The Paper Lanterns and more"), (2, "Playlist "), (3, "cover-art-archive ")):
            self.table.setColumnWidth(column, self.fontMetrics().horizontalAdvance(sample) + 14)
        self._lay_out()
        self.words.textChanged.connect(self._forget)
        self.kind.currentIndexChanged.connect(self._forget)
        self.table.selectionModel().selectionChanged.connect(self.changed)
        self.table.doubleClicked.connect(self.add)
        self.setFocusProxy(self.words)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.words, 1)
        line.addWidget(self.kind)
        line.addWidget(self.look_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(title_label("Search, or add by address", 1.25))
        column.addLayout(line)
        column.addWidget(self.summary)
        column.addWidget(self.table, 1)
        column.addWidget(self.problem_label)
        self.problem_label.hide()

    @property
    def lookable(self) -> bool:
        text = self.words.text().strip()
        return bool(text) and not names_one(text)

    @property
    def addable(self) -> bool:
        return names_one(self.words.text()) or bool(self.table.selected())

    def show_candidates(self, report: SearchReport) -> None:
        """What the sources found, to choose from; and which of them could not be asked."""
        self.model.set_rows(
            [
                Row((each.name, each.artist or "", kind_words(each.kind), each.source), each)
                for each in report.candidates
            ]
        )
        found = count_words(len(report.candidates), "match", "matches")
        self.summary.setText(
            f"{found}. Choose one, then add it."
            if report.candidates
            else "No source that is switched on knows this (File, Sources…)."
        )
        self.problem_label.setText(" ".join(report.problems))
        self.problem_label.setVisible(bool(report.problems))
        if report.candidates:
            self.table.selectRow(0)
            self.table.setFocus()
        self.changed.emit()

    def add(self) -> None:
        """Ask for what was chosen, or for the address as it stands."""
        text, kind = self.words.text().strip(), self.kind.currentData()
        if names_one(text):
            self.add_requested.emit(text, kind)
            return
        for row in self.table.selected():
            if isinstance(row.about, Candidate):
                self.add_requested.emit(row.about.uri, row.about.kind)

    def _look(self) -> None:
        self.look_requested.emit(self.words.text().strip(), self.kind.currentData())

    def _forget(self) -> None:
        """Other words: what was found is for those before."""
        self.model.set_rows(())
        self.problem_label.hide()
        address = names_one(self.words.text())
        self.summary.setText("An address: it can be added as it stands." if address else _HINT)
        self.changed.emit()
