"""The filter bar: each control changes the order, the order is shown in each control, keys reach everything."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from soulspot_gallery.core.model import EntityType, State, Verdict
from soulspot_gallery.core.review.faults import Fault
from soulspot_gallery.gui.filtering.filter_bar import FilterBar
from soulspot_gallery.gui.grid.row_order import Hold, Order, SortKey

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    bar = FilterBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.activateWindow()
    qtbot.waitUntil(bar.isActiveWindow)
    return bar


@pytest.fixture
def told(bar: FilterBar) -> list[Order]:
    told: list[Order] = []
    bar.order_changed.connect(told.append)
    return told


def choice(button: QToolButton, text: str) -> QAction:
    """The entry of a button's menu."""
    return next(action for action in button.menu().actions() if action.text() == text)


def test_typing_searches_at_every_letter(bar: FilterBar, told: list[Order], qtbot: QtBot) -> None:
    QTest.keyClicks(bar.search, "ros")
    assert [order.search for order in told] == ["r", "ro", "ros"]
    QTest.keyClick(bar.search, Qt.Key.Key_Escape)
    assert told[-1] == Order()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Escape])
def test_some_keys_lead_from_the_search_to_the_grid(bar: FilterBar, qtbot: QtBot, key: Qt.Key) -> None:
    with qtbot.waitSignal(bar.search_left):
        QTest.keyClick(bar.search, key)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (Qt.Key.Key_2, EntityType.ARTIST),
        (Qt.Key.Key_3, EntityType.ALBUM),
        (Qt.Key.Key_4, EntityType.PLAYLIST),
    ],
)
def test_kinds_have_keys(bar: FilterBar, told: list[Order], qtbot: QtBot, key: Qt.Key, kind: EntityType) -> None:
    QTest.keyClick(bar, key, CONTROL)
    QTest.keyClick(bar, Qt.Key.Key_1, CONTROL)
    assert told == [Order(kind=kind), Order()]


def test_control_f_leads_to_the_search(bar: FilterBar, qtbot: QtBot) -> None:
    bar.sort.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_F, CONTROL)
    assert bar.search.hasFocus()


def test_states_and_links_are_filtered_together(bar: FilterBar, told: list[Order]) -> None:
    choice(bar.states, "Download failed").trigger()
    choice(bar.states, "File is missing").trigger()
    choice(bar.links, "Link is broken").trigger()
    assert told[-1] == Order(states=frozenset({State.FAILED, State.MISSING_FILE}), verdicts=frozenset({Verdict.BROKEN}))
    assert bar.only_broken.isChecked()
    bar.clear.click()
    assert told[-1] == Order()
    assert not choice(bar.links, "Link is broken").isChecked()
    assert not bar.clear.isEnabled()


def test_only_broken_is_one_click_or_key(bar: FilterBar, told: list[Order], qtbot: QtBot) -> None:
    bar.only_broken.click()
    QTest.keyClick(bar, Qt.Key.Key_B, CONTROL)
    assert told == [Order(verdicts=frozenset({Verdict.BROKEN})), Order()]


def test_sorting_and_its_direction(bar: FilterBar, told: list[Order], qtbot: QtBot) -> None:
    bar.sort.setCurrentIndex(bar.sort.findData("size"))
    bar.sort.activated.emit(bar.sort.currentIndex())
    QTest.keyClick(bar, Qt.Key.Key_D, CONTROL)
    assert told == [Order(sort=SortKey.SIZE, descending=True), Order(sort=SortKey.SIZE)]


def test_an_order_from_outside_is_shown_and_silent(bar: FilterBar, told: list[Order]) -> None:
    order = Order(EntityType.ALBUM, "ros", frozenset({State.FAILED}), frozenset({Verdict.OK}), SortKey.STATE, True)
    bar.set_order(order)
    assert told == []
    assert bar.order == order
    assert bar.search.text() == "ros"
    assert bar.kinds.checkedId() == 2
    assert choice(bar.states, "Download failed").isChecked()
    assert bar.sort.currentData() == "state"
    bar.search.setText("")
    assert told == [replace(order, search="")]


def test_counts_are_shown(bar: FilterBar) -> None:
    bar.set_counts({EntityType.ARTIST: 40, EntityType.ALBUM: 60})
    assert [button.text() for button in bar.kinds.buttons()] == [
        "All  100",
        "Artists  40",
        "Albums  60",
        "Playlists  0",
    ]
    bar.set_shown(100, 100)
    assert bar.shown.text() == "100 pictures"
    bar.set_shown(3, 100)
    assert bar.shown.text() == "3 of 100 pictures"


def test_zoom_goes_both_ways(bar: FilterBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.zoom_changed) as zoomed:
        bar.zoom.setValue(200)
    assert zoomed.args == [200]
    with qtbot.assertNotEmitted(bar.zoom_changed):
        bar.set_zoom(120)


def test_every_control_has_a_name_for_screen_readers(bar: FilterBar) -> None:
    for button in bar.findChildren(QToolButton, options=Qt.FindChildOption.FindDirectChildrenOnly):
        assert button.accessibleName() or button.text()
    for widget in (bar.search, bar.sort, bar.zoom):
        assert widget.accessibleName()


def test_it_fits_a_small_window(bar: FilterBar) -> None:
    bar.set_counts(dict.fromkeys(EntityType, 33_333))
    assert bar.minimumSizeHint().width() <= 900


def test_faults_are_chosen_counted_and_cleared(bar: FilterBar, told: list[Order]) -> None:
    choice(bar.quality, "Blurry").trigger()
    choice(bar.quality, "Framed").trigger()
    assert told[-1] == Order(faults=frozenset({Fault.BLURRY, Fault.FRAMED}))
    assert bar.quality.text() == "Quality  2"
    assert bar.clear.isEnabled()
    bar.clear.click()
    assert told[-1] == Order()


def test_what_a_person_decided_is_chosen_among_the_states(bar: FilterBar, told: list[Order]) -> None:
    choice(bar.states, "Locked").trigger()
    choice(bar.states, "No picture on purpose").trigger()
    assert told[-1] == Order(holds=frozenset(Hold))
    assert bar.states.text() == "State  2"
    bar.clear.click()
    assert told[-1] == Order()


def test_of_sharpness_the_least_comes_first(bar: FilterBar, told: list[Order]) -> None:
    bar.sort.setCurrentIndex(bar.sort.findData(SortKey.SHARPNESS.value))
    bar.sort.activated.emit(bar.sort.currentIndex())
    assert told[-1] == Order(sort=SortKey.SHARPNESS)
