"""The gallery's grid: shows a GalleryModel, zooms, keeps selection and place across resets, paints what is in view.

Where tiles stand is up to `tile_grid`, how one looks to `card_delegate`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHoverEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from soulspot_gallery.core.model import Entry
from soulspot_gallery.gui.grid.card_delegate import FOCUSED, HOVERED, PADDING, SELECTED, CardDelegate
from soulspot_gallery.gui.grid.gallery_model import Bookmark, GalleryModel, Index, Key
from soulspot_gallery.gui.grid.grid_layout import GridLayout, fill
from soulspot_gallery.gui.grid.grid_message import paint_message
from soulspot_gallery.gui.grid.picked import Picked
from soulspot_gallery.gui.grid.row_order import Order
from soulspot_gallery.gui.grid.thumbnails import Thumbnails
from soulspot_gallery.gui.grid.tile_grid import TileGrid
from soulspot_gallery.gui.repair.picture_drops import brings_picture
from soulspot_gallery.gui.widgets.drops import accept_copy

SMALLEST, LARGEST, USUAL = 96, 320, 160
ZOOM_STEP = 16
_SETTLE_MS = 30
_SHARPEN_MS = 150


@dataclass(frozen=True, slots=True)
class _Kept:
    """What outlives a reset of the model."""

    current: Bookmark
    selected: Bookmark
    order: Order
    offset: int


class GalleryView(TileGrid):
    """Shows a GalleryModel. `tile` is the side of a picture in logical px, SMALLEST to LARGEST;
    the pictures are drawn somewhat smaller or larger, so that they fill the width."""

    selection_changed = Signal()
    """Selection or current entry are others now; comes once things have settled."""
    zoom_changed = Signal(int)
    pictures_dropped = Signal(object, object)
    """Key of the tile and the QMimeData that was dropped on it, which lasts as long as the signal."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._gallery = GalleryModel(self)
        self._tile = USUAL
        self._card = CardDelegate(thumbnails, USUAL, self.font())
        self._hovered = -1
        self._kept: _Kept | None = None
        self._visible_rows = range(0)
        self._message = ("", "")
        self._has_painted = False
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.selection_changed)
        self._sharpen = QTimer(self, singleShot=True, interval=_SHARPEN_MS)
        self._sharpen.timeout.connect(self._wish_sharp)
        self.setItemDelegate(self._card)
        self.setAccessibleName("Pictures")
        self.setAcceptDrops(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.viewport().setMouseTracking(True)
        self.setModel(self._gallery)
        thumbnails.ready.connect(self._repaint_keys)

    # -- for the window

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Only a GalleryModel; TypeError for another."""
        if not isinstance(model, GalleryModel):
            raise TypeError("A GalleryView shows a GalleryModel only.")
        if self.model() is not None:
            self._gallery.modelAboutToBeReset.disconnect(self._keep)
            self._gallery.modelReset.disconnect(self._restore)
        super().setModel(model)
        self._gallery = model
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)
        self._relayout()

    @property
    def tile(self) -> int:
        return self._tile

    def set_tile(self, side: int) -> None:
        """Zoom to pictures of about this side (logical px); what is looked at stays in place."""
        side = min(max(side, SMALLEST), LARGEST)
        if side != self._tile:
            self._tile = side
            self._relayout()
            self.zoom_changed.emit(side)

    def zoom_in(self) -> None:
        self.set_tile(self.tile + ZOOM_STEP)

    def zoom_out(self) -> None:
        self.set_tile(self.tile - ZOOM_STEP)

    def set_message(self, title: str, hint: str = "") -> None:
        """What to say while the model is empty."""
        self._message = (title, hint)
        self.viewport().update()

    def selected_entries(self) -> Picked:
        """The selected entries, in the order shown."""
        return self._gallery.picked(sorted(chain.from_iterable(self.selected_ranges())))

    def current_entry(self) -> Entry | None:
        index = self.currentIndex()
        return self._gallery.entry_at(index.row()) if index.isValid() else None

    def select_keys(self, keys: Iterable[Key]) -> None:
        """Select these as far as they are shown; the first becomes the current one and is scrolled to."""
        rows = [row for row in map(self._gallery.row_of, keys) if row >= 0]
        self.clearSelection()
        self.select_rows(sorted(rows))
        if rows:
            self.make_current(rows[0])
            self.scrollTo(self.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        QAbstractItemView.resizeEvent(self, event)
        self._relayout()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._card.set_font(self.font())
            self._relayout()

    def _laid_out(self) -> GridLayout:
        width = self.viewport().width()
        self._card.tile = fill(width, self._tile, 2 * PADDING)
        cell = self._card.cell_size()
        return GridLayout(self._gallery.rowCount(), width, cell.width(), cell.height())

    def _wish_sharp(self) -> None:
        """Ask for pictures in exactly the size shown, now that it stays."""
        self._card.wished = self._card.tile
        self.viewport().update()

    def _relayout(self) -> None:
        new = self._laid_out()
        if new == self._layout:
            self.updateGeometries()
            return
        if not self._has_painted:
            self._card.wished = self._card.tile  # no picture was asked for yet: none is decoded twice
        elif self._card.wished != self._card.tile:
            self._sharpen.start()
        self.lay_out(new)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self._settle.start()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self._settle.start()

    def dataChanged(self, first: Index, last: Index, roles: Iterable[int] = ()) -> None:
        """Only what changed is painted again; the layout does not depend on it."""
        seen = self.rows_in_view()
        for row in range(max(first.row(), seen.start), min(last.row() + 1, seen.stop)):
            self.viewport().update(self.cell(row))
        if first.row() <= self.currentIndex().row() <= last.row():
            self._settle.start()

    # -- across a reset

    def _keep(self) -> None:
        row, model = self.currentIndex().row(), self._gallery
        current = model.bookmark([range(row, row + 1)] if row >= 0 else [])
        selected = model.bookmark(self.selected_ranges())
        self._kept = _Kept(current, selected, model.order, self.verticalOffset())

    def _restore(self) -> None:
        """After a reset: the same entries selected as far as they are shown; a new order starts at its top."""
        kept, self._kept = self._kept, None
        self._hovered, self._visible_rows = -1, range(0)
        self._relayout()
        self.viewport().update()
        if kept is None:
            return
        same = kept.order == self._gallery.order
        self.verticalScrollBar().setValue(kept.offset if same else 0)
        self.select_rows(self._gallery.marked(kept.selected))
        for row in self._gallery.marked(kept.current):
            self.make_current(row)
            if not same:
                self.scrollTo(self._gallery.index(row))
        self._settle.start()

    # -- events

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHoverEvent):
            inside = event.type() is not QEvent.Type.HoverLeave
            self._hover(self.indexAt(event.position().toPoint()).row() if inside else -1)
        return super().viewportEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        turned = event.angleDelta().y()
        if turned:
            self.set_tile(self.tile + (ZOOM_STEP if turned > 0 else -ZOOM_STEP))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typing = event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier)
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal) and not typing:
            self.zoom_in()
        elif event.key() == Qt.Key.Key_Minus and not typing:
            self.zoom_out()
        elif event.key() == Qt.Key.Key_0 and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_tile(USUAL)
        else:
            super().keyPressEvent(event)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            for each in (self._hovered, row):
                if 0 <= each < self._layout.count:
                    self.viewport().update(self.cell(each))
            self._hovered = row

    # -- pictures dragged onto a tile; what else is dragged is the window's

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if brings_picture(event.mimeData()):
            accept_copy(event)
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        row = self.indexAt(event.position().toPoint()).row()
        self._hover(row)
        if row >= 0 and brings_picture(event.mimeData()):
            accept_copy(event)
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hover(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        row, data = self.indexAt(event.position().toPoint()).row(), event.mimeData()
        self._hover(-1)
        if row >= 0 and brings_picture(data):
            accept_copy(event)
            self.pictures_dropped.emit(self._gallery.entity_at(row).key, data)

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if not self._layout.count:
            paint_message(painter, self.viewport().rect(), self.palette(), *self._empty_message())
            return
        self._has_painted = True
        self._gallery.note_painted()
        self._card.noting = self.isVisible() and not self.window().isMinimized()
        offset, area = self.verticalOffset(), event.rect()
        rows = self._layout.rows_between(area.top() + offset, area.bottom() + 1 + offset)
        brush, states = self._card.brush(painter, self.palette()), self._states(rows)
        # Backwards: the newest wish is served first, so pictures come in reading order.
        backwards = rows[::-1]
        for row, cell in zip(backwards, self.cells(backwards), strict=True):
            if cell.intersects(area):
                self._card.paint_tile(brush, cell, self._gallery.entry_at(row), states.get(row, 0))
        self.paint_band(painter)
        painter.end()
        self._tell_visible()

    def _states(self, rows: range) -> dict[int, int]:
        """Those of these rows that are selected, under the pointer or have the focus, as the delegate's numbers."""
        states, selection = dict[int, int](), self.selectionModel()
        if selection.hasSelection():
            states = dict.fromkeys((row for row in rows if selection.isSelected(self._gallery.index(row))), SELECTED)
        if self._hovered in rows:
            states[self._hovered] = states.get(self._hovered, 0) | HOVERED
        current = self.currentIndex().row() if self.hasFocus() else -1
        if current in rows:
            states[current] = states.get(current, 0) | FOCUSED
        return states

    def _empty_message(self) -> tuple[str, str]:
        if self._gallery.total and self._gallery.order.restricts:
            return "Nothing matches", "Change the search or the filters above to see more."
        if self._gallery.total and self._gallery.order.kind is not None:
            return f"No {self._gallery.order.kind.plural}", "The library holds none of this kind."
        return self._message

    def _tell_visible(self) -> None:
        rows = self.rows_in_view()
        if rows != self._visible_rows:
            self._visible_rows = rows
            self._thumbnails.set_visible(frozenset(self._gallery.entity_at(row).key for row in rows))

    def _repaint_keys(self, keys: frozenset[Key]) -> None:
        for row in self.rows_in_view():
            if self._gallery.entity_at(row).key in keys:
                self.viewport().update(self.cell(row))
