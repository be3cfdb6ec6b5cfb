"""Cover Art Archive with MusicBrainz, Wikimedia Commons and iTunes, as their interfaces answer."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from support.image_server import ImageServer
from support.sources import FASTER, Sources, access_to, query_of

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.network.json_client import NotAvailable
from soulspot_gallery.core.providers import AlbumDTO, CoverArtArchive, Sought
from soulspot_gallery.core.providers.cover_art_archive import MusicBrainz
from soulspot_gallery.core.providers.itunes import Itunes
from soulspot_gallery.core.providers.wikimedia import Wikimedia

MBID = "1b022e01-4da6-387b-8658-8678046e4cef"
OTHER = "5b11f4ce-a62d-471e-81fc-a69a8278c7da"
NEVERMIND = Sought(EntityType.ALBUM, "Nevermind", "Nirvana", musicbrainz_id=MBID)


@pytest.fixture
def sources(image_server: ImageServer) -> Sources:
    return Sources(image_server)


def cover(base: str, *, front: bool = True) -> dict[str, Any]:
    """One picture as the archive lists it, with http addresses."""
    return {
        "types": ["Front"] if front else ["Back"], "front": front, "back": not front, "approved": True, "comment": "",
        "id": 1, "image": f"{base}/1.jpg",
        "thumbnails": {size: f"{base}/1-{size}.jpg" for size in ("250", "500", "1200", "small", "large")},
    }  # fmt: skip


async def test_a_cover_by_id_asks_nobody_but_the_archive(sources: Sources, tmp_path: Path) -> None:
    back, front = cover("http://coverartarchive.org/b", front=False), cover("http://coverartarchive.org/release/r")
    # As the real one does: a redirect to a document elsewhere.
    document = {"images": [back, front], "release": "https://musicbrainz.org/release/r"}
    sources.answer("cover-art-archive", f"/release-group/{MBID}", {}, status=307,
                   Location=sources.server.url("/archive/index.json"))  # fmt: skip
    sources.answer("archive", "/index.json", document)
    async with access_to(sources, tmp_path, 500) as access:
        found = await CoverArtArchive(access).find(NEVERMIND)
        assert await CoverArtArchive(access).find(Sought(EntityType.ALBUM, "Nevermind", "Nirvana")) is None
    assert found is not None
    assert found.picture == "http://coverartarchive.org/release/r/1-500.jpg"
    assert not sources.asked("musicbrainz")
    assert len(sources.server.log) == 2


async def test_http_addresses_become_https_and_others_are_not_taken(sources: Sources, tmp_path: Path) -> None:
    async with access_to(sources, tmp_path) as access:
        archive = CoverArtArchive(access)
        access.json._bases = dict  # the real addresses: nothing is asked here
        assert archive._trusted("http://coverartarchive.org/a.jpg") == "https://coverartarchive.org/a.jpg"
        assert archive._trusted("https://ia800.us.archive.org/a.jpg") == "https://ia800.us.archive.org/a.jpg"
        assert archive._trusted("https://coverartarchive.org.evil.example/a.jpg") is None
        assert archive._trusted("https://notarchive.org/a.jpg") is None
        assert archive._trusted("http://169.254.169.254/a.jpg") is None


async def test_an_id_may_be_a_release_or_of_nothing(sources: Sources, tmp_path: Path) -> None:
    sources.answer("cover-art-archive", f"/release/{MBID}", {"images": [cover("https://coverartarchive.org/x")]})
    async with access_to(sources, tmp_path, 1200) as access:
        found = await CoverArtArchive(access).find(NEVERMIND)
        assert found is not None
        assert found.picture == "https://coverartarchive.org/x/1-1200.jpg"
        nothing = await CoverArtArchive(access).find(Sought(EntityType.ALBUM, "A", "B", musicbrainz_id=OTHER))
    assert nothing is not None
    assert nothing.picture is None


async def test_a_search_on_musicbrainz_leads_to_the_cover(sources: Sources, tmp_path: Path) -> None:
    groups = [
        {"id": OTHER, "score": 100, "title": "Nevermind", "artist-credit": [{"name": "Dennis Brown"}]},
        {"id": MBID, "score": "99", "title": "Nevermind", "artist-credit": [{"name": "Nirvana", "joinphrase": ""}]},
        {"id": OTHER, "score": 40, "title": "Nevermind", "artist-credit": [{"name": "Nirvana"}]},
    ]
    sources.answer("musicbrainz", "/ws/2/release-group", {"release-groups": groups})
    sources.answer("cover-art-archive", f"/release-group/{MBID}", {"images": [cover("https://archive.org/x")]})
    async with access_to(sources, tmp_path) as access:
        found = await MusicBrainz(access).find(Sought(EntityType.ALBUM, "Nevermind", "Nirvana"))
    page = f"https://musicbrainz.org/release-group/{MBID}"
    assert found == AlbumDTO("Nevermind", "Nirvana", "https://archive.org/x/1-500.jpg", "musicbrainz", MBID, page)
    (asked,) = sources.asked("musicbrainz")
    assert query_of(asked)["query"] == 'releasegroup:"Nevermind" AND artist:"Nirvana"'
    assert query_of(asked)["fmt"] == "json"
    assert asked.headers["user-agent"].startswith("SoulSpotGallery/")


async def test_what_a_search_finds_is_said_by_who_was_asked(sources: Sources, tmp_path: Path) -> None:
    sources.answer("musicbrainz", "/ws/2/artist", {"artists": [{"id": OTHER, "name": "Nirvana", "score": 100}]})
    sources.answer("musicbrainz", "/ws/2/release-group", {"release-groups": [{"id": MBID, "title": "Nevermind"}]})
    async with access_to(sources, tmp_path) as access:
        artists = await Wikimedia(access).search(EntityType.ARTIST, "Nirvana")
        albums = await MusicBrainz(access).search(EntityType.ALBUM, "Nevermind")
    assert [each.provider for each in (*artists, *albums)] == ["wikimedia", "musicbrainz"]


async def test_words_are_no_query_language(sources: Sources, tmp_path: Path) -> None:
    sources.answer("musicbrainz", "/ws/2/release-group", {"release-groups": []})
    async with access_to(sources, tmp_path) as access:
        assert await MusicBrainz(access).find(Sought(EntityType.ALBUM, 'A" OR "(b)', "C\\D")) is None
    (asked,) = sources.asked("musicbrainz")
    assert query_of(asked)["query"] == 'releasegroup:"A\\" OR \\"\\(b\\)" AND artist:"C\\\\D"'


async def test_musicbrainz_is_asked_once_a_second_by_all_together(sources: Sources, tmp_path: Path) -> None:
    sources.answer("musicbrainz", "/ws/2/release-group", {"release-groups": []})
    sources.answers("musicbrainz", "/ws/2/artist", (503, {}, {"Retry-After": "3"}), (200, {"artists": []}, {}))
    async with access_to(sources, tmp_path) as access:
        for number in range(3):
            await MusicBrainz(access).find(Sought(EntityType.ALBUM, f"A{number}", "B"))
            await Wikimedia(access).find(Sought(EntityType.ARTIST, f"B{number}"))
    times = [each.at * FASTER for each in sources.asked("musicbrainz")]
    assert len(times) == 7
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 1.0
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) >= 3.0


@pytest.mark.parametrize(
    ("address", "archive", "wikimedia"),
    [
        (f"https://musicbrainz.org/release-group/{MBID}", (EntityType.ALBUM, MBID), None),
        (f"https://musicbrainz.org/release/{MBID.upper()}/cover-art", (EntityType.ALBUM, MBID), None),
        (f"musicbrainz:artist:{OTHER}", None, (EntityType.ARTIST, OTHER)),
        ("https://musicbrainz.org/release/1", None, None),
    ],
)
async def test_addresses_of_musicbrainz(
    sources: Sources, tmp_path: Path, address: str, archive: object, wikimedia: object
) -> None:
    async with access_to(sources, tmp_path) as access:
        assert CoverArtArchive(access).reads(address) == archive
        assert Wikimedia(access).reads(address) == wikimedia


async def test_details_of_an_album_have_its_name(sources: Sources, tmp_path: Path) -> None:
    credit = [{"name": "A", "joinphrase": " & "}, {"name": "B"}]
    sources.answer("musicbrainz", f"/ws/2/release-group/{MBID}", {"title": "T", "artist-credit": credit})
    async with access_to(sources, tmp_path) as access:
        found = await CoverArtArchive(access).get_album_details(MBID)
        assert await CoverArtArchive(access).get_album_details("../x") is None
    assert found is not None
    assert (found.title, found.artist, found.cover_url) == ("T", "A & B", None)


def relation(kind: str, url: str) -> dict[str, Any]:
    return {"type": kind, "url": {"resource": url}}


async def test_an_artists_picture_comes_by_wikidata(sources: Sources, tmp_path: Path) -> None:
    relations = [
        relation("official homepage", "https://x.example"),
        relation("wikidata", "https://www.wikidata.org/wiki/Q11649"),
    ]
    sources.answer("musicbrainz", f"/ws/2/artist/{OTHER}", {"name": "Nirvana", "relations": relations})
    logo, photo = ({"rank": rank, "mainsnak": {"datavalue": {"value": name}}}
                   for rank, name in (("preferred", "Logo.svg"), ("normal", "Nirvana around 1992.jpg")))  # fmt: skip
    claims = {"P18": [photo, logo, {"mainsnak": {"snaktype": "novalue"}}, 7]}
    sources.answer("wikidata", "/wiki/Special:EntityData/Q11649.json", {"entities": {"Q11649": {"claims": claims}}})
    async with access_to(sources, tmp_path, 300) as access:
        found = await Wikimedia(access).get_artist_details(OTHER)
    assert found is not None
    path = "/wiki/Special:FilePath/Nirvana_around_1992.jpg?width=330"
    assert found.image_url == sources.base("commons") + path
    assert found.uri == "https://commons.wikimedia.org/wiki/File:Nirvana_around_1992.jpg"


async def test_an_artists_picture_may_be_linked_itself(sources: Sources, tmp_path: Path) -> None:
    link = relation("image", "https://commons.wikimedia.org/wiki/File:Bj%C3%B6rk_2.jpg")
    sources.answer("musicbrainz", "/ws/2/artist", {"artists": [{"id": OTHER, "name": "Björk", "score": 100}]})
    sources.answer("musicbrainz", f"/ws/2/artist/{OTHER}", {"name": "Björk", "relations": [link]})
    async with access_to(sources, tmp_path) as access:
        found = await Wikimedia(access).find(Sought(EntityType.ARTIST, "bjork"))
        assert await Wikimedia(access).find(Sought(EntityType.ARTIST, "Bjorn")) is None
    assert found is not None
    assert found.picture is not None
    assert "Special:FilePath/Bj%C3%B6rk_2.jpg?width=" in found.picture


async def test_an_artist_without_links_has_no_picture(sources: Sources, tmp_path: Path) -> None:
    sources.answer("musicbrainz", f"/ws/2/artist/{OTHER}", {"name": "Nobody", "relations": "?"})
    async with access_to(sources, tmp_path) as access:
        found = await Wikimedia(access).find(Sought(EntityType.ARTIST, "x", musicbrainz_id=OTHER))
    assert found is not None
    assert found.picture is None


ITUNES_COVER = "https://is1-ssl.mzstatic.com/image/thumb/Music/v4/aa/bb/source/100x100bb.jpg"


async def test_itunes_draws_the_size_that_is_wanted(sources: Sources, tmp_path: Path) -> None:
    album = {
        "wrapperType": "collection", "collectionId": 1440783617, "collectionName": "Nevermind", "artistName": "Nirvana",
        "artworkUrl60": ITUNES_COVER.replace("100x100", "60x60"), "artworkUrl100": ITUNES_COVER,
        "collectionViewUrl": "https://music.apple.com/us/album/nevermind/1440783617",
    }  # fmt: skip
    sources.answer("itunes", "/search", {"resultCount": 1, "results": [album]})
    async with access_to(sources, tmp_path, 500) as access:
        itunes = Itunes(access)
        found = await itunes.find(Sought(EntityType.ALBUM, "Nevermind", "Nirvana"))
        assert itunes.reads("https://music.apple.com/us/album/nevermind/1440783617?i=1") == (
            EntityType.ALBUM, "1440783617",
        )  # fmt: skip
    assert found is not None
    assert found.picture == ITUNES_COVER.replace("100x100bb", "600x600bb")
    assert query_of(sources.asked("itunes")[0])["entity"] == "album"


async def test_itunes_is_left_alone_after_a_403(sources: Sources, tmp_path: Path) -> None:
    sources.answer("itunes", "/search", {}, status=403)
    async with access_to(sources, tmp_path) as access:
        with pytest.raises(NotAvailable, match="half an hour"):
            await Itunes(access).find(Sought(EntityType.ALBUM, "A", "B"))
        with pytest.raises(PictureError, match="left alone for 30 min"):
            await Itunes(access).find(Sought(EntityType.ALBUM, "A", "B"))
    assert len(sources.asked("itunes")) == 1
