"""The drawn figures by name, as lines in a box of GRID × GRID. What they mean is said in `state_marks`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

GRID = 16.0


@lru_cache(maxsize=32)
def figure(name: str) -> QPainterPath:
    """The lines of a figure, to be drawn with a round pen. KeyError for a name that has none."""
    path = QPainterPath()
    _FIGURES[name](path)
    return path


def _lines(path: QPainterPath, *points: tuple[float, float]) -> None:
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)


def _check(path: QPainterPath) -> None:
    path.addEllipse(QPointF(8, 8), 6.3, 6.3)
    _lines(path, (5.1, 8.3), (7.2, 10.4), (11, 6))


def _cloud(path: QPainterPath) -> None:
    path.moveTo(4.6, 12.5)
    path.cubicTo(1.2, 12.5, 0.8, 7.9, 4.0, 7.5)
    path.cubicTo(4.2, 2.8, 10.7, 2.6, 11.3, 6.6)
    path.cubicTo(15.4, 6.3, 15.6, 12.5, 11.6, 12.5)
    path.closeSubpath()


def _question(path: QPainterPath) -> None:
    _lines(path, (9.5, 1.8), (3.2, 1.8), (3.2, 14.2), (12.8, 14.2), (12.8, 5.1), (9.5, 1.8))
    _lines(path, (6.1, 7.2), (9.9, 11.0))
    _lines(path, (9.9, 7.2), (6.1, 11.0))


def _crack(path: QPainterPath) -> None:
    path.addRoundedRect(QRectF(1.8, 2.4, 12.4, 11.2), 2, 2)
    _lines(path, (9.2, 2.6), (6.4, 6.4), (9.6, 8.8), (7.0, 13.4))


def _cross(path: QPainterPath) -> None:
    path.addEllipse(QPointF(8, 8), 6.3, 6.3)
    _lines(path, (5.8, 5.8), (10.2, 10.2))
    _lines(path, (10.2, 5.8), (5.8, 10.2))


def _empty(path: QPainterPath) -> None:
    path.addRoundedRect(QRectF(1.8, 2.8, 12.4, 10.4), 2, 2)
    _lines(path, (3.4, 14.8), (12.6, 1.2))


def _broken_link(path: QPainterPath) -> None:
    path.moveTo(6.4, 11.9)
    path.lineTo(5.3, 13.0)
    path.cubicTo(3.2, 14.6, 0.9, 12.2, 2.6, 10.4)
    path.lineTo(4.2, 8.8)
    path.moveTo(9.6, 4.1)
    path.lineTo(10.7, 3.0)
    path.cubicTo(12.8, 1.4, 15.1, 3.8, 13.4, 5.6)
    path.lineTo(11.8, 7.2)
    _lines(path, (5.2, 2.0), (5.9, 4.3))
    _lines(path, (2.0, 5.2), (4.3, 5.9))
    _lines(path, (10.8, 14.0), (10.1, 11.7))
    _lines(path, (14.0, 10.8), (11.7, 10.1))


def _no_entry(path: QPainterPath) -> None:
    path.addEllipse(QPointF(8, 8), 6.3, 6.3)
    _lines(path, (5, 8), (11, 8))


def _shield(path: QPainterPath) -> None:
    path.moveTo(8, 1.6)
    path.lineTo(13.4, 3.6)
    path.cubicTo(13.6, 9.2, 11.8, 12.4, 8, 14.4)
    path.cubicTo(4.2, 12.4, 2.4, 9.2, 2.6, 3.6)
    path.closeSubpath()
    _lines(path, (8, 5.2), (8, 8.4))
    _lines(path, (8, 10.8), (8, 10.9))


def _lock(path: QPainterPath) -> None:
    path.addRoundedRect(QRectF(3, 7, 10, 7), 1.6, 1.6)
    path.moveTo(5.2, 7)
    path.cubicTo(4.8, 0.6, 11.2, 0.6, 10.8, 7)


def _circle(path: QPainterPath) -> None:
    path.addEllipse(QPointF(8, 8), 6.3, 6.3)


def _tiles(path: QPainterPath) -> None:
    for left, top in ((1.8, 1.8), (9.2, 1.8), (1.8, 9.2), (9.2, 9.2)):
        path.addRoundedRect(QRectF(left, top, 5, 5), 1.2, 1.2)


def _search(path: QPainterPath) -> None:
    path.addEllipse(QPointF(6.8, 6.8), 4.6, 4.6)
    _lines(path, (10.3, 10.3), (14, 14))


def _up(path: QPainterPath) -> None:
    _lines(path, (8, 13.4), (8, 2.8))
    _lines(path, (4, 6.6), (8, 2.6), (12, 6.6))


def _down(path: QPainterPath) -> None:
    _lines(path, (8, 2.6), (8, 13.2))
    _lines(path, (4, 9.4), (8, 13.4), (12, 9.4))


def _struck(path: QPainterPath) -> None:
    path.addRoundedRect(QRectF(1.8, 2.8, 12.4, 10.4), 2, 2)
    _lines(path, (5.4, 5.8), (10.6, 10.2))
    _lines(path, (10.6, 5.8), (5.4, 10.2))


_FIGURES: dict[str, Callable[[QPainterPath], None]] = {
    "check": _check,
    "cloud": _cloud,
    "question": _question,
    "crack": _crack,
    "cross": _cross,
    "empty": _empty,
    "broken-link": _broken_link,
    "no-entry": _no_entry,
    "shield": _shield,
    "lock": _lock,
    "circle": _circle,
    "tiles": _tiles,
    "search": _search,
    "up": _up,
    "down": _down,
    "struck": _struck,
}
