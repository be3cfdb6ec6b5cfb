"""Answers with wrong values in every place: a source gives what it understands of them, and never breaks."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.image_server import ImageServer
from support.sources import Sources, access_to, deezer_album

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.providers import DeezerPlugin, Provider, Sought
from soulspot_gallery.core.providers.cover_art_archive import MusicBrainz
from soulspot_gallery.core.providers.itunes import Itunes
from soulspot_gallery.core.providers.spotify import SpotifyOembed
from soulspot_gallery.core.providers.wikimedia import Wikimedia

MBID = "1b022e01-4da6-387b-8658-8678046e4cef"
SPOTIFY_ID = "4tZwfgrHOc3mvqYlEYSvVi"
WRONG: tuple[Any, ...] = (None, True, -1, 2.5, 10**400, "", "//[x", "9" * 5000, "\x00\x1b[31m", [], [None], {})
"""What may stand where anything else should."""

BY = "Nirvana & Others"
CREDIT = [{"name": "Nirvana", "joinphrase": " & "}, {"name": "Others"}]
COVER = {
    "types": ["Front"],
    "image": "http://archive.org/1.jpg",
    "thumbnails": {"250": "http://archive.org/250.jpg", "small": "http://archive.org/s.jpg"},
}
PHOTO = {"rank": "normal", "mainsnak": {"datavalue": {"value": "Nirvana 1992.jpg"}}}
RELATION = {"type": "wikidata", "url": {"resource": "https://www.wikidata.org/wiki/Q11649"}}
SALE = {
    "collectionId": 1, "collectionName": "Nevermind", "artistName": BY,
    "artworkUrl100": "https://is1-ssl.mzstatic.com/a/100x100bb.jpg", "collectionViewUrl": "https://music.apple.com/1",
}  # fmt: skip
LINK = {"title": "Nevermind", "thumbnail_url": "https://i.scdn.co/image/ab", "thumbnail_width": 300}
GROUP = {"id": MBID, "title": "Nevermind", "score": "100", "artist-credit": CREDIT}
ARTIST = {"id": MBID, "name": "Nirvana", "score": 100, "relations": [RELATION]}

ANSWERS: dict[tuple[str, str], Any] = {
    ("deezer", "/search/album"): {"data": [deezer_album(7, "Nevermind", BY, "https://cdn.example/a.jpg")]},
    ("musicbrainz", "/ws/2/release-group"): {"release-groups": [GROUP]},
    ("musicbrainz", "/ws/2/artist"): {"artists": [ARTIST]},
    ("musicbrainz", f"/ws/2/artist/{MBID}"): ARTIST,
    ("cover-art-archive", f"/release-group/{MBID}"): {"images": [COVER], "release": "x"},
    ("wikidata", "/wiki/Special:EntityData/Q11649.json"): {"entities": {"Q11649": {"claims": {"P18": [PHOTO]}}}},
    ("itunes", "/search"): {"resultCount": 1, "results": [SALE]},
    ("spotify-oembed", "/oembed"): LINK,
}
ALBUM = Sought(EntityType.ALBUM, "Nevermind", BY, f"spotify:album:{SPOTIFY_ID}")
ARTIST_SOUGHT = Sought(EntityType.ARTIST, "Nirvana")


def places(document: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a document, the document itself first."""
    yield before
    entries = document.items() if isinstance(document, dict) else enumerate(document) if _is_list(document) else ()
    for key, value in entries:
        yield from places(value, (*before, key))


def _is_list(document: Any) -> bool:
    return isinstance(document, list)


def with_value(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    changed = copy.deepcopy(document)
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return changed


async def ask(provider: Provider, sought: Sought) -> None:
    """Whatever comes is a whole answer, or the trouble that a source may raise."""
    try:
        found = await provider.find(sought)
    except PictureError:
        return
    if found is not None:
        texts = (found.title, found.artist or "", found.picture or "")
        assert found.title
        assert all(each.isprintable() and "None" not in each for each in texts)


@pytest.mark.parametrize(
    ("source", "sought", "api", "path"),
    [
        (DeezerPlugin, ALBUM, "deezer", "/search/album"),
        (MusicBrainz, ALBUM, "musicbrainz", "/ws/2/release-group"),
        (MusicBrainz, ALBUM, "cover-art-archive", f"/release-group/{MBID}"),
        (Wikimedia, ARTIST_SOUGHT, "musicbrainz", "/ws/2/artist"),
        (Wikimedia, ARTIST_SOUGHT, "musicbrainz", f"/ws/2/artist/{MBID}"),
        (Wikimedia, ARTIST_SOUGHT, "wikidata", "/wiki/Special:EntityData/Q11649.json"),
        (Itunes, ALBUM, "itunes", "/search"),
        (SpotifyOembed, ALBUM, "spotify-oembed", "/oembed"),
    ],
)
async def test_a_wrong_value_anywhere_breaks_no_source(
    image_server: ImageServer, tmp_path: Path, source: type[Provider], sought: Sought, api: str, path: str
) -> None:
    sources = Sources(image_server)
    for (name, where), document in ANSWERS.items():
        sources.answer(name, where, document)
    async with access_to(sources, tmp_path, faster=5000) as access:
        provider = source(access)
        found = await provider.find(sought)
        assert found is not None
        assert found.picture is not None
        for place in places(ANSWERS[api, path]):
            for value in WRONG:
                sources.answer(api, path, with_value(ANSWERS[api, path], place, value))
                await ask(provider, sought)
