"""Opening libraries for the window: which are one's own, what they are called, and that nothing half open is left."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.world import World

from soulspot_gallery.core.errors import CannotOpen
from soulspot_gallery.core.model import ignore_progress
from soulspot_gallery.core.places import embedded_library
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.gui.opening import libraries
from soulspot_gallery.gui.opening.libraries import Wanted, open_wanted
from soulspot_gallery.qt_executor import QtExecutor


@pytest.fixture
def executor() -> Iterator[QtExecutor]:
    executor = QtExecutor(2)
    yield executor
    executor.shutdown(wait=True, cancel_futures=True)


def test_which_are_ones_own() -> None:
    assert Wanted().ours
    assert Wanted(sample=True).ours
    assert Wanted(str(embedded_library())).ours
    assert not Wanted("/music/soulspot.db").ours


async def test_what_they_are_called(library: SoulspotDatabase, executor: QtExecutor, tmp_path: Path) -> None:
    names = []
    for wanted in (Wanted(), Wanted(str(library.path)), Wanted(str(library.path.parent))):
        opened = await open_wanted(wanted, tmp_path, Settings(), executor, ignore_progress)
        names.append(opened.name)
        await opened.close()
    assert names == ["My library", "soulspot/soulspot.db", "soulspot/soulspot.db"]


async def test_no_room_for_the_sample_is_a_sentence(executor: QtExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(libraries, "sample_library", full)
    with pytest.raises(CannotOpen, match="No space left on device"):
        await open_wanted(Wanted(sample=True), None, Settings(), executor, ignore_progress)


async def test_a_service_that_opens_while_the_cancel_comes_is_closed(
    library: SoulspotDatabase, image_server: ImageServer, executor: QtExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(library, image_server)
    opening, go_on, closed = threading.Event(), threading.Event(), list[ImageService]()
    open_, close = ImageService._open.__func__, ImageService.aclose  # type: ignore[attr-defined]

    def slowly(cls: type[ImageService], *arguments: object) -> ImageService:
        opening.set()
        assert go_on.wait(10)
        service: ImageService = open_(cls, *arguments)
        return service

    async def aclose(service: ImageService) -> None:
        closed.append(service)
        await close(service)

    monkeypatch.setattr(ImageService, "_open", classmethod(slowly))
    monkeypatch.setattr(ImageService, "aclose", aclose)
    task = asyncio.create_task(
        open_wanted(Wanted(str(library.path)), world.data, Settings(), executor, ignore_progress)
    )
    assert await asyncio.to_thread(opening.wait, 10)
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(closed) == 1
