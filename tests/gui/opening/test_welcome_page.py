"""Tests of the pages before there is a library, and of the read-only banner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import PySide6
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from soulspot_gallery.gui.opening.welcome_page import CannotOpenPage, ReadOnlyBanner, WelcomePage

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot) -> WelcomePage:
    page = WelcomePage()
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    qtbot.waitExposed(page)
    return page


def test_the_cards_ask_for_the_sample_and_the_own_library(qtbot: QtBot, page: WelcomePage) -> None:
    with qtbot.waitSignal(page.sample_requested):
        QTest.mouseClick(page.sample_card, _LEFT)
    with qtbot.waitSignal(page.embedded_requested):
        QTest.keyClick(page.embedded_card, Qt.Key.Key_Space)


def test_all_ways_are_reached_by_tab_in_their_order(page: WelcomePage) -> None:
    page.activateWindow()
    page.setFocus()
    seen = [page.focusWidget()]
    for _ in range(4):
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        seen.append(page.focusWidget())
    assert seen == [page.sample_card, page.database_card, page.folder_card, page.embedded_card, page.address]


def test_a_file_is_chosen_without_a_nested_loop(qtbot: QtBot, page: WelcomePage, tmp_path: Path) -> None:
    QTest.mouseClick(page.database_card, _LEFT)
    dialog = page.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    with qtbot.waitSignal(page.open_requested) as asked:
        dialog.fileSelected.emit(str(tmp_path / "soulspot.db"))
    assert asked.args == [str(tmp_path / "soulspot.db")]
    dialog.close()


def test_a_typed_address_is_opened_by_enter(qtbot: QtBot, page: WelcomePage) -> None:
    assert not page.open_button.isEnabled()
    QTest.keyClicks(page.address, " postgresql://me@host/soulspot ")
    with qtbot.waitSignal(page.open_requested) as asked:
        QTest.keyClick(page.address, Qt.Key.Key_Return)
    assert asked.args == ["postgresql://me@host/soulspot"]


def _drop(page: WelcomePage, data: QMimeData) -> bool:
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    # PySide6 6.12 takes a QPointF and calls the QPoint of 6.11 deprecated.
    at: Any = QPoint(20, 20) if PySide6.__version_info__ < (6, 12) else QPointF(20, 20)
    enter = QDragEnterEvent(at, copy, data, _LEFT, none)
    QApplication.sendEvent(page, enter)
    if enter.isAccepted():
        QApplication.sendEvent(page, QDropEvent(QPointF(20, 20), copy, data, _LEFT, none))
    return enter.isAccepted()


def test_a_dropped_folder_is_handed_on(qtbot: QtBot, page: WelcomePage, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    with qtbot.waitSignal(page.dropped) as asked:
        assert _drop(page, data)
    assert Path(asked.args[0]) == tmp_path


def test_web_addresses_and_several_files_are_not_taken(qtbot: QtBot, page: WelcomePage, tmp_path: Path) -> None:
    web, several = QMimeData(), QMimeData()
    web.setUrls([QUrl("https://example.org/soulspot.db")])
    several.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in "ab"])
    with qtbot.assertNotEmitted(page.dropped):
        assert not _drop(page, web)
        assert not _drop(page, several)


def test_a_library_that_cannot_be_opened_says_why_and_what_to_do(qtbot: QtBot) -> None:
    page = CannotOpenPage()
    qtbot.addWidget(page)
    page.show()
    page.show_problem("The database is locked; close the other program.", "/music/<b>.db")
    assert page.problem.label.text() == "The database is locked; close the other program."
    assert page.library.text() == "/music/<b>.db"
    with qtbot.waitSignal(page.retry_requested):
        QTest.mouseClick(page.retry_button, _LEFT)
    with qtbot.waitSignal(page.sample_requested):
        QTest.mouseClick(page.sample_button, _LEFT)


def test_writing_is_allowed_after_a_confirmation(qtbot: QtBot) -> None:
    banner = ReadOnlyBanner()
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.show_foreign()
    assert banner.isVisible()
    QTest.mouseClick(banner.allow_button, _LEFT)
    box = banner.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    button = next(each for each in box.findChildren(QPushButton) if each.text() == "Allow writing")
    with qtbot.waitSignal(banner.allow_writing_requested):
        QTest.mouseClick(button, _LEFT)


def test_another_gallery_leaves_nothing_to_allow(qtbot: QtBot) -> None:
    banner = ReadOnlyBanner()
    qtbot.addWidget(banner)
    banner.show_reason("Another gallery writes to this image folder; close it to write here.")
    assert banner.allow_button.isHidden()
    assert banner.isVisible()
    banner.say("")
    assert banner.isHidden()
