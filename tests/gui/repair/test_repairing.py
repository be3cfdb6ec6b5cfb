"""Repairing by hand in the window, by keys, clicks, paste and drop: what is set, said, locked and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QInputDialog, QScrollArea, QWidget
from support import pictures
from support.window import CONTROL, CONTROL_SHIFT, User, a_window, until
from support.world import World, cache_path

from soulspot_gallery.core.model import EntityType, Selection, Source, State
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui.opening.libraries import Wanted
from soulspot_gallery.gui.repair.why_dialog import WhyDialog
from soulspot_gallery.gui.sources.source_wording import NOT_OWN

ARTIST = EntityType.ARTIST
Key = Qt.Key


@asynccontextmanager
async def opened(world: World, settings: Settings | None = None) -> AsyncIterator[User]:
    """The library in a window that may write, everything fetched before."""
    async with world.service() as service:
        await service.recache()
        await service.allow_writing()
    async with a_window(world.data, settings or world.settings()) as user:
        await user.opens(Wanted(str(world.library.path), world.images))
        assert user.page.writable
        yield user


def artist(world: World, name: str = "A") -> str:
    return world.library.add_artist(name, world.server.serve(f"/{name}.jpg", pictures.jpeg()))


def locked(user: User, entity_id: str) -> bool:
    return user.entry(ARTIST, entity_id).image.locked


async def test_a_pasted_picture_is_set_locked_and_undone_and_redone_by_keys(world: World) -> None:
    one = artist(world)
    async with opened(world) as user:
        former = user.entry(ARTIST, one).image.sha256
        await picks(user, one)
        image = QImage(200, 200, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.red)
        QGuiApplication.clipboard().setImage(image)
        await user.presses(Key.Key_V, CONTROL)
        await until(lambda: locked(user, one), "it is set and locked")
        assert user.entry(ARTIST, one).image.width == 200
        assert user.summaries[-1] == "“A”: set and locked."
        action = user.window.actions_by_name["take_back"]
        await until(lambda: action.text() == "&Undo “Set picture: A”", action.text())
        await user.is_in_grid()
        await user.presses(Key.Key_Z, CONTROL)
        await until(lambda: not locked(user, one), "it is undone")
        assert user.entry(ARTIST, one).image.sha256 == former
        await until(lambda: user.window.actions_by_name["redo"].text() == "&Redo “Set picture: A”")
        await user.presses(Key.Key_Z, CONTROL_SHIFT)
        await until(lambda: locked(user, one), "it is done again")


async def test_a_clipboard_with_nothing_in_it_is_a_sentence(world: World) -> None:
    one = artist(world)
    async with opened(world) as user:
        await picks(user, one)
        QGuiApplication.clipboard().clear()
        await user.presses(Key.Key_V, CONTROL)
        await until(lambda: user.said)
        assert "no picture and no URL in the clipboard" in user.said[-1].text


async def test_a_typed_url_that_answers_html_is_a_sentence_and_a_picture_is_set(world: World) -> None:
    one = artist(world)
    page = world.server.serve("/page", b"<!doctype html><html></html>", "text/html")
    url = world.server.serve("/new.png", pictures.png((120, 120), "blue"))
    async with opened(world) as user:
        for typed in (page, url):
            await picks(user, one)
            user.window.actions_by_name["type_url"].trigger()
            dialog = await user.sees(QInputDialog)
            dialog.setTextValue(typed)
            await user.presses(Key.Key_Return)
            if typed == page:
                await until(lambda: user.said, "it is said")
                assert "Set the picture of 1 picture" in user.said[-1].text
                assert not locked(user, one)
        await until(lambda: locked(user, one))
        assert world.library.row("artist", one).url == url


def has_width(user: User, entity_id: str, width: int) -> bool:
    return user.entry(ARTIST, entity_id).image.width == width


def is_remote(user: User, entity_id: str) -> bool:
    return user.entry(ARTIST, entity_id).image.state is State.REMOTE


async def picks(user: User, entity_id: str) -> None:
    """Click a tile, and wait until the details and the actions are about it."""
    user.clicks_tile(ARTIST, entity_id)
    name = user.entry(ARTIST, entity_id).entity.name
    await until(lambda: user.page.details.one.name.text() == name, f"the details of {name}")
    await until(user.window.actions_by_name["why"].isEnabled, "actions for it")


def press(user: User, button: QWidget) -> None:
    """Scroll to a button in the details, and click it."""
    area = user.page.details.currentWidget()
    assert isinstance(area, QScrollArea)
    area.ensureWidgetVisible(button)
    user.clicks(button)


def drop(target: QWidget, at: QPoint, data: QMimeData) -> bool:
    """What Qt sends when something is dragged in and let go; whether it was taken."""
    mods, button = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    any_of = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    enter = QDragEnterEvent(at, any_of, data, button, mods)
    enter.setDropAction(Qt.DropAction.MoveAction)  # as a file manager proposes it within one disk
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    let_go = QDropEvent(at, any_of, data, button, mods, QEvent.Type.Drop)
    let_go.setDropAction(Qt.DropAction.MoveAction)
    QApplication.sendEvent(target, let_go)
    assert not let_go.isAccepted() or let_go.dropAction() is Qt.DropAction.CopyAction
    return let_go.isAccepted()


async def test_a_file_dropped_on_a_tile_or_the_details_is_set_and_a_folder_is_the_windows(
    world: World, tmp_path: Path
) -> None:
    one, two = artist(world), artist(world, "B")
    cover = tmp_path / "cover.png"
    cover.write_bytes(pictures.png((90, 90), "red"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(cover))])
    async with opened(world) as user:
        view = user.page.view
        at = view.visualRect(user.page.model.index(user.page.model.row_of((ARTIST, two)))).center()
        assert drop(view.viewport(), at, data)
        await until(lambda: locked(user, two), "dropped on the tile")
        assert not locked(user, one)
        await picks(user, one)
        assert drop(user.page.details, QPoint(50, 50), data)
        await until(lambda: locked(user, one), "dropped on the details")
        folder = QMimeData()
        folder.setUrls([QUrl.fromLocalFile(str(tmp_path))])
        assert drop(view.viewport(), at, folder)
        await until(lambda: user.said, "the window has taken it, to import it")
        assert user.said[-1].text == NOT_OWN


async def test_what_a_browser_drags_is_taken_by_its_address_and_its_bytes_where_that_is_gone(
    world: World, tmp_path: Path
) -> None:
    one = artist(world)
    url = world.server.serve("/shown.png", pictures.png((130, 130), "blue"))
    async with opened(world) as user:
        at = user.page.view.visualRect(user.page.model.index(0)).center()
        for address, side in ((url, 130), (world.server.url("/gone.png"), 70)):
            data = QMimeData()
            data.setHtml(f'<a href="http://elsewhere.example/"><img src="{address}"></a>')
            data.setData("image/png", pictures.png((70, 70), "red"))
            assert drop(user.page.view.viewport(), at, data)
            await until(partial(has_width, user, one, side), f"{side} px")
        assert world.library.row("artist", one).url == url


async def test_unset_no_picture_and_delete_by_their_buttons(world: World) -> None:
    names = {name: artist(world, name) for name in ("unset", "no_picture", "delete")}
    settings = replace(world.settings(), cache_images_locally=False)  # else what is shown is stored again at once
    async with opened(world, settings) as user:
        for name, one in names.items():
            await picks(user, one)
            press(user, user.page.details.one.hand.buttons[name])
            await until(partial(is_remote, user, one), name)
        await user.rests()
        refused = user.entry(ARTIST, names["no_picture"])
        assert (refused.image.no_picture, refused.image.display.source) == (True, Source.PLACEHOLDER)
        assert (world.images / cache_path("artist", names["unset"])).exists()
        assert not (world.images / cache_path("artist", names["delete"])).exists()


async def test_the_history_strip_goes_back_and_why_is_copied_as_text(world: World) -> None:
    one = artist(world)
    async with opened(world) as user:
        former = user.entry(ARTIST, one).image.sha256
        await picks(user, one)
        QGuiApplication.clipboard().setText(world.server.serve("/b.png", pictures.png((80, 80), "blue")))
        await user.presses(Key.Key_V, CONTROL)
        strip = user.page.details.one.history
        await until(lambda: len(strip.buttons) == 1 and strip.isVisible(), "the strip has the former picture")
        strip.buttons[0].setFocus()
        assert strip.buttons[0].accessibleName().startswith("From 127.0.0.1, 64 × 64 px")
        press(user, strip.buttons[0])
        await until(lambda: user.entry(ARTIST, one).image.sha256 == former, "back")
        await until(lambda: strip.buttons and strip.buttons[0].hasFocus(), "the keyboard stays in the strip")
        await user.presses(Key.Key_W, CONTROL_SHIFT)
        dialog = await user.sees(WhyDialog)
        user.clicks(dialog.copy_button)
        assert "Locked because the picture was set by hand" in QGuiApplication.clipboard().text()
        await user.presses(Key.Key_Escape)


async def test_many_are_asked_about_first_and_undone_as_one(world: World) -> None:
    ids = [artist(world, f"artist {number:02}") for number in range(25)]
    async with opened(world) as user:
        await user.is_in_grid()
        await user.presses(Key.Key_A, CONTROL)
        await until(user.window.actions_by_name["lock"].isEnabled)
        await user.presses(Key.Key_K, CONTROL)
        await user.confirms("Lock")
        await until(lambda: all(locked(user, one) for one in ids), "all are locked")
        assert user.summaries[-1] == "25 pictures: locked."
        await user.is_in_grid()
        await user.presses(Key.Key_Z, CONTROL)
        await until(lambda: not any(locked(user, one) for one in ids), "all are unlocked")


async def test_undo_takes_back_a_cleanup_where_that_came_last(world: World) -> None:
    one = artist(world)
    path = world.picture("artists/spotify/orphan.webp")
    async with opened(world) as user:
        await picks(user, one)
        await user.presses(Key.Key_K, CONTROL)
        await until(lambda: locked(user, one))
        service = user.page.service
        await service.apply_cleanup(await service.plan_cleanup())
        assert path not in world.files()
        await user.is_in_grid()
        await user.presses(Key.Key_Z, CONTROL)
        await until(lambda: path in world.files(), "the cleanup is undone")
        await user.rests()
        assert locked(user, one)


async def test_a_library_to_look_at_says_so(world: World, tmp_path: Path) -> None:
    one = artist(world)
    async with a_window(tmp_path / "window", world.settings()) as user:
        await user.opens(Wanted(str(world.library.path), world.images))
        await picks(user, one)
        user.clicks(user.page.details.one.hand.buttons["lock"])
        await until(lambda: user.said)
        assert "to look only" in user.said[-1].text
        assert user.page.selection() == Selection(frozenset([ARTIST]), frozenset([one]))
