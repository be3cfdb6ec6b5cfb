"""Cover Art Archive: covers by MusicBrainz id; and the same with a search on MusicBrainz before it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.network.json_client import Api, host_of
from soulspot_gallery.core.providers import musicbrainz
from soulspot_gallery.core.providers.dto import DTO, AlbumDTO, Sought, large_enough, listed, picture_of, text_of
from soulspot_gallery.core.providers.matching import best_match
from soulspot_gallery.core.providers.musicbrainz import MUSICBRAINZ, mbid_of
from soulspot_gallery.core.providers.provider import Provider

COVER_ART_ARCHIVE = Api("cover-art-archive", "https://coverartarchive.org", requests=20, seconds=2.0)
"""It publishes no limit; this one is manners."""

_HOSTS = re.compile(r"(?:coverartarchive\.org|(?:[a-z0-9-]+\.)*archive\.org)")
_LARGEST = 1 << 20
"""Stands for the size of an original, which is not said."""


class CoverArtArchive(Provider):
    """Covers where the library knows an album's MusicBrainz id; asks nobody where it does not."""

    name = "cover-art-archive"
    title = "Cover Art Archive"
    kinds = frozenset({EntityType.ALBUM})
    apis = (COVER_ART_ARCHIVE, MUSICBRAINZ)
    sends = "MusicBrainz ids of albums"
    terms = "pictures belong to their rights holders"
    sample = (EntityType.ALBUM, "f5093c06-23e3-404f-aeaa-40f72885ee3a")

    def id_for(self, sought: Sought) -> str | None:
        return mbid_of(sought.musicbrainz_id) or sought.known_id

    def can_seek(self, sought: Sought) -> bool:
        return self.id_for(sought) is not None

    def reads(self, uri: str) -> tuple[EntityType, str] | None:
        found = musicbrainz.read_address(uri)
        return (EntityType.ALBUM, found[1]) if found and found[0] != "artist" else None

    def identifiers(self, dto: DTO) -> Mapping[str, str]:
        return {"musicbrainz_id": dto.provider_id}

    async def find(self, sought: Sought) -> DTO | None:
        """By id alone, and without asking MusicBrainz for names that the library has."""
        mbid = self.id_for(sought)
        return None if mbid is None else await self._with_cover(mbid, sought.name, sought.artist)

    async def get_album_details(self, album_id: str) -> AlbumDTO | None:
        """An album by the MBID of its release group or of a release, with its title from MusicBrainz."""
        mbid = mbid_of(album_id)
        if mbid is None:
            return None
        for entity in ("release-group", "release"):
            document = await musicbrainz.look_up(self.access.json, entity, mbid, "artist-credits")
            if document is not None and (title := text_of(document.get("title"))):
                return await self._with_cover(mbid, title, musicbrainz.credited(document))
        return None

    async def _with_cover(self, mbid: str, title: str, artist: str | None) -> AlbumDTO:
        entity, cover = "release-group", await self._cover("release-group", mbid)
        if cover is None:
            # Libraries do not say which of the two their id is.
            entity, cover = "release", await self._cover("release", mbid)
        page = musicbrainz.page_of(entity if cover else "release-group", mbid)
        return AlbumDTO(title, artist, cover, self.name, mbid, page)

    async def _cover(self, entity: str, mbid: str) -> str | None:
        document = await self.access.json.get(COVER_ART_ARCHIVE, f"/{entity}/{mbid}")
        images = listed(document, "images")
        front = next((each for each in images if each.get("front") is True), None)
        front = front or next((each for each in images if "Front" in _words(each.get("types"))), None)
        if front is None:
            return None
        given = front.get("thumbnails")
        thumbnails: dict[str, Any] = given if isinstance(given, dict) else {}
        sizes = [(int(size), thumbnails[size]) for size in ("250", "500", "1200") if size in thumbnails]
        sizes += [(250, thumbnails.get("small")), (500, thumbnails.get("large")), (_LARGEST, front.get("image"))]
        return large_enough([(size, self._trusted(url)) for size, url in sizes], self._wanted())

    def _wanted(self) -> int:
        return self.access.image_size(EntityType.ALBUM)

    def _trusted(self, url: Any) -> str | None:
        """The address, made https, where it is one of the archive's own; it lists some as http."""
        picture = picture_of(url)
        if picture is None or self.access.json.stands_in(COVER_ART_ARCHIVE):
            return picture
        if not _HOSTS.fullmatch(host_of(picture)):
            return None
        return re.sub(r"^http:", "https:", picture, count=1, flags=re.IGNORECASE)


def _words(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


class MusicBrainz(CoverArtArchive):
    """Covers of albums whose MusicBrainz id the library does not know: it is searched for by title and artist, one
    request a second, so this source stands behind the quick ones."""

    name = "musicbrainz"
    title = "Cover Art Archive, by a search on MusicBrainz"
    sends = "titles and artists of albums, or their MusicBrainz ids"

    async def search(self, kind: EntityType, words: str, artist: str | None = None) -> Sequence[DTO]:
        """Without covers: asking for each would take seconds. `get_album_details` has the cover."""
        if kind is not EntityType.ALBUM:
            return ()
        return await musicbrainz.search_albums(self.access.json, self.name, words, artist)

    def can_seek(self, sought: Sought) -> bool:
        return super().can_seek(sought) or bool(sought.artist)

    async def find(self, sought: Sought) -> DTO | None:
        if self.id_for(sought) is not None:
            return await super().find(sought)
        if not self.can_seek(sought):
            return None
        albums = await musicbrainz.search_albums(self.access.json, self.name, sought.name, sought.artist)
        found = best_match(sought, albums)
        return None if found is None else await self._with_cover(found.provider_id, found.title, found.artist)
