"""The pills on a tile: figure and word on a quiet ground, drawn once for each and kept. Used by the card delegate."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from soulspot_gallery.gui.look.state_marks import Mark, Tone, draw_shape, tone_colour

HEIGHT = 22
_FIGURE, _SIDE, _BETWEEN = 13, 7, 5
_GROUND = {False: QColor(255, 255, 255, 236), True: QColor(24, 26, 31, 232)}
_RIM = {False: QColor(0, 0, 0, 34), True: QColor(255, 255, 255, 38)}


@lru_cache(maxsize=128)
def badge(mark: Mark, room: int, font: str, dark: bool, ratio: float) -> QPixmap:  # noqa: FBT001 -- part of the key
    """The mark as a pill of HEIGHT px, not wider than `room` logical px: without its word where that does not fit.

    `font` as of QFont.toString, `ratio` device px per logical px.
    """
    face = QFont()
    face.fromString(font)
    width = _SIDE + _FIGURE + _BETWEEN + QFontMetricsF(face).horizontalAdvance(mark.word) + _SIDE + 1
    worded = width <= room
    size = QSize(round(width) if worded else HEIGHT, HEIGHT)
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    loud = mark.tone is Tone.BAD
    ink = QColor("white") if loud else tone_colour(mark.tone, dark=dark)
    painter.setBrush(tone_colour(mark.tone, dark=False) if loud else _GROUND[dark])
    painter.setPen(Qt.PenStyle.NoPen if loud else _RIM[dark])
    painter.drawRoundedRect(QRectF(0.5, 0.5, size.width() - 1, HEIGHT - 1), HEIGHT / 2, HEIGHT / 2)
    left = _SIDE if worded else (HEIGHT - _FIGURE) / 2
    draw_shape(painter, mark.shape, QRectF(left, (HEIGHT - _FIGURE) / 2, _FIGURE, _FIGURE), ink)
    if worded:
        painter.setFont(face)
        painter.setPen(ink if loud else (QColor("#f2f3f5") if dark else QColor("#23262c")))
        text = QRectF(_SIDE + _FIGURE + _BETWEEN, 0, size.width(), HEIGHT)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, mark.word)
    painter.end()
    return pixmap
