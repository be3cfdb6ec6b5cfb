"""While the door is shut no request leaves, whoever asks: a server that counts is the witness."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from support import pictures
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.world import World

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode, FetchPolicy, Outcome, Selection, State, Verdict
from soulspot_gallery.core.network.door import Door
from soulspot_gallery.core.network.fetch import Fetcher
from soulspot_gallery.core.network.json_client import Api, JsonClient
from soulspot_gallery.core.schedule import tick_once
from soulspot_gallery.core.settings import Settings


@pytest.fixture
def canary() -> Iterator[ImageServer]:
    with ImageServer() as server:
        yield server


@pytest.fixture
def world(library: SoulspotDatabase, canary: ImageServer) -> World:
    return World(library, canary)


def _shut(world: World) -> Settings:
    stand_ins = tuple(f"{name}={world.server.url('/' + name)}" for name in ("deezer", "musicbrainz", "itunes"))
    return replace(
        world.settings(), offline=True, providers=("deezer", "musicbrainz", "itunes"), provider_urls=stand_ins
    )


async def test_the_door_stands_before_every_request(canary: ImageServer) -> None:
    url = canary.serve("/a.jpg", pictures.jpeg((30, 30)))
    looked_up = list[str]()

    def lookup(host: str, port: int, family: object) -> list[object]:
        looked_up.append(host)
        return []

    door = Door(shut=True)
    fetcher = await Fetcher.open(Settings(allowed_hosts=(canary.host,)), lookup=lookup, door=door)  # type: ignore[arg-type]

    async def same() -> Fetcher:
        return fetcher

    client = JsonClient(same, lambda: {"deezer": canary.url("")})
    try:
        for ask in (
            fetcher.fetch(url),
            fetcher.head(url),
            fetcher.probe(url),
            fetcher.fetch("https://example.org/a.jpg"),
            client.get(Api("deezer", "https://api.deezer.com", 50, 5.0), "/search"),
        ):
            with pytest.raises(PictureError, match="works offline") as caught:
                await ask
            assert caught.value.code is ErrorCode.OFFLINE
        assert (canary.connections, looked_up) == (0, [])
        door.shut = False
        await fetcher.fetch(url)
        assert len(canary.requests("/a.jpg")) == 1
    finally:
        await fetcher.aclose()


async def test_an_offline_recache_skips_and_leaves_no_trace_of_a_failure(world: World) -> None:
    artist = world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg((30, 30))))
    async with world.service() as service:
        await service.change_settings(_shut(world))
        for policy in FetchPolicy:
            report = await service.recache(Selection(), policy)
            (result,) = report.results
            assert (result.outcome, result.error) == (Outcome.SKIPPED, ErrorCode.OFFLINE)
            assert "works offline" in str(result.message)
        saved = await service.download_and_cache(world.server.url("/a.jpg"), "artist", artist)
        assert (saved.success, saved.error) == (False, ErrorCode.OFFLINE)
        (entry,) = await service.entries()
        assert (entry.image.state, entry.image.problem) == (State.REMOTE, None)
        assert world.server.connections == 0
        await service.change_settings(world.settings())
        assert (await service.recache()).count(Outcome.DOWNLOADED) == 1


async def test_all_that_asks_the_network_says_so_and_asks_nothing(world: World) -> None:
    world.library.add_artist("A", world.server.serve("/a.jpg", pictures.jpeg((30, 30))))
    world.library.add_artist("B")
    async with world.service() as service:
        await service.validate()
        asked = len(world.server.requests())
        await service.change_settings(_shut(world))
        sync = await service.sync_service()
        (first, _) = [entry.entity for entry in await service.entries()]
        for work in (
            service.validate(),
            service.preview(first),
            service.drift(),
            sync.sync(),
            sync.search("words"),
            sync.test("deezer"),
        ):
            with pytest.raises(PictureError, match="works offline"):
                await work
        check = await service.check_url(world.server.url("/a.jpg"))
        assert check.verdict is Verdict.TEMPORARY
        assert not await service.validate_image(world.server.url("/a.jpg"))
        service.writing_allowed = True
        await tick_once(service, lambda cleanup: None)
        assert len(world.server.requests()) == asked
        assert [entry.image.verdict for entry in await service.entries()] == [Verdict.OK, Verdict.UNCHECKED]


async def test_going_offline_in_the_middle_stops_what_has_not_been_sent(world: World) -> None:
    """Other settings hold for new work alone; this one holds at once. Retries and redirects are requests as well."""
    world.server.latency = 0.15
    for number in range(60):
        world.library.add_artist(f"A{number}", world.server.serve(f"/{number}.jpg", pictures.jpeg((30, 30))))
    async with world.service() as service:
        first = asyncio.Event()
        work = asyncio.create_task(service.recache(on_result=lambda result: first.set()))
        await first.wait()
        await service.change_settings(replace(world.settings(), offline=True))
        sent = len(world.server.requests())
        report = await work
        assert len(world.server.requests()) <= sent + 4  # what was on its way to the host when the door was shut
        assert report.count(Outcome.FAILED) == 0
        assert report.count(Outcome.SKIPPED) >= 30
        states = [entry.image.state for entry in await service.entries()]
        assert states.count(State.CACHED) == report.count(Outcome.DOWNLOADED)
        assert State.FAILED not in states


async def test_a_validation_that_is_caught_by_it_ends_with_the_sentence(world: World) -> None:
    world.server.latency = 0.1
    for number in range(30):
        world.library.add_artist(f"A{number}", world.server.serve(f"/{number}.jpg", pictures.jpeg((30, 30))))
    async with world.service() as service:
        first = asyncio.Event()
        work = asyncio.create_task(service.validate(on_result=lambda result: first.set()))
        await first.wait()
        await service.change_settings(replace(world.settings(), offline=True))
        with pytest.raises(PictureError, match="works offline"):
            await work
        verdicts = {entry.image.verdict for entry in await service.entries()}
        assert verdicts == {Verdict.OK, Verdict.UNCHECKED}
