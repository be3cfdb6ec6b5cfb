"""Pictures from sources, asked for in the window: for the selection, for all without one; failures are shown."""

from __future__ import annotations

import pytest
from support import pictures
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.sources import Sources, deezer_artist
from support.window import User, a_window, until
from support.world import World

from soulspot_gallery.core.model import EntityType, State
from soulspot_gallery.gui.jobs.failures_dialog import FailuresDialog
from soulspot_gallery.gui.opening.libraries import Wanted

ARTIST = EntityType.ARTIST


@pytest.fixture
def sources(image_server: ImageServer) -> Sources:
    sources = Sources(image_server)
    face = sources.picture("face.jpg", pictures.jpeg())
    sources.answer("deezer", "/search/artist", {"data": [deezer_artist(27, "Daft Punk", face)]})
    return sources


async def opened(user: User, world: World) -> None:
    async with world.service() as service:
        await service.allow_writing()
    await user.opens(Wanted(str(world.library.path)))


async def test_a_selection_and_all_without_a_url(library: SoulspotDatabase, sources: Sources) -> None:
    world = World(library, sources.server)
    found, nothing = library.add_artist("Daft Punk"), library.add_artist("Nobody")
    library.add_artist("With a URL", sources.picture("r.jpg", pictures.jpeg()))  # not asked for: it has one
    async with a_window(world.data, sources.settings("deezer")) as user:
        await opened(user, world)
        act = user.window.actions_by_name
        assert not act["sync"].isEnabled()
        user.clicks_tile(ARTIST, found)
        await until(act["sync"].isEnabled)
        act["sync"].trigger()
        await user.rests()
        assert user.entry(ARTIST, found).image.state is State.CACHED
        assert user.summaries == ["“Daft Punk”: its picture is from deezer."]
        act["sync_all"].trigger()
        await user.rests()
        assert user.summaries[-1] == "“Nobody”: no source has a picture of it."
        assert user.entry(ARTIST, nothing).image.state is State.NONE
        assert user.said == []


async def test_what_failed_is_shown_and_tried_again(library: SoulspotDatabase, sources: Sources) -> None:
    world = World(library, sources.server)
    artist = library.add_artist("Daft Punk")
    good = sources.server.routes["/deezer/search/artist"]
    sources.answer("deezer", "/search/artist", b"<html>Log in</html>")
    async with a_window(world.data, sources.settings("deezer")) as user:
        await opened(user, world)
        user.window.actions_by_name["sync_all"].trigger()
        await user.rests()
        user.clicks(user.window.job_bar.ended[-1].details_button)
        dialog = await user.sees(FailuresDialog)
        assert dialog.failure_count == 1
        sources.server.routes["/deezer/search/artist"] = good
        user.clicks(dialog.retry_button)
        await user.rests()
        assert user.entry(ARTIST, artist).image.state is State.CACHED
