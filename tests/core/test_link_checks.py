"""Tests of checking many links: what was checked lately is left out, an interrupted check goes on where it was."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from support import pictures
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.world import World

from soulspot_gallery.core.locate import url_hash
from soulspot_gallery.core.model import CheckedBy, Selection, UrlCheck, ValidateResult, Verdict, ignore_progress

DAY = timedelta(days=1)


@pytest.fixture
def world(library: SoulspotDatabase, image_server: ImageServer) -> World:
    world = World(library, image_server)
    for number in range(12):
        library.add_artist(f"Artist {number}", image_server.serve(f"/{number}.jpg", pictures.jpeg((8, 8))))
    return world


async def test_every_link_is_asked_unless_told_otherwise(world: World) -> None:
    async with world.service() as service:
        for _ in range(2):
            assert (await service.validate()).count(Verdict.OK) == 12


async def test_what_was_checked_lately_is_left_out(world: World) -> None:
    asked = world.library.add_artist("Asked first", world.server.serve("/first.jpg", pictures.jpeg((8, 8))))
    chosen = Selection(ids=frozenset([asked]))
    async with world.service() as service:
        await service.validate(chosen)
        report = await service.validate(good_for=DAY)
        assert (len(report.results), report.left_out) == (12, 1)
        assert asked not in {result.id for result in report.results}
        report = await service.validate(good_for=DAY)
        assert (report.results, report.left_out) == ((), 13)
        report = await service.validate()
        assert (len(report.results), report.left_out) == (13, 0)


async def test_out_of_reach_is_no_verdict(world: World) -> None:
    async with world.service() as service:
        await service.validate()
        url = world.server.url("/3.jpg")
        unreached = UrlCheck(Verdict.TEMPORARY, "The server did not answer.", CheckedBy.HEAD)
        await service._note_links({url_hash(url): unreached})
        assert [result.url for result in (await service.validate(good_for=DAY)).results] == [url]


async def test_an_interrupted_check_goes_on_where_it_was(world: World) -> None:
    done = list[ValidateResult]()
    async with world.service() as service:

        def cut_off(result: ValidateResult) -> None:
            done.append(result)
            if len(done) == 5:
                running.cancel()

        running = asyncio.create_task(service.validate(Selection(), ignore_progress, cut_off))
        with pytest.raises(asyncio.CancelledError):
            await running
    async with world.service() as service:
        rest = await service.validate(good_for=DAY)
    assert len(rest.results) == 12 - len(done)
    assert {result.id for result in rest.results}.isdisjoint(result.id for result in done)
