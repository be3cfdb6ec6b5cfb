"""Replace picture, as a person does it: candidates by key, paste, drop, URL, words, filters, and what can go wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from support import pictures
from support.fix_library import FixLibrary, fix_library
from support.image_server import ImageServer
from support.own_home import move_in
from support.soulspot import SoulspotDatabase
from support.sources import Sources
from support.window import CONTROL, User, a_window, until

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.gui.opening.libraries import Wanted
from soulspot_gallery.gui.replacing.replace_dialog import ReplaceDialog

Key = Qt.Key


@pytest.fixture
def sources(image_server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    move_in(tmp_path / "home", monkeypatch)
    return Sources(image_server)


@asynccontextmanager
async def replacing(library: FixLibrary, number: int = 0) -> AsyncIterator[tuple[User, ReplaceDialog]]:
    """The dialog for an album, its candidates there."""
    async with a_window(library.data, library.settings) as user:
        await user.opens(Wanted(str(library.database.path), library.database.path.parent / "images"))
        user.page.show_keys([(EntityType.ALBUM, library.albums[number])])
        await until(user.window.actions_by_name["replace"].isEnabled, "one is selected")
        await user.presses(Key.Key_H, CONTROL)
        dialog = await user.sees(ReplaceDialog)
        await until(lambda: dialog.chooser.count.text() == "2 candidates", "both candidates are there")
        yield user, dialog
        if shiboken6.isValid(dialog):
            dialog.reject()


async def test_a_candidate_is_taken_by_its_key_and_shown_at_once(
    library: SoulspotDatabase, sources: Sources, tmp_path: Path
) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 2)
    async with replacing(broken) as (user, dialog):
        assert dialog.chooser.line.words.text() == "Somebody Album 00"
        shown = dialog.chooser.model.shown(1)
        assert shown is not None
        QTest.keyClick(dialog.chooser.grid, Key.Key_2)
        await until(lambda: not user.dialogs(ReplaceDialog), "the dialog closes")
        await user.rests()
        assert broken.urls()[0] == shown.candidate.url
        image = user.entry(EntityType.ALBUM, broken.albums[0]).image
        assert (image.state, image.locked) == ("cached", True)
        assert user.summaries == ["“Album 00” has another picture."]


async def test_the_current_picture_stands_beside_the_candidate_at_the_same_scale(
    library: SoulspotDatabase, sources: Sources, tmp_path: Path
) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 1)
    small = sources.picture("small.jpg", pictures.jpeg((100, 100), "teal"))
    broken.database.set_artwork("album", broken.albums[0], small, None)
    async with a_window(broken.data, broken.settings) as user:
        await user.opens(Wanted(str(broken.database.path), broken.database.path.parent / "images"))
        await user.page.service.recache()
    async with replacing_current(broken) as dialog:
        both = dialog.chooser.comparison
        await until(lambda: both.current.image is not None, "the current picture is there")
        assert (both.current.width, both.candidate.width) == (100, 500)
        assert both.current.facts.startswith("100 × 100 px, ")
        assert "500 × 500 px" in both.accessibleName()


@asynccontextmanager
async def replacing_current(library: FixLibrary) -> AsyncIterator[ReplaceDialog]:
    async with a_window(library.data, library.settings) as user:
        await user.opens(Wanted(str(library.database.path), library.database.path.parent / "images"))
        user.page.show_keys([(EntityType.ALBUM, library.albums[0])])
        await until(user.window.actions_by_name["replace"].isEnabled, "one is selected")
        await user.presses(Key.Key_H, CONTROL)
        dialog = await user.sees(ReplaceDialog)
        await until(lambda: dialog.chooser.model.rowCount() == 3, "the candidates are there")
        rows = [dialog.chooser.model.shown(row) for row in range(3)]
        dialog.chooser.grid.go_to(next(row for row, each in enumerate(rows) if each and each.candidate.width == 500))
        yield dialog
        dialog.reject()


async def test_filters_hide_and_say_so(library: SoulspotDatabase, sources: Sources, tmp_path: Path) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 1)
    async with replacing(broken) as (_, dialog):
        dialog.chooser.line.square.toggle()
        assert dialog.chooser.model.rowCount() == 1
        assert dialog.chooser.count.text() == "1 candidate, 1 more that the filters hide"
        dialog.chooser.line.smallest.setCurrentIndex(dialog.chooser.line.smallest.findData(640))
        assert dialog.chooser.model.rowCount() == 0
        assert not dialog.take_button.isEnabled()
        dialog.chooser.line.square.toggle()
        dialog.chooser.line.smallest.setCurrentIndex(0)
        assert dialog.chooser.model.rowCount() == 2


async def test_bad_input_is_a_sentence_and_the_dialog_stays(
    library: SoulspotDatabase, sources: Sources, tmp_path: Path
) -> None:
    broken = await fix_library(library, sources, tmp_path / "state", 1)
    text = tmp_path / "text.jpg"
    text.write_text("no picture at all")
    async with replacing(broken) as (user, dialog):
        QGuiApplication.clipboard().clear()
        QTest.keyClick(dialog.chooser.grid, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        await until(dialog.problem.isVisible)
        assert "no picture and no URL" in dialog.problem.label.text()
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(text))])
        dialog.chooser.dropEvent(
            QDropEvent(
                QPointF(QPoint(5, 5)), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )  # fmt: skip
        await until(lambda: "not a picture" in dialog.problem.label.text())
        assert user.dialogs(ReplaceDialog)
        assert broken.paths() == [None]
        user.clicks(dialog.url_button)
        QTest.keyClicks(dialog.chooser.address.address, sources.server.url("/pictures/0.jpg"))
        QTest.keyClick(dialog.chooser.address.address, Key.Key_Return)
        await until(lambda: not user.dialogs(ReplaceDialog), "a good one closes it")
        await user.rests()
        assert broken.urls() == [sources.server.url("/pictures/0.jpg")]
