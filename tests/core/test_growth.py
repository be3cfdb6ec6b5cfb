"""Tests of what must not grow with the number of pictures: connections, tasks, statements, what is held at a time."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from support import pictures
from support.image_server import Answer, ImageServer, Request
from support.world import World

from soulspot_gallery.core.caching.pipeline import BATCH, Want, in_pages
from soulspot_gallery.core.model import Entity, EntityType, FetchPolicy, Outcome, RecacheResult, Selection, Verdict
from soulspot_gallery.core.service import ImageService

MANY = 96
ALL = Selection(kinds=frozenset(EntityType))


def fill(world: World, count: int) -> None:
    for number in range(count):
        world.library.add_artist(f"Artist {number}", world.server.serve(f"/{number}.jpg", pictures.jpeg()))


@contextmanager
def statements() -> Iterator[Counter[str]]:
    """Counts the statements of all engines, executemany as one, by their first word."""
    counted = Counter[str]()

    def count(
        connection: Any,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: Any,
        executemany: bool,  # noqa: FBT001
    ) -> None:
        counted[statement.split(None, 1)[0]] += 1

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        yield counted
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)


async def test_connections_are_used_again(world: World) -> None:
    fill(world, MANY)
    async with world.service() as service:
        assert (await service.recache()).count(Outcome.DOWNLOADED) == MANY
        recached = world.server.connections
        assert (await service.validate()).count(Verdict.OK) == MANY
    assert recached <= service.settings.max_connections
    assert world.server.connections <= service.settings.max_connections + 1


async def test_tasks_and_threads_are_bounded(world: World) -> None:
    fill(world, MANY)
    most_tasks = most_threads = 0

    def note(result: RecacheResult) -> None:
        nonlocal most_tasks, most_threads
        most_tasks = max(most_tasks, len(asyncio.all_tasks()))
        most_threads = max(most_threads, threading.active_count())

    async with world.service() as service:
        before = threading.active_count()
        await service.recache(on_result=note)
        connections = service.settings.max_connections
    assert most_tasks <= 3 * connections
    # Handlers of the server's connections are threads too.
    assert most_threads <= before + 2 * connections


async def test_statements_of_a_recache_go_by_the_batch(world: World) -> None:
    fill(world, MANY)
    async with world.service() as service:
        with statements() as counted:
            assert (await service.recache()).count(Outcome.DOWNLOADED) == MANY
    assert counted["UPDATE"] == MANY  # each row is compared and set for itself
    # At most a batch in 0.5 s, or as many as fit in one; in each the intents, facts, attempts, looks, and their end.
    assert counted["INSERT"] <= 8 * (MANY // BATCH + 12)
    assert counted["BEGIN"] <= 8 * (MANY // BATCH + 12)


async def test_statements_of_a_recheck_go_by_the_chunk(world: World) -> None:
    fill(world, 1)
    async with world.service() as service:
        await service.recache()
        with statements() as few:
            await service.recache(ALL)
        fill(world, MANY - 1)
        await service.recache()
        with statements() as many:
            assert (await service.recache(ALL)).count(Outcome.ALREADY_CACHED) == MANY
    assert sum(many.values()) <= sum(few.values()) + 14  # the queue of a long recache is written, read and emptied


async def test_what_is_held_at_a_time_does_not_grow(world: World) -> None:
    fill(world, 1)
    held = most = results = 0

    def wants() -> Iterator[Want]:
        nonlocal held, most
        for number in range(5000):
            held += 1
            most = max(most, held)
            yield Want(Entity(EntityType.ARTIST, f"{number:04}", "Nobody"), "", FetchPolicy.IF_NEEDED)

    def take(result: RecacheResult) -> None:
        nonlocal held, results
        held -= 1
        results += 1

    async with world.service() as service:
        await service.allow_writing()
        await service._run(in_pages(wants()), take, lambda progress: None)
    assert results == 5000
    assert most <= 1000  # a chunk that is looked at, and the one before


async def test_bodies_in_flight_are_bounded(world: World) -> None:
    under_way = most = 0
    lock = threading.Lock()

    def answer(request: Request) -> Answer:
        nonlocal under_way, most

        def body() -> Iterator[bytes]:
            nonlocal under_way, most
            with lock:
                under_way += 1
                most = max(most, under_way)
            yield pictures.jpeg()
            with lock:
                under_way -= 1

        return 200, {"Content-Type": "image/jpeg"}, body()

    for number in range(40):
        world.server.routes[f"/{number}"] = answer
        world.library.add_artist(f"Artist {number}", world.server.url(f"/{number}"))
    async with world.service() as service:
        assert (await service.recache()).count(Outcome.DOWNLOADED) == 40
    assert 1 <= most <= 4  # of one host


async def test_few_large_bodies_are_held_until_they_are_converted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = pictures.encoded((1000, 800), "teal", "BMP")  # 2.4 MB
    with ImageServer() as second:
        for number in range(12):
            server = (world.server, second)[number % 2]  # one host has four connections at most
            world.library.add_artist(f"Artist {number}", server.serve(f"/{number}", large, "image/bmp"))
        settings = replace(world.settings(), allowed_hosts=(world.server.host, second.host))
        async with ImageService.open(world.library.path, world.images, world.data, settings) as service:
            converting = most = 0
            run = service._converter.run

            async def slowly(*arguments: Any) -> Any:
                nonlocal converting, most
                converting += 1
                most = max(most, converting)
                await asyncio.sleep(0.05)  # the others would come meanwhile
                try:
                    return await run(*arguments)
                finally:
                    converting -= 1

            monkeypatch.setattr(service._converter, "run", slowly)
            assert (await service.recache()).count(Outcome.DOWNLOADED) == 12
    assert 1 <= most <= 3
