"""A square to draw on in units of its side, smoothed by drawing twice as large. Shapes and gradients, no motifs."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

from soulspot_gallery.demo.palettes import Colour, Palette, ramp

Point = tuple[float, float]
Fill = Colour | tuple[int, int, int, int]
"""A colour, or one with its opacity (0 to 255) as the fourth number."""

_OVERSAMPLING = 2
_THIN = 8
_GRAIN = 5
"""Strength of the film grain in levels of 255: enough to hide the steps of a gradient."""


def linear_field(size: int, degrees: float) -> Image.Image:
    """A grey ramp over a square of `size` px, rising towards `degrees` (0 is right, 90 is down)."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    reach = (abs(cos) + abs(sin)) / 2
    # The stored ramp rises downwards over 256 px; the inverse mapping below turns and stretches it.
    scale = 255 / (2 * reach * size)
    offset = 127.5 - scale * size / 2 * (cos + sin)
    return Image.linear_gradient("L").transform(
        (size, size), Image.Transform.AFFINE, (0, 0, 128, cos * scale, sin * scale, offset), Image.Resampling.BILINEAR
    )


def radial_field(size: int, centre: Point, radius: float) -> Image.Image:
    """A grey ramp over a square of `size` px: 0 at the centre, 255 at `radius` (in sides) and beyond."""
    scale = 127.5 / (radius * size)
    return Image.radial_gradient("L").transform(
        (size, size),
        Image.Transform.AFFINE,
        (scale, 0, 128 - scale * centre[0] * size, 0, scale, 128 - scale * centre[1] * size),
        Image.Resampling.BILINEAR,
        fillcolor=255,
    )


def coloured(field: Image.Image, colours: Palette) -> Image.Image:
    """A grey field in colours: the first where it is 0, the last where it is 255."""
    field = field.copy()
    field.putpalette([part for level in range(256) for part in ramp(colours, level / 255)])
    return field.convert("RGB")


@lru_cache(maxsize=8)
def _grain(size: int) -> Image.Image:
    """Neutral film grain around the level `_GRAIN`, the same on every run."""
    noise = Image.frombytes("L", (size, size), random.Random(size).randbytes(size * size))
    return noise.point([round(level / 255 * 2 * _GRAIN) for level in range(256)]).convert("RGB")


class Canvas:
    """Coordinates run from 0 to 1, right and down; angles in degrees, clockwise from the right."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.side = size * _OVERSAMPLING
        self.image = Image.new("RGB", (self.side, self.side))
        # The pen that blends costs several times the plain one, also where it has nothing to blend.
        self._plain, self._blending = ImageDraw.Draw(self.image), ImageDraw.Draw(self.image, "RGBA")

    def _pen(self, fill: Fill) -> ImageDraw.ImageDraw:
        return self._plain if len(fill) == 3 else self._blending

    def _scaled(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self.side, y * self.side) for x, y in points]

    def _box(self, x: float, y: float, rx: float, ry: float) -> tuple[float, float, float, float]:
        return (x - rx) * self.side, (y - ry) * self.side, (x + rx) * self.side, (y + ry) * self.side

    def fill(self, field: Image.Image, colours: Palette) -> None:
        """Cover everything with a field in colours; it may be smaller than the canvas."""
        self.spread(coloured(field.resize((self.size, self.size), Image.Resampling.BILINEAR), colours))

    def spread(self, picture: Image.Image) -> None:
        """Cover everything with a picture of `size` px; the smoothing gives its pixels back as they are."""
        self.image.paste(picture.resize((self.side, self.side), Image.Resampling.NEAREST))

    def linear(self, degrees: float, colours: Palette) -> None:
        self.fill(linear_field(self.size // 2, degrees), colours)

    def radial(self, centre: Point, radius: float, colours: Palette) -> None:
        self.fill(radial_field(self.size // 2, centre, radius), colours)

    def polygon(self, points: Sequence[Point], fill: Fill) -> None:
        self._pen(fill).polygon(self._scaled(points), fill=fill)

    def rectangle(self, x: float, y: float, width: float, height: float, fill: Fill) -> None:
        left, top = x * self.side, y * self.side
        right, bottom = max(left, left + width * self.side - 1), max(top, top + height * self.side - 1)
        self._pen(fill).rectangle((left, top, right, bottom), fill=fill)

    def rounded(self, x: float, y: float, width: float, height: float, radius: float, fill: Fill) -> None:
        left, top = x * self.side, y * self.side
        # A box of a small canvas may be thinner than a pixel, which Pillow refuses.
        right, bottom = max(left, left + width * self.side - 1), max(top, top + height * self.side - 1)
        self._pen(fill).rounded_rectangle((left, top, right, bottom), radius * self.side, fill=fill)

    def circle(self, x: float, y: float, radius: float, fill: Fill) -> None:
        self._pen(fill).ellipse(self._box(x, y, radius, radius), fill=fill)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Fill) -> None:
        self._pen(fill).ellipse(self._box(x, y, rx, ry), fill=fill)

    def ring(self, x: float, y: float, radius: float, width: float, fill: Fill) -> None:
        self._pen(fill).ellipse(self._box(x, y, radius, radius), outline=fill, width=max(1, round(width * self.side)))

    def pie(self, x: float, y: float, radius: float, start: float, end: float, fill: Fill) -> None:
        self._pen(fill).pieslice(self._box(x, y, radius, radius), start, end, fill=fill)

    def chord(self, x: float, y: float, rx: float, ry: float, start: float, end: float, fill: Fill) -> None:
        self._pen(fill).chord(self._box(x, y, rx, ry), start, end, fill=fill)

    def arc(self, x: float, y: float, rx: float, ry: float, start: float, end: float, width: float, fill: Fill) -> None:
        self._pen(fill).arc(self._box(x, y, rx, ry), start, end, fill=fill, width=max(1, round(width * self.side)))

    def line(self, points: Sequence[Point], width: float, fill: Fill) -> None:
        wide = max(1, round(width * self.side))
        # Rounded joints cost more than the line, and nobody sees them on a thin one.
        self._pen(fill).line(self._scaled(points), fill=fill, width=wide, joint="curve" if wide > _THIN else None)

    def mask(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """An empty mask of the canvas's own pixels (`side`), and a pen for it."""
        mask = Image.new("L", (self.side, self.side))
        return mask, ImageDraw.Draw(mask)

    def finished(self) -> Image.Image:
        """The picture in its final size, RGB, with grain."""
        return ImageChops.add(self.image.reduce(_OVERSAMPLING), _grain(self.size), offset=-_GRAIN)
