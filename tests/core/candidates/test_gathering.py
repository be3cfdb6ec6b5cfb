"""Candidates of a real library from real servers and folders: all sources at once, each with its line, none stored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from support import music_files, pictures
from support.image_server import ImageServer
from support.soulspot import SoulspotDatabase
from support.sources import NO_DATA, Sources, deezer_album, deezer_artist

from soulspot_gallery.core.candidates.candidate import (
    LIBRARY,
    LOCAL,
    Arrival,
    Asked,
    Likeness,
    PictureCandidate,
    Saying,
    Shape,
    SourceLine,
)
from soulspot_gallery.core.candidates.fix_queue import Trouble
from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.library.opening import create_library
from soulspot_gallery.core.model import EntityType, State
from soulspot_gallery.core.service import ImageService, Opening
from soulspot_gallery.core.settings import Settings

ALBUM, ARTIST, PLAYLIST = EntityType.ALBUM, EntityType.ARTIST, EntityType.PLAYLIST


@dataclass(frozen=True, slots=True)
class Place:
    library: SoulspotDatabase
    sources: Sources
    folder: Path

    def opened(self, settings: Settings, library: Path | None = None) -> Opening:
        library = library or self.library.path
        return ImageService.open(library, library.parent / "images", self.folder / "data", settings)

    def album(self, title: str, artist: str, url: str | None = None) -> str:
        return self.library.add_album(title, url, artist_id=self.library.add_artist(artist))

    def asked(self, api: str) -> int:
        return len(self.sources.asked(api))


@pytest.fixture
def place(
    library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Place:
    for variable in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))  # credentials are this test's alone
    return Place(library, Sources(image_server), tmp_path)


def line_of(lines: tuple[SourceLine, ...], source: str) -> SourceLine:
    return next(each for each in lines if each.source == source)


async def test_each_source_brings_its_pictures_and_the_best_name_goes_first(place: Place) -> None:
    sources = place.sources
    right = sources.picture("right.jpg", pictures.jpeg((1000, 1000), "teal"))
    other = sources.picture("other.jpg", pictures.jpeg((640, 480), "maroon"))
    far = sources.picture("far.jpg", pictures.jpeg((300, 300), "navy"))
    found = [
        deezer_album(2, "Discovery (Remixes)", "Daft Punk & Friends", other),
        deezer_album(1, "Discovery", "Daft Punk", right),
        deezer_album(3, "Quite Another Thing", "Somebody", far),
    ]
    sources.answer("deezer", "/search/album", {"data": found})
    own = sources.picture("own.jpg", pictures.jpeg((200, 200), "olive"))
    album = place.album("Discovery", "Daft Punk", own)
    arrivals = list[Arrival]()
    async with place.opened(sources.settings("deezer")) as service:
        gathering = await service.candidates(ALBUM, album, on_arrival=arrivals.append)
        entry = await service.entry(ALBUM, album)
    assert [(each.source, each.name) for each in gathering.candidates] == [
        (LIBRARY, "Discovery"), ("deezer", "Discovery"), ("deezer", "Discovery (Remixes)")
    ]  # fmt: skip
    best = gathering.candidates[1]
    assert (best.width, best.height, best.kept_width, best.shape) == (1000, 1000, 500, Shape.SQUARE)
    assert best.size == len(pictures.jpeg((1000, 1000), "teal"))
    assert pictures.size_of(best.preview) == (500, 500)
    assert best.page == "https://www.deezer.com/album/1"
    assert best.name_fit == 100
    assert gathering.candidates[2].shape is Shape.WIDE
    assert {each.sha256 for each in arrivals if isinstance(each, PictureCandidate)} == {
        each.sha256 for each in gathering.candidates
    }
    assert line_of(gathering.lines, "deezer") == SourceLine("deezer", "Deezer", Saying.ANSWERED, 2)
    assert place.library.row("album", album).path is None, "nothing is stored"
    assert entry is not None
    assert entry.image.state is State.REMOTE


async def test_a_source_that_is_down_is_a_line_and_the_others_go_on(place: Place) -> None:
    sources = place.sources
    sources.answer("musicbrainz", "/ws/2/release-group", {"error": "down"}, 503)
    cover = sources.picture("cover.jpg", pictures.jpeg((500, 500)))
    sources.answer("deezer", "/search/album", {"data": [deezer_album(1, "Discovery", "Daft Punk", cover)]})
    broken = sources.server.url("/gone.jpg")
    album = place.album("Discovery", "Daft Punk", broken)
    async with place.opened(sources.settings("musicbrainz", "deezer", request_timeout=2)) as service:
        gathering = await service.candidates(ALBUM, album)
    assert [each.source for each in gathering.candidates] == ["deezer"]
    down = line_of(gathering.lines, "musicbrainz")
    assert down.saying is Saying.SILENT
    assert down.message
    gone = line_of(gathering.lines, LIBRARY)
    assert (gone.saying, gone.found) == (Saying.SILENT, 0)
    assert gone.message


async def test_a_page_instead_of_a_picture_costs_that_picture(place: Place) -> None:
    sources = place.sources
    page = sources.server.serve("/pictures/page.jpg", b"<!doctype html><p>sorry", "text/html")
    good = sources.picture("good.jpg", pictures.jpeg((500, 500)))
    found = [deezer_artist(1, "Daft Punk", page), deezer_artist(2, "Daft Punk", good)]
    sources.answer("deezer", "/search/artist", {"data": found})
    artist = place.library.add_artist("Daft Punk")
    async with place.opened(sources.settings("deezer")) as service:
        gathering = await service.candidates(ARTIST, artist)
    assert [each.url for each in gathering.candidates] == [good]
    line = line_of(gathering.lines, "deezer")
    assert (line.saying, line.found) == (Saying.ANSWERED, 1)
    assert "text" in (line.message or "")


async def test_a_source_that_had_nothing_lately_is_asked_only_when_a_person_asks(place: Place) -> None:
    place.sources.answer("deezer", "/search/artist", NO_DATA)
    artist = place.library.add_artist("Nobody")
    async with place.opened(place.sources.settings("deezer")) as service:
        first = await service.candidates(ARTIST, artist)
        asked = place.asked("deezer")
        second = await service.candidates(ARTIST, artist)
        assert place.asked("deezer") == asked
        await service.candidates(ARTIST, artist, Asked(again=True))
        assert place.asked("deezer") > asked
        asked = place.asked("deezer")
        await service.candidates(ARTIST, artist, Asked("somebody else"))
        assert place.asked("deezer") > asked
    assert line_of(first.lines, "deezer").saying is Saying.NOTHING
    assert "search again" in (line_of(second.lines, "deezer").message or "")


async def test_words_of_a_person_go_to_the_sources_alone(place: Place) -> None:
    sources = place.sources
    cover = sources.picture("cover.jpg", pictures.jpeg((500, 500)))
    own = sources.picture("own.jpg", pictures.jpeg((500, 500), "olive"))
    sources.answer("deezer", "/search/playlist", {"data": [{"id": 5, "title": "Rainy Days", "picture_xl": cover}]})
    playlist = place.library.add_playlist("Mix 7", own)
    async with place.opened(sources.settings("deezer")) as service:
        gathering = await service.candidates(PLAYLIST, playlist, Asked("rainy days"))
    assert [(each.url, each.name_fit) for each in gathering.candidates] == [(cover, 100)]
    assert [each.source for each in gathering.lines] == ["deezer"]


async def test_the_same_picture_from_two_places_is_one_candidate(place: Place) -> None:
    sources = place.sources
    content = pictures.jpeg((500, 500))
    own, other = sources.picture("own.jpg", content), sources.picture("other.jpg", content)
    found = [deezer_artist(1, "Daft Punk", other), deezer_artist(2, "Daft Punk", own)]
    sources.answer("deezer", "/search/artist", {"data": found})
    artist = place.library.add_artist("Daft Punk", own)
    async with place.opened(sources.settings("deezer")) as service:
        gathering = await service.candidates(ARTIST, artist)
    assert len(gathering.candidates) == 1


async def test_pictures_beside_the_music_go_first(place: Place, tmp_path: Path) -> None:
    music = tmp_path / "music" / "Daft Punk" / "Discovery"
    music.mkdir(parents=True)
    words = {"artist": "Daft Punk", "album": "Discovery", "title": "One"}
    (music / "01.mp3").write_bytes(music_files.mp3(words, pictures.jpeg((250, 250), "navy")))
    (music / "cover.jpg").write_bytes(pictures.jpeg((600, 600), "teal"))
    (music / "back.png").write_bytes(pictures.png((500, 500), "maroon"))
    (music / "notes.jpg").write_text("not a picture")
    (music.parent / "artist.jpg").write_bytes(pictures.jpeg((400, 400), "olive"))
    cover = place.sources.picture("cover.jpg", pictures.jpeg((900, 900), "gray"))
    place.sources.answer("deezer", "/search/album", {"data": [deezer_album(1, "Discovery", "Daft Punk", cover)]})
    own = tmp_path / "own" / "library.db"
    create_library(own)
    (tmp_path / "own" / "images").mkdir()
    async with place.opened(place.sources.settings("deezer"), own) as service:
        await service.apply_import(await service.plan_import(str(tmp_path / "music")))
        by_kind = {entry.entity.kind: entry.entity.id for entry in await service.entries()}
        await service.delete_pictures(list(by_kind.items()))
        album = await service.candidates(ALBUM, by_kind[ALBUM])
        artist = await service.candidates(ARTIST, by_kind[ARTIST])
        with closing(sqlite3.connect(next((tmp_path / "data" / "journals").glob("*.db")))) as journal, journal:
            journal.execute("DELETE FROM origin")
        found_again = await service.candidates(ALBUM, by_kind[ALBUM])
    local = [each for each in album.candidates if each.source == LOCAL]
    assert album.candidates[: len(local)] == tuple(local)
    assert {each.width for each in local} == {600, 500, 250}
    assert local[0].origin is not None
    assert local[0].origin.endswith("Discovery/cover.jpg")
    assert line_of(album.lines, LOCAL).message, "the text that is called a picture"
    assert [each.width for each in artist.candidates if each.source == LOCAL] == [400]
    assert {each.width for each in found_again.candidates if each.source == LOCAL} == {600, 500, 250}


async def test_an_unknown_id_is_refused(place: Place) -> None:
    async with place.opened(place.sources.settings()) as service:
        with pytest.raises(UsageError, match="no album"):
            await service.candidates(ALBUM, "nowhere")


async def test_a_taken_candidate_is_set_and_its_source_remembered(place: Place, tmp_path: Path) -> None:
    cover = place.sources.picture("cover.jpg", pictures.jpeg((900, 900)))
    place.sources.answer("deezer", "/search/album", {"data": [deezer_album(1, "Discovery", "Daft Punk", cover)]})
    album = place.album("Discovery", "Daft Punk")
    async with place.opened(place.sources.settings("deezer")) as service:
        gathering = await service.candidates(ALBUM, album)
        done = await service.take_candidate(ALBUM, album, gathering.candidates[0])
        entry = await service.entry(ALBUM, album)
        why = await service.why(ALBUM, album)
    assert done.done == ((ALBUM, album),)
    assert entry is not None
    assert (entry.image.state, entry.image.locked, entry.image.width) == (State.CACHED, True, 500)
    assert place.library.row("album", album).url == cover
    with closing(sqlite3.connect(next((tmp_path / "data" / "journals").glob("*.db")))) as journal:
        answers = journal.execute("SELECT source, outcome, provider_id FROM source_answer").fetchall()
    assert answers == [("deezer", "found", "1")]
    assert why is not None


async def test_a_picture_inside_a_music_file_can_be_taken(place: Place, tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    words = {"artist": "Daft Punk", "album": "Discovery", "title": "One"}
    (music / "01.mp3").write_bytes(music_files.mp3(words, pictures.jpeg((250, 250), "navy")))
    own = tmp_path / "own" / "library.db"
    create_library(own)
    (tmp_path / "own" / "images").mkdir()
    async with place.opened(place.sources.settings(), own) as service:
        await service.apply_import(await service.plan_import(str(music)))
        album = next(each.entity.id for each in await service.entries() if each.entity.kind is ALBUM)
        await service.delete_pictures([(ALBUM, album)])
        (candidate,) = (await service.candidates(ALBUM, album)).candidates
        await service.take_candidate(ALBUM, album, candidate)
        entry = await service.entry(ALBUM, album)
    assert entry is not None
    assert (entry.image.state, entry.image.width) == (State.CACHED, 250)


async def test_the_same_picture_is_recognised_and_whether_it_is_larger(place: Place) -> None:
    small, large = drawn(200), drawn(900)
    own = place.sources.picture("own.jpg", small)
    cover, other = place.sources.picture("large.jpg", large), place.sources.picture("other.jpg", pictures.jpeg())
    found = [deezer_album(1, "Discovery", "Daft Punk", cover), deezer_album(2, "Discovery", "Daft Punk", other)]
    place.sources.answer("deezer", "/search/album", {"data": found})
    album = place.album("Discovery", "Daft Punk", own)
    async with place.opened(place.sources.settings("deezer")) as service:
        await service.allow_writing()
        await service.recache()
        gathering = await service.candidates(ALBUM, album)
    assert {each.url: each.likeness for each in gathering.candidates} == {
        own: Likeness.SAME, cover: Likeness.SAME_LARGER, other: Likeness.OTHER
    }  # fmt: skip
    assert gathering.candidates[-1].url == own, "what is there already is not offered first"


def drawn(side: int) -> bytes:
    """The same few shapes at any size."""
    picture = Image.new("RGB", (side, side), "white")
    draw = ImageDraw.Draw(picture)
    for number, colour in enumerate(("navy", "maroon", "olive", "teal", "black")):
        left, top = side * (number * 3 % 7) // 8, side * (number * 5 % 7) // 8
        draw.ellipse((left, top, left + side // 3, top + side // 4), fill=colour)
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


async def test_what_was_said_to_be_a_placeholder_is_set_aside_and_needs_a_hand(place: Place) -> None:
    grey = place.sources.picture("grey.jpg", drawn(500))
    good = place.sources.picture("good.jpg", pictures.jpeg((500, 500), "teal"))
    for number in range(4):
        place.album(f"Album {number}", f"Artist {number}", grey)
    found = [deezer_album(1, "Discovery", "Daft Punk", grey), deezer_album(2, "Discovery", "Daft Punk", good)]
    place.sources.answer("deezer", "/search/album", {"data": found})
    album = place.album("Discovery", "Daft Punk")
    async with place.opened(place.sources.settings("deezer")) as service:
        await service.allow_writing()
        await service.recache()
        keys = [(each.entity.kind, each.entity.id) for each in await service.entries() if each.entity.url]
        groups = [each for each in await service.clones() if len(each.keys) == 4]
        await service.lock(keys[:1])
        await service.mark_placeholder(groups)
        await service.unlock(keys[:1])
        gathering = await service.candidates(ALBUM, album)
        queue = await service.needing_a_hand()
    assert [(each.url, each.likeness) for each in gathering.candidates] == [
        (good, Likeness.OTHER), (grey, Likeness.PLACEHOLDER)
    ]  # fmt: skip
    assert {each.key: each.trouble for each in queue}[keys[0]] is Trouble.PLACEHOLDER


async def test_soulspot_s_tracks_say_where_the_music_lies(place: Place, tmp_path: Path) -> None:
    music = tmp_path / "music" / "Daft Punk" / "Discovery"
    music.mkdir(parents=True)
    (music / "folder.jpg").write_bytes(pictures.jpeg((600, 600), "teal"))
    album = place.album("Discovery", "Daft Punk")
    ((artist,),) = place.library.execute("SELECT artist_id FROM soulspot_albums WHERE id = ?", album)
    for number, path in enumerate((str(music / "01.flac"), "/nowhere/02.flac", "Discovery/03.flac", None)):
        place.library.execute(
            "INSERT INTO soulspot_tracks (id, title, artist_id, album_id, duration_ms, disc_number, file_path,"
            " created_at, updated_at) VALUES (?, 'One', ?, ?, 1, 1, ?, '2026-01-01', '2026-01-01')",
            f"track {number}", artist, album, path,
        )  # fmt: skip
    async with place.opened(place.sources.settings()) as service:
        gathering = await service.candidates(ALBUM, album)
        of_artist = await service.candidates(ARTIST, artist)
    assert [(each.source, each.width) for each in gathering.candidates] == [(LOCAL, 600)]
    assert of_artist.candidates == ()
