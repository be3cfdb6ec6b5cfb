"""The grid under real Qt events: keys, mouse, wheel, resets; and what must not grow with the number of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QHelpEvent, QPixmap, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication
from pytestqt.qtbot import QtBot
from support.entries import make_entry, make_library
from support.thumbnail_bench import Bench, picture_file

from soulspot_gallery.core.model import EntityType, Entry, State
from soulspot_gallery.gui.grid.card_delegate import CardDelegate
from soulspot_gallery.gui.grid.gallery_model import GalleryModel
from soulspot_gallery.gui.grid.gallery_view import LARGEST, SMALLEST, USUAL, GalleryView
from soulspot_gallery.gui.grid.row_order import Order, SortKey

Key = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class Grid(GalleryView):
    """A view with a model of its own, that counts its repaints."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.thumbnails)
        self.bench = bench
        self.gallery = GalleryModel()
        self.setModel(self.gallery)

    @property
    def rows(self) -> list[int]:
        """The selected rows."""
        return sorted(index.row() for index in self.selectedIndexes())

    @property
    def columns(self) -> int:
        return sum(self.visualRect(self.gallery.index(row)).top() == self.rect_of(0).top() for row in range(30))

    def rect_of(self, row: int) -> QRect:
        return self.visualRect(self.gallery.index(row))

    def sees(self, row: int) -> bool:
        """Whether the whole tile is in view."""
        return self.viewport().rect().contains(self.rect_of(row))


@pytest.fixture
def grid(qtbot: QtBot, tmp_path: Path) -> Iterator[Grid]:
    """A grid of 1,000 entries, 700 × 500 px, with the focus."""
    bench = Bench(tmp_path)
    grid = Grid(bench)
    qtbot.addWidget(grid)
    grid.gallery.set_entries([nobody(number) for number in range(1_000)])
    grid.resize(700, 500)
    grid.show()
    grid.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    yield grid
    bench.close()


def nobody(number: int) -> Entry:
    """An entry without a picture: a placeholder, nothing to decode."""
    return make_entry(f"id{number:04d}", f"Name {number:04d}", state=State.NONE)


def press(qtbot: QtBot, grid: Grid, *keys: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        QTest.keyClick(grid, key, held)


def test_arrows_home_end_and_pages_move(grid: Grid, qtbot: QtBot) -> None:
    press(qtbot, grid, Key.Key_Home)
    steps = [
        (Key.Key_Right, 1),
        (Key.Key_Down, 1 + grid.columns),
        (Key.Key_Left, grid.columns),
        (Key.Key_Up, 0),
        (Key.Key_Up, 0),
        (Key.Key_Left, 0),
        (Key.Key_End, 999),
        (Key.Key_Down, 999),
        (Key.Key_Right, 999),
        (Key.Key_Home, 0),
    ]
    for key, row in steps:
        press(qtbot, grid, key)
        assert grid.currentIndex().row() == row
        assert grid.rows == [row]
        assert grid.sees(row)


def test_pages_move_by_whole_lines_and_come_back(grid: Grid, qtbot: QtBot) -> None:
    press(qtbot, grid, Key.Key_Home, Key.Key_Right, Key.Key_PageDown)
    row = grid.currentIndex().row()
    assert row > grid.columns
    assert row % grid.columns == 1
    press(qtbot, grid, Key.Key_PageUp)
    assert grid.currentIndex().row() == 1


def test_down_into_a_shorter_last_line_ends_at_its_end(grid: Grid, qtbot: QtBot) -> None:
    grid.gallery.set_entries(make_library(grid.columns + 1))
    press(qtbot, grid, Key.Key_Home, Key.Key_Right, Key.Key_Right, Key.Key_Down)
    assert grid.currentIndex().row() == grid.columns


def test_shift_selects_in_reading_order(grid: Grid, qtbot: QtBot) -> None:
    press(qtbot, grid, Key.Key_Home, Key.Key_Right)
    press(qtbot, grid, Key.Key_Down, held=SHIFT)
    assert grid.rows == list(range(1, grid.columns + 2))
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, SHIFT, grid.rect_of(4).center())
    assert grid.rows == [1, 2, 3, 4] if grid.columns > 4 else list(range(1, 5))


def test_click_and_control_click(grid: Grid, qtbot: QtBot) -> None:
    for row, held in ((2, Qt.KeyboardModifier.NoModifier), (0, CONTROL), (1, CONTROL), (0, CONTROL)):
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, held, grid.rect_of(row).center())
    assert grid.rows == [1, 2]
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert grid.rows == []


def test_select_all_is_one_range(grid: Grid, qtbot: QtBot) -> None:
    press(qtbot, grid, Key.Key_A, held=CONTROL)
    assert grid.selectionModel().selection().count() == 1
    assert len(grid.selected_entries()) == 1_000


def test_a_rubber_band_selects_what_it_touches(grid: Grid, qtbot: QtBot) -> None:
    first, last = grid.rect_of(0), grid.rect_of(grid.columns + 1)
    start, end = QPoint(2, 2), last.center()
    QTest.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for pos in (first.center(), end):
        QTest.mouseMove(grid.viewport(), pos)
        QApplication.processEvents()
    assert grid.rows == [0, 1, grid.columns, grid.columns + 1]
    banded = grid.grab().toImage()
    QTest.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert grid.rows == [0, 1, grid.columns, grid.columns + 1]
    assert grid.grab().toImage() != banded, "the band is drawn, and gone afterwards"


def test_typing_jumps_to_a_name(grid: Grid, qtbot: QtBot) -> None:
    press(qtbot, grid, Key.Key_Home)
    for letter in "name 07":
        QTest.keyClicks(grid, letter)
    assert grid.current_entry() == grid.gallery.entry_at(700)
    assert grid.sees(700)


def test_plus_minus_and_control_wheel_zoom_within_limits(grid: Grid, qtbot: QtBot) -> None:
    told: list[int] = []
    grid.zoom_changed.connect(told.append)
    press(qtbot, grid, Key.Key_Plus, Key.Key_Minus, Key.Key_Minus)
    assert told == [USUAL + 16, USUAL, USUAL - 16]
    offset = grid.verticalOffset()
    for turned, limit in ((120, LARGEST), (-120, SMALLEST)):
        for _ in range(30):
            turn(grid, turned, CONTROL)
        assert grid.tile == limit
    assert grid.verticalOffset() == offset
    turn(grid, -120, Qt.KeyboardModifier.NoModifier)
    assert grid.verticalOffset() > offset


def turn(grid: Grid, by: int, held: Qt.KeyboardModifier) -> None:
    """Turn the mouse wheel over the grid."""
    at = QPointF(grid.viewport().rect().center())
    event = QWheelEvent(
        at,
        grid.viewport().mapToGlobal(at),
        QPoint(),
        QPoint(0, by),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grid.viewport(), event)


def test_the_current_entry_stays_in_view_when_zooming_and_resizing(grid: Grid, qtbot: QtBot) -> None:
    grid.select_keys([grid.gallery.entry_at(500).entity.key])
    assert grid.sees(500)
    for change in (grid.zoom_in, grid.zoom_out, lambda: grid.resize(400, 420), lambda: grid.resize(900, 600)):
        for _ in range(4):
            change()
        QApplication.processEvents()
        assert grid.sees(500)


def test_without_a_current_entry_the_first_in_view_stays(grid: Grid) -> None:
    grid.verticalScrollBar().setValue(5_000)
    first = next(row for row in range(1_000) if grid.rect_of(row).top() >= 0)
    top = grid.rect_of(first).top()
    grid.set_tile(240)
    assert grid.rect_of(first).top() == top


def test_scrolling_to_an_entry_honours_the_hint(grid: Grid) -> None:
    hints = QAbstractItemView.ScrollHint
    height = grid.viewport().height()
    for hint in (hints.PositionAtTop, hints.PositionAtCenter, hints.PositionAtBottom, hints.EnsureVisible):
        grid.scrollTo(grid.gallery.index(600), hint)
        assert grid.sees(600)
    grid.scrollTo(grid.gallery.index(600), hints.PositionAtTop)
    assert grid.rect_of(600).top() < height / 4


def test_a_new_order_keeps_the_selection_that_is_still_shown(grid: Grid) -> None:
    keys = [grid.gallery.entry_at(row).entity.key for row in (3, 500, 900)]
    grid.select_keys(keys)
    grid.gallery.set_order(Order(descending=True))
    assert [entry.entity.key for entry in grid.selected_entries()] == keys[::-1]
    current = grid.current_entry()
    assert current is not None
    assert current.entity.key == keys[0]
    assert grid.sees(grid.currentIndex().row())
    grid.gallery.set_order(Order(search="name 05"))
    assert [entry.entity.key for entry in grid.selected_entries()] == [keys[1]]
    assert grid.current_entry() is None


def test_a_refresh_keeps_selection_and_place(grid: Grid) -> None:
    key = grid.gallery.entry_at(500).entity.key
    grid.select_keys([key])
    offset = grid.verticalOffset()
    grid.gallery.set_entries(grid.gallery.entries()[3:])
    assert [entry.entity.key for entry in grid.selected_entries()] == [key]
    assert grid.verticalOffset() == offset


def test_all_selected_stays_all_selected(grid: Grid) -> None:
    grid.selectAll()
    grid.gallery.set_order(Order(sort=SortKey.STATE, descending=True))
    assert len(grid.selected_entries()) == 1_000


def test_selection_is_told_once_things_settle(grid: Grid, qtbot: QtBot) -> None:
    told: list[int] = []
    grid.selection_changed.connect(lambda: told.append(1))
    with qtbot.waitSignal(grid.selection_changed):
        press(qtbot, grid, Key.Key_Home, Key.Key_Right, Key.Key_Right, Key.Key_Down)
    qtbot.wait(60)
    assert told == [1]


def test_a_changed_current_entry_is_told(grid: Grid, qtbot: QtBot) -> None:
    entry = grid.gallery.entry_at(0)
    grid.select_keys([entry.entity.key])
    qtbot.wait(60)
    with qtbot.waitSignal(grid.selection_changed):
        grid.gallery.update_entries([replace(entry, image=entry.image._replace(state=State.FAILED))])


def test_tool_tips_say_why(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def note(card: CardDelegate, event: object, view: object, option: object, index: QModelIndex) -> bool:
        shown.append(index.data(Qt.ItemDataRole.ToolTipRole))
        return True

    monkeypatch.setattr(CardDelegate, "helpEvent", note)
    at = grid.rect_of(0).center()
    QApplication.sendEvent(grid.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, grid.viewport().mapToGlobal(at)))
    assert "knows no picture" in shown[0]


def test_a_screen_reader_finds_a_list_of_named_items(grid: Grid) -> None:
    reader = QAccessible.queryAccessibleInterface(grid)
    assert reader.role() is QAccessible.Role.List
    assert reader.childCount() == 1_000
    item = reader.child(3)
    assert item.text(QAccessible.Text.Name) == "Name 0003, Artist, No picture"
    assert item.rect().height() == grid.rect_of(3).height()


def test_right_to_left_windows_begin_at_the_right(grid: Grid, qtbot: QtBot) -> None:
    grid.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert grid.rect_of(0).left() > grid.rect_of(1).left()
    assert grid.indexAt(grid.rect_of(1).center()).row() == 1
    press(qtbot, grid, Key.Key_Home, Key.Key_Left)
    assert grid.currentIndex().row() == 1


# -- what must not grow


class Counts:
    """How often the model was asked and tiles were painted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: Counter[str] = Counter()
        for owner, name in ((GalleryModel, "data"), (CardDelegate, "paint_tile"), (CardDelegate, "sizeHint")):
            self._count(monkeypatch, owner, name)

    def _count(self, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        original = getattr(owner, name)

        def counted(*arguments: object) -> object:
            self.seen[name] += 1
            return original(*arguments)

        monkeypatch.setattr(owner, name, counted)


@pytest.mark.parametrize("count", [5_000, 100_000])
def test_work_does_not_grow_with_the_number_of_rows(grid: Grid, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    counts = Counts(monkeypatch)
    in_view = 3 * grid.columns + grid.columns  # three lines show, and a part of a fourth
    library = make_library(count)
    deeds: dict[str, Callable[[], object]] = {
        "reset": lambda: grid.gallery.set_entries(library),
        "repaint": lambda: grid.viewport().update(),
        "search": lambda: grid.gallery.set_order(Order(search="name")),
        "sort": lambda: grid.gallery.set_order(Order(sort=SortKey.SIZE)),
        "end": grid.scrollToBottom,
        "select all": grid.selectAll,
        "zoom": lambda: grid.set_tile(USUAL + 16),
        "resize": lambda: grid.resize(720, 520),
    }
    for deed, do in deeds.items():
        QApplication.processEvents()
        counts.seen.clear()
        do()
        QApplication.processEvents()
        assert counts.seen["paint_tile"] <= 2 * in_view, deed
        assert counts.seen["data"] <= counts.seen["paint_tile"], deed
        assert counts.seen["data"] == 0 or deed != "repaint"
        assert counts.seen["sizeHint"] == 0, deed


def test_scrolling_paints_only_what_comes_into_view(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    QApplication.processEvents()
    counts = Counts(monkeypatch)
    grid.verticalScrollBar().setValue(30)
    QApplication.processEvents()
    assert 0 < counts.seen["paint_tile"] <= 2 * grid.columns
    assert counts.seen["data"] == 0


def test_one_changed_entry_repaints_one_tile(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    QApplication.processEvents()
    counts = Counts(monkeypatch)
    entry = grid.gallery.entry_at(1)
    grid.gallery.update_entries([replace(entry, image=entry.image._replace(state=State.FAILED))])
    hidden = grid.gallery.entry_at(900)
    grid.gallery.update_entries([replace(hidden, image=hidden.image._replace(state=State.FAILED))])
    QApplication.processEvents()
    assert counts.seen["paint_tile"] == 1


def test_pictures_arrive_shown_and_count_as_used(grid: Grid, qtbot: QtBot) -> None:
    entries = [make_entry(f"a{number}", f"A{number}") for number in range(6)]
    for entry in entries:
        picture_file(grid.bench.pictures.root / entry.image.display.location, "crimson")
    grid.gallery.set_entries(entries)
    centres = [grid.rect_of(row).center() for row in range(6)]

    def colours() -> set[str]:
        shown = grid.grab().toImage()
        return {shown.pixelColor(centre).name() for centre in centres}

    qtbot.waitUntil(lambda: colours() == {"#dc143c"})
    grid.bench.thumbnails.close()
    assert sorted(grid.bench.pictures.shown) == [entry.image.display.location for entry in entries]


def test_pictures_are_asked_for_in_the_size_shown_from_the_first(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the usual size and then once more; and in another one only when the user has stopped resizing."""
    bench = Bench(tmp_path)
    grid = Grid(bench)
    qtbot.addWidget(grid)
    sides: list[int] = []
    get = bench.thumbnails.get

    def asked(entry: Entry, side: int) -> QPixmap | None:
        sides.append(side)
        return get(entry, side)

    monkeypatch.setattr(bench.thumbnails, "get", asked)
    grid.resize(700, 500)
    grid.show()
    grid.gallery.set_entries(make_library(60))  # which brings the scroll bar, and so a narrower grid
    qtbot.waitUntil(lambda: bool(sides))
    qtbot.wait(200)
    first = set(sides)
    assert len(first) == 1
    assert first != {USUAL}
    grid.set_tile(LARGEST)
    grid.viewport().repaint()
    assert set(sides) == first
    qtbot.waitUntil(lambda: set(sides) != first)
    bench.close()


def test_a_picture_painted_for_no_window_does_not_count(qtbot: QtBot, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    grid = Grid(bench)
    qtbot.addWidget(grid)
    entry = make_entry("a1")
    picture_file(tmp_path / entry.image.display.location)
    grid.gallery.set_entries([entry])
    grid.resize(400, 400)
    with qtbot.waitSignal(bench.thumbnails.ready):
        grid.grab()
    grid.grab()
    bench.close()
    assert bench.pictures.shown == []


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Order(), ("Nothing here", "Open a library")),
        (Order(search="zzz"), ("Nothing matches", "Change the search or the filters above to see more.")),
        (Order(kind=EntityType.ALBUM), ("No albums", "The library holds none of this kind.")),
    ],
)
def test_an_empty_grid_says_why(
    grid: Grid, monkeypatch: pytest.MonkeyPatch, order: Order, said: tuple[str, str]
) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "soulspot_gallery.gui.grid.gallery_view.paint_message",
        lambda painter, area, palette, title, hint: told.append((title, hint)),
    )
    grid.set_message("Nothing here", "Open a library")
    if order == Order():
        grid.gallery.set_entries([])
    grid.gallery.set_order(order)
    grid.grab()
    assert told[-1] == said


def test_another_model_is_refused(grid: Grid) -> None:
    with pytest.raises(TypeError, match="GalleryModel"):
        grid.setModel(None)
