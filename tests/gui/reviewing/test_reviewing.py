"""The reviews on a real window: what is listed, what each button does by keys, and what undo brings back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.window import CONTROL, User, a_window, until

from soulspot_gallery.core.model import EntityType, FetchPolicy, Outcome, Selection, State
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.demo.covers import draw, encode
from soulspot_gallery.gui.opening.libraries import Wanted
from soulspot_gallery.gui.reviewing.clones_dialog import ClonesDialog
from soulspot_gallery.gui.reviewing.drift_dialog import DriftDialog

ARTIST = EntityType.ARTIST


def serve(server: ImageServer, name: str, seed: int, side: int = 400) -> str:
    body = encode(draw(EntityType.ALBUM, seed, side), "JPEG")
    server.routes[f"/{name}.jpg"] = (200, {"Content-Type": "image/jpeg", "ETag": f'"{seed} {side}"'}, body)
    return server.url(f"/{name}.jpg")


@pytest.fixture
def artists(library: SoulspotDatabase, image_server: ImageServer) -> list[str]:
    """Three that show one picture, and two with their own."""
    seeds = {"One": 3, "Two": 3, "Three": 3, "Four": 6, "Five": 7}
    return [library.add_artist(name, serve(image_server, name, seed)) for name, seed in seeds.items()]


async def opens(user: User, library: SoulspotDatabase) -> None:
    """The library with writing allowed and all pictures fetched."""
    page = await user.opens(Wanted(str(library.path)))
    user.window.show()
    await page.service.allow_writing()
    page.writable = True
    done = await page.service.recache(Selection())
    assert done.count(Outcome.DOWNLOADED) == len(done.results)


def settings(server: ImageServer) -> Settings:
    return Settings(allowed_hosts=(server.host,), providers=())


async def state(user: User, artist: str) -> State:
    entry = await user.page.service.entry(ARTIST, artist)
    assert entry is not None
    return entry.image.state


async def test_a_placeholder_is_set_aside_by_keys_and_undone(
    library: SoulspotDatabase, image_server: ImageServer, artists: list[str], tmp_path: Path
) -> None:
    async with a_window(tmp_path / "state", settings(image_server)) as user:
        await opens(user, library)
        await user.presses(Qt.Key.Key_F7)
        dialog = await user.sees(ClonesDialog)
        (line,) = [dialog.list.current()]
        assert line is not None
        assert line.title == "Stands for 3 artists"
        assert {row.cells[1] for row in dialog.members.rows} == {"One", "Two", "Three"}
        QTest.keyClick(dialog, Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
        await until(lambda: "3 pictures set aside" in dialog.said.label.text())
        await until(lambda: dialog.heading.text() == "Nothing to look at")
        assert [await state(user, each) for each in artists] == [State.NONE] * 3 + [State.CACHED] * 2
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await user.is_in_grid()
        await user.presses(Qt.Key.Key_Z, CONTROL)
        await until(lambda: any("Undone: 3 pictures: set aside" in line for line in user.summaries))
        assert [await state(user, each) for each in artists] == [State.CACHED] * 5
        await user.rests()


async def test_what_is_fine_leaves_the_list_and_can_be_shown_again(
    library: SoulspotDatabase, image_server: ImageServer, artists: list[str], tmp_path: Path
) -> None:
    async with a_window(tmp_path / "state", settings(image_server)) as user:
        await opens(user, library)
        user.window.actions_by_name["clones"].trigger()
        dialog = await user.sees(ClonesDialog)
        user.clicks(dialog.fine)
        await until(lambda: dialog.list.current() is None)
        dialog.every.setChecked(True)
        line = dialog.list.current()
        assert line is not None
        assert "fine" in line.subtitle
        assert not dialog.fine.isEnabled()
        user.clicks(dialog.forget)
        await until(lambda: (now := dialog.list.current()) is not None and "fine" not in now.subtitle)
        user.clicks(dialog.show_them)
        await until(lambda: len(user.page.view.selected_entries()) == 3)
        await user.rests()


async def test_more_than_twenty_are_named_before_something_happens(
    library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path
) -> None:
    url = serve(image_server, "gray", 3)
    artists = [library.add_artist(f"Artist {number}", url) for number in range(21)]
    async with a_window(tmp_path / "state", settings(image_server)) as user:
        await opens(user, library)
        user.window.actions_by_name["clones"].trigger()
        dialog = await user.sees(ClonesDialog)
        user.clicks(dialog.placeholder)
        await user.confirms("Cancel")
        assert await state(user, artists[0]) is State.CACHED
        user.clicks(dialog.placeholder)
        await user.confirms("Go on")
        await until(lambda: "21 pictures set aside" in dialog.said.label.text())
        dialog.reject()
        await user.rests()


async def test_a_library_that_is_only_looked_at_says_so(
    library: SoulspotDatabase, image_server: ImageServer, artists: list[str], tmp_path: Path
) -> None:
    async with a_window(tmp_path / "state", settings(image_server)) as user:
        await opens(user, library)
        user.page.writable = False
        user.window.actions_by_name["clones"].trigger()
        dialog = await user.sees(ClonesDialog)
        user.clicks(dialog.placeholder)
        assert "look only" in dialog.problem.label.text()
        dialog.reject()


async def test_new_pictures_are_taken_and_old_ones_kept_by_keys(
    library: SoulspotDatabase, image_server: ImageServer, artists: list[str], tmp_path: Path
) -> None:
    async with a_window(tmp_path / "state", settings(image_server)) as user:
        await opens(user, library)
        serve(image_server, "Four", 6, 600)
        serve(image_server, "Five", 9)
        del image_server.routes["/One.jpg"]
        await user.presses(Qt.Key.Key_F9)
        dialog = await user.sees(DriftDialog)
        assert [each.entry.entity.name for each in dialog.left] == ["Four", "Five", "One"]
        assert dialog.heading.text() == "Four"
        await until(lambda: dialog.comparison.candidate.image is not None)
        assert (dialog.comparison.current.width, dialog.comparison.candidate.width) == (400, 600)
        QTest.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
        await until(lambda: [each.entry.entity.name for each in dialog.left] == ["Five", "One"])
        QTest.keyClick(dialog, Qt.Key.Key_K, Qt.KeyboardModifier.AltModifier)
        await until(lambda: [each.entry.entity.name for each in dialog.left] == ["One"])
        assert not dialog.take.isEnabled()
        QTest.keyClick(dialog, Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
        await until(lambda: dialog.heading.text() == "Nothing to decide")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await user.rests()
        assert (await user.page.service.drift()).drifted == ()
        assert [group.count for group in await user.page.service.changes()] == [1]


async def test_every_control_has_a_name(
    library: SoulspotDatabase, image_server: ImageServer, artists: list[str], tmp_path: Path
) -> None:
    async with a_window(tmp_path / "state", settings(image_server)) as user:
        await opens(user, library)
        user.window.actions_by_name["clones"].trigger()
        dialog = await user.sees(ClonesDialog)
        for widget in (dialog.list, dialog.table, dialog.every, *dialog.findChildren(QPushButton)):
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface.text(QAccessible.Text.Name), widget
        item = QAccessible.queryAccessibleInterface(dialog.list).child(0)
        assert item.text(QAccessible.Text.Name).startswith("Stands for 3 artists")
        dialog.reject()


async def test_the_quality_filter_measures_and_shows_what_lacks_something(
    library: SoulspotDatabase, image_server: ImageServer, artists: list[str], tmp_path: Path
) -> None:
    small = library.add_artist("Small", serve(image_server, "small", 8, 90))
    async with a_window(tmp_path / "state", settings(image_server)) as user:
        await opens(user, library)
        user.page.reload()
        await user.rests()
        action = next(each for each in user.page.filters.quality.menu().actions() if each.text() == "Too small")
        action.trigger()
        await until(lambda: [entry.entity.id for entry in user.shown()] == [small])
        await user.rests()
        serve(image_server, "small", 8, 400)
        await user.page.service.recache(Selection(ids=frozenset([small])), FetchPolicy.FORCE)
        user.page.reload()
        await until(lambda: user.shown() == [])
        await user.rests()
