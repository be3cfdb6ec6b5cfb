"""A label of one line that gives way: it is cut with an ellipsis instead of widening the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel

_LEAST_CHARACTERS = 4


class LineLabel(QLabel):
    """Plain text; the whole of it is the tool tip while it is cut."""

    def __init__(
        self,
        text: str = "",
        role: QPalette.ColorRole = QPalette.ColorRole.WindowText,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(text)
        self._elide = elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setForegroundRole(role)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * _LEAST_CHARACTERS, super().minimumSizeHint().height())

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), self._elide, self.contentsRect().width())
        painter.drawText(self.contentsRect(), self.alignment() | Qt.TextFlag.TextSingleLine, text)
        tip = self.text() if text != self.text() else ""
        if tip != self.toolTip():
            self.setToolTip(tip)
