"""An opened sample library for one command: `--demo` on the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from soulspot_gallery.core.service import ImageService
from soulspot_gallery.demo.library import sample_library


@asynccontextmanager
async def open_sample(arguments: object) -> AsyncIterator[ImageService]:
    """A fresh sample, opened; removed with the end of the context. `arguments` is not looked at: neither the user's
    library nor the user's settings count here. Raises OSError where there is no room for it."""
    async with (
        sample_library() as sample,
        await ImageService.open(sample.library, sample.image_root, sample.data_dir, sample.settings) as service,
    ):
        yield service
