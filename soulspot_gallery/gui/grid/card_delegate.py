"""Paints one tile: picture, badges, name and second line. Takes everything from the entry; decides nothing."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPixmap, QStaticText, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from soulspot_gallery.core.model import EntityType, Entry, State
from soulspot_gallery.gui.grid.badges import HEIGHT as BADGE_HEIGHT
from soulspot_gallery.gui.grid.badges import badge
from soulspot_gallery.gui.grid.decoding import CORNER
from soulspot_gallery.gui.grid.gallery_model import Index, Role, subtitle, title
from soulspot_gallery.gui.look.state_marks import LOCK_MARK, Shape, Tone, is_dark, marks_for, shape_pixmap, tone_colour

PADDING = 8
"""Between a cell's edge and what is in it, logical px."""
_TEXT_GAP, _LINE_GAP = 8, 1
_BADGE_INSET, _BADGE_GAP = 6, 4
_CHECK = 13
_CELL_CORNER = 10.0
_TEXTS_KEPT = 3_000
# As numbers: Python's flag arithmetic would cost a tenth of a tile.
SELECTED = QStyle.StateFlag.State_Selected.value
HOVERED = QStyle.StateFlag.State_MouseOver.value
FOCUSED = QStyle.StateFlag.State_HasFocus.value
_GROUND = SELECTED | HOVERED | FOCUSED
_SMOOTH = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform


class Pictures(Protocol):
    """What the delegate needs of the thumbnails. Sides in device px."""

    def get(self, entry: Entry, side: int) -> QPixmap | None: ...

    def placeholder(self, kind: EntityType, side: int) -> QPixmap: ...

    def note_painted(self, entry: Entry) -> None: ...


class _Ink:
    """Colours and pens for one palette, made once."""

    def __init__(self, palette: QPalette) -> None:
        role, group = QPalette.ColorRole, QPalette.ColorGroup.Active
        self.dark = is_dark(palette)
        self.text = palette.color(group, role.Text)
        self.muted = QColor(self.text)
        self.muted.setAlphaF(0.66)
        self.panel = QColor(self.text)
        self.panel.setAlphaF(0.05)
        self.hover = QColor(self.text)
        self.hover.setAlphaF(0.07)
        highlight = palette.color(group, role.Highlight)
        self.selected = QColor(highlight)
        self.selected.setAlphaF(0.34 if self.dark else 0.20)
        line = highlight.lighter(135) if self.dark else highlight
        self.selected_pen = QPen(line, 1.5)
        self.focus_pen = QPen(line, 2.5)
        self.good = tone_colour(Tone.GOOD, dark=self.dark)


@dataclass(frozen=True, slots=True)
class Brush:
    """A painter at work, the colours it uses, and the device px of a logical one."""

    painter: QPainter
    ink: _Ink
    ratio: float


class CardDelegate(QStyledItemDelegate):
    """One tile. Cells are of one size, see `cell_size`; `tile` is the side of a picture in logical px, and
    `wished` the one that pictures are asked for in: it follows once the user has stopped resizing."""

    def __init__(self, pictures: Pictures, tile: int, font: QFont) -> None:
        super().__init__()
        self._pictures = pictures
        self.tile = self.wished = tile
        self.noting = False
        """Whether what is painted is really seen, and so counts as used."""
        self._texts: OrderedDict[tuple[str, int], QStaticText] = OrderedDict()
        self._empty = _empty_line()
        self._ink: tuple[int, _Ink] | None = None
        self.set_font(font)

    def set_font(self, font: QFont) -> None:
        self._font = QFont(font)
        self._badge_font = QFont(font)
        self._badge_font.setPixelSize(11)
        self._badge_font.setWeight(QFont.Weight.DemiBold)
        self._badge_face = self._badge_font.toString()
        self._metrics = QFontMetrics(self._font)
        self._line = self._metrics.height() + _LINE_GAP
        self._texts.clear()

    def cell_size(self) -> QSize:
        """Of every cell, logical px: picture, two lines of text, padding."""
        return QSize(self.tile + 2 * PADDING, self.tile + _TEXT_GAP + 2 * self._line + 2 * PADDING)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell_size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry | None = index.data(Role.ENTRY)
        if entry is not None:
            brush = self.brush(painter, option.palette)
            self.paint_tile(brush, option.rect, entry, option.state.value)

    def brush(self, painter: QPainter, palette: QPalette) -> Brush:
        """What the tiles of one repaint are painted with."""
        painter.setRenderHints(_SMOOTH)
        painter.setFont(self._font)
        return Brush(painter, self._ink_for(palette), painter.device().devicePixelRatio())

    def paint_tile(self, brush: Brush, cell: QRect, entry: Entry, state: int) -> None:
        """One tile; `state` as SELECTED, HOVERED and FOCUSED."""
        painter, ink, ratio = brush.painter, brush.ink, brush.ratio
        if state & _GROUND:
            self._paint_ground(painter, cell, state, ink)
        box = QRect(cell.left() + PADDING, cell.top() + PADDING, self.tile, self.tile)
        self._paint_picture(painter, box, entry, ratio, ink)
        self._paint_badges(painter, box, entry, ratio, ink)
        self._paint_texts(painter, box, entry, ratio, ink)

    def _ink_for(self, palette: QPalette) -> _Ink:
        if self._ink is None or self._ink[0] != palette.cacheKey():
            self._ink = (palette.cacheKey(), _Ink(palette))
        return self._ink[1]

    def _paint_ground(self, painter: QPainter, cell: QRect, state: int, ink: _Ink) -> None:
        selected, hovered, focused = state & SELECTED, state & HOVERED, state & FOCUSED
        painter.setBrush(ink.selected if selected else ink.hover if hovered else Qt.BrushStyle.NoBrush)
        painter.setPen(ink.focus_pen if focused else ink.selected_pen if selected else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(cell).adjusted(1.5, 1.5, -1.5, -1.5), _CELL_CORNER, _CELL_CORNER)

    def _paint_picture(self, painter: QPainter, box: QRect, entry: Entry, ratio: float, ink: _Ink) -> None:
        side = round(self.wished * ratio)
        picture = self._pictures.get(entry, side)
        if picture is None:
            picture = self._pictures.placeholder(entry.entity.kind, side)
        elif self.noting:
            self._pictures.note_painted(entry)
        if picture.width() == picture.height():
            painter.drawPixmap(box, picture)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.panel)
        painter.drawRoundedRect(box, CORNER * self.tile, CORNER * self.tile)
        where = QRect(box.topLeft(), picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio))
        where.moveCenter(box.center())
        painter.drawPixmap(where, picture)

    def _paint_badges(self, painter: QPainter, box: QRect, entry: Entry, ratio: float, ink: _Ink) -> None:
        room = box.width() - 2 * _BADGE_INSET
        y = box.bottom() + 1 - _BADGE_INSET
        for mark in marks_for(entry.image):
            y -= BADGE_HEIGHT
            pill = badge(mark, room, self._badge_face, ink.dark, ratio)
            painter.drawPixmap(QPointF(box.left() + _BADGE_INSET, y), pill)
            y -= _BADGE_GAP
        if entry.image.locked:
            pill = badge(LOCK_MARK, BADGE_HEIGHT, self._badge_face, ink.dark, ratio)
            painter.drawPixmap(QPointF(box.right() + 1 - _BADGE_INSET - BADGE_HEIGHT, box.top() + _BADGE_INSET), pill)

    def _paint_texts(self, painter: QPainter, box: QRect, entry: Entry, ratio: float, ink: _Ink) -> None:
        x, y = box.left() + 1, box.bottom() + 1 + _TEXT_GAP
        width = box.width() - 2
        painter.setPen(ink.text)
        painter.drawStaticText(QPointF(x, y), self.text_for(title(entry.entity), width))
        painter.setPen(ink.muted)
        cached = entry.image.state is State.CACHED
        second = width - _CHECK - 6 if cached else width
        painter.drawStaticText(QPointF(x, y + self._line), self.text_for(subtitle(entry.entity), second))
        if cached:
            figure = shape_pixmap(Shape.CHECK, _CHECK, ratio, ink.good)
            painter.drawPixmap(QPointF(x + width - _CHECK, y + self._line + (self._line - _CHECK) / 2), figure)

    def text_for(self, text: str, width: int) -> QStaticText:
        """The text on one line, cut where it is too long, laid out once."""
        known = self._texts.get((text, width))
        if known is not None:
            self._texts.move_to_end((text, width))
            return known
        laid = QStaticText(self._empty)  # a copy takes two thirds of the time
        laid.setText(self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width))
        self._texts[text, width] = laid
        if len(self._texts) > _TEXTS_KEPT:
            self._texts.popitem(last=False)
        return laid


def _empty_line() -> QStaticText:
    """A text without words, plain and on one line."""
    option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    empty = QStaticText()
    empty.setTextFormat(Qt.TextFormat.PlainText)
    empty.setTextOption(option)
    empty.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    return empty
