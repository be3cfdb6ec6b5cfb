"""Verdicts on URLs: HEAD, and where that leaves doubt the first bytes by GET. Trouble never counts as broken."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import CheckedBy, Entity, ErrorCode, UrlCheck, Verdict
from soulspot_gallery.core.network.faults import DENIED, MISSING
from soulspot_gallery.core.network.fetch import Fetcher, Probe
from soulspot_gallery.core.network.hosts import LeftAlone
from soulspot_gallery.core.pictures.sniffing import sniff_image

OnResult = Callable[[Entity, UrlCheck], None]

PER_HOST = 4
_DOCUMENTS = frozenset({"pdf", "eps"})
_LONGEST_PAUSE = 5.0
"""Seconds that one check waits for a host that asked for fewer requests."""

_MOST_HELD = 10_000
"""URLs that wait for hosts which asked to be left alone, until they are not waited for any longer."""

_TURN = 500
"""URLs queued between two turns of the event loop."""


def _answers(probe: Probe, by: CheckedBy) -> UrlCheck:
    if probe.moved:
        return UrlCheck(Verdict.MOVED, f"{probe.key} answers after a permanent redirect.", by)
    return UrlCheck(Verdict.OK, f"{probe.key} has the picture.", by)


def _temporary(detail: str, by: CheckedBy) -> UrlCheck:
    return UrlCheck(Verdict.TEMPORARY, detail, by)


def _of_get(probe: Probe) -> UrlCheck:
    """The verdict on an answer to GET."""
    by, status, key = CheckedBy.GET, probe.status, probe.key
    if status in (200, 203, 206):
        if probe.empty:
            return UrlCheck(Verdict.NOT_IMAGE, f"{key} sent an empty file.", by)
        kind = sniff_image(probe.first)
        if kind is None or kind in _DOCUMENTS:
            return UrlCheck(Verdict.NOT_IMAGE, f"{key} sent something that is no picture.", by)
        return _answers(probe, by)
    if status in MISSING:
        return UrlCheck(Verdict.BROKEN, f"{key} has no such picture any more ({status}).", by)
    if status in DENIED:
        return UrlCheck(Verdict.DENIED, f"{key} does not give out this picture ({status}).", by)
    return _temporary(f"{key} could not say ({status}); it is asked again another time.", by)


async def check_url(fetcher: Fetcher, url: str) -> UrlCheck:
    """The verdict on a URL. Never raises for the URL's sake, whatever is behind it; only PictureError (offline)."""
    try:
        fetcher.rules.check(url)
    except PictureError as refused:
        return UrlCheck(Verdict.UNSAFE, str(refused), CheckedBy.RULE)
    try:
        probe = await fetcher.head(url)
        if probe.status == 200 and probe.content_type.startswith("image/") and not probe.empty:
            return _answers(probe, CheckedBy.HEAD)
        if fetcher.gate.delay(probe.key) > _LONGEST_PAUSE:
            return _temporary(f"{probe.key} asks for fewer requests ({probe.status}).", CheckedBy.HEAD)
    except LeftAlone as problem:
        return _temporary(str(problem), CheckedBy.NONE)
    except PictureError as problem:
        if problem.code is ErrorCode.UNSAFE:
            return UrlCheck(Verdict.UNSAFE, str(problem), CheckedBy.RULE)
        if problem.code is ErrorCode.OFFLINE:
            raise
        # Anything else may be the way the server treats HEAD: GET has the last word.
    try:
        return _of_get(await fetcher.probe(url))
    except PictureError as problem:
        if problem.code is ErrorCode.UNSAFE:
            return UrlCheck(Verdict.UNSAFE, str(problem), CheckedBy.RULE)
        if problem.code is ErrorCode.OFFLINE:
            raise
        return _temporary(str(problem), CheckedBy.NONE if isinstance(problem, LeftAlone) else CheckedBy.GET)


@dataclass(slots=True)
class _Queue:
    """The URLs of one host that wait; `workers` are at it."""

    key: str
    urls: deque[str] = field(default_factory=deque)
    workers: int = 0


class _Round:
    """A run over many URLs: workers that each stay with a host as long as it has URLs and is ready."""

    def __init__(self, fetcher: Fetcher, on_result: OnResult) -> None:
        self._fetcher = fetcher
        self._on_result = on_result
        self._rows: dict[str, list[Entity]] = {}
        self._queues: dict[str, _Queue] = {}
        self._fresh: list[_Queue] = []
        self._active: list[_Queue] = []
        self._later: list[_Queue] = []
        self._shared: dict[str, UrlCheck] = {}
        self._more = True

    def add(self, entity: Entity) -> None:
        """Queue the entity's URL; what the rules refuse is reported at once."""
        url = entity.url or ""
        if (known := self._shared.get(url)) is not None:
            self._on_result(entity, known)
            return
        rows = self._rows.get(url)
        if rows is not None:
            rows.append(entity)
            return
        try:
            key = self._fetcher.rules.check(url).key
        except PictureError as refused:
            self._on_result(entity, UrlCheck(Verdict.UNSAFE, str(refused), CheckedBy.RULE))
            return
        self._rows[url] = [entity]
        if key not in self._queues:
            self._queues[key] = next((queue for queue in self._later if queue.key == key), None) or _Queue(key)
        self._queues[key].urls.append(url)

    def start(self) -> None:
        """To be called after the last `add` of a page: the host with the most URLs comes first. Those that asked to be
        left alone in an earlier page still come last."""
        fresh = [queue for queue in self._queues.values() if queue not in self._later]
        self._fresh = sorted(fresh, key=lambda queue: len(queue.urls))
        self._queues.clear()

    def _next(self) -> _Queue | None:
        """The host to work on: one that nobody works on, else the one with the fewest workers; one that asked to be
        left alone only when there is nothing else to do, and none is to come."""
        while self._fresh:
            queue = self._fresh.pop()
            if not self._waits(queue):
                return queue
            self._later.append(queue)
        for queue in self._later:
            if not self._waits(queue):
                self._later.remove(queue)
                return queue
        helped = [queue for queue in self._active if queue.urls and queue.workers < PER_HOST]
        if helped:
            return min(helped, key=lambda queue: (self._waits(queue), queue.workers))
        return self._later.pop() if self._later and not self._more else None

    def _waits(self, queue: _Queue) -> bool:
        return self._fetcher.gate.delay(queue.key) > 0

    async def work(self) -> None:
        """Check until no host needs another worker."""
        while (queue := self._next()) is not None:
            if not queue.workers:
                self._active.append(queue)
            queue.workers += 1
            try:
                await self._stay(queue)
            finally:
                queue.workers -= 1
            if not queue.workers:
                self._active.remove(queue)
                if queue.urls:
                    self._later.append(queue)

    async def _stay(self, queue: _Queue) -> None:
        while queue.urls:
            url = queue.urls.popleft()
            self._report(url, await check_url(self._fetcher, url))
            if self._waits(queue):
                await asyncio.sleep(0)  # what is refused without a request must not keep the loop to itself
                return

    def _report(self, url: str, check: UrlCheck) -> None:
        rows = self._rows.pop(url)
        if len(rows) > 1:  # as pages go by, more rows will have it
            self._shared[url] = check
        for entity in rows:
            self._on_result(entity, check)

    async def page(self, entities: Iterable[Entity], limit: int) -> None:
        """Check the URLs of these, `limit` at a time; what is left are those of hosts that asked to be left alone."""
        for number, entity in enumerate(entities):
            self.add(entity)
            if number % _TURN == 0:
                await asyncio.sleep(0)
        self.start()
        self._more = len(self._rows) <= _MOST_HELD
        await self._work_all(limit)

    async def rest(self, limit: int) -> None:
        """Check what is left: nothing more comes."""
        self._more = False
        await self._work_all(limit)

    async def _work_all(self, limit: int) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(limit):
                group.create_task(self.work(), name=f"check-links-{number}")


async def check_pages(
    fetcher: Fetcher, pages: AsyncIterable[Sequence[Entity]], limit: int, on_result: OnResult
) -> None:
    """Check the URLs of these entities, a page after the other, `limit` at a time and at most 4 at a time for a host.
    Of a page each URL is checked once; what hosts are left with that asked to be left alone comes after the last page.

    `on_result` is called for each entity as soon as its verdict is known; what it raises ends the run, and so does
    going offline (PictureError). Cancelling the task ends it at once.
    """
    run = _Round(fetcher, on_result)
    try:
        async for page in pages:
            await run.page(page, limit)
        await run.rest(limit)
    except ExceptionGroup as problems:  # from `on_result`, or offline: the caller gets what was raised
        problem = problems.exceptions[0]
    else:
        return
    raise problem


async def check_many(fetcher: Fetcher, entities: Sequence[Entity], limit: int, on_result: OnResult) -> None:
    """As `check_pages`, of one page."""

    async def page() -> AsyncIterator[Sequence[Entity]]:
        yield entities

    await check_pages(fetcher, page(), limit, on_result)
