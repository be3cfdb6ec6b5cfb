"""Runs the benchmarks named, or all of them; prints a Markdown table each. See `lines` for what."""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import material
from lines import LINES
from measuring import Given, Line, compare, table


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


def measure(line: Line, folder: Path, rounds: int) -> str:
    """One comparison; its table."""
    side = int(line.given.get("side", 64))
    pictures = folder / f"pictures-{side}"
    material.photos(pictures, side, 8 if side > 2000 else 24)
    given: Given = {"folder": str(folder), "pictures": str(pictures)} | line.given
    if "rows" in given:
        given["library"] = str(folder / f"library-{given['rows']}")
        material.full_library(Path(given["library"]), given["rows"])
    with servers(pictures, given):
        return table(line, compare(line, given, rounds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="*", help="which ones: " + ", ".join(line.name for line in LINES))
    parser.add_argument("--rounds", type=int, default=5, help="runs of each side, of which the median counts (5)")
    arguments = parser.parse_args()
    unknown = set(arguments.name) - {line.name for line in LINES}
    if unknown:
        parser.error(f"there is no benchmark {min(unknown)}")
    with tempfile.TemporaryDirectory(prefix="gallery-benchmarks-") as folder:
        for line in LINES:
            if not arguments.name or line.name in arguments.name:
                print(measure(line, Path(folder), arguments.rounds), end="\n\n", flush=True)


main()
