"""Tests of what runs by itself: the cleanup at its time, a missed one once, links a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from support import pictures
from support.world import World, cache_path

from soulspot_gallery.core import looking, schedule
from soulspot_gallery.core.errors import AnotherGallery, GalleryError, LibraryError
from soulspot_gallery.core.model import Entity, EntityType, ValidateResult, Verdict
from soulspot_gallery.core.opened import Opened
from soulspot_gallery.core.schedule import ScheduledCleanup, is_due, keep_schedule, next_run, tick_once
from soulspot_gallery.core.service import ImageService

START = datetime(2026, 3, 1, 12)  # noqa: DTZ001 (schedules are written in local time)


class _Clock:
    """The user's clock, set by hand."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = START
        patch.setattr(schedule, "local_now", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    return _Clock(monkeypatch)


async def _set(service: ImageService, **values: object) -> None:
    await service.change_settings(replace(service.settings, **values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "hours", "due"),
    [("0 3 * * *", 14, False), ("0 3 * * *", 15, True), ("0 3 * * *", 24 * 30, True), ("", 24 * 30, False)],
)
def test_when_a_run_is_due(line: str, hours: int, due: bool) -> None:  # noqa: FBT001 (a column of the table)
    assert is_due(line, START, START + timedelta(hours=hours)) is due


def test_the_next_run() -> None:
    assert next_run("0 3 * * *", START) == START + timedelta(hours=15)
    assert next_run("", START) is None


async def test_a_missed_run_is_made_up_for_once(world: World, clock: _Clock) -> None:
    runs = list[ScheduledCleanup]()
    async with world.service() as service:
        await tick_once(service, runs.append)  # the first start has missed nothing
        clock.now += timedelta(days=5)
    async with world.service() as service:
        await tick_once(service, runs.append)
        await tick_once(service, runs.append)
        assert len(runs) == 1
        clock.now += timedelta(hours=15)
        await tick_once(service, runs.append)
        assert len(runs) == 2


async def test_an_empty_line_switches_it_off(world: World, clock: _Clock) -> None:
    runs = list[ScheduledCleanup]()
    async with world.service() as service:
        await _set(service, cache_cleanup_schedule="")
        for _ in range(3):
            await tick_once(service, runs.append)
            clock.now += timedelta(days=5)
        assert runs == []


async def test_a_plan_is_made_and_kept_but_not_applied(world: World, clock: _Clock) -> None:
    world.library.add_artist("Somebody")
    path = world.picture("artists/spotify/orphan.webp")
    async with world.service() as service:
        await service.allow_writing()
        (run,) = await _next_run(service, clock)
        assert run.plan.ticked == {path}
        assert (run.result, run.refused) == (None, None)
        assert await service.load_plan(run.plan.id) == run.plan
    assert path in world.files()


async def test_it_is_applied_where_that_is_wanted_and_allowed(world: World, clock: _Clock) -> None:
    world.library.add_artist("Somebody")
    path = world.picture("artists/spotify/orphan.webp")
    async with world.service() as service:
        await _set(service, cache_cleanup_apply=True)
        (run,) = await _next_run(service, clock)
        assert run.result is None, "writing was not allowed"
        assert not (world.images / ".soulspot-gallery").exists()
        await service.allow_writing()
        (run,) = await _next_run(service, clock)
        assert run.result is not None
        assert run.result.removed == 1
        assert path not in world.files()
        (run,) = await _next_run(service, clock)
        assert run.result is None, "there is nothing to do"


async def test_it_never_passes_a_brake(world: World, clock: _Clock) -> None:
    path = world.picture("artists/spotify/orphan.webp")
    async with world.service() as service:
        await _set(service, cache_cleanup_apply=True)
        await service.allow_writing()
        (run,) = await _next_run(service, clock)
    assert run.result is None
    assert run.refused is not None
    assert "empty" in run.refused
    assert path in world.files()


async def test_old_trash_goes(world: World, clock: _Clock) -> None:
    world.library.add_artist("Somebody")
    world.picture("artists/spotify/orphan.webp")
    async with world.service() as service:
        await service.apply_cleanup(await service.plan_cleanup())
        await service.allow_writing()
        await _next_run(service, clock)
        assert len(await service.receipts()) == 1
        await _set(service, trash_days=0)
        await _next_run(service, clock)
        assert await service.receipts() == []


async def test_links_are_checked_a_few_at_a_time(world: World, clock: _Clock) -> None:
    for number in range(14):
        world.library.add_artist(f"A{number}", world.server.serve(f"/{number}.jpg", pictures.jpeg()))
    async with world.service() as service:
        for requests in (10, 14, 14):
            await tick_once(service, _ignore)
            assert len(world.server.log) == requests
        await _set(service, background_link_checks=False)
        world.library.add_artist("B", world.server.serve("/b.jpg", pictures.jpeg()))
        await tick_once(service, _ignore)
        assert len(world.server.log) == 14


async def test_an_entity_that_is_gone_by_then_stops_no_check(
    world: World, clock: _Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    gone = world.library.add_artist("B", world.server.serve("/b.jpg", pictures.jpeg()))
    real = looking.stale_links

    def late(opened: Opened, limit: int) -> list[Entity]:
        found = real(opened, limit)
        world.library.delete("artist", gone)
        return found

    monkeypatch.setattr(looking, "stale_links", late)
    async with world.service() as service:
        assert len((await service.check_stale_links(10)).results) == 2
        entry = await service.entry(EntityType.ARTIST, artist)
    assert entry is not None
    assert entry.image.verdict is Verdict.OK


async def test_another_gallery_that_writes_does_not_hide_the_plan(world: World, clock: _Clock) -> None:
    world.library.add_artist("Somebody")
    world.picture("artists/spotify/orphan.webp")
    runs = list[ScheduledCleanup]()
    async with world.service() as first, world.service() as second:
        await first.allow_writing()
        second.writing_allowed = True
        await _set(second, cache_cleanup_apply=True)
        await tick_once(second, _ignore)
        clock.now += timedelta(days=1)
        with pytest.raises(AnotherGallery):
            await tick_once(second, runs.append)
    assert runs[0].refused is not None
    assert "Another gallery" in runs[0].refused


async def test_trouble_is_told_and_the_schedule_goes_on(
    world: World, clock: _Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, runs = list[GalleryError](), list[ScheduledCleanup]()
    async with world.service() as service:
        await tick_once(service, _ignore)
        clock.now += timedelta(days=1)
        with monkeypatch.context() as patch:

            async def locked(*args: object) -> None:
                raise LibraryError("The library is locked.")

            patch.setattr(service, "plan_cleanup", locked)
            task = asyncio.create_task(keep_schedule(service, runs.append, told.append, tick=0.01))
            await _until(lambda: bool(told))
        clock.now += timedelta(days=1)
        await _until(lambda: bool(runs))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [str(each) for each in told] == ["The library is locked."]


async def test_what_was_shown_is_written_down_by_and_by(world: World, clock: _Clock) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg()))
    async with world.service() as service:
        await service.recache()
        service.note_shown([cache_path("artist", artist)])
        await tick_once(service, _ignore)
        opened = world.opened()
        assert list(opened.journal.knowledge().shown) == [cache_path("artist", artist)]
        opened.journal.close()
        opened.library.close()


async def _next_run(service: ImageService, clock: _Clock) -> list[ScheduledCleanup]:
    runs = list[ScheduledCleanup]()
    await tick_once(service, _ignore)
    clock.now += timedelta(days=1)
    await tick_once(service, runs.append)
    return runs


def _ignore(cleanup: ScheduledCleanup) -> None:
    pass


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 (what is waited for has no event)
            await asyncio.sleep(0.01)


async def test_who_watches_hears_of_each_link_that_was_checked(world: World) -> None:
    heard = list[ValidateResult]()
    async with world.service() as service:
        world.library.add_artist("Ada", url=world.server.serve("/ada.jpg", pictures.jpeg()))
        await tick_once(service, _ignore, heard.append)
    assert [result.check.verdict for result in heard] == [Verdict.OK]


@pytest.mark.parametrize(("hours", "asked"), [(0.5, 0), (2, 1)])
async def test_a_link_that_could_not_say_is_asked_again_after_an_hour(
    world: World, monkeypatch: pytest.MonkeyPatch, hours: float, asked: int
) -> None:
    world.library.add_artist("Ada", url=world.server.serve("/ada.jpg", b"", status=503))
    async with world.service() as service:
        await service.validate()
        monkeypatch.setattr(looking, "DOUBT_GOOD_FOR", timedelta(hours=1) - timedelta(hours=hours))
        assert len((await service.check_stale_links(10)).results) == asked
