"""Tests of the trash."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from support.plans import NOW

from soulspot_gallery.core.model import Progress, ReceiptSummary
from soulspot_gallery.gui.cleanup.trash_dialog import TrashDialog

_LEFT = Qt.MouseButton.LeftButton
_OLD = ReceiptSummary("old", NOW - timedelta(days=3), 2, 1_000_000)
_NEW = ReceiptSummary("new", NOW, 10, 500_000)


@pytest.fixture
def dialog(qtbot: QtBot) -> TrashDialog:
    dialog = TrashDialog([_OLD, _NEW], 30)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def test_the_newest_cleanup_is_restored_first(qtbot: QtBot, dialog: TrashDialog) -> None:
    assert dialog.summary.text().startswith("12 files, 1.5 MB.")
    with qtbot.waitSignal(dialog.restore_requested) as asked:
        QTest.mouseClick(dialog.restore_button, _LEFT)
    assert asked.args == ["new"]


def test_another_one_is_chosen_by_key(qtbot: QtBot, dialog: TrashDialog) -> None:
    QTest.keyClick(dialog.table, Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.restore_requested) as asked:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert asked.args == ["old"]


def test_emptying_asks_first(qtbot: QtBot, dialog: TrashDialog) -> None:
    QTest.mouseClick(dialog.empty_button, _LEFT)
    box = dialog.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert box.text() == "Delete 12 files (1.5 MB) for good?"
    default = box.defaultButton()
    assert default.text().replace("&", "") == "Cancel"
    button = next(each for each in box.findChildren(QPushButton) if each is not default)
    with qtbot.waitSignal(dialog.empty_requested):
        QTest.mouseClick(button, _LEFT)


def test_while_it_works_nothing_else_is_started(dialog: TrashDialog) -> None:
    dialog.show_busy(Progress("Bringing files back", 1, 10))
    assert not dialog.restore_button.isEnabled()
    assert not dialog.empty_button.isEnabled()
    dialog.show_message("10 files are back.")
    assert dialog.restore_button.isEnabled()
    assert dialog.message.isVisible()


def test_an_empty_trash_says_so(dialog: TrashDialog) -> None:
    dialog.set_receipts([])
    assert dialog.pages.currentWidget() is dialog.empty_page
    assert not dialog.restore_button.isEnabled()
    assert not dialog.empty_button.isEnabled()
