"""Tests of the cleanup dialog, by clicks and keys."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from support.plans import brake_above_four, five_files, many_files, no_brakes

from soulspot_gallery.core.model import (
    Brake,
    CleanupPlan,
    CleanupResult,
    NotDone,
    Progress,
    Reason,
    Removal,
    RestoreResult,
)
from soulspot_gallery.gui.cleanup.cleanup_dialog import CleanupDialog
from soulspot_gallery.gui.cleanup.plan_model import Column, Index, PlanModel
from soulspot_gallery.gui.cleanup.ticks import Ticks

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path, executor: ThreadPoolExecutor) -> CleanupDialog:
    """The plan of five files over an empty image root; a brake holds above four ticked files."""
    dialog = CleanupDialog(Ticks(five_files()), brake_above_four, lambda path: tmp_path / path, executor)
    qtbot.addWidget(dialog)
    dialog.resize(900, 600)
    dialog.open()
    _waits_for_plan(qtbot, dialog)
    return dialog


def _waits_for_plan(qtbot: QtBot, dialog: CleanupDialog) -> None:
    qtbot.waitExposed(dialog)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is not None)


def _click_tick(qtbot: QtBot, dialog: CleanupDialog, row: int) -> None:
    table = dialog.plan_page.table
    place = table.visualRect(dialog.plan_page.model.index(row, Column.TICK)).center()
    QTest.mouseClick(table.viewport(), _LEFT, pos=place)


def _waits_for_totals(qtbot: QtBot, dialog: CleanupDialog, text: str) -> None:
    qtbot.waitUntil(lambda: dialog.plan_page.totals.text() == text)


def test_it_opens_on_the_suggested_ticks(dialog: CleanupDialog) -> None:
    assert dialog.plan_page.totals.text() == "4 files ticked, 9.5 kB"
    assert dialog.plan_page.untouched.text() == "26 of 30 files stay"
    assert dialog.trash_button.isEnabled()
    assert dialog.trash_button.isDefault()
    assert not dialog.isModal() or dialog.windowModality() is Qt.WindowModality.WindowModal
    assert dialog.plan_page.last_copies.isHidden()


def test_a_click_unticks_and_the_totals_follow(qtbot: QtBot, dialog: CleanupDialog) -> None:
    _click_tick(qtbot, dialog, 0)
    _waits_for_totals(qtbot, dialog, "3 files ticked, 6.5 kB")
    with qtbot.waitSignal(dialog.apply_requested) as asked:
        QTest.mouseClick(dialog.trash_button, _LEFT)
    plan, ticked, confirmed, removal = asked.args
    assert plan == five_files()
    assert ticked == five_files().ticked - {"artists/aa/aa1.webp"}
    assert (confirmed, removal) == (frozenset(), Removal.TRASH)
    assert dialog.pages.currentWidget() is dialog.busy_page


def test_ticking_the_last_copy_warns_and_a_brake_wants_its_own_confirmation(
    qtbot: QtBot, dialog: CleanupDialog
) -> None:
    _click_tick(qtbot, dialog, 1)
    _waits_for_totals(qtbot, dialog, "5 files ticked, 10 kB")
    assert dialog.plan_page.last_copies.isVisible()
    assert "last copy" in dialog.plan_page.last_copies.label.text()
    panel = dialog.plan_page.brakes[Brake.TOO_MANY]
    assert panel.isVisible()
    assert not dialog.trash_button.isEnabled()
    QTest.mouseClick(panel.check, _LEFT, pos=panel.check.rect().center() - panel.check.rect().center() / 2)
    assert dialog.trash_button.isEnabled()
    with qtbot.waitSignal(dialog.apply_requested) as asked:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert asked.args[2] == {Brake.TOO_MANY}


def test_a_brake_that_went_and_came_back_asks_again(qtbot: QtBot, dialog: CleanupDialog) -> None:
    model, check = dialog.plan_page.model, dialog.plan_page.brakes[Brake.TOO_MANY].check
    model.tick_reason(None)
    dialog.plan_page.follow_ticks()
    check.click()
    assert dialog.plan_page.confirmed == {Brake.TOO_MANY}
    model.tick_suggested()
    dialog.plan_page.follow_ticks()
    assert dialog.plan_page.confirmed == frozenset()
    model.tick_reason(None)
    dialog.plan_page.follow_ticks()
    assert not check.isChecked()


def test_ticks_made_a_moment_ago_count_when_the_button_is_pressed(qtbot: QtBot, dialog: CleanupDialog) -> None:
    dialog.plan_page.model.tick_reason(None)
    with qtbot.assertNotEmitted(dialog.apply_requested):
        dialog.trash_button.click()


def test_space_toggles_the_selection_and_ctrl_a_selects_all(qtbot: QtBot, dialog: CleanupDialog) -> None:
    table = dialog.plan_page.table
    assert table.hasFocus() or dialog.focusWidget() is table
    QTest.keyClick(table, Qt.Key.Key_Space)
    _waits_for_totals(qtbot, dialog, "3 files ticked, 6.5 kB")
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(table, Qt.Key.Key_Space)
    _waits_for_totals(qtbot, dialog, "5 files ticked, 10 kB")
    QTest.keyClick(table, Qt.Key.Key_Space)
    _waits_for_totals(qtbot, dialog, "0 files ticked, 0 bytes")
    assert not dialog.trash_button.isEnabled()


def test_filter_and_tick_by_reason(qtbot: QtBot, dialog: CleanupDialog) -> None:
    texts = {button.text(): button for button in dialog.plan_page.filters.buttons()}
    assert list(texts) == [
        "All  5",
        "Not used for long  2",
        "Belongs to nothing  2",
        "Damaged  1",
        "Unfinished write  1",
    ]
    QTest.mouseClick(texts["Belongs to nothing  2"], _LEFT)
    assert dialog.plan_page.model.rowCount() == 2
    actions = {action.text(): action for action in dialog.plan_page.tick_button.menu().actions()}
    actions["Untick: Belongs to nothing (2)"].trigger()
    _waits_for_totals(qtbot, dialog, "2 files ticked, 3.5 kB")


def test_clicking_a_header_sorts(qtbot: QtBot, dialog: CleanupDialog) -> None:
    header = dialog.plan_page.table.horizontalHeader()
    x = header.sectionViewportPosition(Column.SIZE) + 8
    QTest.mouseClick(header.viewport(), _LEFT, pos=header.rect().topLeft() + type(header.pos())(x, 8))
    sizes = [dialog.plan_page.model.item(row).stamp.size for row in range(5)]
    assert sizes in (sorted(sizes), sorted(sizes, reverse=True))


def test_deleting_for_good_asks_first(qtbot: QtBot, dialog: CleanupDialog) -> None:
    QTest.mouseClick(dialog.permanent_button, _LEFT)
    box = dialog.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "4 files" in box.text()
    with qtbot.assertNotEmitted(dialog.apply_requested):
        QTest.keyClick(box, Qt.Key.Key_Escape)
    QTest.mouseClick(dialog.permanent_button, _LEFT)
    box = dialog.findChildren(QMessageBox)[-1]
    button = next(each for each in box.findChildren(QPushButton) if each.text() == "Delete for good")
    with qtbot.waitSignal(dialog.apply_requested) as asked:
        QTest.mouseClick(button, _LEFT)
    assert asked.args[3] is Removal.PERMANENT
    dialog.show_result(CleanupResult("plan-1", "r-1", 4, 26, 9500))
    assert dialog.undo_button.isHidden()
    assert dialog.result_page.removed.word.text() == "deleted for good"


def test_the_result_adds_up_and_can_be_undone(qtbot: QtBot, dialog: CleanupDialog) -> None:
    dialog.trash_button.click()
    dialog.show_busy(Progress("Moving files to the trash", 1, 4, 1))
    assert dialog.busy_page.bar.value() == 1
    assert dialog.busy_page.numbers.text() == "1 of 4, 1 failed"
    with qtbot.waitSignal(dialog.cancel_requested):
        QTest.mouseClick(dialog.cancel_button, _LEFT)
    skipped, failed = (
        NotDone("artists/aa/aa1.webp", "It has changed."),
        NotDone("artists/cc/cc3.webp", "No permission."),
    )
    dialog.show_result(CleanupResult("plan-1", "receipt-9", 2, 28, 4500, (skipped,), (failed,)))
    page = dialog.result_page
    figures = [each.number.text() for each in (page.planned, page.removed, page.skipped, page.failed)]
    assert figures == ["4", "2", "1", "1"]
    assert page.model.rowCount() == 2
    with qtbot.waitSignal(dialog.undo_requested) as asked:
        QTest.mouseClick(dialog.undo_button, _LEFT)
    assert asked.args == ["receipt-9"]
    dialog.show_restored(RestoreResult("receipt-9", 2))
    assert dialog.undo_button.isHidden()
    assert page.restored.label.text() == "2 files and their entries in the library are back."


def test_a_refused_cleanup_returns_to_the_plan(qtbot: QtBot, dialog: CleanupDialog) -> None:
    dialog.trash_button.click()
    dialog.show_error("Another gallery writes here; close it.")
    assert dialog.pages.currentWidget() is dialog.plan_page
    assert dialog.plan_page.problem.isVisible()
    assert dialog.trash_button.isEnabled()


def test_a_failed_undo_can_be_tried_again(qtbot: QtBot, dialog: CleanupDialog) -> None:
    dialog.trash_button.click()
    dialog.show_result(CleanupResult("plan-1", "receipt-9", 4, 26, 9500))
    QTest.mouseClick(dialog.undo_button, _LEFT)
    dialog.show_error("The disk is full; free some space.")
    assert dialog.pages.currentWidget() is dialog.result_page
    with qtbot.waitSignal(dialog.undo_requested) as asked:
        QTest.mouseClick(dialog.undo_button, _LEFT)
    assert asked.args == ["receipt-9"]


def test_the_export_holds_the_ticks(qtbot: QtBot, dialog: CleanupDialog, tmp_path: Path) -> None:
    dialog.export_to(tmp_path / "plan.csv")
    qtbot.waitUntil(lambda: dialog.said.text() == "Exported to plan.csv.")
    assert (tmp_path / "plan.csv").read_text("utf-8-sig").count("yes,artists/") == 4
    dialog.export_to(tmp_path / "no folder" / "plan.csv")
    qtbot.waitUntil(lambda: "could not be written" in dialog.said.text())


def test_pictures_are_decoded_for_rows_in_view_only(qtbot: QtBot, tmp_path: Path, executor: ThreadPoolExecutor) -> None:
    plan, asked = many_files(2000), set[str]()
    picture = tmp_path / "picture.webp"
    image = QImage(80, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(picture))

    def local_file(path: str) -> Path:
        asked.add(path)
        return picture

    dialog = CleanupDialog(Ticks(plan), no_brakes, local_file, executor)
    qtbot.addWidget(dialog)
    dialog.resize(900, 600)
    dialog.show()
    first = dialog.plan_page.model.index(0, Column.NAME)
    qtbot.waitUntil(lambda: isinstance(first.data(Qt.ItemDataRole.DecorationRole), QPixmap))
    size = first.data(Qt.ItemDataRole.DecorationRole).deviceIndependentSize()
    assert (size.width(), size.height()) == (40, 20)
    qtbot.wait(100)
    assert 0 < len(asked) < 30


def test_all_brakes_and_warnings_at_once_leave_room_for_the_table(qtbot: QtBot, executor: ThreadPoolExecutor) -> None:
    dialog = CleanupDialog(Ticks(five_files()), lambda plan, ticked: tuple(Brake), Path, executor)
    qtbot.addWidget(dialog)
    dialog.resize(900, 600)
    dialog.show()
    _waits_for_plan(qtbot, dialog)
    page = dialog.plan_page
    page.problem.say("Another gallery writes to this image folder; close it and try again.")
    page.model.tick_reason(None)
    qtbot.waitUntil(page.last_copies.isVisible)
    assert dialog.minimumSizeHint().height() <= 600
    assert page.table.height() >= 100
    for brake in Brake:  # each is reached by keys, and scrolls into view
        page.brakes[brake].check.setFocus()
        QTest.keyClick(page.brakes[brake].check, Qt.Key.Key_Space)
    assert page.confirmed == frozenset(Brake)
    assert dialog.trash_button.isEnabled()


def test_selecting_all_does_not_ask_every_row(
    qtbot: QtBot, executor: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, flags = [0], PlanModel.flags

    def counting(model: PlanModel, index: Index) -> Qt.ItemFlag:
        asked[0] += 1
        return flags(model, index)

    monkeypatch.setattr(PlanModel, "flags", counting)
    dialog = CleanupDialog(Ticks(many_files(20_000)), no_brakes, Path, executor)
    qtbot.addWidget(dialog)
    dialog.show()
    _waits_for_plan(qtbot, dialog)
    QTest.keyClick(dialog.plan_page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    dialog.grab()
    assert len(dialog.plan_page.table.selected_rows()) == 20_000
    assert asked[0] < 5_000


def test_one_warning_is_seen_whole(qtbot: QtBot, executor: ThreadPoolExecutor) -> None:
    """Also where the theme gives a frame to what scrolls."""
    dialog = CleanupDialog(Ticks(five_files()), no_brakes, Path, executor)
    dialog.setStyleSheet("QScrollArea { border: 2px solid transparent; }")
    qtbot.addWidget(dialog)
    dialog.show()
    _waits_for_plan(qtbot, dialog)
    _click_tick(qtbot, dialog, 1)
    page = dialog.plan_page
    qtbot.waitUntil(page.last_copies.isVisible)
    qtbot.waitUntil(lambda: page.warnings.height() == page.warnings.maximumHeight())
    assert page.warnings.verticalScrollBar().maximum() == 0


def test_large_plans_sort_ahead(qtbot: QtBot, executor: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    known = list[object]()
    monkeypatch.setattr(PlanModel, "know", lambda model, orders: known.append(orders))
    dialog = CleanupDialog(Ticks(many_files(3000)), no_brakes, Path, executor)
    qtbot.addWidget(dialog)
    dialog.show()
    _waits_for_plan(qtbot, dialog)
    qtbot.waitUntil(lambda: len(known) == 1)


def test_an_empty_plan_says_so(qtbot: QtBot, executor: ThreadPoolExecutor) -> None:
    plan = CleanupPlan("p", five_files().made_at, 90, 30, (), ())
    dialog = CleanupDialog(Ticks(plan), no_brakes, Path, executor)
    qtbot.addWidget(dialog)
    dialog.show()
    _waits_for_plan(qtbot, dialog)
    assert not dialog.trash_button.isEnabled()
    assert not dialog.export_button.isEnabled()
    assert dialog.plan_page.table.isHidden()


def test_every_control_has_a_name_and_takes_the_keyboard(dialog: CleanupDialog) -> None:
    for button in dialog.findChildren(QPushButton):
        assert button.text() or button.accessibleName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert dialog.plan_page.table.accessibleName()


def test_reasons_without_files_have_no_filter(qtbot: QtBot, executor: ThreadPoolExecutor) -> None:
    dialog = CleanupDialog(Ticks(many_files(10)), no_brakes, Path, executor)
    qtbot.addWidget(dialog)
    assert len(dialog.plan_page.filters.buttons()) == 3
    assert Reason.CORRUPT not in dialog.plan_page.model.ticks.reasons
