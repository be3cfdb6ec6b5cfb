"""A delegate that paints a title and a muted line beneath it, and a picture before them where there is room for one."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

LINES_ROLE = int(Qt.ItemDataRole.UserRole)
"""What a model gives for a cell: `Lines`, all in one call, since each call from Qt costs more than what it fetches."""

LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_MARGIN, _GAP, _RADIUS = 6, 10, 4


@dataclass(frozen=True, slots=True)
class Lines:
    """The subtitle may be empty. What is `grave` is bold, not only coloured; a `number` stands at the right."""

    title: str
    subtitle: str = ""
    grave: bool = False
    number: bool = False


class TwoLineDelegate(QStyledItemDelegate):
    """For rows of one height. `side` is that of the picture (the DecorationRole), in device-independent pixels, 0 for
    none; `absent` stands in its box where there is none."""

    def __init__(self, parent: QWidget, height: int, side: int = 0, absent: str = "") -> None:
        super().__init__(parent)
        self._height, self._side, self._absent = height, side, absent
        self._indent = _MARGIN + (side + _GAP if side else 0)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        # Not initStyleOption: it would ask the model for eight more roles of each cell, of which none is needed.
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        if self._side:
            self._draw_picture(painter, option, index.data(Qt.ItemDataRole.DecorationRole))
        self._draw_lines(painter, option, index.data(LINES_ROLE))
        painter.restore()

    def _draw_picture(self, painter: QPainter, option: QStyleOptionViewItem, pixmap: QPixmap | None) -> None:
        side, rect = self._side, option.rect
        box = QRect(rect.left() + _MARGIN, rect.center().y() - side // 2 + 1, side, side)
        if pixmap is not None:
            place = QRect(QPoint(), pixmap.deviceIndependentSize().toSize())
            place.moveCenter(box.center())
            painter.drawPixmap(place.topLeft(), pixmap)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(option.palette.color(QPalette.ColorRole.Mid))
        painter.setBrush(option.palette.color(QPalette.ColorRole.AlternateBase))
        painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), _RADIUS, _RADIUS)
        if self._absent:
            painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._absent)

    def _draw_lines(self, painter: QPainter, option: QStyleOptionViewItem, lines: Lines) -> None:
        font, metrics, palette, rect = option.font, option.fontMetrics, option.palette, option.rect
        if lines.grave:
            font = QFont(font)
            font.setBold(True)
            metrics = QFontMetrics(font)
        painter.setFont(font)
        texts = [(lines.title, QPalette.ColorRole.Text)]
        if lines.subtitle:
            texts.append((lines.subtitle, QPalette.ColorRole.PlaceholderText))
        left, height = rect.left() + self._indent, metrics.height()
        width = rect.right() - left - 4
        top = rect.center().y() + 1 - height * len(texts) // 2
        side = RIGHT if lines.number else LEFT
        chosen = QStyle.StateFlag.State_Selected in option.state
        for number, (text, role) in enumerate(texts):
            painter.setPen(palette.color(QPalette.ColorRole.HighlightedText if chosen else role))
            place = QRect(left, top + number * height, width, height)
            painter.drawText(place, side, metrics.elidedText(text, Qt.TextElideMode.ElideRight, width))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, self._height)
