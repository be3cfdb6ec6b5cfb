"""What a picture looks like in numbers: the same for all forms of one picture, another for another."""

from __future__ import annotations

import io
import itertools

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.pictures.appearance import BITS, differing_bits, measure, near
from soulspot_gallery.demo.covers import draw


def webp(picture: Image.Image, quality: int = 85) -> bytes:
    target = io.BytesIO()
    picture.save(target, "WEBP", quality=quality)
    return target.getvalue()


def drawn(kind: EntityType, count: int) -> list[Image.Image]:
    return [draw(kind, seed, 400) for seed in range(count)]


@pytest.mark.parametrize(("side", "quality"), [(400, 50), (300, 85), (160, 60)])
def test_a_picture_stays_near_itself_when_it_is_scaled_and_compressed(side: int, quality: int) -> None:
    for picture in drawn(EntityType.ALBUM, 16):
        smaller = picture.resize((side, side), Image.Resampling.LANCZOS)
        assert near(measure(webp(picture)), measure(webp(smaller, quality)))


def test_other_pictures_are_not_near() -> None:
    looks = [measure(webp(picture)) for kind in EntityType for picture in drawn(kind, 20)]
    assert not any(near(one, other) for one, other in itertools.combinations(looks, 2))


def test_flat_pictures_are_told_apart_by_their_colour() -> None:
    red, redder, blue = (measure(webp(Image.new("RGB", (300, 300), colour))) for colour in ("#b00", "#b30302", "#00b"))
    assert near(red, redder)
    assert not near(red, blue)
    assert red.sharpness is None


def test_the_distance_counts_bits() -> None:
    assert differing_bits(0b1011, 0b0010) == 2
    assert differing_bits(0, (1 << BITS) - 1) == BITS


def test_what_was_blurred_or_enlarged_is_less_sharp() -> None:
    for picture in drawn(EntityType.ALBUM, 16):
        sharp = measure(webp(picture)).sharpness or 0
        blurred = measure(webp(picture.filter(ImageFilter.GaussianBlur(6)))).sharpness or 0
        enlarged = picture.resize((64, 64), Image.Resampling.LANCZOS).resize((400, 400), Image.Resampling.BICUBIC)
        assert sharp >= 60
        assert blurred < 60
        assert (measure(webp(enlarged)).sharpness or 0) < 60


def test_a_frame_and_bars_are_measured_in_per_cent_of_the_side() -> None:
    picture = draw(EntityType.ALBUM, 9, 400)
    assert measure(webp(picture)).border == 0
    framed = ImageOps.expand(picture.resize((360, 360)), 20, "white")
    assert measure(webp(framed)).border == pytest.approx(5, abs=1)
    bars = Image.new("RGB", (400, 400), "white")
    bars.paste(picture.crop((0, 80, 400, 320)), (0, 80))
    assert measure(webp(bars)).border == pytest.approx(20, abs=1)


def test_a_figure_on_a_plain_ground_is_no_frame() -> None:
    ground = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(ground).ellipse((150, 150, 250, 250), fill="black")
    assert measure(webp(ground)).border == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (16, 16)])
def test_any_size_can_be_measured(size: tuple[int, int]) -> None:
    assert measure(webp(Image.new("RGB", size, "green"))).border == 0


def test_transparent_pictures_are_seen_on_white() -> None:
    clear, white = Image.new("RGBA", (64, 64), (0, 0, 0, 0)), Image.new("RGB", (64, 64), "white")
    assert near(measure(webp(clear)), measure(webp(white)))


def test_what_is_no_picture_says_so() -> None:
    with pytest.raises(PictureError):
        measure(b"no picture")
