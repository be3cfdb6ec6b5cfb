"""The connections: an httpx transport over aiohttp's pool that connects only where the rules allow. No policy beyond.

Why not httpx's own pool: on the loopback this takes 140 µs of CPU a request, httpx's 820, and aiohttp's resolver hook
lets the address that was checked be the one that is connected to. `fetch` speaks to the transport directly, without
`httpx.AsyncClient`: following redirects, cookies, credentials and logging of URLs is what it would add (another 70 µs),
and what must not happen behind our back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import httpx
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult

from soulspot_gallery.core.network.addresses import UrlRules
from soulspot_gallery.core.network.door import Door
from soulspot_gallery.core.settings import Settings

_Result = TypeVar("_Result")

DNS_SECONDS = 60
"""How long a checked address is used without asking again."""

_MOST_HOSTS = 32

_SIP = 16 * 1024
"""Bytes taken from a connection between two turns of the event loop. asyncio takes 256 KiB: if a server fills those
with interim answers or chunks of a byte, the parser holds up the window for half a second."""

for _name in ("httpx", "aiohttp.client", "aiohttp.internal"):
    # They log whole URLs, tokens and all, and cookies. A filter lasts, whatever levels the program sets later.
    logging.getLogger(_name).addFilter(lambda record: False)

Lookup = Callable[[str, int, socket.AddressFamily], list[tuple[socket.AddressFamily, str]]]
"""Host, port and family to (family, address): what `getaddrinfo` knows."""


class UnsafeAddress(OSError):
    """A name leads to addresses that may not be contacted."""


async def in_thread(work: Callable[[], _Result]) -> _Result:
    """Run in a daemon thread of its own: a name lookup that hangs must not hold up the end of the program, and the
    loop's default executor would wait for it."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_Result] = loop.create_future()

    def give(result: _Result | None, problem: BaseException | None) -> None:
        if future.done():
            return
        if problem is not None:
            future.set_exception(problem)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        try:
            outcome: tuple[_Result | None, BaseException | None] = (work(), None)
        except BaseException as problem:  # handed to the waiting task, whatever it is
            outcome = (None, problem)
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
            loop.call_soon_threadsafe(give, *outcome)

    threading.Thread(target=run, name="soulspot-gallery-lookup", daemon=True).start()
    return await future


def system_lookup(host: str, port: int, family: socket.AddressFamily) -> list[tuple[socket.AddressFamily, str]]:
    """What the system's resolver says. Raises OSError."""
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    return [(each[0], str(each[4][0])) for each in found if each[0] in (socket.AF_INET, socket.AF_INET6)]


class SippingSocket(socket.socket):
    """A socket that gives at most `_SIP` bytes at a time. On Windows asyncio reads past it, 32 KiB at a time."""

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        return super().recv(min(bufsize, _SIP), flags)

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        return super().recv_into(buffer, min(nbytes or memoryview(buffer).nbytes, _SIP), flags)


class CheckedResolver(AbstractResolver):
    """Gives the pool only addresses that may be connected to; UnsafeAddress where a name has none but others."""

    def __init__(self, rules: UrlRules, lookup: Lookup = system_lookup) -> None:
        self._rules = rules
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await in_thread(lambda: self._lookup(host, port, family))
        good = [each for each in found if self._rules.may_connect(each[1], host, port)]
        if not found:
            raise OSError("the name has no address")
        if not good:
            raise UnsafeAddress("the name has only addresses that may not be contacted")
        numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=numeric)
            for kind, address in good
        ]

    async def close(self) -> None:
        pass


class Disconnected(aiohttp.ClientConnectionError):
    """The server ended the connection instead of answering."""


async def _send_once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from quietly sending a request again after a lost connection: attempts are counted by `fetch`."""
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as problem:
        raise Disconnected from problem


class _Pool:
    """A session, the hosts it has spoken to, and how many requests it has under way."""

    def __init__(self, connector: aiohttp.TCPConnector) -> None:
        self.hosts: set[tuple[str | None, int | None]] = set()
        self.users = 0
        self.session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            middlewares=(_send_once,),
        )


class _Body(httpx.AsyncByteStream):
    """The body as it arrives. Closing it before its end closes the connection, after its end keeps it."""

    def __init__(self, response: aiohttp.ClientResponse, left: Callable[[], Awaitable[None]]) -> None:
        self._response = response
        self._left = left

    def __aiter__(self) -> _Body:
        return self

    async def __anext__(self) -> bytes:
        chunk = await self._response.content.readany()
        if not chunk:
            raise StopAsyncIteration
        return chunk

    async def aclose(self) -> None:
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()
        await self._left()


class PooledTransport(httpx.AsyncBaseTransport):
    """aiohttp's pool with httpx's words. No cookies, no proxy or .netrc of the environment, nothing decompressed, no
    redirects followed, no time limits of its own. Raises aiohttp's exceptions (`faults` explains them), and
    PictureError (offline) before anything is looked up or sent while the door is shut.

    aiohttp bounds the connections in use, not those kept open: after `_MOST_HOSTS` hosts the pool is replaced by a
    new one, and the old one closed once it is idle. A library with few hosts never sees that.
    """

    def __init__(self, make_connector: Callable[[], aiohttp.TCPConnector], door: Door) -> None:
        self._make_connector = make_connector
        self._door = door
        self._pool = _Pool(make_connector())
        self._retired: set[_Pool] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._door.pass_through()
        url = yarl.URL(str(request.url), encoded=True)
        pool = await self._pool_for((url.raw_host, url.port))
        try:
            response = await pool.session.request(
                request.method,
                url,
                headers=request.headers.multi_items(),
                data=request.content or None,
                allow_redirects=False,
            )
        except BaseException:
            await self._leave(pool)
            raise
        body = _Body(response, lambda: self._leave(pool))
        return httpx.Response(response.status, headers=list(response.raw_headers), stream=body, request=request)

    async def _pool_for(self, host: tuple[str | None, int | None]) -> _Pool:
        """The pool to use, which counts one more user."""
        old = pool = self._pool
        if host not in pool.hosts and len(pool.hosts) >= _MOST_HOSTS:
            self._retired.add(old)
            pool = self._pool = _Pool(self._make_connector())
        pool.hosts.add(host)
        pool.users += 1
        if old is not pool:
            await self._close_idle(old)
        return pool

    async def _leave(self, pool: _Pool) -> None:
        pool.users -= 1
        await self._close_idle(pool)

    async def _close_idle(self, pool: _Pool) -> None:
        if not pool.users and pool in self._retired:
            self._retired.discard(pool)
            await pool.session.close()

    async def aclose(self) -> None:
        for pool in (self._pool, *self._retired):
            await pool.session.close()


def trusted_context() -> ssl.SSLContext:
    """The TLS context: certifi's authorities and the system's. Takes about 50 ms; call it in a thread, once."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


async def open_transport(
    rules: UrlRules,
    settings: Settings,
    per_host: int,
    lookup: Lookup = system_lookup,
    trust: Callable[[], ssl.SSLContext] = trusted_context,
    door: Door | None = None,
) -> PooledTransport:
    """The pool: `max_connections` in all, `per_host` for each host; kept open unless `max_keepalive_connections` is 0.
    `door`: who may go out at all (default: by the setting). `lookup` and `trust` are there for tests."""
    context = await in_thread(trust)

    def make_connector() -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(
            ssl=context,
            limit=settings.max_connections,
            limit_per_host=min(per_host, settings.max_connections),
            force_close=settings.max_keepalive_connections == 0,
            resolver=CheckedResolver(rules, lookup),
            socket_factory=lambda found: SippingSocket(found[0], found[1], found[2]),
            ttl_dns_cache=DNS_SECONDS,
        )

    return PooledTransport(make_connector, door or Door(shut=settings.offline))
