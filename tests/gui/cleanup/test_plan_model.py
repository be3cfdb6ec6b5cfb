"""Tests of the cleanup plan as a Qt table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTableView
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from support.plans import five_files, many_files

from soulspot_gallery.core.model import CleanupPlan, Reason
from soulspot_gallery.gui.cleanup.plan_model import Column, PlanModel, orders
from soulspot_gallery.gui.cleanup.ticks import Ticks, Totals

_ASCENDING, _DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


def _names(model: PlanModel) -> list[str]:
    return [model.index(row, Column.NAME).data() for row in range(model.rowCount())]


def test_it_keeps_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = PlanModel(Ticks(five_files()))
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.sort(Column.SIZE, _DESCENDING)
    model.show_reason(Reason.ORPHAN)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


def test_an_empty_plan_is_an_empty_table(qtmodeltester: ModelTester) -> None:
    plan = five_files()
    model = PlanModel(Ticks(CleanupPlan("p", plan.made_at, 90, 0, (), ())))
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.tick_suggested()
    assert (model.rowCount(), model.ticks.totals()) == (0, Totals())


def test_cells_say_why_how_old_and_whether_it_can_be_had_again(qtbot: QtBot) -> None:
    model = PlanModel(Ticks(five_files()))
    texts = [[model.index(row, column).data() for column in Column] for row in (1, 3)]
    assert texts[0] == ["", "Aurora", "Not used for long", "3 months ago, by file date", "No, last copy", "1.0 kB"]
    assert texts[1][1:3] == ["dd4.webp", "Belongs to nothing; damaged"]
    assert model.index(3, Column.REASON).data(Qt.ItemDataRole.ToolTipRole) == "<p>Evidence of artists/dd/dd4.webp.</p>"
    assert model.index(1, Column.TICK).data(Qt.ItemDataRole.AccessibleTextRole) == "Aurora, not ticked"


def test_every_column_sorts(qtbot: QtBot) -> None:
    model = PlanModel(Ticks(five_files()))
    model.sort(Column.SIZE, _ASCENDING)
    assert _names(model) == [".soulspot-gallery-5.part", "Aurora", "cc3.webp", "Ночь", "dd4.webp"]
    model.sort(Column.USED, _ASCENDING)
    assert (_names(model)[0], _names(model)[-1]) == ("Ночь", "dd4.webp")
    model.sort(Column.AGAIN, _ASCENDING)
    assert (_names(model)[0], _names(model)[-1]) == ("Aurora", "Ночь")
    model.sort(Column.TICK, _ASCENDING)
    assert _names(model)[0] == "Aurora"
    model.sort(Column.NAME, _DESCENDING)
    assert _names(model)[0] == "Ночь"
    model.sort(-1)
    assert _names(model)[0] == "Ночь"
    assert _names(model)[-1] == ".soulspot-gallery-5.part"


def test_a_selected_row_stays_selected_when_sorted(qtbot: QtBot) -> None:
    model, view = PlanModel(Ticks(five_files())), QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    flags = QItemSelectionModel.SelectionFlag
    view.selectionModel().select(model.index(1, 0), flags.ClearAndSelect | flags.Rows)
    held = QPersistentModelIndex(model.index(1, Column.NAME))
    model.sort(Column.SIZE, _DESCENDING)
    assert held.data() == "Aurora"
    assert [index.data() for index in view.selectionModel().selectedIndexes()][Column.NAME] == "Aurora"
    assert len(view.selectionModel().selectedIndexes()) == len(Column)


def test_ticks_belong_to_files_not_to_rows(qtbot: QtBot) -> None:
    model = PlanModel(Ticks(five_files()))
    model.sort(Column.SIZE, _ASCENDING)
    tick = model.index(1, Column.TICK)
    with qtbot.waitSignal(model.ticks_changed):
        assert model.setData(tick, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert "artists/bb/bb2.webp" in model.ticks.paths()
    assert not model.setData(tick, "x", Qt.ItemDataRole.EditRole)


def test_totals_follow_the_ticks(qtbot: QtBot) -> None:
    model = PlanModel(Ticks(five_files()))
    assert model.ticks.totals() == Totals(4, 9500, 0, 0)
    model.tick_reason(Reason.OLD)
    model.tick_reason(Reason.OLD)
    assert model.ticks.totals() == Totals(5, 10_500, 1, 0)
    model.untick_reason(Reason.ORPHAN)
    assert model.ticks.totals() == Totals(3, 4500, 1, 0)
    model.untick_reason(None)
    assert model.ticks.totals() == Totals()
    model.tick_suggested()
    assert (model.ticks.totals(), model.ticks.paths()) == (Totals(4, 9500, 0, 0), five_files().ticked)


def test_a_reason_is_ticked_even_where_it_is_not_shown(qtbot: QtBot) -> None:
    model = PlanModel(Ticks(five_files()))
    model.show_reason(Reason.LEFTOVER)
    model.untick_reason(Reason.CORRUPT)
    assert "artists/dd/dd4.webp" not in model.ticks.paths()
    assert _names(model) == [".soulspot-gallery-5.part"]
    assert model.ticks.reasons == {Reason.OLD: 2, Reason.ORPHAN: 2, Reason.CORRUPT: 1, Reason.LEFTOVER: 1}


def test_toggling_rows_ticks_all_unless_all_are_ticked(qtbot: QtBot) -> None:
    model = PlanModel(Ticks(five_files()))
    model.toggle([0, 1])
    assert model.ticks.totals().files == 5
    model.toggle([0, 1])
    assert model.ticks.totals().files == 3


@pytest.mark.parametrize("column", [column for column in Column if column is not Column.TICK])
def test_what_is_sorted_ahead_is_sorted_alike(qtbot: QtBot, column: Column) -> None:
    plan = many_files(3000)
    model, ahead = PlanModel(Ticks(plan)), PlanModel(Ticks(plan))
    ahead.know(orders(plan))
    for each in (model, ahead):
        each.sort(column, Qt.SortOrder.DescendingOrder)
    assert [model.item(row) for row in range(3000)] == [ahead.item(row) for row in range(3000)]


def test_a_hundred_thousand_files_are_sorted_and_filtered(qtbot: QtBot) -> None:
    model = PlanModel(Ticks(many_files(100_000)))
    model.sort(Column.NAME, _ASCENDING)
    model.show_reason(Reason.OLD)
    assert model.rowCount() == 50_000
    model.tick_reason(None)
    assert model.ticks.totals().files == 100_000
