"""A read-only table of texts, its rows filtered by group: what failures, results and the trash are shown with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from soulspot_gallery.gui.look.wording import tooltip_html

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its cells, what it is about (given back by `row`), and the group it is filtered by."""

    cells: tuple[str, ...]
    about: object = None
    group: str = ""


class RowsModel(QAbstractTableModel):
    def __init__(self, headers: Sequence[str], rows: Sequence[Row] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self._all = tuple(rows)
        self._group: str | None = None
        self._shown = list(self._all)

    @property
    def groups(self) -> Counter[str]:
        """How many rows each group has."""
        return Counter(row.group for row in self._all)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, shown or not."""
        return self._all

    def row(self, number: int) -> Row:
        return self._shown[number]

    def set_rows(self, rows: Sequence[Row]) -> None:
        self._all = tuple(rows)
        self.show_group(self._group)

    def show_group(self, group: str | None) -> None:
        """Show only the rows of this group; None shows all."""
        self.beginResetModel()
        self._group = group
        self._shown = [row for row in self._all if group is None or row.group == group]
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self._headers):
            return
        self.layoutAboutToBeChanged.emit()  # the selection takes its persistent indexes now
        before = self.persistentIndexList()
        old = [self._shown[index.row()] for index in before]
        backwards = order is Qt.SortOrder.DescendingOrder
        self._shown.sort(key=lambda row: row.cells[column].casefold(), reverse=backwards)
        places = {id(row): number for number, row in enumerate(self._shown)} if before else {}
        after = [self.index(places[id(row)], index.column()) for row, index in zip(old, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headers)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._headers):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return self._headers[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        text = self._shown[index.row()].cells[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        return tooltip_html(text) if role == Qt.ItemDataRole.ToolTipRole else None
