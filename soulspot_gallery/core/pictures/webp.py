"""Is this file a whole WebP? From its header and size alone, or by decoding it; nothing is written here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.pictures.image_headers import read_header
from soulspot_gallery.core.pictures.imaging import decode_fully

_LOST_BYTES = 512
"""Zeros in a row that a disk or a crash leaves of a block that was never written."""

_MACROBLOCK = 256


@dataclass(frozen=True, slots=True)
class WholeWebp:
    """A WebP that was found whole: its size in pixels and the sha256 (hex) of the file."""

    width: int
    height: int
    sha256: str


def quick_webp_check(head: bytes, size: int) -> bool:
    """True where the first 12 bytes or more of a file of `size` bytes announce a WebP of exactly that size."""
    return (
        size >= 20 and head[:4] == b"RIFF" and head[8:12] == b"WEBP" and int.from_bytes(head[4:8], "little") + 8 == size
    )


def announced_size(head: bytes) -> tuple[int, int] | None:
    """The width and height that the first 30 bytes of a WebP announce, or None where they announce none.

    The three kinds of RFC 9649, 2.5 to 2.7: lossy, lossless, extended.
    """
    kind = head[12:16]
    if kind == b"VP8X" and len(head) >= 30:
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if kind == b"VP8 " and len(head) >= 30 and head[23:26] == b"\x9d\x01\x2a":
        return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF
    if kind == b"VP8L" and len(head) >= 25 and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def inspect_webp(data: bytes) -> WholeWebp:
    """What the whole WebP in `data` is. Blocks for some milliseconds: for a thread.

    Raises PictureError: `empty`, `not-image` (something else than a WebP), `decode` (damaged; the text says how).
    """
    if not data:
        raise PictureError(ErrorCode.EMPTY, "The file is empty; cache the picture again.")
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise PictureError(ErrorCode.NOT_IMAGE, "The file is not a WebP picture; cache the picture again.")
    if not quick_webp_check(data, len(data)):
        raise _damaged("its length is not the one that it states")
    try:
        header = read_header(data)
        width, height = decode_fully(header, data)
    except PictureError as problem:
        raise _damaged("it can't be decoded") from problem
    if bytes(_zeros_of_a_flat_picture(header.pixels)) in data:
        raise _damaged("a part of it was never written")
    return WholeWebp(width, height, hashlib.sha256(data).hexdigest())


def _zeros_of_a_flat_picture(pixels: int) -> int:
    """Zeros in a row that mean damage: 512. One colour all over takes up to one zero bit per macroblock of 16 × 16
    pixels (measured, methods 0 to 6), so above a thousand pixels square it is more than that."""
    return max(_LOST_BYTES, pixels // _MACROBLOCK // 8 + 32)


def _damaged(why: str) -> PictureError:
    return PictureError(ErrorCode.DECODE, f"The file is damaged, {why}; cache the picture again.")


def is_plain_webp(data: bytes) -> bool:
    """True where a whole WebP holds a picture and nothing else: no profile, EXIF, XMP, animation or strange chunk."""
    at = 12
    while at + 8 <= len(data):
        if data[at : at + 4] not in (b"VP8 ", b"VP8L", b"VP8X", b"ALPH"):
            return False
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return at == len(data)
