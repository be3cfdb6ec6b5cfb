"""Sides of the comparisons about the window, offscreen: rows shown, searched and sorted; pictures; memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grids import Grid, plain_grid, stored_pictures
from measuring import Given, resident_megabytes, stretch
from PySide6.QtCore import QEventLoop, QSize, QStringListModel, QTimer
from PySide6.QtGui import QImageReader
from PySide6.QtWidgets import QApplication
from support.entries import make_entry

from soulspot_gallery.core.entry_rows import ListedRows
from soulspot_gallery.core.model import EntityType, Entry
from soulspot_gallery.gui.grid.row_order import Order, RowOrder, SortKey

_FRAMES = 100
_PATIENCE_MS = 10_000
_SEARCHES = ("n", "na", "nam", "name 00", "name 0012", "name 00", "")


@contextmanager
def gui_thread() -> Iterator[list[float]]:
    """Measures the CPU of this thread alone: decoders that begin with what is painted are another comparison."""
    spent = list[float]()
    began = time.thread_time()
    try:
        yield spent
    finally:
        spent.append(time.thread_time() - began)


def first_paint(given: Given) -> dict[str, float]:
    """Rows that are known, in columns as the engine gives them, until they are painted: all of it by the GUI thread,
    though a window orders them in another."""
    grid = Grid(given["folder"], given["rows_shown"])
    known = ListedRows(grid.entries)
    with stretch() as measured, gui_thread() as spent:
        grid.model.set_entries(known)
        grid.paint()
    grid.close()
    return measured.figures(1, cpu=spent[0])


def resets(given: Given) -> dict[str, float]:
    """All rows anew: put in order in a thread, as a reload does it, then shown and painted by the GUI thread."""
    grid, spent, ordered = Grid(given["folder"], given["rows_shown"]), list[float](), list[float]()
    with stretch() as whole:
        for _ in range(10):
            with stretch() as in_thread:
                rows = grid.executor.submit(RowOrder, grid.entries).result()
            with gui_thread() as one:
                grid.model.set_rows(rows)
                grid.paint()
            spent += one
            ordered.append(in_thread.cpu)
    grid.close()
    return whole.figures(len(spent), cpu=sum(spent), slowest_s=max(spent), ordered_s=sum(ordered) / len(ordered))


def filters(given: Given) -> dict[str, float]:
    """Typing a search, a keystroke at a time, painted."""
    return _changes(given, [_to(Order(search=text)) for text in _SEARCHES])


def sorts(given: Given) -> dict[str, float]:
    """Each way of sorting, painted."""
    return _changes(given, [_to(Order(sort=sort)) for sort in SortKey])


def _to(order: Order) -> Callable[[Grid], None]:
    return lambda grid: grid.model.set_order(order)


def _changes(given: Given, changes: list[Callable[[Grid], None]]) -> dict[str, float]:
    """The mean of the changes, and the slowest; sorted beforehand by what the window sorts by when it is idle."""
    grid = Grid(given["folder"], given["rows_shown"])
    grid.model.set_entries(grid.entries)
    for sort in (SortKey.SIZE, SortKey.FETCHED, SortKey.PIXELS):
        grid.model.set_order(Order(sort=sort))
    grid.model.set_order(Order())
    grid.paint()
    spent = list[float]()
    with stretch() as whole:
        for change in changes:
            with gui_thread() as one:
                change(grid)
                grid.paint()
            spent += one
    grid.close()
    return whole.figures(len(changes), cpu=sum(spent), slowest_s=max(spent))


def empty_grid(given: Given) -> dict[str, float]:
    """The floor: repaints of a QListView grid without a row."""
    application = QApplication([])
    model = QStringListModel([])
    view = plain_grid(model)
    application.processEvents()
    spent = list[float]()
    with stretch() as whole:
        for _ in range(_FRAMES):
            with gui_thread() as one:
                application.processEvents()
                view.viewport().repaint()
            spent += one
    return whole.figures(_FRAMES, cpu=sum(spent), slowest_s=max(spent), resident_mb=resident_megabytes())


def icon_mode_first_paint(given: Given) -> dict[str, float]:
    """A plain QListView in icon mode with as many names."""
    application = QApplication([])
    names = [f"Name {number:07d}" for number in range(given["rows_shown"])]
    model = QStringListModel([])
    view = plain_grid(model)
    application.processEvents()
    with stretch() as measured, gui_thread() as spent:
        model.setStringList(names)
        application.processEvents()
        view.viewport().repaint()
    return measured.figures(1, cpu=spent[0])


def thumbnails(given: Given) -> dict[str, float]:
    """A screenful of cached tiles, from nothing decoded to all of them painted."""
    grid = Grid(given["folder"], 1)
    grid.entries = [_cached(number) for number in range(200)]
    thumbs, loop = grid.bench.thumbnails, QEventLoop()
    thumbs.ready.connect(lambda keys: None if thumbs.waiting else loop.quit())
    QTimer.singleShot(_PATIENCE_MS, loop.quit)
    with stretch() as measured:
        grid.model.set_entries(grid.entries)
        loop.exec()
        grid.application.processEvents()  # paints the last ones
    tiles = len(grid.view.rows_in_view())
    assert tiles > 20
    assert len(thumbs.known_keys()) == tiles
    assert not thumbs.waiting
    grid.close()
    return measured.figures(tiles, screenful_s=measured.wall, tiles=tiles)


def _cached(number: int) -> Entry:
    return make_entry(f"id{number:07d}", f"Name {number}", kind=list(EntityType)[number % 3])


def plain_decoding(given: Given) -> dict[str, float]:
    """As many of the same files, decoded to the same size one after the other by Qt alone."""
    application = QApplication([])
    files = [files[n] for n in range(12) for files in stored_pictures(Path(given["folder"], "stored")).values()]
    with stretch() as measured:
        for file in files[: given["tiles"]]:
            reader = QImageReader(str(file))
            reader.setScaledSize(QSize(160, 160))
            assert not reader.read().isNull()
    del application
    return measured.figures(given["tiles"], screenful_s=measured.wall, tiles=given["tiles"])


def memory(given: Given) -> dict[str, float]:
    """Scrolled until the cache of decoded pictures is full, and on: what is held then."""
    grid = Grid(given["folder"], given["rows_shown"])
    grid.model.set_entries(grid.entries)
    grid.paint()
    bar, thumbs, fullest = grid.view.verticalScrollBar(), grid.bench.thumbnails, 0
    with stretch() as measured:
        for _ in range(60):
            bar.setValue(bar.value() + grid.view.viewport().height())
            grid.paint()
            while thumbs.waiting:
                grid.application.processEvents()
                time.sleep(0.002)
            fullest = max(fullest, thumbs.bytes_held)
    grid.close()
    return measured.figures(60, resident_mb=resident_megabytes(), pictures_mb=fullest / 1e6)
