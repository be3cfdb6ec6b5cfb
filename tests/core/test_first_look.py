"""Tests of the first look at a library: the same rows as the engine's, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.world import World, close

from soulspot_gallery.core import looking
from soulspot_gallery.core.first_look import Place, all_rows, first_rows, place_of
from soulspot_gallery.core.model import EntityType, Entry, Source, State, ignore_progress
from soulspot_gallery.core.settings import Settings

URL = "https://cdn.example/a.jpg"


@pytest.fixture
def place(world: World) -> Place:
    world.images.mkdir(exist_ok=True)
    return Place(world.library.path, world.images)


def fill(world: World) -> None:
    artist = world.library.add_artist("Whole", URL, world.picture("artists/spotify/a.webp"))
    world.library.add_artist("Gone", URL, "artists/spotify/gone.webp")
    world.library.add_artist("Failed", URL, "FAILED|timeout|2026-01-01T00:00:00+00:00")
    world.library.add_album("Remote", URL, artist_id=artist)
    world.library.add_playlist("Outside", URL, "../../etc/passwd")
    world.library.add_playlist("Bare")


def test_an_entry_is_made_once_and_can_be_replaced(world: World, place: Place) -> None:
    world.library.add_artist("Lumen")
    rows = first_rows(place, EntityType.ARTIST, 1)
    assert rows[0] is rows[0]
    other = Entry(rows[0].entity, rows[0].image._replace(locked=True))
    rows[0] = other
    assert list(rows) == [other]


def test_all_rows_are_those_of_the_engine(world: World, place: Place) -> None:
    fill(world)
    opened = world.opened()
    known = {entry.entity.key: entry for entry in looking.entries(opened, ignore_progress)}
    close(opened)
    rows = all_rows(place)
    assert len(rows) == len(known) == 6
    for row in rows:
        entry = known[row.entity.key]
        assert row.entity == entry.entity
        assert (row.image.state, row.image.local_path) == (entry.image.state, entry.image.local_path)
        if row.image.state is State.CACHED:
            assert row.image.display == entry.image.display
        else:  # nothing is fetched yet
            assert row.image.display.source is Source.PLACEHOLDER
    assert {row.entity.key: row for row in first_rows(place, None, 60)} == {row.entity.key: row for row in rows}


def test_a_first_page_reads_no_more_than_it_shows(world: World, place: Place) -> None:
    for number in range(50):
        world.library.add_artist(f"{'ab'[number % 2]} {number:03d}", URL)
        world.library.add_playlist(f"C {number:03d}", URL)
    rows = first_rows(place, None, 5)
    assert {row.entity.name for row in rows} == {
        *(f"a {number:03d}" for number in range(0, 10, 2)),
        *(f"C {number:03d}" for number in range(5)),
    }
    only = first_rows(place, EntityType.PLAYLIST, 3)
    assert {row.entity.name for row in only} == {"C 000", "C 001", "C 002"}


@pytest.mark.parametrize("count", [0, 60])
def test_links_are_not_followed(world: World, place: Place, count: int) -> None:
    world.library.add_artist("Link", None, "artists/spotify/link.webp")
    world.library.add_artist("Behind", None, "artists/behind/a.webp")
    outside = world.library.path.parent / "outside"
    outside.mkdir()
    (outside / "a.webp").write_bytes(b"something")
    (world.images / "artists" / "spotify").mkdir(parents=True)
    (world.images / "artists" / "spotify" / "link.webp").symlink_to(outside / "a.webp")
    (world.images / "artists" / "behind").symlink_to(outside)
    rows = first_rows(place, None, count) if count else all_rows(place)
    assert [row.image.state for row in rows] == [State.MISSING_FILE] * 2


def test_no_log_is_left_beside_the_database(world: World, place: Place) -> None:
    world.library.switch_to_wal()
    fill(world)
    before = sorted(world.library.path.parent.iterdir())
    assert len(all_rows(place)) == 6
    assert sorted(world.library.path.parent.iterdir()) == before


def test_what_is_no_library_has_no_rows(tmp_path: Path) -> None:
    for content in (b"", b"not a database at all, but long enough to be looked at"):
        (tmp_path / "some.db").write_bytes(content)
        assert not len(all_rows(Place(tmp_path / "some.db", tmp_path)))
    assert not len(all_rows(Place(tmp_path / "none.db", tmp_path)))
    assert not (tmp_path / "none.db").exists()


def test_where_a_library_lies(world: World, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA", "HOME"):  # one's own library is not there
        monkeypatch.setenv(variable, str(tmp_path / "new"))
    file, nothing = str(world.library.path), Settings()
    assert place_of(file, None, nothing) == place
    assert place_of(str(world.library.path.parent), None, nothing) == place
    assert place_of(file, tmp_path, nothing) == Place(place.file, tmp_path)
    assert place_of(file, None, Settings(cache_dir=str(tmp_path))) == Place(place.file, tmp_path)
    assert place_of(file, tmp_path / "none", nothing) is None
    assert place_of(str(tmp_path / "none.db"), None, nothing) is None
    assert place_of("postgresql://user@host/soulspot", None, nothing) is None
    assert place_of(None, None, nothing) is None
