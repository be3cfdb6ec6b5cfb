"""The dialog "Add to library" on an open library: found, previewed, added, imported, cancelled, refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from support import pictures
from support.image_server import ImageServer
from support.music_files import music
from support.own_home import move_in
from support.soulspot import SoulspotDatabase
from support.sources import Sources, deezer_album, deezer_artist
from support.subsonic_server import PASSWORD, USER, SubsonicServer
from support.window import CONTROL, User, a_window, until

from soulspot_gallery.core.model import State
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui.adding.add_dialog import AddDialog
from soulspot_gallery.gui.adding.adding import can_be_imported
from soulspot_gallery.gui.jobs.failures_dialog import FailuresDialog
from soulspot_gallery.gui.opening.libraries import Wanted

Key = Qt.Key


@pytest.fixture
def sources(image_server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    """Deezer knows Daft Punk; the user's own library is empty."""
    move_in(tmp_path / "home", monkeypatch)
    sources = Sources(image_server)
    face = sources.picture("face.jpg", pictures.jpeg())
    cover = sources.picture("cover.jpg", pictures.jpeg())
    sources.answer("deezer", "/search/artist", {"data": [deezer_artist(27, "Daft Punk", face)]})
    sources.answer("deezer", "/search/album", {"data": [deezer_album(302127, "Discovery", "Daft Punk", cover)]})
    sources.answer("deezer", "/artist/27", deezer_artist(27, "Daft Punk", face))
    sources.answer("deezer", "/album/302127", deezer_album(302127, "Discovery", "Daft Punk", cover))
    return sources


def a_music_folder(folder: Path) -> Path:
    """Two albums of one artist, one of them with a cover; and a file that says nothing."""
    for title in ("One", "Two"):
        music(folder / title / "1.mp3", artist="A", album=title)
    (folder / "One" / "cover.jpg").write_bytes(pictures.jpeg())
    (folder / "broken.mp3").write_bytes(b"nothing")
    return folder


async def opens_dialog(user: User) -> AddDialog:
    await user.presses(Key.Key_N, CONTROL)
    return await user.sees(AddDialog)


def names(user: User) -> list[tuple[str, State]]:
    return sorted((entry.entity.name, entry.image.state) for entry in user.shown())


async def test_words_are_searched_and_what_is_chosen_is_added(sources: Sources, tmp_path: Path) -> None:
    async with a_window(tmp_path / "state", sources.settings("deezer")) as user:
        await user.opens(Wanted())
        dialog = await opens_dialog(user)
        assert dialog.finder.words.hasFocus()
        assert not dialog.add_button.isEnabled()
        QTest.keyClicks(dialog.finder.words, "daft punk discovery")
        QTest.keyClick(dialog.finder.words, Key.Key_Return)
        await until(lambda: dialog.finder.model.rowCount() == 2)
        assert dialog.finder.table.hasFocus()
        QTest.keyClick(dialog.finder.table, Key.Key_Down)
        QTest.keyClick(dialog.finder.table, Key.Key_Return)
        await until(dialog.said.isVisible)
        assert dialog.said.label.text() == "“Discovery” by Daft Punk was added: its picture is from deezer."
        assert dialog.finder.words.hasFocus()
        QTest.keyClick(dialog, Key.Key_Escape)
        await user.rests()
        assert user.window.pages.currentWidget() is user.page, "no longer the welcome"
        assert names(user) == [("Daft Punk", State.NONE), ("Discovery", State.CACHED)]
        await user.is_in_grid()
        assert user.said == []


async def test_an_address_is_added_as_it_stands_and_a_wrong_one_is_said(sources: Sources, tmp_path: Path) -> None:
    async with a_window(tmp_path / "state", sources.settings("deezer")) as user:
        await user.opens(Wanted())
        dialog = await opens_dialog(user)
        QTest.keyClicks(dialog.finder.words, "https://www.deezer.com/artist/28")
        QTest.keyClick(dialog.finder.words, Key.Key_Return)
        await until(dialog.problem.isVisible)
        assert dialog.problem.label.text() == (
            "Deezer has nothing at 'https://www.deezer.com/artist/28'; check the address."
        )
        assert dialog.finder.words.hasFocus()
        dialog.finder.words.selectAll()
        QTest.keyClicks(dialog.finder.words, "https://www.deezer.com/artist/27")
        assert not dialog.problem.isVisible()
        assert not dialog.finder.look_button.isEnabled()
        user.clicks(dialog.add_button)
        await until(dialog.said.isVisible)
        dialog.reject()
        await user.rests()
        assert names(user) == [("Daft Punk", State.CACHED)]
        assert user.said == []


async def test_a_folder_is_previewed_then_imported_and_again_there_is_nothing_new(
    sources: Sources, tmp_path: Path
) -> None:
    folder = a_music_folder(tmp_path / "music")
    async with a_window(tmp_path / "state", sources.settings("deezer")) as user:
        await user.opens(Wanted())
        dialog = await opens_dialog(user)
        dialog.groups.setCurrentRow(1)
        QTest.keyClicks(dialog.files_form.path, str(folder))
        QTest.keyClick(dialog.files_form.path, Key.Key_Return)
        await until(lambda: dialog.files.preview is not None)
        assert dialog.files.summary.text() == "Will be added: 1 artist, 2 albums, 1 picture, 0 links."
        assert [row.cells for row in dialog.files.added.rows] == [
            ("Artist", "A", "", ""),
            ("Album", "One", "A", "Yes"),
            ("Album", "Two", "A", ""),
        ]
        assert [row.cells[0].endswith("broken.mp3") for row in dialog.files.problems.rows] == [True]
        assert dialog.files.problem_table.isVisible()
        assert user.shown() == [], "nothing is added before it was seen"
        QTest.keyClick(dialog, Key.Key_Return)
        await until(dialog.said.isVisible)
        assert dialog.said.label.text() == "Added: 1 artist, 2 albums; 1 picture stored."
        assert dialog.files.problem_table.isVisible()
        assert not dialog.add_button.isEnabled()
        user.clicks(dialog.files.look_button)
        await until(lambda: dialog.files.preview is not None)
        assert dialog.files.summary.text() == "There is nothing to add: 3 entries there already."
        assert not dialog.add_button.isEnabled()
        dialog.reject()
        await user.rests()
        assert names(user) == [("A", State.NONE), ("One", State.CACHED), ("Two", State.NONE)]
        assert user.summaries == ["Added: 1 artist, 2 albums; 1 picture stored."]
        assert user.said == []


async def test_a_path_that_is_not_there_is_a_sentence_in_the_dialog(sources: Sources, tmp_path: Path) -> None:
    async with a_window(tmp_path / "state") as user:
        await user.opens(Wanted())
        dialog = await opens_dialog(user)
        dialog.look_at(str(tmp_path / "nowhere"))
        await until(dialog.problem.isVisible)
        assert dialog.problem.label.text().startswith("There is no ")
        dialog.reject()
        assert user.said == []


async def test_a_music_server_wants_a_login_and_is_imported_with_it(sources: Sources, tmp_path: Path) -> None:
    server = SubsonicServer(sources.server)
    server.add("Her", "First", "Second")
    async with a_window(tmp_path / "state", Settings(allowed_hosts=(sources.server.host,))) as user:
        await user.opens(Wanted())
        dialog = await opens_dialog(user)
        dialog.groups.setCurrentRow(2)
        QTest.keyClicks(dialog.server_form.address, server.base)
        user.clicks(dialog.server.look_button)
        await until(dialog.problem.isVisible)
        assert "needs a user name and a password" in dialog.problem.label.text()
        QTest.keyClicks(dialog.server_form.user, USER)
        QTest.keyClicks(dialog.server_form.password, PASSWORD)
        user.clicks(dialog.server.look_button)
        await until(lambda: dialog.server.preview is not None)
        assert PASSWORD not in dialog.server.summary.text()
        user.clicks(dialog.add_button)
        await until(dialog.said.isVisible)
        assert dialog.said.label.text() == "Added: 1 artist, 2 albums; 3 pictures stored."
        dialog.reject()
        await user.rests()
        assert names(user) == [(name, State.CACHED) for name in ("First", "Her", "Second")]


async def test_a_search_is_cancelled_by_its_button_and_by_closing(sources: Sources, tmp_path: Path) -> None:
    sources.server.latency = 5.0
    async with a_window(tmp_path / "state", sources.settings("deezer")) as user:
        await user.opens(Wanted())
        dialog = await opens_dialog(user)
        QTest.keyClicks(dialog.finder.words, "daft punk")
        user.clicks(dialog.finder.look_button)
        await until(dialog.cancel_button.isVisible)
        assert not dialog.add_button.isEnabled()
        user.clicks(dialog.cancel_button)
        await until(dialog.problem.isVisible)
        assert dialog.problem.label.text() == "Cancelled."
        user.clicks(dialog.finder.look_button)
        await until(dialog.cancel_button.isVisible)
        dialog.reject()
        await user.rests()
        assert user.said == []


async def test_a_cancelled_import_keeps_what_it_has_added(sources: Sources, tmp_path: Path) -> None:
    server = SubsonicServer(sources.server)
    server.add("Her", "First", "Second")
    async with a_window(tmp_path / "state", Settings(allowed_hosts=(sources.server.host,))) as user:
        await user.opens(Wanted())
        dialog = await opens_dialog(user)
        dialog.groups.setCurrentRow(2)
        for line, text in (
            (dialog.server_form.address, server.base),
            (dialog.server_form.user, USER),
            (dialog.server_form.password, PASSWORD),
        ):
            QTest.keyClicks(line, text)
        user.clicks(dialog.server.look_button)
        await until(lambda: dialog.server.preview is not None)
        sources.server.latency = 5.0
        user.clicks(dialog.add_button)
        await until(lambda: dialog.progress.maximum() == 3, "the pictures are being fetched")
        user.clicks(dialog.cancel_button)
        await until(dialog.problem.isVisible)
        assert dialog.problem.label.text().startswith("Cancelled. What was stored by then stays;")
        dialog.reject()
        await user.rests()
        assert [name for name, _ in names(user)] == ["First", "Her", "Second"]
        sources.server.latency = 0.0


async def test_an_import_goes_on_when_its_dialog_is_closed(
    sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_music_folder(tmp_path / "music")
    (folder / "Two" / "cover.jpg").write_bytes(b"no picture")
    async with a_window(tmp_path / "state") as user:
        await user.opens(Wanted())
        dialog = await opens_dialog(user)
        dialog.look_at(str(folder))
        await until(lambda: dialog.files.preview is not None)
        user.clicks(dialog.add_button)
        dialog.reject()
        await user.rests()
        assert user.summaries == ["Added: 1 artist, 2 albums; 1 picture stored; 1 failed."]
        user.clicks(user.window.job_bar.ended[0].details_button)
        failures = await user.sees(FailuresDialog)
        assert failures.failure_count == 1
        failures.reject()


async def test_a_foreign_library_is_added_to_by_nobody(library: SoulspotDatabase, tmp_path: Path) -> None:
    async with a_window(tmp_path / "state") as user:
        await user.opens(Wanted(str(library.path)))
        await user.presses(Key.Key_N, CONTROL)
        assert [each.text for each in user.said] == [
            "Only your own library can be added to, and this one is a SoulSpot server's. "
            "Open yours first: File, Open my own library (Ctrl+Shift+H)."
        ]
        assert user.dialogs(AddDialog) == []


def test_what_can_be_imported(tmp_path: Path, library: SoulspotDatabase) -> None:
    (tmp_path / "music").mkdir()
    assert can_be_imported(str(tmp_path / "music"))
    assert can_be_imported(str(tmp_path / "My Spotify Data.ZIP"))
    assert can_be_imported(str(tmp_path / "liked.csv"))
    assert not can_be_imported(str(library.path))
    assert not can_be_imported(str(library.path.parent))
    assert not can_be_imported(str(tmp_path / "soulspot.sqlite3"))
