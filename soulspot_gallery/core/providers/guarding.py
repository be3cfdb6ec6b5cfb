"""Sources of other packages, held to what a source may be, answer and raise. What they get wrong is their trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from soulspot_gallery.core.errors import CannotOpen, PictureError
from soulspot_gallery.core.model import EntityType, ErrorCode
from soulspot_gallery.core.network.json_client import Api, NotAvailable
from soulspot_gallery.core.providers.dto import (
    DTO,
    LONGEST_URL,
    AlbumDTO,
    ArtistDTO,
    PlaylistDTO,
    Sought,
    picture_of,
    text_of,
)
from soulspot_gallery.core.providers.provider import Access, Provider

T = TypeVar("T")

PATIENCE = 600.0
"""Seconds for one answer: several questions to a source, each of which may wait for its turn."""

_IDENTIFIERS = frozenset({"spotify_uri", "musicbrainz_id", "deezer_id"})
_TEXTS = ("title", "key", "sends", "terms")


def check_class(kind: type[Provider], taken: Iterable[Api]) -> None:
    """Raise ValueError, with what is wrong, for a class whose attributes are not what a source has. `taken`: interfaces
    of others, whose limits are not to be had under the same name."""
    names = {api.name: api for api in taken}
    if not all(isinstance(getattr(kind, each), str) for each in _TEXTS):
        raise ValueError("its title, key, sends and terms must be texts")
    if not _is_all(kind.kinds, EntityType) or not kind.kinds:
        raise ValueError("its kinds must be a set of EntityType")
    if not _is_all(kind.apis, Api) or not all(_is_sound(api) for api in kind.apis):
        raise ValueError("its apis must be a tuple of Api, each with at least one request in some seconds")
    if any(names.get(api.name, api) != api for api in kind.apis):
        raise ValueError("one of its apis has the name of another source's")
    if kind.max_age_days is not None and not (isinstance(kind.max_age_days, int) and kind.max_age_days > 0):
        raise ValueError("its max_age_days must be a number of days, or None")


def _is_all(values: Any, kind: type) -> bool:
    return isinstance(values, frozenset | set | tuple | list) and all(isinstance(each, kind) for each in values)


def _is_sound(api: Api) -> bool:
    texts = isinstance(api.name, str) and isinstance(api.base, str)
    whole = all(isinstance(each, int) and each >= 1 for each in (api.requests, api.largest))
    return texts and whole and isinstance(api.seconds, int | float) and api.seconds > 0


class Guarded(Provider):
    """Stands before a source: cleans what it answers, and turns whatever it raises into what a source may raise."""

    def __init__(self, inner: Provider, access: Access) -> None:
        super().__init__(access)
        self._inner = inner
        self.name, self.title, self.kinds, self.apis = inner.name, inner.title, frozenset(inner.kinds), inner.apis
        self.key, self.sends, self.terms = inner.key, inner.sends, inner.terms
        self.max_age_days, self.sample = inner.max_age_days, inner.sample

    async def get_artist_details(self, artist_id: str) -> ArtistDTO | None:
        found = await self._whole(lambda: self._inner.get_artist_details(artist_id))
        return found if isinstance(found, ArtistDTO) else None

    async def get_album_details(self, album_id: str) -> AlbumDTO | None:
        found = await self._whole(lambda: self._inner.get_album_details(album_id))
        return found if isinstance(found, AlbumDTO) else None

    async def get_playlist_details(self, playlist_id: str) -> PlaylistDTO | None:
        found = await self._whole(lambda: self._inner.get_playlist_details(playlist_id))
        return found if isinstance(found, PlaylistDTO) else None

    async def search(self, kind: EntityType, words: str, artist: str | None = None) -> Sequence[DTO]:
        found = await self._awaited(lambda: self._inner.search(kind, words, artist))
        if not isinstance(found, list | tuple):
            raise self._broken("no list")
        return [dto for each in found if (dto := self._clean(each)) is not None and dto.kind is kind]

    async def find(self, sought: Sought) -> DTO | None:
        found = await self._whole(lambda: self._inner.find(sought))
        return found if found is not None and found.kind is sought.kind else None

    async def ready(self) -> str | None:
        problem = await self._awaited(self._inner.ready)
        return None if problem is None else text_of(problem) or str(self._broken("no sentence"))

    def id_for(self, sought: Sought) -> str | None:
        return text_of(self._told(lambda: self._inner.id_for(sought), None))

    def can_seek(self, sought: Sought) -> bool:
        return bool(self._told(lambda: self._inner.can_seek(sought), False))

    def identifiers(self, dto: DTO) -> Mapping[str, str]:
        given = self._told(lambda: self._inner.identifiers(dto), None)
        pairs = given.items() if isinstance(given, dict) else ()
        return {name: text for name, value in pairs if name in _IDENTIFIERS and (text := text_of(value)) is not None}

    def reads(self, uri: str) -> tuple[EntityType, str] | None:
        match self._told(lambda: self._inner.reads(uri), None):
            case (EntityType() as kind, str() as provider_id) if provider_id:
                return kind, provider_id
        return None

    def _told(self, ask: Callable[[], T], otherwise: T) -> T:
        try:
            return ask()
        except (Exception, SystemExit):
            return otherwise

    async def _whole(self, ask: Callable[[], Awaitable[Any]]) -> DTO | None:
        found = await self._awaited(ask)
        if found is not None and not isinstance(found, DTO):
            raise self._broken("no DTO")
        return self._clean(found)

    async def _awaited(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        """What it answers. Raises PictureError."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await ask()
        except (PictureError, CannotOpen):
            raise
        except TimeoutError:
            raise PictureError(ErrorCode.TIMEOUT, f"{self.name} took too long; try again later.") from None
        except (Exception, SystemExit) as problem:
            raise self._broken(type(problem).__name__) from problem

    def _broken(self, why: str) -> NotAvailable:
        return NotAvailable(f"The source {self.name} is broken ({why}); switch it off or update it.")

    def _clean(self, found: Any) -> DTO | None:
        """The answer with what a library takes; None where it lacks a name or an id."""
        if not isinstance(found, DTO):
            return None
        name, provider_id = text_of(found.title), text_of(found.provider_id)
        if name is None or provider_id is None:
            return None
        picture, uri = picture_of(found.picture), _uri_of(found.uri)
        if isinstance(found, AlbumDTO):
            return AlbumDTO(name, text_of(found.artist), picture, self.name, provider_id, uri)
        if isinstance(found, ArtistDTO):
            return ArtistDTO(name, picture, self.name, provider_id, uri)
        return PlaylistDTO(name, picture, self.name, provider_id, uri)


def _uri_of(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST_URL and value.isprintable() and value else None
