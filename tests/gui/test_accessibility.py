"""Every page and dialog, walked through as a screen reader and a keyboard find it: names, roles, order, keys."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QDialog, QListWidget
from support.accessibility import menu_problems, problems, unseen
from support.entries import make_entry
from support.own_home import move_in
from support.window import User, a_window, until

from soulspot_gallery.core.model import State, Verdict
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui.actions import DECLARED
from soulspot_gallery.gui.cleanup.cleanup_dialog import CleanupDialog
from soulspot_gallery.gui.error_dialog import ErrorDialog
from soulspot_gallery.gui.grid.gallery_model import GalleryModel
from soulspot_gallery.gui.look.state_marks import STATE_MARKS
from soulspot_gallery.gui.look.theme import apply_theme
from soulspot_gallery.gui.offline import carrying_packs
from soulspot_gallery.gui.opening.libraries import Wanted

Key = Qt.Key
Found = dict[str, list[str]]


async def _dialog(user: User) -> QDialog:
    await until(lambda: isinstance(QApplication.activeModalWidget(), QDialog), "a dialog")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    return dialog


async def _closed(user: User, dialog: QDialog) -> None:
    dialog.reject()
    await until(lambda: QApplication.activeModalWidget() is None, "no dialog")
    user.window.activateWindow()
    await until(user.window.isActiveWindow)


async def _walk_dialog(user: User, found: Found, name: str) -> None:
    """The dialog that an action opens, with each of the pages that its list leads to."""
    user.window.actions_by_name[name].trigger()
    dialog = await _dialog(user)
    await user.rests()
    if isinstance(dialog, CleanupDialog):
        await user.sees_plan()
    pages = next((each for each in dialog.findChildren(QListWidget) if each.isVisible()), None)
    for row in range(pages.count() if pages is not None else 1):
        if pages is not None:
            pages.setCurrentRow(row)
        found[f"{name} {row}"] = problems(dialog)
    await _closed(user, dialog)


OPENED_BY_ACTIONS = (
    "sources", "settings", "ready", "export_pack", "trash", "optimize", "about", "replace", "type_url", "why",
)  # fmt: skip
REVIEWS = "clones", "drift"
"""They look at all that is not selected too."""


ELSEWHERE = {"add", "import_pack"}
CHOOSERS = {"open", "open_folder", "choose_file"}
"""Their dialogs are the system's."""


def test_no_dialog_of_an_action_is_left_out() -> None:
    asking = {declared.name for declared in DECLARED if declared.text.endswith("…")}
    assert asking <= {*OPENED_BY_ACTIONS, *REVIEWS, *ELSEWHERE, *CHOOSERS}, "walk through the new one as well"


async def test_the_window_and_every_dialog_of_it(tmp_path: Path) -> None:
    found: Found = {}
    async with a_window(tmp_path / "state") as user:
        page = await user.opens(Wanted(sample=True))
        await until(user.window.readiness.isVisible)
        page.view.select_keys([next(each for each in user.shown() if each.image.state is State.CACHED).entity.key])
        await user.rests()
        found["menus"] = menu_problems(user.window)
        found["window"] = problems(user.window)
        for name in OPENED_BY_ACTIONS:
            await _walk_dialog(user, found, name)
        page.view.clearSelection()
        for name in REVIEWS:
            await _walk_dialog(user, found, name)
        await _walk_results(user, found, tmp_path)
        user.window.actions_by_name["offline"].trigger()
        await user.rests()
        found["window offline, with lines of jobs that ended"] = problems(user.window)
    wrong = {name: each for name, each in found.items() if each}
    assert not wrong, "\n".join(f"{name}: {one}" for name, each in wrong.items() for one in each)


async def _walk_results(user: User, found: Found, folder: Path) -> None:
    """What comes up with the end of work: failures, a pack, an error, the fix queue."""
    user.window.actions_by_name["recache_all"].trigger()
    await user.rests()
    row = next(each for each in user.window.job_bar.ended if each.details_button.isVisible())
    user.clicks(row.details_button)
    dialog = await _dialog(user)
    await user.rests()
    found["failures"] = problems(dialog)
    await _closed(user, dialog)
    await user.page.service.export_pack(folder / "pack.zip")
    user.window._on_desk(carrying_packs.show_pack, folder / "pack.zip")
    dialog = await _dialog(user)
    await user.rests()
    found["import pack"] = problems(dialog)
    await _closed(user, dialog)
    error = ErrorDialog(user.window)
    error.open()
    await _dialog(user)
    found["error"] = problems(error)
    await _closed(user, error)
    user.window.actions_by_name["fix"].trigger()
    await user.rests()
    found["fix queue"] = problems(user.window)
    user.window.fix_screen.close()


async def test_the_pages_before_there_is_a_library_and_adding_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: Found = {}
    move_in(tmp_path / "home", monkeypatch)
    async with a_window(tmp_path / "state") as user:
        await user.opens(Wanted())
        found["welcome"] = problems(user.window)
        await _walk_dialog(user, found, "add")
        user.window.open(Wanted(str(tmp_path / "nothing.db")))
        await until(lambda: user.window.pages.currentWidget() is user.window.cannot_open)
        found["can't be opened"] = problems(user.window)
    wrong = {name: each for name, each in found.items() if each}
    assert not wrong, "\n".join(f"{name}: {one}" for name, each in wrong.items() for one in each)


@pytest.mark.parametrize("state", State)
def test_a_tile_says_its_state_in_words(state: State) -> None:
    model = GalleryModel()
    entries = [make_entry("a", state=state, verdict=Verdict.BROKEN), make_entry("b", state=state, locked=True)]
    model.set_entries(entries)
    broken, locked = (model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(2))
    assert state is State.NONE or "Broken link" in broken
    assert STATE_MARKS[state].word in locked
    assert "Locked" in locked


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_where_the_keyboard_is_can_be_seen(theme: Literal["light", "dark"], tmp_path: Path) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    palette, sheet = QPalette(application.palette()), application.styleSheet()
    apply_theme(application, theme)
    found: Found = {}
    try:
        async with a_window(tmp_path / "state", Settings(theme=theme)) as user:
            page = await user.opens(Wanted(sample=True))
            await until(user.window.readiness.isVisible)
            page.view.select_keys([user.shown()[2].entity.key])
            await user.rests()
            found["window"] = unseen(user.window)
            for name in ("settings", "sources", "ready", "export_pack", "optimize", "replace", "why", "clones"):
                user.window.actions_by_name[name].trigger()
                dialog = await _dialog(user)
                await user.rests()
                found[name] = unseen(dialog)
                await _closed(user, dialog)
    finally:
        application.setStyleSheet(sheet)
        application.setPalette(palette)
    wrong = {name: each for name, each in found.items() if each}
    assert not wrong, "\n".join(f"{name}: {one}" for name, each in wrong.items() for one in each)
