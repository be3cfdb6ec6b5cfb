"""Tests of the line above a library with many missing files: it counts, shows, fetches them, and can be sent away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from support import pictures
from support.accessibility import problems
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.window import CONTROL_SHIFT, User, a_window, until
from support.world import World

from soulspot_gallery.core.model import State
from soulspot_gallery.gui.opening.libraries import Wanted
from soulspot_gallery.gui.opening.missing_files import MANY, MissingFilesBar


@pytest.fixture
def world(library: SoulspotDatabase, image_server: ImageServer) -> World:
    """As many missing files as are worth a line; one picture is only on the web, one lies there, an artist has none."""
    world = World(library, image_server)
    url = image_server.serve("/a.jpg", pictures.jpeg((40, 40)))
    for number in range(MANY):
        library.add_artist(f"Missing {number}", url, f"artists/spotify/{number}.webp")
    library.add_album("Remote", url)
    library.add_playlist("Whole", url, world.picture("playlists/spotify/whole.webp"))
    return world


async def _opened(user: User, world: World) -> MissingFilesBar:
    await user.opens(Wanted(str(world.library.path), world.images))
    await until(user.window.missing.isVisible, "the line is there")
    return user.window.missing


def _states(user: User) -> set[State]:
    return {entry.image.state for entry in user.shown()}


async def test_they_are_counted_shown_and_fetched(world: World, tmp_path: Path) -> None:
    async with a_window(tmp_path / "state", world.settings()) as user:
        line = await _opened(user, world)
        assert line.label.text() == f"The library names {MANY} pictures that are not in its folder."
        assert not line.fetch_button.isEnabled(), "nothing may be written yet"
        assert not problems(user.window)
        user.clicks(line.show_button)
        assert _states(user) == {State.MISSING_FILE}
        assert len(user.shown()) == MANY
        await user.is_in_grid()
        user.window.read_only.allow_writing_requested.emit()
        await until(line.fetch_button.isEnabled)
        user.clicks(line.fetch_button)
        await user.rests()
        await until(lambda: not line.isVisible(), "none is missing any more")
        await user.is_in_grid()
        assert user.summaries == [f"{MANY} pictures: {MANY} downloaded."]
        user.page.filters.clear_filters()
        assert _states(user) == {State.CACHED, State.REMOTE, State.NONE}, "what was not asked for is as it was"


async def test_a_key_fetches_them_and_leaves_locked_ones_alone(world: World, tmp_path: Path) -> None:
    async with a_window(tmp_path / "state", world.settings()) as user:
        await _opened(user, world)
        user.window.read_only.allow_writing_requested.emit()
        await until(lambda: user.page.writable)
        held = next(entry.entity.key for entry in user.shown() if entry.image.state is State.MISSING_FILE)
        await user.page.service.lock([held])
        await user.presses(Qt.Key.Key_M, CONTROL_SHIFT)
        await user.rests()
        assert user.summaries == [f"{MANY} pictures: {MANY - 1} downloaded, 1 skipped."]
        assert user.entry(*held).image.state is State.MISSING_FILE


async def test_it_stays_away_once_sent_away(world: World, tmp_path: Path) -> None:
    async with a_window(tmp_path / "state", world.settings()) as user:
        line = await _opened(user, world)
        line.later_button.setFocus()
        await user.presses(Qt.Key.Key_Space)
        assert not line.isVisible()
        await user.is_in_grid()
        user.page.reload()
        await user.rests()
        await asyncio.sleep(1)  # longer than it waits before it counts
        assert not line.isVisible()
