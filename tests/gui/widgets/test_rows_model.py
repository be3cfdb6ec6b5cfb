"""Tests of the table of texts."""

from __future__ import annotations

from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from soulspot_gallery.gui.widgets.rows_model import Row, RowsModel
from soulspot_gallery.gui.widgets.text_table import TextTable

_ROWS = [Row(("b", "<1>"), 1, "x"), Row(("A", "2"), 2, "y"), Row(("c", "3"), 3, "x")]


def test_it_keeps_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(RowsModel(("one", "two"), _ROWS))  # type: ignore[no-untyped-call]


def test_it_sorts_and_filters(qtbot: QtBot) -> None:
    model = RowsModel(("one", "two"), _ROWS)
    held = QPersistentModelIndex(model.index(0, 0))
    model.sort(0)
    assert [model.row(number).about for number in range(3)] == [2, 1, 3]
    assert (held.row(), held.data()) == (1, "b")
    model.show_group("x")
    assert [model.row(number).about for number in range(model.rowCount())] == [1, 3]
    assert model.groups == {"x": 2, "y": 1}
    assert model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole) == "<p>&lt;1&gt;</p>"


def test_a_table_gives_back_its_selected_rows(qtbot: QtBot) -> None:
    table = TextTable(RowsModel(("one", "two"), _ROWS), "rows", stretched=1)
    qtbot.addWidget(table)
    assert table.selected() == []
    table.selectAll()
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert [row.about for row in table.selected()] == [3, 1, 2]
