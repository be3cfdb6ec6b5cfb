"""Sides of the comparisons about frames on the window's own loop: scrolling and flings, alone and beside a recache.

A frame is all that the GUI thread does from one step of the scroll to the next: the step, the paint of what came into
view or has changed, pictures that arrive. Its CPU is that of the GUI thread; its time on the clock is from the step to
the end of the paint.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import material
from grids import Grid, plain_grid
from measuring import Given
from PySide6.QtCore import QEvent, QStringListModel
from PySide6.QtWidgets import QApplication, QListView

from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui.event_loop import new_event_loop
from soulspot_gallery.qt_executor import QtExecutor

_FRAMES = 300
_INTERVAL = 1 / 60


def p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99) - 1]


async def frames(view: QListView, step: int) -> dict[str, float]:
    """Scrolls by `step` px a frame, 60 frames a second."""
    bar, spent, walls = view.verticalScrollBar(), list[float](), list[float]()
    for _ in range(_FRAMES):
        cpu, wall = time.thread_time(), time.perf_counter()
        if bar.maximum():
            bar.setValue((bar.value() + step) % bar.maximum())
        else:
            view.viewport().update()
        QApplication.sendEvent(view.window(), QEvent(QEvent.Type.UpdateRequest))  # paints what is due, now
        walls.append(time.perf_counter() - wall)
        await asyncio.sleep(max(0.001, _INTERVAL - walls[-1]))
        spent.append(time.thread_time() - cpu)
    return {
        "items": _FRAMES,
        "cpu": sum(spent),
        "wall": sum(walls),
        "p99_cpu_s": p99(spent),
        "p99_wall_s": p99(walls),
    }


@contextlib.asynccontextmanager
async def a_service(given: Given, executor: QtExecutor) -> AsyncIterator[ImageService]:
    """A library of pictures to be fetched, on this loop and with the window's threads."""
    with tempfile.TemporaryDirectory(dir=given["folder"]) as place:
        folder = Path(place, "library")
        material.library(folder, material.rows(given["count"], given["hosts"], with_files=False))
        settings = Settings(allowed_hosts=tuple(given["hosts"]))
        library = (folder / "library.db", folder / "images", folder / "data", settings, executor)
        async with ImageService.open(*library) as service:
            yield service


async def _measured(given: Given, view: QListView, executor: QtExecutor) -> dict[str, float]:
    if not given.get("recaching"):
        return await frames(view, given["step"])
    async with a_service(given, executor) as service:
        recache = asyncio.create_task(service.recache())
        await asyncio.sleep(0.5)
        figures = await frames(view, given["step"])
        assert not recache.done(), "the recache was over before the frames were"
        recache.cancel()
        await asyncio.gather(recache, return_exceptions=True)
    return figures


def gallery(given: Given) -> dict[str, float]:
    """The gallery's grid."""
    grid = Grid(given["folder"], given["rows_shown"])
    grid.model.set_entries(grid.entries)
    grid.paint()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        figures = runner.run(_measured(given, grid.view, grid.executor))
    grid.close()
    return figures


def empty_grid(given: Given) -> dict[str, float]:
    """The floor: a plain QListView grid without a row, all of it repainted as often, beside the same."""
    application, executor = QApplication([]), QtExecutor()
    model = QStringListModel([])
    view = plain_grid(model)
    application.processEvents()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        figures = runner.run(_measured(given, view, executor))
    executor.shutdown(wait=True, cancel_futures=True)
    return figures
