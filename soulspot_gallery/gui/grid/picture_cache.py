"""Decoded pictures by entity and side, least recently used first out, bounded in bytes. Knows nothing of where they
come from; "there is no picture" is a value it keeps too."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtGui import QPixmap

from soulspot_gallery.gui.grid.gallery_model import Key

_NOTHING_BYTES = 200


class PictureCache:
    """`limit` in bytes of pixels. A picture of None says that there is none to be had."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pictures: OrderedDict[tuple[Key, int], QPixmap | None] = OrderedDict()
        self._sides: dict[Key, set[int]] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._pictures)

    def __contains__(self, wanted: tuple[Key, int]) -> bool:
        return wanted in self._pictures

    def keys(self) -> set[Key]:
        """All entities that a picture is held of."""
        return set(self._sides)

    def get(self, key: Key, side: int) -> QPixmap | None:
        """The picture of this side; call only for what the cache contains."""
        self._pictures.move_to_end((key, side))
        return self._pictures[key, side]

    def nearest(self, key: Key, side: int) -> QPixmap | None:
        """The same picture in another size, the one closest to what is wanted; None where there is none."""
        sides = self._sides.get(key)
        if not sides:
            return None
        return self._pictures[key, min(sides, key=lambda each: abs(each - side))]

    def put(self, key: Key, side: int, picture: QPixmap | None) -> None:
        self._drop(key, side)
        self._pictures[key, side] = picture
        self._sides.setdefault(key, set()).add(side)
        self.bytes += _cost(picture)
        while self.bytes > self._limit and len(self._pictures) > 1:
            self._drop(*next(iter(self._pictures)))

    def forget(self, key: Key) -> None:
        """Drop all sizes of this one."""
        for side in tuple(self._sides.get(key, ())):
            self._drop(key, side)

    def clear(self) -> None:
        self._pictures.clear()
        self._sides.clear()
        self.bytes = 0

    def _drop(self, key: Key, side: int) -> None:
        if (key, side) not in self._pictures:
            return
        self.bytes -= _cost(self._pictures.pop((key, side)))
        sides = self._sides[key]
        sides.discard(side)
        if not sides:
            del self._sides[key]


def _cost(picture: QPixmap | None) -> int:
    return _NOTHING_BYTES if picture is None else picture.width() * picture.height() * 4
