"""The pool and its resolver: only public addresses, no heap of idle connections."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest
from aiohttp.client_proto import ResponseHandler
from support.fetching import fetched, fetcher_for, lookup_of
from support.hostile_server import JPEG, HostileServer, answer

from soulspot_gallery.core.network.addresses import UrlRules
from soulspot_gallery.core.network.wire import CheckedResolver, SippingSocket, UnsafeAddress, in_thread


async def test_of_mixed_answers_only_the_public_part_is_used() -> None:
    resolver = CheckedResolver(
        UrlRules(("nas.local:80",)),
        lookup_of(["10.0.0.1", "8.8.8.8", "::1", "2606:4700::1"], ["127.0.0.1"], ["10.0.0.1"], []),
    )
    found = await resolver.resolve("pictures.example.com", 80)
    assert [(each["host"], each["port"], each["family"]) for each in found] == [
        ("8.8.8.8", 80, socket.AF_INET),
        ("2606:4700::1", 80, socket.AF_INET6),
    ]
    with pytest.raises(UnsafeAddress):
        await resolver.resolve("pictures.example.com", 80)
    assert [each["host"] for each in await resolver.resolve("nas.local", 80)] == ["10.0.0.1"]
    with pytest.raises(OSError, match="no address"):
        await resolver.resolve("pictures.example.com", 80)


async def test_a_thread_gives_its_result_or_its_error() -> None:
    assert await in_thread(lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(in_thread(asyncio.Event), 0)


async def test_many_hosts_leave_few_connections_open() -> None:
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(HostileServer({"/a": answer()})) for _ in range(40)]
        async with fetcher_for(*(server.host for server in servers)) as fetcher:
            for server in servers:
                await fetched(fetcher, server.url("/a"))
            for server in servers[-5:]:
                await fetched(fetcher, server.url("/a"))
            for _ in range(100):
                if sum(server.open for server in servers) <= 8:
                    break
                await asyncio.sleep(0.02)
            assert sum(server.open for server in servers) == 8
        assert [server.connections for server in servers] == [1] * 40


async def test_little_is_parsed_between_two_turns_of_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Interim answers for ever, or a body in chunks of a byte, would hold up the window for half a second a read."""
    sizes = []
    parse = ResponseHandler.data_received

    def measured(self: ResponseHandler, data: bytes) -> None:
        sizes.append(len(data))
        parse(self, data)

    monkeypatch.setattr(ResponseHandler, "data_received", measured)
    interim = b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50_000
    with HostileServer({"/a": interim + answer(), "/b": answer(JPEG + bytes(2_000_000))}) as server:
        async with fetcher_for(server.host) as fetcher:
            assert (await fetched(fetcher, server.url("/a"))).content == JPEG
            assert len((await fetched(fetcher, server.url("/b"))).content) > 2_000_000
    assert sum(sizes) > 3_000_000
    assert max(sizes) <= 16 * 1024


async def test_little_is_decrypted_between_two_turns_too() -> None:
    ours, theirs = socket.socketpair()
    with theirs, SippingSocket(ours.family, ours.type, ours.proto, ours.detach()) as sipping:
        theirs.setblocking(False)
        theirs.send(bytes(100_000))
        into = bytearray(50_000)
        assert sipping.recv_into(into) == sipping.recv_into(into, 40_000) == len(sipping.recv(99_999)) == 16 * 1024
        assert (sipping.recv_into(into, 100), len(sipping.recv(50))) == (100, 50)
