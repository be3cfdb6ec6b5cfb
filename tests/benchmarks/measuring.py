"""Measuring: each contender in a process of its own, interleaved, medians; and the table that says what came out."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
Given = dict[str, Any]
"""What a contender is told: its folder, the servers' hosts, how many items."""

Contender = Callable[[Given], dict[str, float]]
"""Does the work within `stretch` and gives what that measured, and perhaps more figures."""


@dataclass(slots=True)
class Stretch:
    """CPU of the whole process (all threads) and time on the clock, in seconds."""

    cpu: float = 0.0
    wall: float = 0.0

    def figures(self, items: int, **more: float) -> dict[str, float]:
        return {"items": items, "cpu": self.cpu, "wall": self.wall, **more}


@contextmanager
def stretch() -> Iterator[Stretch]:
    """Measures what happens inside."""
    measured = Stretch()
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        yield measured
    finally:
        measured.cpu, measured.wall = time.process_time() - cpu, time.perf_counter() - wall


def peak_megabytes() -> float:
    """The most memory that this process ever held, where the system is a Linux; elsewhere 0."""
    # Not `getrusage`: its peak counts the process that started this one.
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e3


def resident_megabytes() -> float:
    """The memory that this process holds now, where the system is a Linux; elsewhere 0."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1e3


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: `contender` is `module:function`."""

    label: str
    contender: str
    given: Given = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A comparison. The first side is the gallery's; `ratios` says which figure of it is set against which side, and
    what is aimed at. `unit` is what an item is."""

    name: str
    title: str
    unit: str
    sides: tuple[Side, ...]
    ratios: tuple[Ratio, ...] = ()
    given: Given = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ratio:
    """`figure` of side `of` over that of side `to`; sides by number. `aim` as a person reads it."""

    figure: str
    of: int
    to: int
    aim: str


Medians = dict[str, float]


def run_side(side: Side, given: Given) -> Medians:
    """One run of one side in a process of its own."""
    command = [
        sys.executable,
        str(Path(__file__).with_name("child.py")),
        side.contender,
        json.dumps(given | side.given),
    ]
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", ""))),
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{side.contender} failed:\n{done.stderr[-3000:]}")
    figures: Medians = json.loads(done.stdout.splitlines()[-1])
    return figures


def compare(line: Line, given: Given, rounds: int) -> list[Medians]:
    """All sides in turn, `rounds` times; the medians of each side's figures."""
    runs: list[list[Medians]] = [[] for _ in line.sides]
    for _ in range(rounds):
        for number, side in enumerate(line.sides):
            runs[number].append(run_side(side, given))
    return [{key: statistics.median(each.get(key, 0.0) for each in side) for key in side[0]} for side in runs]


def per_item(figures: Medians, figure: str) -> float:
    """Seconds of CPU or clock for an item; any other figure as it is."""
    return figures[figure] / figures["items"] if figure in ("cpu", "wall") else figures[figure]


def table(line: Line, sides: list[Medians]) -> str:
    """The comparison as a Markdown table, with its ratios below."""
    rows = [f"| {line.title} | CPU a {line.unit} | {line.unit}s a second | peak memory | |", "|---|--:|--:|--:|---|"]
    known = {"items", "cpu", "wall", "peak"}
    for side, figures in zip(line.sides, sides, strict=True):
        more = ", ".join(f"{key.replace('_', ' ')} {value:,.4g}" for key, value in figures.items() if key not in known)
        rate = figures["items"] / figures["wall"] if figures["wall"] else 0.0
        cpu = _time(per_item(figures, "cpu"))
        rows.append(f"| {side.label} | {cpu} | {rate:,.3g} | {figures['peak']:,.0f} MB | {more} |")
    for ratio in line.ratios:
        below = per_item(sides[ratio.to], ratio.figure)
        value = per_item(sides[ratio.of], ratio.figure) / below if below else float("nan")
        words = {"cpu": "CPU", "wall": "time"}.get(ratio.figure, ratio.figure.replace("_", " "))
        of, to = line.sides[ratio.of].label, line.sides[ratio.to].label
        rows.append(f"| **{words}: {of} / {to} = {value:.3g}** | | | | aim: {ratio.aim} |")
    return "\n".join(rows)


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.0f} ns"
