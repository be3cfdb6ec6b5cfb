"""What a source is: a class that asks one service for names and picture addresses. It never downloads a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from soulspot_gallery.core.credentials import CredentialStore
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.network.json_client import Api, JsonClient
from soulspot_gallery.core.providers.dto import DTO, AlbumDTO, ArtistDTO, PlaylistDTO, Sought
from soulspot_gallery.core.providers.matching import best_match


@dataclass(frozen=True, slots=True)
class Access:
    """What a source works with: `json` asks by the rules, `image_size` is the longest side (px) that a kind is kept
    in, `credentials` are the user's own."""

    json: JsonClient
    image_size: Callable[[EntityType], int]
    credentials: CredentialStore


class Provider:
    """A source of picture addresses; a new one overrides what its service has. Everything may raise PictureError for
    trouble (no network, refused ...); "nothing there" is None or an empty list.

    Third parties name their class in the entry-point group `soulspot_gallery.providers`.
    """

    name = ""
    """The word for it in settings, on the command line and in messages: lower case, digits and `-`."""
    title = ""
    kinds: frozenset[EntityType] = frozenset()
    apis: tuple[Api, ...] = ()
    """The interfaces that it asks, with their limits."""
    key = "none"
    """What the user needs for it, in a few words."""
    sends = "names and ids of what is sought"
    """What leaves the machine."""
    terms = ""
    """What the service asks of those who show its pictures."""
    max_age_days: int | None = None
    """How long the service allows its pictures to be kept; None for no limit."""
    sample: tuple[EntityType, str] | None = None
    """An id that the service is known to have, for a test of the connection."""

    def __init__(self, access: Access) -> None:
        self.access = access

    async def get_artist_details(self, artist_id: str) -> ArtistDTO | None:
        """The artist with this id of the service; None where it knows none."""
        return None

    async def get_album_details(self, album_id: str) -> AlbumDTO | None:
        """The album with this id of the service; None where it knows none."""
        return None

    async def get_playlist_details(self, playlist_id: str) -> PlaylistDTO | None:
        """The playlist with this id of the service; None where it knows none."""
        return None

    async def search(self, kind: EntityType, words: str, artist: str | None = None) -> Sequence[DTO]:
        """What the service finds for these words, best first, at most a page."""
        return ()

    def id_for(self, sought: Sought) -> str | None:
        """The service's own id of what is sought, where the library tells it."""
        return sought.known_id

    def can_seek(self, sought: Sought) -> bool:
        """Whether what the library knows of it is enough for a question. If not, the service is not asked, and nothing
        is written down of it. To be overridden along with `find`."""
        by_name = sought.kind is EntityType.ARTIST or (sought.kind is EntityType.ALBUM and bool(sought.artist))
        return by_name or self.id_for(sought) is not None

    def identifiers(self, dto: DTO) -> Mapping[str, str]:
        """What a library writes down of this answer to know it again: `spotify_uri`, `musicbrainz_id`, `deezer_id`."""
        return {}

    def reads(self, uri: str) -> tuple[EntityType, str] | None:
        """Kind and id where this URI or URL is one of the service's."""
        return None

    async def ready(self) -> str | None:
        """None, or a sentence that says what the user has to do before this source can be asked."""
        return None

    async def details(self, kind: EntityType, provider_id: str) -> DTO | None:
        """One of the three `get_…_details`."""
        if kind is EntityType.ARTIST:
            return await self.get_artist_details(provider_id)
        if kind is EntityType.ALBUM:
            return await self.get_album_details(provider_id)
        return await self.get_playlist_details(provider_id)

    async def find(self, sought: Sought) -> DTO | None:
        """What the service knows of this entity: by id, else by its name. Playlists are found by id alone: names of
        other people's playlists mean nothing."""
        provider_id = self.id_for(sought)
        if provider_id is not None:
            return await self.details(sought.kind, provider_id)
        if not self.can_seek(sought):
            return None
        return best_match(sought, await self.search(sought.kind, sought.name, sought.artist))
