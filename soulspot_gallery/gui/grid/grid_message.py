"""What the grid says where it has no tiles: a figure, a title and a hint in the middle. Only paints."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QPainter, QPalette

from soulspot_gallery.gui.look.state_marks import Shape, draw_shape

_WIDTH, _FIGURE, _GAP = 420, 56, 18


def paint_message(painter: QPainter, area: QRect, palette: QPalette, title: str, hint: str) -> None:
    """Paint it into the middle of the area, wrapped at a width that reads well. Nothing for an empty title."""
    if not title:
        return
    text = palette.color(QPalette.ColorRole.Text)
    muted, faint = QColor(text), QColor(text)
    muted.setAlphaF(0.68)
    faint.setAlphaF(0.34)
    heading = QFont(painter.font())
    heading.setPixelSize(round(QFontInfo(heading).pixelSize() * 1.45))
    heading.setWeight(QFont.Weight.DemiBold)
    width = min(_WIDTH, area.width() - 32)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    room = QRect(0, 0, width, area.height())
    title_size = QFontMetrics(heading).boundingRect(room, flags, title)
    hint_size = QFontMetrics(painter.font()).boundingRect(room, flags, hint)
    height = _FIGURE + _GAP + title_size.height() + _GAP // 2 + hint_size.height()
    left, top = area.center().x() - width // 2, area.center().y() - height // 2
    figure = QRectF(area.center().x() - _FIGURE / 2, top, _FIGURE, _FIGURE)
    draw_shape(painter, Shape.TILES, figure, faint)
    usual = painter.font()
    painter.setPen(text)
    painter.setFont(heading)
    painter.drawText(QRect(left, top + _FIGURE + _GAP, width, title_size.height()), flags, title)
    painter.setPen(muted)
    painter.setFont(usual)
    below = top + _FIGURE + _GAP + title_size.height() + _GAP // 2
    painter.drawText(QRect(left, below, width, hint_size.height() + 4), flags, hint)
