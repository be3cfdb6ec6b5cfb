"""A list of pictures, each with two lines of text: what the reviews are chosen from. Decodes in the executor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QListView, QWidget

from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.gui.grid.decoding import decode_bytes, decode_file
from soulspot_gallery.gui.jobs.background import Background
from soulspot_gallery.gui.widgets.two_lines import LINES_ROLE, Lines, TwoLineDelegate

Index = QModelIndex | QPersistentModelIndex
Picture = str | bytes | None
"""A path under the image root, a picture in memory, or none."""

SIDE = 56
_ROW = SIDE + 16


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One picture of the list; `about` is given back for what is chosen."""

    title: str
    subtitle: str
    picture: Picture = field(repr=False)
    about: object = field(repr=False)


class Decoder:
    """Pictures by where they lie; `give` gets them on the GUI thread, null where they can't be read."""

    def __init__(self, local_file: Callable[[str], Path], executor: Executor, parent: QWidget) -> None:
        self._local_file, self._background = local_file, Background(executor, parent)

    def ask(self, picture: Picture, side: int, give: Callable[[QImage], None]) -> None:
        """`side` in device pixels."""
        self._background.run(partial(self._decode, picture, side), give)

    def stop(self) -> None:
        self._background.cancel()

    def _decode(self, picture: Picture, side: int) -> QImage:
        """Runs in the executor."""
        if isinstance(picture, bytes):
            return decode_bytes(picture, side)
        try:
            return decode_file(str(self._local_file(picture or "")), side)
        except (GalleryError, OSError):
            return QImage()


class PicturedModel(QAbstractListModel):
    def __init__(self, decoder: Decoder, parent: QWidget) -> None:
        super().__init__(parent)
        self._decoder, self._ratio = decoder, parent.devicePixelRatioF()
        self.lines: tuple[Line, ...] = ()
        self._pixmaps: dict[Picture, QPixmap | None] = {}

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Pictures of lines that stay are kept."""
        self.beginResetModel()
        self.lines = tuple(lines)
        wanted = {line.picture for line in lines}
        self._pixmaps = {picture: pixmap for picture, pixmap in self._pixmaps.items() if picture in wanted}
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.lines):
            return None
        line = self.lines[index.row()]
        if role == LINES_ROLE:
            return Lines(line.title, line.subtitle)
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line.title}. {line.subtitle}"
        return self._pixmap(index.row(), line.picture) if role == Qt.ItemDataRole.DecorationRole else None

    def _pixmap(self, row: int, picture: Picture) -> QPixmap | None:
        """What is known now; asked for the first time it is painted."""
        if picture not in self._pixmaps:
            self._pixmaps[picture] = None
            if picture is not None:
                self._decoder.ask(picture, round(SIDE * self._ratio), partial(self._arrived, row, picture))
        return self._pixmaps[picture]

    def _arrived(self, row: int, picture: Picture, image: QImage) -> None:
        if not image.isNull() and picture in self._pixmaps:
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(self._ratio)
            self._pixmaps[picture] = pixmap
            self.dataChanged.emit(self.index(row), self.index(row))


class PicturedList(QListView):
    """Several can be chosen; `current_changed` tells that another one is looked at, or none."""

    current_changed = Signal()

    def __init__(self, model: PicturedModel, name: str) -> None:
        """`name` is for screen readers."""
        super().__init__()
        self._lines = model
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._delegate = TwoLineDelegate(self, _ROW, SIDE)
        self.setItemDelegate(self._delegate)
        self.selectionModel().selectionChanged.connect(lambda: self.current_changed.emit())
        self.selectionModel().currentChanged.connect(lambda: self.current_changed.emit())

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Other lines; the place in the list stays, so that the next one is chosen after one was dealt with."""
        row = max(self.currentIndex().row(), 0)
        self._lines.set_lines(lines)
        if lines:
            self.setCurrentIndex(self._lines.index(min(row, len(lines) - 1)))
        self.current_changed.emit()

    def current(self) -> Line | None:
        index = self.currentIndex()
        return self._lines.lines[index.row()] if index.isValid() else None

    def chosen(self) -> list[Line]:
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [self._lines.lines[row] for row in rows]
