"""The grid of candidates: each with its number, its picture as it would be kept, and what is known of it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from soulspot_gallery.gui.choosing.candidate_model import CandidateModel, Role
from soulspot_gallery.gui.choosing.candidate_search import Shown
from soulspot_gallery.gui.choosing.candidate_words import (
    candidate_facts,
    candidate_marks,
    candidate_title,
    fit_words,
    source_words,
)
from soulspot_gallery.gui.grid.badges import HEIGHT as BADGE_HEIGHT
from soulspot_gallery.gui.grid.badges import badge
from soulspot_gallery.gui.look.state_marks import is_dark

Index = QModelIndex | QPersistentModelIndex
_TILE, _PADDING, _GAP, _LINES = 176, 8, 6, 3
_KEY, _INSET = 22, 6
_KEYS = 9
"""Candidates that have a key of their own."""


class CandidateGrid(QListView):
    """Return or a double click takes the current candidate."""

    taken = Signal(int)
    """A row of the model."""

    current_changed = Signal(int)

    def __init__(self, model: CandidateModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Candidates")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setModel(model)
        self._delegate = _CandidateDelegate(self)
        self.setItemDelegate(self._delegate)
        self.doubleClicked.connect(lambda index: self.taken.emit(index.row()))
        self.selectionModel().currentChanged.connect(lambda now, before: self.current_changed.emit(now.row()))

    def set_titles(self, titles: dict[str, str]) -> None:
        """The titles of sources by name."""
        self._delegate.titles = titles
        self.viewport().update()

    def go_to(self, row: int) -> None:
        self.setCurrentIndex(self.model().index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.taken.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)


class _CandidateDelegate(QStyledItemDelegate):
    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self.titles: dict[str, str] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = _TILE + 2 * _PADDING + _GAP + _LINES * option.fontMetrics.height()
        return QSize(_TILE + 2 * _PADDING, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shown: Shown | None = index.data(Role.SHOWN)
        if shown is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._ground(painter, option)
        cell = option.rect.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        place = QRect(cell.left(), cell.top(), _TILE, _TILE)
        painted = fitted(shown.image, QRectF(place))
        painter.drawImage(painted, shown.image)
        self._badges(painter, option, shown, painted.toRect())
        if index.row() < _KEYS:
            _paint_key(painter, option, str(index.row() + 1), place)
        self._texts(painter, option, shown, cell.adjusted(0, _TILE + _GAP, 0, 0))
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        if not option.state & QStyle.StateFlag.State_Selected:
            return
        colour = QColor(option.palette.color(QPalette.ColorRole.Highlight))
        line = colour.lighter(135) if is_dark(option.palette) else QColor(colour)
        colour.setAlphaF(0.30)
        painter.setBrush(colour)
        painter.setPen(QPen(line, 2.5 if option.state & QStyle.StateFlag.State_HasFocus else 1.5))
        painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -2), 8, 8)

    def _badges(self, painter: QPainter, option: QStyleOptionViewItem, shown: Shown, place: QRect) -> None:
        face = QFont(option.font)
        face.setPointSizeF(face.pointSizeF() * 0.85)
        ratio = painter.device().devicePixelRatio()
        bottom = place.bottom() - _INSET - BADGE_HEIGHT
        for mark in candidate_marks(shown.candidate):
            pill = badge(mark, _TILE - 2 * _INSET, face.toString(), is_dark(option.palette), ratio)
            painter.drawPixmap(place.left() + _INSET, bottom, pill)
            bottom -= BADGE_HEIGHT + 3

    def _texts(self, painter: QPainter, option: QStyleOptionViewItem, shown: Shown, room: QRect) -> None:
        candidate, metrics = shown.candidate, option.fontMetrics
        source, fit = source_words(candidate.source, self.titles), fit_words(candidate)
        lines = [candidate_title(candidate), f"{source}, {fit}" if fit else source, candidate_facts(candidate)]
        muted = option.palette.color(QPalette.ColorRole.PlaceholderText)
        for number, line in enumerate(lines):
            painter.setPen(option.palette.color(QPalette.ColorRole.Text) if number == 0 else muted)
            box = QRect(room.left(), room.top() + number * metrics.height(), room.width(), metrics.height())
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def fitted(image: QImage, room: QRectF) -> QRectF:
    """Where an image lies that fills this room as far as its shape allows, centred."""
    size = image.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    left = room.left() + (room.width() - size.width()) / 2
    return QRectF(left, room.top() + (room.height() - size.height()) / 2, size.width(), size.height())


def _paint_key(painter: QPainter, option: QStyleOptionViewItem, key: str, place: QRect) -> None:
    """The key that takes it, as a key cap in the corner."""
    dark = is_dark(option.palette)
    box = QRectF(place.left() + _INSET, place.top() + _INSET, _KEY, _KEY)
    painter.setBrush(QColor(24, 26, 31, 235) if dark else QColor(255, 255, 255, 240))
    painter.setPen(QPen(QColor(255, 255, 255, 90) if dark else QColor(0, 0, 0, 90), 1))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    face = QFont(option.font)
    face.setBold(True)
    painter.setFont(face)
    painter.setPen(QColor("#f2f3f5") if dark else QColor("#1c2026"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
    painter.setFont(option.font)
