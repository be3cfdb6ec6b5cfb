"""JPEGs shrunk by their planes look as those that go through red, green and blue."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat
from support import odd_pictures as odd

from soulspot_gallery.core.pictures import libwebp
from soulspot_gallery.core.pictures.imaging import convert


def striped(width: int, height: int, wide: int) -> Image.Image:
    """Strong colours in stripes, to the very edges: where a colour leaves its place, it shows."""
    picture = Image.new("RGB", (width, height), (200, 60, 60))
    draw = ImageDraw.Draw(picture)
    for left in range(0, width, 2 * wide):
        draw.rectangle((left, 0, left + wide - 1, height), (60, 60, 200))
    for top in range(0, height, 2 * wide):
        draw.rectangle((0, top, width, top + wide - 1), (60, 170, 60))
    return picture


def shown(data: bytes, longest_side: int) -> Image.Image:
    return Image.open(io.BytesIO(convert(data, longest_side, 95).webp)).convert("YCbCr")


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:0"])
@pytest.mark.parametrize(
    ("size", "longest_side"),
    [((400, 300), 400), ((401, 299), 500), ((500, 333), 391), ((640, 640), 500), ((999, 701), 333), ((1800, 41), 401)],
)
def test_colours_stay_in_their_places(
    size: tuple[int, int], longest_side: int, sampling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = round(12 * max(*size, longest_side) / longest_side)
    data = odd.saved(striped(*size, wide), "JPEG", quality=95, subsampling=sampling)
    by_planes = shown(data, longest_side)
    monkeypatch.setattr(libwebp, "can_encode", lambda: False)
    by_pillow = shown(data, longest_side)
    assert by_planes.size == by_pillow.size
    corner = (by_planes.width * 2 // 3, by_planes.height * 2 // 3, *by_planes.size)
    apart = ImageStat.Stat(ImageChops.difference(by_planes.crop(corner), by_pillow.crop(corner))).rms
    assert apart[0] < 6
    assert max(apart[1:]) < 6


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 3), (7, 5)])
def test_the_smallest_pictures(size: tuple[int, int]) -> None:
    data = odd.saved(Image.new("RGB", size, (200, 80, 40)), "JPEG", quality=95)
    made = Image.open(io.BytesIO(convert(data, 100, 95).webp)).convert("RGB")
    found = made.getpixel((made.width - 1, made.height - 1))
    assert isinstance(found, tuple)
    assert all(abs(is_now - was) <= 5 for is_now, was in zip(found, (200, 80, 40), strict=True))
