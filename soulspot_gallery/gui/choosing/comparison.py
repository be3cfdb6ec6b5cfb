"""The current picture beside the chosen candidate, both at the same scale, each with its size."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.gui.grid.decoding import placeholder_pixmap

_GAP, _LINE = 14, 4
_LEAST, _WISHED = 110, 250
_PLACEHOLDER = 512
"""Side in which placeholders are drawn, device px."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: `image` None where there is none, then a placeholder of `kind` stands for it. `width` and
    `height` in px as they lie here, 0 for none."""

    title: str
    facts: str
    image: QImage | None = None
    width: int = 0
    height: int = 0
    kind: EntityType | None = None


_NOTHING = Side("", "")


class Comparison(QWidget):
    """One px of a picture takes the same room on both sides: a small one looks small."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.current, self.candidate = _NOTHING, _NOTHING
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._tell()

    def show_current(self, side: Side) -> None:
        self.current = side
        self._tell()

    def show_candidate(self, side: Side) -> None:
        self.candidate = side
        self._tell()

    def _tell(self) -> None:
        parts = [f"{each.title}: {each.facts}" for each in (self.current, self.candidate) if each.title]
        self.setAccessibleName("Comparison. " + ". ".join(parts))
        self.setToolTip("Both at the same scale")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(2 * _WISHED + _GAP, _WISHED + 2 * self.fontMetrics().height() + _LINE)

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * _LEAST + _GAP, _LEAST + 2 * self.fontMetrics().height() + _LINE)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        texts = 2 * self.fontMetrics().height() + _LINE
        room = min((self.width() - _GAP) / 2, self.height() - texts)
        longest = max(max(each.width, each.height) for each in (self.current, self.candidate))
        scale = room / longest if longest else 0.0
        for number, side in enumerate((self.current, self.candidate)):
            box = QRectF(number * (room + _GAP), 0, room, room)
            self._paint(painter, side, box, scale)

    def _paint(self, painter: QPainter, side: Side, box: QRectF, scale: float) -> None:
        ground = QColor(self.palette().color(QPalette.ColorRole.Text))
        ground.setAlphaF(0.05)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 8, 8)
        if side.image is not None and not side.image.isNull() and side.width:
            width, height = side.width * scale, side.height * scale
            place = QRectF(box.center().x() - width / 2, box.center().y() - height / 2, width, height)
            painter.drawImage(place, side.image)
        elif side.kind is not None:
            painter.drawPixmap(
                box, placeholder_pixmap(side.kind, _PLACEHOLDER), QRectF(0, 0, _PLACEHOLDER, _PLACEHOLDER)
            )
        metrics, bold = self.fontMetrics(), QFont(self.font())
        bold.setBold(True)
        line = QRectF(box.left(), box.bottom() + _LINE, box.width(), metrics.height())
        for face, role, text in (
            (bold, QPalette.ColorRole.WindowText, side.title),
            (self.font(), QPalette.ColorRole.PlaceholderText, side.facts),
        ):
            painter.setFont(face)
            painter.setPen(self.palette().color(role))
            cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(line.width()))
            painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, cut)
            line.translate(0, metrics.height())
