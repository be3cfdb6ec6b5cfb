"""Pixels of a picture, and whether they are near enough to what they should be."""

from __future__ import annotations

from typing import cast

from PIL import Image

from support.odd_pictures import Colour

TOLERANCE = 8


def pixel(picture: Image.Image, x: float, y: float) -> Colour:
    """The RGBA colour at a place given as parts of width and height."""
    place = (int(picture.width * x), int(picture.height * y))
    return cast("Colour", picture.convert("RGBA").getpixel(place))


def assert_close(got: Colour, wanted: Colour, tolerance: int = TOLERANCE) -> None:
    wanted = wanted if len(wanted) == 4 else (*wanted, 255)
    assert all(abs(one - other) <= tolerance for one, other in zip(got, wanted, strict=True)), f"{got}, not {wanted}"
