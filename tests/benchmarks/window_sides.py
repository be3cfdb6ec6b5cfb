"""Sides of the comparisons about the window, offscreen: the grid, its frames, the loop under load."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from pathlib import Path

import material
from measuring import Given, stretch
from PySide6.QtCore import QAbstractItemModel, QSize, QStringListModel, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QListView, QStyledItemDelegate
from support.entries import make_library
from support.thumbnail_bench import Bench, picture_file

from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui.event_loop import new_event_loop
from soulspot_gallery.gui.grid.gallery_model import GalleryModel
from soulspot_gallery.gui.grid.gallery_view import GalleryView
from soulspot_gallery.gui.grid.row_order import Order, SortKey

_SIZE = QSize(1240, 820)
_FRAMES = 300
_STEP = 90
"""Pixels between two frames: a brisk scroll."""


class _Grid:
    """A grid of many rows with its model; a pool of its own, no pictures."""

    def __init__(self, folder: str, rows: int) -> None:
        self.application = QApplication([])
        self.bench = Bench(Path(folder))
        self.view = GalleryView(self.bench.thumbnails)
        self.model = GalleryModel()
        self.view.setModel(self.model)
        self.view.resize(_SIZE)
        self.view.show()
        self.entries = make_library(rows)
        self.paint()

    def paint(self) -> None:
        self.application.processEvents()
        self.view.viewport().repaint()


def first_paint(given: Given) -> dict[str, float]:
    """Rows that are known, until they are painted."""
    grid = _Grid(given["folder"], given["rows_shown"])
    with stretch() as measured:
        grid.model.set_entries(grid.entries)
        grid.paint()
    return measured.figures(1)


def keystrokes(given: Given) -> dict[str, float]:
    """Typing a search, choosing states and sorts: the worst and the mean of a change."""
    grid = _Grid(given["folder"], given["rows_shown"])
    grid.model.set_entries(grid.entries)
    grid.paint()
    for order in (Order(sort=SortKey.SIZE), Order(sort=SortKey.FETCHED, descending=True), Order(sort=SortKey.STATE)):
        grid.model.set_order(order)  # sorted beforehand, as the window does when it is idle
    orders = [Order(search=text) for text in ("n", "na", "nam", "name 00", "name 0012", "name 00", "")]
    orders += [Order(sort=sort) for sort in SortKey]
    spent = []
    with stretch() as whole:
        for order in orders:
            with stretch() as one:
                grid.model.set_order(order)
                grid.paint()
            spent.append(one.cpu)
    return whole.figures(len(orders), slowest_ms=max(spent) * 1e3)


def _scrolled(view: QListView) -> dict[str, float]:
    bar, spent, walls = view.verticalScrollBar(), [], []
    with stretch() as whole:
        for _ in range(_FRAMES):
            with stretch() as one:
                bar.setValue(bar.value() + _STEP if bar.maximum() else 0)
                view.viewport().repaint()
                QApplication.processEvents()
            spent.append(one.cpu * 1e3)
            walls.append(one.wall * 1e3)
    spent.sort()
    walls.sort()
    place = int(_FRAMES * 0.99) - 1
    return whole.figures(_FRAMES, p99_CPU_ms=spent[place], p99_time_ms=walls[place])


def scrolling(given: Given) -> dict[str, float]:
    """Frames while scrolling, tiles without decoded pictures."""
    grid = _Grid(given["folder"], given["rows_shown"])
    grid.model.set_entries(grid.entries)
    grid.paint()
    return _scrolled(grid.view)


def _plain_grid(model: QAbstractItemModel) -> QListView:
    view = QListView()
    view.setViewMode(QListView.ViewMode.IconMode)
    view.setUniformItemSizes(True)
    view.setItemDelegate(QStyledItemDelegate(view))
    view.setGridSize(QSize(176, 220))
    view.setModel(model)
    view.resize(_SIZE)
    view.show()
    return view


def empty_grid(given: Given) -> dict[str, float]:
    """The floor: repaints of a QListView grid without a row."""
    application = QApplication([])
    model = QStringListModel([])
    view = _plain_grid(model)
    application.processEvents()
    return _scrolled(view)


def icon_mode_first_paint(given: Given) -> dict[str, float]:
    """A plain QListView in icon mode with as many names."""
    application = QApplication([])
    names = [f"Name {number:07d}" for number in range(given["rows_shown"])]
    model = QStringListModel([])
    view = _plain_grid(model)
    application.processEvents()
    with stretch() as measured:
        model.setStringList(names)
        application.processEvents()
        view.viewport().repaint()
    return measured.figures(1)


def thumbnails(given: Given) -> dict[str, float]:
    """A screenful of cached tiles, from a cold cache of decoded pictures to all of them painted."""
    with tempfile.TemporaryDirectory(dir=given["folder"]) as place:
        application = QApplication([])
        bench = Bench(Path(place))
        entries = [entry for entry in make_library(600) if entry.image.local_path][:60]
        for entry in entries:
            picture_file(Path(place, entry.image.local_path or ""), "teal", 300, 300)
        view, model = GalleryView(bench.thumbnails), GalleryModel()
        view.setModel(model)
        view.resize(_SIZE)
        view.show()
        arrived: set[object] = set()
        bench.thumbnails.ready.connect(arrived.update)
        with stretch() as measured:
            model.set_entries(entries)
            end = time.perf_counter() + 5
            visible = 0
            while (not visible or len(arrived) < visible) and time.perf_counter() < end:
                application.processEvents()
                visible = visible or len(bench.thumbnails._wishes)
        bench.close()
        return measured.figures(max(visible, 1), screenful_ms=measured.wall * 1e3)


def plain_decoding(given: Given) -> dict[str, float]:
    """The same files decoded one after the other by QImage."""
    with tempfile.TemporaryDirectory(dir=given["folder"]) as place:
        files = [picture_file(Path(place, f"{number}.webp"), "teal", 300, 300) for number in range(24)]
        with stretch() as measured:
            for file in files:
                assert not QImage(str(file)).scaled(QSize(160, 160), Qt.AspectRatioMode.KeepAspectRatio).isNull()
        return measured.figures(len(files), screenful_ms=measured.wall * 1e3)


async def _heartbeat(gaps: list[float]) -> None:
    last = time.perf_counter()
    while True:
        await asyncio.sleep(0.005)
        now = time.perf_counter()
        gaps.append((now - last) * 1e3 - 5)
        last = now


def loop_under_load(given: Given) -> dict[str, float]:
    """A recache, a check of all links and a scroll at once, on the window's loop: how long it was held up."""
    hosts, count = given["hosts"], given["count"]
    with tempfile.TemporaryDirectory(dir=given["folder"]) as place:
        folder = Path(place, "library")
        material.library(folder, material.rows(count, hosts, with_files=False))
        grid = _Grid(place, 100_000)
        grid.model.set_entries(grid.entries)

        async def scroll() -> None:
            bar = grid.view.verticalScrollBar()
            while True:
                bar.setValue((bar.value() + _STEP) % max(bar.maximum(), 1))
                await asyncio.sleep(0.016)

        async def run() -> dict[str, float]:
            gaps: list[float] = []
            settings = Settings(allowed_hosts=tuple(hosts))
            library = (folder / "library.db", folder / "images", folder / "data", settings)
            async with ImageService.open(*library) as service:
                await asyncio.sleep(0.3)
                beat, scrolling = asyncio.create_task(_heartbeat(gaps)), asyncio.create_task(scroll())
                with stretch() as measured:
                    await asyncio.gather(service.recache(), service.validate())
                for task in (beat, scrolling):
                    task.cancel()
            gaps.sort()
            return measured.figures(count, longest_gap_ms=gaps[-1], p99_gap_ms=gaps[int(len(gaps) * 0.99)])

        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            return runner.run(run())


def bare_heartbeat(given: Given) -> dict[str, float]:
    """The same heartbeat with nothing else to do."""
    application = QApplication([])

    async def run() -> dict[str, float]:
        gaps: list[float] = []
        beat = asyncio.create_task(_heartbeat(gaps))
        with stretch() as measured:
            await asyncio.sleep(3 + random.random() / 10)
        beat.cancel()
        gaps.sort()
        return measured.figures(len(gaps), longest_gap_ms=gaps[-1], p99_gap_ms=gaps[int(len(gaps) * 0.99)])

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        figures = runner.run(run())
    del application
    return figures
