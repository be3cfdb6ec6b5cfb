"""The window around its parts: pages, state, settings, errors, names for screen readers, and that it never waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QDialog, QScrollArea, QScrollBar, QWidget
from support import pictures
from support.pictures import size_of
from support.soulspot import soulspot_database
from support.window import CONTROL, User, a_window, until
from support.world import World

from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.settings import Settings, load_settings
from soulspot_gallery.gui.actions import DECLARED
from soulspot_gallery.gui.adding.add_dialog import AddDialog
from soulspot_gallery.gui.cleanup.cleanup_dialog import CleanupDialog
from soulspot_gallery.gui.error_dialog import ErrorDialog
from soulspot_gallery.gui.grid.row_order import SortKey
from soulspot_gallery.gui.messages import Kind
from soulspot_gallery.gui.opening.wanted import Wanted, wanted_at_start
from soulspot_gallery.gui.settings.settings_dialog import SettingsDialog
from soulspot_gallery.gui.window_state import WindowState, read_window_state

Key = Qt.Key


async def refused(user: User, wanted: Wanted) -> str:
    """Open a library that can't be; the sentence that the page shows."""
    user.window.open(wanted)
    await until(user.window.cannot_open.isVisible, "the page that says why")
    return user.window.cannot_open.problem.label.text()


async def test_an_empty_library_of_ones_own_welcomes(tmp_path: Path) -> None:
    async with a_window(tmp_path) as user:
        await user.opens(Wanted())
        assert user.window.pages.currentWidget() is user.window.welcome
        assert user.window.welcome.sample_card.hasFocus()
        user.clicks(user.window.welcome.embedded_card)
        assert user.window.pages.currentWidget() is user.page
        assert user.window.windowTitle() == "My library"
        assert user.said == []


async def test_a_library_that_cannot_be_opened_says_why_and_can_be_tried_again(tmp_path: Path) -> None:
    file = tmp_path / "soulspot" / "soulspot.db"
    async with a_window(tmp_path) as user:
        sentence = await refused(user, Wanted(str(file)))
        assert str(file) in sentence
        assert user.window.cannot_open.retry_button.hasFocus()
        assert not user.window.actions_by_name["optimize"].isEnabled()
        soulspot_database(file).add_artist("Artist")
        file.with_name("images").mkdir()
        user.clicks(user.window.cannot_open.retry_button)
        page = await user.sees_gallery()
        assert page.model.total == 1
        assert user.window.windowTitle() == "soulspot/soulspot.db"
        assert user.said == [], "said on the page, not above it as well"


async def test_a_missing_image_folder_can_be_chosen(tmp_path: Path) -> None:
    database = soulspot_database(tmp_path / "elsewhere" / "soulspot.db")
    database.add_artist("Artist")
    (tmp_path / "covers").mkdir()
    async with a_window(tmp_path) as user:
        await refused(user, Wanted(str(database.path)))
        page = user.window.cannot_open
        assert page.image_root_button.isVisible()
        page.image_root_chosen.emit(str(tmp_path / "covers"))
        assert (await user.sees_gallery()).service.image_root == tmp_path / "covers"
        await refused(user, Wanted(str(tmp_path / "none.db")))
        assert not page.image_root_button.isVisible()


async def test_an_opening_that_is_cancelled_does_not_leave_one_waiting(tmp_path: Path) -> None:
    async with a_window(tmp_path) as user:
        user.window.open(Wanted(sample=True))
        await asyncio.sleep(0.05)
        user.window.jobs.cancel("open")
        await until(user.window.cannot_open.isVisible, "the page that says why")
        assert "cancelled" in user.window.cannot_open.problem.label.text()
        assert user.window.libraries.current is None


async def test_the_last_of_many_openings_wins(world: World, tmp_path: Path) -> None:
    world.library.add_artist("Artist")
    async with a_window(tmp_path) as user:
        for _ in range(3):
            user.window.open(Wanted(sample=True))
            await asyncio.sleep(0.02)
        page = await user.opens(Wanted(str(world.library.path)))
        assert page.model.total == 1
        assert len(user.window.jobs.active) <= 1, "those before have ended"


async def test_size_view_and_library_are_remembered(world: World, tmp_path: Path) -> None:
    world.library.add_artist("Artist")
    async with a_window(tmp_path) as user:
        await user.opens(Wanted(str(world.library.path)))
        user.window.resize(780, 560)
        await user.presses(Key.Key_2, CONTROL)
        await user.presses(Key.Key_Plus, CONTROL)
        await user.presses(Key.Key_I, CONTROL)
        user.page.filters.sort.setCurrentIndex(2)
        user.page.filters.sort.activated.emit(2)
        tile = user.page.view.tile
    state = read_window_state(tmp_path)
    assert wanted_at_start(None, None, state) == Wanted(str(world.library.path))
    assert wanted_at_start("other.db", None, state) == Wanted("other.db")
    async with a_window(tmp_path) as user:
        page = await user.opens(wanted_at_start(None, None, state))
        assert user.window.size().toTuple() == (780, 560)
        assert (page.model.order.kind, page.model.order.sort) == (EntityType.ARTIST, SortKey.SIZE)
        assert page.view.tile == tile
        assert page.details.isHidden()


async def test_changed_settings_work_without_a_restart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    entity = world.library.add_artist("Artist", world.server.serve("/a.jpg", pictures.jpeg((300, 300))))
    async with world.service() as service:
        await service.allow_writing()
    async with a_window(world.data, world.settings()) as user:
        await user.opens(Wanted(str(world.library.path)))
        await user.presses(Key.Key_Comma, CONTROL)
        dialog = await user.sees(SettingsDialog)
        dialog.rows["artist_image_size"].field.set_value(96)
        user.clicks(dialog.buttons.button(dialog.buttons.StandardButton.Ok))
        await user.rests()
        assert user.page.service.settings.artist_image_size == 96
        await user.is_in_grid()
        user.clicks_tile(EntityType.ARTIST, entity)
        await until(lambda: user.window.actions_by_name["recache"].isEnabled())
        await user.presses(Key.Key_R, CONTROL)
        await until(lambda: user.summaries == ["“Artist”: downloaded."])
    assert [size_of(content) for content in world.files().values()] == [(96, 96)]
    assert load_settings(world.data / "settings.toml", {}).artist_image_size == 96


async def test_what_nobody_foresaw_gets_a_dialog_and_what_is_expected_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def break_down() -> None:
        raise ZeroDivisionError("nobody foresaw this")

    async def refuse() -> None:
        raise UsageError("There is no such picture; choose another.")

    async with a_window(tmp_path) as user:
        user.window.jobs.run_quietly("refuse", refuse)
        await until(user.window.banner.isVisible, "the line above the grid")
        assert [(each.kind, each.text) for each in user.said] == [
            (Kind.PROBLEM, "There is no such picture; choose another.")
        ]
        user.window.jobs.run_quietly("break", break_down)
        dialog = await user.sees(ErrorDialog)
        assert "nobody foresaw this" in dialog.view.toPlainText()
        await user.presses(Key.Key_Escape)
        await until(lambda: not user.dialogs(ErrorDialog))
    assert "ZeroDivisionError" in capsys.readouterr().err


async def test_everything_that_takes_the_keyboard_has_a_name(world: World) -> None:
    world.library.add_artist("Artist", world.server.url("/none.jpg"))
    async with a_window(world.data, world.settings()) as user:
        user.window.open(Wanted(str(world.data / "none.db")))
        await until(user.window.cannot_open.isVisible)
        assert nameless(user.window) == []
        await user.opens(Wanted(str(world.library.path)))
        user.page.view.selectAll()
        await until(lambda: user.page.view.selected_entries())
        await user.rests()
        assert nameless(user.window) == []
        user.page.service.writing_allowed = True
        for name in ("settings", "sources", "trash", "optimize"):
            user.window.actions_by_name[name].trigger()
            dialog = await user.sees(QDialog)
            assert nameless(dialog) == [], name
            await user.presses(Key.Key_Escape)
            await until(lambda: not user.dialogs(QDialog), f"Escape closes {name}")
    async with a_window(world.data / "own") as user:
        await user.opens(Wanted())
        assert nameless(user.window) == []
        user.window.actions_by_name["add"].trigger()
        adding = await user.sees(AddDialog)
        for way in range(adding.groups.count()):
            adding.groups.setCurrentRow(way)
            assert nameless(adding) == [], way
        adding.reject()


def nameless(root: QWidget) -> list[str]:
    """The controls under a widget that the keyboard can reach and that a screen reader has no name for."""
    found = []
    for widget in root.findChildren(QWidget):
        reachable = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if not reachable or not widget.isVisibleTo(root) or isinstance(widget, QScrollBar | QScrollArea):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name):
            found.append(f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}")
    return found


def test_every_action_has_a_key_of_its_own() -> None:
    keys = [each.key for each in DECLARED]
    assert all(keys)
    assert len(set(keys)) == len(keys)


async def test_the_window_never_waits(tmp_path: Path) -> None:
    """Making and opening the sample, fetching, checking and planning keep the loop free. Between two beats the GUI
    thread works a tenth of a second at most, doubled for slow machines; the clock may show more, where others work too.
    """
    async with a_window(tmp_path) as user:
        worked, passed = await longest_pause(main_job(user))
        assert worked < 0.2, f"the GUI thread worked {worked:.3f} s at a stretch"
        assert passed < 1.0, f"the loop stood still for {passed:.3f} s"
        await change_looks_of_the_sample(user)
    assert load_settings(tmp_path / "settings.toml", {}) == Settings(background_link_checks=False, theme="dark")


async def main_job(user: User) -> None:
    await user.opens(Wanted(sample=True))
    for name in ("recache_all", "validate_all", "optimize"):
        user.window.actions_by_name[name].trigger()
    await user.rests()


async def change_looks_of_the_sample(user: User) -> None:
    """Of the sample's settings only the looks are the user's."""
    (dialog,) = user.dialogs(CleanupDialog)
    dialog.reject()
    await user.is_in_grid()
    await user.presses(Key.Key_Comma, CONTROL)
    settings = await user.sees(SettingsDialog)
    settings.rows["theme"].field.set_value("dark")
    settings.rows["webp_quality"].field.set_value(12)
    user.clicks(settings.buttons.button(settings.buttons.StandardButton.Ok))
    await user.rests()


async def longest_pause(work: Coroutine[object, object, None]) -> tuple[float, float]:
    """What lies between two beats of a task that wants to run every 5 ms, while the work is done: at most so many
    seconds of this thread's work, and so many on the clock."""
    worked = passed = 0.0

    async def beat() -> None:
        nonlocal worked, passed
        thread, clock = time.thread_time(), time.monotonic()
        while True:
            await asyncio.sleep(0.005)
            worked, thread = max(worked, time.thread_time() - thread), time.thread_time()
            passed, clock = max(passed, time.monotonic() - clock), time.monotonic()

    task = asyncio.create_task(beat())
    await work
    task.cancel()
    return worked, passed


def test_the_state_of_a_first_start_is_the_default(tmp_path: Path) -> None:
    assert read_window_state(tmp_path) == WindowState()
    assert wanted_at_start(None, None, WindowState()) == Wanted()
