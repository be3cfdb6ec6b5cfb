"""How states and verdicts look and what they say: a shape, a short word, a colour for light and dark, a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap

from soulspot_gallery.core.model import ImageInfo, State, Verdict
from soulspot_gallery.gui.look.figures import GRID, figure


class Tone(Enum):
    """How much a mark asks for attention; each has a colour for light and for dark windows."""

    GOOD = ("#1a7f45", "#57c785")
    INFO = ("#2463b8", "#7db4f5")
    WARNING = ("#9a5b00", "#f0b14a")
    BAD = ("#bb2a33", "#ff7b7f")
    QUIET = ("#5c6470", "#a4acb9")

    __hash__ = object.__hash__


class Shape(Enum):
    """The drawn figures; each can be told from the others without colour."""

    CHECK = "check"
    CLOUD = "cloud"
    QUESTION = "question"
    CRACK = "crack"
    CROSS = "cross"
    EMPTY = "empty"
    BROKEN_LINK = "broken-link"
    NO_ENTRY = "no-entry"
    SHIELD = "shield"
    LOCK = "lock"
    CIRCLE = "circle"
    TILES = "tiles"
    SEARCH = "search"
    UP = "up"
    DOWN = "down"
    STRUCK = "struck"

    # Enum's own is written in Python, and a frame asks for a hundred figures by it.
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One badge: figure, word, tone. There is one of each, and it is looked up as such: for every tile of a frame."""

    word: str
    tone: Tone
    shape: Shape


STATE_MARKS = {
    State.CACHED: Mark("Cached", Tone.GOOD, Shape.CHECK),
    State.MISSING_FILE: Mark("File missing", Tone.WARNING, Shape.QUESTION),
    State.CORRUPT: Mark("Damaged", Tone.BAD, Shape.CRACK),
    State.FAILED: Mark("Failed", Tone.BAD, Shape.CROSS),
    State.REMOTE: Mark("Online", Tone.INFO, Shape.CLOUD),
    State.NONE: Mark("No picture", Tone.QUIET, Shape.EMPTY),
}
LINK_MARKS = {
    Verdict.BROKEN: Mark("Broken link", Tone.BAD, Shape.BROKEN_LINK),
    Verdict.DENIED: Mark("Link refused", Tone.WARNING, Shape.NO_ENTRY),
    Verdict.NOT_IMAGE: Mark("Not an image", Tone.WARNING, Shape.BROKEN_LINK),
    Verdict.UNSAFE: Mark("Unsafe link", Tone.WARNING, Shape.SHIELD),
}
NO_PICTURE_MARK = Mark("None on purpose", Tone.QUIET, Shape.STRUCK)
LOCK_MARK = Mark("Locked", Tone.QUIET, Shape.LOCK)

_STATE_SENTENCES = {
    State.CACHED: "A whole picture lies in the cache.",
    State.MISSING_FILE: "The library names a file that is not there. Recache to fetch it again.",
    State.CORRUPT: "The file in the cache is damaged. Recache to replace it.",
    State.FAILED: "The last attempt to fetch the picture failed.",
    State.REMOTE: "Nothing is in the cache yet; the library has a link.",
    State.NONE: "The library knows no picture for it.",
}
_VERDICT_SENTENCES = {
    Verdict.OK: "The link answers with a picture.",
    Verdict.MOVED: "The link answers, but from a new address.",
    Verdict.BROKEN: "The link is broken: the server says the picture is gone.",
    Verdict.DENIED: "The server refuses to hand out the picture behind the link.",
    Verdict.NOT_IMAGE: "The link answers with something that is no picture.",
    Verdict.TEMPORARY: "The link could not be checked just now; that says nothing about the picture.",
    Verdict.UNSAFE: "The link is not followed, because its address is not safe.",
    Verdict.UNCHECKED: "The link has not been checked yet.",
}


def marks_for(image: ImageInfo) -> tuple[Mark, ...]:
    """What is painted on a tile: the state where it is not cached, the link where it is bad."""
    if image.no_picture:
        return (NO_PICTURE_MARK,)
    marks = () if image.state is State.CACHED else (STATE_MARKS[image.state],)
    link = LINK_MARKS.get(image.verdict)
    return marks if link is None else (*marks, link)


def state_sentence(image: ImageInfo) -> str:
    """Why the picture is in its state, with what went wrong last where that is known."""
    if image.no_picture:
        return "It has no picture on purpose: nothing that runs by itself fetches one. Unset it to end that."
    sentence = _STATE_SENTENCES[image.state]
    if image.state is State.CORRUPT and image.problem:
        return image.problem  # which says already that the file is damaged, and what to do
    return f"{sentence} {image.problem}" if image.problem and image.state is not State.CACHED else sentence


def lock_sentence(image: ImageInfo) -> str:
    """What the lock of a picture means, and whether the picture was set by hand."""
    by_hand = "Set by hand and locked" if image.by_hand else "Locked"
    return f"{by_hand}: nothing that runs by itself changes it."


def verdict_sentence(image: ImageInfo) -> str:
    """What the verdict on the link means; there may be no link at all."""
    return _VERDICT_SENTENCES[image.verdict] if image.source_url else "There is no link."


def is_dark(palette: QPalette) -> bool:
    """True where the window is darker than its text."""
    return palette.color(QPalette.ColorRole.Base).lightness() < palette.color(QPalette.ColorRole.Text).lightness()


def tone_colour(tone: Tone, *, dark: bool) -> QColor:
    """The colour of the tone on a background of that darkness; at least 4.5 : 1 on Base."""
    return QColor(tone.value[dark])


def draw_shape(painter: QPainter, shape: Shape, box: QRectF, colour: QColor) -> None:
    """Draw the figure with lines of this colour into the box (square, logical px)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / GRID, box.height() / GRID)
    pen = QPen(
        colour,
        1.7 if box.width() < 2 * GRID else 1.0,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(figure(shape.value))
    painter.restore()


@lru_cache(maxsize=256)
def _pixmap(shape: Shape, side: int, ratio: float, colour: int) -> QPixmap:
    pixmap = QPixmap(QSize(round(side * ratio), round(side * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_shape(painter, shape, QRectF(0, 0, side, side), QColor.fromRgba(colour))
    painter.end()
    return pixmap


def shape_pixmap(shape: Shape, side: int, ratio: float, colour: QColor) -> QPixmap:
    """The figure as a square picture of `side` logical px, kept for the next time."""
    return _pixmap(shape, side, ratio, colour.rgba())


def mark_icon(mark: Mark, palette: QPalette) -> QIcon:
    """The figure of a mark in its colour, for menus and boxes."""
    return shape_icon(mark.shape, mark.tone, palette)


def shape_icon(shape: Shape, tone: Tone, palette: QPalette) -> QIcon:
    """A figure of 16 px in a tone, for light or dark as the palette is."""
    icon = QIcon()
    for ratio in (1.0, 2.0):
        icon.addPixmap(shape_pixmap(shape, 16, ratio, tone_colour(tone, dark=is_dark(palette))))
    return icon
