"""Plans of imports under any names and identifiers: repeated they are empty, and no identifier is given twice."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from soulspot_gallery.core.importing.items import Found, Item, artist
from soulspot_gallery.core.importing.matching import RowPlan, make_rows, plain_name
from soulspot_gallery.core.library.own_rows import OwnRow
from soulspot_gallery.core.model import EntityType

_NAMES = st.sampled_from(["A", "a", "Ä", "B’s", "b's", "The A", "Ⅷ"])
_IDENTIFIERS = ("spotify_uri", "musicbrainz_id", "deezer_id")
_URLS = st.sampled_from([None, "https://example.org/1", "https://example.org/2"])
# A source knows its own identifiers alone: an item carries one or none.
_IDENTIFIED = st.one_of(
    st.just(dict[str, str]()), *(st.sampled_from([{field: "one"}, {field: "two"}]) for field in _IDENTIFIERS)
)
_ARTISTS = st.builds(lambda name, url, more: Item(EntityType.ARTIST, name, url=url, **more), _NAMES, _URLS, _IDENTIFIED)
_ALBUMS = st.builds(
    lambda name, by, url, more: Item(EntityType.ALBUM, name, by, url=url, **more), _NAMES, _ARTISTS, _URLS, _IDENTIFIED
)
_PLAYLISTS = st.builds(Item, st.just(EntityType.PLAYLIST), _NAMES, source=st.sampled_from(["SPOTIFY", "MANUAL"]))
_ITEMS = st.lists(st.one_of(_ARTISTS, _ALBUMS, _PLAYLISTS), max_size=8).map(tuple)


def _after(rows: list[OwnRow], plan: RowPlan) -> list[OwnRow]:
    """The rows as the library would hold them."""
    there = {(row.kind, row.id): row for row in rows}
    assert not {(row.kind, row.id) for row in plan.added} & there.keys()
    return list((there | {(row.kind, row.id): row for row in (*plan.added, *plan.completed)}).values())


@given(_ITEMS, _ITEMS)
def test_what_was_imported_is_known_ever_after(first: tuple[Item, ...], second: tuple[Item, ...]) -> None:
    rows = _after([], make_rows(Found("first", first), []))
    rows = _after(rows, make_rows(Found("second", second), rows))
    for items in (second, first):
        again = make_rows(Found("again", items), rows)
        assert again.added == ()


@given(_ITEMS, _ITEMS)
def test_a_library_takes_every_plan(first: tuple[Item, ...], second: tuple[Item, ...]) -> None:
    """Ids are unique, identifiers within a kind too, and every album's artist is there."""
    rows = _after([], make_rows(Found("first", first), []))
    rows = _after(rows, make_rows(Found("second", second), rows))
    artists = {row.id for row in rows if row.kind is EntityType.ARTIST}
    assert all(row.artist_id in artists for row in rows if row.kind is EntityType.ALBUM)
    for field in ("id", *_IDENTIFIERS):
        values = Counter((row.kind, value) for row in rows if (value := getattr(row, field)) is not None)
        assert set(values.values()) <= {1}, field


@given(_ITEMS)
def test_what_is_there_is_never_overwritten(items: tuple[Item, ...]) -> None:
    before = OwnRow(EntityType.ARTIST, "kept", "A", spotify_uri="one", url="https://example.org/own")
    plan = make_rows(Found("source", items), [before])
    for row in plan.completed:
        for field in ("id", "name", "spotify_uri", "url", "path", "source"):
            assert getattr(row, field) == getattr(before, field)


def test_two_of_one_name_with_different_identifiers_are_two() -> None:
    one, other = (artist("Nirvana", spotify_uri=uri) for uri in ("spotify:artist:1", "spotify:artist:2"))
    plan = make_rows(Found("source", (one, other, artist("NIRVANA"))), [])
    assert len(plan.added) == 2


def test_names_are_compared_as_people_read_them() -> None:
    assert plain_name("Don’t  Stop – Now") == plain_name("don't stop - now")
    assert plain_name("Ärger") != plain_name("Arger")
