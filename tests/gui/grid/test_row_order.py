"""Filtering and sorting by row numbers: words, ties, narrowing, type-ahead."""

from __future__ import annotations

import time
import weakref
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot
from support.entries import make_entry, make_library

from soulspot_gallery.core import sorting
from soulspot_gallery.core.entry_rows import ListedRows
from soulspot_gallery.core.first_look import FirstRows
from soulspot_gallery.core.model import EntityType, Entry, State, Verdict
from soulspot_gallery.core.pictures.appearance import Appearance
from soulspot_gallery.core.review.faults import Audited, Fault
from soulspot_gallery.gui.grid.gallery_model import GalleryModel
from soulspot_gallery.gui.grid.picked import Picked
from soulspot_gallery.gui.grid.row_order import Hold, Key, Order, RowOrder, SortKey, first_match

NEWER = datetime(2026, 5, 2, tzinfo=UTC)
ENTRIES = [
    make_entry("1", "Sigur Rós", state=State.CACHED, size=300, fetched=NEWER),
    make_entry("2", "Björk", state=State.REMOTE, verdict=Verdict.BROKEN),
    make_entry("3", "Ágætis byrjun", kind=EntityType.ALBUM, artist="Sigur Rós", state=State.CACHED, size=100),
    make_entry("4", "björk", kind=EntityType.PLAYLIST, state=State.FAILED),
    make_entry("5", "Aja", kind=EntityType.ALBUM, artist="Steely Dan", size=300, fetched=NEWER - timedelta(days=9)),
]


def shown(order: Order) -> str:
    """The ids that an order shows, in order."""
    return "".join(ENTRIES[row].entity.id for row in RowOrder(ENTRIES).rows(order))


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        (Order(), "35241"),
        (Order(descending=True), "14253"),
        (Order(kind=EntityType.ALBUM), "35"),
        (Order(search="ros"), "31"),
        (Order(search="SIGUR byr"), "3"),
        (Order(search="byr sigur"), "3"),
        (Order(search="rós steely"), ""),
        (Order(states=frozenset({State.REMOTE, State.FAILED})), "24"),
        (Order(verdicts=frozenset({Verdict.BROKEN})), "2"),
        (Order(sort=SortKey.STATE), "35142"),
        (Order(sort=SortKey.STATE, descending=True), "24351"),
        (Order(sort=SortKey.SIZE), "35124"),
        (Order(sort=SortKey.SIZE, descending=True), "51324"),
        (Order(sort=SortKey.FETCHED), "51324"),
        (Order(sort=SortKey.FETCHED, descending=True), "15324"),
    ],
)
def test_an_order_shows_these_rows(order: Order, ids: str) -> None:
    assert shown(order) == ids


def audited(number: int, sharpness: int | None, *faults: Fault) -> tuple[Key, Audited]:
    entry = ENTRIES[number - 1]
    return entry.entity.key, Audited(entry, Appearance(0, bytes(48), sharpness, 0), faults)


def test_what_an_audit_found_is_filtered_and_sorted_by() -> None:
    order = RowOrder(ENTRIES)
    blurry = Order(faults=frozenset({Fault.BLURRY, Fault.FRAMED}))
    assert list(order.rows(blurry)) == []
    order.audit(dict([audited(1, 30, Fault.TOO_SMALL, Fault.BLURRY), audited(3, 80), audited(5, None, Fault.FRAMED)]))
    assert [ENTRIES[row].entity.id for row in order.rows(blurry)] == ["5", "1"]
    assert [ENTRIES[row].entity.id for row in order.rows(replace(blurry, kind=EntityType.ALBUM))] == ["5"]
    assert [ENTRIES[row].entity.id for row in order.rows(Order(sort=SortKey.SHARPNESS))][:2] == ["1", "3"]
    other = make_entry("1", "Sigur Rós")
    order.change(0, Entry(other.entity, other.image._replace(sha256="another picture")))
    assert [ENTRIES[row].entity.id for row in order.rows(blurry)] == ["5"]


def test_what_a_person_decided_is_filtered_by() -> None:
    locked, refused = make_entry("1", "Locked", locked=True), make_entry("2", "Refused", state=State.NONE)
    refused = Entry(refused.entity, refused.image._replace(no_picture=True))
    order = RowOrder([locked, refused, make_entry("3", "Zebra")])
    assert list(order.rows(Order(holds=frozenset({Hold.LOCKED})))) == [0]
    assert list(order.rows(Order(holds=frozenset({Hold.NO_PICTURE})))) == [1]
    assert list(order.rows(Order(holds=frozenset(Hold)))) == [0, 1]
    assert Order(holds=frozenset(Hold)).restricts


def test_a_row_is_found_by_its_name_and_namesakes_are_told_apart_by_key() -> None:
    twins = [make_entry("7", "Aja", kind=EntityType.ALBUM), make_entry("8", "aja", kind=EntityType.ALBUM)]
    order = RowOrder([*ENTRIES, *twins])
    assert [order.find(entry.entity) for entry in (*ENTRIES, *twins)] == list(range(7))
    assert order.find(make_entry("9", "Aja").entity) is None
    assert order.find(ENTRIES[0].entity._replace(name="Renamed")) is None


def test_rows_of_a_first_look_stand_and_are_filtered_as_their_entries_do() -> None:
    rows = FirstRows([entry.entity for entry in ENTRIES], [entry.image.state for entry in ENTRIES])
    first, whole = RowOrder(rows), RowOrder(list(rows))
    orders = [Order(sort=sort, descending=down) for sort in SortKey for down in (False, True)]
    orders += [Order(kind=EntityType.ALBUM, states=frozenset({State.CACHED})), Order(search="ros")]
    assert [list(first.rows(order)) for order in orders] == [list(whole.rows(order)) for order in orders]


def test_pixels_go_by_the_shorter_side_and_unknown_ones_come_last() -> None:
    sizes = {"1": (300, 200), "2": (250, 250), "3": (None, None)}
    made = [make_entry(each, each) for each in sizes]
    entries = [
        Entry(entry.entity, entry.image._replace(width=width, height=height))
        for entry, (width, height) in zip(made, sizes.values(), strict=True)
    ]
    rows = RowOrder(entries)
    assert list(rows.rows(Order(sort=SortKey.PIXELS))) == [0, 1, 2]
    assert list(rows.rows(Order(sort=SortKey.PIXELS, descending=True))) == [1, 0, 2]


@given(st.lists(st.text("abß é ", max_size=5), max_size=8), st.lists(st.text("abß é ", max_size=4), max_size=4))
def test_narrowing_while_typing_finds_what_a_fresh_search_finds(names: list[str], typed: list[str]) -> None:
    entries = [make_entry(str(number), name) for number, name in enumerate(names)]
    typing, text = RowOrder(entries), ""
    for more in typed:
        text += more
        assert typing.rows(Order(search=text)) == RowOrder(entries).rows(Order(search=text))


def test_a_changed_entry_counts_in_the_next_rows() -> None:
    order = RowOrder(ENTRIES)
    assert list(order.rows(Order(search="zebra"))) == []
    order.change(0, make_entry("1", "Zebra", state=State.CORRUPT))
    assert list(order.rows(Order(search="zebra"))) == [0]
    assert list(order.rows(Order(states=frozenset({State.CORRUPT})))) == [0]
    assert list(order.rows(Order()))[-1] == 0


def test_kinds_are_counted() -> None:
    assert RowOrder(ENTRIES).count_kinds() == {
        EntityType.ARTIST: 2,
        EntityType.ALBUM: 2,
        EntityType.PLAYLIST: 1,
    }


@given(
    st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=12),
    st.text("abc", min_size=1, max_size=2),
    st.integers(0, 11),
    st.sampled_from([Order(), Order(descending=True), Order(sort=SortKey.STATE)]),
)
def test_typing_letters_finds_the_next_name(names: list[str], typed: str, start: int, order: Order) -> None:
    start = min(start, len(names) - 1)
    entries: list[Entry] = [make_entry(str(number), name) for number, name in enumerate(names)]
    rows = (rows_of := RowOrder(entries)).rows(order)
    around = [*range(start, len(rows)), *range(start)]
    expected = next((at for at in around if names[rows[at]].startswith(typed)), -1)
    assert first_match(rows_of.keys, rows, order, typed, start) == expected


class CountingRows(ListedRows):
    """Counts the entries that are made."""

    made = 0

    def _make(self, row: int) -> Entry:
        self.made += 1
        return super()._make(row)

    def sizes(self) -> list[float]:
        return [1.0] * len(self)

    times = sides = sizes

    def held(self) -> tuple[frozenset[int], frozenset[int]]:
        return frozenset({0}), frozenset()


def test_rows_are_sorted_filtered_found_and_summed_up_without_an_entry_being_made() -> None:
    rows = CountingRows(ENTRIES)
    order = RowOrder(rows)
    for sort in SortKey:
        order.rows(Order(sort=sort, states=frozenset({State.CACHED}), holds=frozenset(Hold)))
    assert order.find(ENTRIES[1].entity) == 1
    picked = Picked(order, range(len(rows)))
    assert (picked.entities, picked.tally().kinds[EntityType.ALBUM]) == ([entry.entity for entry in ENTRIES], 2)
    assert rows.made == 0
    assert picked == ENTRIES


def test_what_is_picked_outlives_the_rows_that_are_shown() -> None:
    rows = RowOrder(ENTRIES)
    picked, gone = Picked(RowOrder(rows.entries), [2]), weakref.ref(rows)
    rows.entries[2] = ENTRIES[3]
    del rows
    assert gone() is None
    time.sleep(0.01)
    assert list(picked) == [ENTRIES[3]]


def test_a_key_is_of_one_kind() -> None:
    rows = RowOrder([make_entry("1", "One"), make_entry("1", "Other", kind=EntityType.ALBUM)])
    rows.prepare_keys()
    assert [rows.row_of((kind, "1")) for kind in EntityType] == [0, 1, None]


def test_rows_that_a_model_leaves_are_freed_in_a_thread(qtbot: QtBot) -> None:
    model, rows = GalleryModel(), RowOrder(make_library(6_000))
    left, entities, names = weakref.ref(rows.entries), rows.entries.entities, rows.keys
    model.set_rows(rows)
    del rows
    model.set_entries([])
    assert left() is None
    assert entities
    qtbot.waitUntil(lambda: not entities and not names)


@pytest.mark.parametrize("descending", [False, True])
def test_many_are_sorted_as_few_are(monkeypatch: pytest.MonkeyPatch, descending: bool) -> None:  # noqa: FBT001
    monkeypatch.setattr(sorting, "_RUN", 8)
    entries = [make_entry(f"{n}", f"Name {n:03d}", size=None if n % 5 == 0 else n * 7 % 11) for n in range(100)]
    shown = [entries[99 - row] for row in RowOrder(entries[::-1]).rows(Order(sort=SortKey.SIZE, descending=descending))]

    def place(entry: Entry) -> tuple[bool, int, str]:
        size = entry.image.bytes
        return size is None, (size or 0) * (-1 if descending else 1), entry.entity.name

    assert shown == sorted(entries, key=place)
