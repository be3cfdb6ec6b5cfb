"""Portraits, groups, masks and emblems for the sample's artists: compositions that survive a round crop."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from soulspot_gallery.demo.canvas import Canvas
from soulspot_gallery.demo.palettes import Colour, Palette, mix, ramp


@dataclass(frozen=True, slots=True)
class _Figure:
    """A bust: middle and top of the head, its size (half the head's width), and the colours."""

    x: float
    y: float
    size: float
    skin: Colour
    shade: Colour
    hair: Colour
    cloth: Colour
    trim: Colour


def _shoulders(canvas: Canvas, cut: int, f: _Figure) -> None:
    s = f.size
    bottom = max(1.05, f.y + 6 * s)
    canvas.rounded(f.x - 2.15 * s, f.y + 2.15 * s, 4.3 * s, bottom - f.y, 1.25 * s, f.cloth)
    if cut == 1:
        for row in range(5):
            canvas.rectangle(f.x - 1.45 * s, f.y + (2.9 + row * 0.55) * s, 2.9 * s, 0.2 * s, f.trim)
    elif cut == 2:
        canvas.polygon(
            [(f.x - 0.95 * s, f.y + 2.15 * s), (f.x, f.y + 4.1 * s), (f.x + 0.95 * s, f.y + 2.15 * s)], f.trim
        )
    canvas.rectangle(f.x - 0.44 * s, f.y + 0.9 * s, 0.88 * s, 1.4 * s, f.skin)
    canvas.rectangle(f.x, f.y + 0.9 * s, 0.44 * s, 1.4 * s, f.shade)
    canvas.chord(f.x, f.y + 2.2 * s, 0.8 * s, 0.5 * s, 0, 180, f.skin)
    canvas.chord(f.x, f.y + 2.2 * s, 0.44 * s, 0.42 * s, 0, 90, f.shade)
    canvas.chord(f.x, f.y + 1.1 * s, 0.62 * s, 0.5 * s, 0, 180, f.shade)
    if cut == 3:
        canvas.rounded(f.x - 0.56 * s, f.y + 1.5 * s, 1.12 * s, 1.0 * s, 0.2 * s, f.cloth)


def _head(canvas: Canvas, rng: random.Random, f: _Figure) -> None:
    s = f.size
    canvas.ellipse(f.x, f.y, s, 1.3 * s, f.skin)
    canvas.chord(f.x, f.y, s, 1.3 * s, -90, 90, f.shade)
    canvas.polygon([(f.x, f.y - 0.25 * s), (f.x - 0.2 * s, f.y + 0.3 * s), (f.x, f.y + 0.3 * s)], f.shade)
    ink = f.hair
    for side in (-0.46, 0.46):
        canvas.arc(f.x + side * s, f.y - 0.14 * s, 0.24 * s, 0.15 * s, 15, 165, 0.055 * s, ink)
        canvas.arc(f.x + side * s, f.y - 0.34 * s, 0.32 * s, 0.2 * s, 205, 335, 0.06 * s, ink)
    canvas.chord(f.x, f.y + 0.6 * s, 0.26 * s, 0.14 * s, 0, 180, f.trim)
    if rng.random() < 0.18:
        canvas.chord(f.x, f.y + 0.32 * s, 0.86 * s, 1.02 * s, 25, 155, f.hair)
        canvas.chord(f.x, f.y + 0.7 * s, 0.22 * s, 0.1 * s, 0, 180, f.trim)


def _hair_behind(canvas: Canvas, style: int, f: _Figure) -> None:
    s = f.size
    if style == 0:
        canvas.circle(f.x, f.y - 0.35 * s, 1.75 * s, f.hair)
    elif style == 1:
        canvas.rounded(f.x - 1.3 * s, f.y - 1.5 * s, 2.6 * s, 4.1 * s, 1.2 * s, f.hair)
    elif style == 2:
        canvas.rounded(f.x - 1.28 * s, f.y - 1.5 * s, 2.56 * s, 2.7 * s, 1.0 * s, f.hair)
    elif style == 3:
        canvas.circle(f.x, f.y - 1.75 * s, 0.62 * s, f.hair)
    elif style == 4:
        for side in (-1, 1):
            canvas.circle(f.x + side * 1.05 * s, f.y - 1.15 * s, 0.62 * s, f.hair)
    elif style == 5:
        for index in range(9):
            turn = math.pi + math.pi * index / 8
            canvas.circle(f.x + 1.1 * s * math.cos(turn), f.y - 0.25 * s + 1.2 * s * math.sin(turn), 0.5 * s, f.hair)


def _hair_before(canvas: Canvas, style: int, f: _Figure) -> None:
    s = f.size
    if style == 6:
        canvas.ellipse(f.x, f.y - 0.78 * s, 1.95 * s, 0.3 * s, f.hair)
        canvas.rounded(f.x - 0.98 * s, f.y - 2.0 * s, 1.96 * s, 1.3 * s, 0.36 * s, f.hair)
        canvas.rectangle(f.x - 0.98 * s, f.y - 1.12 * s, 1.96 * s, 0.2 * s, f.trim)
    elif style == 7:
        canvas.chord(f.x, f.y - 0.38 * s, 1.1 * s, 1.25 * s, 180, 360, f.trim)
        canvas.rounded(f.x - 1.16 * s, f.y - 0.66 * s, 2.32 * s, 0.42 * s, 0.2 * s, f.hair)
        canvas.circle(f.x, f.y - 1.68 * s, 0.24 * s, f.hair)
    elif style == 8:
        canvas.polygon(
            [
                (f.x - 0.3 * s, f.y - 0.7 * s),
                (f.x - 0.55 * s, f.y - 2.1 * s),
                (f.x + 0.75 * s, f.y - 2.0 * s),
                (f.x + 0.3 * s, f.y - 0.7 * s),
            ],
            f.hair,
        )
    else:
        canvas.chord(f.x, f.y - 0.22 * s, 1.06 * s, 1.16 * s, 183, 357, f.hair)
        canvas.chord(f.x - 0.2 * s, f.y - 0.62 * s, 1.0 * s, 0.82 * s, 150, 330, f.hair)


def _extras(canvas: Canvas, rng: random.Random, f: _Figure) -> None:
    s = f.size
    kind = rng.randrange(6)
    if kind == 0:
        for side in (-0.46, 0.46):
            canvas.circle(f.x + side * s, f.y - 0.12 * s, 0.36 * s, f.trim)
            canvas.circle(f.x + side * s, f.y - 0.12 * s, 0.29 * s, f.hair)
        canvas.line([(f.x - 0.12 * s, f.y - 0.14 * s), (f.x + 0.12 * s, f.y - 0.14 * s)], 0.06 * s, f.trim)
    elif kind in (1, 2):
        canvas.arc(f.x, f.y - 0.1 * s, 1.22 * s, 1.5 * s, 180, 360, 0.15 * s, f.trim)
        for side in (-1.1, 1.1):
            canvas.rounded(f.x + side * s - 0.24 * s, f.y - 0.42 * s, 0.48 * s, 0.9 * s, 0.2 * s, f.trim)
            canvas.rounded(f.x + side * s - 0.12 * s, f.y - 0.28 * s, 0.24 * s, 0.62 * s, 0.1 * s, f.cloth)
    elif kind == 3:
        for side in (-1.0, 1.0):
            canvas.circle(f.x + side * s, f.y + 0.62 * s, 0.15 * s, f.trim)


def _bust(canvas: Canvas, rng: random.Random, f: _Figure) -> None:
    style = rng.randrange(10)
    _hair_behind(canvas, style, f)
    _shoulders(canvas, rng.randrange(5), f)
    _head(canvas, rng, f)
    _hair_before(canvas, style, f)
    _extras(canvas, rng, f)


def _ground(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """What stands behind a portrait: a halo, stripes, dots or rings."""
    kind = rng.randrange(5)
    canvas.linear(rng.choice((60, 90, 120)), (colours[2], colours[3]) if kind % 2 else (colours[1], colours[2]))
    tone = mix(colours[3], colours[4], 0.35)
    if kind == 0:
        canvas.circle(0.5, 0.46, 0.37, tone)
    elif kind == 1:
        for index in range(9):
            canvas.polygon(
                [(-0.6 + index * 0.22, 1), (-0.5 + index * 0.22, 1), (0.1 + index * 0.22, 0), (index * 0.22, 0)],
                (*colours[4], 70),
            )
        canvas.circle(0.5, 0.46, 0.35, mix(colours[2], colours[1], 0.3))
    elif kind == 2:
        for row in range(17):
            for column in range(17):
                x, y = (column + (row % 2) / 2) / 16, row / 16
                canvas.circle(x, y, 0.024 * max(0.1, 1.15 - y), (*colours[3], 150))
    elif kind == 3:
        for radius in range(8, 0, -1):
            canvas.circle(0.5, 0.46, radius * 0.085, ramp((colours[4], colours[3], colours[2]), radius / 8))
    else:
        canvas.chord(0.5, 0.62, 0.42, 0.5, 180, 360, tone)
        canvas.rectangle(0.08, 0.62, 0.84, 0.4, tone)


def _skin(rng: random.Random, colours: Palette) -> tuple[Colour, Colour]:
    """A light and a shaded tone of the palette itself: a duotone, not somebody's complexion."""
    light = rng.choice(
        (mix(colours[4], colours[3], 0.25), mix(colours[3], colours[2], 0.35), mix(colours[2], colours[1], 0.35))
    )
    return light, mix(light, colours[0], 0.34)


def portrait(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """One person, seen from the front."""
    _ground(canvas, rng, colours)
    skin, shade = _skin(rng, colours)
    cloth = rng.choice((colours[0], colours[1], colours[4]))
    trim = rng.choice((colours[4], colours[3])) if cloth != colours[4] else colours[2]
    _bust(
        canvas,
        rng,
        _Figure(
            rng.uniform(0.47, 0.53),
            rng.uniform(0.41, 0.46),
            rng.uniform(0.135, 0.165),
            skin,
            shade,
            colours[0],
            cloth,
            trim,
        ),
    )


def group(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """A band: three or four people before a large sun."""
    canvas.linear(90, (colours[1], colours[2], colours[3]))
    canvas.circle(0.5, 0.5, 0.38, mix(colours[3], colours[4], 0.7))
    places = (
        [(0.28, 0.5), (0.72, 0.48), (0.5, 0.6)]
        if rng.random() < 0.5
        else [(0.22, 0.55), (0.5, 0.44), (0.78, 0.54), (0.37, 0.64), (0.66, 0.66)]
    )
    for index, (x, y) in enumerate(places):
        skin, shade = _skin(rng, colours)
        cloth = ramp(colours[:3], rng.random())
        trim = colours[4] if index % 2 else colours[3]
        _bust(
            canvas,
            rng,
            _Figure(x, y - 0.06, 0.088, skin, shade, mix(colours[0], colours[1], 0.3 * index % 1), cloth, trim),
        )


def mask(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """A face of quarters, one large eye and a nose: cut-outs."""
    canvas.linear(45, (colours[1], colours[0]))
    order = rng.sample(range(1, 5), 4)
    for quarter in range(4):
        canvas.pie(0.5, 0.5, 0.37, quarter * 90, quarter * 90 + 90, colours[order[quarter]])
    x, y = rng.choice(((0.37, 0.42), (0.63, 0.42)))
    canvas.ellipse(x, y, 0.105, 0.065, colours[4])
    canvas.circle(x, y, 0.058, colours[0])
    canvas.circle(x + 0.018, y - 0.018, 0.017, colours[4])
    canvas.arc(1 - x, y, 0.09, 0.05, 10, 170, 0.02, colours[0])
    canvas.polygon([(0.5, 0.36), (0.5, 0.6), (0.43 if x > 0.5 else 0.57, 0.6)], colours[0])
    canvas.chord(0.5, 0.7, 0.13, 0.055, 0, 180, colours[2 if order[1] != 2 else 0])
    canvas.chord(0.5, 0.7, 0.13, 0.03, 180, 360, colours[0])
    for index in range(rng.choice((9, 13))):
        turn = math.radians(195 + 150 * index / 12)
        canvas.line([(0.5 + r * math.cos(turn), 0.5 + r * math.sin(turn)) for r in (0.38, 0.45)], 0.016, colours[3])
    canvas.ring(0.5, 0.5, 0.372, 0.008, colours[0])


def emblem(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """Broken rings that turn around each other, for acts that show no face."""
    canvas.radial((0.5, 0.5), 0.75, (mix(colours[1], colours[2], 0.3), colours[0]))
    for index in range(7):
        radius = 0.44 - index * 0.055
        colour = ramp(colours[2:], index / 6)
        start = rng.uniform(0, 360)
        for part in range(rng.choice((1, 2, 3))):
            begin = start + part * 130
            canvas.arc(0.5, 0.5, radius, radius, begin, begin + rng.uniform(60, 115), 0.034, colour)
        turn = math.radians(start)
        canvas.circle(
            0.5 + (radius - 0.017) * math.cos(turn), 0.5 + (radius - 0.017) * math.sin(turn), 0.024, colours[4]
        )
    canvas.circle(0.5, 0.5, 0.05, colours[4])


def turntable(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """A record with a coloured label, and its light."""
    canvas.linear(rng.choice((30, 60, 120)), (colours[3], colours[2]))
    canvas.circle(0.515, 0.525, 0.42, (*colours[0], 90))
    canvas.circle(0.5, 0.5, 0.42, colours[0])
    for index in range(9):
        canvas.ring(0.5, 0.5, 0.4 - index * 0.027, 0.0025, mix(colours[0], colours[1], 0.7))
    for start in (200, 20):
        canvas.pie(0.5, 0.5, 0.41, start, start + 36, (*colours[4], 36))
        canvas.pie(0.5, 0.5, 0.41, start + 10, start + 26, (*colours[4], 40))
    canvas.circle(0.5, 0.5, 0.16, colours[2])
    begin = rng.randrange(360)
    canvas.pie(0.5, 0.5, 0.16, begin, begin + 180, colours[3])
    canvas.ring(0.5, 0.5, 0.12, 0.006, colours[4])
    canvas.circle(0.5, 0.5, 0.018, colours[4])
