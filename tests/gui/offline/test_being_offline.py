"""Being offline in the window: the switch and its mark, readiness and making ready, packs out and in."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from support import pictures
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.window import CONTROL_SHIFT, User, a_window, until
from support.world import World, cache_path

from soulspot_gallery.core.model import EntityType, State
from soulspot_gallery.core.settings import Settings, load_settings
from soulspot_gallery.gui.offline.pack_dialogs import PackExportDialog, PackImportDialog
from soulspot_gallery.gui.offline.readiness_dialog import ReadinessDialog
from soulspot_gallery.gui.opening.libraries import Wanted

Key = Qt.Key
CONTROL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


@pytest.fixture
def world(library: SoulspotDatabase, image_server: ImageServer) -> World:
    """Three artists, one with its picture; an album and a playlist on which it is."""
    world = World(library, image_server)
    url = image_server.serve("/a.jpg", pictures.jpeg((40, 40)))
    whole, guest, _ = (library.add_artist(name, url) for name in ("Whole", "Guest", "Other"))
    library.set_artwork("artist", whole, url, world.picture(cache_path("artist", whole)))
    album, mix = library.add_album("Album", url, artist_id=guest), library.add_playlist("Mix", url)
    library.add_track("t", guest, album, [mix])
    return world


async def opened(user: User, world: World) -> User:
    await user.opens(Wanted(str(world.library.path), world.images))
    user.window.read_only.allow_writing_requested.emit()
    await until(lambda: user.page.writable)
    return user


async def test_the_switch_is_seen_kept_and_lets_nothing_out(world: World, tmp_path: Path) -> None:
    async with a_window(tmp_path / "state", world.settings()) as user:
        assert not user.window.offline_bar.isVisible()
        await user.presses(Key.Key_N, CONTROL_SHIFT)
        assert user.window.offline_bar.isVisible()
        await until(lambda: load_settings(tmp_path / "state" / "settings.toml", {}).offline)
        await opened(user, world)
        assert user.window.actions_by_name["offline"].isChecked()
        await user.presses(Key.Key_R, CONTROL_SHIFT)
        await user.rests()
        assert "4 skipped. The gallery works offline" in user.summaries[-1]
        await user.presses(Key.Key_L, CONTROL_SHIFT)
        await until(lambda: any("works offline" in message.text for message in user.said))
        assert world.server.connections == 0
        user.window.offline_bar.online_button.setFocus()
        QTest.keyClick(user.window.offline_bar.online_button, Key.Key_Space)
        assert not user.window.offline_bar.isVisible()
        assert not user.window.actions_by_name["offline"].isChecked()
        await user.is_in_grid()
        await until(lambda: world.server.connections > 0, "what is on screen is fetched for display")


async def test_the_switch_leaves_the_colours_of_the_sample_as_they_are(tmp_path: Path) -> None:
    async with a_window(tmp_path / "state", Settings(theme="dark")) as user:
        page = await user.opens(Wanted(sample=True))
        user.window.actions_by_name["offline"].trigger()
        await until(lambda: page.service.offline)
        assert page.service.settings.theme == "dark"
        await user.rests()
        assert load_settings(tmp_path / "state" / "settings.toml", {}).theme == "dark"


async def test_ready_is_one_number_and_a_button_away_from_more(world: World, tmp_path: Path) -> None:
    async with a_window(tmp_path / "state", world.settings()) as user:
        user.window.actions_by_name["offline"].trigger()
        await opened(user, world)
        await until(user.window.readiness.isVisible)
        assert user.window.readiness.text().replace("&", "").endswith("20.0\u202f%")
        user.clicks(user.window.readiness)
        dialog = await user.sees(ReadinessDialog)
        await until(lambda: dialog.found is not None)
        assert dialog.percent.text() == "20.0\u202f%"
        assert dialog.sentence.text() == "1 of 5 entries need no network."
        assert dialog.cost.text().startswith("Making it ready: 4 pictures, about ")
        QTest.keyClick(dialog, Key.Key_M, Qt.KeyboardModifier.AltModifier)
        await until(dialog.problem.isVisible)
        assert "works offline" in dialog.problem.label.text()
        user.window.actions_by_name["offline"].trigger()
        await until(lambda: not user.page.service.offline)
        QTest.keyClick(dialog, Key.Key_M, Qt.KeyboardModifier.AltModifier)
        await until(lambda: dialog.percent.text() == "100.0\u202f%")
        assert dialog.cost.text() == "Nothing is missing."
        assert not dialog.table.isVisible()
        assert not dialog.make_button.isEnabled()
        QTest.keyClick(dialog, Key.Key_Escape)
        await until(lambda: user.window.readiness.text().endswith("100.0\u202f%"))
        await user.rests()


async def test_a_selected_playlist_is_counted_with_its_tracks_and_shown_in_the_grid(
    world: World, tmp_path: Path
) -> None:
    async with a_window(tmp_path / "state", world.settings()) as user:
        user.window.actions_by_name["offline"].trigger()
        await opened(user, world)
        (mix,) = [entry.entity.key for entry in user.shown() if entry.entity.kind is EntityType.PLAYLIST]
        user.page.view.select_keys([mix])
        await user.presses(Key.Key_Y, CONTROL_SHIFT)
        dialog = await user.sees(ReadinessDialog)
        await until(lambda: dialog.found is not None)
        assert [dialog.scopes.itemText(number) for number in range(3)] == [
            "The whole library",
            "“Mix”, with albums and artists of the tracks",
            "“Mix”",
        ]
        QTest.keyClick(dialog.scopes, Key.Key_Down)
        await until(lambda: dialog.percent.text() == "0.0\u202f%" and not dialog.busy)
        assert dialog.sentence.text() == "0 of 3 entries need no network."
        user.clicks(dialog.grid_button)
        await until(lambda: len(user.page.view.selected_entries()) == 3)
        await user.rests()


async def test_a_pack_goes_out_and_comes_in_after_a_look(world: World, tmp_path: Path) -> None:
    file = tmp_path / "pack.zip"
    async with a_window(tmp_path / "state", world.settings()) as user:
        await opened(user, world)
        await user.presses(Key.Key_R, CONTROL_SHIFT)
        await user.rests()
        await user.presses(Key.Key_E, CONTROL_SHIFT)
        export = await user.sees(PackExportDialog)
        QTest.keyClick(export, Key.Key_Return)
        await chooses(user, file)
        await until(export.said.isVisible)
        assert export.said.label.text().startswith("pack.zip: 5 pictures, ")
        assert len(zipfile.ZipFile(file).namelist()) >= 3
        QTest.keyClick(export, Key.Key_Escape)
        await user.rests()

        user.window.actions_by_name["offline"].trigger()  # or what is shown is fetched at once
        await until(lambda: user.page.service.offline)
        for path in list(world.files()):
            (world.images / path).unlink()
        await user.presses(Key.Key_F5)
        await user.rests()
        assert {entry.image.state for entry in user.shown()} == {State.MISSING_FILE}
        await user.presses(Key.Key_I, CONTROL_ALT)
        await chooses(user, file)
        dialog = await user.sees(PackImportDialog)
        await until(lambda: dialog.plan is not None)
        assert world.files() == {}
        assert dialog.summary.text().startswith("5 pictures come in, ")
        assert dialog.model.rowCount() == 5
        QTest.keyClick(dialog, Key.Key_Return)
        await until(dialog.said.isVisible)
        assert dialog.said.label.text() == "5 pictures are stored."
        assert dialog.close_button.hasFocus()
        QTest.keyClick(dialog, Key.Key_Escape)
        await user.rests()
        assert {entry.image.state for entry in user.shown()} == {State.CACHED}


async def test_what_would_be_replaced_is_asked_for_and_shown_first(world: World, tmp_path: Path) -> None:
    file = tmp_path / "pack.zip"
    async with a_window(tmp_path / "state", world.settings()) as user:
        await opened(user, world)
        await user.page.service.export_pack(file)
        (whole,) = [path for path in world.files() if path.endswith(".webp")]
        world.picture(whole, pictures.webp((20, 20), "red"))
        await user.presses(Key.Key_I, CONTROL_ALT)
        await chooses(user, file)
        dialog = await user.sees(PackImportDialog)
        await until(lambda: dialog.plan is not None and not dialog.busy)
        assert not dialog.import_button.isEnabled()
        QTest.keyClick(dialog.locked, Key.Key_Space)
        assert dialog.whole.isChecked(), "locked ones never without whole ones"
        await until(dialog.import_button.isEnabled)
        assert "1 in place of another, which the history keeps" in dialog.summary.text()
        QTest.keyClick(dialog, Key.Key_I, Qt.KeyboardModifier.AltModifier)
        await until(dialog.said.isVisible)
        assert pictures.size_of(world.files()[whole]) == (64, 64)
        QTest.keyClick(dialog, Key.Key_Escape)
        await user.rests()


async def test_what_is_no_pack_is_a_sentence_in_the_dialog(world: World, tmp_path: Path) -> None:
    file = tmp_path / "pack.zip"
    file.write_bytes(b"no zip")
    async with a_window(tmp_path / "state", world.settings()) as user:
        await opened(user, world)
        await user.presses(Key.Key_I, CONTROL_ALT)
        await chooses(user, file)
        dialog = await user.sees(PackImportDialog)
        await until(dialog.problem.isVisible)
        assert "it is no zip, or damaged" in dialog.problem.label.text()
        QTest.keyClick(dialog, Key.Key_Escape)
        await user.rests()


async def chooses(user: User, file: Path) -> None:
    """Name a file in the system's dialog."""
    chooser = await user.sees(QFileDialog)
    chooser.fileSelected.emit(str(file))
    chooser.close()
