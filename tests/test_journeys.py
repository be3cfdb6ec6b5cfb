"""Journeys of a user through the window, from end to end: real clicks and keys, real files, rows and servers."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from support import pictures
from support.window import CONTROL, CONTROL_SHIFT, User, a_window, until
from support.world import World

from soulspot_gallery.core.model import EntityType, Source, State, Verdict
from soulspot_gallery.demo import SampleLibrary, sample_library
from soulspot_gallery.demo.library import url_of
from soulspot_gallery.demo.roster import Fate, Role, roster
from soulspot_gallery.gui.event_loop import new_event_loop
from soulspot_gallery.gui.jobs.failures_dialog import FailuresDialog
from soulspot_gallery.gui.opening.libraries import Wanted

Key = Qt.Key
loop_factory = new_event_loop


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> QApplication:
    """The loop needs it before the test begins."""
    return qapp


@asynccontextmanager
async def own_window(world: World) -> AsyncIterator[User]:
    """A small library in a window; the user has allowed writing to it earlier."""
    async with world.service() as service:
        await service.allow_writing()
    async with a_window(world.data, world.settings()) as user:
        await user.opens(Wanted(str(world.library.path)))
        yield user


@asynccontextmanager
async def the_sample() -> AsyncIterator[tuple[User, SampleLibrary]]:
    """The sample library in a window, with its CDN at hand."""
    async with sample_library() as sample, a_window(sample.data_dir, sample.settings) as user:
        await user.opens(Wanted(str(sample.library), sample.image_root))
        yield user, sample


def files(sample: SampleLibrary) -> set[str]:
    """The managed files under the image root."""
    return {
        file.relative_to(sample.image_root).as_posix()
        for file in sample.image_root.rglob("*")
        if file.is_file() and ".soulspot-gallery" not in file.relative_to(sample.image_root).parts
    }


def row_path(sample: SampleLibrary, entity_id: str) -> str | None:
    """What the row of an album says of its picture."""
    with closing(sqlite3.connect(sample.library)) as connection:
        (path,) = connection.execute("SELECT cover_path FROM soulspot_albums WHERE id = ?", (entity_id,)).fetchone()
    assert path is None or isinstance(path, str)
    return path


def an_album(fate: Fate) -> Role:
    return next(
        role for role in roster() if role.kind is EntityType.ALBUM and role.fate is fate and role.route == "covers"
    )


async def test_the_main_job() -> None:
    """See the library, find a broken picture and repair it, look at a cleanup, change it, apply and undo it."""
    async with the_sample() as (user, sample):
        assert user.page.model.rowCount() == user.page.model.total > 100
        await repair_a_broken_picture(user, sample, an_album(Fate.REMOTE))
        await clean_up_and_undo(user, sample)
        assert user.said == []


async def repair_a_broken_picture(user: User, sample: SampleLibrary, role: Role) -> None:
    """Check the links, show only the broken ones, recache one whose host has been mended."""
    key, url = (EntityType.ALBUM, role.id), url_of(role, sample.cdn) or ""
    sample.cdn.withdraw(url, HTTPStatus.NOT_FOUND)
    await user.presses(Key.Key_L, CONTROL_SHIFT)
    await until(lambda: user.summaries, "the links are checked")
    await user.rests()
    assert user.summaries[0].startswith(f"{sum(bool(url_of(each, sample.cdn)) for each in roster())} links: ")
    assert user.entry(*key).image.verdict is Verdict.BROKEN

    user.clicks(user.page.filters.only_broken)
    assert {entry.image.verdict for entry in user.shown()} == {Verdict.BROKEN}
    assert user.entry(*key) in user.shown()
    assert user.entry(*key).image.display.source is Source.PLACEHOLDER

    sample.cdn.bring_back(url)
    user.clicks_tile(*key)
    await until(lambda: user.window.actions_by_name["recache"].isEnabled(), "something is selected")
    await user.presses(Key.Key_R, CONTROL)
    await until(lambda: user.entry(*key).image.state is State.CACHED, "it is cached")
    side = user.page.view.tile
    await until(lambda: user.page.thumbnails.get(user.entry(*key), side), "its picture is painted")
    await user.rests()
    assert (sample.image_root / (row_path(sample, role.id) or "")).is_file()
    assert user.summaries[-1] == f"“{role.name}”: downloaded."
    assert user.entry(*key) in user.shown(), "what was recached by hand stays where it was, to be seen"
    user.clicks(user.page.filters.only_broken)


async def clean_up_and_undo(user: User, sample: SampleLibrary) -> None:
    before = files(sample)
    await user.presses(Key.Key_E, CONTROL)
    dialog = await user.sees_plan()
    assert files(sample) == before, "a plan changes nothing"
    ticked = dialog.plan_page.ticked
    assert QApplication.focusWidget() is dialog.plan_page.table
    await user.presses(Key.Key_Home)
    await user.presses(Key.Key_Space)
    dialog.plan_page.follow_ticks()
    chosen = dialog.plan_page.ticked
    assert len(chosen) == len(ticked) - 1
    assert chosen < ticked

    user.clicks(dialog.trash_button)
    await until(dialog.result_page.isVisible, "the cleanup is done")
    assert before - files(sample) == chosen
    await user.rests()
    assert not chosen & {entry.entity.path for entry in user.page.model.entries()}, "no row names what is gone"

    user.clicks(dialog.undo_button)
    await until(lambda: dialog.result_page.headline.text() == "The cleanup was undone")
    await user.rests()
    assert files(sample) == before
    await user.presses(Key.Key_Escape)
    await user.is_in_grid()


async def test_failures_are_shown_and_tried_again(world: World) -> None:
    ids = [world.library.add_artist(f"Artist {n}", world.server.url(f"/{n}.jpg")) for n in range(3)]
    async with own_window(world) as user:
        await user.presses(Key.Key_R, CONTROL_SHIFT)
        await until(lambda: user.summaries == ["3 pictures: 3 failed."], "all have failed")
        await user.rests()
        assert {user.entry(EntityType.ARTIST, each).image.state for each in ids} == {State.FAILED}

        for n in range(3):
            world.server.serve(f"/{n}.jpg", pictures.jpeg())
        user.clicks(user.window.job_bar.ended[0].details_button)
        dialog = await user.sees(FailuresDialog)
        assert dialog.failure_count == 3
        user.clicks(dialog.retry_button)
        await until(lambda: "3 pictures: 3 downloaded." in user.summaries, "they are fetched")
        await user.rests()
        assert {user.entry(EntityType.ARTIST, each).image.state for each in ids} == {State.CACHED}
        assert user.said == []
    world.assert_sound()


async def test_the_window_closes_cleanly_while_jobs_run(world: World) -> None:
    for n in range(40):
        world.library.add_artist(f"Artist {n}", world.server.serve(f"/{n}.jpg", pictures.jpeg()))
    world.server.latency = 0.05
    async with own_window(world) as user:
        await user.presses(Key.Key_R, CONTROL_SHIFT)
        await user.presses(Key.Key_L, CONTROL_SHIFT)
        await until(lambda: any(job.progress.done for job in user.window.jobs.active), "work has begun")
        assert user.window.close()
        async with asyncio.timeout(10):
            await user.window.shut_down()
        assert user.window.jobs.active == ()
        assert user.said == []
    assert len(world.server.requests()) < 80
    world.assert_sound()


async def test_a_library_of_someone_else_is_only_looked_at_until_allowed(world: World) -> None:
    entity = world.library.add_artist("Ёлка 🎄 عربي", world.server.serve("/a.jpg", pictures.jpeg()))
    before = world.library.row("artist", entity)
    async with a_window(world.data, world.settings()) as user:
        await user.opens(Wanted(str(world.library.path)))
        user.clicks_tile(EntityType.ARTIST, entity)
        await until(lambda: user.window.actions_by_name["validate"].isEnabled(), "something is selected")
        assert user.window.read_only.isVisible()
        for name in ("recache", "recache_all", "undo"):
            assert not user.window.actions_by_name[name].isEnabled()
        await until(lambda: user.page.thumbnails.get(user.entry(EntityType.ARTIST, entity), 160), "it is shown")
        assert world.library.row("artist", entity) == before
        assert world.files() == {}

        user.clicks(user.window.read_only.allow_button)
        await user.confirms("Allow writing")
        await until(user.window.read_only.isHidden, "writing is allowed")
        await user.presses(Key.Key_R, CONTROL)
        await until(lambda: user.entry(EntityType.ARTIST, entity).image.state is State.CACHED, "it is cached")
        await user.rests()
        assert user.said == []
    async with a_window(world.data, world.settings()) as user:
        await user.opens(Wanted(str(world.library.path)))
        assert user.window.read_only.isHidden(), "it was allowed once"


async def test_a_second_gallery_looks_only_until_the_first_has_gone(world: World, tmp_path: Path) -> None:
    world.library.add_artist("Artist", world.server.serve("/a.jpg", pictures.jpeg()))
    async with world.service() as first:
        await first.allow_writing()
        async with a_window(world.data, world.settings()) as user:
            await user.opens(Wanted(str(world.library.path)))
            line = user.window.read_only
            assert line.isVisible()
            assert "Until then you can look at everything." in line.label.text()
            assert user.page.model.total == 1
            assert not user.window.actions_by_name["recache_all"].isEnabled()
            await first.aclose()
            user.clicks(line.allow_button)
            await until(line.isHidden, "it may be written now")
            assert user.window.actions_by_name["recache_all"].isEnabled()
            assert user.said == [], "said once, above the grid"


async def test_a_plan_made_by_the_schedule_waits_behind_its_button(world: World) -> None:
    world.library.add_artist("Artist")
    world.picture("artists/ab/abcdef.webp")
    async with world.service() as service:
        await service.remember("cleanup_ran_at", "2020-01-01T03:00:00")
    settings = replace(world.settings(), cache_cleanup_schedule="0 3 * * *")
    async with a_window(world.data, settings) as user:
        await user.opens(Wanted(str(world.library.path)))
        button = user.window.schedule.plan_button
        await until(button.isVisible, "a plan is ready")
        assert user.window.schedule.label.text().startswith("Next cleanup plan ")
        assert list(world.files()) == ["artists/ab/abcdef.webp"]
        user.clicks(button)
        dialog = await user.sees_plan()
        assert dialog.plan_page.ticked == {"artists/ab/abcdef.webp"}
        assert button.isHidden()
        dialog.reject()
