"""What the thumbnails need, small: a service with pictures in a folder, a pool, tasks on a loop of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

from PySide6.QtGui import QColor, QImage

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import Entity, ErrorCode
from soulspot_gallery.gui.grid.thumbnails import Thumbnails


def picture_file(path: Path, colour: str = "teal", width: int = 300, height: int = 300) -> Path:
    """A WebP of one colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    assert image.save(str(path), "WEBP", 100)  # type: ignore[call-overload]
    return path


class Pictures:
    """A PictureSource over a folder. Previews come from `remote`, ids without one fail; `gate` holds them back."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.remote: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.shown: list[str] = []
        self.under_way = 0
        self.most_at_once = 0
        self.gate: asyncio.Event | None = None

    async def preview(self, entity: Entity) -> bytes:
        self.asked.append(entity.id)
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            if self.gate is not None:
                await self.gate.wait()
            if entity.id not in self.remote:
                raise PictureError(ErrorCode.MISSING, "The picture is gone.")
            return self.remote[entity.id]
        finally:
            self.under_way -= 1

    def local_file(self, location: str) -> Path:
        return self.root / location

    def note_shown(self, paths: Iterable[str]) -> None:
        self.shown += paths


class Bench:
    """Thumbnails with everything they need; `close` ends it all."""

    def __init__(self, pictures: Path | Pictures, pool: Executor | None = None) -> None:
        """`pictures`, or the folder they lie in."""
        self.pictures = Pictures(pictures) if isinstance(pictures, Path) else pictures
        self.pool = pool or ThreadPoolExecutor(2)
        self.tasks: set[asyncio.Task[None]] = set()
        self.thumbnails = Thumbnails(self.pool.submit, self.pictures, self.spawn)

    def spawn(self, name: str, coroutine: Coroutine[object, object, None]) -> object:
        """On the running loop, where there is one; else step by step until it first waits."""
        try:
            task = asyncio.get_running_loop().create_task(coroutine, name=name)
        except RuntimeError:
            try:
                coroutine.send(None)
            except StopIteration:
                return None
            coroutine.close()
            raise AssertionError("the coroutine waits, and no loop runs") from None
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def close(self) -> None:
        self.thumbnails.close()
        self.pool.shutdown()
