"""The table of a cleanup plan: a QTableView with rows of one height, a delegate for its tick boxes, and its keys."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from soulspot_gallery.gui.cleanup.plan_model import Column, PlanModel
from soulspot_gallery.gui.cleanup.plan_thumbnails import SIDE
from soulspot_gallery.gui.widgets.two_lines import TwoLineDelegate

_BOX = 16
_ROW = SIDE + 12
_SPACE_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Select)


class TickDelegate(QStyledItemDelegate):
    """Paints the tick box in the middle of its cell, seen in light and dark; a click anywhere in the cell counts."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        style = option.widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        ticked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
        box = QRectF(0, 0, _BOX, _BOX)
        box.moveCenter(QRectF(option.rect).center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        roles = (QPalette.ColorRole.Highlight, QPalette.ColorRole.PlaceholderText)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        outline = option.palette.color(QPalette.ColorRole.HighlightedText if chosen else roles[not ticked])
        painter.setPen(QPen(outline, 1.2))
        painter.setBrush(option.palette.color(roles[0] if ticked else QPalette.ColorRole.Base))
        painter.drawRoundedRect(box, 3, 3)
        if ticked:
            painter.setPen(QPen(option.palette.color(QPalette.ColorRole.HighlightedText), 2))
            corners = ((0.22, 0.52), (0.43, 0.73), (0.79, 0.28))
            painter.drawPolyline([box.topLeft() + QPointF(x * _BOX, y * _BOX) for x, y in corners])
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        if event.type() not in (QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick):
            return False
        if not isinstance(event, QMouseEvent) or event.button() is not Qt.MouseButton.LeftButton or event.modifiers():
            return False
        ticked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
        wanted = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
        return model.setData(model.index(index.row(), index.column()), wanted, Qt.ItemDataRole.CheckStateRole)


class PlanTable(QTableView):
    """Shows a PlanModel. Space ticks and unticks the selected rows, Ctrl+A selects all that are shown."""

    def __init__(self, model: PlanModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setAccessibleName("Files of the cleanup plan")
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self._delegates = (
            TickDelegate(self), TwoLineDelegate(self, _ROW, SIDE, absent="?"), TwoLineDelegate(self, _ROW),
        )  # fmt: skip
        self.setItemDelegateForColumn(Column.TICK, self._delegates[0])
        self.setItemDelegateForColumn(Column.NAME, self._delegates[1])
        for column in (Column.REASON, Column.USED, Column.AGAIN, Column.SIZE):
            self.setItemDelegateForColumn(column, self._delegates[2])
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(_ROW)
        rows.hide()
        self._lay_out_columns()
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # the plan's own order
        self.setSortingEnabled(True)
        if model.rowCount():
            self.setCurrentIndex(model.index(0, 0))

    def _lay_out_columns(self) -> None:
        columns, width = self.horizontalHeader(), self.fontMetrics().horizontalAdvance
        columns.setHighlightSections(False)
        # A selection of its own, always empty: else the header asks every row whether it is selected, at each paint.
        columns.setSelectionModel(QItemSelectionModel(self.model(), columns))
        columns.setMinimumSectionSize(48)
        columns.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        samples = {
            Column.TICK: "Remove ▲",
            Column.REASON: "Belongs to nothing",
            Column.USED: "11 months ago",
            Column.AGAIN: "Can be fetched again? ▲",
            Column.SIZE: "999.9 kB",
        }
        for column, sample in samples.items():
            columns.resizeSection(column, width(sample) + 18)

    def repaint_picture(self, path: str) -> None:
        """The picture of this file has arrived: its row is painted again, if it is in view."""
        top, bottom = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        for row in range(max(top, 0), (bottom if bottom >= 0 else self._model.rowCount() - 1) + 1):
            if self._model.item(row).path == path:
                self.update(self._model.index(row, Column.NAME))

    def selected_rows(self) -> list[int]:
        """Numbers of the selected rows, by ranges: cheap for 100,000."""
        chosen = self.selectionModel().selection()
        parts = [chosen.at(number) for number in range(chosen.count())]
        return [row for part in parts for row in range(part.top(), part.bottom() + 1)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _SPACE_KEYS and not event.modifiers():
            self._model.toggle(self.selected_rows() or [self.currentIndex().row()] * self.currentIndex().isValid())
            return
        super().keyPressEvent(event)
