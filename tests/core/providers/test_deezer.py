"""Deezer as its interface answers: fields, sizes, silhouettes, errors inside HTTP 200, 50 requests in 5 s."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from support.image_server import ImageServer
from support.sources import FASTER, NO_DATA, QUOTA, Sources, access_to, deezer_album, deezer_artist, query_of

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import EntityType, ErrorCode
from soulspot_gallery.core.providers import AlbumDTO, ArtistDTO, DeezerPlugin, PlaylistDTO, Sought

CDN = "https://cdn-images.dzcdn.net/images"
HASH = "f2bc007e9133c946ac3c3907ddc5d2ea"
EMPTY_HASH = f"{CDN}/artist//1000x1000-000000-80-0-0.jpg"


@pytest.fixture
def sources(image_server: ImageServer) -> Sources:
    return Sources(image_server)


@asynccontextmanager
async def deezer(sources: Sources, folder: Path, size: int = 500) -> AsyncIterator[DeezerPlugin]:
    async with access_to(sources, folder, size) as access:
        yield DeezerPlugin(access)


def sized(kind: str, word: str) -> dict[str, str]:
    sizes = {"small": 56, "medium": 250, "big": 500, "xl": 1000}
    return {f"{word}_{name}": f"{CDN}/{kind}/{HASH}/{size}x{size}-000000-80-0-0.jpg" for name, size in sizes.items()}


@pytest.mark.parametrize(("wanted", "given"), [(300, 500), (500, 500), (501, 1000), (4096, 1000), (16, 56)])
async def test_the_picture_is_as_large_as_wanted(sources: Sources, tmp_path: Path, wanted: int, given: int) -> None:
    sources.answer("deezer", "/artist/27", {"id": 27, "name": "Daft Punk", **sized("artist", "picture")})
    async with deezer(sources, tmp_path, wanted) as plugin:
        found = await plugin.get_artist_details("27")
    picture = f"{CDN}/artist/{HASH}/{given}x{given}-000000-80-0-0.jpg"
    assert found == ArtistDTO("Daft Punk", picture, "deezer", "27", "https://www.deezer.com/artist/27")


async def test_albums_and_playlists(sources: Sources, tmp_path: Path) -> None:
    album = {"id": 302127, "title": "Discovery", "artist": {"name": "Daft Punk"}, **sized("cover", "cover")}
    sources.answer("deezer", "/album/302127", album)
    sources.answer("deezer", "/playlist/908", {"id": 908, "title": "Mix", **sized("playlist", "picture")})
    async with deezer(sources, tmp_path) as plugin:
        cover = f"{CDN}/cover/{HASH}/500x500-000000-80-0-0.jpg"
        page = "https://www.deezer.com/album/302127"
        assert await plugin.get_album_details("302127") == AlbumDTO(
            "Discovery", "Daft Punk", cover, "deezer", "302127", page
        )
        found = await plugin.get_playlist_details("908")
    assert isinstance(found, PlaylistDTO)
    assert (found.name, found.cover_url) == ("Mix", f"{CDN}/playlist/{HASH}/500x500-000000-80-0-0.jpg")


@pytest.mark.parametrize(
    "picture",
    [
        EMPTY_HASH,
        f"{CDN}/artist/d41d8cd98f00b204e9800998ecf8427e/500x500-000000-80-0-0.jpg",
        "",
        None,
        7,
        "ftp://cdn-images.dzcdn.net/a.jpg",
        f"{CDN}/artist/{HASH}/{'x' * 600}.jpg",
    ],
)
async def test_a_silhouette_is_no_picture(sources: Sources, tmp_path: Path, picture: object) -> None:
    sources.answer("deezer", "/artist/1", {"id": 1, "name": "Nobody", "picture_xl": picture, "picture_big": picture})
    async with deezer(sources, tmp_path) as plugin:
        found = await plugin.get_artist_details("1")
    assert found is not None
    assert found.image_url is None


async def test_an_album_whose_hash_is_empty_has_no_cover(sources: Sources, tmp_path: Path) -> None:
    sources.answer("deezer", "/album/1", deezer_album(1, "A", "B", f"{CDN}/cover/{HASH}/500x500.jpg", md5=""))
    async with deezer(sources, tmp_path) as plugin:
        found = await plugin.get_album_details("1")
    assert found is not None
    assert found.cover_url is None


async def test_no_data_is_nothing_and_a_quota_is_waited_for(sources: Sources, tmp_path: Path) -> None:
    sources.answer("deezer", "/artist/1", NO_DATA)
    artist = deezer_artist(2, "B", f"{CDN}/artist/{HASH}/1.jpg")
    sources.answers("deezer", "/artist/2", (200, QUOTA, {}), (200, artist, {}))
    async with deezer(sources, tmp_path) as plugin:
        assert await plugin.get_artist_details("1") is None
        found = await plugin.get_artist_details("2")
    assert found is not None
    first, second = [each for each in sources.asked("deezer") if each.path.endswith("/2")]
    assert (second.at - first.at) * FASTER >= 5.0


@pytest.mark.parametrize(
    ("code", "error", "requests"),
    [(4, ErrorCode.RATE_LIMITED, 3), (700, ErrorCode.RATE_LIMITED, 3), (200, ErrorCode.DENIED, 1),
     (300, ErrorCode.DENIED, 1), (500, ErrorCode.SERVER, 1), (600, ErrorCode.SERVER, 1), (None, ErrorCode.SERVER, 1)],
)  # fmt: skip
async def test_errors_come_inside_a_good_answer(
    sources: Sources, tmp_path: Path, code: int | None, error: ErrorCode, requests: int
) -> None:
    sources.answer("deezer", "/artist/1", {"error": {"type": "Exception", "message": "s3cret", "code": code}})
    async with deezer(sources, tmp_path) as plugin:
        with pytest.raises(PictureError) as caught:
            await plugin.get_artist_details("1")
    assert caught.value.code is error
    assert "s3cret" not in str(caught.value)
    assert len(sources.asked("deezer")) == requests


async def test_a_search_takes_the_one_that_fits(sources: Sources, tmp_path: Path) -> None:
    other = deezer_album(1, "Discovery", "Electric Light Orchestra", f"{CDN}/cover/{HASH}/1.jpg")
    wanted = deezer_album(2, "Discovery (Remastered)", "Daft Punk", f"{CDN}/cover/{HASH}/2.jpg")
    sources.answer("deezer", "/search/album", {"data": [other, {"id": "x"}, 7, wanted], "total": 2})
    sources.answer("deezer", "/search/artist", {"DATA": [deezer_artist(3, "Björk", f"{CDN}/artist/{HASH}/3.jpg")]})
    async with deezer(sources, tmp_path) as plugin:
        album = await plugin.find(Sought(EntityType.ALBUM, "Discovery", "Daft Punk"))
        artist = await plugin.find(Sought(EntityType.ARTIST, "bjork"))
        assert await plugin.find(Sought(EntityType.ARTIST, "Bjork & Friends")) is None
        assert await plugin.find(Sought(EntityType.PLAYLIST, "Mix")) is None
        assert await plugin.find(Sought(EntityType.ALBUM, "Discovery")) is None
    assert album is not None
    assert album.provider_id == "2"
    assert artist is not None
    assert artist.provider_id == "3"
    asked = [query_of(each) for each in sources.asked("deezer")]
    assert asked[0]["q"] == 'artist:"Daft Punk" album:"Discovery"'
    assert all(int(each["limit"]) <= 100 for each in asked)


async def test_a_known_id_is_asked_for_without_a_search(sources: Sources, tmp_path: Path) -> None:
    sources.answer("deezer", "/artist/27", deezer_artist(27, "Daft Punk", f"{CDN}/artist/{HASH}/3.jpg"))
    async with deezer(sources, tmp_path) as plugin:
        assert await plugin.find(Sought(EntityType.ARTIST, "Other Name", deezer_id="27")) is not None
        assert await plugin.find(Sought(EntityType.ARTIST, "Other Name", known_id="27")) is not None
    assert {each.path for each in sources.asked("deezer")} == {"/deezer/artist/27"}


async def test_no_window_holds_more_than_fifty(sources: Sources, tmp_path: Path) -> None:
    sources.answer("deezer", "/artist/1", deezer_artist(1, "A", f"{CDN}/artist/{HASH}/3.jpg"))
    async with deezer(sources, tmp_path) as plugin:
        await asyncio.gather(*(plugin.get_artist_details("1") for _ in range(170)))
    times = sorted(each.at * FASTER for each in sources.asked("deezer"))
    assert len(times) == 170
    assert max(sum(start <= each < start + 5.0 for each in times) for start in times) <= 50


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("deezer:album:302127", (EntityType.ALBUM, "302127")),
        ("https://www.deezer.com/artist/27", (EntityType.ARTIST, "27")),
        ("https://www.deezer.com/de/playlist/908622995?utm=x", (EntityType.PLAYLIST, "908622995")),
        (" deezer.com/en/album/1 ", (EntityType.ALBUM, "1")),
        ("https://www.deezer.com/track/1", None),
        ("https://evil.example/deezer.com/album/1", None),
        ("deezer:album:../../x", None),
        ("Deezer", None),
    ],
)
async def test_addresses(sources: Sources, tmp_path: Path, text: str, read: object) -> None:
    async with deezer(sources, tmp_path) as plugin:
        assert plugin.reads(text) == read
