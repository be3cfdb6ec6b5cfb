"""A library whose albums have no cover, and a Deezer on the loopback that knows one for each."""

from __future__ import annotations

import colorsys
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings
from support import pictures
from support.image_server import Request
from support.soulspot import SoulspotDatabase
from support.sources import JSON, Sources, deezer_album, query_of

_NAME = re.compile(r"Album (\d+)")


@dataclass(frozen=True, slots=True)
class FixLibrary:
    """`albums` are the ids, in the order of the queue: `Album 00`, `Album 01` …"""

    database: SoulspotDatabase
    sources: Sources
    data: Path
    settings: Settings
    albums: tuple[str, ...]

    def paths(self) -> list[str | None]:
        return [self.database.row("album", each).path for each in self.albums]

    def urls(self) -> list[str | None]:
        return [self.database.row("album", each).url for each in self.albums]


async def fix_library(database: SoulspotDatabase, sources: Sources, data: Path, count: int) -> FixLibrary:
    """So many albums without a cover, in a library that may be written."""
    artist = database.add_artist("Somebody", sources.picture("artist.jpg", pictures.jpeg((300, 300))))
    albums = tuple(database.add_album(f"Album {number:02}", artist_id=artist) for number in range(count))
    for number in range(count):
        sources.picture(f"{number}.jpg", pictures.jpeg((500, 500), _colour(number)))
        sources.picture(f"{number}-wide.jpg", pictures.jpeg((600, 400), _colour(number + 40)))

    def search(request: Request) -> tuple[int, Mapping[str, str], bytes]:
        named = _NAME.search(query_of(request).get("q", ""))
        number = int(named[1]) if named else 0
        title, cover = f"Album {number:02}", sources.server.url(f"/pictures/{number}.jpg")
        live = sources.server.url(f"/pictures/{number}-wide.jpg")
        found = [
            deezer_album(number, title, "Somebody", cover),
            deezer_album(number + 100, f"{title} (Live)", "Somebody", live),
        ]
        return 200, JSON, json.dumps({"data": found if named else []}).encode()

    sources.server.routes["/deezer/search/album"] = search
    settings = sources.settings("deezer", cache_images_locally=False)
    images = database.path.parent / "images"
    async with ImageService.open(database.path, images, data, settings) as service:
        await service.allow_writing()
        await service.recache()
    return FixLibrary(database, sources, data, settings, albums)


def _colour(number: int) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(number * 0.11 % 1, 0.4 + number % 5 * 0.12, 0.5 + number % 7 * 0.07)
    return round(red * 255), round(green * 255), round(blue * 255)
