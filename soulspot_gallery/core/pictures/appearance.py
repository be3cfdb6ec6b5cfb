"""What a picture looks like, in a few numbers: to find the same one again, and to tell a blurred or framed one.

`bits` is a difference hash of both directions: where brightness rises from one of 9 × 9 places to the next. It stays
nearly the same when a picture is scaled or compressed again. `tones` are the mean colours of 4 × 4 places: they tell
apart what is drawn alike in other colours, and flat pictures, of which a difference hash knows nothing.
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from soulspot_gallery.core.pictures.imaging import decode_small
from soulspot_gallery.core.pictures.looks import Appearance

__all__ = ["BITS", "NEAR_BITS", "NEAR_SUM", "Appearance", "differing_bits", "measure", "near", "near_tones"]

BITS = 128
"""The length of the hash."""

NEAR_BITS = 12
"""Bits in which two forms of one picture may differ."""

NEAR_SUM = 6 * 48
"""Steps of 255 by which the bytes of their tones may differ, all together."""

_SIDE = 320
_PLACES, _TONES = 8, 4
_RISE = 2
"""Steps of 255 that count as a rise: less is what compression does to a flat ground."""

_REACH = 4
_FLAT = 24
"""Steps of 255 between the darkest and the brightest place below which there is nothing to be sharp."""

_SAME_COLOUR = 12
_INSIDE = 0.6
"""The part of a row that must differ from the frame where the picture within it begins."""


def measure(data: bytes) -> Appearance:
    """Decodes and measures a picture. Takes some milliseconds: for a thread. Raises PictureError."""
    picture = _on_white(decode_small(data, _SIDE))
    gray = picture.convert("L")
    tones = picture.resize((_TONES, _TONES), Image.Resampling.BOX).tobytes()
    return Appearance(_hash(gray), tones, _sharpness(gray), _border(picture))


def differing_bits(one: int, other: int) -> int:
    """0 to 128: how far two hashes are apart."""
    return (one ^ other).bit_count()


def near(one: Appearance, other: Appearance) -> bool:
    """Whether both are forms of one picture: scaled, compressed or converted in other ways."""
    return differing_bits(one.bits, other.bits) <= NEAR_BITS and near_tones(one.tones, other.tones)


def near_tones(one: bytes, other: bytes) -> bool:
    """Whether the colours are those of one picture."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) <= NEAR_SUM


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _hash(gray: Image.Image) -> int:
    size = _PLACES + 1
    levels = gray.resize((size, size), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(_PLACES):
        for column in range(_PLACES):
            here = row * size + column
            right, below = levels[here + 1] - levels[here], levels[here + size] - levels[here]
            bits = bits << 2 | (right > _RISE) << 1 | (below > _RISE)
    return bits


def _sharpness(gray: Image.Image) -> int | None:
    """How much of all change from pixel to pixel goes when the picture is blurred: nearly all of a sharp edge, little
    of one that is blurred already. The contrast does not count, and the worse of both directions does."""
    darkest, brightest = ImageStat.Stat(gray).extrema[0]
    if brightest - darkest < _FLAT:
        return None
    contrasty = ImageOps.autocontrast(gray)
    found = list[float]()
    for box, step in (((_REACH, 0), (1, 0)), ((0, _REACH), (0, 1))):
        change = _change(contrasty, step)
        total = ImageStat.Stat(change).sum[0]
        left = _change(contrasty.filter(ImageFilter.BoxBlur(box)), step)
        if total:
            found.append(100 * ImageStat.Stat(ImageChops.subtract(change, left)).sum[0] / total)
    return round(min(found)) if found else None


def _change(gray: Image.Image, step: tuple[int, int]) -> Image.Image:
    """From each pixel to the next one, right or below."""
    x, y = step
    width, height = gray.size
    if x >= width or y >= height:
        return Image.new("L", (1, 1))
    return ImageChops.difference(gray.crop((0, 0, width - x, height - y)), gray.crop((x, y, width, height)))


def _border(picture: Image.Image) -> int:
    """The thinner of two sides that face each other, of the pair where it is thicker."""
    corner = tuple(picture.crop((0, 0, 1, 1)).tobytes())
    red, green, blue = ImageChops.difference(picture, Image.new("RGB", picture.size, corner)).split()
    apart = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    apart = apart.point([0 if step <= _SAME_COLOUR else 255 for step in range(256)])
    box = apart.getbbox()
    if box is None:
        return 0
    left, top, right, bottom = box
    inside = apart.crop(box)
    width, height = inside.size
    bars = min(left, apart.width - right) / apart.width
    if not (_begins(inside, (0, 0, 2, height)) and _begins(inside, (width - 2, 0, width, height))):
        bars = 0.0
    ends = min(top, apart.height - bottom) / apart.height
    if not (_begins(inside, (0, 0, width, 2)) and _begins(inside, (0, height - 2, width, height))):
        ends = 0.0
    return round(100 * max(bars, ends))


def _begins(inside: Image.Image, strip: tuple[int, int, int, int]) -> bool:
    """Whether a picture begins here along its whole side: a figure on a plain ground touches its box in few places."""
    return ImageStat.Stat(inside.crop(strip)).mean[0] >= 255 * _INSIDE
