"""The declared actions: enabled by what is there, run by key and click, and one button for both ways to recache."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from soulspot_gallery.gui.actions import DECLARED, LIBRARY, SELECTION, WRITING, Actions


class Shell:
    """A window with the actions, and what was done with them."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.done = list[str]()
        handlers = {each.name: (lambda name=each.name: self.done.append(name)) for each in DECLARED}
        self.actions = Actions(self.window, handlers)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)

    def enabled(self) -> set[str]:
        return {each.name for each in DECLARED if self.actions[each.name].isEnabled()}


@pytest.fixture
def shell(qtbot: QtBot) -> Shell:
    return Shell(qtbot)


def test_what_is_enabled_follows_what_is_there(shell: Shell) -> None:
    always = {"open", "open_folder", "embedded", "sample", "offline", "settings", "quit", "about"}
    assert shell.enabled() == always
    shell.actions.update({LIBRARY})
    looking = always | {"validate_all", "optimize", "trash", "refresh", "search", "zoom_in", "zoom_out", "details"}
    looking |= {"add", "sources", "export_pack", "import_pack", "ready", "clones", "drift"}
    assert shell.enabled() == looking
    shell.actions.update({LIBRARY, SELECTION})
    assert shell.enabled() == looking | {"validate", "show_file", "copy_url", "why"}
    shell.actions.update({LIBRARY, WRITING, SELECTION})
    assert shell.enabled() == {each.name for each in DECLARED}


def test_the_tool_bar_stays_where_it_is_whichever_recache_it_has(shell: Shell, qtbot: QtBot) -> None:
    validate = shell.actions.tool_bar.widgetForAction(shell.actions["validate_all"])
    places = list[int]()
    for there in ({LIBRARY, WRITING}, {LIBRARY, WRITING, SELECTION}):
        shell.actions.update(there)
        qtbot.wait(50)
        places.append(validate.x())
    assert places[0] == places[1]


def test_one_button_recaches_the_selection_or_all_that_need_it(shell: Shell) -> None:
    button = shell.actions.recache_button
    for there, word, done in (
        ({LIBRARY, WRITING}, "Recache all", ["recache_all"]),
        ({LIBRARY, WRITING, SELECTION}, "Recache", ["recache_all", "recache"]),
    ):
        shell.actions.update(there)
        width = button.width()
        assert (button.text(), button.isEnabled()) == (word, True)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert shell.done == done
        assert button.width() == width
    assert len(button.actions()) == 1, "with two it would open a menu"
    shell.actions.update({LIBRARY, SELECTION})
    assert (button.text(), button.isEnabled()) == ("Recache all", False)


def test_keys_run_actions(shell: Shell) -> None:
    shell.actions.update({LIBRARY, WRITING, SELECTION})
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    for key, held in (
        (Qt.Key.Key_R, control),
        (Qt.Key.Key_R, control | shift),
        (Qt.Key.Key_L, control | shift),
        (Qt.Key.Key_E, control),
        (Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier),
    ):
        QTest.keyClick(shell.window, key, held)
    assert shell.done == ["recache", "recache_all", "validate_all", "optimize", "refresh"]


def test_every_action_stands_in_a_menu_with_its_key_and_no_access_key_twice(shell: Shell) -> None:
    menus = [menu for menu in shell.window.menuBar().findChildren(QMenu) if menu.title()]
    found = {action.objectName() for menu in menus for action in menu.actions() if not action.isSeparator()}
    assert found == {each.name for each in DECLARED}
    assert all(not shell.actions[name].shortcut().isEmpty() for name in found)
    for menu in menus:
        letters = [text[text.index("&") + 1].lower() for action in menu.actions() if "&" in (text := action.text())]
        assert len(set(letters)) == len(letters), menu.title()
