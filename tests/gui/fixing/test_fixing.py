"""The fix queue by keys alone, on a real library against real servers: taking, undo, restart, and bad input."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from support.fix_library import FixLibrary, fix_library
from support.image_server import ImageServer
from support.own_home import move_in
from support.soulspot import SoulspotDatabase
from support.sources import Sources
from support.window import User, a_window, until

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.gui.fixing.fixing import Fixing
from soulspot_gallery.gui.opening.libraries import Wanted

Key = Qt.Key


@asynccontextmanager
async def sitting(library: FixLibrary) -> AsyncIterator[tuple[User, Fixing]]:
    """The window on this library, its fix queue opened by its key."""
    async with a_window(library.data, library.settings) as user:
        await user.opens(Wanted(str(library.database.path), library.database.path.parent / "images"))
        await user.presses(Key.Key_F8)
        fixing = user.window.fix_screen.fixing
        assert fixing is not None
        await until(lambda: fixing.current is not None or fixing.page.again_button.isVisible(), "the queue is there")
        yield user, fixing


async def candidates(fixing: Fixing) -> None:
    await until(lambda: fixing.page.chooser.model.rowCount() >= 2, "the candidates are there")


async def ended(fixing: Fixing) -> None:
    await until(lambda: fixing._acts.under_way == 0, "all is done")
    await asyncio.sleep(0)


def key_of(fixing: Fixing, ending: str) -> Qt.Key:
    """The key of the candidate whose address ends like this."""
    number = int(name(fixing)[-2:])
    rows = [fixing.page.chooser.model.shown(row) for row in range(fixing.page.chooser.model.rowCount())]
    urls = [each.candidate.url or "" for each in rows if each]
    place = next(row for row, url in enumerate(urls) if url.endswith(f"/{number}{ending}"))
    return (Key.Key_1, Key.Key_2, Key.Key_3)[place]


def names(fixing: Fixing) -> set[str]:
    """What the candidates are called."""
    model = fixing.page.chooser.model
    return {shown.candidate.name for row in range(model.rowCount()) if (shown := model.shown(row)) is not None}


def typing(fixing: Fixing, text: str) -> None:
    """Type where the keyboard is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    assert fixing.page.isAncestorOf(widget)
    QTest.keyClicks(widget, text)


def name(fixing: Fixing) -> str:
    return fixing.current.entry.entity.name if fixing.current else ""


def tells(fixing: Fixing, word: str) -> bool:
    return word in told(fixing)


def told(fixing: Fixing) -> str:
    problem = fixing.page.chooser.problem
    return problem.label.text() if problem.isVisible() else ""


@pytest.fixture
def sources(image_server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    move_in(tmp_path / "home", monkeypatch)
    return Sources(image_server)


async def test_thirty_covers_by_keys_and_all_taken_back(
    library: SoulspotDatabase, sources: Sources, tmp_path: Path
) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 30)
    async with sitting(broken) as (user, fixing):
        assert len(fixing.items) == 30
        for number in range(30):
            assert name(fixing) == f"Album {number:02}"
            await candidates(fixing)
            await user.presses(key_of(fixing, ".jpg" if number % 3 else "-wide.jpg"))
        await ended(fixing)
        assert fixing.items == []
        assert all(broken.paths())
        assert broken.urls()[:2] == [sources.server.url("/pictures/0-wide.jpg"), sources.server.url("/pictures/1.jpg")]
        assert fixing.page.counts.text() == "0 pictures to go, 30 done"
        assert "a minute" in fixing.page.pace.text()
        for _ in range(30):
            await user.presses(Key.Key_Z)
        await ended(fixing)
        await until(lambda: len(fixing.items) == 30, "all are back")
        assert broken.paths() == broken.urls() == [None] * 30
        assert user.said == []


async def test_lock_no_picture_skip_and_moves(library: SoulspotDatabase, sources: Sources, tmp_path: Path) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 5)
    async with sitting(broken) as (user, fixing):
        await user.presses(Key.Key_PageDown)
        assert name(fixing) == "Album 01"
        await user.presses(Key.Key_PageUp)
        await user.presses(Key.Key_PageUp)
        assert name(fixing) == "Album 04"
        await user.presses(Key.Key_N)
        assert name(fixing) == "Album 00"
        await user.presses(Key.Key_L)
        await user.presses(Key.Key_S)
        assert name(fixing) == "Album 02"
        await ended(fixing)
        entries = await user.page.service.entries()
        marks = {each.entity.name: (each.image.locked, each.image.no_picture) for each in entries}
        assert [marks[f"Album 0{number}"] for number in (4, 0, 1)] == [(False, True), (True, False), (False, False)]
        await candidates(fixing)
        first = fixing.page.chooser.current()
        await user.presses(Key.Key_Right)
        chosen = fixing.page.chooser.current()
        assert chosen is not None
        assert first != chosen
        await user.presses(Key.Key_Return)
        await ended(fixing)
        assert broken.urls()[2] == chosen.url
        await user.presses(Key.Key_9)
        assert "no candidate" in told(fixing)
        await user.presses(Key.Key_Escape)
        await user.is_in_grid()
        assert user.window.fix_screen.fixing is None


async def test_progress_and_undo_survive_a_restart(library: SoulspotDatabase, sources: Sources, tmp_path: Path) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 4)
    async with sitting(broken) as (user, fixing):
        await user.presses(Key.Key_S)
        await candidates(fixing)
        await user.presses(Key.Key_1)
        await ended(fixing)
    async with sitting(broken) as (user, fixing):
        assert [each.entry.entity.name for each in fixing.items] == ["Album 02", "Album 03"]
        assert fixing.page.counts.text() == "2 pictures to go, 1 done, 1 skipped"
        await user.presses(Key.Key_Z)
        await until(lambda: name(fixing) == "Album 01", "the picture was taken back")
        assert broken.paths()[1] is None
        await user.presses(Key.Key_Z)
        await until(lambda: name(fixing) == "Album 00", "so was the skip")
        await user.presses(Key.Key_Z)
        await until(lambda: told(fixing) == "There is nothing to undo here.")
        for _ in range(4):
            await user.presses(Key.Key_S)
        await ended(fixing)
        await until(fixing.page.again_button.isVisible)
        assert fixing.page.rest.text() == "4 were skipped."
        user.clicks(fixing.page.again_button)
        await until(lambda: len(fixing.items) == 4, "they are shown again")


async def test_pasted_and_typed_pictures(library: SoulspotDatabase, sources: Sources, tmp_path: Path) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 3)
    image = QImage(320, 320, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    async with sitting(broken) as (user, fixing):
        QGuiApplication.clipboard().setImage(image)
        await user.presses(Key.Key_V)
        await until(lambda: name(fixing) == "Album 01", "it was pasted")
        await user.presses(Key.Key_U)
        assert QApplication.focusWidget() is fixing.page.chooser.address.address
        typing(fixing, sources.server.url("/pictures/7.jpg"))
        await user.presses(Key.Key_Return)
        await until(lambda: told(fixing) != "", "there is no such picture")
        assert name(fixing) == "Album 01"
        await user.presses(Key.Key_U)
        typing(fixing, sources.server.url("/pictures/2.jpg"))
        await user.presses(Key.Key_Return)
        await until(lambda: name(fixing) == "Album 02", "it was typed")
        await ended(fixing)
        assert broken.urls()[1] == sources.server.url("/pictures/2.jpg")
        assert broken.paths()[0]


async def test_bad_input_is_a_sentence_and_the_queue_goes_on(
    library: SoulspotDatabase, sources: Sources, tmp_path: Path
) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 2)
    huge, text = tmp_path / "huge.jpg", tmp_path / "text.jpg"
    with huge.open("wb") as stream:
        stream.truncate(300_000_000)
    text.write_text("this is no picture")
    page = sources.server.serve("/page", b"<!doctype html><p>hello", "text/html")
    async with sitting(broken) as (user, fixing):
        await candidates(fixing)
        for bad, word in (
            (_mime(), "no picture and no URL"),
            (_mime(QUrl.fromLocalFile(str(huge))), "larger than 32 MB"),
            (_mime(QUrl.fromLocalFile(str(tmp_path))), "is a folder"),
            (_mime(QUrl.fromLocalFile(str(text))), "not a picture"),
            (_mime(QUrl(page)), "text, not a picture"),
            (_mime(QUrl("http://127.0.0.1:1/a.jpg")), "127.0.0.1"),
        ):
            _drop(fixing, bad)
            await until(partial(tells, fixing, word), word)
            await ended(fixing)
            assert name(fixing) == "Album 00"
        QGuiApplication.clipboard().clear()
        await user.presses(Key.Key_V)
        assert "the clipboard" in told(fixing)
        await user.presses(Key.Key_1)
        assert name(fixing) == "Album 01"
        assert told(fixing) == ""
        await ended(fixing)
        assert broken.paths()[0]
        assert user.said == []


async def test_a_picture_that_is_gone_when_it_is_taken_comes_back_with_the_reason(
    library: SoulspotDatabase, sources: Sources, tmp_path: Path
) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 3)
    async with sitting(broken) as (user, fixing):
        await candidates(fixing)
        del sources.server.routes["/pictures/0.jpg"]
        await user.presses(Key.Key_1)
        assert name(fixing) == "Album 01"
        await until(lambda: told(fixing).startswith("Album 00: "), "the reason is told")
        assert name(fixing) == "Album 01", "the next key is not meant for another one"
        assert len(fixing.items) == 3
        await user.presses(Key.Key_PageDown)
        assert name(fixing) == "Album 00"


async def test_what_is_selected_in_the_grid_is_out_of_reach_meanwhile(
    library: SoulspotDatabase, sources: Sources, tmp_path: Path
) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 2)
    async with a_window(broken.data, broken.settings) as user:
        await user.opens(Wanted(str(broken.database.path), broken.database.path.parent / "images"))
        user.page.show_keys([(EntityType.ALBUM, broken.albums[0])])
        delete = user.window.actions_by_name["delete"]
        await until(delete.isEnabled, "one is selected")
        await user.presses(Key.Key_F8)
        assert not delete.isEnabled()
        fixing = user.window.fix_screen.fixing
        assert fixing is not None
        await until(lambda: fixing.current is not None)
        await user.presses(Key.Key_Escape)
        assert delete.isEnabled()


async def test_escape_closes_the_line_that_is_typed_in_before_it_leaves(
    library: SoulspotDatabase, sources: Sources, tmp_path: Path
) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 2)
    async with sitting(broken) as (user, fixing):
        await user.presses(Key.Key_U)
        assert fixing.page.chooser.address.isVisible()
        await user.presses(Key.Key_Escape)
        assert not fixing.page.chooser.address.isVisible()
        assert QApplication.focusWidget() is fixing.page.chooser.grid
        await user.presses(Key.Key_W)
        await user.presses(Key.Key_Escape)
        assert QApplication.focusWidget() is fixing.page.chooser.grid
        assert user.window.fix_screen.fixing is fixing
        await user.presses(Key.Key_Escape)
        assert user.window.fix_screen.fixing is None


async def test_words_may_hold_digits_and_a_source_that_is_down_is_a_line(
    library: SoulspotDatabase, sources: Sources, tmp_path: Path
) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 2)
    async with sitting(broken) as (user, fixing):
        await candidates(fixing)
        await user.presses(Key.Key_W)
        typing(fixing, "Album 01")
        assert name(fixing) == "Album 00"
        await user.presses(Key.Key_Return)
        await until(lambda: "Album 01" in names(fixing), "another search")
        sources.answer("deezer", "/search/album", {"error": {"type": "Exception", "code": 100}})
        await user.presses(Key.Key_W)
        await user.presses(Key.Key_Return)
        await until(lambda: "Deezer: no answer" in fixing.page.chooser.sources.text(), "a line says so")
        assert "\nDeezer: " in fixing.page.chooser.sources.text()
        await user.presses(Key.Key_Escape)


def _mime(*urls: QUrl) -> QMimeData:
    data = QMimeData()
    data.setUrls(list(urls))
    return data


def _drop(fixing: Fixing, data: QMimeData) -> None:
    fixing.page.chooser.dropEvent(
        QDropEvent(
            QPointF(QPoint(9, 9)), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )  # fmt: skip
