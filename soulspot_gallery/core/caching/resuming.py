"""What a long recache has still to do, kept in the journal while it runs, so that a later one can take it up."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from soulspot_gallery.core.caching.pipeline import Want
from soulspot_gallery.core.errors import DiskTrouble
from soulspot_gallery.core.journal.database import JournalError
from soulspot_gallery.core.journal.journal import Journal
from soulspot_gallery.core.model import EntityType, ErrorCode, Outcome, RecacheResult
from soulspot_gallery.core.threads import Threads

LONG = 33
"""From so many pictures on a recache is worth being taken up; a smaller one leaves alone what a long one left."""

_BATCH = 50
"""Results per write to the journal: what a crash may cost is that so many are fetched once more."""

_CHEAP_BATCH = 2000
"""The same for pictures that were there already: to find that out again costs next to nothing."""

_UNSTORED = (ErrorCode.DISK, ErrorCode.DATABASE)

Done = Callable[[RecacheResult], None]
Keep = Callable[[Journal, Threads, Sequence[Want]], AbstractAsyncContextManager[Done]]
"""How it is kept: see `kept` and `taken_up`."""


@asynccontextmanager
async def kept(journal: Journal, threads: Threads, wants: Sequence[Want]) -> AsyncIterator[Done]:
    """Keep what is left of these wants while they are dealt with; tell the function of each result."""
    if len(wants) < LONG or journal.shared:  # there, `joining` does it
        yield lambda result: None
        return
    await threads.write(journal.begin_queue, wants[0].policy.value, [want.entity.key for want in wants])
    async with taken_up(journal, threads, wants) as take:
        yield take


@asynccontextmanager
async def taken_up(journal: Journal, threads: Threads, wants: Sequence[Want]) -> AsyncIterator[Done]:
    """As `kept`, for wants that are kept already, however few are left of them."""
    done, writes = list[tuple[EntityType, str]](), set[asyncio.Task[None]]()
    unstored = list[tuple[EntityType, str]]()
    costly = 0

    def take(result: RecacheResult) -> None:
        nonlocal costly
        if result.error is ErrorCode.CANCELLED:
            return
        (unstored if result.error in _UNSTORED else done).append((result.kind, result.id))
        costly += result.outcome is not Outcome.ALREADY_CACHED
        if costly >= _BATCH or len(done) >= _CHEAP_BATCH:
            costly = 0
            write = asyncio.create_task(threads.write(journal.leave_queue, done[:]), name="queue of a recache")
            writes.add(write)
            write.add_done_callback(writes.discard)
            done.clear()

    try:
        yield take
        done += unstored
    except DiskTrouble:  # what met it is still to be done, and the journal may lie on the same disk
        with contextlib.suppress(JournalError):
            await threads.write(journal.leave_queue, done[:])
        done.clear()
        raise
    finally:
        await asyncio.gather(*writes)
        await threads.write(journal.leave_queue, done)
