"""What an AVIF file says of itself before any decoder sees it: the largest size any part of it claims. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from soulspot_gallery.core.pictures.av1_sequence import Unusual, sequence_sizes
from soulspot_gallery.core.pictures.jpeg_header import BrokenHeader

_BOX_LIMIT = 10_000
_CONTAINERS = {b"meta": 4, b"iprp": 0, b"ipco": 0, b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0}
"""Boxes that are looked into, with the bytes before their first child."""


@dataclass(frozen=True, slots=True)
class AvifHeader:
    """Sizes in pixels, the largest claimed; `bits` a sample. `doubtful`: the coded pictures were not looked into, so
    they may be larger than said. `items` is the range of the list of items."""

    width: int
    height: int
    bits: int
    doubtful: bool
    items: tuple[int, int]


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the content of each box, containers before what they hold (ISO/IEC 14496-12, 4.2)."""
    pending = [(start, end)]
    for _ in range(_BOX_LIMIT):
        while pending and pending[-1][0] + 8 > pending[-1][1]:
            pending.pop()
        if not pending:
            return
        at, stop = pending.pop()
        size, kind = struct.unpack_from(">I4s", data, at)
        content = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, content)
            content += 8
        box_end = stop if size == 0 else min(at + size, stop)
        if box_end < content:
            raise BrokenHeader("its parts do not fit")
        pending.append((box_end, stop))
        yield kind, content, box_end
        if kind in _CONTAINERS:
            pending.append((content + _CONTAINERS[kind], box_end))
    raise BrokenHeader("it has too many parts")


def read_avif(data: bytes) -> AvifHeader:
    """The largest size that any box or any coded sequence claims. Raises BrokenHeader, struct.error, IndexError."""
    sizes: list[tuple[int, int]] = []
    bits = 8
    items = places = (0, 0)
    moving = False
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind == b"ispe":
            sizes.append(struct.unpack_from(">II", data, start + 4))
        elif kind == b"tkhd":
            wide, high = struct.unpack_from(">II", data, end - 8)
            sizes.append((wide >> 16, high >> 16))
            moving = True
        elif kind == b"av1C" and end - start >= 4:
            bits = max(bits, 10 if data[start + 2] & 0x40 else 8)
        elif kind == b"iinf":
            items = (start, end)
        elif kind == b"iloc":
            places = (start, end)
    if not sizes:
        raise BrokenHeader("it does not say its size")
    coded = None if moving else _coded_sizes(data, items, places)
    width, height = max(sizes + (coded or []), key=lambda size: size[0] * size[1])
    return AvifHeader(width, height, bits, coded is None, items)


def _coded_sizes(data: bytes, items: tuple[int, int], places: tuple[int, int]) -> list[tuple[int, int]] | None:
    """The sizes that the coded pictures themselves claim, which a decoder believes before any box. None where they are
    laid out in a way that is not followed here."""
    try:
        pictures = {
            struct.unpack_from(">H", data, start + 4)[0]
            for kind, start, end in _boxes(data, items[0] + 6, items[1])
            if kind == b"infe" and data[start] == 2 and data[start + 8 : start + 12] == b"av01"
        }
        sizes: list[tuple[int, int]] = []
        for number, start, end in _simple_places(data, *places):
            if number in pictures:
                pictures.remove(number)
                sizes += sequence_sizes(data[start:end])
    except (Unusual, struct.error, IndexError):
        return None
    return None if pictures or not sizes else sizes


def _simple_places(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Item number, start and end of each item that lies in one piece in the file (ISO/IEC 14496-12, 8.11.3)."""
    version, sizes, more = data[start], data[start + 4], data[start + 5]
    if version > 1 or sizes != 0x44 or more & 0x0F or more >> 4 not in (0, 4):
        raise Unusual
    base = more >> 4
    (count,) = struct.unpack_from(">H", data, start + 6)
    at = start + 8
    for _ in range(count):
        (number,) = struct.unpack_from(">H", data, at)
        at += 2
        if version == 1:
            if data[at + 1] & 0x0F:
                raise Unusual
            at += 2
        at += 2
        offset = int.from_bytes(data[at : at + base], "big")
        extents, first, length = struct.unpack_from(">HII", data, at + base)
        at += base + 2 + 8 * extents
        if extents != 1 or at > end or offset + first + length > len(data):
            raise Unusual
        yield number, offset + first, offset + first + length
