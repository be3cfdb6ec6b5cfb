"""Whole or damaged: no damaged file passes, and no good one is called damaged."""

from __future__ import annotations

import hashlib
from itertools import product

import pytest
from PIL import Image, ImageDraw
from support import odd_pictures as odd

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.pictures.imaging import convert
from soulspot_gallery.core.pictures.webp import inspect_webp, quick_webp_check


@pytest.fixture(scope="module")
def cover() -> bytes:
    return convert(odd.saved(odd.photo(400), "JPEG"), 400, 85).webp


def code_of(data: bytes) -> ErrorCode:
    with pytest.raises(PictureError) as caught:
        inspect_webp(data)
    return caught.value.code


def test_what_is_known_of_a_whole_file(cover: bytes) -> None:
    found = inspect_webp(cover)
    assert (found.width, found.height, found.sha256) == (400, 400, hashlib.sha256(cover).hexdigest())


def test_truncated_anywhere(cover: bytes) -> None:
    for end in (1, 4, 8, 11, 12, 20, 30, *range(40, len(cover), len(cover) // 30), len(cover) - 1):
        assert code_of(cover[:end]) in (ErrorCode.DECODE, ErrorCode.NOT_IMAGE)
        assert not quick_webp_check(cover[:end], end)


def test_appended(cover: bytes) -> None:
    for tail in (b"\0", b"\0\0", b"PK\x03\x04", cover):
        assert code_of(cover + tail) is ErrorCode.DECODE
        assert not quick_webp_check(cover, len(cover + tail))


def test_lost_blocks(cover: bytes) -> None:
    """What Pillow decodes without complaint: a tail or a part of zeros, as a crash leaves them."""
    half = len(cover) // 2
    for start, end in ((half, len(cover)), (len(cover) - 512, len(cover)), (1024, 1536), (4096, 8192)):
        damaged = cover[:start] + bytes(end - start) + cover[end:]
        assert quick_webp_check(damaged, len(damaged))
        assert code_of(damaged) is ErrorCode.DECODE


def test_lost_blocks_of_a_large_picture() -> None:
    large = odd.saved(odd.photo(2000), "WEBP", quality=85, method=0)
    assert code_of(large[:40960] + bytes(4096) + large[45056:]) is ErrorCode.DECODE


def test_wrong_length(cover: bytes) -> None:
    for bit in range(32):
        head = (int.from_bytes(cover[4:8], "little") ^ 1 << bit).to_bytes(4, "little")
        damaged = cover[:4] + head + cover[8:]
        assert code_of(damaged) is ErrorCode.DECODE
        assert not quick_webp_check(damaged[:12], len(damaged))


def test_what_is_no_webp(cover: bytes) -> None:
    assert code_of(b"") is ErrorCode.EMPTY
    assert code_of(bytes(len(cover))) is ErrorCode.NOT_IMAGE
    assert code_of(b"<html>" * 40) is ErrorCode.NOT_IMAGE
    assert code_of(odd.saved(odd.photo(64), "PNG")) is ErrorCode.NOT_IMAGE
    assert code_of(b"RIFF\x24\0\0\0WAVEfmt " + bytes(28)) is ErrorCode.NOT_IMAGE
    assert code_of(odd.webp_bomb()) is ErrorCode.DECODE
    assert not quick_webp_check(b"", 0)
    assert not quick_webp_check(b"RIFF\x04\0\0\0WEBP", 12)


def good_pictures() -> list[tuple[str, bytes]]:
    """Flat, half flat, drawn and photographed ones, opaque and not, by several encoders' settings."""
    colours: list[odd.Colour] = [
        (0, 0, 0),
        (255, 255, 255),
        (128, 128, 128),
        (12, 200, 99),
        (0, 0, 0, 0),
        (9, 8, 7, 128),
    ]
    found = []
    for side, colour, method in product((1, 16, 300, 500, 1000), colours, (0, 4, 6)):
        picture = Image.new("RGBA" if len(colour) == 4 else "RGB", (side, side), colour)
        found.append((f"flat {side} {colour} {method}", odd.saved(picture, "WEBP", quality=85, method=method)))
    for side, lossless in product((300, 501), (False, True)):
        drawn = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        ImageDraw.Draw(drawn).ellipse((20, 20, side - 20, side - 20), fill=(250, 120, 0, 255))
        for name, picture in {"drawn": drawn, "half": odd.quartered(side, side), "photo": odd.photo(side)}.items():
            found.append((f"{name} {side}", odd.saved(picture, "WEBP", quality=85, lossless=lossless)))
    frames = [odd.quartered(), Image.new("RGB", (240, 160))]
    found.append(("animated", odd.saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])))
    found.append(
        ("loaded", odd.saved(frames[0], "WEBP", exif=bytes(400), xmp=bytes(400), icc_profile=odd.srgb_profile()))
    )
    return found


def test_no_false_alarm() -> None:
    good = good_pictures()
    assert len(good) > 100
    for name, data in good:
        assert quick_webp_check(data[:12], len(data)), name
        assert inspect_webp(data).width > 0, name


@pytest.mark.parametrize("side", [1500, 2600, 4096])
def test_no_false_alarm_for_large_flat_pictures(side: int) -> None:
    """They hold long runs of zeros by nature, at the largest sizes that can be set."""
    for method in (0, 4):
        data = odd.saved(Image.new("RGB", (side, side), "white"), "WEBP", quality=85, method=method)
        assert inspect_webp(data).width == side


def test_what_is_written_is_whole() -> None:
    for colour in ("black", "white", "red"):
        made = convert(odd.saved(Image.new("RGB", (2400, 2400), colour), "PNG"), 2400, 85)
        found = inspect_webp(made.webp)
        assert (found.width, found.height, found.sha256) == (made.width, made.height, made.sha256)
