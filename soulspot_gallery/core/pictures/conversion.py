"""Converts pictures off the event loop: ordinary ones in the executor, heavy ones in a process that can be killed."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
from collections.abc import Callable
from typing import TypeVar

from soulspot_gallery.core.pictures.conversion_child import ChildConversion
from soulspot_gallery.core.pictures.image_headers import Header, read_header
from soulspot_gallery.core.pictures.imaging import Converted, convert_headed, decoder_bytes
from soulspot_gallery.core.pictures.pixel_budget import PixelBudget

DECODER_BYTES = 300_000_000
"""Bytes of pixels that all decoders together may hold."""

HEAVY_PIXELS = 30_000_000
HEAVY_SCANS = 30
_HEAVY_PASSES = 300_000_000
"""Pixels times scans: what takes seconds."""

_HEAVY_BYTES = 160_000_000
_SMALL_FILE = 256 * 1024
"""Bytes of a file whose header may be read on the event loop: below a few milliseconds, whatever is in it."""

T = TypeVar("T")


def is_heavy(header: Header, longest_side: int) -> bool:
    """True for what could take seconds or hundreds of megabytes: it gets a process of its own."""
    return (
        header.doubtful
        or header.pixels > HEAVY_PIXELS
        or header.scans > HEAVY_SCANS
        or header.pixels * header.scans > _HEAVY_PASSES
        or decoder_bytes(header, longest_side) > _HEAVY_BYTES
    )


def _same(made: Converted) -> Converted:
    return made


class Converter:
    """Converts many at once on one event loop. `close` it; cancelling a conversion kills its process."""

    def __init__(self, executor: concurrent.futures.Executor, decoder_bytes_limit: int = DECODER_BYTES) -> None:
        """`executor` stays the caller's. At most one process runs at a time, watched by a thread of our own."""
        self._executor = executor
        self._budget = PixelBudget(decoder_bytes_limit)
        self._watcher: concurrent.futures.ThreadPoolExecutor | None = None

    def close(self) -> None:
        """Ends the watching thread; conversions that still run are finished or cancelled by their callers."""
        if self._watcher is not None:
            self._watcher.shutdown(wait=False, cancel_futures=True)
            self._watcher = None

    async def convert(self, data: bytes, longest_side: int, quality: int) -> Converted:
        """As `imaging.convert`, without blocking. Raises PictureError, also with `decode-timeout`."""
        return await self.run(data, longest_side, quality, _same)

    async def run(self, data: bytes, longest_side: int, quality: int, then: Callable[[Converted], T]) -> T:
        """Converts, and calls `then` with the result in the same worker thread; gives what it gives.

        For a heavy picture `then` runs in the executor once the process has answered. Raises PictureError and whatever
        `then` raises. Where it is cancelled while a worker is at it, the worker still finishes, `then` included.
        """
        if len(data) <= _SMALL_FILE:
            header = read_header(data)
        else:
            header = await asyncio.wrap_future(self._executor.submit(read_header, data))
        share = self._budget.share(decoder_bytes(header, longest_side))
        await self._budget.take(share)
        if is_heavy(header, longest_side):
            try:
                made = await self._in_child(data, longest_side, quality)
            finally:
                self._budget.give_back(share)
            return await asyncio.wrap_future(self._executor.submit(then, made))
        return await self._in_executor(share, lambda: then(convert_headed(header, data, longest_side, quality)))

    async def _in_executor(self, share: int, work: Callable[[], T]) -> T:
        """Runs the work; its share comes back when it has ended, not when nobody waits for it any more."""
        loop = asyncio.get_running_loop()

        def ended(_: concurrent.futures.Future[T]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits for the share
                loop.call_soon_threadsafe(self._budget.give_back, share)

        try:
            future = self._executor.submit(work)
        except BaseException:
            self._budget.give_back(share)
            raise
        future.add_done_callback(ended)
        try:
            return await asyncio.wrap_future(future)
        finally:
            del future  # its error holds this frame: a cycle, which would keep the picture's bytes for a while

    async def _in_child(self, data: bytes, longest_side: int, quality: int) -> Converted:
        if self._watcher is None:
            self._watcher = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="heavy-picture")
        child = ChildConversion()
        future = self._watcher.submit(child.run, data, longest_side, quality)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            child.cancel()
            raise
        finally:
            del future
