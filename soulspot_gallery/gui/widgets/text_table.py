"""A table of texts as the dialogs show it: whole rows, sortable, plain keys. Its rows come from a RowsModel."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QTableView

from soulspot_gallery.gui.widgets.rows_model import Row, RowsModel


class _IndentedDelegate(QStyledItemDelegate):
    """Sets texts a little in, as the headers are."""

    def displayText(self, value: object, locale: object) -> str:
        return f"\u00a0{value}"


class TextTable(QTableView):
    def __init__(self, model: RowsModel, name: str, stretched: int) -> None:
        """`name` is for screen readers; the column `stretched` takes what room is left."""
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self._delegate = _IndentedDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 12)
        rows.hide()
        columns.setHighlightSections(False)
        # A selection of its own, always empty: else the header asks every row whether it is selected, at each paint.
        columns.setSelectionModel(QItemSelectionModel(self.model(), columns))
        columns.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # the order of the rows themselves
        self.setSortingEnabled(True)

    def selected(self) -> list[Row]:
        """The selected rows, in the order in which they are shown."""
        chosen = self.selectionModel().selection()
        parts = [chosen.at(number) for number in range(chosen.count())]
        return [self._model.row(n) for n in sorted(n for part in parts for n in range(part.top(), part.bottom() + 1))]
