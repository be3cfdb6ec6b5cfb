"""JPEGs encoded from their planes look as those that go through red, green and blue; and which ones are."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat
from support import odd_pictures as odd
from support.pixels import assert_close, pixel

from soulspot_gallery.core.pictures import libwebp
from soulspot_gallery.core.pictures.imaging import convert
from soulspot_gallery.core.pictures.libwebp import Planes

pytestmark = pytest.mark.skipif(not libwebp.can_encode(), reason="there all JPEGs go through red, green and blue")


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[Planes]:
    """The planes that were encoded."""
    seen, encode = list[Planes](), libwebp.encode

    def note(planes: Planes, quality: int, method: int) -> bytes:
        seen.append(planes)
        return encode(planes, quality, method)

    monkeypatch.setattr(libwebp, "encode", note)
    return seen


def striped(width: int, height: int, wide: int) -> Image.Image:
    """Strong colours in stripes, to the very edges: where a colour leaves its place, it shows."""
    picture = Image.new("RGB", (width, height), (200, 60, 60))
    draw = ImageDraw.Draw(picture)
    for left in range(0, width, 2 * wide):
        draw.rectangle((left, 0, left + wide - 1, height), (60, 60, 200))
    for top in range(wide, height, 2 * wide):
        draw.rectangle((0, top, width, top + wide - 1), (60, 170, 60))
    return picture


def made_from(data: bytes, longest_side: int, mode: str = "YCbCr") -> Image.Image:
    return Image.open(io.BytesIO(convert(data, longest_side, 95).webp)).convert(mode)


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:0"])
@pytest.mark.parametrize(
    ("size", "longest_side"),
    [((400, 300), 400), ((401, 299), 500), ((500, 333), 391), ((640, 640), 500), ((999, 701), 333), ((1800, 161), 401)],
)
def test_colours_stay_in_their_places(
    size: tuple[int, int], longest_side: int, sampling: str, encoded: list[Planes], monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = round(12 * max(*size, longest_side) / longest_side)
    data = odd.saved(striped(*size, wide), "JPEG", quality=95, subsampling=sampling)
    by_planes = made_from(data, longest_side)
    monkeypatch.setattr(libwebp, "can_encode", lambda: False)
    by_pillow = made_from(data, longest_side)
    assert len(encoded) == 1
    assert by_planes.size == by_pillow.size
    corner = (by_planes.width * 2 // 3, by_planes.height // 2, *by_planes.size)
    assert ImageStat.Stat(by_pillow.crop(corner)).stddev[1] > 20
    apart = ImageStat.Stat(ImageChops.difference(by_planes.crop(corner), by_pillow.crop(corner))).rms
    assert max(apart) < 6


@pytest.mark.parametrize("size", [(3, 3), (3, 60), (61, 3), (41, 59), (1, 9), (9, 1), (99, 100), (251, 251)])
def test_the_last_row_and_column_keep_their_colour(size: tuple[int, int], encoded: list[Planes]) -> None:
    picture = Image.new("RGB", size, (40, 60, 220))
    draw = ImageDraw.Draw(picture)
    draw.line((size[0] - 1, 0, size[0] - 1, size[1]), (220, 40, 40))
    draw.line((0, size[1] - 1, size[0], size[1] - 1), (220, 40, 40))
    made_from(odd.saved(picture, "JPEG", quality=98, subsampling="4:4:4"), 251)
    (planes,) = encoded
    red = planes.red
    assert red.size == ((size[0] + 1) // 2, (size[1] + 1) // 2)
    ends = [(x, y) for x in range(red.width) for y in range(red.height) if x == red.width - 1 or y == red.height - 1]
    reddest = [red.getpixel(end) for end in ends]
    # Of two pixels, one of which is red, the colour between; of one, its own.
    assert all(isinstance(value, int) and value > 140 for value in reddest)
    if size[0] % 2 and size[1] % 2:
        assert all(isinstance(value, int) and value > 200 for value in reddest)


def _turned(data: bytes) -> bytes:
    return odd.jpeg_with(data, 0xE1, b"Exif\0\0" + odd.exif_orientation(6))


_PLAIN = odd.saved(odd.photo(60), "JPEG")


@pytest.mark.parametrize(
    ("data", "encodings"),
    [
        pytest.param(_PLAIN, 2, id="plain"),
        pytest.param(odd.saved(odd.photo(60), "JPEG", progressive=True), 2, id="progressive"),
        pytest.param(odd.saved(odd.photo(60), "JPEG", icc_profile=odd.srgb_profile()), 2, id="sRGB"),
        pytest.param(odd.jpeg_with(_PLAIN, 0xE1, b"Exif\0\0" + odd.exif_orientation(1)), 2, id="upright"),
        pytest.param(odd.saved(odd.photo(60), "JPEG", icc_profile=b"no profile"), 2, id="not a profile"),
        pytest.param(_turned(_PLAIN), 0, id="turned"),
        pytest.param(odd.saved(odd.photo(60), "JPEG", icc_profile=odd.wide_profile()), 0, id="wide gamut"),
        pytest.param(odd.saved(odd.photo(60), "JPEG", icc_profile=bytes(20_000)), 0, id="a large profile"),
        pytest.param(odd.saved(odd.photo(60).convert("L"), "JPEG"), 0, id="gray"),
        pytest.param(odd.saved(odd.photo(60).convert("CMYK"), "JPEG"), 0, id="inks"),
        pytest.param(odd.saved(odd.photo(60), "JPEG", keep_rgb=True), 0, id="RGB"),
        pytest.param(odd.saved(odd.photo(60), "PNG"), 0, id="PNG"),
    ],
)
def test_which_pictures_go_straight(data: bytes, encodings: int, encoded: list[Planes]) -> None:
    """Encoded from their planes each time, or never."""
    convert(data, 500, 85)
    convert(data, 40, 85)
    assert len(encoded) == encodings


@pytest.mark.parametrize("length", [8, 11, 12, 13])
def test_a_jfif_header_that_is_too_short_is_none(length: int, encoded: list[Planes]) -> None:
    """What is red, green and blue by another header stays that, as libjpeg has it."""
    picture = Image.new("RGB", (300, 300), (200, 80, 40))
    data = odd.saved(picture, "JPEG", quality=95, keep_rgb=True)
    short = odd.jpeg_with(data, 0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"[:length])
    for longest_side in (100, 500):
        assert_close(pixel(made_from(short, longest_side, "RGB"), 0.5, 0.5), (200, 80, 40))
    assert not encoded


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 3), (7, 5)])
def test_the_smallest_pictures(size: tuple[int, int], encoded: list[Planes]) -> None:
    data = odd.saved(Image.new("RGB", size, (200, 80, 40)), "JPEG", quality=95)
    assert_close(pixel(made_from(data, 100, "RGB"), 0.99, 0.99), (200, 80, 40))
    assert len(encoded) == 1
