"""Sync on a real library with real files and servers: order, memory, outages, what is respected, what is written."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support import pictures
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.sources import NO_DATA, PREMIUM, QUOTA, Sources, deezer_album, deezer_artist

from soulspot_gallery.core.errors import LibraryError, PictureError, UsageError
from soulspot_gallery.core.library.opening import create_library
from soulspot_gallery.core.model import EntityType, ErrorCode, Selection
from soulspot_gallery.core.network.json_client import JsonClient
from soulspot_gallery.core.repair.pictures import FromBytes
from soulspot_gallery.core.schedule import tick_once
from soulspot_gallery.core.service import ImageService
from soulspot_gallery.core.settings import Settings
from soulspot_gallery.core.sources.finding import settled
from soulspot_gallery.core.sources.sync import SyncService
from soulspot_gallery.core.sources.sync_reports import Purge, Synced

SPOTIFY_ID = "4tZwfgrHOc3mvqYlEYSvVi"
MBID = "1b022e01-4da6-387b-8658-8678046e4cef"


@dataclass(frozen=True, slots=True)
class Gallery:
    """A SoulSpot library, a library of one's own, and the sources."""

    library: SoulspotDatabase
    own: Path
    sources: Sources
    folder: Path

    @asynccontextmanager
    async def opened(self, settings: Settings, *, own: bool = False) -> AsyncIterator[tuple[ImageService, SyncService]]:
        library = self.own if own else self.library.path
        images = library.parent / "images"
        async with ImageService.open(library, images, self.folder / "data", settings) as service:
            yield service, await service.sync_service()

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of the library of one's own."""
        with closing(sqlite3.connect(self.own)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]

    def journal(self) -> str:
        """All that any journal holds, as text."""
        text = ""
        for file in (self.folder / "data" / "journals").glob("*.db"):
            with closing(sqlite3.connect(file)) as connection:
                text += "\n".join(connection.iterdump())
        return text

    def let_days_pass(self, days: float) -> None:
        """Every answer becomes so much older."""
        for file in (self.folder / "data" / "journals").glob("*.db"):
            with closing(sqlite3.connect(file)) as connection, connection:
                connection.execute("UPDATE source_answer SET at = at - ?", (days * 86400,))


@pytest.fixture
def gallery(
    library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Gallery:
    for variable in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))  # credentials are this test's alone
    own = tmp_path / "own" / "library.db"
    create_library(own)
    (tmp_path / "own" / "images").mkdir()
    return Gallery(library, own, Sources(image_server), tmp_path)


@pytest.fixture
def daft_punk(gallery: Gallery) -> str:
    """Deezer knows Daft Punk; the URL of their picture."""
    url = gallery.sources.picture("daft.jpg", pictures.jpeg((640, 640)))
    gallery.sources.answer("deezer", "/search/artist", {"data": [deezer_artist(27, "Daft Punk", url)]})
    gallery.sources.answer("deezer", "/artist/27", deezer_artist(27, "Daft Punk", url))
    return url


async def test_a_picture_is_found_stored_and_recorded(gallery: Gallery, daft_punk: str) -> None:
    artist = gallery.library.add_artist("Daft Punk")
    unknown = gallery.library.add_artist("Nobody At All")
    async with gallery.opened(gallery.sources.settings("deezer")) as (service, sync):
        report = await sync.sync()
        entry = await service.entry(EntityType.ARTIST, artist)
    results = {each.id: each for each in report.results}
    assert results[artist].outcome is Synced.FETCHED
    assert (results[artist].source, results[artist].url) == ("deezer", daft_punk)
    assert results[unknown].outcome is Synced.NOTHING
    row = gallery.library.row("artist", artist)
    assert row.url == daft_punk
    assert row.path is not None
    assert (gallery.library.path.parent / "images" / row.path).is_file()
    assert entry is not None
    assert entry.image.state == "cached"
    assert [(each.name, each.found, each.nothing) for each in report.sources] == [("deezer", 1, 1)]


async def test_what_could_not_be_asked_is_no_answer(gallery: Gallery) -> None:
    """The archive goes by ids alone: without one it is not asked, and once there is one, not held back for a week."""
    cover = gallery.sources.picture("c.jpg", pictures.jpeg((640, 640)))
    listed = {"images": [{"types": ["Front"], "front": True, "image": cover, "thumbnails": {}}]}
    gallery.sources.answer("cover-art-archive", f"/release-group/{MBID}", listed)
    artist = gallery.library.add_artist("Nirvana")
    album = gallery.library.add_album("Nevermind", artist_id=artist)
    one = Selection(frozenset({EntityType.ALBUM}), frozenset({album}))
    async with gallery.opened(gallery.sources.settings("cover-art-archive", "spotify-oembed")) as (_, sync):
        report = await sync.sync(one)
        assert [each.outcome for each in report.results] == [Synced.NOTHING]
        assert [(each.found, each.nothing) for each in report.sources] == [(0, 0), (0, 0)]
        assert all(each.last_answer is None for each in await sync.sources())
        gallery.library.execute("UPDATE soulspot_albums SET musicbrainz_id = ? WHERE id = ?", MBID, album)
        report = await sync.sync(one)
    assert [each.outcome for each in report.results] == [Synced.FETCHED]
    assert not gallery.sources.asked("spotify-oembed")


async def test_a_rest_holds_for_every_library_and_the_next_run(gallery: Gallery, daft_punk: str) -> None:
    gallery.library.add_artist("Daft Punk")
    gallery.sources.answer("deezer", "/search/artist", QUOTA, status=429, Retry_After="1800")
    settings = gallery.sources.settings("deezer")
    async with gallery.opened(settings) as (_, sync), gallery.opened(settings, own=True) as (_, other):
        await sync.sync()
        assert len(gallery.sources.asked("deezer")) == 1
        assert "left alone" in (await other.test("deezer")).message
    async with gallery.opened(settings, own=True) as (_, later):
        (deezer,) = [each for each in await later.sources() if each.name == "deezer"]
        assert 1700 < deezer.rests_for <= 1800
        with pytest.raises(PictureError, match="left alone for 30 min"):
            await later.add("Daft Punk")
    assert len(gallery.sources.asked("deezer")) == 1


async def test_a_url_alone_is_written_where_nothing_is_to_be_stored(gallery: Gallery, daft_punk: str) -> None:
    artist = gallery.library.add_artist("Daft Punk", path="FAILED|timeout|2026-01-02T03:04:05")
    settings = gallery.sources.settings("deezer", cache_images_locally=False)
    async with gallery.opened(settings) as (_, sync):
        report = await sync.sync()
        assert [each.outcome for each in (await sync.sync()).results] == [Synced.KEPT]
    assert [each.outcome for each in report.results] == [Synced.URL]
    row = gallery.library.row("artist", artist)
    assert (row.url, row.path) == (daft_punk, None)
    assert not gallery.sources.server.requests("/pictures/daft.jpg")


async def test_what_is_there_is_left_alone(gallery: Gallery, daft_punk: str) -> None:
    mine = gallery.sources.picture("mine.jpg", pictures.jpeg((100, 100)))
    artist = gallery.library.add_artist("Daft Punk", url=mine)
    async with gallery.opened(gallery.sources.settings("deezer")) as (_, sync):
        first = await sync.sync()
        before = gallery.library.row("artist", artist)
        second = await sync.sync()
    assert [(each.outcome, each.source, each.url) for each in first.results] == [(Synced.FETCHED, None, mine)]
    assert [each.outcome for each in second.results] == [Synced.KEPT]
    assert gallery.library.row("artist", artist) == before
    assert not gallery.sources.asked("deezer")


async def test_a_locked_picture_is_not_replaced(gallery: Gallery) -> None:
    gallery.library.add_artist("Daft Punk")
    async with gallery.opened(gallery.sources.settings("deezer")) as (service, _):
        (entry,) = await service.entries()
    locked = settled(replace(entry, image=entry.image._replace(locked=True)))
    assert locked is not None
    assert (locked.outcome, locked.error) == (Synced.SKIPPED, ErrorCode.PICTURE_LOCKED)
    assert settled(entry) is None


@pytest.mark.parametrize("own", ["gone", "star", "nonsense"])
async def test_a_url_that_shows_nothing_is_replaced(gallery: Gallery, daft_punk: str, own: str) -> None:
    url = {
        "gone": gallery.sources.server.url("/pictures/gone.jpg"),
        "star": "https://lastfm.freetls.fastly.net/i/u/300x300/2a96cbd8b46e442fc41c2b86b821562f.png",
        "nonsense": "spotify:image:abc",
    }[own]
    artist = gallery.library.add_artist("Daft Punk", url=url)
    async with gallery.opened(gallery.sources.settings("deezer")) as (_, sync):
        (result,) = (await sync.sync()).results
    assert (result.outcome, result.source) == (Synced.FETCHED, "deezer")
    assert gallery.library.row("artist", artist).url == daft_punk


async def test_a_url_that_is_only_in_trouble_is_kept(gallery: Gallery, daft_punk: str) -> None:
    url = gallery.sources.server.url("/pictures/later.jpg")
    gallery.sources.server.routes["/pictures/later.jpg"] = (403, {}, b"")
    artist = gallery.library.add_artist("Daft Punk", url=url)
    async with gallery.opened(gallery.sources.settings("deezer")) as (_, sync):
        (result,) = (await sync.sync()).results
    assert (result.outcome, result.error) == (Synced.FAILED, ErrorCode.DENIED)
    assert gallery.library.row("artist", artist).url == url
    assert not gallery.sources.asked("deezer")


async def test_sources_are_asked_in_the_users_order(gallery: Gallery) -> None:
    sources = gallery.sources
    covers = {name: sources.picture(f"{name}.jpg", pictures.jpeg()) for name in ("deezer", "itunes")}
    sources.answer("deezer", "/search/album", {"data": [deezer_album(1, "Discovery", "Daft Punk", covers["deezer"])]})
    album = {
        "collectionId": 2,
        "collectionName": "Discovery",
        "artistName": "Daft Punk",
        "artworkUrl100": covers["itunes"],
    }
    sources.answer("itunes", "/search", {"results": [album]})
    daft = gallery.library.add_artist("Daft Punk", path=None)
    for order in (("deezer", "itunes"), ("itunes", "deezer")):
        wanted = gallery.library.add_album("Discovery", artist_id=daft)
        async with gallery.opened(sources.settings(*order)) as (_, sync):
            (result,) = (await sync.sync(Selection(ids=frozenset({wanted})))).results
        assert (result.outcome, result.source) == (Synced.FETCHED, order[0])
        assert [each.name for each in await _sources(gallery, *order)][:2] == list(order)
    assert len(sources.asked("deezer")) == len(sources.asked("itunes")) == 1


async def _sources(gallery: Gallery, *order: str) -> list[Any]:
    async with gallery.opened(gallery.sources.settings(*order)) as (_, sync):
        return await sync.sources()


async def test_one_source_that_is_down_does_not_stop_the_others(
    gallery: Gallery, daft_punk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _quick_retries(monkeypatch)
    gallery.sources.answer("musicbrainz", "/ws/2/artist", b"<html>Maintenance</html>")
    found, lost = gallery.library.add_artist("Daft Punk"), gallery.library.add_artist("Nobody")
    async with gallery.opened(gallery.sources.settings("wikimedia", "spotify", "deezer")) as (_, sync):
        report = await sync.sync()
    results = {each.id: each for each in report.results}
    assert (results[found].outcome, results[found].source) == (Synced.FETCHED, "deezer")
    assert results[lost].outcome is Synced.FAILED
    assert "web page" in (results[lost].message or "")
    shares = {each.name: each for each in report.sources}
    assert shares["spotify"].problem is not None
    assert shares["wikimedia"].failed == 2
    assert shares["deezer"].found == 1


async def test_a_playlist_is_found_again_by_the_id_that_it_was_added_with(gallery: Gallery) -> None:
    gallery.sources.answer("deezer", "/playlist/1", {"id": 1, "title": "Mix"})
    async with gallery.opened(gallery.sources.settings("deezer"), own=True) as (_, sync):
        added = await sync.add("deezer:playlist:1")
        assert added.synced.outcome is Synced.NOTHING
        cover = gallery.sources.picture("mix.jpg", pictures.jpeg())
        gallery.sources.answer("deezer", "/playlist/1", {"id": 1, "title": "Mix", "picture_xl": cover})
        assert [each.outcome for each in (await sync.sync()).results] == [Synced.NOTHING]
        assert [each.outcome for each in (await sync.sync(again=True)).results] == [Synced.FETCHED]
    assert gallery.rows("playlists")[0]["cover_url"] == cover


async def test_a_sync_can_be_cancelled_and_taken_up(gallery: Gallery, daft_punk: str) -> None:
    names = [f"Artist {number}" for number in range(12)]
    for name in names:
        gallery.library.add_artist(name)
    listed = {"data": [deezer_artist(number, name, daft_punk) for number, name in enumerate(names, 1)]}
    gallery.sources.answer("deezer", "/search/artist", listed)
    settings = gallery.sources.settings("deezer", max_connections=2)
    async with gallery.opened(settings) as (_, sync):
        some = asyncio.Event()
        running = asyncio.create_task(sync.sync(on_result=lambda result: some.set()))
        await some.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        rest = await sync.sync()
    outcomes = Counter(each.outcome for each in rest.results)
    assert outcomes[Synced.KEPT] >= 1
    assert outcomes[Synced.FETCHED] >= 1
    assert outcomes[Synced.KEPT] + outcomes[Synced.FETCHED] == len(names)


async def test_a_negative_answer_is_kept_for_seven_days(gallery: Gallery) -> None:
    gallery.sources.answer("deezer", "/search/artist", {"data": []})
    gallery.library.add_artist("Nobody")

    async def asked_by_a_sync(*, again: bool = False) -> int:
        before = len(gallery.sources.asked("deezer"))
        async with gallery.opened(gallery.sources.settings("deezer")) as (_, sync):
            (result,) = (await sync.sync(again=again)).results
        assert result.outcome is Synced.NOTHING
        return len(gallery.sources.asked("deezer")) - before

    assert await asked_by_a_sync() == 1
    assert await asked_by_a_sync() == 0
    gallery.let_days_pass(6.9)
    assert await asked_by_a_sync() == 0
    gallery.let_days_pass(0.2)
    assert await asked_by_a_sync() == 1
    assert await asked_by_a_sync() == 0
    assert await asked_by_a_sync(again=True) == 1


async def test_trouble_is_no_negative_answer(gallery: Gallery, daft_punk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _quick_retries(monkeypatch)
    good = gallery.sources.server.routes["/deezer/search/artist"]
    gallery.library.add_artist("Daft Punk")
    gallery.sources.answer("deezer", "/search/artist", QUOTA)
    async with gallery.opened(gallery.sources.settings("deezer")) as (_, sync):
        assert [each.outcome for each in (await sync.sync()).results] == [Synced.FAILED]
        gallery.sources.server.routes["/deezer/search/artist"] = good
        assert [each.outcome for each in (await sync.sync()).results] == [Synced.FETCHED]
        (info, *_) = await sync.sources()
    assert (info.found, info.failed, info.nothing) == (1, 0, 0)


async def test_a_picture_that_is_none_sends_on_to_the_next_source(gallery: Gallery) -> None:
    sources = gallery.sources
    html = sources.server.serve("/pictures/page.jpg", b"<html>no picture</html>", "text/html")
    good = sources.picture("good.jpg", pictures.jpeg())
    sources.answer("deezer", "/search/album", {"data": [deezer_album(1, "Discovery", "Daft Punk", html)]})
    album = {"collectionId": 2, "collectionName": "Discovery", "artistName": "Daft Punk", "artworkUrl100": good}
    sources.answer("itunes", "/search", {"results": [album]})
    wanted = gallery.library.add_album("Discovery", artist_id=gallery.library.add_artist("Daft Punk"))
    async with gallery.opened(sources.settings("deezer", "itunes")) as (_, sync):
        (result,) = (await sync.sync(Selection(ids=frozenset({wanted})))).results
    assert (result.outcome, result.source) == (Synced.FETCHED, "itunes")
    assert result.message is not None
    assert gallery.library.row("album", wanted).url == good


async def test_ids_of_the_library_are_used(gallery: Gallery) -> None:
    cover = gallery.sources.picture("cover.jpg", pictures.jpeg())
    thumbnails = {"500": cover}
    gallery.sources.answer(
        "cover-art-archive", f"/release-group/{MBID}", {"images": [{"front": True, "thumbnails": thumbnails}]}
    )
    artist = gallery.library.add_artist("A")
    album = gallery.library.add_album("B", artist_id=artist)
    gallery.library.execute("UPDATE soulspot_albums SET musicbrainz_id = ? WHERE id = ?", MBID, album)
    gallery.library.execute(
        "UPDATE soulspot_artists SET spotify_uri = ? WHERE id = ?", f"spotify:artist:{SPOTIFY_ID}", artist
    )
    face = gallery.sources.picture("face.jpg", pictures.jpeg())
    gallery.sources.answer("spotify-oembed", "/oembed", {"title": "A", "thumbnail_url": face})
    async with gallery.opened(gallery.sources.settings("cover-art-archive", "spotify-oembed")) as (_, sync):
        report = await sync.sync()
    assert {each.id: each.source for each in report.results} == {artist: "spotify-oembed", album: "cover-art-archive"}
    assert gallery.sources.asked("spotify-oembed")[0].path.endswith(
        f"url=https%3A%2F%2Fopen.spotify.com%2Fartist%2F{SPOTIFY_ID}"
    )


async def test_unknown_names_in_the_settings_are_told(gallery: Gallery) -> None:
    async with gallery.opened(gallery.sources.settings("deezr")) as (_, sync):
        report = await sync.sync()
        assert "There is no source called 'deezr'" in report.problems[0]
        with pytest.raises(UsageError, match="no artist, album or playlist with the id nobody"):
            await sync.sync(Selection(ids=frozenset({"nobody"})))
        with pytest.raises(UsageError, match="no source called 'x'"):
            await sync.test("x")


async def test_a_source_is_tried_out(gallery: Gallery, daft_punk: str) -> None:
    async with gallery.opened(gallery.sources.settings()) as (_, sync):
        good, bad, off = await sync.test("deezer"), await sync.test("spotify-oembed"), await sync.test("spotify")
        assert (good.works, good.message) == (True, "deezer answers.")
        assert (bad.works, "does not know the artist" in bad.message) == (True, True)
        assert not off.works
        gallery.sources.answer("spotify-oembed", "/oembed", b"<html>")
        broken = await sync.test("spotify-oembed")
    assert not broken.works
    assert "web page" in broken.message


async def test_an_album_is_added_with_its_artist(gallery: Gallery) -> None:
    cover = gallery.sources.picture("cover.jpg", pictures.jpeg())
    gallery.sources.answer("deezer", "/album/302127", deezer_album(302127, "Discovery", "Daft Punk", cover))
    async with gallery.opened(gallery.sources.settings("deezer"), own=True) as (_, sync):
        first = await sync.add("https://www.deezer.com/de/album/302127?utm=x")
        second = await sync.add("deezer:album:302127")
    assert (first.kind, first.name, first.artist, first.added) == (EntityType.ALBUM, "Discovery", "Daft Punk", True)
    assert (first.synced.outcome, first.synced.source) == (Synced.FETCHED, "deezer")
    assert (second.id, second.added, second.synced.outcome) == (first.id, False, Synced.KEPT)
    (album,) = gallery.rows("soulspot_albums")
    (artist,) = gallery.rows("soulspot_artists")
    assert (album["deezer_id"], album["cover_url"], album["source"]) == ("302127", cover, "deezer")
    assert album["cover_path"] == f"albums/{first.id[:2]}/{first.id}.webp"
    assert (artist["name"], album["artist_id"]) == ("Daft Punk", artist["id"])


async def test_words_find_what_all_of_them_name(gallery: Gallery, daft_punk: str) -> None:
    cover = gallery.sources.picture("cover.jpg", pictures.jpeg())
    album = deezer_album(302127, "Discovery", "Daft Punk", cover)
    gallery.sources.answer("deezer", "/search/artist", {"data": [deezer_artist(27, "Daft Punk", daft_punk)]})
    gallery.sources.answer("deezer", "/search/album", {"data": [album]})
    async with gallery.opened(gallery.sources.settings("deezer"), own=True) as (_, sync):
        artist = await sync.add("daft punk")
        found = await sync.add("daft punk discovery")
        by_kind = await sync.add("discovery", EntityType.ALBUM)
        with pytest.raises(UsageError, match=r"No source knows 'homework'.*The nearest: .*deezer"):
            await sync.add("homework")
        candidates = (await sync.search("daft punk")).candidates
    assert (artist.kind, artist.name) == (EntityType.ARTIST, "Daft Punk")
    assert (found.kind, found.name) == (EntityType.ALBUM, "Discovery")
    assert (by_kind.id, by_kind.added) == (found.id, False)
    assert len(gallery.rows("soulspot_artists")) == 1
    assert [(each.kind, each.name, each.artist) for each in candidates] == [
        (EntityType.ARTIST, "Daft Punk", None),
        (EntityType.ALBUM, "Discovery", "Daft Punk"),
    ]


async def test_a_playlist_is_added_once_though_no_column_holds_its_id(gallery: Gallery) -> None:
    cover = gallery.sources.picture("mix.jpg", pictures.jpeg())
    gallery.sources.answer("deezer", "/playlist/1", {"id": 1, "title": "Mix", "picture_xl": cover})
    gallery.sources.answer("deezer", "/playlist/2", {"id": 2, "title": "Mix", "picture_xl": cover})
    async with gallery.opened(gallery.sources.settings("deezer"), own=True) as (_, sync):
        ids = [(await sync.add(f"deezer:playlist:{number}")).id for number in (1, 2, 1)]
    assert ids[0] == ids[2] != ids[1]
    assert len(gallery.rows("playlists")) == 2


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy", "Spotify is switched off; add spotify"),
        ("https://example.org/album/1", "No source knows the address"),
        ("deezer:album:404", "Deezer has nothing at 'deezer:album:404'"),
        ("file:///home/me/secret.txt", "No source knows the address"),
        ("  ", "Give a URI"),
        ("x" * 301, "Give a URI"),
    ],
)
async def test_what_can_not_be_added_is_told(gallery: Gallery, target: str, told: str) -> None:
    gallery.sources.answer("deezer", "/album/404", NO_DATA)
    async with gallery.opened(gallery.sources.settings("deezer"), own=True) as (_, sync):
        with pytest.raises(UsageError, match=told):
            await sync.add(target)
    assert not gallery.rows("soulspot_albums")


async def test_nothing_is_added_to_a_servers_database(gallery: Gallery, daft_punk: str) -> None:
    async with gallery.opened(gallery.sources.settings("deezer")) as (_, sync):
        with pytest.raises(LibraryError, match="the gallery adds nothing"):
            await sync.add("daft punk")
    assert not gallery.sources.asked("deezer")


async def connected(gallery: Gallery, sync: SyncService) -> None:
    """Spotify with an application of the user's own, and one artist that it knows."""
    face = gallery.sources.picture("face.jpg", pictures.jpeg())
    gallery.sources.answer("spotify-accounts", "/api/token", {"access_token": "t0ken", "expires_in": 3600})
    artist = {"id": SPOTIFY_ID, "name": "Daft Punk", "images": [{"url": face, "width": 640}]}
    gallery.sources.answer("spotify", f"/artists/{SPOTIFY_ID}", artist)
    await sync.connect_spotify("c11ent", "s3cret")


async def test_spotifys_pictures_go_when_it_is_disconnected(gallery: Gallery, caplog: pytest.LogCaptureFixture) -> None:
    mine = gallery.sources.picture("mine.jpg", pictures.jpeg((80, 80)))
    async with gallery.opened(gallery.sources.settings("spotify"), own=True) as (service, sync):
        await connected(gallery, sync)
        added = await sync.add(f"spotify:artist:{SPOTIFY_ID}")
        other = await sync.add("spotify:artist:" + SPOTIFY_ID)
        assert added.synced.outcome is Synced.FETCHED
        assert other.id == added.id
        file = service.local_file(gallery.rows("soulspot_artists")[0]["image_path"])
        assert file.is_file()
        purge = await sync.disconnect_spotify()
        assert (purge.removed, purge.left) == (1, ())
        assert not file.exists()
        (row,) = gallery.rows("soulspot_artists")
        assert (row["image_url"], row["image_path"], row["name"]) == (None, None, "Daft Punk")
        (spotify,) = [each for each in await sync.sources() if each.name == "spotify"]
        assert spotify.problem is not None
        assert spotify.found == 0
        await connected(gallery, sync)
        assert [each.outcome for each in (await sync.sync()).results] == [Synced.FETCHED]
        # A picture that the user chose instead is none of Spotify's business.
        await service.download_and_cache(mine, EntityType.ARTIST, added.id)
        assert (await sync.disconnect_spotify()).removed == 0
        assert file.is_file()
    assert "s3cret" not in caplog.text + gallery.journal()
    assert "t0ken" not in caplog.text + gallery.journal()


@pytest.mark.parametrize("ending", ["disconnected", "too old"])
async def test_a_picture_that_another_took_the_place_of_goes_too(gallery: Gallery, ending: str) -> None:
    """What is kept to go back to, and the file that an unset picture leaves, are Spotify's pictures as well."""
    async with gallery.opened(gallery.sources.settings("spotify"), own=True) as (service, sync):
        await connected(gallery, sync)
        artist = (await sync.add(f"spotify:artist:{SPOTIFY_ID}")).id
        file = service.local_file(gallery.rows("soulspot_artists")[0]["image_path"])
        second = {"id": "1" * 22, "name": "Air", "images": [{"url": gallery.sources.picture("2.jpg", pictures.jpeg())}]}
        gallery.sources.answer("spotify", f"/artists/{'1' * 22}", second)
        air = (await sync.add(f"spotify:artist:{'1' * 22}")).id
        await service.set_picture(EntityType.ARTIST, artist, FromBytes(pictures.jpeg((70, 70)), "mine"))
        await service.unset_pictures([(EntityType.ARTIST, air)])
        assert len(await service.history(EntityType.ARTIST, artist)) == 1
        if ending == "disconnected":
            purge = await sync.disconnect_spotify()
        else:
            gallery.sources.answer("spotify", f"/artists/{SPOTIFY_ID}", PREMIUM, status=403)
            gallery.sources.answer("spotify", f"/artists/{'1' * 22}", PREMIUM, status=403)
            purge = await sync.expire(now=datetime.now(UTC) + timedelta(days=31))
            assert await sync.expire(now=datetime.now(UTC) + timedelta(days=31)) == Purge(0, 0, ())
        assert purge.left == ()
        assert await service.history(EntityType.ARTIST, artist) == []
        assert file.is_file()  # the user's own by now
    kept = (gallery.own.parent / "images").rglob("*.picture")
    assert list(kept) == []
    assert len(list((gallery.own.parent / "images").rglob("*.webp"))) == 1


async def test_spotifys_pictures_are_kept_for_thirty_days(gallery: Gallery) -> None:
    settings = gallery.sources.settings("spotify")
    async with gallery.opened(settings, own=True) as (service, sync):
        await connected(gallery, sync)
        await sync.add(f"spotify:artist:{SPOTIFY_ID}")
        now = datetime.now(UTC)
        assert await sync.expire(now=now + timedelta(days=22)) == replace(await sync.expire(), renewed=0)
        fetched = len(gallery.sources.server.requests("/pictures/face.jpg"))
        assert (await sync.expire(now=now + timedelta(days=24))).renewed == 1
        assert len(gallery.sources.server.requests("/pictures/face.jpg")) == fetched + 1
        file = service.local_file(gallery.rows("soulspot_artists")[0]["image_path"])
        gallery.sources.answer("spotify", f"/artists/{SPOTIFY_ID}", PREMIUM, status=403)
        assert (await sync.expire(now=now + timedelta(days=29))).removed == 0
        assert file.is_file()
        assert (await sync.expire(now=datetime.now(UTC) + timedelta(days=30))).removed == 1
        assert not file.exists()
    assert gallery.rows("soulspot_artists")[0]["image_url"] is None


async def test_a_file_that_is_not_spotifys_stays(gallery: Gallery) -> None:
    """An import may have put another picture in the same place."""
    async with gallery.opened(gallery.sources.settings("spotify"), own=True) as (service, sync):
        await connected(gallery, sync)
        await sync.add(f"spotify:artist:{SPOTIFY_ID}")
        file = service.local_file(gallery.rows("soulspot_artists")[0]["image_path"])
    for journal in (gallery.folder / "data" / "journals").glob("*.db"):
        with closing(sqlite3.connect(journal)) as connection, connection:
            connection.execute("UPDATE picture SET url_hash = 'of another'")
    async with gallery.opened(gallery.sources.settings("spotify"), own=True) as (_, sync):
        await sync.disconnect_spotify()
    (row,) = gallery.rows("soulspot_artists")
    assert file.is_file()
    assert (row["image_url"], row["image_path"] is None) == (None, False)


async def test_the_schedule_lets_go_what_is_too_old(gallery: Gallery) -> None:
    async with gallery.opened(gallery.sources.settings("spotify"), own=True) as (_, sync):
        await connected(gallery, sync)
        await sync.add(f"spotify:artist:{SPOTIFY_ID}")
    gallery.let_days_pass(31)
    async with gallery.opened(gallery.sources.settings(), own=True) as (service, _):
        await tick_once(service, lambda cleanup: None)
        assert gallery.rows("soulspot_artists")[0]["image_url"] is not None
        await service.allow_writing()
        await tick_once(service, lambda cleanup: None)
        assert gallery.rows("soulspot_artists")[0]["image_url"] is None
        assert gallery.rows("soulspot_artists")[0]["image_path"] is None


async def test_a_source_that_refuses_is_asked_once_in_a_run(gallery: Gallery) -> None:
    async with gallery.opened(gallery.sources.settings("spotify")) as (_, sync):
        await connected(gallery, sync)
        for number in range(5):
            gallery.library.add_artist(f"Artist {number}")
        gallery.sources.answer("spotify", "/search", PREMIUM, status=403)
        one = replace(gallery.sources.settings("spotify"), max_connections=1)
        async with gallery.opened(one) as (_, slow):
            report = await slow.sync()
    assert len(gallery.sources.asked("spotify")) == 1
    (share,) = report.sources
    assert share.problem is not None
    assert "Premium" in share.problem
    assert any("Premium" in (each.message or "") for each in report.results)


async def test_a_login_that_is_refused_is_not_kept(gallery: Gallery) -> None:
    gallery.sources.answer("spotify-accounts", "/api/token", {"error": "invalid_client"}, status=400)
    async with gallery.opened(gallery.sources.settings("spotify")) as (_, sync):
        with pytest.raises(PictureError, match="does not know this client id"):
            await sync.connect_spotify("c11ent", "s3cret")
        with pytest.raises(UsageError, match="letters and digits"):
            await sync.connect_spotify("id with blanks", "s3cret")
        (spotify, *_) = await sync.sources()
    assert spotify.problem is not None


def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between attempts, and the windows of sources, last no time."""

    async def at_once(seconds: float) -> None:
        clock[0] += seconds

    clock = [0.0]
    init = JsonClient.__init__

    def patched(self: JsonClient, fetcher: Any, bases: Any = dict) -> None:
        init(self, fetcher, bases, lambda: clock[0], at_once)

    monkeypatch.setattr(JsonClient, "__init__", patched)
