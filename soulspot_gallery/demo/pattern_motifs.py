"""Patterns for the sample's album covers: grids, tiles, facets, cut paper. Each function draws one motif."""

from __future__ import annotations

import math
import random

from soulspot_gallery.demo.canvas import Canvas, Point
from soulspot_gallery.demo.palettes import Colour, Palette, mix, ramp


def _bauhaus_cell(canvas: Canvas, rng: random.Random, x: float, y: float, side: float, ink: Colour) -> None:
    shape = rng.randrange(7)
    corner = rng.randrange(4)
    cx, cy = x + side * (corner in (1, 2)), y + side * (corner in (2, 3))
    half = side / 2
    if shape == 0:
        canvas.pie(cx, cy, side, corner * 90, corner * 90 + 90, ink)
    elif shape == 1:
        canvas.circle(x + half, y + half, half * 0.78, ink)
    elif shape == 2:
        start = rng.choice((0, 90, 180, 270))
        canvas.pie(x + half, y + half, half, start, start + 180, ink)
    elif shape == 3:
        corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
        canvas.polygon([point for index, point in enumerate(corners) if index != corner], ink)
    elif shape == 4:
        for step in range(4):
            canvas.rectangle(x, y + side * step / 4, side, side / 8, ink)
    elif shape == 5:
        for radius in (side, side * 0.7, side * 0.4):
            colour = ink if radius != side * 0.7 else mix(ink, (255, 255, 255), 0.35)
            canvas.pie(cx, cy, radius, corner * 90, corner * 90 + 90, colour)
    else:
        for dx in (0.25, 0.75):
            for dy in (0.25, 0.75):
                canvas.circle(x + side * dx, y + side * dy, side * 0.15, ink)


def bauhaus(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """A grid of simple shapes, each in two colours of the palette."""
    count = rng.choice((3, 4, 4))
    side, last = 1 / count, -1
    for row in range(count):
        for column in range(count):
            ground, ink = rng.sample([index for index in range(5) if index != last], 2)
            last = ground
            canvas.rectangle(column * side, row * side, side, side, colours[ground])
            _bauhaus_cell(canvas, rng, column * side, row * side, side, colours[ink])


def bloom(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """A flower of transparent petals, on a dark ground or a light one."""
    light = rng.random() < 0.4
    ground, deep = (
        (colours[4], mix(colours[4], colours[3], 0.5)) if light else (mix(colours[1], colours[0], 0.3), colours[0])
    )
    canvas.radial((0.5, 0.5), 0.8, (ground, deep))
    count, twist = rng.choice((5, 6, 8, 12, 18)), rng.uniform(0, 1)
    order = rng.sample((1, 2, 3) if light else (2, 3, 4), 3)
    for layer, reach in enumerate((0.47, 0.37, 0.27, 0.17)):
        width = reach * rng.uniform(1.5, 2.4) / count
        for index in range(count):
            turn = (index + (layer % 2) / 2 + twist) * math.tau / count
            canvas.polygon(_petal(turn, reach, width), (*colours[order[layer % 3]], 120 if layer < 2 else 165))
    canvas.circle(0.5, 0.5, 0.05, colours[0] if light else colours[4])
    canvas.circle(0.5, 0.5, 0.028, colours[3] if light else colours[0])


def _petal(turn: float, reach: float, width: float) -> list[Point]:
    points = []
    for step in range(25):
        share = step / 12 if step <= 12 else (24 - step) / 12
        side = width * math.sin(math.pi * share**1.4) * (1 if step <= 12 else -1)
        along = reach * share
        points.append(
            (0.5 + along * math.cos(turn) - side * math.sin(turn), 0.5 + along * math.sin(turn) + side * math.cos(turn))
        )
    return points


def ribbons(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """Quarter turns that join into endless ribbons."""
    count = rng.choice((4, 5, 6))
    side = 1 / count
    canvas.linear(rng.choice((45, 90, 135)), (colours[0], colours[1]))
    strokes = ((0.36, colours[0]), (0.28, colours[2]), (0.14, colours[3]), (0.04, colours[4]))
    for row in range(count):
        for column in range(count):
            x, y = column * side, row * side
            corners = (
                ((x, y, 0), (x + side, y + side, 180))
                if rng.random() < 0.5
                else ((x + side, y, 90), (x, y + side, 270))
            )
            for cx, cy, start in corners:
                for width, colour in strokes:
                    radius = side * (0.5 + width / 2)
                    canvas.arc(cx, cy, radius, radius, start, start + 90, side * width, colour)


def facets(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """A crystal: triangles on a shaken grid, lit from one corner."""
    count = rng.choice((6, 7, 8))
    grid = [
        [
            (
                (column + (rng.uniform(-0.34, 0.34) if 0 < column < count else 0)) / count,
                (row + (rng.uniform(-0.34, 0.34) if 0 < row < count else 0)) / count,
            )
            for column in range(count + 1)
        ]
        for row in range(count + 1)
    ]
    centre = rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8)
    for row in range(count):
        for column in range(count):
            a, b, c, d = grid[row][column], grid[row][column + 1], grid[row + 1][column + 1], grid[row + 1][column]
            halves = ((a, b, c), (a, c, d)) if (row + column) % 2 else ((a, b, d), (b, c, d))
            for triangle in halves:
                x, y = sum(p[0] for p in triangle) / 3, sum(p[1] for p in triangle) / 3
                share = math.dist((x, y), centre) * 1.15 + rng.uniform(-0.1, 0.1)
                canvas.polygon(triangle, ramp(colours[::-1], share))


def paper(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """Sheets of cut paper stacked on each other, each with its shadow, and a small sun on top."""
    layers = rng.randint(5, 6)
    order = colours if rng.random() < 0.6 else colours[::-1]
    canvas.rectangle(0, 0, 1, 1, order[0])
    x, y = rng.uniform(0.42, 0.58), rng.uniform(0.42, 0.58)
    terms = [(rng.uniform(0.08, 0.2) / n, n, rng.uniform(0, math.tau)) for n in (2, 3, 5)]
    for layer in range(layers):
        radius = 0.56 - 0.43 * layer / (layers - 1)
        points = []
        for step in range(60):
            turn = step * math.tau / 60
            swing = sum(size * math.sin(n * turn + shift + layer * 0.5) for size, n, shift in terms)
            points.append((x + radius * (1 + swing) * math.cos(turn), y + radius * (1 + swing) * math.sin(turn)))
        for far in (0.02, 0.009):
            canvas.polygon([(px + far * 0.5, py + far) for px, py in points], (*colours[0], 52))
        canvas.polygon(points, ramp(order, (layer + 1) / layers))
    canvas.circle(x, y, 0.045, order[0])


def blocks(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """A small city of cubes, seen from above."""
    canvas.linear(90, (colours[4], mix(colours[4], colours[3], 0.6)))
    count = rng.choice((5, 6, 7))
    wide = 0.86 / (2 * count)
    deep = wide * 0.58
    for total in range(2 * count - 1):
        for column in range(max(0, total - count + 1), min(count, total + 1)):
            row = total - column
            x, y = 0.5 + (column - row) * wide, 0.36 + (column + row) * deep
            height = rng.choice((0.02, 0.05, 0.08, 0.12, 0.17, 0.22)) * (1.15 - 0.05 * total)
            colour = ramp(colours[1:4], rng.random())
            _block(
                canvas,
                (x, y),
                (wide, deep),
                height,
                (mix(colour, colours[4], 0.45), colour, mix(colour, colours[0], 0.55)),
            )


def _block(canvas: Canvas, at: Point, half: Point, height: float, faces: tuple[Colour, Colour, Colour]) -> None:
    (x, y), (wide, deep) = at, half
    top = y - height
    canvas.polygon([(x - wide, top), (x, top + deep), (x, y + deep), (x - wide, y)], faces[1])
    canvas.polygon([(x + wide, top), (x, top + deep), (x, y + deep), (x + wide, y)], faces[2])
    canvas.polygon([(x, top - deep), (x + wide, top), (x, top + deep), (x - wide, top)], faces[0])


def op_art(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """Stripes that change direction and colours inside a disc."""
    count = rng.choice((14, 18, 22))
    first, second, third, fourth = rng.choice(((0, 2, 4, 3), (1, 4, 2, 4), (0, 3, 4, 2)))
    inner = Canvas(canvas.size)
    for surface, pair, upright in ((canvas, (first, second), True), (inner, (third, fourth), False)):
        surface.rectangle(0, 0, 1, 1, colours[pair[0]])
        for index in range(count):
            at, width = index / count, 1 / count * (0.25 + 0.5 * index / count)
            box = (at, 0.0, width, 1.0) if upright else (0.0, at, 1.0, width)
            surface.rectangle(*box, colours[pair[1]])
    mask, pen = canvas.mask()
    x, y, radius = rng.uniform(0.42, 0.58), rng.uniform(0.42, 0.58), rng.uniform(0.28, 0.36)
    edge = canvas.side
    pen.ellipse(((x - radius) * edge, (y - radius) * edge, (x + radius) * edge, (y + radius) * edge), fill=255)
    canvas.image.paste(inner.image, mask=mask)


def contours(canvas: Canvas, rng: random.Random, colours: Palette) -> None:
    """The lines of a map, or of old wood."""
    layers = 14
    x, y = rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.7)
    terms = [(rng.uniform(0.12, 0.22) / n, n, rng.uniform(0, math.tau)) for n in (2, 3, 4)]
    order = colours[::-1] if rng.random() < 0.5 else colours
    canvas.rectangle(0, 0, 1, 1, order[0])
    for layer in range(layers):
        share = layer / (layers - 1)
        radius = 0.95 * (1 - share) ** 1.1 + 0.02
        points = []
        for step in range(64):
            turn = step * math.tau / 64
            swing = sum(size * math.sin(n * turn + shift + share * 2.2) for size, n, shift in terms)
            points.append((x + radius * (1 + swing) * math.cos(turn), y + radius * (1 + swing) * math.sin(turn)))
        canvas.polygon(points, ramp(order, share))
        canvas.line([*points, points[0]], 0.0028, (*colours[4], 105))
