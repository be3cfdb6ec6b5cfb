"""iTunes Search: album covers without a key. Off unless asked for: Apple wants a link to its store beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.network.json_client import Answer, Api, NotAvailable
from soulspot_gallery.core.providers.dto import DTO, AlbumDTO, id_of, listed, picture_of, text_of
from soulspot_gallery.core.providers.provider import Provider

ITUNES = Api("itunes", "https://itunes.apple.com", requests=20, seconds=60.0)

REST = 30 * 60.0
"""Seconds of rest after a 403: that is how iTunes says "too fast", without saying for how long."""

_ADDRESS = re.compile(
    r"(?:https?://)?(?:music|itunes)\.apple\.com/(?:[a-z]{2}/)?album/(?:[^/?#]+/)?(?:id)?(\d{1,18})(?:[/?#].*)?",
    re.IGNORECASE,
)
_SIZE = re.compile(r"/\d+x\d+(bb)?(\.\w+)$")
_SIZES = (100, 300, 600, 1200)
_PAGE = 10


class Itunes(Provider):
    """https://performance-partners.apple.com/search-api: about 20 requests a minute."""

    name = "itunes"
    title = "iTunes Search"
    kinds = frozenset({EntityType.ALBUM})
    apis = (ITUNES,)
    sends = "titles and artists of albums"
    terms = "pictures only to promote what the store sells, beside a link to it"
    sample = (EntityType.ALBUM, "1440783617")

    def reads(self, uri: str) -> tuple[EntityType, str] | None:
        found = _ADDRESS.fullmatch(uri.strip())
        return (EntityType.ALBUM, found[1]) if found else None

    async def get_album_details(self, album_id: str) -> AlbumDTO | None:
        return next(iter(await self._albums("/lookup", {"id": album_id, "entity": "album"})), None)

    async def search(self, kind: EntityType, words: str, artist: str | None = None) -> Sequence[DTO]:
        if kind is not EntityType.ALBUM:
            return ()
        term = f"{artist} {words}" if artist else words
        return await self._albums("/search", {"term": term, "media": "music", "entity": "album", "limit": str(_PAGE)})

    async def _albums(self, path: str, query: Mapping[str, str]) -> list[AlbumDTO]:
        document = await self.access.json.get(ITUNES, path, query, self._judge)
        return [album for each in listed(document, "results") if (album := self._album(each)) is not None]

    def _judge(self, answer: Answer) -> None:
        if answer.status == 403:
            self.access.json.pace(ITUNES).postpone(REST)
            raise NotAvailable("itunes: it was asked too often and rests for half an hour.")

    def _album(self, document: dict[str, Any]) -> AlbumDTO | None:
        provider_id, title = id_of(document.get("collectionId")), text_of(document.get("collectionName"))
        if provider_id is None or title is None:
            return None
        small = picture_of(document.get("artworkUrl100")) or picture_of(document.get("artworkUrl60"))
        page = picture_of(document.get("collectionViewUrl"))
        return AlbumDTO(title, text_of(document.get("artistName")), self._sized(small), self.name, provider_id, page)

    def _sized(self, url: str | None) -> str | None:
        """The same picture in the size that is wanted: Apple draws any that is asked for."""
        if url is None:
            return None
        wanted = self.access.image_size(EntityType.ALBUM)
        size = next((each for each in _SIZES if each >= wanted), _SIZES[-1])
        return _SIZE.sub(lambda found: f"/{size}x{size}bb{found[2]}", url)
