"""The pictures of the grid: what is known now at once, the rest decoded in the background, the newest wish first.

Local files are decoded in the executor; remote ones come as bytes from the service and are then decoded likewise.
Nothing here waits. The futures are asked by a timer, which also makes batches of them: no thread but the GUI's touches
these objects, so nothing is hit that is gone already.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Iterable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from soulspot_gallery.core.errors import GalleryError
from soulspot_gallery.core.model import Entity, EntityType, Entry, Source
from soulspot_gallery.gui.grid.decoding import decode_bytes, decode_file, placeholder_pixmap
from soulspot_gallery.gui.grid.gallery_model import Key
from soulspot_gallery.gui.grid.picture_cache import PictureCache

CACHE_BYTES = 96 * 1024 * 1024
QUEUE_LIMIT = 160
DECODERS = 12
PREVIEWS = 6
REFUSED_SECONDS = 300.0
_BATCH_MS = 12
_SHOWN_MS = 2_000
_FLIGHT_MS = 60

Submit = Callable[..., "Future[QImage]"]
Spawn = Callable[[str, Coroutine[object, object, None]], object]


class PictureSource(Protocol):
    """What the thumbnails need of the service."""

    async def preview(self, entity: Entity) -> bytes: ...

    def local_file(self, location: str) -> Path: ...

    def note_shown(self, paths: Iterable[str]) -> None: ...


class _Wish:
    """One picture that is wanted; identity tells a wish from a later one for the same picture."""

    __slots__ = ("entry", "key", "side")

    def __init__(self, entry: Entry, side: int) -> None:
        self.entry, self.key, self.side = entry, entry.entity.key, side

    @property
    def is_local(self) -> bool:
        return self.entry.image.display.source is Source.LOCAL


class Thumbnails(QObject):
    """`submit(function, *arguments)` starts work in the pool, `spawn(name, coroutine)` a coroutine on the loop."""

    ready = Signal(object)
    """frozenset of keys whose picture is there now, or is known not to come."""
    previewed = Signal(object)
    """frozenset of keys whose remote picture was fetched for display: the service may have stored it, so the entry is
    worth reading again. Said once a key, lest reading again and forgetting it fetches it again without end."""

    def __init__(self, submit: Submit, service: PictureSource, spawn: Spawn, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._submit, self._service, self._spawn = submit, service, spawn
        self._cache = PictureCache(CACHE_BYTES)
        self._wishes: dict[tuple[Key, int], _Wish] = {}
        self._local: dict[tuple[Key, int], _Wish] = {}
        self._remote: dict[tuple[Key, int], _Wish] = {}
        self._refused: dict[Key, float] = {}
        self._pinned: frozenset[Key] = frozenset()
        self._decoding: list[tuple[_Wish, Future[QImage]]] = []
        self._previewing = 0
        self._closed = False
        self._delivery = QTimer(self, interval=_BATCH_MS)
        self._delivery.timeout.connect(self._deliver)
        self._visible: frozenset[Key] = frozenset()
        self._flying = False
        self._flight = QTimer(self, singleShot=True, interval=_FLIGHT_MS)
        self._flight.timeout.connect(self._land)
        self._previewed: set[Key] = set()
        self._told: set[Key] = set()
        self._shown: set[str] = set()
        self._shown_timer = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._shown_timer.timeout.connect(self._note_shown)

    # -- what the grid asks

    def get(self, entry: Entry, side: int) -> QPixmap | None:
        """The picture fitted into `side` × `side` device px, if it is there; it may have another size until the
        right one is decoded. None: paint the placeholder; `ready` says when that changes."""
        key = entry.entity.key
        if (key, side) in self._cache:
            return self._cache.get(key, side)
        self._wish(entry, side)
        return self._cache.nearest(key, side)

    def placeholder(self, kind: EntityType, side: int) -> QPixmap:
        """What stands for a picture that is not there (yet), `side` × `side` device px."""
        return placeholder_pixmap(kind, side)

    def note_painted(self, entry: Entry) -> None:
        """A picture was really painted in the window: a local one counts as used."""
        display = entry.image.display
        if display.source is Source.LOCAL and display.location not in self._shown:
            self._shown.add(display.location)
            if not self._shown_timer.isActive():
                self._shown_timer.start()

    def set_visible(self, keys: Collection[Key]) -> None:
        """Only these are looked at now: what waits for others is dropped, the decoders' queue included.

        Where all of what is seen changes again and again, it flies by and most pictures would come too late: one at a
        time is made until it rests, and the processors are left to the grid.
        """
        if self._visible.isdisjoint(keys):
            self._flying = self._flight.isActive()
            self._flight.start()
        self._visible = frozenset(keys)
        seen = self._visible | self._pinned
        for queue in (self._local, self._remote):
            for wanted in [each for each in queue if each[0] not in seen]:
                self._drop(wanted)
        for wish, future in self._decoding:
            # What was fetched is decoded all the same, lest it be fetched again.
            if wish.key not in seen and wish.is_local and self._is_wanted(wish) and future.cancel():
                self._drop((wish.key, wish.side))

    def _land(self) -> None:
        self._flying = False
        self._start()

    def pin(self, keys: Iterable[Key]) -> None:
        """Only these are looked at outside the grid: their wishes stay when they are scrolled away."""
        self._pinned = frozenset(keys)

    def forget(self, keys: Iterable[Key]) -> None:
        """These pictures have changed: none of their sizes is shown again, nor what is on its way."""
        changed = set(keys)
        for key in changed:
            self._cache.forget(key)
            self._refused.pop(key, None)
        for wanted in [each for each in self._wishes if each[0] in changed]:
            self._drop(wanted)

    def try_again(self) -> None:
        """What was refused may be given now, the network being there again."""
        self._refused.clear()

    def known_keys(self) -> set[Key]:
        """The keys of which a picture is held, or known not to come."""
        return self._cache.keys() | set(self._refused)

    def take_over(self, other: Thumbnails) -> None:
        """Hold what another one has decoded of the same library; that one has nothing then."""
        self._cache, other._cache = other._cache, self._cache

    def forget_all(self) -> None:
        """Another library, or other sizes: start anew."""
        self._cache.clear()
        self._refused.clear()
        self._wishes.clear()
        self._local.clear()
        self._remote.clear()

    def close(self) -> None:
        """Nothing is started any more; what was shown is passed on."""
        self._closed = True
        self.forget_all()
        self._delivery.stop()
        self._flight.stop()
        for _, future in self._decoding:
            future.cancel()
        self._decoding.clear()
        self._shown_timer.stop()
        self._note_shown()

    @property
    def waiting(self) -> int:
        """Wishes that are queued or under way."""
        return len(self._wishes)

    @property
    def bytes_held(self) -> int:
        """Bytes of pixels kept."""
        return self._cache.bytes

    # -- wishes

    def _wish(self, entry: Entry, side: int) -> None:
        key, source = entry.entity.key, entry.image.display.source
        wanted = (key, side)
        if self._closed or source is Source.PLACEHOLDER or self._is_refused(key):
            return
        queue = self._local if source is Source.LOCAL else self._remote
        known = self._wishes.get(wanted)
        if known is None:
            known = self._wishes[wanted] = _Wish(entry, side)
        elif wanted not in queue:
            return  # under way
        queue.pop(wanted, None)
        queue[wanted] = known  # the newest wish stands last and is served first
        if len(queue) > QUEUE_LIMIT:
            self._drop(next(iter(queue)))
        self._start()

    def _is_refused(self, key: Key) -> bool:
        until = self._refused.get(key)
        if until is None:
            return False
        if time.monotonic() < until:
            return True
        del self._refused[key]
        return False

    def _drop(self, wanted: tuple[Key, int]) -> None:
        self._wishes.pop(wanted, None)
        self._local.pop(wanted, None)
        self._remote.pop(wanted, None)

    def _start(self) -> None:
        decoders, previews = (1, 1) if self._flying else (DECODERS, PREVIEWS)
        while self._local and len(self._decoding) < decoders:
            _, wish = self._local.popitem()
            read = partial(_decode_local, self._service.local_file)
            self._decode(wish, read, wish.entry.image.display.location)
        while self._remote and self._previewing < previews:
            _, wish = self._remote.popitem()
            self._previewing += 1
            # The side is part of the name: a second size of a picture must not end the first.
            self._spawn(f"preview {wish.entry.entity.kind} {wish.entry.entity.id} {wish.side}", self._preview(wish))

    async def _preview(self, wish: _Wish) -> None:
        """Fetch a remote picture and have it decoded; a failure is remembered for a while."""
        data = None
        try:
            data = await self._service.preview(wish.entry.entity)
        except asyncio.CancelledError:
            raise
        except BaseException as problem:  # whatever it is, the next repaint must not ask again at once
            self._refused[wish.key] = time.monotonic() + REFUSED_SECONDS
            if not isinstance(problem, GalleryError):
                raise
        finally:
            self._previewing -= 1
            if data is not None and not self._closed:
                self._previewed.add(wish.key)
                self._decode(wish, decode_bytes, data)
            elif self._is_wanted(wish):
                self._drop((wish.key, wish.side))
            self._start()

    def _is_wanted(self, wish: _Wish) -> bool:
        return self._wishes.get((wish.key, wish.side)) is wish

    # -- from the pool

    def _decode(self, wish: _Wish, function: Callable[..., QImage], source: str | bytes) -> None:
        try:
            future = self._submit(function, source, wish.side)
        except RuntimeError:  # the executor has been shut down: the program is ending
            self._drop((wish.key, wish.side))
            return
        self._decoding.append((wish, future))
        if not self._delivery.isActive():
            self._delivery.start()

    def _deliver(self) -> None:
        """Everything decoded since the last time, at once."""
        done = [each for each in self._decoding if each[1].done()]
        self._decoding = [each for each in self._decoding if not each[1].done()]
        keys = frozenset(wish.key for wish, future in done if self._take(wish, future))
        self._start()
        if not self._decoding:
            self._delivery.stop()
        if keys:
            self.ready.emit(keys)
        news = frozenset(self._previewed - self._told)
        self._previewed.clear()
        if news:
            self._told |= news
            self.previewed.emit(news)

    def _take(self, wish: _Wish, future: Future[QImage]) -> bool:
        """Keep one result; False where nobody waits for it any more."""
        if not self._is_wanted(wish):
            return False
        del self._wishes[wish.key, wish.side]
        image = QImage() if future.cancelled() else future.result()
        self._cache.put(wish.key, wish.side, None if image.isNull() else QPixmap.fromImage(image))
        return True

    def _note_shown(self) -> None:
        if self._shown:
            paths, self._shown = tuple(self._shown), set()
            self._service.note_shown(paths)


def _decode_local(local_file: Callable[[str], Path], location: str, side: int) -> QImage:
    """In the pool, as even finding the file looks at the disk; null where its path is not to be used."""
    try:
        return decode_file(str(local_file(location)), side)
    except GalleryError:
        return QImage()
