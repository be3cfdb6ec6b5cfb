"""The grids that the window's comparisons show: the gallery's, with pictures that really lie there, and plain ones."""

from __future__ import annotations

import asyncio
from pathlib import Path

import material
from PySide6.QtCore import QAbstractItemModel, QSize
from PySide6.QtWidgets import QApplication, QListView, QStyledItemDelegate
from support.entries import make_library
from support.thumbnail_bench import Bench, Pictures

from soulspot_gallery.core.model import Entity, EntityType, Entry
from soulspot_gallery.gui.grid.gallery_model import GalleryModel
from soulspot_gallery.gui.grid.gallery_view import GalleryView
from soulspot_gallery.qt_executor import QtExecutor

SIZE = QSize(1240, 820)
STORED = {EntityType.ARTIST: 300, EntityType.ALBUM: 500, EntityType.PLAYLIST: 400}
_FILES = 24
_LATENCY = 0.05
"""Seconds that a remote picture takes."""


def stored_pictures(folder: Path) -> dict[EntityType, list[Path]]:
    """Photo-like WebPs of each kind, of the size in which the gallery stores them."""
    made: dict[EntityType, list[Path]] = {}
    for kind, side in STORED.items():
        made[kind] = [folder / f"{kind.value}-{number}.webp" for number in range(_FILES)]
        for number, file in enumerate(made[kind]):
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                material.photo(side, number).save(file, "WEBP", quality=85, method=4)
    return made


class _FewFiles(Pictures):
    """Every local picture is one of a few files, so that a large library needs none of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._files = {kind.plural: files for kind, files in stored_pictures(folder / "stored").items()}

    async def preview(self, entity: Entity) -> bytes:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return await super().preview(entity)  # which has none
        await asyncio.sleep(_LATENCY)
        return self.local_file(f"{entity.kind.plural}/{entity.id}.webp").read_bytes()

    def local_file(self, location: str) -> Path:
        plural, _, name = location.partition("/")
        return self._files[plural][int(name.strip("id.webp")) % _FILES]


class Grid:
    """The gallery's grid of many rows, not yet in it; decoders as in the window. `close` it."""

    def __init__(self, folder: str, rows: int) -> None:
        self.application = QApplication([])
        self.executor = QtExecutor()
        self.bench = Bench(_FewFiles(Path(folder)), self.executor)
        self.view = GalleryView(self.bench.thumbnails)
        self.model = GalleryModel()
        self.view.setModel(self.model)
        self.view.resize(SIZE)
        self.view.show()
        self.entries: list[Entry] = make_library(rows)
        self.paint()

    def paint(self) -> None:
        self.application.processEvents()
        self.view.viewport().repaint()

    def close(self) -> None:
        self.bench.close()
        self.executor.shutdown(wait=True, cancel_futures=True)


def plain_grid(model: QAbstractItemModel) -> QListView:
    """A QListView in icon mode with Qt's own delegate."""
    view = QListView()
    view.setViewMode(QListView.ViewMode.IconMode)
    view.setUniformItemSizes(True)
    view.setItemDelegate(QStyledItemDelegate(view))
    view.setGridSize(QSize(176, 220))
    view.setModel(model)
    view.resize(SIZE)
    view.show()
    return view
