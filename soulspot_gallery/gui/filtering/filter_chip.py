"""A small rounded button that stays pressed: one choice of a filter, told in light and dark by fill and weight."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton

_PADDING = 11


class FilterChip(QAbstractButton):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._bold())  # so that the others do not move when this one is chosen
        return QSize(metrics.horizontalAdvance(self.text()) + 2 * _PADDING, metrics.height() + 10)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, painter, roles = self.palette(), QPainter(self), QPalette.ColorRole
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, ink = (roles.Highlight, roles.HighlightedText) if self.isChecked() else (roles.Button, roles.ButtonText)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        outline = roles.WindowText if self.hasFocus() else roles.Highlight if self.underMouse() else roles.Mid
        painter.setPen(QPen(palette.color(outline), 1.5 if self.hasFocus() else 1))
        painter.setBrush(palette.color(fill))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setFont(self._bold() if self.isChecked() else self.font())
        painter.setPen(palette.color(ink))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font
