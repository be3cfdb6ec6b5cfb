"""What galleries on several machines agree on: slots of a host and of all, rests, and one trial after a pause."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from support import pictures
from support.image_server import Request
from support.shared import SharedLibrary

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.journal.together import Together
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.fetch import Fetcher
from soulspot_gallery.core.network.hosts import HostGate, LeftAlone, Manners
from soulspot_gallery.core.network.json_client import Api, JsonClient
from soulspot_gallery.core.postgres import parse_url, server_engine

SHOP = Api("shop", "https://shop.example", requests=5, seconds=0.8)
MANNERS = Manners(in_all=5, per_host=3, failures=2, pause=0.6, longest_pause=0.6, longest_wait=5.0)

_ADVISORY = (
    "WHERE l.locktype = 'advisory' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@asynccontextmanager
async def _gates(shared: SharedLibrary, number: int) -> AsyncIterator[list[HostGate]]:
    engines = [server_engine(parse_url(shared.url)) for _ in range(number)]
    others = [Together(engine) for engine in engines]
    try:
        yield [HostGate(MANNERS, others=each) for each in others]
    finally:
        for each, engine in zip(others, engines, strict=True):
            await asyncio.to_thread(each.close)
            engine.dispose()


class _Most:
    """How many were let in at the same time at most, by host and in all."""

    def __init__(self) -> None:
        self.now = dict[str, int]()
        self.most = dict[str, int]()

    async def ask(self, gate: HostGate, host: str) -> None:
        async with gate.slot(host):
            for name in (host, "all"):
                self.now[name] = self.now.get(name, 0) + 1
                self.most[name] = max(self.most.get(name, 0), self.now[name])
            await asyncio.sleep(0.05)
            gate.answered(host)
            for name in (host, "all"):
                self.now[name] -= 1


async def test_slots_hold_for_all_together(shared: SharedLibrary) -> None:
    most = _Most()
    async with _gates(shared, 3) as gates:
        await asyncio.gather(*(most.ask(gate, host) for _ in range(8) for gate in gates for host in "abc"))
    assert 2 <= most.most["all"] <= MANNERS.in_all
    assert 2 <= max(most.most[host] for host in "abc") <= MANNERS.per_host


async def test_slots_of_a_gallery_that_died_are_free(shared: SharedLibrary) -> None:
    async with _gates(shared, 2) as (one, two), asyncio.timeout(10), one.slot("a"), one.slot("a"), one.slot("a"):
        waiting = asyncio.create_task(_Most().ask(two, "a"))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        shared.execute(
            "SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        await waiting


def _wait_until_none_is_held(shared: SharedLibrary) -> None:
    deadline = time.monotonic() + 5
    while shared.execute(f"SELECT 1 FROM pg_locks l {_ADVISORY}"):
        assert time.monotonic() < deadline, "a slot is held for good"
        time.sleep(0.02)


async def test_a_request_that_is_given_up_gives_back_its_slots(shared: SharedLibrary) -> None:
    async with _gates(shared, 2) as (one, two), asyncio.timeout(10):
        for wait in (0.0, 0.001, 0.002, 0.004, 0.008):
            asking = [asyncio.create_task(_Most().ask(one, "a")) for _ in range(3)]
            await asyncio.sleep(wait)
            for each in asking:
                each.cancel()
            await asyncio.wait(asking)
        await _Most().ask(two, "b")
        await asyncio.to_thread(_wait_until_none_is_held, shared)


async def test_patience_that_one_was_asked_for_holds_for_all(shared: SharedLibrary) -> None:
    async with _gates(shared, 2) as (one, two):
        async with one.slot("a"):
            one.retry_after("a", 0.5)
        await _Most().ask(one, "b")  # what it told the others is told by now
        start = time.monotonic()
        await _Most().ask(two, "b")
        assert time.monotonic() - start < 0.4, "it is another host"
        await _Most().ask(two, "a")
        assert time.monotonic() - start > 0.4
        async with one.slot("c"):
            one.retry_after("c", 100)
        await _Most().ask(one, "b")
        with pytest.raises(LeftAlone, match="asks to be left alone"):
            await _Most().ask(two, "c")


async def test_a_pause_holds_for_all_and_one_request_ends_it(shared: SharedLibrary) -> None:
    async with _gates(shared, 3) as (one, two, three):
        for _ in range(MANNERS.failures):
            async with one.slot("a"):
                one.failed("a", ErrorCode.SERVER)
        with pytest.raises(LeftAlone, match="keeps failing"):
            await _Most().ask(two, "a")
        await asyncio.sleep(0.7)
        async with two.slot("a"):
            trial = asyncio.create_task(_Most().ask(three, "a"))
            await asyncio.sleep(0.2)
            assert not trial.done(), "one request shows whether it is back"
            two.answered("a")
            await asyncio.wait_for(trial, 5)
        most = _Most()
        await asyncio.gather(*(most.ask(gate, "a") for _ in range(5) for gate in (one, two, three)))
        assert most.most["a"] <= 3


async def test_two_galleries_ask_a_server_no_more_at_a_time_than_one(shared: SharedLibrary) -> None:
    """The whole way: two services, one picture server that counts."""
    lock, now, most = threading.Lock(), 0, 0

    def counted(request: Request) -> tuple[int, dict[str, str], bytes]:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.03)
        with lock:
            now -= 1
        return 200, {"Content-Type": "image/jpeg"}, pictures.jpeg()

    for each in range(40):
        shared.server.routes[f"/{each}.jpg"] = counted
    shared.add_albums([shared.server.url(f"/{each}.jpg") for each in range(40)])
    async with shared.service() as one, shared.service() as two:
        await asyncio.gather(one.recache(), two.recache())
    assert 2 <= most <= Manners().per_host


@asynccontextmanager
async def _clients(shared: SharedLibrary, number: int) -> AsyncIterator[list[JsonClient]]:
    """Galleries on machines of their own that ask the source SHOP."""
    async with AsyncExitStack() as stack:
        clients = []
        for _ in range(number):
            engine = server_engine(parse_url(shared.url))
            stack.callback(engine.dispose)
            others = Together(engine)
            stack.callback(others.close)
            fetcher = await Fetcher.open(shared.settings(), others=others)
            stack.push_async_callback(fetcher.aclose)
            clients.append(_client(fetcher, shared))
        yield clients


def _client(fetcher: Fetcher, shared: SharedLibrary) -> JsonClient:
    async def same() -> Fetcher:
        return fetcher

    return JsonClient(same, lambda: {SHOP.name: shared.server.url("")})


async def test_a_source_is_asked_no_more_often_by_all_than_by_one(shared: SharedLibrary) -> None:
    shared.server.routes["/"] = (200, {"Content-Type": "application/json"}, b"{}")
    async with _clients(shared, 3) as clients, asyncio.timeout(30):
        await asyncio.gather(*(client.get(SHOP, "/") for _ in range(7) for client in clients))
    times = [request.at for request in shared.server.log]
    assert len(times) == 21
    most = max(sum(start <= at < start + SHOP.seconds for at in times) for start in times)
    assert 2 <= most <= SHOP.requests


async def test_a_source_that_asks_one_for_patience_is_left_alone_by_all(shared: SharedLibrary) -> None:
    shared.server.routes["/"] = (429, {"Retry-After": "300"}, b"")
    async with _clients(shared, 2) as (one, two):
        for client in (one, two):
            with pytest.raises(PictureError, match=r"asks to be left alone|fewer requests"):
                await client.get(SHOP, "/")
    assert len(shared.server.log) == 1
