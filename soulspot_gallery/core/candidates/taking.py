"""A chosen candidate becomes a picture that can be set: read from where it was found. Stores nothing."""

from __future__ import annotations

import asyncio

from soulspot_gallery.core.audio import embedded_picture, shown_path
from soulspot_gallery.core.caching import origins
from soulspot_gallery.core.candidates.candidate import PictureCandidate
from soulspot_gallery.core.candidates.gathering import GatherHost
from soulspot_gallery.core.network.fetch import Fetched
from soulspot_gallery.core.repair.pictures import FromBytes, FromFile, FromUrl, Picture


async def picture_of(host: GatherHost, candidate: PictureCandidate) -> Picture:
    """Raises PictureError where it can't be had any more."""
    origin = candidate.origin
    if origin is None:
        return FromUrl(candidate.url or "", candidate.answer.source if candidate.answer else None, candidate.page)
    if not origins.is_local(origin):
        fetched = await (await host.fetcher()).fetch(await host.unlock(origin))
        assert isinstance(fetched, Fetched)
        return FromBytes(fetched.content, origins.described(origin))
    file = origins.local_file(origin)
    if origin == origins.of_file(file):
        return FromFile(file)
    return FromBytes(await asyncio.to_thread(embedded_picture, file), f"the picture in {shown_path(file)}")
