"""Encoded pictures to painted ones, in any thread: decoded at the size shown, corners rounded, placeholders drawn."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QImageReader, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from soulspot_gallery.core.locate import placeholder
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.resources import resource

CORNER = 0.05
"""Radius of the corners, as a part of the longest side."""


def decode_file(path: str, side: int) -> QImage:
    """The picture in this file, fitted into `side` × `side` px (never enlarged); null where it can't be read."""
    return _decode(QImageReader(path), side)


def decode_bytes(data: bytes, side: int) -> QImage:
    """As `decode_file`, for a picture in memory."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return _decode(QImageReader(buffer), side)


def _decode(reader: QImageReader, side: int) -> QImage:
    # The format is what the content says: a wrongly named file is still a picture.
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > side:
        scaled = size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(scaled.expandedTo(QSize(1, 1)))
    image = reader.read()
    return image if image.isNull() else round_corners(image, CORNER * max(image.width(), image.height()))


def round_corners(image: QImage, radius: float) -> QImage:
    """The same picture with round, smooth corners of `radius` px, ready to be painted without conversion."""
    rounded = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
    rounded.fill(Qt.GlobalColor.transparent)
    painter = QPainter(rounded)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(image))
    painter.drawRoundedRect(QRectF(image.rect()), radius, radius)
    painter.end()
    return rounded


@lru_cache(maxsize=48)
def placeholder_pixmap(kind: EntityType, side: int) -> QPixmap:
    """The placeholder of this kind, `side` × `side` px; GUI thread only. Raises FileNotFoundError if not shipped."""
    image = QImage(QSize(side, side), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(resource(placeholder(kind)))).render(painter, QRectF(image.rect()))
    painter.end()
    return QPixmap.fromImage(round_corners(image, CORNER * side))
