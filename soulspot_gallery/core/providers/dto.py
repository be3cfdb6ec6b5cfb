"""What sources say of artists, albums and playlists: names and URLs, never pictures. Frozen data and its cleaning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from soulspot_gallery.core.locate import is_web_url
from soulspot_gallery.core.model import EntityType

LONGEST_NAME = 255
LONGEST_URL = 512
"""Characters that a library's columns take."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_NO_PICTURE = re.compile(
    # Deezer without a picture: no hash, or that of nothing; what it shows is a grey silhouette.
    r"/images/(?:artist|cover|playlist|user|misc)/(?:/|d41d8cd98f00b204e9800998ecf8427e/)"
    # Last.fm's star, which it has given instead of every artist since 2019.
    r"|/2a96cbd8b46e442fc41c2b86b821562f"
)


@dataclass(frozen=True, slots=True)
class _Named:
    """What has a name and is nobody's work: it answers to `title` and `artist` as an album does."""

    name: str

    @property
    def title(self) -> str:
        return self.name

    @property
    def artist(self) -> str | None:
        return None


@dataclass(frozen=True, slots=True)
class ArtistDTO(_Named):
    """An artist as a source knows it. `uri` is where a person (or a player) finds it: to be shown as the source.

    `image_url` is None where the source has no picture; placeholders count as none.
    """

    image_url: str | None
    provider: str
    provider_id: str
    uri: str | None = None

    kind = EntityType.ARTIST

    @property
    def picture(self) -> str | None:
        return self.image_url


@dataclass(frozen=True, slots=True)
class AlbumDTO:
    """An album as a source knows it. `artist` is None where the source does not say."""

    title: str
    artist: str | None
    cover_url: str | None
    provider: str
    provider_id: str
    uri: str | None = None

    kind = EntityType.ALBUM

    @property
    def picture(self) -> str | None:
        return self.cover_url


@dataclass(frozen=True, slots=True)
class PlaylistDTO(_Named):
    """A playlist as a source knows it."""

    cover_url: str | None
    provider: str
    provider_id: str
    uri: str | None = None

    kind = EntityType.PLAYLIST

    @property
    def picture(self) -> str | None:
        return self.cover_url


DTO = ArtistDTO | AlbumDTO | PlaylistDTO


@dataclass(frozen=True, slots=True)
class Sought:
    """What a picture is sought for: an entity of the library with the ids that it carries, None where it has none.

    `known_id` is a playlist's id at this source, where no column of the library holds it.
    """

    kind: EntityType
    name: str
    artist: str | None = None
    spotify_uri: str | None = None
    musicbrainz_id: str | None = None
    deezer_id: str | None = None
    known_id: str | None = None


def text_of(value: Any) -> str | None:
    """A text from a source in one clean line of at most 255 characters; None for what is no text, or empty."""
    if not isinstance(value, str):
        return None
    clean = _CONTROL.sub(" ", value.encode("utf-8", "replace").decode()).strip()
    return clean[:LONGEST_NAME] or None


def id_of(value: Any) -> str | None:
    """An id from a source as text: a number or a short word, None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63:
        return str(value)
    return (
        value if isinstance(value, str) and 0 < len(value) <= 64 and value.isascii() and value.isprintable() else None
    )


def picture_of(value: Any) -> str | None:
    """A picture's URL from a source; None for what is no web address, a placeholder, or too long for a library."""
    if not isinstance(value, str) or len(value) > LONGEST_URL or not is_web_url(value):
        return None
    return None if is_placeholder(value) else value


def is_placeholder(url: str) -> bool:
    """True for the addresses of pictures that stand for "no picture"."""
    return _NO_PICTURE.search(url) is not None


def large_enough(pictures: Iterable[tuple[int, Any]], wanted: int) -> str | None:
    """Of (px, URL) the smallest picture with at least `wanted` px, else the largest; None where there is none."""
    good = sorted((size, url) for size, value in pictures if (url := picture_of(value)) is not None)
    return next((url for size, url in good if size >= wanted), good[-1][1] if good else None)


def listed(document: Any, *keys: str) -> list[dict[str, Any]]:
    """The objects in the list under these keys; empty where the document has another shape."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return [each for each in document if isinstance(each, dict)] if isinstance(document, list) else []
