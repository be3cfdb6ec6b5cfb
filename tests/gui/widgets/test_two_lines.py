"""Tests of cells with two lines: what is painted, and how little of the model is asked for it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from soulspot_gallery.gui.widgets.two_lines import LINES_ROLE, Lines, TwoLineDelegate

Index = QModelIndex | QPersistentModelIndex
SIDE, ROW = 40, 52


class Cells(QAbstractListModel):
    """A row for each of the lines; counts what it is asked."""

    def __init__(self, *lines: Lines, picture: QPixmap | None = None) -> None:
        super().__init__()
        self._lines, self._picture = lines, picture
        self.asked = Counter[int]()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        self.asked[role] += 1
        if role == LINES_ROLE:
            return self._lines[index.row()]
        return self._picture if role == Qt.ItemDataRole.DecorationRole else None


def _shown(qtbot: QtBot, model: Cells, side: int = 0) -> QListView:
    view = QListView()
    qtbot.addWidget(view)
    view.setUniformItemSizes(True)
    view.setModel(model)
    view.setItemDelegate(TwoLineDelegate(view, ROW, side, absent="?"))
    view.resize(300, 300)
    view.show()
    qtbot.waitExposed(view)
    return view


def _painted(view: QListView) -> QImage:
    return view.viewport().grab().toImage()


def _ink(image: QImage, left: int, top: int, right: int, bottom: int) -> int:
    """How many pixels differ from the background."""
    background = image.pixel(image.width() - 2, image.height() - 2)
    return sum(image.pixel(x, y) != background for x in range(left, right) for y in range(top, bottom))


def test_a_cell_costs_one_question_for_its_lines_and_one_for_its_picture(qtbot: QtBot) -> None:
    model = Cells(*[Lines(f"Title {number}", "beneath") for number in range(5)])
    view = _shown(qtbot, model, SIDE)
    model.asked.clear()
    _painted(view)
    assert model.asked == {LINES_ROLE: 5, Qt.ItemDataRole.DecorationRole: 5}


def test_a_second_line_stands_beneath_the_first(qtbot: QtBot) -> None:
    image = _painted(_shown(qtbot, Cells(Lines("Title", "beneath"), Lines("Title"))))
    upper, lower = (0, ROW // 2), (ROW // 2, ROW)
    assert _ink(image, 0, upper[0], 200, upper[1]) > 20
    assert _ink(image, 0, lower[0], 200, lower[1]) > 20
    alone = ROW + ROW // 4
    assert _ink(image, 0, ROW, 200, alone) == 0, "a title alone stands in the middle"


def test_what_is_grave_is_bold(qtbot: QtBot) -> None:
    image = _painted(_shown(qtbot, Cells(Lines("Title"), Lines("Title", grave=True))))
    assert _ink(image, 0, ROW, 200, 2 * ROW) > 1.1 * _ink(image, 0, 0, 200, ROW)


def test_a_number_stands_at_the_right(qtbot: QtBot) -> None:
    view = _shown(qtbot, Cells(Lines("12 kB", number=True)))
    image = _painted(view)
    assert _ink(image, 0, 0, 100, ROW) == 0
    assert _ink(image, 100, 0, view.viewport().width(), ROW) > 20


@pytest.mark.parametrize("red", [SIDE, 0])
def test_the_picture_or_its_empty_box_stands_before_the_lines(qtbot: QtBot, red: int) -> None:
    picture = QPixmap(SIDE, SIDE)
    picture.fill(QColor("red"))
    image = _painted(_shown(qtbot, Cells(Lines("Title"), picture=picture if red else None), SIDE))
    assert sum(image.pixelColor(x, ROW // 2) == QColor("red") for x in range(60)) == red
    assert _ink(image, 6, 8, 6 + SIDE, 8 + SIDE) > 50
