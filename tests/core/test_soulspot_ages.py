"""SoulSpot databases of three ages: recognised, read and written through the engine, with all four file layouts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support import pictures
from support.image_server import ImageServer
from support.soulspot_ages import AGES, Age

from soulspot_gallery.core.errors import LibraryError
from soulspot_gallery.core.library.opening import create_library, open_library
from soulspot_gallery.core.model import EntityType, Selection, State
from soulspot_gallery.core.schedule import tick_once
from soulspot_gallery.core.service import ImageService, Opening
from soulspot_gallery.core.settings import Settings

each_age = pytest.mark.parametrize("age", AGES, ids=lambda age: age.name)

LAYOUTS = (
    "artists/12/12345678-1234-4234-8234-123456789abc.webp",
    "artists/spotify/0OdUWJ0sBjDrqHygGUXeCF.webp",
    "spotify/artists/0OdUWJ0sBjDrqHygGUXeCF.webp",
    "artist/12/12345678123442348234123456789abc.webp",
)


def _volume(age: Age, folder: Path) -> Path:
    """The host's side of a container's volume: a database with one row of each kind, and the folder of pictures."""
    file = folder / "mnt" / "soulspot" / "soulspot.db"
    (file.parent / "images").mkdir(parents=True)
    age.make(file)
    age.add(file, "artist", "artist", "Artist", None, None)
    age.add(file, "album", "album", "Album", None, "")
    age.add(file, "playlist", "playlist", "Mix", None, None)
    return file


def _service(file: Path, server: ImageServer) -> Opening:
    settings = Settings(allowed_hosts=(server.host,))
    return ImageService.open(file, file.parent / "images", file.parent.parent / "data", settings)


@each_age
async def test_every_kind_is_fetched_and_written_back(age: Age, tmp_path: Path, image_server: ImageServer) -> None:
    file = _volume(age, tmp_path)
    url = image_server.serve("/a.jpg", pictures.jpeg((640, 480)))
    ids = {kind: f"{kind}-of-its-own" for kind in ("artist", "album", "playlist")}
    for kind, entity_id in ids.items():
        age.add(file, kind, entity_id, "With a link", url, None)
    with closing(sqlite3.connect(file)) as server:  # a running server beside us
        server.execute("SELECT count(*) FROM playlists").fetchall()
        async with _service(file, image_server) as service:
            entries = await service.entries()
            report = await service.recache()
        schema = server.execute("SELECT count(*) FROM sqlite_master").fetchall()
        assert server.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert [(entry.entity.kind.value, entry.entity.id) for entry in entries] == [
        ("artist", "artist"), ("artist", ids["artist"]),
        ("album", "album"), ("album", ids["album"]),
        ("playlist", "playlist"), ("playlist", ids["playlist"]),
    ]  # fmt: skip
    assert entries[2].entity.artist == "Artist"
    assert len(report.results) == 3
    for kind, entity_id in ids.items():
        path = f"{kind}s/{entity_id[:2]}/{entity_id}.webp"
        assert age.artwork(file, kind)[entity_id] == (url, path)
        assert (file.parent / "images" / path).is_file()
    fresh = tmp_path / "fresh.db"
    age.make(fresh)
    with closing(sqlite3.connect(fresh)) as other:
        assert other.execute("SELECT count(*) FROM sqlite_master").fetchall() == schema


@each_age
async def test_all_four_file_layouts_are_read(age: Age, tmp_path: Path, image_server: ImageServer) -> None:
    file = _volume(age, tmp_path)
    for number, path in enumerate(LAYOUTS):
        picture = file.parent / "images" / path
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(pictures.webp())
        age.add(file, "artist", f"layout-{number}", path, "https://example.org/a.jpg", path)
    async with _service(file, image_server) as service:
        shown = {entry.entity.name: entry.image for entry in await service.entries()}
        assert (await service.status()).cache_files == len(LAYOUTS)
    for path in LAYOUTS:
        assert (shown[path].state, shown[path].local_path) == (State.CACHED, path)


@each_age
async def test_failed_markers_tell_reason_and_time(age: Age, tmp_path: Path, image_server: ImageServer) -> None:
    file = _volume(age, tmp_path)
    url = image_server.serve("/a.jpg", pictures.jpeg())
    markers = {
        "bare": "FAILED",
        "timed": "FAILED|timeout|2026-01-02T03:04:05",
        "zoned": "FAILED|http_error|2026-01-02T03:04:05+00:00",
        "odd": "FAILED|no such reason|yesterday",
    }
    for entity_id, marker in markers.items():
        age.add(file, "album", entity_id, entity_id, url, marker)
    async with _service(file, image_server) as service:
        images = {entry.entity.id: entry.image for entry in await service.entries() if entry.entity.id in markers}
        assert {image.state for image in images.values()} == {State.FAILED}
        assert "2026-01-02 at 03:04 UTC" in str(images["timed"].problem)
        assert "in time" in str(images["timed"].problem)
        due = {each: (await service.why(EntityType.ALBUM, each)).next_look for each in ("timed", "odd")}
        assert "tried again after 2026-01-03 03:04 UTC" in due["timed"]
        assert "tried again soon" in due["odd"]
        report = await service.recache(Selection(state=State.FAILED))
    assert {result.id for result in report.results} == set(markers)
    assert not any((path or "").startswith("FAILED") for _, path in age.artwork(file, "album").values())


@each_age
async def test_what_failed_a_day_ago_is_tried_again_by_itself(
    age: Age, tmp_path: Path, image_server: ImageServer
) -> None:
    """What failed more than 24 hours ago or at an unknown time; and after that not at once again."""
    file, now = _volume(age, tmp_path), datetime.now(UTC)
    gone = image_server.url("/gone.jpg")
    markers = {
        "bare": "FAILED",
        "old": f"FAILED|timeout|{(now - timedelta(hours=25)).isoformat()}",
        "older": f"FAILED|timeout|{(now - timedelta(hours=48)).replace(tzinfo=None).isoformat()}",
        "new": f"FAILED|timeout|{(now - timedelta(hours=23)).isoformat()}",
        "ahead": "FAILED|timeout|9999-12-31T23:59:59",  # by a clock that was wrong
    }
    for entity_id, marker in markers.items():
        age.add(file, "artist", entity_id, entity_id, gone, marker)
    async with _service(file, image_server) as service:
        tried = [result.id for result in (await service.retry_failed(10)).results]
        again = await service.retry_failed(10)
        by_command = await service.recache()
    assert sorted(tried) == ["ahead", "bare", "old", "older"]
    assert again.results == ()
    assert len(by_command.results) == len(markers)


@pytest.mark.parametrize("allowed", [True, False])
async def test_the_schedule_tries_what_failed_where_it_may_write(
    allowed: bool,  # noqa: FBT001 (a column of the table)
    tmp_path: Path,
    image_server: ImageServer,
) -> None:
    file = _volume(AGES[0], tmp_path)
    url = image_server.serve("/a.jpg", pictures.jpeg())
    AGES[0].add(file, "playlist", "failed", "Failed", url, "FAILED|timeout|2026-01-02T03:04:05")
    async with _service(file, image_server) as service:
        service.writing_allowed = allowed
        await tick_once(service, lambda cleanup: None)
    assert AGES[0].artwork(file, "playlist")["failed"][1] == (
        "playlists/fa/failed.webp" if allowed else "FAILED|timeout|2026-01-02T03:04:05"
    )


def test_half_migrated_tables_are_no_trap(tmp_path: Path) -> None:
    """Where old and new names stand side by side, the newest that has all columns counts."""
    file = tmp_path / "soulspot.db"
    AGES[0].make(file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE artists (id TEXT, name TEXT, artwork_url TEXT, image_path TEXT)")
        connection.execute("INSERT INTO artists VALUES ('old', 'Old', NULL, NULL)")
        connection.execute("ALTER TABLE soulspot_albums ADD COLUMN artwork_url TEXT")
    AGES[0].add(file, "artist", "artist", "New", None, None)
    library = open_library(file)
    try:
        assert [entity.name for entity in library.entities([EntityType.ARTIST])] == ["New"]
    finally:
        library.close()


def test_another_shape_is_refused_with_what_was_looked_for_and_found(tmp_path: Path) -> None:
    file = tmp_path / "soulspot.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE soulspot_artists (id TEXT, name TEXT)")
        connection.execute("CREATE TABLE songs (id TEXT)")
    with pytest.raises(LibraryError) as caught:
        open_library(file)
    text = str(caught.value)
    for word in ("image_url or artwork_url", "soulspot_albums or albums", "Found: soulspot_artists with id, name"):
        assert word in text, text


@each_age
def test_a_server_s_library_is_not_ours_to_add_to(age: Age, tmp_path: Path) -> None:
    age.make(tmp_path / "soulspot.db")
    create_library(tmp_path / "library.db")
    for name, own in (("soulspot.db", False), ("library.db", True)):
        library = open_library(tmp_path / name)
        assert library.own is own
        library.close()


async def test_two_thousand_missing_files_are_mended_by_one_command(tmp_path: Path, image_server: ImageServer) -> None:
    """What the image worker of a container leaves: rows with a path, and nothing there."""
    age = AGES[0]
    file = _volume(age, tmp_path)
    url = image_server.serve("/a.png", pictures.png((8, 8)), "image/png")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(
            "INSERT INTO soulspot_artists (id, name, image_url, image_path, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, '', '')",
            [(f"{n:05}-row", f"Artist {n}", f"{url}?{n}", f"artists/spotify/{n}.webp") for n in range(2000)],
        )
    async with _service(file, image_server) as service:
        report = await service.recache(Selection(state=State.MISSING_FILE))
        states = (await service.status()).kinds[EntityType.ARTIST].states
    assert len(report.results) == 2000
    assert (states[State.CACHED], states[State.MISSING_FILE]) == (2000, 0)
