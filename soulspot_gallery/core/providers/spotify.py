"""Spotify's Web API with the user's own application; and its keyless oEmbed for what carries a Spotify URI."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import EntityType, ErrorCode
from soulspot_gallery.core.network.faults import MISSING
from soulspot_gallery.core.network.json_client import Answer, Api, NotAvailable, Question
from soulspot_gallery.core.providers.dto import (
    DTO,
    AlbumDTO,
    ArtistDTO,
    PlaylistDTO,
    Sought,
    large_enough,
    listed,
    picture_of,
    text_of,
)
from soulspot_gallery.core.providers.provider import Access, Provider
from soulspot_gallery.core.providers.spotify_login import NOT_CONNECTED, SPOTIFY_ACCOUNTS, SpotifyLogin

SPOTIFY = Api("spotify", "https://api.spotify.com/v1", requests=60, seconds=30.0)
"""Spotify counts over 30 s and does not say how far; beyond that it answers 429 with Retry-After."""

SPOTIFY_OEMBED = Api("spotify-oembed", "https://open.spotify.com", requests=2, seconds=1.0)

MAX_AGE_DAYS = 30
TERMS = "shown whole and unchanged, with a link to Spotify; kept for 30 days at most, deleted when disconnected"
_ID = re.compile(r"[0-9A-Za-z]{22}")
_ADDRESS = re.compile(
    r"(?:spotify:(?:user:[^:]+:)?|(?:https?://)?open\.spotify\.com/(?:intl-[a-z]{2}(?:-[a-z]{2})?/)?(?:embed/)?"
    r"(?:user/[^/]+/)?)"
    rf"(artist|album|playlist)[:/]({_ID.pattern})(?:[/?#].*)?",
    re.IGNORECASE,
)
_PAGE = 10
"""Results of a search at most, since March 2026."""
_UNSAID = 640
"""px: what pictures have whose size is not given (those that people uploaded for playlists)."""


def read_address(uri: str | None) -> tuple[EntityType, str] | None:
    """Kind and id of a Spotify URI or of a page's address."""
    found = _ADDRESS.fullmatch((uri or "").strip())
    return (EntityType(found[1].lower()), found[2]) if found else None


def id_in(sought: Sought) -> str | None:
    """The Spotify id that the library tells."""
    found = read_address(sought.spotify_uri)
    return found[1] if found and found[0] is sought.kind else None


def page_of(kind: EntityType, spotify_id: str) -> str:
    return f"https://open.spotify.com/{kind.value}/{spotify_id}"


def uri_of(kind: EntityType, spotify_id: str) -> str:
    return f"spotify:{kind.value}:{spotify_id}"


class SpotifyPlugin(Provider):
    """https://developer.spotify.com/documentation/web-api: what is left of it for applications in development mode."""

    name = "spotify"
    title = "Spotify"
    kinds = frozenset(EntityType)
    apis = (SPOTIFY, SPOTIFY_ACCOUNTS)
    key = "an application of your own, its owner with Premium"
    sends = "names and ids of what is sought, your application's id"
    terms = TERMS
    max_age_days = MAX_AGE_DAYS
    sample = (EntityType.ARTIST, "4tZwfgrHOc3mvqYlEYSvVi")

    def __init__(self, access: Access) -> None:
        super().__init__(access)
        self.login = SpotifyLogin(access.json, access.credentials)

    def reads(self, uri: str) -> tuple[EntityType, str] | None:
        return read_address(uri)

    def id_for(self, sought: Sought) -> str | None:
        return id_in(sought) or sought.known_id

    def identifiers(self, dto: DTO) -> Mapping[str, str]:
        return {"spotify_uri": uri_of(dto.kind, dto.provider_id)}

    async def ready(self) -> str | None:
        return None if await self.access.credentials.get(self.name) else NOT_CONNECTED

    async def get_artist_details(self, artist_id: str) -> ArtistDTO | None:
        return self._artist(await self._item("artists", artist_id))

    async def get_album_details(self, album_id: str) -> AlbumDTO | None:
        return self._album(await self._item("albums", album_id))

    async def get_playlist_details(self, playlist_id: str) -> PlaylistDTO | None:
        """A playlist of people: those that Spotify makes itself are not given out (None)."""
        return self._playlist(await self._item("playlists", playlist_id))

    async def search(self, kind: EntityType, words: str, artist: str | None = None) -> Sequence[DTO]:
        query = f'album:"{_bare(words)}" artist:"{_bare(artist)}"' if artist else words
        document = await self._get("/search", {"q": query, "type": kind.value, "limit": str(_PAGE)})
        read = {EntityType.ARTIST: self._artist, EntityType.ALBUM: self._album, EntityType.PLAYLIST: self._playlist}
        return [dto for each in listed(document, kind.plural, "items") if (dto := read[kind](each)) is not None]

    async def _item(self, collection: str, spotify_id: str) -> dict[str, Any] | None:
        if not _ID.fullmatch(spotify_id):
            return None
        document = await self._get(f"/{collection}/{spotify_id}", {})
        return document if isinstance(document, dict) else None

    async def _get(self, path: str, query: Mapping[str, str]) -> Any | None:
        token = await self.login.token()
        answer = await self._ask(path, query, token)
        if answer.status == 401:  # ended early, or taken back
            self.login.drop_token(token)
            answer = await self._ask(path, query, await self.login.token())
        if answer.status in MISSING:
            return None
        if answer.status in (401, 403):
            raise NotAvailable(_refusal(answer))
        if answer.status != 200:
            raise PictureError(ErrorCode.SERVER, f"spotify did not take the question ({answer.status}).")
        return answer.document

    async def _ask(self, path: str, query: Mapping[str, str], token: str) -> Answer:
        return await self.access.json.ask(SPOTIFY, Question(path, query, {"Authorization": f"Bearer {token}"}))

    def _artist(self, document: dict[str, Any] | None) -> ArtistDTO | None:
        found = _identity(document, "name")
        if document is None or found is None:
            return None
        page = page_of(EntityType.ARTIST, found[0])
        return ArtistDTO(found[1], self._picture(document, EntityType.ARTIST), self.name, found[0], page)

    def _album(self, document: dict[str, Any] | None) -> AlbumDTO | None:
        found = _identity(document, "name")
        if document is None or found is None:
            return None
        artist = text_of(", ".join(name for each in listed(document, "artists") if (name := text_of(each.get("name")))))
        page = page_of(EntityType.ALBUM, found[0])
        return AlbumDTO(found[1], artist, self._picture(document, EntityType.ALBUM), self.name, found[0], page)

    def _playlist(self, document: dict[str, Any] | None) -> PlaylistDTO | None:
        found = _identity(document, "name")
        if document is None or found is None:
            return None
        page = page_of(EntityType.PLAYLIST, found[0])
        return PlaylistDTO(found[1], self._picture(document, EntityType.PLAYLIST), self.name, found[0], page)

    def _picture(self, document: dict[str, Any], kind: EntityType) -> str | None:
        images = [(each.get("width"), each.get("url")) for each in listed(document, "images")]
        sizes = [(width if isinstance(width, int) else _UNSAID, url) for width, url in images]
        return large_enough(sizes, self.access.image_size(kind))


class SpotifyOembed(Provider):
    """The little picture that other pages show for a link to Spotify. No search: only what carries a Spotify URI."""

    name = "spotify-oembed"
    title = "Spotify, by link (oEmbed)"
    kinds = frozenset(EntityType)
    apis = (SPOTIFY_OEMBED,)
    sends = "Spotify ids of what is sought"
    terms = TERMS
    max_age_days = MAX_AGE_DAYS
    sample = (EntityType.ARTIST, "4tZwfgrHOc3mvqYlEYSvVi")

    def reads(self, uri: str) -> tuple[EntityType, str] | None:
        return read_address(uri)

    def id_for(self, sought: Sought) -> str | None:
        return id_in(sought) or sought.known_id

    def identifiers(self, dto: DTO) -> Mapping[str, str]:
        return {"spotify_uri": uri_of(dto.kind, dto.provider_id)}

    async def get_artist_details(self, artist_id: str) -> ArtistDTO | None:
        found = await self._embedded(EntityType.ARTIST, artist_id)
        return None if found is None else ArtistDTO(found[0], found[1], self.name, artist_id, found[2])

    async def get_album_details(self, album_id: str) -> AlbumDTO | None:
        found = await self._embedded(EntityType.ALBUM, album_id)
        return None if found is None else AlbumDTO(found[0], None, found[1], self.name, album_id, found[2])

    async def get_playlist_details(self, playlist_id: str) -> PlaylistDTO | None:
        found = await self._embedded(EntityType.PLAYLIST, playlist_id)
        return None if found is None else PlaylistDTO(found[0], found[1], self.name, playlist_id, found[2])

    def can_seek(self, sought: Sought) -> bool:
        return self.id_for(sought) is not None

    async def find(self, sought: Sought) -> DTO | None:
        spotify_id = self.id_for(sought)
        return None if spotify_id is None else await self.details(sought.kind, spotify_id)

    async def _embedded(self, kind: EntityType, spotify_id: str) -> tuple[str, str | None, str] | None:
        """Title, picture and page."""
        if not _ID.fullmatch(spotify_id):
            return None
        page = page_of(kind, spotify_id)
        document = await self.access.json.get(SPOTIFY_OEMBED, "/oembed", {"url": page})
        title = text_of(document.get("title")) if isinstance(document, dict) else None
        return None if title is None or document is None else (title, picture_of(document.get("thumbnail_url")), page)


def _identity(document: dict[str, Any] | None, word: str) -> tuple[str, str] | None:
    """Id and name of an object, where it has both."""
    if document is None:
        return None
    spotify_id, name = document.get("id"), text_of(document.get(word))
    return (spotify_id, name) if isinstance(spotify_id, str) and _ID.fullmatch(spotify_id) and name else None


def _refusal(answer: Answer) -> str:
    error = answer.document.get("error") if isinstance(answer.document, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    if isinstance(message, str) and "premium" in message.lower():
        return "Spotify answers only where the application's owner has Premium; renew it or switch this source off."
    return f"Spotify refuses to answer ({answer.status}); connect again (sources --connect spotify)."


def _bare(words: str) -> str:
    """Words that can stand between quotation marks."""
    return words.replace('"', " ").strip()
