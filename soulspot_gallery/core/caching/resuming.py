"""What a recache has to do, page by page. Of a long one it waits in the journal, so that a later one can take it up."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from soulspot_gallery.core.caching.pipeline import Want, host_of, interleave
from soulspot_gallery.core.errors import DiskTrouble
from soulspot_gallery.core.journal.database import JournalError
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.journal.queues import Waiting, new_run
from soulspot_gallery.core.model import OF_OUR_DISK, EntityType, ErrorCode, Outcome, RecacheResult
from soulspot_gallery.core.threads import Threads, page_by_page

LONG = 33
"""From so many pictures on a recache is worth being taken up; a smaller one leaves alone what a long one left."""

_PAGE = 500
"""So many pictures are read from the queue at a time, with their rows as they are then."""

_BATCH = 50
"""Results per write to the journal: what a crash may cost is that so many are fetched once more."""

_CHEAP_BATCH = 2000
"""The same for pictures that were there already: to find that out again costs next to nothing."""

Key = tuple[EntityType, str]
Done = Callable[[RecacheResult], None]
ReadWants = Callable[[Sequence[Key]], list[Want]]
"""What is wanted of these entities, as their rows are now. Blocks."""


@dataclass(frozen=True, slots=True)
class Few:
    """Wants that are simply held: they are few."""

    wants: Sequence[Want]

    @property
    def total(self) -> int:
        return len(self.wants)

    async def pages(self) -> AsyncIterator[Sequence[Want]]:
        yield interleave(self.wants)

    @asynccontextmanager
    async def dealing(self) -> AsyncIterator[Done]:
        yield lambda result: None

    async def left(self, tried: set[Key]) -> list[Key]:
        """Those that are not among the tried ones."""
        return [want.entity.key for want in self.wants if want.entity.key not in tried]


@dataclass(slots=True)
class Many:
    """Wants that wait in the journal's queue. Held are those of a page or two: the ones that are under way."""

    journal: Journal
    threads: Threads
    run: str
    total: int
    read: ReadWants
    _last: Waiting | None = None
    _reached: Waiting | None = None
    _under_way: dict[Key, Waiting] = field(default_factory=dict)
    _done: list[Waiting] = field(default_factory=list)
    _kept: list[tuple[Waiting, ErrorCode | None]] = field(default_factory=list)

    async def pages(self) -> AsyncIterator[Sequence[Want]]:
        """Page after page, in the queue's order. Rows that are gone are left out; they wait no longer."""
        more = True
        while more and (page := await self._next_page()):
            more = len(page) == _PAGE
            wants = await self.threads.read(self.read, [(each.kind, each.id) for each in page])
            there = {want.entity.key for want in wants}
            self._done += [each for each in page if (each.kind, each.id) not in there]
            self._under_way |= {(each.kind, each.id): each for each in page if (each.kind, each.id) in there}
            self._reached = page[-1]
            yield wants
            if len(self._done) >= _CHEAP_BATCH:
                await self._leave()

    async def _next_page(self) -> list[Waiting]:
        page = await self.threads.read(self.journal.queue_page, self.run, self._last, _PAGE)
        self._last = page[-1] if page else self._last
        return page

    async def left(self, tried: set[Key]) -> list[Key]:
        """Those that are not among the tried ones: what is under way, and what still waits."""
        keys = [key for key in self._under_way if key not in tried]
        while page := await self._next_page():
            keys += [(each.kind, each.id) for each in page]
        return keys

    @asynccontextmanager
    async def dealing(self) -> AsyncIterator[Done]:
        """To be told of each result while they are dealt with: it waits no longer."""
        writes, costly = set[asyncio.Task[None]](), 0

        def take(result: RecacheResult) -> None:
            nonlocal costly
            waiting = self._under_way.pop((result.kind, result.id), None)
            if waiting is None:
                return
            if result.error is ErrorCode.CANCELLED or result.error in OF_OUR_DISK:
                self._kept.append((waiting, result.error))
                return
            self._done.append(waiting)
            costly += result.outcome is not Outcome.ALREADY_CACHED
            if costly >= _BATCH:
                costly = 0
                write = asyncio.create_task(self._leave(), name="queue of a recache")
                writes.add(write)
                write.add_done_callback(writes.discard)

        try:
            yield take
            self._done += [waiting for waiting, error in self._kept if error is not ErrorCode.CANCELLED]
            self._kept = [each for each in self._kept if each[1] is ErrorCode.CANCELLED]
        except DiskTrouble:  # what met it is still to be done, and the journal may lie on the same disk
            with contextlib.suppress(JournalError):
                await self._leave()
            self._done.clear()
            raise
        finally:
            await asyncio.gather(*writes)
            await self._leave()
            if self.journal.shared:  # there nobody takes it up: `joining` does such things
                await self.threads.write(self.journal.drop_queue, self.run)

    async def _leave(self) -> None:
        """Write down what is done; at once where that is all up to the last page."""
        done, self._done = self._done, []
        if done and self._reached is not None and not self._under_way and not self._kept:
            await self.threads.write(self.journal.leave_queue_to, self.run, self._reached)
        else:
            await self.threads.write(self.journal.leave_queue, self.run, done)


async def line_up(journal: Journal, threads: Threads, pages: Iterator[Sequence[Want]], read: ReadWants) -> Few | Many:
    """What these pages, which block, have to be done: as `Many` when they are many, written down page by page."""
    held, rounds, policy, run = list[Want](), Counter[str](), "", ""
    async for page in page_by_page(threads, pages):
        held += page
        if len(held) >= LONG or (run and held):
            policy = held[0].policy.value
            run = run or new_run()
            await threads.write(journal.extend_queue, run, list(_places(held, rounds)))
            held.clear()
    if not run:
        return Few(held)
    if not journal.shared:
        await threads.write(journal.keep_queue, run, policy)
    return Many(journal, threads, run, rounds.total(), read)


def _places(wants: Iterable[Want], rounds: Counter[str]) -> Iterator[Waiting]:
    """One host after the other, as `interleave` does: the first of every host has the first place, and so on."""
    for want in wants:
        host = host_of(want)
        yield Waiting(rounds[host], *want.entity.key)
        rounds[host] += 1
