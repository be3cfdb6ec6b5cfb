"""Draws how costs grow with a library: `growth.py PICTURE.svg`. CPU at 1,000, 10,000 and 100,000, both axes by tens."""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
from pathlib import Path

import material
from measuring import Side, run_side

SIZES = (1_000, 10_000, 100_000)
CURVES = (
    ("read all rows", "library_sides:entries", "#1f77b4"),
    ("recheck", "library_sides:recheck", "#d62728"),
    ("plan a cleanup", "library_sides:plan", "#2ca02c"),
    ("scandir + stat", "library_sides:scandir_and_stat", "#7f7f7f"),
    ("first paint", "window_sides:first_paint", "#9467bd"),
    ("a keystroke", "window_sides:keystrokes", "#ff7f0e"),
    ("a frame", "window_sides:scrolling", "#17becf"),
)
ROUNDS = 3
_LEFT, _TOP, _WIDTH, _HEIGHT = 70, 20, 420, 330
_LOWEST, _HIGHEST = -3.0, 1.5
"""Powers of ten of the seconds drawn."""


def cost(contender: str, size: int, folder: Path) -> float:
    """CPU seconds for all of it; of keystrokes and frames for one."""
    library = folder / f"library-{size}"
    material.full_library(library, size)
    given = {"folder": str(folder), "library": str(library), "rows": size, "rows_shown": size}
    runs = [run_side(Side("", contender), given) for _ in range(ROUNDS)]
    for_one = contender.startswith("window_sides")
    return statistics.median(run["cpu"] / (run["items"] if for_one else 1) for run in runs)


def _x(size: float) -> float:
    return _LEFT + _WIDTH * (math.log10(size) - 3) / 2


def _y(seconds: float) -> float:
    place = (math.log10(seconds) - _LOWEST) / (_HIGHEST - _LOWEST)
    return _TOP + _HEIGHT * (1 - place)


def picture(costs: dict[str, list[float]]) -> str:
    """The curves as SVG, readable on light and dark pages."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="680" height="{_HEIGHT + 70}" font-family="sans-serif" '
        'font-size="13">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for power in range(int(_LOWEST), 2):
        y, label = _y(10.0**power), {-3: "1 ms", -2: "10 ms", -1: "0.1 s", 0: "1 s", 1: "10 s"}[power]
        parts.append(f'<path d="M{_LEFT} {y:.0f}h{_WIDTH}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{label}</text>')
    for size in SIZES:
        x = _x(size)
        parts.append(f'<path d="M{x:.0f} {_TOP}v{_HEIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.0f}" y="{_TOP + _HEIGHT + 20}" text-anchor="middle">{size:,} rows</text>')
    parts.append(
        f'<path d="M{_x(1000):.0f} {_y(0.0316):.0f}L{_x(100000):.0f} {_y(3.16):.0f}" stroke="#999" '
        'stroke-dasharray="4 4"/>'
    )
    parts.append(f'<text x="{_LEFT + 8}" y="{_TOP + _HEIGHT + 42}" fill="#666">CPU; dashed: linear growth</text>')
    labels = sorted(((costs[name][-1], name, colour) for name, _, colour in CURVES), reverse=True)
    last = -100.0
    for value, name, colour in labels:
        points = " ".join(f"{_x(size):.0f},{_y(each):.0f}" for size, each in zip(SIZES, costs[name], strict=True))
        last = max(_y(value) + 4, last + 16)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{_LEFT + _WIDTH + 10}" y="{last:.0f}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    costs: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="gallery-growth-") as folder:
        for name, contender, _ in CURVES:
            costs[name] = [cost(contender, size, Path(folder)) for size in SIZES]
            print(f"| {name} | " + " | ".join(f"{each * 1e3:,.1f} ms" for each in costs[name]) + " |", flush=True)
    Path(sys.argv[1]).write_text(picture(costs), "utf-8")


main()
