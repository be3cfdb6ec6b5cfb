"""The sources' dialog on an open library: order, switch, test, Spotify's login."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from support.image_server import ImageServer
from support.own_home import move_in
from support.sources import Sources, deezer_artist
from support.window import CONTROL_SHIFT, User, a_window, until

from soulspot_gallery.core.settings import load_settings
from soulspot_gallery.gui.opening.libraries import Wanted
from soulspot_gallery.gui.sources.sources_dialog import SourcesDialog


@pytest.fixture
def sources(image_server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    move_in(tmp_path / "home", monkeypatch)
    sources = Sources(image_server)
    sources.answer("deezer", "/artist/27", deezer_artist(27, "Daft Punk", sources.server.url("/a.jpg")))
    sources.answer("deezer", "/album/302127", {"error": {"type": "Exception", "message": "Quota", "code": 4}})
    sources.answer("spotify-accounts", "/api/token", {"access_token": "t0ken", "expires_in": 3600})
    return sources


async def opens_dialog(user: User) -> SourcesDialog:
    await user.opens(Wanted())
    user.window.show()
    await user.presses(Qt.Key.Key_S, CONTROL_SHIFT)
    return await user.sees(SourcesDialog)


async def test_order_and_switch_hold_at_once_and_are_kept(sources: Sources, tmp_path: Path) -> None:
    async with a_window(tmp_path / "state", sources.settings("deezer", "itunes")) as user:
        dialog = await opens_dialog(user)
        assert [row.cells[0] for row in dialog.model.rows] == ["1.", "2.", "Off", "Off", "Off", "Off", "Off"]
        user.clicks(dialog.details.later_button)
        assert dialog.order == ("itunes", "deezer")
        assert not dialog.details.later_button.isEnabled()
        dialog.choose("wikimedia")
        QTest.keyClick(dialog.details.on, Qt.Key.Key_Space)
        dialog.choose("itunes")
        QTest.keyClick(dialog.details.on, Qt.Key.Key_Space)
        await user.rests()
        assert user.page.service.settings.providers == ("deezer", "wikimedia")
        assert load_settings(tmp_path / "state" / "settings.toml", {}).providers == ("deezer", "wikimedia")
        dialog.reject()
        dialog = await reopened(user)
        assert dialog.order == ("deezer", "wikimedia")
        dialog.reject()


async def reopened(user: User) -> SourcesDialog:
    await until(lambda: not user.dialogs(SourcesDialog))
    user.window.actions_by_name["sources"].trigger()
    return await user.sees(SourcesDialog)


async def test_a_test_says_in_a_sentence_what_came_back(sources: Sources, tmp_path: Path) -> None:
    async with a_window(tmp_path / "state", sources.settings("deezer")) as user:
        dialog = await opens_dialog(user)
        user.clicks(dialog.details.test_button)
        await until(lambda: dialog.said.isVisible() or dialog.problem.isVisible())
        assert dialog.said.label.text().startswith("Deezer answers, ")
        dialog.choose("spotify")
        assert not dialog.said.isVisible()
        user.clicks(dialog.details.test_button)
        await until(dialog.problem.isVisible)
        assert dialog.problem.label.text() == "Spotify needs an application of your own; connect it first."
        dialog.reject()
        assert user.said == []


async def test_spotify_is_connected_and_disconnected(sources: Sources, tmp_path: Path) -> None:
    async with a_window(tmp_path / "state", sources.settings("deezer")) as user:
        dialog = await opens_dialog(user)
        form = dialog.details.credentials
        assert not form.isVisible()
        dialog.choose("spotify")
        assert form.isVisible()
        assert not form.connect_button.isEnabled()
        QTest.keyClicks(form.client_id, "not an id")
        QTest.keyClicks(form.secret, "s3cret")
        user.clicks(form.connect_button)
        await until(dialog.problem.isVisible)
        assert "letters and digits" in dialog.problem.label.text()
        form.client_id.setText("c11ent")
        user.clicks(form.connect_button)
        await until(dialog.said.isVisible)
        assert form.secret.text() == ""
        await user.rests()
        assert "set up first" not in {row.cells[2] for row in dialog.model.rows if row.about == "spotify"}
        user.clicks(form.disconnect_button)
        await user.confirms("Disconnect")
        await until(lambda: dialog.said.label.text().startswith("Disconnected; 0 pictures"))
        await user.rests()
        assert "set up first" in {row.cells[2] for row in dialog.model.rows if row.about == "spotify"}
        dialog.reject()
        assert user.said == []


async def test_waiting_for_the_login_in_the_browser_can_be_given_up(
    sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = list[str]()
    monkeypatch.setattr("soulspot_gallery.gui.sources.sourcing._open_page", pages.append)
    async with a_window(tmp_path / "state", sources.settings("deezer")) as user:
        dialog = await opens_dialog(user)
        dialog.choose("spotify")
        QTest.keyClicks(dialog.details.credentials.client_id, "c11ent")
        user.clicks(dialog.details.credentials.connect_button)
        await until(lambda: pages)
        assert "c11ent" in pages[0]
        assert dialog.doing.text().startswith("Waiting for your login")
        user.clicks(dialog.cancel_button)
        await until(dialog.problem.isVisible)
        assert dialog.problem.label.text() == "Cancelled."
        dialog.reject()
