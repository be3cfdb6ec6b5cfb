"""How costs grow with a library: CPU and peak memory at 1,000, 10,000 and 100,000, and a picture of it."""

from __future__ import annotations

import math
import statistics
from pathlib import Path

import material
from measuring import Given, Medians, Side, run_side

SIZES = (1_000, 10_000, 100_000)
CURVES = (
    ("fetch and store", "pipeline_sides:gallery", "#8c564b"),
    ("check links", "library_sides:validate", "#e377c2"),
    ("read all rows", "library_sides:entries", "#1f77b4"),
    ("recheck", "library_sides:recheck", "#d62728"),
    ("plan a cleanup", "library_sides:plan", "#2ca02c"),
    ("scandir + stat", "library_sides:scandir_and_stat", "#7f7f7f"),
    ("first paint *", "window_sides:first_paint", "#9467bd"),
    ("a keystroke *", "window_sides:filters", "#ff7f0e"),
    ("a sort *", "window_sides:sorts", "#bcbd22"),
    ("a frame *", "frame_sides:gallery", "#17becf"),
)
ROUNDS = 3
_ONE_OF_MANY = ("window_sides", "frame_sides")
_LONG = 60.0
"""Seconds of CPU after which a run is not repeated: it does not swing."""

_LEFT, _TOP, _WIDTH, _HEIGHT = 70, 20, 420, 330
_LOWEST, _HIGHEST = -3.0, 3.0
"""Powers of ten of the seconds drawn."""


def cost(contender: str, size: int, given: Given, rounds: int) -> tuple[float, float]:
    """CPU seconds for all of it, of keystrokes, sorts and frames for one; and the peak of memory, MB."""
    runs: list[Medians] = []
    while len(runs) < rounds and not (runs and runs[0]["cpu"] > _LONG):
        runs.append(run_side(Side("", contender), given | {"rows": size, "rows_shown": size, "count": size}))
    for_one = contender.startswith(_ONE_OF_MANY)
    cpu = statistics.median(run["cpu"] / (run["items"] if for_one else 1) for run in runs)
    return cpu, statistics.median(run["peak"] for run in runs)


def measure(folder: Path, given: Given, rounds: int) -> dict[str, list[float]]:
    """The CPU of every curve at every size; printed with the memory as a table."""
    costs: dict[str, list[float]] = {}
    print(
        "| CPU, peak memory | " + " | ".join(f"{size:,}" for size in SIZES) + " | grows with |\n|---|--:|--:|--:|--:|"
    )
    for size in SIZES:
        material.full_library(folder / f"library-{size}", size)
    for name, contender, _ in CURVES:
        found = [cost(contender, s, given | {"library": str(folder / f"library-{s}")}, rounds) for s in SIZES]
        costs[name] = [cpu for cpu, _ in found]
        power = math.log10(costs[name][-1] / costs[name][-2])
        shown = " | ".join(f"{cpu * 1e3:,.1f} ms, {peak:,.0f} MB" for cpu, peak in found)
        print(f"| {name} | {shown} | n^{power:.2f} |", flush=True)
    return costs


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
    for power in range(int(_LOWEST), int(_HIGHEST) + 1):
        y, label = (
            _y(10.0**power),
            {-3: "1 ms", -2: "10 ms", -1: "0.1 s", 0: "1 s", 1: "10 s", 2: "100 s", 3: "1000 s"}[power],
        )
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
    said = "CPU; * that of the GUI thread; dashed: linear growth"
    parts.append(f'<text x="{_LEFT + 8}" y="{_TOP + _HEIGHT + 42}" fill="#666">{said}</text>')
    labels = sorted(((costs[name][-1], name, colour) for name, _, colour in CURVES), reverse=True)
    last = -100.0
    for value, name, colour in labels:
        points = " ".join(f"{_x(size):.0f},{_y(each):.0f}" for size, each in zip(SIZES, costs[name], strict=True))
        last = max(_y(value) + 4, last + 16)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{_LEFT + _WIDTH + 10}" y="{last:.0f}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])
