"""Deezer: artists, albums and playlists without a key. Its errors come inside HTTP 200."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import EntityType, ErrorCode
from soulspot_gallery.core.network.json_client import Answer, Api
from soulspot_gallery.core.providers.dto import (
    DTO,
    AlbumDTO,
    ArtistDTO,
    PlaylistDTO,
    Sought,
    id_of,
    large_enough,
    listed,
    text_of,
)
from soulspot_gallery.core.providers.provider import Provider

DEEZER = Api("deezer", "https://api.deezer.com", requests=50, seconds=5.0)
_SIZES = (("small", 56), ("medium", 250), ("big", 500), ("xl", 1000))
_PAGE = 10
_ADDRESS = re.compile(
    r"(?:deezer:|(?:https?://)?(?:www\.)?deezer\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?)"
    r"(artist|album|playlist)[:/](\d{1,18})(?:[/?#].*)?",
    re.IGNORECASE,
)
_QUOTA, _BUSY, _NO_DATA = 4, 700, 800
_DENIED = (200, 300)


class DeezerPlugin(Provider):
    """https://developers.deezer.com/api: public GETs, 50 in 5 s for each address of the internet."""

    name = "deezer"
    title = "Deezer"
    kinds = frozenset(EntityType)
    apis = (DEEZER,)
    terms = "not for commercial use"
    sample = (EntityType.ARTIST, "27")

    def reads(self, uri: str) -> tuple[EntityType, str] | None:
        found = _ADDRESS.fullmatch(uri.strip())
        return (EntityType(found[1].lower()), found[2]) if found else None

    def id_for(self, sought: Sought) -> str | None:
        return sought.deezer_id if (sought.deezer_id or "").isdigit() else sought.known_id

    def identifiers(self, dto: DTO) -> Mapping[str, str]:
        return {} if dto.kind is EntityType.PLAYLIST else {"deezer_id": dto.provider_id}

    async def get_artist_details(self, artist_id: str) -> ArtistDTO | None:
        document = await self._get(f"/artist/{quote(artist_id, safe='')}")
        return None if document is None else self._artist(document)

    async def get_album_details(self, album_id: str) -> AlbumDTO | None:
        document = await self._get(f"/album/{quote(album_id, safe='')}")
        return None if document is None else self._album(document)

    async def get_playlist_details(self, playlist_id: str) -> PlaylistDTO | None:
        document = await self._get(f"/playlist/{quote(playlist_id, safe='')}")
        return None if document is None else self._playlist(document)

    async def search(self, kind: EntityType, words: str, artist: str | None = None) -> Sequence[DTO]:
        query = f'artist:"{_bare(artist)}" album:"{_bare(words)}"' if artist else words
        found = await self._search(kind, query)
        if artist and not found:  # the advanced search wants every letter right
            found = await self._search(kind, f"{artist} {words}")
        return found

    async def _search(self, kind: EntityType, query: str) -> Sequence[DTO]:
        document = await self._get(f"/search/{kind.value}", {"q": query, "limit": str(_PAGE)})
        # Some answers spell the list in capitals.
        found = listed(document, "data") or listed(document, "DATA")
        read = {EntityType.ARTIST: self._artist, EntityType.ALBUM: self._album, EntityType.PLAYLIST: self._playlist}
        return [dto for each in found if (dto := read[kind](each)) is not None]

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        document = await self.access.json.get(DEEZER, path, query, judge)
        return document if isinstance(document, dict) and "error" not in document else None

    def _artist(self, document: dict[str, Any]) -> ArtistDTO | None:
        provider_id, name = id_of(document.get("id")), text_of(document.get("name"))
        if provider_id is None or name is None:
            return None
        picture = self._picture(document, "picture", EntityType.ARTIST)
        return ArtistDTO(name, picture, self.name, provider_id, f"https://www.deezer.com/artist/{provider_id}")

    def _album(self, document: dict[str, Any]) -> AlbumDTO | None:
        provider_id, title = id_of(document.get("id")), text_of(document.get("title"))
        if provider_id is None or title is None:
            return None
        artist = document.get("artist")
        by = text_of(artist.get("name")) if isinstance(artist, dict) else None
        picture = None if document.get("md5_image") == "" else self._picture(document, "cover", EntityType.ALBUM)
        return AlbumDTO(title, by, picture, self.name, provider_id, f"https://www.deezer.com/album/{provider_id}")

    def _playlist(self, document: dict[str, Any]) -> PlaylistDTO | None:
        provider_id, name = id_of(document.get("id")), text_of(document.get("title"))
        if provider_id is None or name is None:
            return None
        picture = self._picture(document, "picture", EntityType.PLAYLIST)
        return PlaylistDTO(name, picture, self.name, provider_id, f"https://www.deezer.com/playlist/{provider_id}")

    def _picture(self, document: dict[str, Any], word: str, kind: EntityType) -> str | None:
        sizes = [(size, document.get(f"{word}_{name}")) for name, size in _SIZES]
        return large_enough(sizes, self.access.image_size(kind))


def judge(answer: Answer) -> None:
    """Deezer's errors: a quota that is used up and a busy server pass, what there is no data for is no error."""
    error = answer.document.get("error") if isinstance(answer.document, dict) else None
    if not error:
        return
    code = error.get("code") if isinstance(error, dict) else None
    if code in (_QUOTA, _BUSY):
        raise PictureError(ErrorCode.RATE_LIMITED, "it asks for fewer requests; try again later.")
    if code in _DENIED:
        raise PictureError(ErrorCode.DENIED, f"it does not give this out (code {code}).")
    if code != _NO_DATA:
        raise PictureError(ErrorCode.SERVER, "it did not understand the question; please report this.")


def _bare(words: str) -> str:
    """Words that can stand between quotation marks."""
    return words.replace('"', " ").strip()
