"""A QListView whose layout is arithmetic: where tiles stand, how keys, mouse and scrolling reach them. Paints no tile.

A list of its own would be one opaque thing to a screen reader; QListView's own layout takes a hundred times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPalette, QRegion
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from soulspot_gallery.gui.grid.gallery_model import Index, runs
from soulspot_gallery.gui.grid.grid_layout import GridLayout

_RANGES_KEPT = 2_000
_Action = QAbstractItemView.CursorAction
_Flag = QItemSelectionModel.SelectionFlag


class TileGrid(QListView):
    """Lays out by `lay_out`; who inherits it paints. All rectangles in logical px of the viewport."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = GridLayout(0, 1, 1, 1)
        self._band = QRect()
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)

    def lay_out(self, new: GridLayout) -> None:
        """Take another layout; the current entry, or else the first one in view, stays where it is on the screen."""
        old, offset = self._layout, self.verticalOffset()
        anchor = self._anchor(old, offset)
        self._layout = new
        self.updateGeometries()
        if 0 <= anchor < new.count and old.count == new.count:
            at = old.place(anchor)[1] - offset
            self.verticalScrollBar().setValue(new.place(anchor)[1] - at)
            if anchor == self.currentIndex().row():
                self.scrollTo(self.currentIndex())
        self.viewport().update()

    def cell(self, row: int) -> QRect:
        """Where the tile of this row stands now; it may be out of view."""
        return next(self.cells((row,)))

    def cells(self, rows: Iterable[int]) -> Iterator[QRect]:
        """Where the tiles of these rows stand now."""
        layout, offset = self._layout, self.verticalOffset()
        edge = self.viewport().width() - 1 if self.isRightToLeft() else None
        for row in rows:
            left, top = layout.place(row)
            cell = QRect(left, top - offset, layout.cell_width, layout.cell_height)
            if edge is not None:
                cell.moveRight(edge - left)
            yield cell

    def rows_in_view(self) -> range:
        """The rows of which at least a part shows."""
        offset = self.verticalOffset()
        return self._layout.rows_between(offset, offset + self.viewport().height())

    def selected_ranges(self) -> list[range]:
        """The selected rows, as unordered ranges: quick whatever their number."""
        return _ranges(self.selectionModel().selection())

    def select_rows(self, rows: list[int]) -> None:
        """Select exactly these ascending rows; so many scattered ones that it would take long are let go."""
        selection = QItemSelection()
        for first, last in islice(runs(rows), _RANGES_KEPT + 1):
            selection.select(self._index(first), self._index(last))
        if 0 < selection.count() <= _RANGES_KEPT:
            self.selectionModel().select(selection, _Flag.ClearAndSelect)

    def make_current(self, row: int) -> None:
        """Make it the current one, without a change of the selection."""
        self.selectionModel().setCurrentIndex(self._index(row), _Flag.NoUpdate)

    def paint_band(self, painter: QPainter) -> None:
        """The rubber band, while there is one."""
        if self._band.isNull():
            return
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        painter.setPen(colour)
        colour.setAlphaF(0.16)
        painter.setBrush(colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.drawRect(self._band)

    # -- geometry

    def visualRect(self, index: Index) -> QRect:
        return self.cell(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._layout.at(self._mirrored(point.x()), point.y() + self.verticalOffset())
        return self._index(row) if row >= 0 else QModelIndex()

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def doItemsLayout(self) -> None:
        """Nothing is laid out item by item: QListView's own way would ask for every size."""
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(max(16, self._layout.step // 5))
        bar.setPageStep(height)
        bar.setRange(0, max(0, self._layout.height - height))

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
            return
        bar, height, margin = self.verticalScrollBar(), self.viewport().height(), self._layout.top(0)
        top = self._layout.place(index.row())[1] - margin
        bottom = top + self._layout.cell_height + 2 * margin
        if hint is QAbstractItemView.ScrollHint.PositionAtTop:
            bar.setValue(top)
        elif hint is QAbstractItemView.ScrollHint.PositionAtBottom:
            bar.setValue(bottom - height)
        elif hint is QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue((top + bottom - height) // 2)
        elif top < bar.value() or bottom - top > height:
            bar.setValue(top)
        elif bottom > bar.value() + height:
            bar.setValue(bottom - height)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._band.translate(0, dy)
        self.viewport().scroll(dx, dy)

    # -- moving and selecting

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        count = self._layout.count
        if not count:
            return QModelIndex()
        row, columns = self.currentIndex().row(), self._layout.columns
        if row < 0:
            return self._index(0)
        page = self._layout.page(self.viewport().height())
        forward = -1 if self.isRightToLeft() else 1
        step = {
            _Action.MoveLeft: -forward,
            _Action.MoveRight: forward,
            _Action.MovePrevious: -1,
            _Action.MoveNext: 1,
            _Action.MoveUp: -columns,
            _Action.MoveDown: columns,
            _Action.MovePageUp: -page,
            _Action.MovePageDown: page,
            _Action.MoveHome: -row,
            _Action.MoveEnd: count - 1 - row,
        }[action]
        wanted = row + step
        if action is _Action.MoveUp and wanted < 0:
            wanted = row
        elif action is _Action.MovePageUp and wanted < 0:
            wanted = row % columns
        elif action is _Action.MoveDown and wanted >= count and row // columns == self._layout.lines - 1:
            wanted = row
        return self._index(min(max(wanted, 0), count - 1))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Dragging selects what the band touches; Shift and click or arrow what lies between, in reading order."""
        offset, selection = self.verticalOffset(), QItemSelection()
        if self.state() is QAbstractItemView.State.DragSelectingState:
            self.viewport().update()
            self._band = rect.normalized()
            left, right = sorted((self._mirrored(self._band.left()), self._mirrored(self._band.right())))
            for rows in self._layout.rows_in(
                left, self._band.top() + offset, right + 1, self._band.bottom() + 1 + offset
            ):
                selection.select(self._index(rows.start), self._index(rows.stop - 1))
        else:
            ends = (rect.topLeft(), rect.bottomRight())
            first, last = sorted(self._layout.nearest(self._mirrored(end.x()), end.y() + offset) for end in ends)
            if first >= 0:
                selection.select(self._index(first), self._index(last))
        self.selectionModel().select(selection, command)

    def selectAll(self) -> None:
        """One range; QListView's own way looks at every row."""
        if self._layout.count:
            whole = QItemSelection(self._index(0), self._index(self._layout.count - 1))
            self.selectionModel().select(whole, _Flag.ClearAndSelect)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region, seen = QRegion(), self.rows_in_view()
        for rows in _ranges(selection):
            for row in range(max(rows.start, seen.start), min(rows.stop, seen.stop)):
                region += self.cell(row)
        return region

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not self._band.isNull():
            self._band = QRect()
            self.viewport().update()

    def _index(self, row: int) -> QModelIndex:
        return self.model().index(row, 0)

    def _mirrored(self, x: int) -> int:
        return self.viewport().width() - 1 - x if self.isRightToLeft() else x

    def _anchor(self, layout: GridLayout, offset: int) -> int:
        seen = layout.rows_between(offset, offset + self.viewport().height())
        current = self.currentIndex().row()
        if current in seen:
            return current
        whole = [row for row in seen[:: layout.columns] if layout.place(row)[1] >= offset]
        return (whole or [*seen[:1], -1])[0]


def _ranges(selection: QItemSelection) -> list[range]:
    ranges = (selection.at(number) for number in range(selection.count()))
    return [range(each.top(), each.bottom() + 1) for each in ranges]
