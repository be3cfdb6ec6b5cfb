"""Bodies of answers, bounded: how much is read, and at most one layer of gzip or deflate undone. No HTTP here."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator
from dataclasses import dataclass

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode

LARGEST = 32 * 1024 * 1024
"""Bytes that a picture may have, as sent and as decoded."""

_STEP = 1024 * 1024
"""Bytes decoded between two turns of the event loop."""

_GZIP = b"\x1f\x8b"


def too_large(limit: int) -> PictureError:
    """The error of a body of more than `limit` bytes."""
    return PictureError(ErrorCode.TOO_LARGE, f"The file has more than {limit // 2**20} MB; use a smaller picture.")


def _badly_packed() -> PictureError:
    return PictureError(ErrorCode.PROTOCOL, "The server packed the picture wrongly; try another source.")


class Unpacker:
    """Undoes the one layer that a Content-Encoding header names; nothing where it names none.

    Raises PictureError (`protocol`) for two layers or another coding: we asked for none.
    """

    def __init__(self, header: str) -> None:
        layers = [each for part in header.lower().split(",") if (each := part.strip()) and each != "identity"]
        if len(layers) > 1 or (layers and layers[0] not in ("gzip", "x-gzip", "deflate")):
            raise _badly_packed()
        self.packed = bool(layers)
        self._held = b""
        self._decoder: zlib._Decompress | None = None

    def steps(self, chunk: bytes) -> Iterator[bytes]:
        """What the chunk holds, at most 1 MiB a step. Raises PictureError (`protocol`) where it is damaged."""
        if not self.packed:
            yield chunk
            return
        if self._decoder is None:
            chunk = self._held + chunk
            if len(chunk) < 2:
                self._held = chunk
                return
            self._held = b""
            # "deflate" is sent with and without the zlib header (RFC 9110, 8.4.1.2; the header: RFC 1950, 2.2).
            zlib_header = chunk[0] & 0x8F == 8 and int.from_bytes(chunk[:2], "big") % 31 == 0
            headless = not zlib_header and chunk[:2] != _GZIP
            self._decoder = zlib.decompressobj(-zlib.MAX_WBITS if headless else zlib.MAX_WBITS | 32)
        more = True
        while more and not self._decoder.eof:
            piece = self._step(chunk)
            yield piece
            chunk = self._decoder.unconsumed_tail
            more = bool(chunk) or len(piece) == _STEP

    def _step(self, chunk: bytes) -> bytes:
        assert self._decoder is not None
        try:
            return self._decoder.decompress(chunk, _STEP)
        except zlib.error:
            pass
        raise _badly_packed()

    def finish(self) -> None:
        """Raises PictureError (`protocol`) where the end of the layer is missing."""
        if self._held or (self._decoder is not None and not self._decoder.eof):
            raise _badly_packed()


async def read_first(stream: AsyncIterable[bytes], unpacker: Unpacker, enough: int) -> bytes:
    """The first bytes of the body, unpacked: at least `enough`, fewer where it ends before. The rest is lost."""
    got = b""
    async for chunk in stream:
        for piece in unpacker.steps(chunk):
            got += piece
            if len(got) >= enough:
                return got
    return got


@dataclass(frozen=True, slots=True)
class Bounds:
    """`limit` bytes at most, as sent and unpacked. `judge` is called once with the first `enough` bytes (fewer where
    the body is shorter), as soon as they are there, and may raise. Beyond `small` bytes `wait_for_room` is awaited
    once: the caller bounds there how many large bodies are held at a time."""

    judge: Callable[[bytes], None]
    wait_for_room: Callable[[], Awaitable[None]]
    enough: int
    limit: int = LARGEST
    small: int = 2 * 1024 * 1024


async def read_all(stream: AsyncIterable[bytes], unpacker: Unpacker, bounds: Bounds) -> bytes:
    """All of the body, unpacked. Raises PictureError: `too-large`, and `protocol` where it is packed wrongly; and
    whatever `judge` raises."""
    parts: list[bytes] = []
    size = received = 0
    judged = roomy = False
    async for chunk in stream:
        received += len(chunk)
        for piece in unpacker.steps(chunk):
            size += len(piece)
            if max(size, received) > bounds.limit:
                raise too_large(bounds.limit)
            if not roomy and size > bounds.small:
                await bounds.wait_for_room()
                roomy = True
            parts.append(piece)
            if not judged and size >= bounds.enough:
                bounds.judge(b"".join(parts))
                judged = True
            if unpacker.packed:
                await asyncio.sleep(0)
    unpacker.finish()
    whole = b"".join(parts)
    if not judged:
        bounds.judge(whole)
    return whole
