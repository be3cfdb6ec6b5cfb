"""Pictures as the world sends them: of every kind, damaged, hostile. Bytes made here, nobody's artwork."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable
from typing import Any

from PIL import Image, ImageCms

Colour = tuple[int, ...]
CORNERS: tuple[Colour, ...] = ((220, 30, 30), (30, 200, 40), (40, 60, 220), (230, 220, 40))
"""Red, green, blue, yellow: the quarters of `quartered`, row by row."""


def saved(picture: Image.Image, file_format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, file_format, **options)
    return out.getvalue()


def quartered(width: int = 240, height: int = 160) -> Image.Image:
    """Four quarters in the colours of CORNERS: shows any turn, flip or swapped channel."""
    small = Image.new("RGB", (2, 2))
    small.putdata(CORNERS)
    return small.resize((width, height), Image.Resampling.NEAREST)


def photo(side: int, height: int | None = None) -> Image.Image:
    """Smooth shapes and a little grain in three independent channels, about as hard to code as a photograph."""
    size = (side, height or side)
    coarse = Image.effect_noise((max(side // 8, 2), max(size[1] // 8, 2)), 110).resize(size, Image.Resampling.BICUBIC)
    fine = Image.effect_noise((max(side // 16, 2), max(size[1] // 16, 2)), 110).resize(size, Image.Resampling.BICUBIC)
    picture = Image.merge("RGB", (coarse, fine, Image.linear_gradient("L").resize(size)))
    return Image.blend(picture, Image.effect_noise(size, 25).convert("RGB"), 0.15)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(
    size: tuple[int, int], bits: int, colour_type: int, row: bytes, chunks: Iterable[tuple[bytes, bytes]] = ()
) -> bytes:
    """A PNG of equal rows, with these chunks before the pixels."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, colour_type, 0, 0, 0))
    extra = b"".join(png_chunk(*chunk) for chunk in chunks)
    pixels = png_chunk(b"IDAT", zlib.compress((b"\0" + row) * size[1]))
    return b"\x89PNG\r\n\x1a\n" + head + extra + pixels + png_chunk(b"IEND", b"")


def png_with(data: bytes, kind: bytes, content: bytes) -> bytes:
    """The PNG with one more chunk after its header."""
    return data[:33] + png_chunk(kind, content) + data[33:]


def jpeg_with(data: bytes, marker: int, content: bytes) -> bytes:
    """The JPEG with one more segment at its start."""
    return data[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content + data[2:]


def jpeg_of_scans(scans: int, side: int = 64) -> bytes:
    """A progressive JPEG whose last scan is repeated until there are so many."""
    data = saved(photo(side), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * (scans - data.count(b"\xff\xda")) + data[-2:]


def exif_orientation(value: int) -> bytes:
    """EXIF (without its mark) that says nothing but which way up."""
    return b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, value, 0, 0)


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _entry(profile: bytes | bytearray, tag: bytes) -> int:
    """Where the directory of an ICC profile has this tag (ICC.1:2010, 7.3)."""
    (count,) = struct.unpack_from(">I", profile, 128)
    return next(at for at in range(132, 132 + 12 * count, 12) if profile[at : at + 4] == tag)


def swapped_profile() -> bytes:
    """An RGB profile that is sRGB with red and blue exchanged, under sRGB's own name."""
    profile = bytearray(srgb_profile())
    red, blue = _entry(profile, b"rXYZ"), _entry(profile, b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)


def wide_profile() -> bytes:
    """An RGB profile of a larger gamut: sRGB with the primaries of Display P3 (SMPTE EG 432-1, adapted to D50)."""
    profile = bytearray(srgb_profile())
    primaries = {b"rXYZ": (33759, 15807, -69), b"gXYZ": (19158, 45365, 2743), b"bXYZ": (10293, 4364, 51390)}
    for tag, values in primaries.items():
        (at,) = struct.unpack_from(">I", profile, _entry(profile, tag) + 4)
        struct.pack_into(">3i", profile, at + 8, *values)
    return bytes(profile)


def gray_profile(gamma: float) -> bytes:
    """A gray profile with a power curve (ICC.1:2010, 10.5)."""
    curve = struct.pack(">4sIIH", b"curv", 0, 1, round(gamma * 256)) + b"\0\0"
    white = struct.pack(">4sIiii", b"XYZ ", 0, 63190, 65536, 54061)
    return _profile(b"mntr", b"GRAY", b"XYZ ", ((b"wtpt", white), (b"kTRC", curve)))


def cmyk_profile() -> bytes:
    """A CMYK profile by which black is black, cyan is a strong red, and all else is white (ICC.1:2010, 10.8)."""
    straight = bytes(range(256))
    white, red, black = b"\xff\x80\x80", b"\x80\xc8\xb4", b"\x00\x80\x80"
    corners = b"".join(black if number & 1 else red if number & 8 else white for number in range(16))
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + matrix + straight * 4 + corners + straight * 3
    medium = struct.pack(">4sIiii", b"XYZ ", 0, 63190, 65536, 54061)
    return _profile(b"prtr", b"CMYK", b"Lab ", ((b"wtpt", medium), (b"A2B0", table)))


def _profile(device: bytes, space: bytes, connection: bytes, tags: tuple[tuple[bytes, bytes], ...]) -> bytes:
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78)
    tags = ((b"desc", text), (b"cprt", b"text\0\0\0\0none\0"), *tags)
    at = 128 + 4 + 12 * len(tags)
    directory, content = struct.pack(">I", len(tags)), b""
    for name, tag in tags:
        padded = tag + bytes(-len(tag) % 4)
        directory += struct.pack(">4sII", name, at + len(content), len(tag))
        content += padded
    head = struct.pack(
        ">I4sI4s4s4s12s4sIIII8sI12sI44s",
        at + len(content), b"\0\0\0\0", 0x02400000, device, space, connection,
        struct.pack(">6H", 2024, 1, 1, 0, 0, 0), b"acsp", 0, 0, 0, 0, bytes(8), 0,
        struct.pack(">iii", 63190, 65536, 54061), 0, bytes(44),
    )  # fmt: skip
    return head + directory + content


def webp_bomb() -> bytes:
    """34 bytes that claim 16,383 pixels each way, lossless."""
    bits = (16382 | 16382 << 14).to_bytes(4, "little")
    content = b"\x2f" + bits + bytes(9)
    return (
        b"RIFF"
        + (4 + 8 + len(content)).to_bytes(4, "little")
        + b"WEBPVP8L"
        + len(content).to_bytes(4, "little")
        + content
    )


def png_claiming(width: int, height: int) -> bytes:
    return png((width, 1), 8, 2, bytes(3)).replace(
        png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, 1, 8, 2, 0, 0, 0)),
        png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
    )


def jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(saved(Image.new("RGB", (8, 8)), "JPEG"))
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, height, width)
    return bytes(data)
