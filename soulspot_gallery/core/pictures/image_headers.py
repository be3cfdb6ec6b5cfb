"""What a picture says of itself, read without any decoder: format, size in pixels, cost, orientation, profile. Pure.

Caps are applied here, before a decoder allocates anything; and only the parts that hold pixels are handed on, so that
trouble in metadata never costs a picture and nothing of it survives.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.pictures.avif_header import read_avif
from soulspot_gallery.core.pictures.jpeg_header import SCAN_LIMIT, BrokenHeader, RareKind, read_jpeg
from soulspot_gallery.core.pictures.sniffing import ACCEPTED, sniff_image

PIXEL_CAPS = {
    "jpeg": 80_000_000,
    "png": 50_000_000,
    "bmp": 50_000_000,
    "webp": 30_000_000,
    "gif": 30_000_000,
    "avif": 30_000_000,
}
"""Pixels above which a picture is refused by its header alone."""

_PROFILE_LIMIT = 4 * 1024 * 1024
_SLOW_RUN_LENGTHS = 256 * 1024
_PNG_CHUNK_LIMIT = 100_000
_MANY_WEBP_CHUNKS = 2_000
_GRAPHIC_CONTROL = 0xF9
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


@dataclass(frozen=True, slots=True)
class Header:
    """`format` is a name of `sniffing.ACCEPTED`, sizes in pixels before orientation. `bits` a sample, `samples` a
    pixel as coded. `keep`: ranges of bytes for the decoder; empty means all. `items`: where an AVIF lists its parts.
    `exif` without its `Exif` mark. `doubtful`: decoding may cost more than the sizes tell."""

    format: str
    width: int
    height: int
    samples: int = 3
    bits: int = 8
    scans: int = 1
    whole_frame: bool = False
    doubtful: bool = False
    keep: tuple[tuple[int, int], ...] = ()
    items: tuple[int, int] | None = None
    exif: bytes = b""
    icc: bytes = b""

    @property
    def pixels(self) -> int:
        return self.width * self.height

    def body(self, data: bytes) -> bytes:
        """The picture without its metadata: `data` is what the header was read from."""
        if self.keep:
            return b"".join(data[start:end] for start, end in self.keep)
        if self.items:
            start, end = self.items
            # Pillow warns of damaged EXIF; the way up of an AVIF is in a property of its own, so the item is unnamed.
            return data[:start] + data[start:end].replace(b"Exif", b"none") + data[end:]
        return data


def read_header(data: bytes) -> Header:
    """The header of a picture that may be decoded.

    Raises PictureError: `empty`, `not-image`, `format` (a kind of picture that is not accepted), `decode` (damaged or
    cut off), `too-many-pixels` (also for a JPEG of more than 100 scans).
    """
    if not data:
        raise PictureError(ErrorCode.EMPTY, "The server sent nothing; fetch the picture again or use another URL.")
    name = sniff_image(data)
    if name is None:
        raise PictureError(ErrorCode.NOT_IMAGE, "This is not a picture; use another one.")
    if name not in ACCEPTED:
        raise PictureError(
            ErrorCode.FORMAT,
            f"Pictures of the kind {name.upper()} are not accepted; use a JPEG, PNG, WebP, GIF, BMP or AVIF.",
        )
    try:
        header = _READERS[name](data)
    except BrokenHeader as problem:
        raise damaged(name, str(problem)) from problem
    except RareKind as problem:
        raise PictureError(
            ErrorCode.FORMAT,
            "Lossless and hierarchical JPEGs are not accepted; save the picture as a JPEG of the usual kind.",
        ) from problem
    except (struct.error, IndexError) as problem:
        raise damaged(name, "it is cut off") from problem
    check_caps(header)
    return header


def damaged(name: str, why: str) -> PictureError:
    """The error for a picture that can't be decoded; `why` goes on after a colon."""
    return PictureError(ErrorCode.DECODE, f"The {_NAMES.get(name, name.upper())} picture is damaged: {why}.")


def check_caps(header: Header) -> None:
    """Raises PictureError where the picture is too large to be decoded, or has no size at all."""
    if header.width < 1 or header.height < 1:
        raise damaged(header.format, "it has no size")
    if header.pixels > PIXEL_CAPS[header.format]:
        raise PictureError(
            ErrorCode.TOO_MANY_PIXELS,
            f"The picture claims {header.width} × {header.height} pixels, more than the "
            f"{PIXEL_CAPS[header.format] // 1_000_000} million that are accepted; use a smaller one.",
        )
    if header.scans > SCAN_LIMIT:
        raise PictureError(
            ErrorCode.TOO_MANY_PIXELS,
            f"The JPEG picture has more than {SCAN_LIMIT} scans and would take too long; use another one.",
        )


def _read_jpeg(data: bytes) -> Header:
    found = read_jpeg(data)
    return Header(
        "jpeg",
        found.width,
        found.height,
        samples=found.components,
        scans=found.scans,
        whole_frame=found.whole_frame,
        keep=found.keep,
        exif=found.exif,
        icc=found.icc,
    )


def _read_png(data: bytes) -> Header:
    """Walks all chunks to the end mark (PNG 3rd edition, 5). An animation's frames are left out: the still remains."""
    width, height, bits, colour = struct.unpack_from(">IIBB", data, 16)
    if data[12:16] != b"IHDR":
        raise BrokenHeader("it does not begin with its size")
    keep: list[tuple[int, int]] = [(0, 8)]
    exif = icc = b""
    once: set[bytes] = set()
    at = 8
    for _ in range(_PNG_CHUNK_LIMIT):
        if at + 12 > len(data):
            raise BrokenHeader("it is cut off")
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise BrokenHeader("it is cut off")
        if kind in _PNG_KEPT and (kind == b"IDAT" or kind not in once):
            if keep[-1][1] == at:
                keep[-1] = (keep[-1][0], end)
            else:
                keep.append((at, end))
            once.add(kind)
        elif kind == b"iCCP" and not icc:
            icc = _png_profile(data[at + 8 : end - 4])
        elif kind == b"eXIf" and not exif:
            exif = data[at + 8 : end - 4].removeprefix(b"Exif\0\0")
        if kind == b"IEND":
            samples = {0: 1, 2: 3, 3: 1, 4: 2}.get(colour, 4)
            return Header("png", width, height, samples=samples, bits=bits, keep=tuple(keep), exif=exif, icc=icc)
        at = end
    raise BrokenHeader("it has too many chunks")


def _png_profile(chunk: bytes) -> bytes:
    """The ICC profile of an iCCP chunk: a name, a zero, the method, a zlib stream. Nothing where it is damaged."""
    _, _, packed = chunk.partition(b"\0")
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(packed[1:], _PROFILE_LIMIT)
    except zlib.error:
        return b""
    return profile if unpacker.eof else b""


def _read_webp(data: bytes) -> Header:
    """The canvas of the first chunk (RFC 9649, 2.5 to 2.7); a file shorter than its RIFF length is cut off."""
    if int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise BrokenHeader("it is cut off")
    width, height = webp_size(data)
    return Header("webp", width, height, samples=4, doubtful=_has_many_chunks(data))


def _has_many_chunks(data: bytes) -> bool:
    """True for a WebP whose decoder would be busy with the parts alone: it holds the interpreter meanwhile."""
    at = 12
    for _ in range(_MANY_WEBP_CHUNKS):
        if at + 8 > len(data):
            return False
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + (length & 1)
    return True


def webp_size(head: bytes) -> tuple[int, int]:
    """Width and height in pixels from the first 30 bytes of a WebP. Raises BrokenHeader, struct.error, IndexError."""
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L" and head[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", head, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise BrokenHeader("it does not say its size")


def _read_gif(data: bytes) -> Header:
    """The screen and the first frame, whichever is larger (GIF89a, 18 and 20); later frames are not looked at.

    Kept is that frame with its graphic control: comments in a million parts would take Pillow 100 bytes each.
    """
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    beginning, control = (0, at), (at, at)
    while data[at] == 0x21:
        start, kind = at, data[at + 1]
        at += 2
        while data[at]:
            at += 1 + data[at]
        at += 1
        if kind == _GRAPHIC_CONTROL:
            control = (start, at)
    if data[at] != 0x2C:
        raise BrokenHeader("it has no frame")
    left, top, wide, high = struct.unpack_from("<HHHH", data, at + 1)
    keep = (beginning, control, (at, len(data)))
    return Header("gif", max(width, left + wide), max(height, top + high), samples=1, keep=keep)


def _read_bmp(data: bytes) -> Header:
    """BITMAPCOREHEADER or BITMAPINFOHEADER and its successors; a negative height means top-down."""
    packed = 0
    if struct.unpack_from("<I", data, 14)[0] == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
    else:
        width, height, _, bits, packed = struct.unpack_from("<iiHHI", data, 18)
    # Pillow unpacks run lengths in Python: slow in proportion to the file, whatever the size in pixels.
    doubtful = packed in (1, 2) and len(data) > _SLOW_RUN_LENGTHS
    return Header("bmp", abs(width), abs(height), bits=bits, doubtful=doubtful)


def _read_avif(data: bytes) -> Header:
    found = read_avif(data)
    return Header(
        "avif", found.width, found.height, samples=4, bits=found.bits, doubtful=found.doubtful, items=found.items
    )


_READERS = {
    "jpeg": _read_jpeg,
    "png": _read_png,
    "webp": _read_webp,
    "gif": _read_gif,
    "bmp": _read_bmp,
    "avif": _read_avif,
}
_NAMES = {"webp": "WebP"}
