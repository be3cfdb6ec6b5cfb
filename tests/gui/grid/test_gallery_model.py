"""The grid's model: Qt's own checks, roles, orders, updates of changed rows only, type-ahead."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from support.entries import make_entry, make_library

from soulspot_gallery.core.model import EntityType, Entry, State, Verdict
from soulspot_gallery.gui.grid.gallery_model import GalleryModel, Role
from soulspot_gallery.gui.grid.row_order import Order, SortKey


def model_of(*entries: Entry) -> GalleryModel:
    model = GalleryModel()
    model.set_entries(entries)
    return model


def test_it_is_a_sound_model(qtmodeltester: ModelTester) -> None:
    model = model_of()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.set_entries(make_library(50))
    model.set_order(Order(kind=EntityType.ALBUM, sort=SortKey.SIZE))
    model.update_entries([replace(entry, entity=entry.entity._replace(name="New")) for entry in model.entries()])
    model.refilter()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


def test_roles_answer_and_nothing_else_does() -> None:
    model = model_of(
        make_entry("a", "Low\nTide", kind=EntityType.ALBUM, artist="Nina", state=State.CORRUPT, locked=True)
    )
    index = model.index(0)
    assert index.data() == "Low Tide"
    assert index.data(Role.ENTRY) is model.entry_at(0)
    assert (index.data(Role.STATE), index.data(Role.VERDICT)) == ("corrupt", "unchecked")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Low Tide, Nina, Damaged, Locked"
    assert "damaged" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.DecorationRole) is None


def test_a_tool_tip_says_why_and_takes_names_for_no_markup() -> None:
    model = model_of(make_entry("a", "<b>x</b>", state=State.FAILED, problem="The server answered 404."))
    tip = model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert "The server answered 404." in tip
    assert "&lt;b&gt;" in tip


def test_an_entry_without_a_name_is_called_by_its_id() -> None:
    assert model_of(make_entry("a1", "")).index(0).data() == "a1"


def test_a_changed_row_says_so_alone_and_stays_in_place(qtbot: QtBot) -> None:
    model = model_of(*(make_entry(str(number), f"N{number}", state=State.FAILED) for number in range(9)))
    model.set_order(Order(states=frozenset({State.FAILED})))
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.update_entries([make_entry("4", "N4", state=State.CACHED), make_entry("unknown")])
    first, last = (changed.args or [])[:2]
    assert (first.row(), last.row()) == (4, 4)
    assert model.rowCount() == 9
    assert model.entry_at(4).image.state is State.CACHED
    model.refilter()
    assert model.rowCount() == 8
    assert model.total == 9


def test_an_unchanged_update_is_silent(qtbot: QtBot) -> None:
    model = model_of(make_entry("1"))
    with qtbot.assertNotEmitted(model.dataChanged):
        model.update_entries([make_entry("1")])


def test_neighbours_are_told_as_one_range(qtbot: QtBot) -> None:
    model = model_of(*(make_entry(str(number), f"N{number}") for number in range(9)))
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.update_entries([make_entry(each, f"N{each}", state=State.CORRUPT) for each in "52347"])
    assert told == [(2, 5), (7, 7)]


def test_rows_are_found_by_key_in_any_order() -> None:
    model = model_of(*make_library(60))
    model.set_order(Order(kind=EntityType.PLAYLIST, descending=True))
    for row in range(model.rowCount()):
        assert model.row_of(model.entry_at(row).entity.key) == row
    hidden = model.entries()[0].entity.key
    assert model.row_of(hidden) == -1
    assert model.entry_of(hidden) is not None


def test_typing_finds_a_name_without_reading_rows() -> None:
    model = model_of(*make_library(5_000))
    hit = model.match(model.index(10), Qt.ItemDataRole.DisplayRole, "name 0003")
    assert [index.row() for index in hit] == [3000]
    assert model.match(model.index(0), Qt.ItemDataRole.DisplayRole, "zz") == []


def test_counts_know_what_is_hidden() -> None:
    model = model_of(*make_library(90))
    model.set_order(Order(verdicts=frozenset({Verdict.BROKEN})))
    assert set(model.counts().values()) == {30}
    assert (
        len(model.shown())
        == model.rowCount()
        == sum(entry.image.verdict is Verdict.BROKEN for entry in model.entries())
    )
