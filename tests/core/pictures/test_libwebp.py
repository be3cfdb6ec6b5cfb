"""WebP from planes: the pixels that come out, what is refused, and what happens where libwebp can't be called."""

from __future__ import annotations

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PIL import Image, ImageChops, ImageStat, WebPImagePlugin
from support.odd_pictures import Colour
from support.pixels import assert_close, pixel

from soulspot_gallery.core.pictures import libwebp
from soulspot_gallery.core.pictures.libwebp import Planes, encode
from soulspot_gallery.core.pictures.webp import inspect_webp

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there Pillow has its libwebp inside")


def planes_of(picture: Image.Image) -> Planes:
    luma, *colours = picture.convert("YCbCr").split()
    half = (picture.width + 1) // 2, (picture.height + 1) // 2
    blue, red = (plane.resize(half, Image.Resampling.BOX) for plane in colours)
    return Planes(luma, blue, red)


def decoded(webp: bytes) -> Image.Image:
    return Image.open(io.BytesIO(webp)).convert("RGB")


def apart(webp: bytes, picture: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(decoded(webp), picture)).rms)


def calm(size: tuple[int, int]) -> Image.Image:
    """Gradients, of few colours: little is lost of them at any size."""
    turns = Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270
    gradient = Image.linear_gradient("L").point([110 + value // 8 for value in range(256)])
    return Image.merge("RGB", [gradient.transpose(turn).resize(size) for turn in turns])


@pytest.mark.parametrize(
    "colour", [(0, 0, 0), (255, 255, 255), (128, 128, 128), (200, 30, 40), (20, 180, 60), (30, 40, 220)]
)
def test_a_colour_stays_what_it_is(colour: Colour) -> None:
    picture = decoded(encode(planes_of(Image.new("RGB", (64, 48), colour)), 90, 4))
    assert_close(pixel(picture, 0.5, 0.5), colour, 3)


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (2, 3), (17, 16), (333, 500), (16383, 1)])
def test_it_is_as_near_to_the_picture_as_pillow_s(size: tuple[int, int]) -> None:
    picture, by_pillow = calm(size), io.BytesIO()
    picture.save(by_pillow, "WEBP", quality=85, method=4)
    webp = encode(planes_of(picture), 85, 4)
    whole = inspect_webp(webp)
    assert (whole.width, whole.height) == size
    assert apart(webp, picture) < apart(by_pillow.getvalue(), picture) + 2.5
    assert len(webp) < 1.1 * len(by_pillow.getvalue()) + 20


def test_quality_and_effort_are_heard() -> None:
    planes = planes_of(Image.effect_noise((200, 200), 60))
    assert len(encode(planes, 30, 4)) < len(encode(planes, 85, 4)) < len(encode(planes, 100, 4))
    assert encode(planes, 85, 0) != encode(planes, 85, 6)


def test_many_at_once_are_what_each_is_alone() -> None:
    pictures = [planes_of(calm((100 + number, 90))) for number in range(12)]
    alone = [encode(planes, 85, 4) for planes in pictures]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda planes: encode(planes, 85, 4), pictures * 4)) == alone * 4


def test_what_libwebp_refuses() -> None:
    with pytest.raises(ValueError, match="refuses the quality"):
        encode(planes_of(Image.new("RGB", (8, 8))), 101, 4)
    with pytest.raises(ValueError, match="WebP can't hold it"):
        encode(planes_of(Image.new("RGB", (16384, 1))), 85, 4)


@pytest.mark.parametrize("odd_one", ["luma", "blue", "red"])
def test_planes_that_do_not_fit_are_not_read(odd_one: str) -> None:
    for plane in (Image.new("L", (3, 2)), Image.new("1", (8, 6) if odd_one == "luma" else (4, 3))):
        planes = replace(planes_of(Image.new("RGB", (8, 6))), **{odd_one: plane})
        with pytest.raises(ValueError, match="do not fit"):
            encode(planes, 85, 4)


@pytest.mark.parametrize("module", [None, SimpleNamespace(), SimpleNamespace(__file__=__file__)])
def test_where_it_cant_be_called(monkeypatch: pytest.MonkeyPatch, module: SimpleNamespace | None) -> None:
    monkeypatch.setattr(WebPImagePlugin, "_webp", module)
    assert libwebp._load() is None
    monkeypatch.delattr(WebPImagePlugin, "_webp")
    assert libwebp._load() is None
    monkeypatch.setattr(libwebp, "_LIBRARY", None)
    assert not libwebp.can_encode()
    with pytest.raises(ValueError, match="can't be called"):
        encode(planes_of(Image.new("RGB", (8, 8))), 85, 4)


def test_one_of_another_age_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libwebp, "_ABI", 0x0300)
    assert libwebp._load() is None
