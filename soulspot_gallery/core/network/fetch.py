"""Fetching: bounded, polite and suspicious downloads of pictures, and looks at URLs for `validation`.

Every request of the gallery goes through a Fetcher. The rules: `addresses` at every hop, `hosts` for manners, one
deadline for an attempt, at most 32 MiB. Texts and logs never carry a query, a fragment or a password.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from soulspot_gallery import __version__
from soulspot_gallery.core.disk import trouble_of_all
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.addresses import Target, UrlRules
from soulspot_gallery.core.network.answers import (
    body_of,
    content_type,
    declared_length,
    read_short_rest,
    sensible_header,
)
from soulspot_gallery.core.network.bounded import LARGEST, Bounds, Unpacker, read_all, read_first, too_large
from soulspot_gallery.core.network.door import Door
from soulspot_gallery.core.network.faults import (
    PERMANENT,
    REDIRECTS,
    Fault,
    broken_connection,
    delay_of,
    protocol_fault,
    status_fault,
)
from soulspot_gallery.core.network.hosts import ALONE, HostGate, Manners, Others
from soulspot_gallery.core.network.wire import Lookup, open_transport, system_lookup
from soulspot_gallery.core.pictures.sniffing import ENOUGH, looks_like_text, sniff_image
from soulspot_gallery.core.settings import Settings

USER_AGENT = f"SoulSpotGallery/{__version__} (+https://github.com/soulspot/gallery)"
"""MusicBrainz and Wikimedia block programs that do not say who they are and where to read about them."""

MOST_REDIRECTS = 5

_Result = TypeVar("_Result")
_Headers = list[tuple[str, str]]
_BASE: _Headers = [
    ("User-Agent", USER_AGENT),
    ("Accept", "image/*,*/*;q=0.8"),
    ("Accept-Encoding", "identity"),
]
_RANGED: _Headers = [*_BASE, ("Range", f"bytes=0-{ENOUGH - 1}")]


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask conditionally with; None where it gave none."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole body of 1 byte to 32 MiB. `content_type` is as sent, without parameters; `moved` after a permanent
    redirect (301 or 308 anywhere on the way)."""

    content: bytes
    content_type: str
    moved: bool
    validators: Validators


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: what the validators were kept from is still current."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A look at a URL: the last status, and the first bytes of the body (none for HEAD)."""

    status: int
    moved: bool
    content_type: str
    empty: bool
    first: bytes
    key: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long to try, in seconds; and how many bodies of more than 2 MiB to receive at a time."""

    attempts: int = 3
    backoff: float = 0.3
    deadline: float = 30.0
    large_at_once: int = 3


class Room:
    """Room for one large body, from its first MiB until `leave`; taken once, however many attempts there are."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._taken = False

    async def take(self) -> None:
        if not self._taken:
            await self._places.acquire()
            self._taken = True

    def leave(self) -> None:
        if self._taken:
            self._taken = False
            self._places.release()


@dataclass(slots=True)
class _Trip:
    """One attempt under way: `left` is the time for requests in s (waiting for a slot or for room does not count),
    `key` the host that it is at."""

    left: float
    room: Room
    clock: asyncio.Timeout = field(default_factory=lambda: asyncio.timeout(None))
    conditional: bool = False
    moved: bool = False
    key: str = ""


_Read = Callable[[httpx.Response, _Trip], Awaitable[_Result]]


class Fetcher:
    """The one door to the network. Made by `open`, on the event loop that uses it; closed by `aclose`."""

    def __init__(
        self, rules: UrlRules, gate: HostGate, transport: httpx.AsyncBaseTransport, patience: Patience
    ) -> None:
        self.rules = rules
        self.gate = gate
        self.transport = transport
        self._patience = patience
        self._places = asyncio.Semaphore(patience.large_at_once)

    @classmethod
    async def open(
        cls,
        settings: Settings,
        transport: httpx.AsyncBaseTransport | None = None,
        manners: Manners | None = None,
        patience: Patience | None = None,
        lookup: Lookup = system_lookup,
        door: Door | None = None,
        others: Others = ALONE,
    ) -> Fetcher:
        """A fetcher by these settings, behind this door, with limits that hold for `others` as well. What else can be
        given is there for tests."""
        rules = UrlRules(settings.allowed_hosts)
        manners = manners or Manners(in_all=settings.max_connections)
        if transport is None:
            transport = await open_transport(rules, settings, manners.per_host, lookup, door=door)
        patience = patience or Patience(deadline=float(settings.request_timeout))
        return cls(rules, HostGate(manners, others=others), transport, patience)

    async def aclose(self) -> None:
        """Close all connections."""
        await self.transport.aclose()

    @property
    def deadline(self) -> float:
        """Seconds that one attempt may take."""
        return self._patience.deadline

    def paused_hosts(self) -> tuple[str, ...]:
        """The hosts that asked for patience or kept failing and are not contacted for now."""
        return self.gate.paused()

    def room(self) -> Room:
        """Room for the body of one download, where its reader holds on to it for longer than `fetch` takes."""
        return Room(self._places)

    async def fetch(
        self, url: str, validators: Validators | None = None, room: Room | None = None
    ) -> Fetched | NotModified:
        """Download a picture: at most 3 attempts where trouble may pass. No attempt begins after a whole
        `request_timeout` was spent on the others, so a URL takes at most twice that, besides waiting for its turn.
        A large body keeps its place in `room` until the caller leaves it; without one, until it is received.

        Raises PictureError: unsafe, missing, denied, rate-limited, server, network, tls, timeout, protocol, redirects,
        empty, too-large, not-image, offline.
        """
        own = self.room()
        try:
            return await self._fetch(url, [*_BASE, *_conditions(validators)], room or own)
        finally:
            own.leave()

    async def _fetch(self, url: str, headers: _Headers, room: Room) -> Fetched | NotModified:
        spent = 0.0
        for attempt in range(1, self._patience.attempts + 1):
            trip = _Trip(self._patience.deadline, room, conditional=len(headers) > len(_BASE))
            try:
                return await self._travel("GET", url, headers, trip, self._take)
            except Fault as fault:
                spent += self._patience.deadline - trip.left
                if attempt >= min(fault.tries, self._patience.attempts) or spent >= self._patience.deadline:
                    self._blame(trip.key, fault)
                    raise
            await asyncio.sleep(self._patience.backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))
        raise AssertionError("the last attempt returns or raises")

    async def head(self, url: str) -> Probe:
        """A HEAD request, one attempt, at most half of `request_timeout`. Raises PictureError where no answer came."""
        return await self._travel("HEAD", url, _BASE, _Trip(self._patience.deadline / 2, self.room()), self._look)

    async def probe(self, url: str) -> Probe:
        """A GET of the first KiB; reads no further where the server sends more. One attempt, a second one where the
        answer was no HTTP. Raises PictureError where no answer came."""
        try:
            found = await self._glimpse(url, _RANGED)
        except Fault as fault:
            if fault.code is not ErrorCode.PROTOCOL or fault.tries < 2:
                raise
            found = await self._glimpse(url, _RANGED)
        if found.status == 416:  # some servers refuse ranges instead of ignoring them
            found = await self._glimpse(url, _BASE)
        if 500 <= found.status < 600:
            self.gate.failed(found.key, ErrorCode.SERVER)
        return found

    async def _glimpse(self, url: str, headers: _Headers) -> Probe:
        trip = _Trip(self._patience.deadline, self.room())
        try:
            return await self._travel("GET", url, headers, trip, self._look)
        except Fault as fault:
            self._blame(trip.key, fault)
            raise

    def _blame(self, key: str, fault: Fault) -> None:
        if fault.of_host:
            self.gate.failed(key, fault.code)

    async def _travel(self, method: str, url: str, headers: _Headers, trip: _Trip, read: _Read[_Result]) -> _Result:
        """One attempt: the request, its redirects, and `read` for the answer at the end."""
        target = self.rules.check(url)
        visited = {target.url}
        while True:
            trip.key = target.key
            step = await self._step(method, target, headers, trip, read)
            if not isinstance(step, _Onward):
                return step
            target = self.rules.follow(target, step.location)
            if target.url in visited or len(visited) > MOST_REDIRECTS:
                raise PictureError(
                    ErrorCode.REDIRECTS, f"{trip.key} redirects in a circle or too often; choose another URL."
                )
            visited.add(target.url)

    async def _step(
        self, method: str, target: Target, headers: _Headers, trip: _Trip, read: _Read[_Result]
    ) -> _Result | _Onward:
        """One request, within the host's slot and the deadline that is left."""
        loop = asyncio.get_running_loop()
        async with self.gate.slot(target.key):
            end = loop.time() + trip.left
            try:
                async with asyncio.timeout_at(end) as trip.clock:
                    return await self._request(method, target, headers, trip, read)
            except PictureError:
                raise
            except Exception as problem:  # whatever the transport and its parser raise is this answer's fault
                ours = trouble_of_all(getattr(problem, "os_error", problem), f"{target.key} can't be asked")
                fault = ours or broken_connection(problem, target.host, target.port, target.key)
            finally:
                end = trip.clock.when() or end
                trip.left = max(0.0, end - loop.time())
        raise fault

    async def _wait_for_room(self, trip: _Trip) -> None:
        """Wait until few enough large bodies are under way; the deadline stands still meanwhile."""
        loop = asyncio.get_running_loop()
        left = (trip.clock.when() or loop.time()) - loop.time()
        trip.clock.reschedule(None)
        await trip.room.take()
        trip.clock.reschedule(loop.time() + left)

    async def _request(
        self, method: str, target: Target, headers: _Headers, trip: _Trip, read: _Read[_Result]
    ) -> _Result | _Onward:
        response = await self.transport.handle_async_request(httpx.Request(method, target.url, headers=headers))
        try:
            status = response.status_code
            if status < 500 and status != 429:
                self.gate.answered(target.key)
            self._note_delay(response, target.key)
            if status not in REDIRECTS:
                return await read(response, trip)
            location = response.headers.get("location")
            if not location:
                raise protocol_fault(target.key, f"redirects to nowhere ({status})")
            trip.moved |= status in PERMANENT
            await read_short_rest(response)
            return _Onward(location)
        finally:
            await response.aclose()

    def _note_delay(self, response: httpx.Response, key: str) -> None:
        if response.status_code in (429, 503):
            seconds = delay_of(response.headers.get("retry-after"))
            if seconds:
                self.gate.retry_after(key, seconds)

    async def _take(self, response: httpx.Response, trip: _Trip) -> Fetched | NotModified:
        """The body of a download; a status that brings none raises its Fault."""
        if response.status_code == 304 and trip.conditional:
            return NotModified()
        if response.status_code not in (200, 203):
            await read_short_rest(response)
            raise status_fault(response.status_code, trip.key)
        kind = content_type(response)
        if declared_length(response) > LARGEST:
            raise too_large(LARGEST)

        def judge(first: bytes) -> None:
            if first and sniff_image(first) is None and (kind.startswith("text/") or looks_like_text(first)):
                raise PictureError(ErrorCode.NOT_IMAGE, f"{trip.key} sent text, not a picture; choose another URL.")

        unpacker = Unpacker(response.headers.get("content-encoding", ""))
        bounds = Bounds(judge, lambda: self._wait_for_room(trip), ENOUGH)
        content = await read_all(body_of(response), unpacker, bounds)
        if not content:
            raise PictureError(ErrorCode.EMPTY, f"{trip.key} sent an empty file; choose another URL.")
        return Fetched(content, kind, trip.moved, _validators(response))

    async def _look(self, response: httpx.Response, trip: _Trip) -> Probe:
        """Status and first bytes of whatever came."""
        status, first = response.status_code, b""
        if response.request.method != "HEAD" and status in (200, 203, 206):
            unpacker = Unpacker(response.headers.get("content-encoding", ""))
            first = await read_first(body_of(response), unpacker, ENOUGH)
        await read_short_rest(response)
        empty = not first if response.request.method != "HEAD" else declared_length(response) == 0
        return Probe(status, trip.moved, content_type(response), empty, first, trip.key)


@dataclass(frozen=True, slots=True)
class _Onward:
    """A redirect: where it leads, as sent."""

    location: str


def _conditions(validators: Validators | None) -> _Headers:
    if validators is None:
        return []
    pairs = (("If-None-Match", validators.etag), ("If-Modified-Since", validators.last_modified))
    return [(name, value) for name, value in pairs if value and value.isascii() and value.isprintable()]


def _validators(response: httpx.Response) -> Validators:
    return Validators(sensible_header(response, "etag"), sensible_header(response, "last-modified"))
