"""Small pictures for the rows of the cleanup table: decoded in the executor, newest request first, never waited for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.gui.jobs.background import Background

SIDE = 40
"""Side of a thumbnail in device-independent pixels."""

_AT_A_TIME = 2
_QUEUED = 100
_KEPT = 600
_PIXELS = 30_000_000


def decode_webp(file: Path, side: int) -> QImage | None:
    """The picture scaled to fit a square of `side` device pixels; None where it is no WebP that can be read.

    The size is read from the header and capped before anything is decoded: this may be a damaged or a strange file.
    """
    reader = QImageReader(str(file), b"webp")
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > _PIXELS:
        return None
    wanted = size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    reader.setScaledSize(wanted.boundedTo(size))
    image = reader.read()
    return None if image.isNull() else image


class PlanThumbnails(QObject):
    """Pictures by path under the image root. `arrived(path)` tells that `get` now knows more."""

    arrived = Signal(str)

    def __init__(self, local_file: Callable[[str], Path], executor: Executor, parent: QObject) -> None:
        super().__init__(parent)
        self.pixel_ratio = 1.0
        self._local_file = local_file
        self._background = Background(executor, self)
        self._known: dict[str, QPixmap | None] = {}
        self._queue: dict[str, None] = {}
        self._running: set[str] = set()

    def get(self, path: str) -> QPixmap | None:
        """What is known now; asks for the picture where nothing is known yet."""
        if path in self._known:
            return self._known[path]
        if path not in self._running:
            self._queue.pop(path, None)
            self._queue[path] = None
            while len(self._queue) > _QUEUED:  # the oldest has long been scrolled away
                del self._queue[next(iter(self._queue))]
            self._start()
        return None

    def stop(self) -> None:
        """Drop all that is wanted but not there yet."""
        self._queue.clear()
        self._running.clear()
        self._background.cancel()

    def _start(self) -> None:
        while self._queue and len(self._running) < _AT_A_TIME:
            path, _ = self._queue.popitem()
            self._running.add(path)
            side = round(SIDE * self.pixel_ratio)
            self._background.run(partial(self._decode, path, side), self._arrive)

    def _decode(self, path: str, side: int) -> tuple[str, QImage | None]:
        """Runs in the executor."""
        try:
            return path, decode_webp(self._local_file(path), side)
        except (GalleryError, OSError):
            return path, None

    def _arrive(self, result: tuple[str, QImage | None]) -> None:
        path, image = result
        self._running.discard(path)
        pixmap = None
        if image is not None:
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(self.pixel_ratio)
        self._known[path] = pixmap
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        self._start()
        self.arrived.emit(path)
