"""Tests of the connections that a run opens: as many as its limits say, however many pictures and links there are."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import pytest
from support import pictures
from support.image_server import ImageServer
from support.world import World

from soulspot_gallery.core.model import Outcome, Verdict
from soulspot_gallery.core.network.validation import PER_HOST
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings

HOSTS = 3


def fill(world: World, servers: list[ImageServer], count: int) -> None:
    """Pictures of all servers in turn."""
    for number in range(count):
        server = servers[number % len(servers)]
        world.library.add_artist(f"Artist {number}", server.serve(f"/{number}.jpg", pictures.jpeg((16, 16))))


async def opened_by(world: World, servers: list[ImageServer], settings: Settings) -> tuple[list[int], list[int]]:
    """How many connections a recache of all opened at each server, and how many there were after a check of links."""
    async with ImageService.open(world.library.path, world.images, world.data, settings) as service:
        recached = await service.recache()
        assert recached.count(Outcome.DOWNLOADED) == len(recached.results)
        after_recache = [server.connections for server in servers]
        checked = await service.validate()
        assert checked.count(Verdict.OK) == len(recached.results)
    return after_recache, [server.connections for server in servers]


@pytest.mark.parametrize("count", [40, 400])
async def test_as_many_of_one_host_as_it_is_asked_at_a_time(world: World, count: int) -> None:
    fill(world, [world.server], count)
    recache, then = await opened_by(world, [world.server], world.settings())
    assert recache == [PER_HOST]
    assert then == [PER_HOST], "links are checked over the same ones"


@pytest.mark.parametrize("count", [60, 360])
async def test_of_several_hosts_never_more_than_each_is_asked_at_a_time(world: World, count: int) -> None:
    with ExitStack() as stack:
        servers = [world.server, *(stack.enter_context(ImageServer()) for _ in range(HOSTS - 1))]
        fill(world, servers, count)
        settings = replace(world.settings(), allowed_hosts=tuple(server.host for server in servers))
        recache, then = await opened_by(world, servers, settings)
    assert all(1 <= opened <= PER_HOST for opened in (*recache, *then))


@pytest.mark.parametrize("count", [60, 360])
async def test_of_all_hosts_together_no_more_than_the_limit(world: World, count: int) -> None:
    with ExitStack() as stack:
        servers = [world.server, *(stack.enter_context(ImageServer()) for _ in range(4))]
        fill(world, servers, count)
        settings = replace(world.settings(), allowed_hosts=tuple(server.host for server in servers))
        recache, then = await opened_by(world, servers, settings)
    assert sum(recache) == settings.max_connections
    assert then == recache, "links are checked over the same ones"


async def test_fewer_where_the_settings_say_so(world: World) -> None:
    fill(world, [world.server], 40)
    settings = replace(world.settings(), max_connections=2, max_keepalive_connections=2)
    assert await opened_by(world, [world.server], settings) == ([2], [2])


async def test_none_is_kept_where_the_settings_say_so(world: World) -> None:
    fill(world, [world.server], 20)
    settings = replace(world.settings(), max_keepalive_connections=0)
    assert await opened_by(world, [world.server], settings) == ([20], [40])
