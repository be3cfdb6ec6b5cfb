"""What a JPEG file says of itself before any decoder sees it: size, scans, and which parts are pixels. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

SCAN_LIMIT = 100
"""Scans above which a JPEG is refused; each costs a pass over all pixels. 20 are legal and seen."""

_SEGMENT_LIMIT = 10_000
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_DECODED = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})
_SEQUENTIAL = frozenset({0xC0, 0xC1, 0xC9})
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD})
_START_OF_SCAN = 0xDA
_END_OF_IMAGE = 0xD9
_WITHOUT_LENGTH = 0x01
# FF is followed by 00 (stuffed) or D0-D7 (restart) inside coded data, by FF as a filler; else a segment begins.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_SEARCHED = 1024 * 1024
"""Bytes searched in one go: a search holds the interpreter, and with it the window."""


class BrokenHeader(Exception):
    """The header makes no sense or ends too early; `str()` says what is wrong, for the middle of a sentence."""


class RareKind(Exception):
    """A JPEG that the standard knows and hardly a program reads: lossless or hierarchical."""


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """`keep` are the ranges of bytes that hold pixels and what decodes them; the rest is metadata. `whole_frame` is
    True where the decoder must hold the coefficients of all pixels at once (2 bytes each)."""

    width: int
    height: int
    components: int
    scans: int
    whole_frame: bool
    keep: tuple[tuple[int, int], ...]
    exif: bytes
    icc: bytes


def read_jpeg(data: bytes) -> JpegHeader:
    """Reads up to the first scan, and counts the scans where there may be several (ITU T.81, annex B).

    Raises BrokenHeader and RareKind. Takes microseconds for an ordinary file, a pass over the bytes for a progressive
    one.
    """
    *tables, (_, scan, coded) = _segments(data)
    frames = [(marker, data[start + 4 : end]) for marker, start, end in tables if marker in _FRAMES]
    if not frames or len(frames[0][1]) < 6 or coded < scan + 5:
        raise BrokenHeader("it does not say its size")
    kind, frame = frames[0]
    # libjpeg can't shrink a lossless one while it decodes, as it is asked to.
    if any(each not in _DECODED for each, _ in frames):
        raise RareKind
    components = frame[5]
    # A sequential file whose first scan has all components is decoded in that one pass, whatever follows.
    whole_frame = kind not in _SEQUENTIAL or data[scan + 4] != components
    kept = [(start, end) for marker, start, end in tables if _is_kept(marker, data[start + 4 : start + 9])]
    return JpegHeader(
        width=int.from_bytes(frame[3:5], "big"),
        height=int.from_bytes(frame[1:3], "big"),
        components=components,
        scans=_count_scans(data, scan, coded) if whole_frame else 1,
        whole_frame=whole_frame,
        keep=((0, 2), *kept, (scan, len(data))),
        exif=next(iter(_application_data(data, tables, 0xE1, b"Exif\0\0")), b""),
        icc=_join_profile(_application_data(data, tables, 0xE2, b"ICC_PROFILE\0")),
    )


def _segments(data: bytes) -> list[tuple[int, int, int]]:
    """Marker, start and end of each segment, up to the head of the first scan. Raises BrokenHeader."""
    found = []
    at = 2
    for _ in range(_SEGMENT_LIMIT):
        start = _next_marker(data, at)
        if start is None:
            break
        marker = data[start + 1]
        at = start + 2
        if marker == _WITHOUT_LENGTH:
            continue
        if marker == _END_OF_IMAGE:
            raise BrokenHeader("it has no pixels")
        at += int.from_bytes(data[at : at + 2], "big")
        if at > len(data) or at < start + 4:
            break
        found.append((marker, start, at))
        if marker == _START_OF_SCAN:
            return found
    raise BrokenHeader("it ends before its pixels")


def _next_marker(data: bytes, at: int) -> int | None:
    """Where the next segment's marker begins, from `at` on."""
    while at < len(data):
        found = _MARKER.search(data, at, at + _SEARCHED)
        if found is not None:
            return found.start()
        at += _SEARCHED - 1  # a marker may lie across the border
    return None


def _is_kept(marker: int, beginning: bytes) -> bool:
    """Tables, the frame, and the two application segments that say how colours are coded."""
    return (
        marker in _TABLES
        or marker in _FRAMES
        or (marker == 0xE0 and beginning == b"JFIF\0")
        or (marker == 0xEE and beginning == b"Adobe")
    )


def _application_data(data: bytes, tables: list[tuple[int, int, int]], marker: int, name: bytes) -> list[bytes]:
    """What follows the name in each application segment of that name."""
    return [
        data[start + 4 + len(name) : end]
        for kind, start, end in tables
        if kind == marker and data.startswith(name, start + 4, end)
    ]


def _join_profile(parts: list[bytes]) -> bytes:
    """The ICC profile from segments that begin with number and count (ICC.1:2010, B.4); nothing where one misses."""
    parts = [part for part in parts if len(part) > 2]
    numbered = {part[0]: part[2:] for part in reversed(parts)}
    if not parts or sorted(numbered) != list(range(1, parts[0][1] + 1)):
        return b""
    return b"".join(numbered[number] for number in sorted(numbered))


def _count_scans(data: bytes, scan: int, coded: int) -> int:
    """Scans from the first one at `scan`, whose coded data begins at `coded`; stops counting above the limit."""
    at_most = data.count(b"\xff\xda", scan)
    if at_most <= 1:
        return 1
    scans = 1
    at = coded
    for _ in range(_SEGMENT_LIMIT):
        found = _next_marker(data, at)
        if found is None or scans > SCAN_LIMIT:
            return scans
        marker = data[found + 1]
        if marker in (_END_OF_IMAGE, 0xD8):
            return scans
        scans += marker == _START_OF_SCAN
        at = found + 2
        if marker != _WITHOUT_LENGTH:
            at += max(int.from_bytes(data[at : at + 2], "big"), 2)
    raise BrokenHeader("it has too many segments")
