"""Sides of the comparisons about how long the window's own loop is held up, by the clock."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path

from frame_sides import a_service, frames, p99
from grids import Grid
from measuring import Given, stretch
from PySide6.QtWidgets import QApplication
from support.window import a_window, until

from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui.app import make_application
from soulspot_gallery.gui.event_loop import new_event_loop
from soulspot_gallery.gui.opening.wanted import Wanted


async def _beat(gaps: list[float]) -> None:
    """How much later than due a timer of 5 ms came, s."""
    last = time.perf_counter()
    while True:
        await asyncio.sleep(0.005)
        now = time.perf_counter()
        gaps.append(now - last - 0.005)
        last = now


def loop_under_load(given: Given) -> dict[str, float]:
    """A recache, a check of all links and a scroll at once, on the window's loop: how long it was held up."""
    grid = Grid(given["folder"], given["rows_shown"])
    grid.model.set_entries(grid.entries)

    async def scroll() -> None:
        while True:
            await frames(grid.view, given["step"])

    async def run() -> dict[str, float]:
        gaps = list[float]()
        async with a_service(given, grid.executor) as service:
            await asyncio.sleep(0.3)
            others = [asyncio.create_task(_beat(gaps)), asyncio.create_task(scroll())]
            with stretch() as measured:
                await asyncio.gather(service.recache(), service.validate())
            for task in others:
                task.cancel()
        return measured.figures(len(gaps), longest_gap_s=max(gaps), p99_gap_s=p99(gaps))

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        figures = runner.run(run())
    grid.close()
    return figures


def loop_at_reload(given: Given) -> dict[str, float]:
    """The program's window on a library of many rows, all of which are read again (F5) three times."""
    library, own = Path(given["library"]), Path(given["folder"], "reload")
    shutil.copytree(library / "data", own, dirs_exist_ok=True)  # the window's state of the other sides stays as it is
    application = make_application(Settings())

    async def run() -> dict[str, float]:
        gaps = list[float]()
        async with a_window(own) as user:
            page = await user.opens(Wanted(str(library / "library.db"), library / "images"))
            beat = asyncio.create_task(_beat(gaps))
            with stretch() as measured:
                for _ in range(3):
                    page.reload()
                    await until(lambda: user.window.jobs.running("reload") is None, "all is read again")
                    await asyncio.sleep(0.3)
            beat.cancel()
            assert page.model.total == given["rows"]
        return measured.figures(len(gaps), longest_gap_s=max(gaps), p99_gap_s=p99(gaps))

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        figures = runner.run(run())
    del application
    return figures


def bare_heartbeat(given: Given) -> dict[str, float]:
    """The same heartbeat with nothing else to do."""
    application = QApplication([])

    async def run() -> dict[str, float]:
        gaps = list[float]()
        beat = asyncio.create_task(_beat(gaps))
        with stretch() as measured:
            await asyncio.sleep(3)
        beat.cancel()
        return measured.figures(len(gaps), longest_gap_s=max(gaps), p99_gap_s=p99(gaps))

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        figures = runner.run(run())
    del application
    return figures
