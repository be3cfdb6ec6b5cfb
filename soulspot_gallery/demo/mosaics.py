"""Arranges small album covers into the sample's playlist covers. What the small covers show is not its business."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw

from soulspot_gallery.demo.canvas import Canvas
from soulspot_gallery.demo.palettes import Palette, mix

Tiles = Callable[[int, int], list[Image.Image]]
"""Gives `count` different square covers of `side` px."""


def _stencil(side: int, radius: float) -> Image.Image:
    """A mask of a rounded square; `radius` in sides, 0.5 makes a disc."""
    stencil = Image.new("L", (side, side))
    ImageDraw.Draw(stencil).rounded_rectangle((0, 0, side - 1, side - 1), radius * side, fill=255)
    return stencil


def quarters(canvas: Canvas, rng: random.Random, colours: Palette, tiles: Tiles) -> None:
    """Four covers, edge to edge."""
    half = canvas.side // 2
    for index, tile in enumerate(tiles(4, half)):
        canvas.image.paste(tile, (index % 2 * half, index // 2 * half))


def shelf(canvas: Canvas, rng: random.Random, colours: Palette, tiles: Tiles) -> None:
    """Nine rounded covers on a gradient."""
    canvas.linear(rng.choice((45, 60, 120)), (colours[0], colours[1], colours[2]))
    side = canvas.side * 27 // 100
    gap = (canvas.side - 3 * side) // 4
    stencil = _stencil(side, 0.14)
    for index, tile in enumerate(tiles(9, side)):
        canvas.image.paste(tile, (gap + index % 3 * (side + gap), gap + index // 3 * (side + gap)), stencil)


def fan(canvas: Canvas, rng: random.Random, colours: Palette, tiles: Tiles) -> None:
    """Three covers, held like cards."""
    canvas.radial((0.5, 0.4), 0.85, (mix(colours[3], colours[4], 0.3), colours[3], colours[2]))
    side = canvas.side * 46 // 100
    stencil = _stencil(side, 0.06)
    for tile, (x, y, turn) in zip(tiles(3, side), ((0.31, 0.5, 14), (0.69, 0.5, -14), (0.5, 0.5, 0)), strict=True):
        card = tile.convert("RGBA")
        card.putalpha(stencil)
        shadow = Image.new("RGBA", card.size, (*colours[0], 0))
        shadow.putalpha(stencil.point([level // 3 for level in range(256)]))
        for layer, shift in ((shadow, 0.016), (card, 0.0)):
            turned = layer.rotate(turn, expand=True) if turn else layer
            place = (
                round((x + shift) * canvas.side - turned.width / 2),
                round((y + shift * 1.5) * canvas.side - turned.height / 2),
            )
            canvas.image.paste(turned, place, turned)


def discs(canvas: Canvas, rng: random.Random, colours: Palette, tiles: Tiles) -> None:
    """Seven round covers: one in the middle, six around it."""
    canvas.linear(90, (colours[4], mix(colours[4], colours[3], 0.6)))
    side = canvas.side * 29 // 100
    stencil, start = _stencil(side, 0.5), rng.uniform(0, math.tau)
    for index, tile in enumerate(tiles(7, side)):
        turn, far = start + index * math.tau / 6, 0.325 if index < 6 else 0.0
        x, y = 0.5 + far * math.cos(turn), 0.5 + far * math.sin(turn)
        canvas.image.paste(tile, (round(x * canvas.side - side / 2), round(y * canvas.side - side / 2)), stencil)


def strips(canvas: Canvas, rng: random.Random, colours: Palette, tiles: Tiles) -> None:
    """Slanted slices of four covers with light lines between them."""
    count, slant = 4, 0.2
    step = (1 + slant) / count
    wide = round((step + slant) * canvas.side)
    slice_mask = Image.new("L", (wide, canvas.side))
    far = slant * canvas.side
    ImageDraw.Draw(slice_mask).polygon([(far, 0), (wide, 0), (wide - far, canvas.side), (0, canvas.side)], fill=255)
    for index, tile in enumerate(tiles(count, canvas.side * 3 // 8)):
        margin = (tile.width - tile.width * (step + slant)) / 2
        middle = tile.resize(
            (wide, canvas.side), Image.Resampling.BILINEAR, (margin, 0, tile.width - margin, tile.height)
        )
        canvas.image.paste(middle, (round((index * step - slant) * canvas.side), 0), slice_mask)
    for index in range(1, count):
        x = index * step - slant
        canvas.line([(x + slant, 0), (x, 1)], 0.012, colours[4])


MOSAICS = (quarters, shelf, fan, discs, strips)
