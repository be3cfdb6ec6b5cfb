"""A JPEG shrunk as it is stored: only its luma, which the eye judges by, goes all the way through the costly filter."""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from soulspot_gallery.core.pictures.libwebp import Planes

REDUCING_GAP = 2.0
"""How many times larger than wanted a picture may be when it comes to the costly filter; averaged down before."""


_JFIF = 14
"""Bytes of a JFIF header, at least."""


class _Decoded(NamedTuple):
    """A JPEG's planes, all of one size, and how much of them the picture covers: width and height in their pixels."""

    luma: Image.Image
    colours: list[Image.Image]
    covered: tuple[float, float]

    def luma_of(self, size: tuple[int, int]) -> Image.Image:
        """The luma of the picture in this size."""
        return self.luma.resize(size, Image.Resampling.LANCZOS, (0, 0, *self.covered), REDUCING_GAP)


def has_planes(source: ImageFile) -> bool:
    """True for a JPEG of luma and two planes of colour: what libjpeg takes it for, and hence can give as such."""
    if not isinstance(source, JpegImageFile):
        return False
    # By libjpeg's rule (jdmarker.c): a shorter JFIF header is none.
    jfif = any(name == "APP0" and part.startswith(b"JFIF\0") and len(part) >= _JFIF for name, part in source.applist)
    return source.mode == "RGB" and (jfif or source.info.get("adobe_transform") == 1)


def shrunk_planes(source: ImageFile, size: tuple[int, int]) -> Planes:
    """The planes for a WebP of `size` of a JPEG that `has_planes` and isn't loaded yet; it is closed. Raises what
    Pillow raises."""
    decoded = _decoded(source, size)
    blue, red = (_halved(plane, decoded.covered, size) for plane in decoded.colours)
    return Planes(decoded.luma_of(size), blue, red)


def shrunk_rgb(source: ImageFile, size: tuple[int, int]) -> Image.Image:
    """As `shrunk_planes`, in mode RGB: what `thumbnail` gives for three quarters of the cost at half the size or less.
    JPEG stores the colours at half the size as a rule."""
    decoded = _decoded(source, size)
    colours = [_averaged(plane, (0, 0, *decoded.covered), size) for plane in decoded.colours]
    return Image.merge("YCbCr", (decoded.luma_of(size), *colours)).convert("RGB")


def _decoded(source: ImageFile, size: tuple[int, int]) -> _Decoded:
    drafted = source.draft("YCbCr", (int(size[0] * REDUCING_GAP), int(size[1] * REDUCING_GAP)))
    if drafted is None:
        raise ValueError("it was loaded before")
    source.load()
    luma, *colours = source.split()
    source.close()  # the planes are all that is needed of its pixels
    return _Decoded(luma, colours, drafted[1][2:])


def _halved(plane: Image.Image, covered: tuple[float, float], size: tuple[int, int]) -> Image.Image:
    """The plane of colour that WebP has beside a luma of `size`: a pixel for each square of four, and for what is over
    where a side is odd, so that each colour keeps its place."""
    halved = Image.new("L", ((size[0] + 1) // 2, (size[1] + 1) // 2))
    for left, right in _pairs(size[0]):
        for top, bottom in _pairs(size[1]):
            box = (
                covered[0] * (left / size[0]),
                covered[1] * (top / size[1]),
                covered[0] * (right / size[0]),
                covered[1] * (bottom / size[1]),
            )
            pixels = (right - left + 1) // 2, (bottom - top + 1) // 2
            halved.paste(_averaged(plane, box, pixels), (left // 2, top // 2))
    return halved


def _pairs(side: int) -> list[tuple[int, int]]:
    """Where the pixels that have another one beside them begin and end, and where the last one, if it has none."""
    even = side - side % 2
    return [(begin, end) for begin, end in ((0, even), (even, side)) if begin < end]


def _averaged(plane: Image.Image, box: tuple[float, float, float, float], size: tuple[int, int]) -> Image.Image:
    """What lies in this box of a plane of colour, in this size: averaged down as far as that goes, then filtered."""
    return plane.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=1)
