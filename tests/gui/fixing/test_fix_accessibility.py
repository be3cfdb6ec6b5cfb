"""Every control of the fix queue and of the replace dialog takes the keyboard, and has a name and a role."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from support.fix_library import fix_library
from support.image_server import ImageServer
from support.own_home import move_in
from support.soulspot import SoulspotDatabase
from support.sources import Sources
from support.window import CONTROL, a_window, until

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.gui.opening.libraries import Wanted
from soulspot_gallery.gui.replacing.replace_dialog import ReplaceDialog


@pytest.fixture
def sources(image_server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    move_in(tmp_path / "home", monkeypatch)
    return Sources(image_server)


def controls(within: QWidget) -> list[QWidget]:
    """What takes the keyboard."""
    focusable = Qt.FocusPolicy.TabFocus.value
    return [
        each
        for each in within.findChildren(QWidget)
        if each.isVisible() and each.isEnabled() and each.focusPolicy().value & focusable
    ]


def check_names(within: QWidget) -> None:
    for each in controls(within):
        interface = QAccessible.queryAccessibleInterface(each)
        assert interface.text(QAccessible.Text.Name), each
        assert interface.role() is not QAccessible.Role.NoRole, each


async def test_the_fix_queue(library: SoulspotDatabase, sources: Sources, tmp_path: Path) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 2)
    async with a_window(broken.data, broken.settings) as user:
        await user.opens(Wanted(str(broken.database.path), broken.database.path.parent / "images"))
        await user.presses(Qt.Key.Key_F8)
        fixing = user.window.fix_screen.fixing
        assert fixing is not None
        await until(lambda: fixing.page.chooser.count.text() == "2 candidates")
        check_names(fixing.page)
        grid = fixing.page.chooser.grid
        first = QAccessible.queryAccessibleInterface(grid).child(0)
        assert first.text(QAccessible.Text.Name).startswith("1: Album 00")
        assert first.role() is QAccessible.Role.ListItem
        assert "No picture" in fixing.page.chooser.comparison.accessibleName()


async def test_the_replace_dialog(library: SoulspotDatabase, sources: Sources, tmp_path: Path) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 1)
    async with a_window(broken.data, broken.settings) as user:
        await user.opens(Wanted(str(broken.database.path), broken.database.path.parent / "images"))
        user.page.show_keys([(EntityType.ALBUM, broken.albums[0])])
        await until(user.window.actions_by_name["replace"].isEnabled)
        await user.presses(Qt.Key.Key_H, CONTROL)
        dialog = await user.sees(ReplaceDialog)
        await until(lambda: dialog.chooser.count.text() == "2 candidates")
        check_names(dialog)
        dialog.reject()
