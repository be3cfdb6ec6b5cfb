"""Opens libraries for the window: one's own, the sample, or a SoulSpot server's. Which is open is up to `switching`."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path

from soulspot_gallery.core.errors import LibraryError
from soulspot_gallery.core.model import Report
from soulspot_gallery.core.opening import open_service
from soulspot_gallery.core.places import find_library
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.core.threads import unbroken
from soulspot_gallery.demo import SampleLibrary, sample_library
from soulspot_gallery.gui.look.wording import count_words
from soulspot_gallery.gui.opening.wanted import Wanted
from soulspot_gallery.qt_executor import QtExecutor

__all__ = ["OpenLibrary", "Wanted", "open_wanted"]


class OpenLibrary:
    """An open service, with what else has to be closed after it."""

    def __init__(self, wanted: Wanted, service: ImageService, stack: AsyncExitStack) -> None:
        self.wanted, self.service, self._stack = wanted, service, stack

    @property
    def name(self) -> str:
        """What to call it in a title: the sample, one's own, or the file's name with its folder."""
        if self.wanted.sample:
            return "Sample library"
        if self.wanted.ours:
            return "My library"
        return "/".join(Path(self.service.library).parts[-2:])

    async def close(self) -> None:
        """Close the service, and remove the sample where it was one."""
        await self._stack.aclose()


async def open_wanted(
    wanted: Wanted, data_dir: Path | None, settings: Settings, executor: QtExecutor, report: Report
) -> OpenLibrary:
    """Open a library; what was begun is undone where that fails or is cancelled. Raises CannotOpen."""
    async with AsyncExitStack() as stack:
        if wanted.sample:
            try:
                sample = await stack.enter_async_context(sample_library(executor, report))
            except OSError as problem:
                raise LibraryError(
                    f"The sample library can't be made: {problem.strerror or problem}. "
                    "It needs some room in the folder for temporary files."
                ) from problem
            service = await _kept(_open_sample(sample, settings, executor), stack)
        else:
            service = await _kept(_open(wanted, data_dir, settings, executor), stack)
        if left := await service.interrupted_recache():
            pictures = count_words(left, "picture")
            service.notices.append(
                f"A recache was interrupted with {pictures} to go: “Resume recache” goes on with it."
            )
        return OpenLibrary(wanted, service, stack.pop_all())
    raise AssertionError("unreachable")


async def _open_sample(sample: SampleLibrary, users: Settings, executor: QtExecutor) -> ImageService:
    """By settings of its own; only how the window looks, and being offline, are the user's."""
    settings = dataclasses.replace(sample.settings, theme=users.theme, offline=users.offline)
    return await ImageService.open(sample.library, sample.image_root, sample.data_dir, settings, executor)


async def _open(wanted: Wanted, data_dir: Path | None, settings: Settings, executor: QtExecutor) -> ImageService:
    library = None if wanted.library is None else await asyncio.to_thread(find_library, wanted.library)
    return await open_service(library, wanted.image_root, data_dir, settings, executor)


async def _kept(opening: Coroutine[object, object, ImageService], stack: AsyncExitStack) -> ImageService:
    """The opened service, to be closed with the stack: also where the cancel came while a thread was opening it."""

    async def opened() -> ImageService:
        return await stack.enter_async_context(await opening)

    return await unbroken(opened())
