"""The arithmetic of the grid: every cell is found where it stands, at any size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soulspot_gallery.gui.grid.grid_layout import GROWTH, MARGIN, SHRINK, GridLayout, fill

layouts = st.builds(GridLayout, st.integers(0, 200), st.integers(10, 2_000), st.integers(20, 340), st.integers(20, 400))


@given(layouts, st.data())
def test_a_cell_is_found_at_its_place(layout: GridLayout, data: st.DataObject) -> None:
    if not layout.count:
        assert layout.at(5, 5) == layout.nearest(5, 5) == -1
        return
    row = data.draw(st.integers(0, layout.count - 1))
    left, top = layout.place(row)
    assert layout.at(left, top) == layout.at(left + layout.cell_width - 1, top + layout.cell_height - 1) == row
    assert layout.nearest(left + layout.cell_width // 2, top + layout.cell_height // 2) == row
    assert top + layout.cell_height + MARGIN <= layout.height


@given(layouts, st.integers(-100, 5_000), st.integers(0, 900))
def test_rows_between_are_those_that_show(layout: GridLayout, top: int, height: int) -> None:
    shown = layout.rows_between(top, top + height)
    for row in range(layout.count):
        above = layout.place(row)[1]
        if above < top + height and above + layout.cell_height > top and height:
            assert row in shown


@given(layouts, st.integers(0, 900), st.integers(0, 900), st.integers(1, 500), st.integers(1, 500))
def test_a_rectangle_touches_what_overlaps_it(layout: GridLayout, x: int, y: int, wide: int, high: int) -> None:
    touched = {row for rows in layout.rows_in(x, y, x + wide, y + high) for row in rows}
    expected = set()
    for row in range(layout.count):
        left, top = layout.place(row)
        if left < x + wide and left + layout.cell_width > x and top < y + high and top + layout.cell_height > y:
            expected.add(row)
    assert touched == expected


@given(st.integers(50, 3_000), st.integers(96, 320))
def test_pictures_fill_the_width_and_stay_near_the_wish(width: int, wanted: int) -> None:
    side = fill(width, wanted, 16)
    assert int(wanted * SHRINK) <= side <= int(wanted * GROWTH)
    layout = GridLayout(100, width, side + 16, 250)
    right = layout.left(layout.columns - 1) + layout.cell_width
    assert right <= max(width, side + 16)


@pytest.mark.parametrize("count", [1, 1_000, 1_000_000])
def test_a_page_moves_by_whole_lines(count: int) -> None:
    layout = GridLayout(count, 1_000, 176, 220)
    assert layout.page(760) == 3 * layout.columns
    assert layout.page(10) == layout.columns
