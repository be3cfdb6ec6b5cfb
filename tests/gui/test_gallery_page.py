"""The page of an open library: kept true to it while things change, filters and selection among them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from PySide6.QtCore import QPoint, Qt
from support import pictures
from support.window import User, a_window, until
from support.world import World

from soulspot_gallery.core.model import EntityType, Verdict
from soulspot_gallery.gui.opening.libraries import Wanted

ARTIST = EntityType.ARTIST


@asynccontextmanager
async def page_of(world: World) -> AsyncIterator[User]:
    async with world.service() as service:
        await service.allow_writing()
    async with a_window(world.data, world.settings()) as user:
        await user.opens(Wanted(str(world.library.path)))
        yield user
    assert user.said == []


async def test_reloading_keeps_selection_keyboard_and_counts(world: World) -> None:
    ids = [world.library.add_artist(f"Artist {n}") for n in range(5)]
    async with page_of(world) as user:
        assert user.page.view.hasFocus()
        user.page.show_keys([(ARTIST, ids[2])])
        world.library.add_artist("Artist 0a")
        user.page.filters.focus_search()
        user.window.actions_by_name["refresh"].trigger()
        await until(lambda: user.page.model.total == 6)
        assert [entry.entity.id for entry in user.page.view.selected_entries()] == [ids[2]]
        assert user.page.filters.search.hasFocus(), "reading again takes the keyboard from nobody"
        assert user.page.filters.shown.text() == "6 pictures"


async def test_verdicts_are_seen_before_the_job_ends_and_filters_follow_at_its_end(world: World) -> None:
    good = world.library.add_artist("Good", world.server.serve("/good.jpg", pictures.jpeg()))
    bad = world.library.add_artist("Bad", world.server.url("/bad.jpg"))
    async with page_of(world) as user:
        user.clicks(user.page.filters.only_broken)
        assert user.shown() == []
        user.page.show_verdict((ARTIST, good), Verdict.MOVED)
        await until(lambda: user.entry(ARTIST, good).image.verdict is Verdict.MOVED)
        user.window.actions_by_name["validate_all"].trigger()
        await until(lambda: [entry.entity.id for entry in user.shown()] == [bad], "the broken one is among the broken")
        assert user.page.filters.shown.text() == "1 of 2 pictures"
        assert user.entry(ARTIST, good).image.verdict is Verdict.OK


async def test_filters_that_hide_what_is_to_be_shown_are_taken_away(world: World) -> None:
    ids = [world.library.add_artist(f"Artist {n}") for n in range(3)]
    async with page_of(world) as user:
        user.page.filters.search.setText("Artist 1")
        await until(lambda: user.page.model.rowCount() == 1)
        user.page.show_keys([(ARTIST, ids[2])])
        assert user.page.filters.search.text() == ""
        assert [entry.entity.id for entry in user.page.view.selected_entries()] == [ids[2]]
        assert user.page.name_of(ARTIST, ids[2]) == "Artist 2"
        assert user.page.name_of(ARTIST, "gone") == "gone"


async def test_the_buttons_beside_a_picture_act_on_it_though_it_is_not_selected(world: World) -> None:
    whole = world.picture("artists/spotify/a.webp")
    world.library.add_artist("Artist", world.server.serve("/a.jpg", pictures.jpeg()), whole)
    async with page_of(world) as user:
        user.page.view.make_current(0)
        await until(lambda: user.page.details.currentIndex() == 1)
        assert user.page.view.selected_entries() == []
        assert user.window.actions_by_name["recache_all"].isEnabled()
        user.clicks(user.page.details.one.buttons.recache)
        await until(lambda: len(world.server.requests("/a.jpg")) == 1)


async def test_a_library_that_cannot_be_read_any_more_says_so(world: World) -> None:
    world.library.add_artist("Artist")
    async with page_of(world) as user:
        world.library.execute("ALTER TABLE soulspot_artists RENAME TO elsewhere")
        user.window.actions_by_name["refresh"].trigger()
        await until(lambda: any(each.text.startswith("Reading the library: ") for each in user.said))
        assert user.window.banner.isVisible()
        assert user.page.model.total == 1, "what was read stays on screen"
        user.said.clear()


async def test_the_menu_of_the_grid_comes_where_it_was_asked_for(world: World) -> None:
    entity = world.library.add_artist("Artist")
    asked = list[QPoint]()
    async with page_of(world) as user:
        user.page.menu_requested.disconnect()
        user.page.menu_requested.connect(asked.append)
        user.clicks_tile(ARTIST, entity)
        user.page.view.customContextMenuRequested.emit(QPoint(10, 20))
        assert asked == [user.page.view.viewport().mapToGlobal(QPoint(10, 20))]


async def test_details_can_be_hidden_and_come_back_with_return(world: World) -> None:
    entity = world.library.add_artist("Artist")
    async with page_of(world) as user:
        user.window.actions_by_name["details"].trigger()
        assert user.page.details.isHidden()
        user.clicks_tile(ARTIST, entity)
        await user.presses(Qt.Key.Key_Return)
        assert user.page.details.isVisible()


async def test_a_coroutine_whose_job_never_began_is_closed(world: World) -> None:
    async with page_of(world) as user:
        began = list[str]()

        async def work(name: str) -> None:
            began.append(name)

        user.page._spawn("same", work("first"))
        user.page._spawn("same", work("second"))
        await user.rests()
        assert began == ["second"]
