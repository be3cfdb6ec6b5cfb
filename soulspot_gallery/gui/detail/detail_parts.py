"""The small pieces the detail pane is made of: a large picture, texts that can be selected, lines with a figure."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontInfo, QPainter, QPaintEvent, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from soulspot_gallery.core.model import Entry
from soulspot_gallery.gui.grid.card_delegate import Pictures
from soulspot_gallery.gui.grid.decoding import CORNER
from soulspot_gallery.gui.look.state_marks import Shape, Tone, is_dark, shape_pixmap, tone_colour

LARGEST = 300
_FIGURE = 16


class PictureBox(QWidget):
    """One entry's picture, as large as the pane is wide, up to LARGEST px."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self._entry: Entry | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(LARGEST)

    def show_entry(self, entry: Entry | None) -> None:
        self._entry = entry
        self.setAccessibleName("" if entry is None else f"Picture of {entry.entity.name}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(LARGEST, LARGEST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setFixedHeight(min(self.width(), LARGEST))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._entry is None:
            return
        side, ratio = min(self.width(), self.height()), self.devicePixelRatioF()
        box = QRect((self.width() - side) // 2, 0, side, side)
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        panel = self.palette().color(QPalette.ColorRole.Text)
        panel.setAlphaF(0.05)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(panel)
        painter.drawRoundedRect(box, CORNER * side, CORNER * side)
        picture = self._pixmap(self._entry, round(side * ratio))
        size = picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        where = QRect(QPoint(0, 0), size)
        where.moveCenter(box.center())
        painter.drawPixmap(where, picture)

    def _pixmap(self, entry: Entry, side: int) -> QPixmap:
        picture = self._pictures.get(entry, side)
        if picture is None:
            return self._pictures.placeholder(entry.entity.kind, side)
        if self.window().isVisible():
            self._pictures.note_painted(entry)
        return picture


class Figure(QWidget):
    """A state's shape in its tone, in the colours of the window as they are now."""

    def __init__(self) -> None:
        super().__init__()
        self._shape: tuple[Shape, Tone] | None = None
        self.setFixedSize(_FIGURE, _FIGURE + 2)

    def show_shape(self, shape: Shape, tone: Tone) -> None:
        self._shape = (shape, tone)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shape is not None:
            shape, tone = self._shape
            colour = tone_colour(tone, dark=is_dark(self.palette()))
            pixmap = shape_pixmap(shape, _FIGURE, self.devicePixelRatioF(), colour)
            QPainter(self).drawPixmap(QRectF(0, 1, _FIGURE, _FIGURE), pixmap, QRectF(pixmap.rect()))


class MarkedLine(QWidget):
    """A figure and a text beside it that wraps and can be selected."""

    def __init__(self) -> None:
        super().__init__()
        self.figure, self.label = Figure(), text_label()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.figure, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.label, 1)

    def show_line(self, shape: Shape, tone: Tone, text: str) -> None:
        self.figure.show_shape(shape, tone)
        self.label.setText(text)


def text_label() -> QLabel:
    """Plain text that wraps and can be selected with mouse and keys."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
    return label


class MutedLabel(QLabel):
    """A label in a quieter colour, in light and dark alike."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)


def heading(text: str) -> QLabel:
    """The title of a section."""
    label = MutedLabel(text)
    font = QFont(label.font())
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    return label


def enlarge(label: QLabel, factor: float) -> None:
    """Make a label's text larger and bolder."""
    font = QFont(label.font())
    font.setPixelSize(round(QFontInfo(font).pixelSize() * factor))
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)


def long_text(name: str) -> QLineEdit:
    """A read-only line for paths and addresses: too long to wrap, whole when copied."""
    line = QLineEdit()
    line.setReadOnly(True)
    line.setFrame(False)
    line.setAccessibleName(name)
    line.setStyleSheet("QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }")
    line.setTextMargins(-2, 0, 0, 0)
    return line


def divider() -> QFrame:
    line = QFrame()
    line.setFixedHeight(1)
    line.setAutoFillBackground(True)
    line.setBackgroundRole(QPalette.ColorRole.Mid)
    return line
