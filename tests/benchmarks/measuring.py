"""Measuring: each contender in a process of its own, interleaved, medians. `reporting` says what came out."""

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
from enum import StrEnum
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
        return {"items": items, "cpu": self.cpu, "wall": self.wall} | more


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


class Kind(StrEnum):
    """What of two figures is held against a bound: one over the other, the first alone, or what it is more."""

    RATIO = "ratio"
    VALUE = "value"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Aim:
    """`most` or `least` that is aimed at, in s, MB or as a plain number; neither: for orientation."""

    kind: Kind
    most: float | None = None
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the summary: `figure` of side `of` beside that of side `to`; sides by number."""

    words: str
    figure: str
    of: int
    to: int
    aim: Aim


@dataclass(frozen=True, slots=True)
class Line:
    """A comparison. The first side is the gallery's; `unit` is what an item is."""

    name: str
    title: str
    unit: str
    sides: tuple[Side, ...]
    findings: tuple[Finding, ...]
    given: Given = field(default_factory=dict)


Medians = dict[str, float]

YARDSTICK = Side("import PySide6.QtWidgets", "start_sides:import_widgets")
YARDSTICK_CPU = 0.097
"""Seconds of CPU that it took where the aims in seconds were set: how quick a machine is, beside that one."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The medians of each side's figures, and how many times as long as that machine this one took just then."""

    sides: list[Medians]
    slower: float


class SideFailed(Exception):
    """A side ended with an error; the text is what it said last."""


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
        "PYTHONPATH": os.pathsep.join(
            (str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent), os.environ.get("PYTHONPATH", ""))
        ),
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SideFailed(f"{side.contender} failed:\n{done.stderr[-3000:]}")
    figures: Medians = json.loads(done.stdout.splitlines()[-1])
    return figures


def compare(line: Line, given: Given, rounds: int) -> Compared:
    """The yardstick and all sides in turn, `rounds` times."""
    runs: list[list[Medians]] = [[] for _ in line.sides]
    yardstick = list[float]()
    for _ in range(rounds):
        yardstick.append(run_side(YARDSTICK, given)["cpu"])
        for number, side in enumerate(line.sides):
            runs[number].append(run_side(side, given))
    medians = [{key: statistics.median(each.get(key, 0.0) for each in side) for key in side[0]} for side in runs]
    return Compared(medians, statistics.median(yardstick) / YARDSTICK_CPU)
