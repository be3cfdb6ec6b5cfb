"""MusicBrainz: which ids an artist or album has there. Has no pictures itself; others build on its ids."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from soulspot_gallery.core.network.json_client import Api, JsonClient
from soulspot_gallery.core.providers.dto import AlbumDTO, ArtistDTO, listed, text_of

MUSICBRAINZ = Api("musicbrainz", "https://musicbrainz.org", requests=1, seconds=1.0)
"""One request a second for each address of the internet; whoever asks more often gets 503s, all of them."""

_MBID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:musicbrainz:|(?:https?://)?(?:beta\.)?musicbrainz\.org/)(artist|release-group|release)[:/]"
    rf"({_MBID.pattern})(?:[/?#].*)?",
    re.IGNORECASE,
)
_LEAST_SCORE = 90
_SCORE = re.compile(r"[0-9]{1,3}")
_SPECIAL = re.compile(r'([+\-&|!(){}\[\]^"~*?:\\/])')
_PAGE = 10


def mbid_of(value: Any) -> str | None:
    """An MBID in its ordinary form, or None."""
    return value.lower() if isinstance(value, str) and _MBID.fullmatch(value) else None


def read_address(uri: str) -> tuple[str, str] | None:
    """`artist`, `release-group` or `release` and the MBID, of a URI or a page's address."""
    found = _ADDRESS.fullmatch(uri.strip())
    return (found[1].lower(), found[2].lower()) if found else None


def page_of(entity: str, mbid: str) -> str:
    return f"https://musicbrainz.org/{entity}/{mbid}"


async def search_artists(json: JsonClient, source: str, words: str) -> list[ArtistDTO]:
    """Artists of this name, best first, without pictures. `source`: who asks, by name."""
    document = await _search(json, "artist", f'artist:"{_escaped(words)}"')
    found = []
    for each in _likely(listed(document, "artists")):
        mbid, name = mbid_of(each.get("id")), text_of(each.get("name"))
        if mbid and name:
            found.append(ArtistDTO(name, None, source, mbid, page_of("artist", mbid)))
    return found


async def search_albums(json: JsonClient, source: str, words: str, artist: str | None) -> list[AlbumDTO]:
    """Albums (release groups) of this title, best first, without pictures. `source`: who asks, by name."""
    query = f'releasegroup:"{_escaped(words)}"' + (f' AND artist:"{_escaped(artist)}"' if artist else "")
    document = await _search(json, "release-group", query)
    found = []
    for each in _likely(listed(document, "release-groups")):
        mbid, title = mbid_of(each.get("id")), text_of(each.get("title"))
        if mbid and title:
            page = page_of("release-group", mbid)
            found.append(AlbumDTO(title, credited(each), None, source, mbid, page))
    return found


async def look_up(json: JsonClient, entity: str, mbid: str, include: str) -> dict[str, Any] | None:
    """The document of an MBID, None where there is none. `include`: MusicBrainz' `inc`."""
    document = await json.get(MUSICBRAINZ, f"/ws/2/{entity}/{quote(mbid, safe='')}", {"inc": include, "fmt": "json"})
    return document if isinstance(document, dict) else None


def credited(document: dict[str, Any]) -> str | None:
    """The artists of an album as they are written on it."""
    parts = [(each.get("name"), each.get("joinphrase")) for each in listed(document, "artist-credit")]
    return text_of("".join(part for pair in parts for part in pair if isinstance(part, str)))


async def _search(json: JsonClient, entity: str, query: str) -> Any:
    return await json.get(MUSICBRAINZ, f"/ws/2/{entity}", {"query": query, "fmt": "json", "limit": str(_PAGE)})


def _likely(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without those that MusicBrainz itself thinks unlikely; its scores come as numbers or as texts."""
    return [each for each in found if _score(each.get("score", 100)) >= _LEAST_SCORE]


def _score(value: Any) -> int:
    return int(value) if isinstance(value, int) or (isinstance(value, str) and _SCORE.fullmatch(value)) else 0


def _escaped(words: str) -> str:
    """Words for a Lucene query in quotation marks."""
    return _SPECIAL.sub(r"\\\1", words)
