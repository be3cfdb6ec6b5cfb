"""Runs the benchmarks named, or all of them; prints a Markdown table each. See `lines` for what."""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import growth
import material
from lines import LINES
from measuring import ROOT, Compared, Given, Line, SideFailed, compare
from reporting import HEADING, summary, table, write_summary


@contextlib.contextmanager
def servers(pictures: Path, given: Given) -> Iterator[None]:
    """Picture servers for the sides that want some: `hosts` quick ones, `far_hosts` that answer after 30 ms."""
    with contextlib.ExitStack() as stack:
        for key, latency in (("hosts", "0"), ("far_hosts", "0.03")):
            program = str(Path(__file__).with_name("picture_server.py"))
            command = [sys.executable, program, str(pictures), "5", latency]
            process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            stack.callback(process.terminate)
            assert process.stdout is not None
            given[key] = json.loads(process.stdout.readline())
        yield


def measure(line: Line, folder: Path, rounds: int) -> Compared:
    """One comparison."""
    side = int(line.given.get("side", 64))
    pictures = folder / f"pictures-{side}"
    material.photos(pictures, side, 8 if side > 2000 else 24)
    given: Given = {"folder": str(folder), "pictures": str(pictures)} | line.given
    if "rows" in given:
        given["library"] = str(folder / f"library-{given['rows']}")
        material.full_library(Path(given["library"]), given["rows"])
    with servers(pictures, given):
        return compare(line, given, rounds)


def measure_all(names: list[str], rounds: int) -> tuple[list[str], bool]:
    """The comparisons named, or all; prints the table of each. The lines of the summary, and whether all are there: one
    that fails costs the others nothing."""
    rows, whole = list[str](), True
    with tempfile.TemporaryDirectory(prefix="gallery-benchmarks-") as folder:
        for line in LINES:
            if not names or line.name in names:
                began = time.monotonic()
                try:
                    found = measure(line, Path(folder), rounds)
                except SideFailed as problem:
                    print(f"{line.name}: {problem}", file=sys.stderr, flush=True)
                    whole = False
                    continue
                rows += summary(line, found)
                print(f"{table(line, found)}\n\n{line.name}: {time.monotonic() - began:.0f} s\n", flush=True)
    return rows, whole


def measure_growth(rounds: int) -> dict[str, list[float]]:
    """What everything costs at 1,000, 10,000 and 100,000, with pictures of 64 px; printed as a table."""
    with tempfile.TemporaryDirectory(prefix="gallery-growth-") as place:
        folder = Path(place)
        material.photos(folder / "pictures-64", 64, 24)
        given: Given = {"folder": place, "pictures": str(folder / "pictures-64"), "step": 90}
        with servers(folder / "pictures-64", given):
            return growth.measure(folder, given, rounds)


def main() -> int:
    """The exit status: 1 where a comparison could not be made."""
    parser = argparse.ArgumentParser(prog="bench.py", description=__doc__)
    parser.add_argument("name", nargs="*", help="which ones: growth, " + ", ".join(line.name for line in LINES))
    parser.add_argument("--rounds", type=int, default=5, help="runs of each side, of which the median counts (5)")
    parser.add_argument(
        "--write", action="store_true", help="put the summary into README.md, and how costs grow into its picture"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.name) - {line.name for line in LINES} - {"growth"}
    if unknown:
        parser.error(f"there is no benchmark {min(unknown)}")
    whole = True
    if arguments.name != ["growth"]:
        rows, whole = measure_all(arguments.name, arguments.rounds)
        print("\n".join([*HEADING, *rows]), end="\n\n", flush=True)
        if arguments.write and not arguments.name:
            write_summary(ROOT / "README.md", rows)
    if not arguments.name or "growth" in arguments.name:
        costs = measure_growth(min(arguments.rounds, growth.ROUNDS))
        if arguments.write:
            (ROOT / "packaging" / "pictures" / "growth.svg").write_text(growth.picture(costs), "utf-8")
    return 0 if whole else 1


sys.exit(main())
