"""Landscapes, skies and light for the sample's album covers. Each function draws one motif on a canvas."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageFilter

from soulspot_gallery.demo.canvas import Canvas, Point, linear_field, radial_field
from soulspot_gallery.demo.palettes import Palette, mix, ramp


def wave(rng: random.Random, height: float, roughness: float, steps: int = 48) -> list[Point]:
    """A smooth line from left to right around `height`, swinging by about `roughness`."""
    terms = [(roughness / n, rng.uniform(0.7, 1.5) * n, rng.uniform(0, math.tau)) for n in (1, 2, 4)]
    return [
        (x, height + sum(swing * math.sin(x * often * math.tau + shift) for swing, often, shift in terms))
        for x in (step / steps for step in range(steps + 1))
    ]


def _glow(canvas: Canvas, x: float, y: float, radius: float, colours: Palette) -> None:
    for step in range(6, 0, -1):
        canvas.circle(x, y, radius * (1 + step * 0.16), (*colours[4], 14))
    canvas.circle(x, y, radius, colours[4])


def ridges(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """Mountains behind each other, paler with distance, under a low sun."""
    canvas.linear(90, (colours[1], colours[2], colours[3], colours[4]))
    _glow(canvas, rng.uniform(0.25, 0.75), rng.uniform(0.3, 0.45), rng.uniform(0.09, 0.17), colours)
    layers = rng.randint(4, 6)
    for layer in range(layers):
        share = layer / (layers - 1)
        line = wave(rng, 0.5 + 0.42 * share, 0.05 + 0.02 * share)
        canvas.polygon([(0, 1), *line, (1, 1)], ramp((mix(colours[3], colours[2], 0.5), colours[1], colours[0]), share))


def tide(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """A moon over the sea and its broken reflection."""
    horizon = rng.uniform(0.52, 0.64)
    x, radius = rng.uniform(0.32, 0.68), rng.uniform(0.13, 0.2)
    canvas.linear(90, (colours[0], colours[1], colours[2], colours[3]))
    for _ in range(40):
        canvas.circle(rng.random(), rng.uniform(0, horizon * 0.8), rng.uniform(0.0008, 0.0026), (*colours[4], 150))
    _glow(canvas, x, horizon - radius * rng.uniform(0.6, 1.5), radius, colours)
    canvas.rectangle(0, horizon, 1, 1 - horizon, colours[0])
    for step in range(26):
        share = step / 25
        y = horizon + 0.008 + (1 - horizon) * share**1.25
        half = radius * (0.95 - 0.35 * share) * rng.uniform(0.35, 1.1)
        middle = x + rng.uniform(-0.04, 0.04) * (0.4 + share)
        height = 0.004 + 0.009 * share
        canvas.rounded(
            middle - half, y, 2 * half, height, height / 2, ramp((colours[4], colours[3], colours[1]), share)
        )


def planets(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """A ringed planet, lit from one side, among stars and moons."""
    canvas.radial(
        (rng.uniform(0.2, 0.8), rng.uniform(0.1, 0.5)), 1.0, (colours[1], mix(colours[0], colours[1], 0.3), colours[0])
    )
    for _ in range(90):
        canvas.circle(rng.random(), rng.random(), rng.uniform(0.0007, 0.003), (*colours[4], rng.randint(70, 230)))
    x, y, radius = rng.uniform(0.42, 0.58), rng.uniform(0.45, 0.58), rng.uniform(0.2, 0.27)
    tilt, light = rng.uniform(-0.5, 0.5), rng.uniform(-2.8, -1.9)
    _ring_half(canvas, (x, y), radius, tilt, math.pi, colours)
    _sphere(canvas, (x, y), radius, light, (colours[0], colours[2], colours[3], colours[4]))
    _ring_half(canvas, (x, y), radius, tilt, 0.0, colours)
    for _ in range(rng.randint(1, 3)):
        turn, far = rng.uniform(0, math.tau), rng.uniform(0.33, 0.42)
        place = 0.5 + far * math.cos(turn), 0.5 + far * math.sin(turn)
        _sphere(canvas, place, rng.uniform(0.015, 0.05), light, (colours[0], colours[1], colours[3]))


def _sphere(canvas: Canvas, place: Point, radius: float, light: float, colours: Palette) -> None:
    """A ball: ever smaller circles that move towards the light."""
    for step in range(26):
        share = step / 25
        shift = radius * share * 0.6
        shown = radius * (1 - share) + radius * 0.02
        canvas.circle(
            place[0] + math.cos(light) * min(shift, radius - shown),
            place[1] + math.sin(light) * min(shift, radius - shown),
            shown,
            ramp(colours, share**0.8),
        )


def _ring_half(canvas: Canvas, place: Point, radius: float, tilt: float, start: float, colours: Palette) -> None:
    for number, far in enumerate((1.45, 1.58, 1.68, 1.86)):
        points = []
        for step in range(41):
            turn = start + math.pi * step / 40
            u, v = radius * far * math.cos(turn), radius * far * 0.24 * math.sin(turn)
            points.append(
                (place[0] + u * math.cos(tilt) - v * math.sin(tilt), place[1] + u * math.sin(tilt) + v * math.cos(tilt))
            )
        canvas.line(points, (0.016, 0.007, 0.012, 0.004)[number], (*ramp(colours[2:], number / 3), 225))


def aura(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """Clouds of colour that melt into each other, and one fine ring."""
    small = Image.new("RGB", (48, 48), colours[rng.choice((0, 1))])
    for index in rng.sample((1, 2, 2, 3, 3, 4), 6):
        patch = Image.new("L", (48, 48))
        column, row, reach = rng.randint(2, 46), rng.randint(2, 46), rng.randint(9, 18)
        patch.paste(255, (column - reach, row - reach, column + reach, row + reach))
        small.paste(colours[index], mask=patch.filter(ImageFilter.GaussianBlur(7)))
    smooth = small.filter(ImageFilter.GaussianBlur(2))
    canvas.spread(smooth.resize((canvas.size, canvas.size), Image.Resampling.BICUBIC))
    radius = rng.uniform(0.24, 0.34)
    mask, pen = canvas.mask()
    edge = canvas.side
    pen.ellipse(((0.5 - radius) * edge, (0.5 - radius) * edge, (0.5 + radius) * edge, (0.5 + radius) * edge), fill=255)
    turned = canvas.image.transpose(rng.choice((Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM)))
    canvas.image.paste(turned, mask=mask)
    canvas.ring(0.5, 0.5, radius + 0.035, 0.0035, (*colours[4], 220))


def rays(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """A rising sun that throws rays over rolling fields."""
    x, y = rng.uniform(0.3, 0.7), rng.uniform(0.56, 0.66)
    canvas.linear(90, (colours[2], colours[3]))
    count = rng.choice((20, 24, 28))
    for index in range(0, count, 2):
        turn, step = index * math.tau / count, math.tau / count
        far = [(x + 1.5 * math.cos(turn + add), y + 1.5 * math.sin(turn + add)) for add in (0.0, step)]
        canvas.polygon([(x, y), *far], mix(colours[3], colours[4], 0.45))
    for radius, colour in ((0.26, mix(colours[2], colours[3], 0.3)), (0.215, colours[4]), (0.17, colours[2])):
        canvas.circle(x, y, radius, colour)
    for layer in range(4):
        line = wave(rng, y + 0.05 + 0.095 * layer, 0.022)
        canvas.polygon([(0, 1), *line, (1, 1)], ramp((colours[1], colours[0]), layer / 3))
        canvas.line(line, 0.004, mix(colours[1], colours[3], 0.5 - 0.12 * layer))


def liquid(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """Broad bands that flow across, each with a fine light edge."""
    count, turn = rng.randint(7, 10), rng.uniform(-0.7, 0.7)
    cos, sin = math.cos(turn), math.sin(turn)
    order = colours if rng.random() < 0.5 else colours[::-1]
    canvas.rectangle(0, 0, 1, 1, order[0])
    often, shift, swing = rng.uniform(0.7, 1.3), rng.uniform(0, math.tau), rng.uniform(0.06, 0.11)
    for band in range(1, count):
        share = band / (count - 1)
        points = []
        for step in range(45):
            u = -0.35 + 1.7 * step / 44
            v = -0.15 + 1.3 * band / count + swing * math.sin(u * often * math.tau + shift + band * 0.42)
            points.append((0.5 + (u - 0.5) * cos - (v - 0.5) * sin, 0.5 + (u - 0.5) * sin + (v - 0.5) * cos))
        below = [(0.5 + (u - 0.5) * cos - 1.5 * sin, 0.5 + (u - 0.5) * sin + 1.5 * cos) for u in (1.6, -0.6)]
        canvas.polygon([(x + 0.006, y - 0.012) for x, y in points] + below, (*colours[0], 50))
        canvas.polygon(points + below, ramp(order, share))
        canvas.line(points, 0.003, (*colours[4], 110))


def pillars(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """Rounded columns of different heights behind which one gradient glows."""
    canvas.linear(90, (colours[0], mix(colours[0], colours[1], 0.6)))
    count = rng.choice((7, 9, 11))
    width, edge = 0.8 / count, canvas.side
    mask, pen = canvas.mask()
    phase = rng.uniform(0, math.tau)
    for index in range(count):
        x = 0.1 + width * index
        half = 0.07 + 0.29 * abs(math.sin(phase + index * 0.62)) * rng.uniform(0.75, 1.0)
        box = ((x + width * 0.14) * edge, (0.5 - half) * edge, (x + width * 0.86) * edge, (0.5 + half) * edge)
        pen.rounded_rectangle(box, width * 0.36 * edge, fill=255)
    glow = Canvas(canvas.size)
    glow.fill(
        linear_field(canvas.size // 2, rng.choice((20, 60, 90, 120))), (colours[1], colours[2], colours[3], colours[4])
    )
    canvas.image.paste(glow.image, mask=mask)


def eclipse(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """A dark disc before a bright one, with a corona of fine lines."""
    canvas.fill(radial_field(canvas.size // 2, (0.5, 0.5), 0.72), (colours[3], colours[2], colours[1], colours[0]))
    count = rng.choice((72, 90, 120))
    for index in range(count):
        turn = index * math.tau / count
        far = 0.33 + 0.1 * abs(math.sin(index * 0.7)) + rng.uniform(0, 0.05)
        canvas.line(
            [(0.5 + r * math.cos(turn), 0.5 + r * math.sin(turn)) for r in (0.27, far)], 0.003, (*colours[4], 170)
        )
    shift = rng.uniform(-0.035, 0.035)
    canvas.circle(0.5, 0.5, 0.262, colours[4])
    canvas.circle(0.5 + shift, 0.5 - abs(shift), 0.25, colours[0])
    canvas.circle(0.5 + shift + 0.05, 0.5 - abs(shift) + 0.05, 0.16, (*colours[1], 60))
