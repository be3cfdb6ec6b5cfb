"""The window's face while the program is still being loaded: the rows of the library, to be looked at and searched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from soulspot_gallery.core.collector import collector_held_back
from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.first_look import FirstRows, Place, all_rows, first_rows, place_of
from soulspot_gallery.core.model import Entity
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui.actions import DECLARED, Actions
from soulspot_gallery.gui.filtering.filter_bar import FilterBar
from soulspot_gallery.gui.frame import Frame
from soulspot_gallery.gui.grid.gallery_model import GalleryModel
from soulspot_gallery.gui.grid.gallery_view import GalleryView
from soulspot_gallery.gui.grid.row_order import RowOrder, SortKey
from soulspot_gallery.gui.grid.thumbnails import Thumbnails
from soulspot_gallery.gui.opening.wanted import Wanted
from soulspot_gallery.gui.window_state import WindowState
from soulspot_gallery.qt_executor import QtExecutor

P = ParamSpec("P")
T = TypeVar("T")
_FIRST_COUNT = 60
"""Entries of each kind: they fill a large window, and reading them takes some 15 ms whatever the library's size."""

_FIRST_WIDTH, _DETAILS_WIDTH = 1240, 320
"""px, where no split is kept: what stands there in the window that follows."""


class FirstPictures:
    """The pictures that lie in the image root, for thumbnails; remembers which were painted."""

    def __init__(self, image_root: Path) -> None:
        self._image_root = image_root
        self.shown: set[str] = set()

    def local_file(self, location: str) -> Path:
        """The file at a path that `first_look` found there."""
        return self._image_root / location

    def note_shown(self, paths: Iterable[str]) -> None:
        self.shown.update(paths)

    async def preview(self, entity: Entity) -> bytes:
        """Nothing is fetched yet, and nothing of the first page asks for it."""
        raise GalleryError(f"{entity.name} is fetched once the library is open.")


class FirstPage(QMainWindow):
    """Laid out as the window that follows it, with all actions but Quit disabled; `rows` come when they are read."""

    def __init__(self, executor: QtExecutor, image_root: Path, state: WindowState) -> None:
        super().__init__()
        does_nothing = {declared.name: _nothing for declared in DECLARED}
        self.actions_by_name = Actions(self, does_nothing | {"quit": lambda: self.window().close()})
        for declared in DECLARED:
            self.actions_by_name[declared.name].setEnabled(declared.name == "quit")
        self.pictures = FirstPictures(image_root)
        self.thumbnails = Thumbnails(partial(executor.submit_with_priority, 0), self.pictures, _closed, self)
        self.model = GalleryModel(self)
        self.view = GalleryView(self.thumbnails)
        self.view.setModel(self.model)
        self.view.set_message("Reading the library…")
        self.filters = FilterBar()
        self._arrange(state)
        self.filters.order_changed.connect(self.model.set_order)
        self.filters.order_changed.connect(self._tell_counts)
        self.filters.zoom_changed.connect(self.view.set_tile)
        self.filters.search_left.connect(self.view.setFocus)
        self.view.zoom_changed.connect(self.filters.set_zoom)
        self.filters.set_order(state.order)
        self.model.set_order(state.order)
        if state.tile:
            self.view.set_tile(state.tile)
        self.setFocusProxy(self.view)

    def _arrange(self, state: WindowState) -> None:
        details = QWidget()
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.view)
        splitter.addWidget(details)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        splitter.setSizes([_FIRST_WIDTH - _DETAILS_WIDTH, _DETAILS_WIDTH])
        splitter.restoreState(QByteArray(state.splitter))
        details.setVisible(state.details)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(splitter, 1)
        self.setCentralWidget(middle)
        self.statusBar()

    def set_rows(self, rows: RowOrder, *, total: bool) -> None:
        """Show these; only of all of them the numbers are told."""
        self.model.set_rows(rows)
        if total:
            self._tell_counts()

    def tell(self, words: str) -> None:
        """Say at the foot of the page what it waits for."""
        self.statusBar().showMessage(words)

    def _tell_counts(self, order: object = None) -> None:
        counts, kind = self.model.counts(), self.model.order.kind
        self.filters.set_counts(counts)
        self.filters.set_shown(self.model.rowCount(), self.model.total if kind is None else counts.get(kind, 0))

    def close_page(self) -> None:
        """Stop decoding, let go of the rows; what was painted is in `pictures`."""
        self.thumbnails.close()
        self.model.set_rows(RowOrder())


async def show_first_page(
    frame: Frame, wanted: Wanted, settings: Settings, state: WindowState, executor: QtExecutor
) -> FirstPage | None:
    """Show what can be seen of the library at once, painted before this returns: a first page, then all rows. None
    where that is nothing, or would have to be sorted by what only the engine knows."""
    if wanted.sample or state.sort is not SortKey.NAME:
        return None
    place = await _in(executor, place_of, wanted.library, wanted.image_root, settings)
    rows = await _in(executor, _first_rows, place, state) if place else None
    if place is None or not rows:
        return None
    page = FirstPage(executor, place.image_root, state)
    page.set_rows(RowOrder(rows), total=False)
    frame.show_page(page)
    frame.repaint()
    page.set_rows(await _in(executor, _whole_order, place), total=True)
    return page


def _first_rows(place: Place, state: WindowState) -> FirstRows:
    # Read from their beginning; where the end stands first, the first page is that of all rows.
    return all_rows(place) if state.descending else first_rows(place, state.kind, _FIRST_COUNT)


@collector_held_back()
def _whole_order(place: Place) -> RowOrder:
    return RowOrder(all_rows(place))


async def _in(executor: QtExecutor, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return await asyncio.wrap_future(executor.submit(function, *args, **kwargs))


def _nothing() -> None:
    """What an action does that is disabled."""


def _closed(name: str, coroutine: Coroutine[object, object, None]) -> object:
    """Nothing runs on the loop for the first page."""
    coroutine.close()
    return None
