"""Tests of the library: what is read, and that only the artwork columns are ever written."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from support.soulspot import SoulspotDatabase

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.library import catalog
from soulspot_gallery.core.library.catalog import Library, RowChange
from soulspot_gallery.core.library.opening import open_library
from soulspot_gallery.core.model import Entity, EntityType, ErrorCode

URL, PATH = "https://cdn.example/a.jpg", "artists/ab/ab1.webp"


@pytest.fixture
def opened(library: SoulspotDatabase) -> Iterator[Library]:
    found = open_library(library.path)
    yield found
    found.close()


def _artist(opened: Library, entity_id: str) -> Entity:
    (found,) = opened.find(EntityType.ARTIST, [entity_id])
    return found


def test_rows_as_they_stand(library: SoulspotDatabase, opened: Library) -> None:
    artist = library.add_artist("Ночь 🎸", URL, "FAILED|timeout|x")
    album = library.add_album("B", "", None, artist_id=artist)
    playlist = library.add_playlist("C", None, "")
    lost = library.add_album("D", artist_id="nobody")
    found = {entity.id: entity for entity in opened.entities()}
    assert found[artist] == Entity(EntityType.ARTIST, artist, "Ночь 🎸", None, URL, "FAILED|timeout|x")
    assert found[album] == Entity(EntityType.ALBUM, album, "B", "Ночь 🎸", "", None)
    assert found[playlist] == Entity(EntityType.PLAYLIST, playlist, "C", None, None, "")
    assert found[lost].artist is None
    assert [entity.id for entity in opened.entities([EntityType.PLAYLIST])] == [playlist]
    assert opened.find(EntityType.ARTIST, [artist, album]) == [found[artist]]
    assert [entity.id for entity in opened.naming(["", PATH])] == [playlist]


def test_a_text_that_is_none_hides_no_other_row(library: SoulspotDatabase, opened: Library) -> None:
    good, odd = library.add_artist("Good", URL), library.add_artist("Odd", URL)
    library.execute("UPDATE soulspot_artists SET name = CAST(x'41ff42' AS TEXT) WHERE id = ?", odd)
    assert {entity.id: entity.name for entity in opened.entities()} == {good: "Good", odd: "A\ufffdB"}
    assert opened.change([RowChange(_artist(opened, odd), URL, PATH)]) == [True]
    assert library.row("artist", good).path is None


def test_only_the_artwork_columns_are_written(library: SoulspotDatabase, opened: Library) -> None:
    artist, other = library.add_artist("A", URL), library.add_artist("B", URL)
    schema, before = library.schema(), library.execute("SELECT * FROM soulspot_artists ORDER BY id")
    assert opened.change([RowChange(_artist(opened, artist), URL, PATH)]) == [True]
    after = library.execute("SELECT * FROM soulspot_artists ORDER BY id")
    names = [column[1] for column in library.execute("PRAGMA table_info(soulspot_artists)")]
    changed = {
        (row[0], names[index])
        for old, row in zip(before, after, strict=True)
        for index, value in enumerate(row)
        if value != old[index]
    }
    assert changed == {(artist, "image_path"), (artist, "updated_at")}
    assert library.schema() == schema
    assert library.row("artist", other).path is None
    text = library.row("artist", artist).updated_at
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", text)
    assert abs((datetime.now(UTC) - datetime.fromisoformat(text + "+00:00")).total_seconds()) < 60


def test_a_row_is_changed_only_as_it_was_read(library: SoulspotDatabase, opened: Library) -> None:
    artist = library.add_artist("A", None, None)
    row = _artist(opened, artist)
    for stale in (row._replace(url=URL), row._replace(path=""), row._replace(id="nobody")):
        assert opened.change([RowChange(stale, URL, PATH)]) == [False]
    assert library.row("artist", artist).path is None
    assert opened.change([RowChange(row, None, PATH), RowChange(row, None, "other.webp")]) == [True, False]
    assert library.row("artist", artist).path == PATH


def test_a_lock_is_waited_for_and_then_given_up(
    library: SoulspotDatabase, opened: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = _artist(opened, library.add_artist("A"))
    waited = list[float]()
    other = sqlite3.connect(library.path, isolation_level=None, check_same_thread=False)
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        with monkeypatch.context() as patch:
            patch.setattr(catalog, "WRITE_PATIENCE", 0.4)
            with pytest.raises(PictureError, match="locked") as busy:
                opened.change([RowChange(row, URL, PATH)], waited.append)
        assert busy.value.code is ErrorCode.DATABASE_BUSY
        assert waited
        assert waited == sorted(waited)
        threading.Timer(0.5, other.execute, ["COMMIT"]).start()
        assert opened.change([RowChange(row, URL, PATH)]) == [True]


def test_our_own_lock_is_short(library: SoulspotDatabase, opened: Library) -> None:
    """Another program that writes all the time is never held up for long by a hundred changes of ours."""
    rows = [_artist(opened, library.add_artist(f"A{number}")) for number in range(100)]
    longest = 0.0
    with closing(sqlite3.connect(library.path, isolation_level=None, timeout=10)) as other:
        other.execute("PRAGMA synchronous = OFF")
        worker = threading.Thread(target=opened.change, args=([RowChange(row, URL, PATH) for row in rows],))
        worker.start()
        while worker.is_alive():
            start = time.monotonic()
            other.execute("BEGIN IMMEDIATE")
            longest = max(longest, time.monotonic() - start)
            other.execute("COMMIT")
        worker.join()
    assert longest < 1.0


def test_pages_are_all_entities_by_id(library: SoulspotDatabase, opened: Library) -> None:
    artists = [library.add_artist(f"Artist {number}") for number in range(7)]
    library.add_album("Album", artist_id=artists[0])
    library.add_playlist("Playlist")
    library.execute("UPDATE soulspot_artists SET id = '' WHERE id = ?", artists[3])
    entities = opened.entities()
    for size in (1, 2, 7, 100):
        pages = list(opened.pages(size=size))
        assert all(len(page) <= size for page in pages)
        assert sorted(each for page in pages for each in page) == sorted(entities)
    assert [each.id for page in opened.pages([EntityType.ARTIST], 3) for each in page] == sorted(
        entity.id for entity in entities if entity.kind is EntityType.ARTIST
    )
    assert (opened.count(), opened.count([EntityType.ALBUM])) == (9, 1)
