"""Imports into a library of one's own, from plan to pictures: repeated, changed, interrupted, refused."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import pictures
from support.image_server import ImageServer
from support.music_files import music
from support.soulspot import SoulspotDatabase
from support.subsonic_server import PASSWORD, USER, SubsonicServer, envelope

from soulspot_gallery.core.credentials import default_credentials_file
from soulspot_gallery.core.errors import LibraryError, UsageError
from soulspot_gallery.core.importing.plans import ImportReport
from soulspot_gallery.core.library.opening import create_library
from soulspot_gallery.core.model import EntityType, ErrorCode, FetchPolicy, Outcome, Selection, State
from soulspot_gallery.core.service import ImageService, Opening
from soulspot_gallery.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Home:
    """A library of one's own and things to import."""

    folder: Path
    server: ImageServer
    allowed: bool = True

    def open(self) -> Opening:
        library = self.folder / "own" / "library.db"
        create_library(library)
        (library.parent / "images").mkdir(exist_ok=True)
        settings = Settings(allowed_hosts=(self.server.host,) if self.allowed else ())
        return ImageService.open(library, library.parent / "images", self.folder / "data", settings)

    @property
    def music(self) -> Path:
        return self.folder / "music"

    def rows(self, table: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "own" / "library.db")) as connection:
            return sorted(connection.execute(f"SELECT * FROM {table}").fetchall())

    def add_album(self, artist: str, album: str, picture: bytes | None = None) -> Path:
        folder = self.music / artist / album
        music(folder / "1.mp3", artist=artist, album=album)
        if picture is not None:
            (folder / "cover.jpg").write_bytes(picture)
        return folder


@pytest.fixture
def home(tmp_path: Path, image_server: ImageServer) -> Home:
    return Home(tmp_path, image_server)


async def _import(
    service: ImageService, source: Path | str, user: str | None = None, password: str | None = None
) -> ImportReport:
    return await service.apply_import(await service.plan_import(str(source), user, password))


async def _states(service: ImageService) -> dict[str, State]:
    return {entry.entity.name: entry.image.state for entry in await service.entries()}


async def test_a_plan_writes_nothing_and_its_import_stores_rows_and_pictures(home: Home) -> None:
    home.add_album("A", "One", pictures.jpeg((900, 600)))
    home.add_album("A", "Two")
    async with home.open() as service:
        plan = await service.plan_import(str(home.music))
        assert plan.new() == {EntityType.ARTIST: 1, EntityType.ALBUM: 2, EntityType.PLAYLIST: 0}
        assert [(each.kind, each.name) for each in plan.pictures] == [(EntityType.ALBUM, "One")]
        assert await service.entries() == []
        report = await service.apply_import(plan)
        assert (report.pictures.count(Outcome.DOWNLOADED), report.some_failed) == (1, False)
        assert await _states(service) == {"A": State.NONE, "One": State.CACHED, "Two": State.NONE}
        entry = next(each for each in await service.entries() if each.entity.name == "One")
        assert (entry.image.width, entry.entity.url, entry.entity.artist) == (500, None, "A")
        assert entry.image.display.location == f"albums/{entry.entity.id[:2]}/{entry.entity.id}.webp"


async def test_a_repeated_import_adds_nothing_and_a_rescan_takes_what_changed(home: Home) -> None:
    first, second = (home.add_album("A", name, pictures.jpeg((90, 90))) for name in ("One", "Two"))
    async with home.open() as service:
        await _import(service, home.music)
        rows = home.rows("soulspot_albums")
        plan = await service.plan_import(str(home.music))
        assert plan.is_empty
        assert plan.rows.known == 3
        assert not plan.found.music_files
        (second / "cover.jpg").write_bytes(pictures.jpeg((120, 90), "red"))
        home.add_album("A", "Three")
        changed = await _import(service, home.music)
        assert [each.name for each in changed.plan.pictures] == ["Two"]
        assert changed.plan.new()[EntityType.ALBUM] == 1
        entries = {each.entity.name: each for each in await service.entries()}
        assert (entries["Two"].image.width, entries["One"].image.width) == (120, 90)
    kept = {row[0] for row in rows}
    assert kept < {row[0] for row in home.rows("soulspot_albums")}
    assert first.exists()


async def test_ids_are_the_same_in_another_library(home: Home, tmp_path: Path) -> None:
    home.add_album("Ärger", "One")
    ids = []
    for name in ("x", "y"):
        other = Home(tmp_path / name, home.server)
        async with other.open() as service:
            await _import(service, home.music)
        ids.append([row[0] for row in (*other.rows("soulspot_albums"), *other.rows("soulspot_artists"))])
    assert ids[0] == ids[1]


async def test_one_source_completes_what_another_began(home: Home) -> None:
    home.add_album("The  Béatles", "Help’s")
    csv = home.folder / "list.csv"
    csv.write_text(
        "Track Name,Artist URI(s),Artist Name(s),Album URI,Album Name,Album Image URL\n"
        "T,spotify:artist:0OdUWJ0sBjDrqHygGUXeCF,the béatles,spotify:album:0OdUWJ0sBjDrqHygGUXeCF,Help's,"
        "https://example.org/a.jpg\n",
        "utf-8",
    )
    async with home.open() as service:
        await _import(service, home.music)
        report = await _import(service, csv)
        assert report.plan.new() == {EntityType.ARTIST: 0, EntityType.ALBUM: 0, EntityType.PLAYLIST: 1}
        assert len(report.plan.rows.completed) == 2
        album = next(each for each in await service.entries() if each.entity.kind is EntityType.ALBUM)
        assert album.entity.url == "https://example.org/a.jpg"
        assert (await service.plan_import(str(csv))).is_empty


async def test_local_pictures_come_before_urls(home: Home) -> None:
    """A recache makes a lost picture from its file again, asks no network for it, and heeds what changed."""
    folder = home.add_album("A", "One", pictures.jpeg((90, 90)))
    url = home.server.serve("/a.jpg", pictures.jpeg((200, 200)))
    async with home.open() as service:
        await _import(service, home.music)
        album = next(each for each in await service.entries() if each.entity.kind is EntityType.ALBUM)
        service.local_file(album.image.display.location).unlink()
        done = await service.recache(Selection(state=State.MISSING_FILE))
        assert [result.outcome for result in done.results] == [Outcome.DOWNLOADED]
        named = Selection(ids=frozenset([album.entity.id]))
        assert (await service.recache(named)).results[0].outcome is Outcome.ALREADY_CACHED
        assert (await service.recache(named, FetchPolicy.REFRESH)).results[0].outcome is Outcome.UNCHANGED
        (folder / "cover.jpg").write_bytes(pictures.jpeg((70, 70)))
        assert (await service.recache(named, FetchPolicy.REFRESH)).results[0].outcome is Outcome.DOWNLOADED
        assert home.server.log == []
        await service.download_and_cache(url, "album", album.entity.id)
        (folder / "cover.jpg").unlink()
        assert (await service.recache(named, FetchPolicy.FORCE)).results[0].outcome is Outcome.DOWNLOADED
        entry = await service.entry(EntityType.ALBUM, album.entity.id)
        assert entry is not None
        assert (entry.image.width, entry.entity.url) == (200, url)


async def test_a_picture_that_is_none_fails_alone(home: Home) -> None:
    home.add_album("A", "Good", pictures.jpeg())
    home.add_album("A", "Bad", b"<html>no picture</html>")
    async with home.open() as service:
        report = await _import(service, home.music)
        failed = [result for result in report.pictures.results if result.outcome is Outcome.FAILED]
        assert len(failed) == 1
        assert failed[0].message
        assert str(home.music / "A" / "Bad" / "cover.jpg") in failed[0].message
        assert report.some_failed
        assert await _states(service) == {"A": State.NONE, "Bad": State.NONE, "Good": State.CACHED}


async def test_cancelled_between_pictures_it_is_sound_and_the_rest_follows(home: Home) -> None:
    for number in range(60):
        home.add_album("A", f"Album {number}", pictures.jpeg((300, 300)))
    async with home.open() as service:
        plan = await service.plan_import(str(home.music))
        enough = asyncio.Event()
        task = asyncio.create_task(service.apply_import(plan, on_result=lambda result: enough.set()))
        await enough.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        states = await _states(service)
        assert len(states) == 61
        assert set(states.values()) == {State.CACHED, State.NONE}
        again = await _import(service, home.music)
        assert again.plan.rows.added == ()
        assert set((await _states(service)).values()) == {State.CACHED, State.NONE}
        assert list((await _states(service)).values()).count(State.CACHED) == 60


async def test_cancelled_while_reading_nothing_is_added(home: Home) -> None:
    for number in range(200):
        home.add_album("A", f"Album {number}")
    async with home.open() as service:
        begun = asyncio.Event()
        task = asyncio.create_task(service.plan_import(str(home.music), report=lambda progress: begun.set()))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await service.entries() == []


async def test_a_server_s_database_is_never_added_to(library: SoulspotDatabase, home: Home) -> None:
    home.add_album("A", "One")
    before = library.path.read_bytes()
    async with ImageService.open(library.path, library.path.parent / "images", home.folder / "data") as service:
        with pytest.raises(LibraryError, match="leave out --library"):
            await service.plan_import(str(home.music))
    assert library.path.read_bytes() == before


async def test_an_export_with_two_playlists_of_one_name(home: Home) -> None:
    export = home.folder / "Playlist1.json"
    export.write_text(json.dumps({"playlists": [{"name": "Mix", "items": []}, {"name": "Mix", "items": []}]}))
    async with home.open() as service:
        await _import(service, export)
        await _import(service, export)
    assert len(home.rows("playlists")) == 2


# -- music servers


async def test_a_music_server_with_pages_and_pictures(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soulspot_gallery.core.importing.subsonic.PAGE", 2)
    server = SubsonicServer(home.server)
    server.add("A", "One", "Two", "Three")
    server.add("B", "Four", "Five")
    server.playlists.append({"id": "pl-1", "name": "Mine", "coverArt": "al-0", "comment": "Best"})
    server.albums.append({"id": "nameless"})
    async with home.open() as service:
        report = await _import(service, f"{server.base}/rest/", user=USER, password=PASSWORD)
        assert report.plan.new() == {EntityType.ARTIST: 2, EntityType.ALBUM: 5, EntityType.PLAYLIST: 1}
        assert [problem.left_out for problem in report.plan.problems] == [True]
        assert report.pictures.count(Outcome.DOWNLOADED) == 8
        assert set((await _states(service)).values()) == {State.CACHED}
        assert (await service.plan_import(server.base, user=USER, password=PASSWORD)).is_empty
    assert not [row for table in ("soulspot_albums", "soulspot_artists", "playlists") for row in home.rows(table)
                if any("rest" in str(value) or "http" in str(value) for value in row)]  # fmt: skip
    token = home.server.log[0].path.partition("t=")[2][:32]
    for file in (home.folder / "data").rglob("*"):
        assert not file.is_file() or (token.encode() not in file.read_bytes() and b"sesame" not in file.read_bytes())


async def test_a_picture_that_the_server_names_and_does_not_have_is_missing(home: Home) -> None:
    server = SubsonicServer(home.server)
    server.add("A", "One")
    del server.covers["ar-0"]
    async with home.open() as service:
        report = await _import(service, server.base, USER, PASSWORD)
        failed = [result for result in report.pictures.results if result.outcome is Outcome.FAILED]
        assert [(each.kind, each.error) for each in failed] == [(EntityType.ARTIST, ErrorCode.MISSING)]
        assert failed[0].message
        assert failed[0].message.startswith(f"{home.server.host} gives no picture here")
        assert await _states(service) == {"A": State.NONE, "One": State.CACHED}


@pytest.mark.parametrize(("albums", "requests"), [(0, 1), (2, 2), (3, 2), (7, 3), (9, 4)])
async def test_a_server_with_shorter_pages_than_asked_for(home: Home, albums: int, requests: int) -> None:
    server = SubsonicServer(home.server, longest_page=3)
    server.add("A", *(f"Album {number}" for number in range(albums)))
    async with home.open() as service:
        plan = await service.plan_import(server.base, USER, PASSWORD)
    assert plan.new()[EntityType.ALBUM] == albums
    assert len([request for request in home.server.log if "getAlbumList2" in request.path]) == requests


async def test_a_server_that_gives_the_same_page_for_ever(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soulspot_gallery.core.importing.subsonic.PAGE", 2)
    server = SubsonicServer(home.server)
    server.add("A", "One", "Two")
    server.broken["getAlbumList2"] = envelope(albumList2={"album": server.albums})
    async with home.open() as service:
        plan = await service.plan_import(server.base, USER, PASSWORD)
    assert plan.new()[EntityType.ALBUM] == 2
    assert len([request for request in home.server.log if "getAlbumList2" in request.path]) == 2


async def test_a_picture_that_stands_for_none_is_remarked_on(home: Home) -> None:
    server = SubsonicServer(home.server)
    for number in range(6):
        server.add(f"Artist {number}", f"Album {number}")
        server.covers[f"ar-{number}"] = pictures.jpeg((80, 80), "grey")
    async with home.open() as service:
        report = await _import(service, server.base, USER, PASSWORD)
    assert len(report.notices) == 1
    assert "6 artists the very same picture" in report.notices[0]


async def test_odd_shapes_of_a_catalogue_are_lived_with(home: Home) -> None:
    server = SubsonicServer(home.server)
    server.artists += [
        {"id": 7, "name": "Number"}, {"name": ["no text"]}, {"id": "x", "name": "N\0UL", "coverArt": 5},
        {"id": "y", "name": "One object", "musicBrainzId": ""},
    ]  # fmt: skip
    server.albums += [
        {"id": "a", "name": "By id", "artistId": "x", "year": "1999"},
        {"id": "b", "title": "By name", "artist": "number"},
        {"id": "c", "name": "Nobody's"}, {"id": "d", "name": "New", "displayArtist": "Somebody", "year": 99999},
    ]  # fmt: skip
    server.playlists += [{"id": "p", "name": "Mix", "comment": 5}]
    async with home.open() as service:
        report = await _import(service, server.base, USER, PASSWORD)
        names = {(each.entity.name, each.entity.artist) for each in await service.entries()}
    assert names == {
        ("Number", None), ("N UL", None), ("One object", None), ("Somebody", None), ("Mix", None),
        ("By id", "N UL"), ("By name", "Number"), ("New", "Somebody"),
    }  # fmt: skip
    assert len(report.plan.problems) == 2


async def test_a_lost_cover_is_fetched_from_the_server_again(home: Home) -> None:
    """In a later session, by the login that was kept: never the password itself."""
    server = SubsonicServer(home.server)
    server.add("A", "One")
    async with home.open() as service:
        with_user = server.base.replace("://", f"://{USER}:sesame%20%26%20open@")
        await _import(service, with_user)
        for entry in await service.entries():
            service.local_file(entry.image.display.location).unlink()
    async with home.open() as service:
        done = await service.recache()
        assert [result.outcome for result in done.results] == [Outcome.DOWNLOADED] * 2
        assert (await service.plan_import(server.base)).is_empty
    kept = default_credentials_file().read_text("utf-8")
    assert server.base in kept
    assert "sesame" not in kept


@pytest.mark.parametrize("method", ["ping", "getArtists", "getAlbumList2", "getPlaylists"])
@pytest.mark.parametrize("kind", ["html", "failed", "gone", "odd"])
async def test_a_server_that_does_not_answer_is_a_line_and_nothing_is_imported(
    home: Home, method: str, kind: str
) -> None:
    server = SubsonicServer(home.server)
    server.add("A", "One")
    server.broken[method] = {
        "html": (200, {"Content-Type": "text/html"}, b"<html>Log in</html>"),
        "failed": envelope(error={"code": 50, "message": "User is not authorized"}),
        "gone": (404, {}, b""),
        "odd": (200, {"Content-Type": "application/json"}, b"[1, 2]"),
    }[kind]
    async with home.open() as service:
        plan = await service.plan_import(server.base, user=USER, password=PASSWORD)
        assert plan.rows.added == ()
        assert len(plan.problems) == 1
        line = f"{plan.problems[0].where}: {plan.problems[0].message}"
        assert home.server.host in line
        for secret in ("t=", "sesame", "?"):
            assert secret not in line
        assert not (await service.apply_import(plan)).plan.rows.added


async def test_a_wrong_password_is_a_line(home: Home) -> None:
    server = SubsonicServer(home.server)
    async with home.open() as service:
        plan = await service.plan_import(server.base, user=USER, password=PASSWORD.upper())
        assert "password is wrong" in plan.problems[0].message


async def test_a_private_server_that_is_not_allowed_is_said(home: Home) -> None:
    server = SubsonicServer(home.server)
    async with Home(home.folder, home.server, allowed=False).open() as service:
        plan = await service.plan_import(server.base, user=USER, password=PASSWORD)
        assert f"add {home.server.host} to the allowed hosts" in plan.problems[0].message
    assert home.server.log == []


async def test_without_a_login_it_is_asked_for(home: Home) -> None:
    async with home.open() as service:
        for source in ("https://music.example", "subsonic://music.example", "https://me@music.example"):
            with pytest.raises(UsageError, match=r"music\.example needs a user name and a password"):
                await service.plan_import(source)
        with pytest.raises(UsageError):
            await service.plan_import("https://")
