"""Pictures on their way in: read or fetched, converted, and staged beside their places, until they are committed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from soulspot_gallery.core.errors import PictureError, UnsafePath
from soulspot_gallery.core.files.store import Staged, Store
from soulspot_gallery.core.journal.repair_records import Key
from soulspot_gallery.core.locate import cache_path
from soulspot_gallery.core.model import ErrorCode, Progress, Report
from soulspot_gallery.core.network.fetch import Fetched, Fetcher, Validators
from soulspot_gallery.core.pictures.conversion import Converter
from soulspot_gallery.core.pictures.imaging import Converted
from soulspot_gallery.core.repair.pictures import FromUrl, Picture, origin_of, read_bytes
from soulspot_gallery.core.repair.reports import Left
from soulspot_gallery.core.repair.steps import Arrival
from soulspot_gallery.core.settings import Settings

_AT_ONCE = 8
"""Pictures that are read and converted at a time."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What is staged; `close` it when the pictures are committed or given up."""

    fetcher: Fetcher
    converter: Converter
    store: Store
    settings: Settings
    _staged: set[str] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)

    def close(self) -> None:
        """Remove what was staged and not put in its place; what a worker is still at is given up."""
        self._stop.set()
        for temporary in list(self._staged):
            self.store.unstage(temporary)

    async def one(self, key: Key, picture: Picture) -> Arrival:
        """Raises PictureError."""
        kind, entity_id = key
        try:
            path = cache_path(kind, entity_id)
        except UnsafePath as problem:
            raise PictureError(ErrorCode.UNSAFE, str(problem)) from problem
        content, validators = await self._read(picture)

        def stage(made: Converted) -> tuple[Converted, Staged]:
            if self._stop.is_set():
                raise PictureError(ErrorCode.CANCELLED, "Cancelled.")
            staged = self.store.stage(path, made.webp)
            self._staged.add(staged.temporary)
            if self._stop.is_set():  # `close` may have looked through what is staged already
                self.store.unstage(staged.temporary)
                raise PictureError(ErrorCode.CANCELLED, "Cancelled.")
            return made, staged

        size, quality = self.settings.image_size(kind), self.settings.webp_quality
        made, staged = await self.converter.run(content, size, quality, stage)
        return Arrival(staged, made, origin_of(picture), validators.etag, validators.last_modified)

    async def many(self, pictures: Mapping[Key, Picture], report: Report) -> tuple[dict[Key, Arrival], list[Left]]:
        """Those that came, and those that can't be had."""
        arrivals, left, keys = dict[Key, Arrival](), list[Left](), list(pictures)
        for start in range(0, len(keys), _AT_ONCE):
            report(Progress("Reading pictures", start, len(keys), len(left)))
            chunk = keys[start : start + _AT_ONCE]
            for key, each in zip(chunk, await self._chunk(chunk, pictures), strict=True):
                if isinstance(each, PictureError):
                    left.append(Left(*key, str(each), each.code))
                else:
                    arrivals[key] = each
        return arrivals, left

    async def _chunk(self, keys: Sequence[Key], pictures: Mapping[Key, Picture]) -> list[Arrival | PictureError]:
        async def settled(key: Key) -> Arrival | PictureError:
            try:
                return await self.one(key, pictures[key])
            except PictureError as problem:
                return problem

        return list(await asyncio.gather(*map(settled, keys)))

    async def _read(self, picture: Picture) -> tuple[bytes, Validators]:
        if isinstance(picture, FromUrl):
            fetched = await self.fetcher.fetch(picture.url)
            assert isinstance(fetched, Fetched)
            return fetched.content, fetched.validators
        return await asyncio.to_thread(read_bytes, picture), Validators()
